//! The element: takes messages off frames and hands them to the courier.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use super::error::StartError;
use super::place;
use super::settings::Settings;
use crate::base::home;
use crate::elements::plumbing::{introduction, settings_specs};
use crate::message::broker::{self, Chosen};
use crate::message::courier::{Counts, Courier, Notice, Notify, Options, Remainder};
use crate::message::envelope::Envelope;
use crate::message::spool::SpoolError;
use crate::meta::Batch;
use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::subclass::prelude::*;

static CAT: LazyLock<gst::DebugCategory> =
    LazyLock::new(|| gst::DebugCategory::new("nvmsgbroker", gst::DebugColorFlags::empty(), Some("Message broker")));

#[derive(Default)]
struct State {
    courier: Option<Arc<Courier>>,
    topic: String,
    /// Of the run that ended last.
    last: Counts,
}

#[derive(Default)]
pub struct NvMsgBroker {
    settings: Mutex<Settings>,
    state: Mutex<State>,
}

#[glib::object_subclass]
impl ObjectSubclass for NvMsgBroker {
    const NAME: &'static str = "GstNvMsgBroker";
    type Type = super::NvMsgBroker;
    type ParentType = gst_base::BaseSink;
}

impl ObjectImpl for NvMsgBroker {
    settings_specs!();

    fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
        if let Err(error) = self.settings().set(spec.name(), value) {
            gst::warning!(CAT, imp = self, "{}: {error}", spec.name());
        }
    }

    fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
        match spec.name() {
            "stats" => self.stats().to_value(),
            name => self.settings().get(name),
        }
    }
}

impl GstObjectImpl for NvMsgBroker {}

impl ElementImpl for NvMsgBroker {
    introduction!(
        "Message broker",
        "Sink/Metadata",
        "Sends messages attached to frames to Kafka, AMQP, MQTT, Redis or a file, each at least once"
    );

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
            let presence = gst::PadPresence::Always;
            let sink = gst::PadTemplate::new("sink", gst::PadDirection::Sink, presence, &gst::Caps::new_any());
            sink.into_iter().collect()
        });
        &TEMPLATES
    }
}

impl BaseSinkImpl for NvMsgBroker {
    fn start(&self) -> Result<(), gst::ErrorMessage> {
        let settings = self.settings().clone();
        let (courier, topic) =
            self.open(&settings).map_err(|error| gst::error_msg!(gst::ResourceError::Settings, ("{error}")))?;
        let mut state = self.state();
        state.topic = topic;
        state.courier = Some(Arc::new(courier));
        Ok(())
    }

    fn stop(&self) -> Result<(), gst::ErrorMessage> {
        let Some(courier) = self.state().courier.take() else { return Ok(()) };
        let left = courier.close();
        self.state().last = courier.counts();
        if left.messages > 0 {
            self.say_what_stays(&left);
        }
        Ok(())
    }

    fn render(&self, buffer: &gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError> {
        let (only, (courier, topic)) = (self.settings().comp_id, self.courier());
        let (Some(courier), Some(batch)) = (courier, Batch::of(buffer)) else { return Ok(gst::FlowSuccess::Ok) };
        let of_frames = batch.frames().flat_map(|frame| frame.payloads().map(|payload| (frame.source_id(), payload)));
        let of_batch = batch.payloads().map(|payload| (0, payload));
        for (source, payload) in of_frames.chain(of_batch) {
            if only == 0 || payload.component_id == only {
                let key = format!("source-{source}");
                courier.accept(Envelope { key, topic: topic.clone(), payload: payload.bytes.to_vec() });
            }
        }
        Ok(gst::FlowSuccess::Ok)
    }

    fn event(&self, event: gst::Event) -> bool {
        if event.type_() == gst::EventType::Eos
            && let (Some(courier), _) = self.courier()
        {
            let patience = self.settings().patience();
            gst::debug!(CAT, imp = self, "waiting {patience:?} for acknowledgements");
            let left = courier.flush(patience);
            gst::debug!(CAT, imp = self, "{} messages are not acknowledged", left.messages);
        }
        self.parent_event(event)
    }

    fn unlock(&self) -> Result<(), gst::ErrorMessage> {
        if let (Some(courier), _) = self.courier() {
            courier.hurry();
        }
        Ok(())
    }
}

impl NvMsgBroker {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn courier(&self) -> (Option<Arc<Courier>>, String) {
        let state = self.state();
        (state.courier.clone(), state.topic.clone())
    }

    /// Chooses the client and opens the spool.
    fn open(&self, settings: &Settings) -> Result<(Courier, String), StartError> {
        let chosen = broker::choose(&settings.broker())?;
        for warning in &chosen.warnings {
            gst::element_imp_warning!(self, gst::ResourceError::Settings, ("{warning}"));
        }
        let topic = chosen.topic.clone();
        let spool = self.spool(settings, &chosen)?;
        let options = Options { spool, limit: settings.spool_size };
        Ok((Courier::start(chosen.client, &options, self.notify())?, topic))
    }

    /// The spool's folder: the one that was asked for, or a free one of the user's.
    fn spool(&self, settings: &Settings, chosen: &Chosen) -> Result<Option<PathBuf>, SpoolError> {
        if let Some(dir) = &settings.spool_dir {
            return Ok(Some(PathBuf::from(dir)).filter(|dir| !dir.as_os_str().is_empty()));
        }
        for dir in place::candidates(home::state().as_deref(), chosen) {
            match crate::message::spool::check(&dir) {
                Ok(()) => return Ok(Some(dir)),
                Err(SpoolError::InUse { .. }) => {}
                Err(error) => {
                    let text = format!("{error}; messages are kept in memory, and lost when this process ends");
                    gst::element_imp_warning!(self, gst::ResourceError::OpenWrite, ("{text}"));
                    return Ok(None);
                }
            }
        }
        Ok(None)
    }

    /// Notices become messages on the bus.
    fn notify(&self) -> Notify {
        let element = self.obj().downgrade();
        Arc::new(move |notice| {
            let Some(element) = element.upgrade() else { return };
            match notice {
                Notice::Info(text) => gst::element_info!(element, gst::ResourceError::Write, ("{text}")),
                Notice::Warning(text) => gst::element_warning!(element, gst::ResourceError::Write, ("{text}")),
            }
        })
    }

    fn say_what_stays(&self, left: &Remainder) {
        let (count, lost) = (left.messages, left.lost);
        let text = match &left.spool {
            Some(dir) if lost == 0 => {
                format!("{count} messages are not delivered; they wait in {} for the next start", dir.display())
            }
            Some(dir) => format!(
                "{count} messages are not delivered; {lost} of them could not be written to the disk and are lost, the \
                 others wait in {} for the next start",
                dir.display()
            ),
            None => format!("{count} messages are not delivered and lost: there is no spool on disk; set spool-dir"),
        };
        gst::element_imp_warning!(self, gst::ResourceError::Write, ("{text}"));
    }

    fn stats(&self) -> gst::Structure {
        let counts = {
            let state = self.state();
            state.courier.as_ref().map_or(state.last, |courier| courier.counts())
        };
        let mut stats = gst::Structure::new_empty("application/x-nvmsgbroker-stats");
        counts.named().iter().for_each(|(name, value)| stats.set(*name, value));
        stats
    }
}
