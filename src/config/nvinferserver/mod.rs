//! `nvinferserver`'s configuration file (protocol buffers' text format) as the same typed structs as an nvinfer file.
//!
//! A field that names something which is not there is an error with its line. What has no meaning on this machine (memory
//! pools, TensorFlow's settings, where pixels are scaled) is accepted.

mod backend;
mod control;
mod postprocess;
mod preprocess;

use std::path::{Path, PathBuf};

use super::nvinfer::{Loaded, NvInferConfig};
use super::prototext::nvdsinferserver::{InferenceConfig, PluginControl, inference_config};
use super::prototext::{self, Parsed};
use super::{ConfigError, Warnings};

const MESSAGE: &str = "nvdsinferserver.config.PluginControl";

/// Reads a file.
///
/// # Errors
/// When it cannot be read or parsed, has no `infer_config`, or asks for what cannot be done; the message names the line.
pub fn load(path: &Path) -> Result<Loaded, ConfigError> {
    let parsed: Parsed<PluginControl> = prototext::load(path, MESSAGE).map_err(other_format)?;
    let mut file = File { path, text: &parsed.text, warnings: Warnings::default() };
    let mut config = NvInferConfig { path: path.to_owned(), ..NvInferConfig::default() };
    let PluginControl { infer_config, input_control, output_control } = parsed.message;
    let Some(infer) = infer_config else { return Err(file.missing("infer_config", "what is run")) };
    read(&mut file, &infer, &mut config)?;
    control::input(&mut file, input_control.unwrap_or_default(), &mut config)?;
    control::output(&mut file, output_control.unwrap_or_default(), &mut config)?;
    Ok(Loaded { config, warnings: file.warnings.into_list(path) })
}

fn read(file: &mut File<'_>, infer: &InferenceConfig, config: &mut NvInferConfig) -> Result<(), ConfigError> {
    if infer.unique_id == 0 {
        return Err(file.missing("infer_config.unique_id", "names the results of this element; 1 or more"));
    }
    config.unique_id = infer.unique_id;
    config.runtime.batch_size = infer.max_batch_size.clamp(1, 1024);
    match infer.gpu_ids.as_slice() {
        [] => {}
        [gpu] => config.runtime.gpu_id = u32::try_from(*gpu).unwrap_or(0),
        more => return Err(file.wrong("infer_config.gpu_ids", "one number", format!("{} numbers", more.len()))),
    }
    let Some(backend) = &infer.backend else { return Err(file.missing("infer_config.backend", "where the model is")) };
    backend::read(file, backend, config)?;
    match &infer.preprocessing {
        Some(inference_config::Preprocessing::Preprocess(preprocess)) => {
            preprocess::read(file, preprocess, config)?;
        }
        Some(inference_config::Preprocessing::InputTensorFromMeta(_)) => config.input_tensor_from_meta = true,
        None => {}
    }
    let postprocess = infer.postprocessing.as_ref();
    let postprocess = postprocess.map(|inference_config::Postprocessing::Postprocess(postprocess)| postprocess);
    postprocess::read(file, postprocess, config)?;
    if infer.lstm_control.is_some() {
        return Err(file.wrong("infer_config.lstm", "no lstm (loops over frames are not there)", "one".into()));
    }
    if let Some(inference_config::Advanced::Extra(extra)) = &infer.advanced
        && !extra.custom_process_funcion.is_empty()
    {
        let found = format!("'{}'", extra.custom_process_funcion);
        return Err(file.wrong("infer_config.extra.custom_process_funcion", "none (libraries are not loaded)", found));
    }
    if infer.clip_object_outside_roi {
        file.warn("infer_config.clip_object_outside_roi", "clip_object_outside_roi has no effect here");
    }
    Ok(())
}

/// An nvinfer file is easily given by mistake.
fn other_format(error: ConfigError) -> ConfigError {
    match error {
        ConfigError::Text { path, .. } if NvInferConfig::load(&path).is_ok() => ConfigError::Text {
            path,
            line: 1,
            reason: "is a file for nvinfer; nvinferserver reads protocol buffers' text: infer_config { ... }".into(),
        },
        other => other,
    }
}

/// What is read, for messages.
struct File<'a> {
    path: &'a Path,
    text: &'a str,
    warnings: Warnings,
}

impl File<'_> {
    /// A path in the file: relative ones begin at its folder. `None` for an empty one.
    fn resolve(&self, path: &str) -> Option<PathBuf> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        (!path.is_empty()).then(|| folder.join(path))
    }

    fn missing(&self, field: &str, why: &'static str) -> ConfigError {
        ConfigError::MissingField { path: self.path.to_owned(), field: field.into(), why }
    }

    fn wrong(&self, field: &str, expected: impl Into<String>, found: String) -> ConfigError {
        ConfigError::Field {
            path: self.path.to_owned(),
            line: prototext::line_of(self.text, field),
            field: field.into(),
            expected: expected.into(),
            found,
        }
    }

    fn warn(&mut self, field: &str, text: impl Into<String>) {
        self.warnings.add(self.path, prototext::line_of(self.text, field), || text.into());
    }
}

#[cfg(test)]
mod tests;
