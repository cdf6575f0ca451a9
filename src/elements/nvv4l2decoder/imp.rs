//! The bin: `sink -> decoder -> videoconvert -> bridge -> src`; the decoder is plugged when the first caps arrive and
//! replaced when the codec changes.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use gst::{glib, prelude::*, subclass::prelude::*};
use gst_video::VideoFormat;

use super::{SkipFrames, props, props::Settings};
use crate::elements::codec::{
    bridge::{Bridge, Direction},
    choose,
    kept::Kept,
    nal, pads, relay,
};

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new("nvv4l2decoder", gst::DebugColorFlags::empty(), Some("Video decoder to NVMM surfaces"))
});

/// What comes out, the preferred format first: converting a frame costs less to a format that is nearer.
const FORMATS: &[VideoFormat] = &[VideoFormat::I420, VideoFormat::Nv12];

/// What is plugged now.
#[derive(Default)]
struct State {
    /// The conversion, which does nothing as long as the decoder's format is one of [`FORMATS`].
    convert: Option<gst::Element>,
    decoder: Option<gst::Element>,
    caps: Option<gst::Caps>,
    /// Decoded frames since the start, for `drop-frame-interval`.
    frames: u64,
    /// What the stream's codec is called, for messages.
    codec: &'static str,
}

/// The element.
pub struct Decoder {
    sink: gst::GhostPad,
    src: gst::GhostPad,
    bridge: Bridge,
    settings: Mutex<Settings>,
    kept: Kept,
    state: Mutex<State>,
}

impl Decoder {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sink_event(&self, pad: &gst::GhostPad, event: gst::Event) -> bool {
        if let gst::EventView::Caps(sent) = event.view()
            && let Err(error) = self.plug_for(&sent.caps_owned())
        {
            self.obj().post_error_message(error);
            return false;
        }
        gst::Pad::event_default(pad, Some(&*self.obj()), event)
    }

    fn sink_query(&self, pad: &gst::GhostPad, query: &mut gst::QueryRef) -> bool {
        match query.view_mut() {
            // Not the plugged decoder's caps: another codec may follow.
            gst::QueryViewMut::Caps(query) => {
                let caps = pad.pad_template_caps();
                let caps = match query.filter() {
                    Some(filter) => filter.intersect_with_mode(&caps, gst::CapsIntersectMode::First),
                    None => caps,
                };
                query.set_result(&caps);
                true
            }
            gst::QueryViewMut::AcceptCaps(query) => {
                let accepted = query.caps().can_intersect(&pad.pad_template_caps());
                query.set_result(accepted);
                true
            }
            _ => gst::Pad::query_default(pad, Some(&*self.obj()), query),
        }
    }

    /// Leaves out what `skip-frames` says before it is decoded.
    fn wanted(&self, frame: &gst::BufferRef) -> bool {
        match self.settings().skip_frames {
            SkipFrames::None => true,
            SkipFrames::KeyOnly => !frame.flags().contains(gst::BufferFlags::DELTA_UNIT),
            SkipFrames::NonReference => {
                let caps = self.state().caps.clone();
                !caps.is_some_and(|caps| nal::is_disposable(&caps, frame))
            }
        }
    }

    /// Sees to it that a decoder for `caps` is plugged.
    fn plug_for(&self, caps: &gst::Caps) -> Result<(), gst::ErrorMessage> {
        let old = {
            let mut state = self.state();
            (state.codec, state.caps) = (choose::codec(caps).0, Some(caps.clone()));
            state.decoder.clone()
        };
        if old.as_ref().and_then(gst::Element::factory).is_some_and(|factory| factory.can_sink_all_caps(caps)) {
            return Ok(());
        }
        if let Some(old) = old {
            self.unplug(&old)?;
        }
        let candidates = choose::decoders(caps);
        let decoder = choose::first_usable(&candidates).ok_or_else(|| self.missing(caps, candidates.len()))?;
        gst::info!(CAT, imp = self, "{} decodes {caps}", decoder.name());
        self.plug(decoder)
    }

    fn plug(&self, decoder: gst::Element) -> Result<(), gst::ErrorMessage> {
        let settings = self.settings().clone();
        let threads = if settings.max_threads == 0 { props::automatic_threads() } else { settings.max_threads };
        choose::set_first(&decoder, &["max-threads", "n-threads", "threads"], &threads.to_string());
        if settings.low_latency {
            choose::set_first(&decoder, &["thread-type"], "slice");
        }
        let convert = self.convert()?;
        let plug = || -> Result<(), glib::BoolError> {
            self.obj().add(&decoder)?;
            decoder.link(&convert)?;
            let input = decoder.static_pad("sink").ok_or_else(|| glib::bool_error!("the decoder has no sink pad"))?;
            let output = decoder.static_pad("src").ok_or_else(|| glib::bool_error!("the decoder has no src pad"))?;
            self.thin_out(&output);
            self.sink.set_target(Some(&input))?;
            decoder.sync_state_with_parent()
        };
        plug()
            .map_err(|error| gst::error_msg!(gst::CoreError::Pad, ("{} cannot be plugged: {error}", decoder.name())))?;
        self.state().decoder = Some(decoder);
        Ok(())
    }

    /// Drops decoded frames as `drop-frame-interval` says.
    fn thin_out(&self, output: &gst::Pad) {
        let weak = self.obj().downgrade();
        output.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
            let Some(decoder) = weak.upgrade() else { return gst::PadProbeReturn::Ok };
            let imp = decoder.imp();
            let interval = u64::from(imp.settings().drop_frame_interval).max(1);
            let mut state = imp.state();
            let keep = state.frames.is_multiple_of(interval);
            state.frames += 1;
            if keep { gst::PadProbeReturn::Ok } else { gst::PadProbeReturn::Handled }
        });
    }

    /// The conversion after the decoder, made when the first decoder is.
    fn convert(&self) -> Result<gst::Element, gst::ErrorMessage> {
        if let Some(convert) = &self.state().convert {
            return Ok(convert.clone());
        }
        let broken = |error: glib::BoolError| {
            gst::error_msg!(
                gst::CoreError::MissingPlugin,
                ("videoconvert is missing, install gstreamer1.0-plugins-base: {error}")
            )
        };
        let convert = gst::ElementFactory::make("videoconvert").build().map_err(broken)?;
        self.obj().add(&convert).map_err(broken)?;
        convert.link(&self.bridge).map_err(broken)?;
        convert.sync_state_with_parent().map_err(broken)?;
        self.state().convert = Some(convert.clone());
        Ok(convert)
    }

    /// Lets the frames inside `old` out and removes it.
    fn unplug(&self, old: &gst::Element) -> Result<(), gst::ErrorMessage> {
        if let (Some(input), Some(output)) = (old.static_pad("sink"), old.static_pad("src")) {
            output.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, |_, info| match info.event() {
                Some(event) if event.type_() == gst::EventType::Eos => gst::PadProbeReturn::Handled,
                _ => gst::PadProbeReturn::Ok,
            });
            input.send_event(gst::event::Eos::new());
        }
        // Locked first: the bin may be changing its children's state in another thread meanwhile.
        old.set_locked_state(true);
        let _ = old.set_state(gst::State::Null);
        let removed = self.sink.set_target(None::<&gst::Pad>).and_then(|()| self.obj().remove(old));
        self.state().decoder = None;
        removed.map_err(|error| gst::error_msg!(gst::CoreError::Pad, ("{} cannot be replaced: {error}", old.name())))
    }

    /// Tells applications what is missing in both ways they understand: a missing-plugin message and an error.
    fn missing(&self, caps: &gst::Caps, broken: usize) -> gst::ErrorMessage {
        let (codec, package) = choose::codec(caps);
        let detail = gst::Structure::builder("missing-plugin")
            .field("type", "decoder")
            .field("detail", caps)
            .field("name", format!("{codec} decoder"))
            .build();
        let _ = self.obj().post_message(gst::message::Element::builder(detail).src(&*self.obj()).build());
        let found = if broken == 0 {
            String::from("no decoder is installed")
        } else {
            format!("none of the {broken} installed decoders works on this machine")
        };
        gst::error_msg!(
            gst::CoreError::MissingPlugin,
            ("{codec} cannot be decoded: {found}; install one with: apt-get install {package}"),
            ["{caps}"]
        )
    }
}

#[glib::object_subclass]
impl ObjectSubclass for Decoder {
    const NAME: &'static str = "DsAppsV4l2Decoder";
    type Type = super::Decoder;
    type ParentType = gst::Bin;

    fn with_class(class: &Self::Class) -> Self {
        let sink = pads::builder::<gst::GhostPad>(class.pad_template("sink"), gst::PadDirection::Sink)
            .event_function(|pad, parent, event| {
                Self::catch_panic_pad_function(parent, || false, |decoder| decoder.sink_event(pad, event))
            })
            .query_function(|pad, parent, query| {
                Self::catch_panic_pad_function(parent, || false, |decoder| decoder.sink_query(pad, query))
            })
            .build();
        let src = pads::builder::<gst::GhostPad>(class.pad_template("src"), gst::PadDirection::Src).build();
        Self {
            sink,
            src,
            bridge: Bridge::new(Direction::ToNvmm, FORMATS),
            settings: Mutex::default(),
            kept: Kept::default(),
            state: Mutex::default(),
        }
    }
}

impl ObjectImpl for Decoder {
    fn properties() -> &'static [glib::ParamSpec] {
        static SPECS: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(props::specs);
        SPECS.as_ref()
    }

    fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
        let mut settings = self.settings();
        let known = match spec.name() {
            "skip-frames" => value.get().map(|value| settings.skip_frames = value),
            "drop-frame-interval" => value.get().map(|value| settings.drop_frame_interval = value),
            "low-latency-mode" => value.get().map(|value| settings.low_latency = value),
            "max-threads" => value.get().map(|value| settings.max_threads = value),
            _ => {
                self.kept.set(spec, value);
                Ok(())
            }
        };
        if let Err(error) = known {
            gst::warning!(CAT, imp = self, "{}: {error}", spec.name());
        }
    }

    fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
        let settings = self.settings();
        match spec.name() {
            "skip-frames" => settings.skip_frames.to_value(),
            "drop-frame-interval" => settings.drop_frame_interval.to_value(),
            "low-latency-mode" => settings.low_latency.to_value(),
            "max-threads" => settings.max_threads.to_value(),
            _ => self.kept.get(spec),
        }
    }

    fn constructed(&self) {
        self.parent_constructed();
        let bin = self.obj();
        let built = bin
            .add(&self.bridge)
            .and_then(|()| self.src.set_target(Some(self.bridge.src())))
            .and_then(|()| bin.add_pad(&self.sink))
            .and_then(|()| bin.add_pad(&self.src));
        if let Err(error) = built {
            gst::error!(CAT, imp = self, "{error}");
        }
        let weak = bin.downgrade();
        self.sink.add_probe(gst::PadProbeType::BUFFER, move |_, info| match (weak.upgrade(), info.buffer()) {
            (Some(decoder), Some(frame)) if !decoder.imp().wanted(frame) => gst::PadProbeReturn::Handled,
            _ => gst::PadProbeReturn::Ok,
        });
    }
}

impl GstObjectImpl for Decoder {}

impl ElementImpl for Decoder {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static META: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "Video decoder to NVMM surfaces",
                "Codec/Decoder/Video",
                "Decodes with the best decoder of the machine and hands frames on as NVMM surfaces",
                "ds-apps",
            )
        });
        Some(&META)
    }

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
            let frames = crate::surface::caps::nvmm(FORMATS);
            let pads = [("sink", gst::PadDirection::Sink, props::sink_caps()), ("src", gst::PadDirection::Src, frames)];
            pads.into_iter().filter_map(|(name, way, caps)| pads::always(name, way, &caps)).collect()
        });
        TEMPLATES.as_ref()
    }

    fn change_state(&self, transition: gst::StateChange) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
        if transition == gst::StateChange::ReadyToPaused {
            self.state().frames = 0;
        }
        self.parent_change_state(transition)
    }
}

impl BinImpl for Decoder {
    fn handle_message(&self, message: gst::Message) {
        match message.view() {
            gst::MessageView::Error(error) => {
                let codec = self.state().codec;
                relay::error(&*self.obj(), error, &format!("the {codec} stream cannot be decoded"));
            }
            _ => self.parent_handle_message(message),
        }
    }
}
