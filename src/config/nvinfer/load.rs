//! Reading an nvinfer file: sections to structs, warnings for what has no effect.

use std::path::Path;

use super::{ClassAttributes, NvInferConfig, class_attributes, property};
use crate::config::closest::closest;
use crate::config::document::{Document, Section};
use crate::config::{ConfigError, Warning};

const PROPERTY: &str = "property";
const CLASS_PREFIX: &str = "class-attrs-";

/// A file that was read, and what is odd about it.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: NvInferConfig,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

impl NvInferConfig {
    /// Reads a key file, or YAML if the name ends in `.yml` or `.yaml`.
    ///
    /// # Errors
    /// When the file cannot be read or parsed, has no `[property]` section, or a value is not what its key wants.
    pub fn load(path: &Path) -> Result<Loaded, ConfigError> {
        Self::from_document(Document::load(path)?)
    }

    /// Reads a parsed file.
    ///
    /// # Errors
    /// When it has no `[property]` section, or a value is not what its key wants.
    pub fn from_document(mut document: Document) -> Result<Loaded, ConfigError> {
        let mut config = Self { path: document.path.clone(), ..Self::default() };
        let mut warnings = std::mem::take(&mut document.warnings);
        let section = document.section(PROPERTY).ok_or_else(|| {
            let found = closest(PROPERTY, document.sections.iter().map(|section| section.name.as_str()));
            let closest = found.map(str::to_owned);
            ConfigError::MissingSection { path: document.path.clone(), section: PROPERTY, closest }
        })?;
        property::read(&document, section, &mut config, &mut warnings)?;

        if let Some(all) = document.section("class-attrs-all") {
            class_attributes::read(&document, all, &mut config.detector.all, &mut warnings)?;
        }
        config.detector.attributes = vec![config.detector.all; config.detector.classes as usize];
        for section in &document.sections {
            match section.name.strip_prefix(CLASS_PREFIX) {
                Some("all") => {}
                Some(id) => {
                    let attributes = class(&document, section, id, &mut config)?;
                    class_attributes::read(&document, section, attributes, &mut warnings)?;
                }
                None if section.name == PROPERTY => {}
                None => warnings.add(&document.path, section.line, || unknown_section(&section.name)),
            }
        }
        Ok(Loaded { config, warnings: warnings.into_list(&document.path) })
    }

    /// The ONNX model, once properties have been laid over the file.
    ///
    /// # Errors
    /// When there is none; the message says so if there is a model of another kind.
    pub fn require_onnx(&self) -> Result<&Path, ConfigError> {
        let model = &self.model;
        let other =
            [&model.engine, &model.tlt_encoded, &model.caffe_weights, &model.uff].into_iter().any(Option::is_some);
        let why = match other {
            true => "TensorRT engines, TAO, Caffe and UFF models run with --backend deepstream only",
            false => "the model to run",
        };
        model.onnx.as_deref().ok_or_else(|| self.missing("onnx-file", why))
    }

    /// The number of a detector's classes: `num-detected-classes`, or `labels` of them when the key is absent.
    ///
    /// # Errors
    /// When there are none.
    pub fn require_classes(&self, labels: usize) -> Result<u32, ConfigError> {
        match (self.detector.classes, u32::try_from(labels)) {
            (0, Ok(0) | Err(_)) => Err(self.missing("num-detected-classes", "how many classes the model has")),
            (0, Ok(labels)) => Ok(labels),
            (classes, _) => Ok(classes),
        }
    }

    fn missing(&self, key: &'static str, why: &'static str) -> ConfigError {
        ConfigError::MissingKey { path: self.path.clone(), section: PROPERTY, key, why }
    }
}

/// The attributes that `[class-attrs-ID]` is about.
fn class<'a>(
    document: &Document,
    section: &Section,
    id: &str,
    config: &'a mut NvInferConfig,
) -> Result<&'a mut ClassAttributes, ConfigError> {
    let wrong = |reason| ConfigError::Section {
        path: document.path.clone(),
        line: section.line,
        section: section.name.clone(),
        reason,
    };
    let id: usize =
        id.parse().map_err(|_| wrong("expected class-attrs-all or class-attrs-N with a class number".into()))?;
    let classes = config.detector.classes;
    let found = config.detector.attributes.get_mut(id);
    found.ok_or_else(|| {
        wrong(format!("there is no class {id}: num-detected-classes is {classes}, classes count from 0"))
    })
}

fn unknown_section(name: &str) -> String {
    let known = [PROPERTY, "class-attrs-all", "class-attrs-0"];
    let hint = closest(name, known).map(|known| format!("; is [{known}] meant?")).unwrap_or_default();
    format!("[{name}] is no section of an nvinfer file and has no effect{hint}")
}
