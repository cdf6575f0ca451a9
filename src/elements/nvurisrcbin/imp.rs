//! The bin: `source -> [videoconvert -> bridge] -> splice -> vsrc_0`, built on the way to PAUSED; what is in brackets only
//! where frames do not come as surfaces already.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use gst::{glib, prelude::*, subclass::prelude::*};
use gst_video::VideoFormat;

use super::{
    enums::{BufferMode, RtpProtocol},
    link::{Link, Loss, Reporter},
    pattern::Pattern,
    props::{self, Settings},
    splice::{AtEnd, Owner, Splice},
    stall::Watch,
    wire,
};
use crate::elements::codec::{choose, kept::Kept, relay};
use crate::meta::ntp;
use crate::surface::caps;

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new("nvurisrcbin", gst::DebugColorFlags::empty(), Some("Any URI as surfaces"))
});

/// What raw sources may deliver without a conversion.
pub(super) const FORMATS: &[VideoFormat] =
    &[VideoFormat::I420, VideoFormat::Nv12, VideoFormat::Bgrx, VideoFormat::Rgba, VideoFormat::Gray8];

/// What is built between READY and PAUSED.
#[derive(Default)]
pub(super) struct State {
    pub(super) source: Option<gst::Element>,
    /// Where the source's video pad is linked to; it outlives the pad when a source is opened anew.
    pub(super) entry: Option<gst::Pad>,
    pub(super) splice: Option<Splice>,
    /// Everything else: elements after the source, and the pads of the bin.
    pub(super) parts: Vec<gst::Element>,
    pub(super) pads: Vec<gst::GhostPad>,
    /// Runs until the first video stream is known.
    pub(super) watch: Option<Watch>,
    /// Watches over an RTSP connection.
    pub(super) link: Option<Link>,
    /// Whether an error was posted: what follows from it is not worth another.
    failed: bool,
}

/// The element.
#[derive(Default)]
pub struct UriSource {
    settings: Mutex<Settings>,
    kept: Kept,
    state: Mutex<State>,
}

impl UriSource {
    pub(super) fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn uri(&self) -> String {
        self.settings().uri.clone().unwrap_or_default()
    }

    /// Posts `error` unless one was posted before.
    pub(super) fn fail(&self, error: gst::ErrorMessage) {
        if !std::mem::replace(&mut self.state().failed, true) {
            self.obj().post_error_message(error);
        }
    }

    fn build(&self) -> Result<(), gst::ErrorMessage> {
        let uri = self.uri();
        if uri.is_empty() {
            return Err(gst::error_msg!(gst::ResourceError::Settings, ("nothing to play: set the property uri")));
        }
        match Pattern::parse(&uri) {
            Some(pattern) => {
                let pattern =
                    pattern.map_err(|error| gst::error_msg!(gst::ResourceError::Settings, ("{uri}: {error}")))?;
                self.build_pattern(&uri, &pattern)
            }
            None => self.build_uri(&uri),
        }
    }

    fn build_pattern(&self, uri: &str, pattern: &Pattern) -> Result<(), gst::ErrorMessage> {
        let source = make("videotestsrc")?;
        let known = source.property_value("pattern").type_();
        let kind = glib::EnumClass::with_type(known).and_then(|class| class.to_value_by_nick(&pattern.name));
        let kind = kind.ok_or_else(|| {
            gst::error_msg!(
                gst::ResourceError::Settings,
                ("{uri}: no test pattern is called {}; gst-inspect-1.0 videotestsrc lists them", pattern.name)
            )
        })?;
        source.set_property_from_value("pattern", &kind);
        source.set_property("is-live", pattern.live);
        source.set_property("num-buffers", pattern.frames.unwrap_or(-1));
        let caps = gst_video::VideoCapsBuilder::new()
            .format(VideoFormat::I420)
            .width(pattern.size.width as i32)
            .height(pattern.size.height as i32)
            .framerate(gst::Fraction::new(pattern.fps.0, pattern.fps.1))
            .build();
        let filter = make("capsfilter")?;
        filter.set_property("caps", &caps);
        let built = || -> Result<gst::Pad, glib::BoolError> {
            self.obj().add_many([&source, &filter])?;
            source.link(&filter)?;
            filter.static_pad("src").ok_or_else(|| glib::bool_error!("capsfilter has no src pad"))
        };
        let output = built().map_err(|error| gst::error_msg!(gst::CoreError::Pad, ("{uri}: {error}")))?;
        {
            let mut state = self.state();
            state.source = Some(source);
            state.parts.push(filter);
        }
        self.attach_video(&output, &caps)
    }

    fn build_uri(&self, uri: &str) -> Result<(), gst::ErrorMessage> {
        let source = make("uridecodebin")?;
        let uri = if glib::uri_parse_scheme(uri).is_some() {
            uri.to_owned()
        } else {
            let path = glib::filename_to_uri(std::path::absolute(uri).unwrap_or_default(), None);
            path.map_err(|error| {
                gst::error_msg!(gst::ResourceError::NotFound, ("{uri} is no URI and no path: {error}"))
            })?
            .into()
        };
        source.set_property("uri", &uri);
        let weak = self.obj().downgrade();
        source.connect("source-setup", false, move |values| {
            let (bin, child) = (weak.upgrade()?, values.get(1)?.get::<gst::Element>().ok()?);
            bin.imp().set_up(&child);
            None
        });
        let weak = self.obj().downgrade();
        source.connect("autoplug-continue", false, move |values| {
            let caps = values.get(2)?.get::<gst::Caps>().ok()?;
            let wanted = weak.upgrade().is_none_or(|bin| bin.imp().is_wanted(&caps));
            Some(wanted.to_value())
        });
        let weak = self.obj().downgrade();
        source.connect_pad_added(move |_, pad| {
            if let Some(bin) = weak.upgrade() {
                bin.imp().pad_added(pad);
            }
        });
        let weak = self.obj().downgrade();
        source.connect_no_more_pads(move |_| {
            if let Some(bin) = weak.upgrade() {
                bin.imp().all_pads_known();
            }
        });
        self.obj().add(&source).map_err(|error| gst::error_msg!(gst::CoreError::StateChange, ("{uri}: {error}")))?;
        let link = if wire::is_rtsp(&uri) { Some(wire::link(&self.obj())?) } else { None };
        // Network sources wait in threads a watch cannot see.
        let weak = self.obj().downgrade();
        let watch = uri.starts_with("file:").then(|| {
            Watch::start(&source, move || {
                if let Some(bin) = weak.upgrade() {
                    bin.imp().stalled();
                }
            })
        });
        let mut state = self.state();
        (state.source, state.watch, state.link) = (Some(source), watch, link);
        Ok(())
    }

    /// Posts the error of a child as our own, unless one was posted before.
    pub(super) fn relay(&self, error: &gst::message::Error) {
        if !std::mem::replace(&mut self.state().failed, true) {
            relay::error(&*self.obj(), error, &format!("{} cannot be played", self.uri()));
        }
    }

    /// Says that the source has died where GStreamer does not.
    fn stalled(&self) {
        if self.state().entry.is_none() {
            let uri = self.uri();
            self.fail(gst::error_msg!(
                gst::StreamError::Demux,
                ("{uri} cannot be played: it contains no playable streams")
            ));
        }
    }

    /// Gives the element that fetches the data what is meant for it.
    fn set_up(&self, child: &gst::Element) {
        if child.factory().is_none_or(|factory| factory.name() != "rtspsrc") {
            return;
        }
        ntp::configure_source(child);
        choose::set_first(child, &["tcp-timeout"], wire::TCP_TIMEOUT_US);
        for name in props::OF_RTSP {
            let value = self.obj().property_value(name);
            if let Ok(text) = value.serialize() {
                choose::set_first(child, &[name], &text);
            }
        }
        let protocol: RtpProtocol = self.obj().property("select-rtp-protocol");
        child.set_property_from_str("protocols", protocol.protocols());
        let mode: BufferMode = self.obj().property("buffer-mode");
        choose::set_first(child, &["buffer-mode"], &(mode as i32).to_string());
    }

    /// What streaming threads tell the watch over an RTSP connection.
    pub(super) fn reporter(&self) -> Option<Reporter> {
        self.state().link.as_ref().map(Link::reporter)
    }

    /// What the splice needs to know from us.
    pub(super) fn owner(&self) -> Owner {
        let (loops, ended, sparse) = (self.obj().downgrade(), self.obj().downgrade(), self.obj().downgrade());
        let reporter = self.reporter();
        let connects_again = reporter.is_some() && !wire::rules(&self.obj()).interval.is_zero();
        let at_end = reporter.clone();
        Owner {
            loops: Box::new(move || loops.upgrade().is_some_and(|bin| bin.imp().settings().file_loop)),
            ended: Box::new(move |frames| match (&at_end, ended.upgrade()) {
                (Some(reporter), _) if connects_again => {
                    reporter.lost(Loss::Ended);
                    AtEnd::Again
                }
                // A file that yields nothing would be rewound for ever.
                (_, Some(bin)) if frames > 0 && bin.imp().settings().file_loop => {
                    bin.call_async(|bin| bin.imp().rewind());
                    AtEnd::Again
                }
                _ => AtEnd::Stop,
            }),
            sparse: Box::new(move || {
                let interval = sparse.upgrade().map(|bin| bin.property::<u32>("drop-frame-interval"));
                interval.is_some_and(|interval| interval > 1)
            }),
            reporter,
        }
    }

    /// Starts the next pass: by a seek to the start, or by opening the source anew where it cannot seek.
    fn rewind(&self) {
        let (splice, source) = {
            let state = self.state();
            (state.splice.clone(), state.source.clone())
        };
        let (Some(splice), Some(source)) = (splice, source) else { return };
        let start = gst::ClockTime::ZERO;
        let none = gst::ClockTime::NONE;
        let seek =
            gst::event::Seek::new(1.0, gst::SeekFlags::FLUSH, gst::SeekType::Set, start, gst::SeekType::None, none);
        // A generated picture counts its frames from the start of the element, not from the seek.
        let counted = source.find_property("num-buffers").is_some_and(|_| source.property::<i32>("num-buffers") >= 0);
        if !counted && splice.sink().push_event(seek) {
            return;
        }
        gst::debug!(CAT, imp = self, "{} cannot seek and is opened anew", self.uri());
        let reopened = source
            .set_state(gst::State::Null)
            .map_err(|_| ())
            .and_then(|_| source.sync_state_with_parent().map_err(|_| ()));
        if reopened.is_err() {
            self.fail(gst::error_msg!(gst::ResourceError::OpenRead, ("{} cannot be opened again to loop", self.uri())));
        }
    }

    fn tear_down(&self) {
        let link = self.state().link.take();
        // Its thread may be bringing the source up again; after this it does not.
        drop(link);
        let state = std::mem::take(&mut *self.state());
        for pad in state.pads {
            let _ = pad.set_active(false);
            let _ = self.obj().remove_pad(&pad);
        }
        for element in state.source.into_iter().chain(state.parts) {
            let _ = element.set_state(gst::State::Null);
            let _ = self.obj().remove(&element);
        }
    }
}

pub(super) fn make(factory: &str) -> Result<gst::Element, gst::ErrorMessage> {
    gst::ElementFactory::make(factory).build().map_err(broken)
}

pub(super) fn broken(error: glib::BoolError) -> gst::ErrorMessage {
    gst::error_msg!(
        gst::CoreError::MissingPlugin,
        ("a GStreamer element is missing, install gstreamer1.0-plugins-base: {error}")
    )
}

#[glib::object_subclass]
impl ObjectSubclass for UriSource {
    const NAME: &'static str = "DsAppsUriSource";
    type Type = super::UriSource;
    type ParentType = gst::Bin;
}

impl ObjectImpl for UriSource {
    fn properties() -> &'static [glib::ParamSpec] {
        static SPECS: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(props::specs);
        SPECS.as_ref()
    }

    fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
        let mut settings = self.settings();
        let known = match spec.name() {
            "uri" => value.get().map(|value| settings.uri = value),
            "file-loop" => value.get().map(|value| settings.file_loop = value),
            "disable-audio" => value.get().map(|value| settings.disable_audio = value),
            name => {
                if props::is_recording(name) {
                    gst::warning!(CAT, imp = self, "{name}: smart recording is not done here");
                }
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
            "uri" => settings.uri.to_value(),
            "file-loop" => settings.file_loop.to_value(),
            "disable-audio" => settings.disable_audio.to_value(),
            _ => self.kept.get(spec),
        }
    }

    fn constructed(&self) {
        self.parent_constructed();
        // A source that is slow to open, is opened anew, or never opens keeps nobody else from playing.
        self.obj().set_property("async-handling", true);
        self.obj().set_suppressed_flags(gst::ElementFlags::SINK);
        self.obj().set_element_flags(gst::ElementFlags::SOURCE);
        self.obj().connect_deep_element_added(|bin, _, child| {
            if child.factory().is_some_and(|factory| factory.name() == "nvv4l2decoder") {
                for (ours, theirs) in props::OF_DECODER {
                    child.set_property_from_value(theirs, &bin.property_value(ours));
                }
            }
        });
    }
}

impl GstObjectImpl for UriSource {}

impl ElementImpl for UriSource {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static META: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "URI source",
                "Source/Video",
                "Plays any URI and hands its frames on as NVMM surfaces",
                "ds-apps",
            )
        });
        Some(&META)
    }

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
            let audio = gst::Caps::builder("audio/x-raw").build();
            [("vsrc_%u", caps::nvmm(FORMATS)), ("asrc_%u", audio)]
                .into_iter()
                .filter_map(|(name, caps)| {
                    gst::PadTemplate::new(name, gst::PadDirection::Src, gst::PadPresence::Sometimes, &caps).ok()
                })
                .collect()
        });
        TEMPLATES.as_ref()
    }

    fn change_state(&self, transition: gst::StateChange) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
        if transition == gst::StateChange::ReadyToPaused
            && let Err(error) = self.build()
        {
            self.fail(error);
            self.tear_down();
            return Err(gst::StateChangeError);
        }
        if transition == gst::StateChange::PausedToReady {
            let link = self.state().link.take();
            drop(link);
        }
        let changed = self.parent_change_state(transition);
        match transition {
            gst::StateChange::ReadyToPaused if changed.is_err() => self.tear_down(),
            gst::StateChange::PausedToReady => {
                self.tear_down();
                // A source that would not stop in order, such as one that failed half built, is gone now.
                return Ok(gst::StateChangeSuccess::Success);
            }
            _ => {}
        }
        changed
    }
}

impl BinImpl for UriSource {
    fn handle_message(&self, message: gst::Message) {
        match message.view() {
            gst::MessageView::Error(error) => match self.reporter() {
                Some(reporter) => reporter.lost(Loss::Error(message)),
                None => self.relay(error),
            },
            _ => self.parent_handle_message(message),
        }
    }
}
