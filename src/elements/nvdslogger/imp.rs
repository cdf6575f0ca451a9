//! The element: counts frames that pass, and prints now and then.

use super::settings::Settings;
use crate::base::rates::Rates;
use crate::elements::codec::kept::Kept;
use crate::elements::plumbing::{introduction, pad_templates, same_pads, settings_specs};
use crate::meta::event::SourceEvent;
use crate::meta::{Batch, latency};
use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;
use std::fmt::Write;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

static CAT: LazyLock<gst::DebugCategory> =
    LazyLock::new(|| gst::DebugCategory::new("nvdslogger", gst::DebugColorFlags::empty(), Some("Stream logger")));

#[derive(Default)]
struct State {
    rates: Rates,
    last_message: Option<String>,
    buffers: u64,
}

#[derive(Default)]
pub struct NvDsLogger {
    settings: Mutex<Settings>,
    kept: Kept,
    state: Mutex<State>,
    timer: Mutex<Option<gst::PeriodicClockId>>,
}

#[glib::object_subclass]
impl ObjectSubclass for NvDsLogger {
    const NAME: &'static str = "GstNvdslogger";
    type Type = super::NvDsLogger;
    type ParentType = gst_base::BaseTransform;
}

impl ObjectImpl for NvDsLogger {
    settings_specs!();

    fn signals() -> &'static [glib::subclass::Signal] {
        static SIGNALS: LazyLock<Vec<glib::subclass::Signal>> = LazyLock::new(|| {
            let buffer = gst::Buffer::static_type();
            vec![glib::subclass::Signal::builder("handoff").run_last().param_types([buffer]).build()]
        });
        &SIGNALS
    }

    fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
        let taken = self.settings().set(spec.name(), value);
        match taken {
            None => self.kept.set(spec, value),
            Some(Err(error)) => gst::warning!(CAT, imp = self, "{}: {error}", spec.name()),
            Some(Ok(())) if self.settings().show_latency => latency::measure(),
            Some(Ok(())) => {}
        }
    }

    fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
        if spec.name() == "last-message" {
            return self.state().last_message.to_value();
        }
        let value = self.settings().get(spec.name());
        value.unwrap_or_else(|| self.kept.get(spec))
    }
}

impl GstObjectImpl for NvDsLogger {}

impl ElementImpl for NvDsLogger {
    introduction!("Stream logger", "Generic", "Prints frames per second and latency of the streams of a batch");

    pad_templates!(same_pads(&gst::Caps::new_any()));
}

impl BaseTransformImpl for NvDsLogger {
    const MODE: BaseTransformMode = BaseTransformMode::AlwaysInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = true;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = true;

    fn start(&self) -> Result<(), gst::ErrorMessage> {
        *self.state() = State::default();
        let interval = Duration::from_secs(self.settings().interval.into());
        let Some(interval) = gst::ClockTime::try_from(interval).ok().filter(|interval| !interval.is_zero()) else {
            return Ok(());
        };
        let clock = gst::SystemClock::obtain();
        let timer = clock.new_periodic_id(clock.time() + interval, interval);
        let logger = self.obj().downgrade();
        let scheduled = timer.wait_async(move |_, _, _| {
            if let Some(logger) = logger.upgrade() {
                logger.imp().print_rates();
            }
        });
        if let Err(error) = scheduled {
            gst::warning!(CAT, imp = self, "nothing will be printed: {error:?}");
        }
        *self.timer.lock().unwrap_or_else(PoisonError::into_inner) = Some(timer);
        Ok(())
    }

    fn stop(&self) -> Result<(), gst::ErrorMessage> {
        if let Some(timer) = self.timer.lock().unwrap_or_else(PoisonError::into_inner).take() {
            timer.unschedule();
        }
        Ok(())
    }

    fn sink_event(&self, event: gst::Event) -> bool {
        if let Some((id, SourceEvent::PadDeleted | SourceEvent::Eos)) = SourceEvent::parse(&event) {
            self.state().rates.remove(id);
        }
        self.parent_sink_event(event)
    }

    fn transform_ip_passthrough(&self, buffer: &gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError> {
        let settings = *self.settings();
        let first = {
            let (now, mut state) = (Instant::now(), self.state());
            for frame in Batch::of(buffer).into_iter().flat_map(Batch::frames) {
                state.rates.count(frame.pad_index(), now);
            }
            state.buffers += 1;
            state.buffers == 1
        };
        if let Some(batch) = Batch::of(buffer).filter(|_| settings.show_latency) {
            for frame in batch.frame_latencies() {
                let (source, number, latency) = (frame.source_id, frame.frame_num, frame.latency);
                self.print(&format!("Source id = {source} Frame_num = {number} Frame latency = {latency:.6} (ms) "));
            }
        }
        if settings.signal_handoffs {
            self.obj().emit_by_name::<()>("handoff", &[buffer]);
        }
        let wait = settings.sleep_time.saturating_add(if first { settings.latency } else { 0 });
        if wait > 0 {
            std::thread::sleep(Duration::from_micros(wait.into()));
        }
        Ok(gst::FlowSuccess::Ok)
    }
}

impl NvDsLogger {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `**PERF : FPS_0 (30.00) FPS_1 (29.50)` with tabs between, as DeepStream prints it.
    fn print_rates(&self) {
        let rates = self.state().rates.take(Instant::now());
        if rates.is_empty() || !self.settings().show_fps {
            return;
        }
        let mut line = String::from("**PERF : ");
        for (id, rate) in rates {
            let _ = write!(line, "FPS_{id} ({rate:.2})\t");
        }
        self.print(&line);
    }

    fn print(&self, line: &str) {
        glib::g_print!("{line}\n");
        self.state().last_message = Some(line.to_owned());
    }
}
