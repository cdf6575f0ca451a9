//! Reading an nvdspreprocess file: sections to structs, warnings for what has no effect.

use std::collections::BTreeSet;
use std::path::Path;

use super::property::{self, Draft};
use super::{CustomLibrary, PreprocessConfig, group};
use crate::config::closest::closest;
use crate::config::document::Document;
use crate::config::nvinfer::{ColorFormat, TensorOrder};
use crate::config::{ConfigError, Warning};

/// The name of DeepStream's default library, whose work is done here.
const DEFAULT_LIBRARY: &str = "libcustom2d_preprocess.so";
/// The function of that library that makes the tensor.
const DEFAULT_FUNCTION: &str = "CustomTensorPreparation";

/// A file that was read, and what is odd about it.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: PreprocessConfig,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

impl PreprocessConfig {
    /// Reads a key file, or YAML if the name ends in `.yml` or `.yaml`.
    ///
    /// # Errors
    /// When the file cannot be read or parsed, lacks a section or key it needs, or a value is not what its key wants.
    pub fn load(path: &Path) -> Result<Loaded, ConfigError> {
        Self::from_document(Document::load(path)?)
    }

    /// Reads a parsed file.
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    pub fn from_document(mut document: Document) -> Result<Loaded, ConfigError> {
        let mut warnings = std::mem::take(&mut document.warnings);
        let section = document.section("property").ok_or_else(|| {
            let found = closest("property", document.sections.iter().map(|section| section.name.as_str()));
            let closest = found.map(str::to_owned);
            ConfigError::MissingSection { path: document.path.clone(), section: "property", closest }
        })?;
        let mut draft = Draft::default();
        draft.config.path.clone_from(&document.path);
        property::read(&document, section, &mut draft, &mut warnings)?;
        let mut taken = BTreeSet::new();
        for section in &document.sections {
            let wrong = |reason: String| ConfigError::Section {
                path: document.path.clone(),
                line: section.line,
                section: section.name.clone(),
                reason,
            };
            match section.name.strip_prefix("group-") {
                Some(number) => {
                    let number = number.parse().map_err(|_| wrong("expected group-N with a number".into()))?;
                    let on_frame = draft.config.process_on_frame;
                    let group = group::read(&document, section, number, on_frame, &mut warnings)?;
                    if let Some(source) = group.sources.iter().flatten().find(|source| !taken.insert(**source)) {
                        return Err(wrong(format!("source {source} is in a group before this one already")));
                    }
                    draft.config.groups.push(group);
                }
                None if section.name == "user-configs" => property::read_user(&document, section, &mut draft)?,
                None if section.name == "property" => {}
                None => warnings.add(&document.path, section.line, || {
                    let found = closest(&section.name, ["property", "user-configs", "group-0"]);
                    let hint = found.map(|name| format!("; is [{name}] meant?")).unwrap_or_default();
                    format!("[{}] is no section of an nvdspreprocess file and has no effect{hint}", section.name)
                }),
            }
        }
        let missing = |section: &'static str| {
            let closest = None;
            ConfigError::MissingSection { path: document.path.clone(), section, closest }
        };
        if draft.config.groups.is_empty() {
            return Err(missing("group-0"));
        }
        let (path, line) = (document.path.clone(), section.line);
        let wrong = |reason| ConfigError::Section { path, line, section: "property".into(), reason };
        let config = finish(draft).map_err(wrong)?;
        Ok(Loaded { config, warnings: warnings.into_list(&document.path) })
    }
}

/// Puts together what belongs together. The error says what does not.
fn finish(draft: Draft) -> Result<PreprocessConfig, String> {
    let Draft { mut config, library, function } = draft;
    let is_default = |path: &Path| path.file_name().is_some_and(|name| name == DEFAULT_LIBRARY);
    config.library = match library.filter(|path| !is_default(path)) {
        Some(path) => Some(CustomLibrary { path, function: function.unwrap_or_else(|| DEFAULT_FUNCTION.into()) }),
        None => match function.filter(|function| function != DEFAULT_FUNCTION) {
            Some(function) => {
                return Err(format!("custom-tensor-preparation-function={function} needs a custom-lib-path"));
            }
            None => None,
        },
    };
    let Some(order) = config.order else {
        return match &config.library {
            Some(_) => Ok(config),
            None => Err("network-input-order=2 needs a custom-lib-path that knows the order".into()),
        };
    };
    let channels = if config.input.color == ColorFormat::Gray { 1 } else { 3 };
    let processing = config.processing;
    let (height, width) = (processing.height, processing.width);
    let wanted = match order {
        TensorOrder::Nhwc => [height, width, channels],
        _ => [channels, height, width],
    };
    if config.shape.len() != 4 || (config.library.is_none() && config.shape[1..] != wanted) {
        let [a, b, c] = wanted;
        return Err(format!(
            "network-input-shape is {:?}; with processing-width, processing-height, network-color-format and network-input-order \
             it is N;{a};{b};{c}",
            config.shape
        ));
    }
    config.input.order = order;
    Ok(config)
}

#[cfg(test)]
mod tests;
