//! The ReID network: embeddings of parts of a frame.

use std::num::NonZero;
use std::sync::Arc;

use super::lists::Scale;
use crate::base::geometry::Rect;
use crate::config::nvinfer::{ColorFormat, TensorOrder};
use crate::config::tracker::{ReId, ReIdUse};
use crate::infer::InferError;
use crate::infer::engine::{Engine, Hints, Provider, Session};
use crate::infer::onnx::Onnx;
use crate::infer::preprocess::Preprocessor;
use crate::infer::preprocess::letterbox::{Crop, Fit};
use crate::infer::preprocess::recipe::Recipe;
use crate::surface::view::View;
use crate::track::{Embedder, Embedding};

/// Threads of a run; the detector before it wants the others.
const THREADS: usize = 2;

/// A loaded network.
pub struct Reid {
    session: Box<dyn Session>,
    preprocessor: Preprocessor,
    frame_len: usize,
    batch: usize,
    failed: Option<InferError>,
}

impl Reid {
    /// The network of a configuration; `None` if it has none, or one that only NVIDIA's library runs.
    ///
    /// # Errors
    /// When the model cannot be loaded.
    pub fn load(config: &ReId) -> Result<Option<Self>, InferError> {
        let (Some(path), true) = (&config.onnx, config.uses != ReIdUse::Nothing) else { return Ok(None) };
        let order = if config.channels_last { TensorOrder::Nhwc } else { TensorOrder::Nchw };
        let dims = config.dims.map(|[a, b, c]| if config.channels_last { [c, a, b] } else { [a, b, c] });
        let engine = Onnx::load(path, Provider::Cpu, &Hints { channels: 3, order, dims })?;
        Self::with_engine(&engine, config).map(Some)
    }

    /// As [`load`](Self::load), with an engine that is there already.
    ///
    /// # Errors
    /// When it cannot be run.
    pub fn with_engine(engine: &dyn Engine, config: &ReId) -> Result<Self, InferError> {
        let input = engine.input();
        let recipe = Recipe {
            color: if config.bgr { ColorFormat::Bgr } else { ColorFormat::Rgb },
            order: input.order,
            scale: config.scale_factor,
            offsets: config.offsets,
            fit: Fit { maintain_aspect_ratio: config.keep_aspect_ratio, symmetric_padding: true },
            ..Recipe::plain(input.size)
        };
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let threads = NonZero::new(cores.min(THREADS)).unwrap_or(NonZero::<usize>::MIN);
        Ok(Self {
            session: engine.session(threads)?,
            frame_len: input.frame_len(),
            batch: input.room(config.batch_size.max(1)).min(config.batch_size.max(1)),
            preprocessor: Preprocessor::new(Arc::new(recipe)),
            failed: None,
        })
    }

    /// What went wrong since the last time this was asked.
    pub fn take_failure(&mut self) -> Option<InferError> {
        self.failed.take()
    }

    fn run(&mut self, view: &View<'_>, crops: &[Crop]) -> Result<Vec<Embedding>, InferError> {
        let input = self.session.input(crops.len());
        for (crop, place) in crops.iter().zip(input.chunks_exact_mut(self.frame_len)) {
            self.preprocessor.run(view, *crop, place)?;
        }
        let outputs = self.session.run(crops.len())?;
        let tensor = outputs.tensors().first();
        Ok((0..crops.len()).map(|index| tensor.map_or([].into(), |tensor| unit(tensor.frame(index)))).collect())
    }
}

/// Cosines are compared, so every embedding is brought to length 1, whether `addFeatureNormalization` asks for it or not.
fn unit(values: &[f32]) -> Embedding {
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    match length.is_finite() && length > 0.0 {
        true => values.iter().map(|value| value / length).collect(),
        false => [].into(),
    }
}

/// The network over one frame.
pub struct FrameEmbedder<'a> {
    /// The network.
    pub reid: &'a mut Reid,
    /// The frame.
    pub view: View<'a>,
    /// From the tracker's pixels to the frame's.
    pub scale: Scale,
}

impl Embedder for FrameEmbedder<'_> {
    fn embed(&mut self, boxes: &[Rect]) -> Vec<Embedding> {
        let crop = |rect: &Rect| Crop::of(&self.scale.to_frame(rect), self.view.size);
        let crops: Vec<Crop> = boxes.iter().map(crop).collect();
        let mut embeddings = Vec::with_capacity(boxes.len());
        for part in crops.chunks(self.reid.batch) {
            match self.reid.run(&self.view, part) {
                Ok(found) => embeddings.extend(found),
                Err(error) => {
                    self.reid.failed = Some(error);
                    embeddings.resize(embeddings.len() + part.len(), [].into());
                }
            }
        }
        embeddings
    }
}
