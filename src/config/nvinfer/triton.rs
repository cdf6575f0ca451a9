//! Where a model comes from when it is no file of its own: a Triton model repository, or a server. Data only.

use std::path::PathBuf;
use std::time::Duration;

/// A model by its name, as `infer_config.backend.triton` of an nvinferserver file says.
#[derive(Debug, Clone, PartialEq)]
pub struct TritonModel {
    /// `model_name`.
    pub name: String,
    /// `version`; the newest when absent (-1).
    pub version: Option<u64>,
    /// Name of the input: `preprocess.tensor_name`, or the first of `backend.inputs`; the model's own when absent.
    pub input: Option<String>,
    /// Who runs it.
    pub place: TritonPlace,
}

/// Who runs a model.
#[derive(Debug, Clone, PartialEq)]
pub enum TritonPlace {
    /// This process; `model_repo`.
    Repository {
        /// `root`: folders that hold models.
        roots: Vec<PathBuf>,
        /// `strict_model_config`: a model without `config.pbtxt` is refused.
        strict: bool,
    },
    /// A server that speaks KServe v2 over gRPC; `grpc`.
    Server(Server),
}

/// A server.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// `url`: host and port.
    pub url: String,
    /// `grpc-timeout` (extension): how long an answer may take. 10 s.
    pub timeout: Duration,
    /// `grpc-retry` (extension): how long a server that is gone is waited for. 10 s.
    pub patience: Duration,
}

impl Server {
    /// A server with the usual times.
    pub fn at(url: &str) -> Self {
        Self { url: url.to_owned(), timeout: Duration::from_secs(10), patience: Duration::from_secs(10) }
    }
}
