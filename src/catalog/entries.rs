//! The catalogue file: which models there are and where their files lie.

use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use super::CatalogError;
use crate::base::home;

/// All models that are known.
#[derive(Debug)]
pub struct Catalogue {
    /// In the order of the file.
    pub models: Vec<Model>,
    folder: PathBuf,
}

/// One model.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// What commands and folders call it.
    pub name: String,
    /// What it is, for people.
    pub title: String,
    /// What it does: detector, classifier, segmentation, embedding.
    pub task: String,
    /// Its licence.
    pub licence: String,
    /// The page to read about it.
    pub source: String,
    /// The nvinfer configuration that runs it, below the folder of shipped files.
    pub config: Option<String>,
    /// Its files.
    #[serde(rename = "file")]
    pub files: Vec<ModelFile>,
}

/// One file of a model.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Path below the folder of the model.
    pub path: String,
    /// Where to fetch it; absent for one that is fetched by hand.
    pub url: Option<String>,
    /// Its length.
    pub bytes: Option<u64>,
    /// The SHA-256 of its content, in small hexadecimal digits.
    pub sha256: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(rename = "model", default)]
    models: Vec<Model>,
}

impl Catalogue {
    /// Reads the catalogue that comes with the program.
    ///
    /// # Errors
    /// When it is not there, or is no catalogue.
    pub fn shipped() -> Result<Self, CatalogError> {
        Self::load(&home::find("models/catalog.toml").ok_or(CatalogError::NoCatalogue)?)
    }

    /// Reads a catalogue; the models lie in folders beside it.
    ///
    /// # Errors
    /// When it cannot be read or is no catalogue.
    pub fn load(path: &Path) -> Result<Self, CatalogError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| CatalogError::Unreadable { path: path.to_owned(), source })?;
        let Text { models } = toml::from_str(&text)
            .map_err(|source| CatalogError::Malformed { path: path.to_owned(), source: Box::new(source) })?;
        for (index, model) in models.iter().enumerate() {
            let wrong =
                |reason| Err(CatalogError::BadEntry { path: path.to_owned(), model: model.name.clone(), reason });
            if !is_plain(&model.name) || Path::new(&model.name).components().count() != 1 {
                return wrong("a name is one folder name");
            }
            if models[..index].iter().any(|other| other.name == model.name) {
                return wrong("the name is given twice");
            }
            if model.files.is_empty() || model.files.iter().any(|file| !is_plain(&file.path)) {
                return wrong("files have paths inside the folder of the model");
            }
            if model.files.iter().any(|file| file.url.is_some() && !file.sha256.as_deref().is_some_and(is_hash)) {
                return wrong("a file with a url has a sha256 of 64 small hexadecimal digits");
            }
        }
        Ok(Self { models, folder: path.parent().unwrap_or(Path::new("")).to_owned() })
    }

    /// The model of this name.
    ///
    /// # Errors
    /// When there is none; the message names the one that looks most like it.
    pub fn model(&self, name: &str) -> Result<&Model, CatalogError> {
        self.models.iter().find(|model| model.name == name).ok_or_else(|| {
            let alike = |model: &&Model| strsim::jaro_winkler(name, &model.name);
            let best = self.models.iter().max_by(|a, b| alike(a).total_cmp(&alike(b)));
            let closest = best.filter(|model| alike(model) >= 0.8).map(|model| model.name.clone());
            CatalogError::UnknownModel { name: name.to_owned(), closest }
        })
    }

    /// Where a file lies, or will lie.
    pub fn target(&self, model: &Model, file: &ModelFile) -> PathBuf {
        self.folder.join(&model.name).join(&file.path)
    }
}

/// Whether a path stays inside its folder.
fn is_plain(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Catalogue, CatalogError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.toml");
        std::fs::write(&path, text).unwrap();
        Catalogue::load(&path)
    }

    fn entry(name: &str, file: &str) -> String {
        format!("[[model]]\nname='{name}'\ntitle=''\ntask=''\nlicence=''\nsource=''\n[[model.file]]\n{file}\n")
    }

    #[test]
    fn the_shipped_catalogue_is_sound() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let catalogue = Catalogue::load(&root.join("models/catalog.toml")).unwrap();
        assert!(catalogue.models.len() >= 7);
        for model in &catalogue.models {
            let config = model.config.as_deref().unwrap();
            assert!(root.join(config).is_file(), "{config} of {}", model.name);
            // The configuration looks for the model where it will lie.
            let text = std::fs::read_to_string(root.join(config)).unwrap();
            let onnx = format!("onnx-file=../models/{}/{}", model.name, model.files[0].path);
            assert!(text.contains(&onnx), "{config} does not name {onnx}");
        }
    }

    #[test]
    fn a_misspelt_name_is_answered_with_the_right_one() {
        let catalogue = read(&entry("yolox_nano", "path='a.onnx'")).unwrap();
        assert!(catalogue.model("yolox_nano").is_ok());
        let error = catalogue.model("yolox-nano").unwrap_err().to_string();
        assert!(error.starts_with("no model is called yolox-nano; is yolox_nano meant?"), "{error}");
        assert!(!catalogue.model("zzz").unwrap_err().to_string().contains("meant"));
    }

    #[test]
    fn entries_that_lead_out_of_the_folder_or_lack_a_hash_are_refused() {
        for (name, file) in [
            ("../x", "path='a'"),
            ("a/b", "path='a'"),
            ("x", "path='../a'"),
            ("x", "path='/etc/passwd'"),
            ("x", "path='a'\nurl='http://h/a'"),
            ("x", "path='a'\nurl='http://h/a'\nsha256='ABC'"),
            ("x", "path='a'\nunknown=1"),
        ] {
            assert!(read(&entry(name, file)).is_err(), "{name} {file}");
        }
        assert!(read(&entry("x", "path='a'").repeat(2)).is_err(), "a name given twice");
        assert!(read("").unwrap().models.is_empty());
    }
}
