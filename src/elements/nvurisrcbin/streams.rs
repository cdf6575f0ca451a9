//! The streams of a source: which are decoded, and how they become pads of the bin.

use gst::{glib, prelude::*, subclass::prelude::*};

use super::{
    imp::{FORMATS, UriSource, broken, make},
    splice::Splice,
};
use crate::elements::codec::bridge::{Bridge, Direction};
use crate::surface::caps;

impl UriSource {
    /// Whether a stream is worth decoding.
    pub(super) fn is_wanted(&self, caps: &gst::Caps) -> bool {
        let name = caps.structure(0).map(|structure| structure.name().to_string()).unwrap_or_default();
        let settings = self.settings();
        let audio = !settings.disable_audio && !settings.file_loop;
        !(name.starts_with("text/") || name.starts_with("subpicture/") || (name.starts_with("audio/") && !audio))
    }

    pub(super) fn pad_added(&self, pad: &gst::Pad) {
        let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
        let name = caps.structure(0).map(|structure| structure.name().to_string()).unwrap_or_default();
        let attached = match name.as_str() {
            "video/x-raw" => self.attach_video(pad, &caps),
            "audio/x-raw" if self.is_wanted(&caps) => self.attach_audio(pad),
            _ => Ok(()),
        };
        if let Err(error) = attached {
            self.fail(error);
        }
    }

    pub(super) fn all_pads_known(&self) {
        if self.state().entry.is_none() {
            let uri = self.uri();
            self.fail(gst::error_msg!(gst::StreamError::WrongType, ("{uri} has no video stream")));
        }
        self.obj().no_more_pads();
    }

    /// Leads the first video stream to `vsrc_0`, or the same stream there again after the source was opened anew.
    pub(super) fn attach_video(&self, pad: &gst::Pad, pad_caps: &gst::Caps) -> Result<(), gst::ErrorMessage> {
        let entry = self.state().entry.clone();
        let entry = match entry {
            Some(entry) if entry.is_linked() => return Ok(()),
            Some(entry) => entry,
            None => self.make_entry(caps::is_nvmm(pad_caps)).map_err(broken)?,
        };
        pad.link(&entry).map_err(|error| {
            gst::error_msg!(
                gst::CoreError::Negotiation,
                ("{} has a video stream of no use: {error}", self.uri()),
                ["{pad_caps}"]
            )
        })?;
        Ok(())
    }

    fn make_entry(&self, nvmm: bool) -> Result<gst::Pad, glib::BoolError> {
        let splice = Splice::new(self.owner());
        let mut parts: Vec<gst::Element> = vec![splice.clone().upcast()];
        let mut entry = splice.sink().clone();
        if !nvmm {
            let bridge = Bridge::new(Direction::ToNvmm, FORMATS);
            let convert = gst::ElementFactory::make("videoconvert").build()?;
            entry = convert.static_pad("sink").ok_or_else(|| glib::bool_error!("videoconvert has no sink pad"))?;
            parts.splice(0..0, [convert, bridge.upcast()]);
        }
        self.obj().add_many(&parts)?;
        gst::Element::link_many(&parts)?;
        self.expose("vsrc_%u", "vsrc_0", splice.src())?;
        for part in parts.iter().rev() {
            part.sync_state_with_parent()?;
        }
        let mut state = self.state();
        state.entry = Some(entry.clone());
        let watch = state.watch.take();
        state.splice = Some(splice);
        state.parts.extend(parts);
        drop(state);
        drop(watch);
        Ok(entry)
    }

    fn attach_audio(&self, pad: &gst::Pad) -> Result<(), gst::ErrorMessage> {
        let parts = [make("audioconvert")?, make("audioresample")?];
        let count = self.state().pads.iter().filter(|pad| pad.name().starts_with("asrc")).count();
        let built = || -> Result<(), glib::BoolError> {
            self.obj().add_many(&parts)?;
            gst::Element::link_many(&parts)?;
            let [first, last] = &parts;
            let output = last.static_pad("src").ok_or_else(|| glib::bool_error!("audioresample has no src pad"))?;
            self.expose("asrc_%u", &format!("asrc_{count}"), &output)?;
            for part in parts.iter().rev() {
                part.sync_state_with_parent()?;
            }
            let input = first.static_pad("sink").ok_or_else(|| glib::bool_error!("audioconvert has no sink pad"))?;
            pad.link(&input).map(|_| ()).map_err(|error| glib::bool_error!("{error}"))
        };
        built().map_err(broken)?;
        self.state().parts.extend(parts);
        Ok(())
    }

    /// Makes `target` a pad of the bin.
    fn expose(&self, template: &str, name: &str, target: &gst::Pad) -> Result<(), glib::BoolError> {
        let template = self.obj().pad_template(template).ok_or_else(|| glib::bool_error!("no template {template}"))?;
        let pad = gst::GhostPad::builder_from_template_with_target(&template, target)?.name(name).build();
        pad.set_active(true)?;
        self.obj().add_pad(&pad)?;
        self.state().pads.push(pad);
        Ok(())
    }
}
