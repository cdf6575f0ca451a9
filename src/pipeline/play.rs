//! A built pipeline while it plays: its bus, its deadlines, its progress.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::{Duration, Instant},
};

use gst::prelude::*;

use super::{
    Flow, Input, Output, Pipeline, PipelineError, Settings, Sources,
    assemble::Assembly,
    builder::{Changes, Timer},
    control::Service,
    fault::Blame,
    files::Files,
    interrupt::{self, Listening, Stopper},
    messages,
    meter::Meter,
    probe,
    progress::Progress,
    roster::Roster,
    tap::{self, Pads},
};
use crate::rest::RestServer;

/// A pipeline that plays files and gives nothing for this long is stuck.
const STALL: Duration = Duration::from_secs(60);
/// How long a run that is to end may go without a frame before it is cut off.
const GRACE: Duration = Duration::from_secs(10);
/// Between two looks at the clock, with and without a progress bar.
const TICKS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_millis(500));

/// How far a run got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Everything that went in came out, and files are finished.
    Whole,
    /// It was told to end and did not get there; files may be unfinished.
    CutOff,
}

/// A pipeline that is built and watched. Dropping it takes it down.
pub(super) struct Run {
    pipeline: gst::Pipeline,
    bus: gst::Bus,
    meter: Arc<Meter>,
    stopper: Arc<Stopper>,
    roster: Arc<Roster>,
    changes: Option<Changes>,
    /// When the app's code for changes is due.
    due: Option<Instant>,
    /// A service keeps the run going when its sources have ended.
    served: bool,
    blame: Blame,
    progress: Progress,
    engine: Option<String>,
    messages: BTreeMap<String, u64>,
    duration: Option<Duration>,
    timers: Vec<Periodic>,
    /// Sources or the clock set the pace, so silence is no sign of trouble.
    paced: bool,
    _listening: Option<Listening>,
    rest: Option<RestServer>,
}

impl Run {
    /// Sets gates, probes and the tap. `tail` is how many of the main chain's elements belong to the output.
    pub(super) fn prepare(
        pipeline: Pipeline,
        assembly: Assembly,
        tail: usize,
        inputs: &[Input],
        output: Option<Output>,
        files: &Files,
        settings: &Settings,
    ) -> Result<Self, PipelineError> {
        let Assembly { pipeline: built, sources, batcher, main } = assembly;
        let configs = pipeline.configs();
        let bus = built.bus().unwrap_or_default();
        let meter = Arc::new(Meter::new());
        let stopper = Stopper::new(batcher.clone(), bus.clone());
        let most = pipeline.most_sources(inputs.len(), settings);
        let most = (most, pipeline.demuxed().is_some());
        let roster = Roster::new(built.clone(), batcher, settings, most, meter.clone(), stopper.clone());
        let entries: Vec<_> = sources.iter().map(|source| source.entry.clone()).collect();
        for (index, (input, source)) in inputs.iter().zip(sources).enumerate() {
            roster.adopt(index, input, source);
        }
        for (place, code) in pipeline.probes {
            let stopper = stopper.clone();
            probe::attach(&built, place, code, move || stopper.stop())?;
        }
        let last = main.len().checked_sub(tail).and_then(|index| main.get(index));
        if let Some(pads) = last.and_then(|element| element.static_pad("sink")).map(|last| tap_pads(&built, last)) {
            tap::install(&pads, meter.clone(), &files.trace, stopper.clone());
        }
        let listening = match settings.signals {
            true => Some(interrupt::listen(stopper.clone(), files.unfinished())?),
            false => None,
        };
        let changing = pipeline.changes.is_some() || settings.rest.is_some();
        let endless = changing || (settings.file_loop && settings.max_frames.is_none());
        let service = || Service {
            pipeline: built.clone(),
            roster: roster.clone(),
            meter: meter.clone(),
            stopper: stopper.clone(),
        };
        let rest = settings.rest.as_ref().map(|options| RestServer::start(options, Arc::new(service()))).transpose()?;
        if let Some(rest) = &rest {
            tracing::info!("REST service at http://{}", rest.address());
        }
        Ok(Self {
            progress: Progress::new(settings.progress && !endless, settings.max_frames, &entries),
            paced: changing
                || settings.sync
                || output.as_ref().is_some_and(Output::is_paced)
                || inputs.iter().any(Input::is_live),
            blame: Blame { roster: roster.clone(), output, configs, missing: HashMap::new() },
            due: pipeline.changes.as_ref().map(|changes| Instant::now() + changes.period),
            changes: pipeline.changes,
            served: rest.is_some(),
            roster,
            duration: settings.duration,
            timers: pipeline.timers.into_iter().map(Periodic::new).collect(),
            engine: None,
            messages: BTreeMap::new(),
            _listening: listening,
            rest,
            pipeline: built,
            bus,
            meter,
            stopper,
        })
    }

    /// Plays to the end, then takes the pipeline down, so that files are closed.
    pub(super) fn play(&mut self) -> Result<End, PipelineError> {
        let end = self.until_the_end();
        // Nobody adds sources to a pipeline that is being taken down.
        self.rest.take();
        self.roster.unlock();
        self.engine = self.find_engine();
        // Taking down has no way to fail that anything could be done about. What is said meanwhile is heard below.
        self.pipeline.set_auto_flush_bus(false);
        let _ = self.pipeline.set_state(gst::State::Null);
        self.messages = messages::counts(&self.pipeline);
        // Of a run that never began there is nothing to say.
        if end.is_ok() || self.messages.values().any(|count| *count > 0) {
            messages::sentence(&self.messages).into_iter().for_each(|line| tracing::info!("{line}"));
        }
        self.last_words();
        end
    }

    /// What ran the network, as its element says.
    pub(super) fn engine(&self) -> Option<String> {
        self.engine.clone()
    }

    /// What became of messages to brokers, by name of the count; empty in pipelines that send none.
    pub(super) fn messages(&self) -> BTreeMap<String, u64> {
        self.messages.clone()
    }

    pub(super) fn meter(&self) -> &Meter {
        &self.meter
    }

    pub(super) fn was_interrupted(&self) -> bool {
        self.stopper.was_interrupted()
    }

    fn until_the_end(&mut self) -> Result<End, PipelineError> {
        if let Err(error) = self.pipeline.set_state(gst::State::Playing) {
            let said = self.bus.pop_filtered(&[gst::MessageType::Error]);
            return Err(match said.as_ref().map(|message| message.view()) {
                Some(gst::MessageView::Error(message)) => self.blame.error(message),
                _ => PipelineError::StateChange(error),
            });
        }
        let started = Instant::now();
        self.timers.iter_mut().for_each(|timer| timer.next = started + timer.interval);
        let (mut moved, mut frames) = (started, 0);
        let tick = if self.progress.is_wanted() { TICKS.0 } else { TICKS.1 };
        loop {
            let left =
                self.duration.filter(|_| !self.stopper.is_stopping()).map(|all| all.saturating_sub(started.elapsed()));
            let next = self.timers.iter().map(|timer| timer.next).chain(self.due).min();
            let next = next.map(|next| next.saturating_duration_since(Instant::now()));
            let wait = gst::ClockTime::try_from([left, next].into_iter().flatten().fold(tick, Duration::min)).ok();
            if let Some(message) = self.bus.timed_pop(wait)
                && let Some(end) = self.hear(&message)?
            {
                return Ok(end);
            }
            if left == Some(Duration::ZERO) {
                self.stopper.stop();
            }
            if self.timers.iter_mut().any(|timer| timer.run() == Flow::Stop) {
                self.stopper.stop();
            }
            self.change_sources();
            let now = self.meter.frames();
            if now != frames {
                (moved, frames) = (Instant::now(), now);
            }
            self.progress.update(frames);
            if let Some(end) = self.give_up(moved.elapsed())? {
                return Ok(end);
            }
        }
    }

    /// Runs the app's code for changes when it is time.
    fn change_sources(&mut self) {
        if self.due.is_none_or(|due| due > Instant::now()) || self.stopper.is_stopping() {
            return;
        }
        let Some(changes) = self.changes.as_mut() else { return };
        if (changes.code)(&Sources(self.roster.clone())) == Flow::Stop {
            self.stopper.stop();
        }
        self.due = Some(Instant::now() + changes.period);
    }

    /// Takes a source out that has failed, where others may go on without it; false if the run fails with it.
    fn goes_on_without(&self, error: &gst::message::Error) -> bool {
        let Some(index) = self.roster.owner_of(error.src()) else { return false };
        let changing = self.served || self.changes.is_some();
        if !changing || (!self.served && self.roster.inputs().len() < 2) {
            return false;
        }
        tracing::error!("{}; source {index} is removed", self.blame.error(error));
        self.meter.error(index);
        let roster = self.roster.clone();
        // A camera may take its time to hang up; the bus is heard meanwhile.
        std::thread::spawn(move || roster.remove(index));
        true
    }

    /// What a message on the bus means for the run.
    fn hear(&mut self, message: &gst::Message) -> Result<Option<End>, PipelineError> {
        if self.roster.is_stale(message.src()) {
            return Ok(None);
        }
        match message.view() {
            gst::MessageView::Eos(_) => return self.at_the_end().map(Some),
            // Elements that never saw a frame may complain about an early end.
            gst::MessageView::Error(_) if self.stopper.is_stopping() && self.meter.frames() == 0 => {
                return Ok(Some(End::CutOff));
            }
            gst::MessageView::Error(error) if self.goes_on_without(error) => {}
            gst::MessageView::Error(error) => return Err(self.blame.error(error)),
            gst::MessageView::Warning(warning) => {
                tracing::warn!("{}", self.blame.warning(warning));
                self.roster.owner_of(message.src()).into_iter().for_each(|index| self.meter.error(index));
            }
            gst::MessageView::Info(info) => tracing::info!("{}", info.error().message()),
            gst::MessageView::Element(element) => {
                self.blame.note(element);
                match element.structure().map(|structure| (structure.name().as_str(), structure)) {
                    Some(("nvurisrcbin-reconnect", _)) => {
                        self.roster.owner_of(message.src()).into_iter().for_each(|index| self.meter.reconnect(index));
                    }
                    Some(("nvrtspoutsinkbin-listening", said)) => {
                        tracing::info!("serving {}", said.get::<&str>("url").unwrap_or_default());
                    }
                    _ => {}
                }
            }
            gst::MessageView::Latency(_) => {
                let _ = self.pipeline.recalculate_latency();
            }
            gst::MessageView::ClockLost(_) => {
                let _ = self.pipeline.set_state(gst::State::Paused);
                let _ = self.pipeline.set_state(gst::State::Playing);
            }
            _ => {}
        }
        Ok(None)
    }

    /// Every source came to its end; one that gave nothing has failed.
    fn at_the_end(&self) -> Result<End, PipelineError> {
        let entered = |index| self.meter.counts_of(index).map_or(0, |counts| counts.entered);
        match self.roster.inputs().into_iter().find(|(index, _)| entered(*index) == 0) {
            Some((_, input)) if !self.stopper.is_stopping() => {
                Err(PipelineError::NoFrames { input: input.to_string() })
            }
            _ => Ok(End::Whole),
        }
    }

    /// Whether it is no use to wait any longer; `quiet` is how long no frame has come out.
    fn give_up(&self, quiet: Duration) -> Result<Option<End>, PipelineError> {
        if self.stopper.is_stopping() {
            let nothing_inside = self.meter.counts().iter().all(|counts| counts.entered == 0);
            return Ok((nothing_inside || quiet > GRACE).then_some(End::CutOff));
        }
        match !self.paced && quiet > STALL {
            true => Err(PipelineError::Stalled { seconds: STALL.as_secs() }),
            false => Ok(None),
        }
    }

    /// What senders of messages said while they were taken down: whether anything is undelivered.
    fn last_words(&mut self) {
        while let Some(message) = self.bus.pop_filtered(&[gst::MessageType::Warning]) {
            let sender = message.src().and_then(|source| source.downcast_ref::<gst::Element>());
            let sends = sender.and_then(gst::Element::factory).is_some_and(|made| made.name() == "nvmsgbroker");
            if let (true, gst::MessageView::Warning(warning)) = (sends, message.view()) {
                tracing::warn!("{}", self.blame.warning(warning));
            }
        }
    }

    fn find_engine(&self) -> Option<String> {
        let elements = self.pipeline.iterate_recurse().into_iter().flatten();
        elements
            .filter(|element| {
                element.factory().is_some_and(|factory| ["nvinfer", "nvinferserver"].contains(&factory.name().as_str()))
            })
            .filter(|element| element.has_property_with_type("engine", String::static_type()))
            .find_map(|element| element.property::<Option<String>>("engine"))
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.roster.unlock();
        let _ = self.pipeline.set_state(gst::State::Null);
    }
}

/// Code of the app's own and when it runs next.
struct Periodic {
    interval: Duration,
    next: Instant,
    code: Timer,
}

impl Periodic {
    fn new((interval, code): (Duration, Timer)) -> Self {
        Self { interval, next: Instant::now() + interval, code }
    }

    /// Runs the code if it is time.
    fn run(&mut self) -> Flow {
        let now = Instant::now();
        if now < self.next {
            return Flow::Continue;
        }
        // A machine that slept does not catch up.
        self.next = now.max(self.next + self.interval);
        (self.code)()
    }
}

/// Where frames are counted: `last` (a demuxer among others), or what makes one picture of them before.
fn tap_pads(pipeline: &gst::Pipeline, last: gst::Pad) -> Pads {
    let joins = |element: &gst::Element| element.factory().is_some_and(|made| made.name() == "nvmultistreamtiler");
    let joint = pipeline.iterate_recurse().into_iter().flatten().find(joins);
    match joint.and_then(|element| element.static_pad("sink")) {
        Some(frames) => Pads { frames, pictures: Some(last) },
        None => Pads { frames: last, pictures: None },
    }
}
