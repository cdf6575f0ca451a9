//! A private element that joins the passes of a looping source: what flows out has one segment, rising times and no end
//! until the owner says so. It lives inside `nvurisrcbin` and is not registered under a name.

use gst::{glib, subclass::prelude::*};

use super::link::Reporter;

mod imp;
mod timeline;

glib::wrapper! {
    /// The element. Pads: `sink` and `src`, always there.
    pub struct Splice(ObjectSubclass<imp::Splice>) @extends gst::Element, gst::Object;
}

/// What the owner says when a pass has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtEnd {
    /// Another pass follows; the end is not handed on.
    Again,
    /// It is over.
    Stop,
}

/// What a splice asks its owner.
pub struct Owner {
    /// Whether the source loops, asked before anything flows and at every start of a segment.
    pub loops: Box<dyn Fn() -> bool + Send + Sync>,
    /// Called in the streaming thread when a pass of so many frames has ended; the owner starts the next one from another
    /// thread.
    pub ended: Box<dyn Fn(u64) -> AtEnd + Send + Sync>,
    /// Whether frames are left out, so that a frame's duration does not reach to the next one.
    pub sparse: Box<dyn Fn() -> bool + Send + Sync>,
    /// Hears of every frame of an RTSP source.
    pub reporter: Option<Reporter>,
}

impl Splice {
    /// A splice that asks `owner`.
    pub fn new(owner: Owner) -> Self {
        let splice: Self = glib::Object::builder().build();
        splice.imp().own(owner);
        splice
    }

    /// The source was lost in the middle and begins anew: its frames go on when they come, not where they stopped, and nobody
    /// downstream is to wait for them.
    pub fn lost(&self) {
        self.imp().lost();
    }

    /// The only sink pad.
    pub fn sink(&self) -> &gst::Pad {
        self.imp().sink()
    }

    /// The only source pad.
    pub fn src(&self) -> &gst::Pad {
        self.imp().src()
    }
}
