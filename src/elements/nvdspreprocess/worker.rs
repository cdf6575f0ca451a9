//! What is there between start and stop: the configuration, what fills the tensors, and tensors to use again.

use std::collections::VecDeque;
use std::sync::Arc;

use super::MakePreparation;
use super::error::{FrameError, StartError};
use super::library::{Library, Source};
use super::select::Chosen;
use crate::base::elements::Elements;
use crate::config::Warning;
use crate::config::preprocess::PreprocessConfig;
use crate::infer::prepare::{self, Fused, Prepared, TensorPreparation, Unit};
use crate::meta::preprocess::{PreparedTensor, Roi};

/// The functions of DeepStream's default library that scale regions; that is done with the rest here.
pub const SCALING: &[&str] = &["CustomTransformation", "CustomAsyncTransformation"];

/// What fills the tensors.
enum Maker {
    /// The usual preparation, or one in code.
    Code(Box<dyn TensorPreparation>),
    /// A library of the user's own.
    Library(Box<Library>),
}

/// A tensor, once it is ready, and the regions it is about.
pub type Part = (Option<Arc<PreparedTensor>>, Vec<Roi>);

/// Makes the tensors of one element.
pub struct Worker {
    /// The file with the properties laid over it.
    pub config: PreprocessConfig,
    /// Batches each group has seen.
    pub counters: Vec<u64>,
    maker: Maker,
    tensors: u32,
    /// Tensors that are or were under way, to be used again.
    pool: VecDeque<Arc<PreparedTensor>>,
}

impl Worker {
    /// A worker for a configuration; `make` takes the place of the usual preparation.
    ///
    /// # Errors
    /// When the configuration asks for what cannot be done here, or the preparation cannot be set up.
    pub fn new(config: PreprocessConfig, make: Option<&MakePreparation>) -> Result<Self, StartError> {
        let path = || config.path.display().to_string();
        let maker = match (make, &config.library) {
            (None, Some(library)) => {
                let failed = |source| StartError::Library {
                    path: path(),
                    library: library.path.display().to_string(),
                    source: Box::new(source),
                };
                Maker::Library(Box::new(Library::open(&config, library).map_err(failed)?))
            }
            _ => Maker::Code(preparation(&config, make)?),
        };
        let counters = vec![0; config.groups.len()];
        Ok(Self { config, counters, maker, tensors: 0, pool: VecDeque::new() })
    }

    /// Reads the file.
    ///
    /// # Errors
    /// When none is named, or it is wrong.
    pub fn load(settings: &super::settings::Settings) -> Result<(PreprocessConfig, Vec<Warning>), StartError> {
        let loaded = PreprocessConfig::load(&settings.file().ok_or(StartError::NoFile)?)?;
        let mut config = loaded.config;
        settings.apply(&mut config);
        Ok((config, loaded.warnings))
    }

    /// The tensor of some regions; `None` when it is not ready yet.
    ///
    /// # Errors
    /// When a frame cannot be read, or the preparation fails.
    pub fn tensor(&mut self, source: Source<'_>, chosen: &[Chosen], rois: Vec<Roi>) -> Result<Part, FrameError> {
        let (tensor, rois) = match &mut self.maker {
            Maker::Code(_) => (self.coded(source, chosen)?, rois),
            Maker::Library(library) => {
                let prepared = library.prepare(&self.config, source, chosen, &rois);
                let (tensor, rois) = prepared.map_err(|source| {
                    let library = self.config.library.as_ref().map(|library| library.path.display().to_string());
                    FrameError::Library { library: library.unwrap_or_default(), source: Box::new(source) }
                })?;
                (tensor.map(Arc::new), rois)
            }
        };
        let Some(mut tensor) = tensor else { return Ok((None, rois)) };
        if let Some(tensor) = Arc::get_mut(&mut tensor) {
            tensor.meta_id = self.tensors;
        }
        self.tensors = self.tensors.wrapping_add(1);
        match &self.maker {
            Maker::Library(library) => library.lend(&tensor),
            Maker::Code(_) if matches!(tensor.values, Elements::Fp32(_)) => {
                if self.pool.len() < self.config.tensor_pool_size as usize {
                    self.pool.push_back(Arc::clone(&tensor));
                }
            }
            Maker::Code(_) => {}
        }
        Ok((Some(tensor), rois))
    }

    /// A tensor made by code of this process.
    fn coded(&mut self, source: Source<'_>, chosen: &[Chosen]) -> Result<Option<Arc<PreparedTensor>>, FrameError> {
        let mut units = Vec::with_capacity(chosen.len());
        for one in chosen {
            let (view, crop) = (source.surfaces.view(one.surface)?, one.crop);
            units.push(Unit { view, crop, source: one.source, frame: one.number });
        }
        let mut values = self.spare();
        values.resize(self.config.len() / self.config.batch() * chosen.len(), 0.0);
        let Maker::Code(preparation) = &mut self.maker else { return Ok(None) };
        if preparation.prepare(&units, &mut values)? == Prepared::NotReady {
            return Ok(None);
        }
        let mut shape: Vec<i32> = self.config.shape.iter().map(|side| *side as i32).collect();
        if let Some(first) = shape.first_mut() {
            *first = chosen.len() as i32;
        }
        Ok(Some(Arc::new(PreparedTensor {
            values: prepare::encode(self.config.kind, values),
            shape,
            name: self.config.tensor_name.clone(),
            gpu_id: self.config.gpu_id,
            meta_id: 0,
            maintain_aspect_ratio: self.config.input.maintain_aspect_ratio,
        })))
    }

    /// The memory of a tensor that nobody looks at any more, or none yet.
    fn spare(&mut self) -> Vec<f32> {
        let free = self.pool.iter_mut().position(|tensor| Arc::get_mut(tensor).is_some());
        let tensor = free.and_then(|at| self.pool.remove(at)).and_then(Arc::into_inner);
        match tensor.map(|tensor| tensor.values) {
            Some(Elements::Fp32(values)) => values,
            _ => Vec::new(),
        }
    }
}

/// The usual preparation, or the one that `make` makes.
fn preparation(
    config: &PreprocessConfig,
    make: Option<&MakePreparation>,
) -> Result<Box<dyn TensorPreparation>, StartError> {
    let path = || config.path.display().to_string();
    let odd = |function: &&String| !SCALING.contains(&function.as_str());
    if let Some((group, function)) =
        config.groups.iter().find_map(|group| Some((group.number, group.transformation.as_ref().filter(odd)?)))
    {
        let function = function.clone();
        return Err(StartError::Transformation { path: path(), group, function });
    }
    let preparation = match make {
        Some(make) => make(config),
        None => Fused::new(config).map(|fused| Box::new(fused) as Box<dyn TensorPreparation>).map_err(Into::into),
    };
    preparation.map_err(|source| StartError::Prepare { path: path(), source: Box::new(source) })
}
