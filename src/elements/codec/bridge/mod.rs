//! A private element between video frames in system memory and NVMM surfaces, without copying a pixel in either
//! direction. It lives inside the bins of the media elements and is not registered under a name.

use gst::{glib, subclass::prelude::*};

mod imp;

/// Which way frames go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// System memory comes in, NVMM surfaces go out.
    #[default]
    ToNvmm,
    /// NVMM surfaces come in, system memory goes out.
    ToSystem,
}

glib::wrapper! {
    /// The element. Pads: `sink` and `src`, always there.
    pub struct Bridge(ObjectSubclass<imp::Bridge>) @extends gst::Element, gst::Object;
}

impl Bridge {
    /// A bridge in one direction for pictures of `formats`, the preferred first.
    pub fn new(direction: Direction, formats: &'static [gst_video::VideoFormat]) -> Self {
        let bridge: Self = glib::Object::builder().build();
        bridge.imp().configure(direction, formats);
        bridge
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
