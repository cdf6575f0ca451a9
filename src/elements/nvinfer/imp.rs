//! The element without its properties: pads, states, loading. What it runs is in its [`Configuration`].

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_video::VideoFormat;

use super::configuration::Configuration;
use super::error::StartError;
use super::history::History;
use super::pool::Pool;
use super::queue::Queue;
use super::settings::Settings;
use super::tensors::Layouts;
use super::{MakeEngine, pads, start};
use crate::elements::plumbing::{pad_templates, same_pads};
use crate::surface::caps;

pub static CAT: LazyLock<gst::DebugCategory> =
    LazyLock::new(|| gst::DebugCategory::new("nvinfer", gst::DebugColorFlags::empty(), Some("Inference")));

/// DeepStream's two formats, then the others that preprocessing reads.
const FORMATS: [VideoFormat; 6] =
    [VideoFormat::Nv12, VideoFormat::Rgba, VideoFormat::I420, VideoFormat::Rgb, VideoFormat::Bgrx, VideoFormat::Gray8];

/// What is there between READY and PAUSED and back.
#[derive(Default)]
pub struct State {
    /// The network in use.
    pub pool: Option<Arc<Pool>>,
    /// A network that takes over at the next buffer.
    pub next: Option<Arc<Pool>>,
    /// Buffers seen since the start or the last end of stream.
    pub buffers: u64,
    /// Whether the source was asked if it is live.
    pub asked_live: bool,
    /// Batches whose raw outputs were written.
    pub written: u64,
}

pub struct Inference {
    pub sink: gst::Pad,
    pub source: gst::Pad,
    settings: Mutex<Box<dyn Configuration>>,
    state: Mutex<State>,
    make_engine: Mutex<Option<Arc<MakeEngine>>>,
    pub queue: Arc<Queue>,
    pub layouts: Layouts,
    history: Arc<Mutex<History>>,
    /// Buffers whose objects an asynchronous classifier has not finished.
    pub behind: Arc<AtomicUsize>,
}

#[glib::object_subclass]
impl ObjectSubclass for Inference {
    const NAME: &'static str = "GstDsAppsInference";
    const ABSTRACT: bool = true;
    type Type = super::Inference;
    type ParentType = gst::Element;

    fn with_class(class: &Self::Class) -> Self {
        Self {
            sink: pads::sink(&class.pad_template("sink")),
            source: pads::source(&class.pad_template("src")),
            settings: Mutex::new(Box::new(Settings::default())),
            state: Mutex::default(),
            make_engine: Mutex::default(),
            queue: Arc::default(),
            layouts: Layouts::default(),
            history: Arc::default(),
            behind: Arc::default(),
        }
    }
}

impl ObjectImpl for Inference {
    fn signals() -> &'static [glib::subclass::Signal] {
        static SIGNALS: LazyLock<Vec<glib::subclass::Signal>> = LazyLock::new(|| {
            let types = [i32::static_type(), String::static_type()];
            vec![glib::subclass::Signal::builder("model-updated").run_last().param_types(types).build()]
        });
        &SIGNALS
    }

    fn constructed(&self) {
        self.parent_constructed();
        for pad in [&self.sink, &self.source] {
            if let Err(error) = self.obj().add_pad(pad) {
                gst::error!(CAT, imp = self, "{error}");
            }
        }
    }
}

impl GstObjectImpl for Inference {}

impl ElementImpl for Inference {
    pad_templates!(same_pads(&caps::nvmm(&FORMATS)));

    fn change_state(&self, change: gst::StateChange) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
        if change == gst::StateChange::PausedToReady
            && let Some(pool) = self.pool()
        {
            pool.network().engine().cancel();
        }
        if change == gst::StateChange::ReadyToPaused {
            self.start().map_err(|error| {
                self.report(&error);
                gst::StateChangeError
            })?;
        }
        let success = self.parent_change_state(change);
        if change == gst::StateChange::PausedToReady || (change == gst::StateChange::ReadyToPaused && success.is_err())
        {
            let state = std::mem::take(&mut *self.state());
            lock(&self.history).clear();
            // Workers end here, with no lock held.
            drop(state);
        }
        success
    }
}

impl Inference {
    pub fn settings(&self) -> MutexGuard<'_, Box<dyn Configuration>> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets one property; another file or engine while running is another model.
    pub fn set(&self, name: &str, value: &glib::Value) {
        let result = self.settings().set(name, value);
        match result {
            Err(error) => gst::warning!(CAT, imp = self, "{name}: {error}"),
            Ok(()) if matches!(name, "config-file-path" | "model-engine-file") => self.load_another(),
            Ok(()) => {}
        }
    }

    /// Reads one property.
    pub fn get(&self, name: &str) -> glib::Value {
        let engine = || self.pool().map_or(String::new(), |pool| pool.network().engine().name().to_owned()).to_value();
        let value = self.settings().get(name);
        value.unwrap_or_else(engine)
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of tracked objects; workers of asynchronous classifiers write it.
    pub fn history(&self) -> &Arc<Mutex<History>> {
        &self.history
    }

    pub fn pool(&self) -> Option<Arc<Pool>> {
        self.state().pool.clone()
    }

    pub fn use_engine(&self, make: Arc<MakeEngine>) {
        *self.make_engine.lock().unwrap_or_else(PoisonError::into_inner) = Some(make);
    }

    fn start(&self) -> Result<(), StartError> {
        let mode = self.settings().performance();
        let pool = self.load(start::plan(mode))?;
        self.queue.set_limit(pool.frames_under_way());
        *self.state() = State { pool: Some(Arc::new(pool)), ..State::default() };
        self.updated(0);
        Ok(())
    }

    /// Loads what the settings name.
    pub fn load(
        &self,
        plan: impl FnOnce(std::num::NonZero<usize>, u64) -> crate::infer::engine::Plan,
    ) -> Result<Pool, StartError> {
        let (config, warnings) = {
            let mut settings = self.settings();
            if !settings.names_a_model() {
                return Err(StartError::NoConfig { needs: settings.needs() });
            }
            settings.config()?
        };
        let make = self.make_engine.lock().unwrap_or_else(PoisonError::into_inner).clone();
        start::load(&self.obj(), config, warnings, make.as_deref(), &self.queue, plan)
    }

    /// While running: loads the model that was just set, which takes over at the next buffer.
    fn load_another(&self) {
        if self.pool().is_none() {
            return;
        }
        let element = self.obj().downgrade();
        let load = move || {
            let Some(element) = element.upgrade() else { return };
            let this = element.imp();
            let mode = this.settings().performance();
            match this.load(start::plan(mode)) {
                Ok(pool) => {
                    let mut state = this.state();
                    let running = state.pool.is_some();
                    let unused = if running { state.next.replace(Arc::new(pool)) } else { Some(Arc::new(pool)) };
                    drop(state);
                    drop(unused);
                }
                Err(error) => {
                    gst::warning!(CAT, imp = this, "the model in use stays: {error}");
                    this.updated(1);
                }
            }
        };
        if let Err(error) = std::thread::Builder::new().name("nvinfer-load".into()).spawn(load) {
            gst::warning!(CAT, imp = self, "the model in use stays: {error}");
            self.updated(1);
        }
    }

    /// Says that a model is in use (0) or could not be loaded.
    pub fn updated(&self, error: i32) {
        let path = self.settings().file().to_owned();
        self.obj().emit_by_name::<()>("model-updated", &[&error, &path]);
    }

    fn report(&self, error: &StartError) {
        if error.is_configuration() {
            gst::element_imp_error!(self, gst::ResourceError::Settings, ("{error}"));
        } else {
            gst::element_imp_error!(self, gst::ResourceError::NotFound, ("{error}"));
        }
    }
}

/// The lock, whatever happened to another thread that held it.
pub fn lock(history: &Mutex<History>) -> MutexGuard<'_, History> {
    history.lock().unwrap_or_else(PoisonError::into_inner)
}
