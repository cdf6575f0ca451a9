//! The bin: `encoder ! parser ! fakesink`, made when the element gets READY; what reaches the end goes to the server's feeds.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gst::{glib, prelude::*, subclass::prelude::*};

use super::{feeds::Feeds, server::Server, settings::Settings};
use crate::elements::codec::{kept::Kept, pads, relay};
use crate::elements::plumbing::settings_specs;
use crate::surface::caps;

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new("nvrtspoutsinkbin", gst::DebugColorFlags::empty(), Some("RTSP server sink"))
});

/// How long clients have to hear that it is over.
const FAREWELL: Duration = Duration::from_secs(1);

/// The name of the message that says where the stream is, in its field `url`.
const LISTENING: &str = "nvrtspoutsinkbin-listening";

/// What exists from READY on.
struct Open {
    server: Server,
    children: Vec<gst::Element>,
}

/// The element.
pub struct RtspOutSink {
    pad: gst::GhostPad,
    settings: Mutex<Settings>,
    kept: Kept,
    open: Mutex<Option<Open>>,
}

impl RtspOutSink {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn opened(&self) -> MutexGuard<'_, Option<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> Result<(), gst::ErrorMessage> {
        let settings = self.settings().clone();
        if !settings.mount_point.starts_with('/') {
            return Err(gst::error_msg!(
                gst::ResourceError::Settings,
                ("mount-point {} has to start with a slash", settings.mount_point)
            ));
        }
        let feeds = Arc::<Feeds>::default();
        let server = Server::start(&settings, &feeds)?;
        let children = self.plug(&settings, feeds).map_err(|error| {
            gst::error_msg!(gst::CoreError::MissingPlugin, ("the RTSP output cannot be built: {error}"))
        })?;
        let url = server.url().to_owned();
        gst::info!(CAT, imp = self, "serving {url}");
        *self.opened() = Some(Open { server, children });
        let said = gst::Structure::builder(LISTENING).field("url", url).build();
        let _ = self.obj().post_message(gst::message::Element::builder(said).src(&*self.obj()).build());
        Ok(())
    }

    fn plug(&self, settings: &Settings, feeds: Arc<Feeds>) -> Result<Vec<gst::Element>, glib::BoolError> {
        let [encoder, parser, _] = settings.codec.elements();
        let encoder = gst::ElementFactory::make(encoder)
            .property("bitrate", settings.bitrate)
            .property("iframeinterval", settings.iframeinterval)
            .build()?;
        let parser = gst::ElementFactory::make(parser).build()?;
        let end = gst::ElementFactory::make("fakesink")
            .property("sync", settings.sync)
            .property("signal-handoffs", true)
            .property("enable-last-sample", false)
            .build()?;
        let input = end.static_pad("sink").ok_or_else(|| glib::bool_error!("fakesink has no sink pad"))?;
        let at_end = feeds.clone();
        input.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, move |_, info| {
            if info.event().is_some_and(|event| event.type_() == gst::EventType::Eos) {
                at_end.end(FAREWELL);
            }
            gst::PadProbeReturn::Ok
        });
        end.connect("handoff", false, move |values| {
            let (frame, pad) = (values.get(1)?.get::<gst::Buffer>().ok()?, values.get(2)?.get::<gst::Pad>().ok()?);
            hand_over(&feeds, &frame, &pad);
            None
        });
        let children = vec![encoder, parser, end];
        self.obj().add_many(&children)?;
        gst::Element::link_many(&children)?;
        self.pad.set_target(children[0].static_pad("sink").as_ref())?;
        Ok(children)
    }

    fn close(&self) {
        let Some(Open { server, children }) = self.opened().take() else { return };
        drop(server);
        let detached = self.pad.set_target(None::<&gst::Pad>);
        for child in &children {
            let _ = child.set_state(gst::State::Null);
        }
        if let Err(error) = detached.and_then(|()| self.obj().remove_many(&children)) {
            gst::warning!(CAT, imp = self, "{error}");
        }
    }
}

/// Takes a frame whose time has come.
fn hand_over(feeds: &Feeds, frame: &gst::Buffer, pad: &gst::Pad) {
    let segment = pad.sticky_event::<gst::event::Segment>(0);
    let segment = segment.as_ref().and_then(|event| event.segment().downcast_ref::<gst::ClockTime>());
    let time = segment.and_then(|segment| segment.to_running_time(frame.pts()));
    if let (Some(caps), Some(time)) = (pad.current_caps(), time) {
        feeds.push(frame, &caps, time);
    }
    if feeds.ask_for_key() {
        let wanted = gst_video::UpstreamForceKeyUnitEvent::builder().all_headers(true).build();
        pad.push_event(wanted);
    }
}

#[glib::object_subclass]
impl ObjectSubclass for RtspOutSink {
    const NAME: &'static str = "DsAppsRtspOutSink";
    type Type = super::RtspOutSink;
    type ParentType = gst::Bin;

    fn with_class(class: &Self::Class) -> Self {
        let pad = pads::builder(class.pad_template("sink"), gst::PadDirection::Sink).build();
        Self { pad, settings: Mutex::default(), kept: Kept::default(), open: Mutex::default() }
    }
}

impl ObjectImpl for RtspOutSink {
    settings_specs!();

    fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
        match self.settings().set(spec.name(), value) {
            Ok(true) => {}
            Ok(false) => self.kept.set(spec, value),
            Err(error) => gst::warning!(CAT, imp = self, "{}: {error}", spec.name()),
        }
    }

    fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
        if spec.name() == "url" {
            return self.opened().as_ref().map(|open| open.server.url().to_owned()).to_value();
        }
        self.settings().get(spec.name()).unwrap_or_else(|| self.kept.get(spec))
    }

    fn constructed(&self) {
        self.parent_constructed();
        let bin = self.obj();
        // Known as a sink before there is a child, so that the pipeline waits for its end.
        bin.set_suppressed_flags(gst::ElementFlags::SINK);
        bin.set_element_flags(gst::ElementFlags::SINK);
        if let Err(error) = bin.add_pad(&self.pad) {
            gst::error!(CAT, imp = self, "{error}");
        }
    }
}

impl GstObjectImpl for RtspOutSink {}

impl ElementImpl for RtspOutSink {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static META: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            let what = "Encodes frames and serves them to RTSP clients";
            gst::subclass::ElementMetadata::new("RTSP server sink", "Sink/Video/Network", what, "ds-apps")
        });
        Some(&META)
    }

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
            let mut frames = caps::nvmm(&caps::FORMATS);
            frames.merge(caps::system(&caps::FORMATS));
            pads::always("sink", gst::PadDirection::Sink, &frames).into_iter().collect()
        });
        &TEMPLATES
    }

    fn change_state(&self, transition: gst::StateChange) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
        if transition == gst::StateChange::NullToReady
            && let Err(error) = self.open()
        {
            self.obj().post_error_message(error);
            return Err(gst::StateChangeError);
        }
        let changed = self.parent_change_state(transition)?;
        if transition == gst::StateChange::ReadyToNull {
            self.close();
        }
        Ok(changed)
    }
}

impl BinImpl for RtspOutSink {
    fn handle_message(&self, message: gst::Message) {
        match message.view() {
            gst::MessageView::Error(error) => relay::error(&*self.obj(), error, "the frames cannot be served"),
            _ => self.parent_handle_message(message),
        }
    }
}
