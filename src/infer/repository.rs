//! A Triton model repository run in this process: `<root>/<model>/config.pbtxt` and `<root>/<model>/<version>/model.onnx`.
//!
//! The layout and the meaning of `config.pbtxt` are Triton's. Only ONNX models are run; which version is chosen follows the
//! number asked for, or `version_policy` (the newest by default).

use std::path::{Path, PathBuf};

use super::InferError;
use super::detection::{ElementType, TensorInfo};
use super::engine::Engine;
use crate::config::prototext;
use crate::config::prototext::triton::{DataType, ModelConfig, model_version_policy::PolicyChoice};

/// A model that was found.
#[derive(Debug)]
pub struct Model {
    /// The ONNX file.
    pub file: PathBuf,
    /// Its version.
    pub version: u64,
    /// The model's folder.
    folder: PathBuf,
    declared: Option<ModelConfig>,
}

/// Finds a model below the first of `roots` that has it; `version` is one that must be there, `None` the newest.
///
/// # Errors
/// When no root has the model, its configuration cannot be read or names another platform, or the version is not there.
pub fn find(roots: &[PathBuf], name: &str, version: Option<u64>, strict: bool) -> Result<Model, InferError> {
    let folder = roots.iter().map(|root| root.join(name)).find(|folder| folder.is_dir()).ok_or_else(|| {
        let place = roots.first().cloned().unwrap_or_default();
        let found = roots.iter().flat_map(|root| folders(root)).collect::<Vec<_>>();
        let reason = match roots.iter().any(|root| root.is_dir()) {
            true => format!("has no model {name}; there {}", listed(&found, "is")),
            false => "there is no such folder".into(),
        };
        InferError::Repository { place, reason }
    })?;
    let fail = |reason| InferError::Repository { place: folder.clone(), reason };
    let path = folder.join("config.pbtxt");
    let declared = match path.is_file() {
        true => Some(prototext::load::<ModelConfig>(&path, "triton.ModelConfig")?.message),
        false if strict => return Err(fail("has no config.pbtxt, which strict_model_config asks for".into())),
        false => None,
    };
    let declared_or_not = declared.clone().unwrap_or_default();
    check_platform(&declared_or_not, name).map_err(fail)?;
    let version = choose(&folder, &declared_or_not, version).map_err(fail)?;
    let default = Some(declared_or_not.default_model_filename).filter(|file| !file.is_empty());
    let default = default.unwrap_or_else(|| "model.onnx".into());
    let file = folder.join(version.to_string()).join(&default);
    if !file.is_file() {
        return Err(fail(format!("version {version} has no {default}")));
    }
    Ok(Model { file, version, folder, declared })
}

impl Model {
    /// Channels, height and width of the input, if they are declared.
    pub fn dims(&self) -> Option<[u32; 3]> {
        let dims = &self.declared.as_ref()?.input.first()?.dims;
        let dims: Vec<u32> = dims.iter().rev().take(3).rev().filter_map(|dim| u32::try_from(*dim).ok()).collect();
        <[u32; 3]>::try_from(dims).ok().filter(|dims| !dims.contains(&0))
    }

    /// Holds what is declared against the model.
    ///
    /// # Errors
    /// When a declared tensor is not there, or has another type or shape.
    pub fn check(&self, input: &TensorInfo, engine: &dyn Engine) -> Result<(), InferError> {
        let Some(declared) = &self.declared else { return Ok(()) };
        let batched = declared.max_batch_size > 0;
        // What the model itself sees, where that differs.
        let inputs = declared.input.iter().map(|input| {
            let dims = input.reshape.as_ref().map_or(&input.dims, |reshape| &reshape.shape);
            ("input", &input.name, input.data_type(), dims)
        });
        let outputs = declared.output.iter().map(|output| {
            let dims = output.reshape.as_ref().map_or(&output.dims, |reshape| &reshape.shape);
            ("output", &output.name, output.data_type(), dims)
        });
        for (side, name, kind, dims) in inputs.chain(outputs) {
            let own = if side == "input" { std::slice::from_ref(input) } else { engine.outputs() };
            let fail = |reason| InferError::Repository { place: self.folder.join("config.pbtxt"), reason };
            let found = own
                .iter()
                .find(|info| info.name == *name)
                .ok_or_else(|| fail(format!("declares the {side} {name}; the model has {}", shown(own))))?;
            let wanted: Vec<i64> = batched.then_some(-1).into_iter().chain(dims.iter().copied()).collect();
            let fits = wanted.len() == found.shape.len()
                && wanted.iter().zip(&found.shape).all(|(want, has)| *want < 0 || *has < 0 || want == has);
            let same = element_type(kind).is_none_or(|kind| kind == found.kind);
            if !fits || !same {
                let info =
                    TensorInfo { shape: wanted, kind: element_type(kind).unwrap_or(found.kind), ..found.clone() };
                return Err(fail(format!("declares the {side} {info}; the model has {found}")));
            }
        }
        Ok(())
    }
}

/// Whether the declared platform is ONNX Runtime, or none is declared.
fn check_platform(declared: &ModelConfig, name: &str) -> Result<(), String> {
    if !declared.name.is_empty() && declared.name != name {
        return Err(format!(
            "config.pbtxt is that of a model called {}; the folder must have that name",
            declared.name
        ));
    }
    let what = match (declared.platform.as_str(), declared.backend.as_str()) {
        ("" | "onnxruntime_onnx", "" | "onnxruntime") => return Ok(()),
        ("" | "onnxruntime_onnx", backend) => format!("backend: \"{backend}\""),
        (platform, _) => format!("platform: \"{platform}\""),
    };
    Err(format!(
        "is for {what}; run here are ONNX models (platform: \"onnxruntime_onnx\"), others by a server (grpc {{ url: ... }})"
    ))
}

/// The version to run.
fn choose(folder: &Path, declared: &ModelConfig, asked: Option<u64>) -> Result<u64, String> {
    let mut there: Vec<u64> =
        folders(folder).iter().filter(|name| !name.starts_with('0')).filter_map(|name| name.parse().ok()).collect();
    there.sort_unstable_by(|a, b| b.cmp(a));
    let names = |versions: &[u64]| listed(&versions.iter().map(u64::to_string).collect::<Vec<_>>(), "are");
    let policy = declared.version_policy.as_ref().and_then(|policy| policy.policy_choice.as_ref());
    let served: Vec<u64> = match policy {
        Some(PolicyChoice::Specific(specific)) => {
            let named: Vec<u64> = specific.versions.iter().filter_map(|version| u64::try_from(*version).ok()).collect();
            let missing = named.iter().find(|version| !there.contains(version));
            if let Some(missing) = missing.filter(|_| asked.is_none_or(|asked| named.contains(&asked))) {
                return Err(format!("version_policy names version {missing}; there {}", names(&there)));
            }
            there.iter().copied().filter(|version| named.contains(version)).collect()
        }
        Some(PolicyChoice::All(_)) => there.clone(),
        Some(PolicyChoice::Latest(latest)) => there.iter().copied().take(latest.num_versions.max(1) as usize).collect(),
        None => there.iter().copied().take(1).collect(),
    };
    match asked {
        Some(asked) if served.contains(&asked) => Ok(asked),
        // Without a policy of its own nothing keeps an older version from being asked for: it runs in this process alone.
        Some(asked) if policy.is_none() && there.contains(&asked) => Ok(asked),
        Some(asked) if there.contains(&asked) => {
            Err(format!("version {asked} is there, but version_policy leaves it out; served {}", names(&served)))
        }
        Some(asked) => Err(format!("has no version {asked}; there {}", names(&there))),
        None => served.first().copied().ok_or_else(|| "has no version: no folder 1, 2, ... with a model".into()),
    }
}

/// Names of the folders in a folder, in order.
fn folders(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

fn listed(names: &[String], verb: &str) -> String {
    if names.is_empty() { format!("{verb} none") } else { format!("{verb} {}", names.join(", ")) }
}

fn shown(infos: &[TensorInfo]) -> String {
    infos.iter().map(TensorInfo::to_string).collect::<Vec<_>>().join(", ")
}

fn element_type(kind: DataType) -> Option<ElementType> {
    Some(match kind {
        DataType::TypeFp32 => ElementType::F32,
        DataType::TypeFp16 => ElementType::F16,
        DataType::TypeFp64 => ElementType::F64,
        DataType::TypeInt8 => ElementType::I8,
        DataType::TypeUint8 => ElementType::U8,
        DataType::TypeInt32 => ElementType::I32,
        DataType::TypeInt64 => ElementType::I64,
        DataType::TypeBool => ElementType::Bool,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository(config: &str, versions: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for version in versions {
            let folder = root.path().join("m").join(version);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("model.onnx"), "").unwrap();
        }
        std::fs::create_dir_all(root.path().join("m")).unwrap();
        std::fs::write(root.path().join("m/config.pbtxt"), config).unwrap();
        root
    }

    fn version(config: &str, versions: &[&str], asked: Option<u64>) -> Result<u64, String> {
        let root = repository(config, versions);
        let found = find(&[root.path().to_owned()], "m", asked, true);
        found
            .map(|model| model.version)
            .map_err(|error| error.to_string().replace(&root.path().display().to_string(), "root"))
    }

    #[test]
    fn the_newest_or_the_one_asked_for_is_run() {
        assert_eq!(version("", &["1", "3", "10", "02", "old"], None), Ok(10));
        assert_eq!(version("", &["1", "3"], Some(1)), Ok(1));
        assert_eq!(version("version_policy { specific { versions: [3] } }", &["1", "3", "5"], None), Ok(3));
        assert_eq!(version("version_policy { latest { num_versions: 2 } }", &["1", "3", "5"], Some(3)), Ok(3));
        assert_eq!(version("version_policy { all {} }", &["1", "3"], Some(1)), Ok(1));
    }

    #[test]
    fn a_missing_version_is_named_with_those_there() {
        let error = |config, versions, asked| version(config, versions, asked).unwrap_err();
        assert_eq!(error("", &["1", "3"], Some(2)), "model repository root/m: has no version 2; there are 3, 1");
        assert!(error("", &[], None).ends_with("has no version: no folder 1, 2, ... with a model"));
        assert!(
            error("version_policy { specific { versions: [7] } }", &["1"], None)
                .ends_with("names version 7; there are 1")
        );
        let out = error("version_policy { latest { num_versions: 1 } }", &["1", "3"], Some(1));
        assert!(out.ends_with("version_policy leaves it out; served are 3"), "{out}");
    }

    #[test]
    fn what_cannot_be_run_here_says_who_can() {
        let error = version("platform: 'tensorrt_plan'", &["1"], None).unwrap_err();
        assert!(error.contains("is for platform: \"tensorrt_plan\"; run here are ONNX models"), "{error}");
        assert!(version("backend: 'python'", &["1"], None).unwrap_err().contains("backend: \"python\""));
        assert!(version("name: 'other'", &["1"], None).unwrap_err().contains("a model called other"));
        assert!(version("platfrom: 'x'", &["1"], None).unwrap_err().contains("config.pbtxt:1: field 'platfrom'"));
        let root = repository("", &["1"]);
        let roots = [root.path().to_owned()];
        let missing = find(&roots, "n", None, false).unwrap_err().to_string();
        assert!(missing.ends_with("has no model n; there is m"), "{missing}");
        std::fs::remove_file(root.path().join("m/config.pbtxt")).unwrap();
        assert!(find(&roots, "m", None, true).unwrap_err().to_string().contains("strict_model_config"));
        assert!(find(&roots, "m", None, false).is_ok());
        let nowhere = find(&[PathBuf::from("/no/such")], "m", None, false).unwrap_err().to_string();
        assert_eq!(nowhere, "model repository /no/such: there is no such folder");
    }
}
