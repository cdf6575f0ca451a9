//! The sources of a run: which number each has, and how one is added or taken out while the others play.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use gst::prelude::*;

use super::{
    Input, PipelineError, Settings,
    assemble::{self, Attached},
    interrupt::Stopper,
    meter::Meter,
    source_gate::Gate,
};

/// How long a pipeline that is about to play is waited for.
const START: gst::ClockTime = gst::ClockTime::from_seconds(10);

/// Why a source was not added or taken out.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// No more fit.
    #[error("there are {limit} sources already, the most this run takes")]
    TooMany {
        /// How many fit.
        limit: usize,
    },
    /// Every source has an output of its own, made when the run began.
    #[error(
        "every stream of this command goes out by itself, to an output made at the start; give it as an INPUT of another run"
    )]
    OwnOutputs,
    /// Another source has the name.
    #[error("there is a source named `{name}` already")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// No source has the number or name.
    #[error("there is no source `{name}`")]
    Unknown {
        /// The number or name.
        name: String,
    },
    /// The run is about to end.
    #[error("the run is ending")]
    Ending,
    /// The pipeline has not begun to play.
    #[error("the pipeline does not play yet; try again")]
    NotPlaying,
    /// The source cannot be opened or plugged in.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
}

/// One source that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceInfo {
    /// The number its frames carry; given again once the source is gone.
    pub source_id: u32,
    /// What whoever added it calls it.
    pub name: String,
    /// For people; may be empty.
    pub title: String,
    /// What is played, without a password.
    pub uri: String,
    /// It has come to its end.
    pub ended: bool,
}

/// The sources of a run, for apps: cheap to copy, and of no effect once the run is over.
#[derive(Clone)]
pub struct Sources(pub(super) Arc<Roster>);

impl Sources {
    /// Adds `input` (a file, a URI, a camera, a test pattern) and says which number its frames will carry: the smallest that
    /// is free. That it was added does not mean that it plays.
    pub fn add(&self, input: &str) -> Result<u32, SourceError> {
        self.0.add(None, "", input)
    }

    /// Takes source `source_id` out. What it has inside the pipeline still comes out.
    pub fn remove(&self, source_id: u32) -> Result<(), SourceError> {
        self.0.remove(source_id as usize)
    }

    /// The sources that are there, by number.
    pub fn list(&self) -> Vec<SourceInfo> {
        self.0.list()
    }

    /// How many there may be at once.
    pub fn limit(&self) -> usize {
        self.0.limit
    }
}

#[derive(Clone)]
struct Slot {
    name: String,
    title: String,
    input: Input,
    chain: Vec<gst::Element>,
    entry: gst::Pad,
    gate: Arc<Gate>,
    /// It is being taken out; what it complains about meanwhile is nobody's business.
    leaving: bool,
}

/// All sources, shared by the runner, its apps and services.
pub(super) struct Roster {
    pipeline: gst::Pipeline,
    batcher: Option<gst::Element>,
    settings: Settings,
    limit: usize,
    /// Each source has an output of its own.
    own_outputs: bool,
    meter: Arc<Meter>,
    stopper: Arc<Stopper>,
    slots: Mutex<BTreeMap<usize, Slot>>,
    /// One change at a time.
    changing: Mutex<()>,
    /// The pipeline has played.
    played: AtomicBool,
}

impl Roster {
    pub(super) fn new(
        pipeline: gst::Pipeline,
        batcher: Option<gst::Element>,
        settings: &Settings,
        (limit, own_outputs): (usize, bool),
        meter: Arc<Meter>,
        stopper: Arc<Stopper>,
    ) -> Arc<Self> {
        let settings = settings.clone();
        Arc::new(Self {
            pipeline,
            batcher,
            settings,
            limit,
            own_outputs,
            meter,
            stopper,
            slots: Mutex::default(),
            changing: Mutex::default(),
            played: AtomicBool::new(false),
        })
    }

    fn slots(&self) -> MutexGuard<'_, BTreeMap<usize, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in a source that was built with the pipeline.
    pub(super) fn adopt(&self, index: usize, input: &Input, attached: Attached) {
        self.meter.open(index, &input.shown_uri());
        self.enter(index, (format!("source_{index}"), String::new()), input, attached);
    }

    /// Watches a source's way in and puts it on the list; false if the run is ending.
    fn enter(&self, index: usize, (name, title): (String, String), input: &Input, attached: Attached) -> bool {
        let Attached { chain, entry } = attached;
        let gate = Gate::install(&entry, index, self.settings.max_frames, self.meter.clone());
        self.count_offered(index, &chain);
        let input = input.clone();
        self.slots().insert(index, Slot { name, title, input, chain, entry, gate: gate.clone(), leaving: false });
        self.stopper.guard(index, gate)
    }

    /// Counts what comes in front of a queue that may drop frames.
    fn count_offered(&self, index: usize, chain: &[gst::Element]) {
        let queue = chain.iter().find(|element| element.name() == format!("latest_{index}"));
        let Some(pad) = queue.and_then(|queue| queue.static_pad("sink")) else { return };
        let meter = self.meter.clone();
        pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
            meter.offered(index, info.buffer().and_then(|buffer| buffer.pts()));
            gst::PadProbeReturn::Ok
        });
    }

    /// Adds a source under `name` (or one made of its number).
    pub(super) fn add(&self, name: Option<&str>, title: &str, input: &str) -> Result<u32, SourceError> {
        let input: Input = input.parse()?;
        input.check()?;
        if self.own_outputs {
            return Err(SourceError::OwnOutputs);
        }
        let _one = self.change();
        self.wait_until_playing()?;
        let index = self.free_slot(name)?;
        let batcher = self.batcher.as_ref().ok_or(SourceError::TooMany { limit: self.limit })?;
        let name = name.map_or_else(|| format!("source_{index}"), Into::into);
        let chain = input.chain(index, &self.settings);
        let attached = assemble::attach(&self.pipeline, &chain, index, batcher)?;
        let elements = attached.chain.clone();
        self.meter.open(index, &input.shown_uri());
        if !self.enter(index, (name, title.into()), &input, attached) {
            self.take_out(index);
            return Err(SourceError::Ending);
        }
        for element in elements.iter().rev() {
            // The pipeline's own state is not to depend on that of a source that may fail.
            element.set_locked_state(true);
        }
        for element in elements.iter().rev() {
            if element.set_state(gst::State::Playing).is_err() {
                self.take_out(index);
                return Err(PipelineError::SourceStart { input: input.to_string() }.into());
            }
        }
        tracing::info!("source {index} added: {input}");
        Ok(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// Sources that join take clock and base time from the pipeline, which has them when it plays.
    fn wait_until_playing(&self) -> Result<(), SourceError> {
        if self.played.load(Ordering::Acquire) {
            return Ok(());
        }
        let (_, state, _) = self.pipeline.state(Some(START));
        self.played.store(state == gst::State::Playing, Ordering::Release);
        (state == gst::State::Playing).then_some(()).ok_or(SourceError::NotPlaying)
    }

    /// From now on the sources follow the state of the pipeline, which is being taken down.
    pub(super) fn unlock(&self) {
        let _one = self.change();
        self.slots().values().flat_map(|slot| &slot.chain).for_each(|element| {
            element.set_locked_state(false);
        });
    }

    /// The smallest number no source has.
    fn free_slot(&self, name: Option<&str>) -> Result<usize, SourceError> {
        if self.stopper.is_stopping() {
            return Err(SourceError::Ending);
        }
        let slots = self.slots();
        if let Some(name) = name.filter(|name| slots.values().any(|slot| slot.name == **name)) {
            return Err(SourceError::Duplicate { name: name.into() });
        }
        (0..self.limit).find(|index| !slots.contains_key(index)).ok_or(SourceError::TooMany { limit: self.limit })
    }

    /// Takes a source out.
    pub(super) fn remove(&self, index: usize) -> Result<(), SourceError> {
        let _one = self.change();
        self.take_out(index).then_some(()).ok_or_else(|| SourceError::Unknown { name: index.to_string() })
    }

    /// Takes the source with this name out; where a URI is given it has to be the source's.
    pub(super) fn remove_named(&self, name: &str, uri: &str) -> Result<(), SourceError> {
        let unknown = || SourceError::Unknown { name: name.into() };
        let _one = self.change();
        let same = |input: &Input| uri.is_empty() || uri.parse::<Input>().is_ok_and(|given| given.uri() == input.uri());
        let index =
            self.slots().iter().find(|(_, slot)| slot.name == name && same(&slot.input)).map(|(index, _)| *index);
        let taken = index.is_some_and(|index| self.take_out(index));
        taken.then_some(()).ok_or_else(unknown)
    }

    /// The change lock is held. False if there is no such source.
    fn take_out(&self, index: usize) -> bool {
        let Some(slot) = self.slots().get_mut(&index).map(|slot| {
            slot.leaving = true;
            slot.clone()
        }) else {
            return false;
        };
        self.stopper.unguard(index);
        // First nobody waits for its frames any more: its threads come back from wherever they stand.
        if let Some(batcher) = &self.batcher {
            batcher.release_request_pad(&slot.entry);
        }
        for element in &slot.chain {
            element.set_locked_state(true);
            let _ = element.set_state(gst::State::Null);
        }
        for element in &slot.chain {
            let _ = self.pipeline.remove(element);
        }
        self.slots().remove(&index);
        self.meter.close(index);
        tracing::info!("source {index} removed: {}", slot.input);
        true
    }

    pub(super) fn list(&self) -> Vec<SourceInfo> {
        let slots = self.slots();
        let info = slots.iter().filter(|(_, slot)| !slot.leaving).map(|(index, slot)| SourceInfo {
            source_id: u32::try_from(*index).unwrap_or(u32::MAX),
            name: slot.name.clone(),
            title: slot.title.clone(),
            uri: slot.input.shown_uri(),
            ended: slot.gate.has_ended(),
        });
        info.collect()
    }

    /// Which source an object belongs to.
    pub(super) fn owner_of(&self, object: Option<&gst::Object>) -> Option<usize> {
        let object = object?;
        let slots = self.slots();
        let owns = |slot: &Slot| {
            slot.chain.iter().any(|element| {
                let element = element.upcast_ref::<gst::Object>();
                object == element || object.has_as_ancestor(element)
            })
        };
        slots.iter().find(|(_, slot)| owns(slot)).map(|(index, _)| *index)
    }

    /// Whether a message tells of a source that is gone, or about to be.
    pub(super) fn is_stale(&self, object: Option<&gst::Object>) -> bool {
        let Some(object) = object else { return false };
        match self.owner_of(Some(object)) {
            Some(index) => self.slots().get(&index).is_some_and(|slot| slot.leaving),
            None => {
                let pipeline = self.pipeline.upcast_ref::<gst::Object>();
                object != pipeline && !object.has_as_ancestor(pipeline)
            }
        }
    }

    /// What source `index` plays.
    pub(super) fn input(&self, index: usize) -> Option<Input> {
        self.slots().get(&index).map(|slot| slot.input.clone())
    }

    /// The inputs that are there, by number.
    pub(super) fn inputs(&self) -> Vec<(usize, Input)> {
        self.slots().iter().map(|(index, slot)| (*index, slot.input.clone())).collect()
    }
}
