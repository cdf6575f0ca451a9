//! An engine that runs a function instead of a network, for tests.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::InferError;
use super::detection::TensorInfo;
use super::engine::{Engine, ImageInput, Output, Outputs, Session};

/// What stands for the network: the input of one frame to each output of one frame.
pub type Network = dyn Fn(&[f32]) -> Result<Vec<Vec<f32>>, InferError> + Send + Sync;

/// An engine whose network is a function.
pub struct Fake {
    input: ImageInput,
    outputs: Vec<TensorInfo>,
    network: Arc<Network>,
    runs: Arc<AtomicUsize>,
}

struct FakeSession {
    input: ImageInput,
    outputs: Vec<TensorInfo>,
    network: Arc<Network>,
    runs: Arc<AtomicUsize>,
    buffer: Vec<f32>,
}

impl Fake {
    /// An engine that looks at `input` and gives `outputs`, whose frame shapes are fixed.
    pub fn new(input: ImageInput, outputs: Vec<TensorInfo>, network: Arc<Network>) -> Self {
        Self { input, outputs, network, runs: Arc::default() }
    }

    /// Counts the runs of all sessions in `runs`, the first one of each included.
    pub fn counting(self, runs: Arc<AtomicUsize>) -> Self {
        Self { runs, ..self }
    }
}

impl Engine for Fake {
    fn name(&self) -> &str {
        "fake"
    }

    fn input(&self) -> &ImageInput {
        &self.input
    }

    fn outputs(&self) -> &[TensorInfo] {
        &self.outputs
    }

    fn session(&self, _threads: NonZero<usize>) -> Result<Box<dyn Session>, InferError> {
        Ok(Box::new(FakeSession {
            input: self.input.clone(),
            outputs: self.outputs.clone(),
            network: Arc::clone(&self.network),
            runs: Arc::clone(&self.runs),
            buffer: Vec::new(),
        }))
    }
}

impl Session for FakeSession {
    fn input(&mut self, frames: usize) -> &mut [f32] {
        self.buffer.resize(self.input.room(frames) * self.input.frame_len(), 0.0);
        &mut self.buffer[..frames * self.input.frame_len()]
    }

    fn run(&mut self, frames: usize) -> Result<Outputs, InferError> {
        self.runs.fetch_add(1, Ordering::AcqRel);
        let room = self.input.room(frames);
        let mut values = vec![Vec::new(); self.outputs.len()];
        for frame in self.buffer.chunks_exact(self.input.frame_len()).take(room) {
            for (all, one) in values.iter_mut().zip((self.network)(frame)?) {
                all.extend(one);
            }
        }
        let shape = |info: &TensorInfo| {
            std::iter::once(room).chain(info.frame_shape().iter().map(|&dim| dim.max(0) as usize)).collect()
        };
        let tensors = self.outputs.iter().zip(values).map(|(info, v)| Output::new(room, shape(info), Box::new(v)));
        Ok(Outputs::new(frames, tensors.collect()))
    }
}
