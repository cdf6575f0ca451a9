//! The workers: threads that each run the network on frames of their own.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::error::{FrameError, StartError};
use super::queue::Queue;
use super::ticket::Ticket;
use crate::config::nvinfer::ProcessMode;
use crate::infer::InferError;
use crate::infer::engine::{Batch, Plan};
use crate::infer::network::Network;
use crate::infer::preprocess::letterbox::Crop;
use crate::infer::runner::Runner;
use crate::surface::Surfaces;

/// Pictures of one buffer that are run together.
struct Job {
    ticket: Arc<Ticket>,
    pictures: Range<usize>,
    memory: gst::Memory,
}

/// Threads with a runner each, over one network.
pub struct Pool {
    network: Arc<Network>,
    plan: Plan,
    run_time: Duration,
    jobs: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Starts the threads and waits until each has run the network once.
    ///
    /// # Errors
    /// When a session cannot be made, or the first run fails.
    pub fn start(network: Arc<Network>, plan: Plan, queue: &Arc<Queue>) -> Result<Self, StartError> {
        let (jobs, receiver) = unbounded();
        let (ready, started) = bounded(plan.sessions.get());
        let mut pool = Self { network, plan, run_time: Duration::ZERO, jobs: Some(jobs), threads: Vec::new() };
        for index in 0..plan.sessions.get() {
            let (network, queue) = (Arc::clone(&pool.network), Arc::clone(queue));
            let (receiver, ready) = (receiver.clone(), ready.clone());
            let thread = std::thread::Builder::new().name(format!("nvinfer-{index}")).spawn(move || {
                match first_run(network, plan) {
                    Ok((runner, time)) => {
                        let _ = ready.send(Ok(time));
                        drop(ready);
                        work(runner, &receiver, &queue);
                    }
                    Err(error) => drop(ready.send(Err(error))),
                }
            });
            pool.threads.push(thread.map_err(StartError::Thread)?);
        }
        drop(ready);
        for time in started {
            pool.run_time = pool.run_time.max(time?);
        }
        Ok(pool)
    }

    /// The network.
    pub fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// How many frames may be under way so that no worker waits for the next one.
    pub fn frames_under_way(&self) -> usize {
        2 * self.plan.sessions.get() * self.frames_per_run()
    }

    /// How long a frame of a batch of `batch` is here when nothing else is.
    pub fn latency(&self, batch: u32) -> Duration {
        let runs = (batch as usize).div_ceil(self.frames_per_run());
        self.run_time * runs.div_ceil(self.plan.sessions.get()) as u32
    }

    /// Has the pictures of a ticket looked at; their pixels are in `memory`.
    ///
    /// # Errors
    /// When there are no workers any more.
    pub fn submit(&self, ticket: &Arc<Ticket>, memory: &gst::Memory) -> Result<(), FrameError> {
        let step = self.frames_per_run();
        let jobs = self.jobs.as_ref().ok_or(FrameError::Stopped)?;
        for start in (0..ticket.pictures()).step_by(step) {
            let pictures = start..(start + step).min(ticket.pictures());
            let job = Job { ticket: Arc::clone(ticket), pictures, memory: memory.clone() };
            jobs.send(job).map_err(|_| FrameError::Stopped)?;
        }
        Ok(())
    }

    /// Pictures a model of fixed batch takes at a time. Others run frame by frame, which is as quick on a processor and
    /// keeps all cores busy; but objects, small and many, together as far as `batch-size` goes.
    fn frames_per_run(&self) -> usize {
        let config = self.network.config();
        match self.network.engine().input().batch {
            Batch::Fixed(frames) => frames.get(),
            Batch::Dynamic
                if config.process_mode == ProcessMode::Secondary || self.network.engine().prefers_batches() =>
            {
                config.runtime.batch_size.max(1) as usize
            }
            Batch::Dynamic => 1,
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// A runner that has run once, and how long that took.
fn first_run(network: Arc<Network>, plan: Plan) -> Result<(Runner, Duration), InferError> {
    let mut runner = Runner::new(network, plan.threads)?;
    let start = Instant::now();
    runner.warm_up()?;
    Ok((runner, start.elapsed()))
}

fn work(mut runner: Runner, jobs: &Receiver<Job>, queue: &Queue) {
    for Job { ticket, pictures, memory } in jobs {
        if !ticket.is_cancelled() {
            let done = catch_unwind(AssertUnwindSafe(|| run(&mut runner, &ticket, &pictures, &memory)));
            if let Err(error) = done.unwrap_or_else(|panic| Err(FrameError::Panic(message(panic.as_ref())))) {
                ticket.fail(error);
            }
        }
        // Whoever writes the pixels next must find them unshared.
        drop(memory);
        if ticket.finish(pictures.len()) {
            queue.notify();
        }
    }
}

fn run(runner: &mut Runner, ticket: &Ticket, pictures: &Range<usize>, memory: &gst::Memory) -> Result<(), FrameError> {
    let surfaces = Surfaces::of(memory)?;
    for (index, picture) in pictures.clone().enumerate() {
        if let Some(input) = ticket.input(picture) {
            runner.prepare_values(
                index,
                pictures.len(),
                &input.tensor.values,
                input.start,
                input.letterbox,
                input.size,
            );
            continue;
        }
        let picture = ticket.picture(picture);
        let view = surfaces.view(picture.surface)?;
        let crop = picture.crop.unwrap_or_else(|| Crop::whole(view.size));
        runner.prepare(index, pictures.len(), &view, crop)?;
    }
    runner.run(|index, found| ticket.put(pictures.start + index, found))?;
    Ok(())
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".into())
}
