//! A network ready to look at frames: a configuration, the engine that runs its model, and what its outputs mean.

use std::num::NonZero;
use std::sync::Arc;

use super::InferError;
use super::classify::Classes;
use super::decode::{self, Decoder, Thresholds};
use super::engine::{Engine, Hints, Provider, Session};
use super::instance::Instances;
use super::onnx::Onnx;
use super::preprocess::recipe::Recipe;
use super::remote::Remote;
use super::repository;
use super::segment::Segments;
use crate::config::Warning;
use crate::config::labels::Labels;
use crate::config::nvinfer::triton::{TritonModel, TritonPlace};
use crate::config::nvinfer::{NetworkType, NvInferConfig};

/// A loaded network. Every worker makes itself a [`Runner`](super::runner::Runner) from it.
pub struct Network {
    config: NvInferConfig,
    labels: Vec<String>,
    engine: Box<dyn Engine>,
    recipe: Arc<Recipe>,
    head: Option<Head>,
}

/// How a network's outputs are read.
pub enum Head {
    /// A detector's.
    Boxes(Boxes),
    /// A classifier's.
    Classes(Classes),
    /// A semantic segmentation network's.
    Pixels(Segments),
    /// An instance segmentation network's.
    Instances(Instances),
}

/// How a detector's outputs become boxes.
pub struct Boxes {
    /// Reads the outputs.
    pub decoder: Box<dyn Decoder>,
    /// What a box must reach.
    pub thresholds: Thresholds,
}

impl Network {
    /// Loads the model that `config` names.
    ///
    /// # Errors
    /// When a file cannot be read, the runtime is missing or refuses the model, or its tensors fit nothing known.
    pub fn load(mut config: NvInferConfig, warnings: &mut Vec<Warning>) -> Result<Self, InferError> {
        let engine = match config.model.triton.clone() {
            Some(triton) => by_name(&triton, &mut config)?,
            None => Box::new(Onnx::load(config.require_onnx()?, Provider::Cpu, &hints(&config))?),
        };
        Self::with_engine(config, engine, warnings)
    }

    /// As [`load`](Self::load), with an engine that is there already.
    ///
    /// # Errors
    /// As for [`load`](Self::load), but for the model.
    pub fn with_engine(
        mut config: NvInferConfig,
        engine: Box<dyn Engine>,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, InferError> {
        let names = config.label_file.as_deref().map(Labels::load).transpose()?.unwrap_or_default();
        let recipe = Arc::new(Recipe::of(&config.input, engine.input().size, engine.input().order)?);
        let (head, labels) = match config.network_type {
            NetworkType::Detector => {
                config.detector.classes = config.require_classes(names.len())?;
                let classes = config.detector.classes as usize;
                warnings.extend(config.label_file.as_ref().and_then(|_| names.mismatch(classes)));
                let parser = config.parsers.bbox.as_deref();
                let decoder = decode::choose(parser, engine.outputs(), engine.input().size, classes)?;
                let boxes = Boxes { decoder, thresholds: Thresholds::of(&config.detector) };
                (Some(Head::Boxes(boxes)), names.classes(classes))
            }
            NetworkType::Classifier => {
                let (parser, threshold) = (config.parsers.classifier.as_deref(), config.classifier.threshold);
                let classes = Classes::new(parser, &config.model.output_names, engine.outputs(), threshold, names)?;
                (Some(Head::Classes(classes)), Vec::new())
            }
            NetworkType::Segmentation => {
                let (outputs, segmentation) = (&config.model.output_names, &config.segmentation);
                let classes = config.detector.classes;
                let segments =
                    Segments::new(outputs, engine.outputs(), segmentation.order, segmentation.threshold, classes)?;
                (Some(Head::Pixels(segments)), names.classes(classes as usize))
            }
            NetworkType::InstanceSegmentation => {
                config.detector.classes = config.require_classes(names.len())?;
                let classes = config.detector.classes as usize;
                warnings.extend(config.label_file.as_ref().and_then(|_| names.mismatch(classes)));
                let parser = config.parsers.instance_mask.as_deref();
                let instances = Instances::new(parser, engine.outputs(), &config.detector)?;
                (Some(Head::Instances(instances)), names.classes(classes))
            }
            NetworkType::Other => (None, Vec::new()),
        };
        Ok(Self { config, labels, engine, recipe, head })
    }

    /// The configuration, as it is used.
    pub fn config(&self) -> &NvInferConfig {
        &self.config
    }

    /// The engine.
    pub fn engine(&self) -> &dyn Engine {
        self.engine.as_ref()
    }

    /// A session of the engine.
    ///
    /// # Errors
    /// As for [`Engine::session`].
    pub fn session(&self, threads: NonZero<usize>) -> Result<Box<dyn Session>, InferError> {
        self.engine.session(threads)
    }

    /// How frames become inputs.
    pub fn recipe(&self) -> &Arc<Recipe> {
        &self.recipe
    }

    /// How outputs are read; `None` for a network whose outputs are not read here.
    pub fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    /// The name of a class; empty for one that does not exist.
    pub fn label(&self, class: u32) -> &str {
        self.labels.get(class as usize).map_or("", String::as_str)
    }

    /// Whether whoever gets the results wants the tensors too.
    pub fn keeps_outputs(&self) -> bool {
        self.config.output_tensor_meta || self.config.debug.keeps_tensors()
    }
}

/// The engine of a model that is named, not given as a file; where it lies is kept in the configuration.
fn by_name(triton: &TritonModel, config: &mut NvInferConfig) -> Result<Box<dyn Engine>, InferError> {
    let engine: Box<dyn Engine> = match &triton.place {
        TritonPlace::Repository { roots, strict } => {
            let model = repository::find(roots, &triton.name, triton.version, *strict)?;
            config.model.dims = config.model.dims.or(model.dims());
            let engine = Onnx::load(&model.file, Provider::Cpu, &hints(config))?;
            model.check(engine.input_info(), &engine)?;
            config.model.onnx = Some(model.file);
            Box::new(engine)
        }
        TritonPlace::Server(server) => Box::new(Remote::connect(triton, server, &hints(config))?),
    };
    let input = &engine.input().name;
    if let Some(name) = triton.input.as_ref().filter(|name| *name != input) {
        return Err(InferError::NoTensor { side: "input", name: name.clone(), found: input.clone() });
    }
    let outputs: Vec<&str> = engine.outputs().iter().map(|output| output.name.as_str()).collect();
    match config.model.output_names.iter().find(|name| !outputs.contains(&name.as_str())) {
        Some(name) => Err(InferError::NoTensor { side: "output", name: name.clone(), found: outputs.join(", ") }),
        None => Ok(engine),
    }
}

/// What the file says about the model's input.
fn hints(config: &NvInferConfig) -> Hints {
    let channels = Recipe::channels_of(config.input.color);
    Hints { channels, order: config.input.order, dims: config.model.dims }
}
