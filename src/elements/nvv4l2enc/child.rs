//! The elements inside the bin, and what our properties mean to each encoder.

use super::kind::Kind;
use super::settings::{ControlRate, Settings, Tuning};
use crate::elements::codec::{choose, even_size::EvenSize};
use gst::glib;
use gst::prelude::*;

/// `nvvideoconvert ! even size ! encoder ! capsfilter`.
pub struct Child {
    convert: gst::Element,
    even: gst::Element,
    /// The machine's encoder.
    pub encoder: gst::Element,
    filter: gst::Element,
}

impl Child {
    /// Makes the elements; an error says what to install.
    pub fn new(kind: Kind, settings: &Settings) -> Result<Self, gst::ErrorMessage> {
        let factories: Vec<_> = kind.encoders().iter().filter_map(|name| gst::ElementFactory::find(name)).collect();
        let encoder = choose::first_usable(&factories).ok_or_else(|| {
            gst::error_msg!(
                gst::CoreError::MissingPlugin,
                (
                    "no {} encoder works on this machine; install one with: apt-get install {}",
                    kind.name(),
                    kind.package()
                )
            )
        })?;
        let make = |name: &str| {
            gst::ElementFactory::make(name)
                .build()
                .map_err(|error| gst::error_msg!(gst::CoreError::MissingPlugin, ("{name} is missing: {error}")))
        };
        let (convert, filter) = (make("nvvideoconvert")?, make("capsfilter")?);
        filter.set_property("caps", kind.caps_in(settings.profile));
        let child = Self { convert, even: EvenSize::default().upcast(), encoder, filter };
        child.configure(settings);
        Ok(child)
    }

    /// Puts the elements into `bin` and behind its pads.
    pub fn plug(&self, bin: &gst::Bin, sink: &gst::GhostPad, src: &gst::GhostPad) -> Result<(), glib::BoolError> {
        let all = [&self.convert, &self.even, &self.encoder, &self.filter];
        bin.add_many(all)?;
        gst::Element::link_many(all)?;
        let pad = |element: &gst::Element, name: &str| {
            element.static_pad(name).ok_or_else(|| glib::bool_error!("{} has no {name} pad", element.name()))
        };
        sink.set_target(Some(&pad(&self.convert, "sink")?))?;
        src.set_target(Some(&pad(&self.filter, "src")?))
    }

    /// Takes the elements out again.
    pub fn unplug(&self, bin: &gst::Bin, sink: &gst::GhostPad, src: &gst::GhostPad) -> Result<(), glib::BoolError> {
        sink.set_target(None::<&gst::Pad>)?;
        src.set_target(None::<&gst::Pad>)?;
        for element in [&self.convert, &self.even, &self.encoder, &self.filter] {
            let _ = element.set_state(gst::State::Null);
            bin.remove(element)?;
        }
        Ok(())
    }

    /// Sets what can be set from `settings`; encoders differ in names and units.
    pub fn configure(&self, settings: &Settings) {
        let set = |names: &[&str], value: &str| choose::set_first(&self.encoder, names, value);
        let factory = self.encoder.factory().map(|factory| factory.name().to_string()).unwrap_or_default();
        let kilobits = settings.bitrate.div_ceil(1000).max(1).to_string();
        // Every IDR frame is an intra frame, and these encoders know no others.
        let interval = settings.iframe_interval.min(settings.idr_interval).max(1).to_string();
        set(&["key-int-max", "gop-size", "keyframe-period", "max-keyframe-interval"], &interval);
        let constant = settings.control_rate == ControlRate::Constant;
        match factory.as_str() {
            "openh264enc" => {
                set(&["bitrate"], &settings.bitrate.to_string());
                set(&["rate-control"], "bitrate");
                set(&["complexity"], "low");
            }
            "x264enc" => {
                set(&["bitrate"], &kilobits);
                set(&["speed-preset"], software_preset(settings));
                set(&["bframes"], &settings.b_frames.to_string());
                set(&["rc-lookahead"], "10");
                if settings.tuning == Tuning::UltraLowLatency {
                    set(&["tune"], "zerolatency");
                }
                if settings.control_rate == ControlRate::Quantiser {
                    set(&["pass"], "quant");
                    set(&["quantizer"], &settings.constant_qp[1].min(50).to_string());
                }
                // Milliseconds of bits a decoder must be able to hold: the shorter, the steadier the rate.
                set(&["vbv-buf-capacity"], if constant { "1000" } else { "4000" });
            }
            "x265enc" => {
                set(&["bitrate"], &kilobits);
                set(&["speed-preset"], software_preset(settings));
                set(
                    &["option-string"],
                    &format!("bframes={}:rc-lookahead=10:open-gop=0:log-level=none", settings.b_frames),
                );
                if settings.tuning == Tuning::UltraLowLatency {
                    set(&["tune"], "zerolatency");
                }
                if settings.control_rate == ControlRate::Quantiser {
                    set(&["qp"], &settings.constant_qp[1].min(51).to_string());
                }
            }
            _ => {
                set(&["bitrate"], &kilobits);
                set(&["rate-control", "rc-mode"], if constant { "cbr" } else { "vbr" });
                set(&["b-frames", "bframes"], &settings.b_frames.to_string());
            }
        }
    }

    /// Changes the rate while playing.
    pub fn set_bitrate(&self, settings: &Settings) {
        let bits = self.encoder.factory().is_some_and(|factory| factory.name() == "openh264enc");
        let value = if bits { settings.bitrate } else { settings.bitrate.div_ceil(1000).max(1) };
        choose::set_first(&self.encoder, &["bitrate"], &value.to_string());
    }

    /// Asks for a key frame.
    pub fn force_key_frame(&self) {
        if let Some(src) = self.encoder.static_pad("src") {
            src.send_event(gst_video::UpstreamForceKeyUnitEvent::builder().all_headers(true).build());
        }
    }
}

/// x264's and x265's name for a preset; the fastest of theirs look bad and save little.
fn software_preset(settings: &Settings) -> &'static str {
    if settings.maxperf {
        return "ultrafast";
    }
    match settings.quality() {
        0 | 1 => "superfast",
        2 => "veryfast",
        3 => "faster",
        4 => "fast",
        5 => "medium",
        6 => "slow",
        _ => "slower",
    }
}
