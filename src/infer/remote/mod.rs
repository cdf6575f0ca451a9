//! A model that a server runs, behind [`Engine`]: KServe v2 over gRPC, as Triton, MLServer and others speak it.
//!
//! A server that is gone, restarts or still loads the model is asked again, ever more slowly, as long as the configuration
//! has patience; what a server refuses is an error at once. Answers are held against what the server said of the model.

mod connection;
mod tensors;

use std::num::NonZero;
use std::sync::Arc;

use connection::Connection;

use super::InferError;
use super::detection::TensorInfo;
use super::engine::{Engine, Hints, ImageInput, Outputs, Session};
use super::kserve::ModelInferRequest;
use super::kserve::model_infer_request::{InferInputTensor, InferRequestedOutputTensor};
use crate::config::nvinfer::triton::{Server, TritonModel};

/// A model of a server.
pub struct Remote {
    name: String,
    model: Arc<Model>,
}

/// What sessions share.
struct Model {
    connection: Connection,
    name: String,
    version: String,
    input: ImageInput,
    outputs: Vec<TensorInfo>,
}

impl Remote {
    /// Waits until the server has the model ready, and asks what it looks like.
    ///
    /// # Errors
    /// When the server is not there in time, does not have the model, or its tensors are not those of one image in.
    pub fn connect(triton: &TritonModel, server: &Server, hints: &Hints) -> Result<Self, InferError> {
        let connection = Connection::open(server)?;
        let version = triton.version.map(|version| version.to_string()).unwrap_or_default();
        let about = connection.metadata(&triton.name, &version)?;
        let fail = |reason: String| InferError::Server { url: server.url.clone(), reason };
        if about.inputs.is_empty() || about.outputs.is_empty() {
            let reason = format!("says nothing about the inputs and outputs of {}; declare them there", triton.name);
            return Err(fail(reason));
        }
        let input = ImageInput::of(&tensors::infos(&about.inputs)?, hints)?;
        let outputs = tensors::infos(&about.outputs)?;
        let platform = Some(about.platform).filter(|platform| !platform.is_empty());
        let platform = platform.map(|platform| format!(", {platform}")).unwrap_or_default();
        let name = format!("{} (KServe v2 at {}{platform})", triton.name, server.url);
        let model = Model { connection, name: triton.name.clone(), version, input, outputs };
        Ok(Self { name, model: Arc::new(model) })
    }
}

impl Engine for Remote {
    fn name(&self) -> &str {
        &self.name
    }

    fn input(&self) -> &ImageInput {
        &self.model.input
    }

    fn outputs(&self) -> &[TensorInfo] {
        &self.model.outputs
    }

    fn session(&self, _threads: NonZero<usize>) -> Result<Box<dyn Session>, InferError> {
        Ok(Box::new(RemoteSession { model: Arc::clone(&self.model), buffer: Vec::new() }))
    }

    fn prefers_batches(&self) -> bool {
        true
    }

    fn cancel(&self) {
        self.model.connection.cancel();
    }
}

/// Requests one after the other.
struct RemoteSession {
    model: Arc<Model>,
    buffer: Vec<f32>,
}

impl Session for RemoteSession {
    fn input(&mut self, frames: usize) -> &mut [f32] {
        let (room, len) = (self.model.input.room(frames), self.model.input.frame_len());
        if self.buffer.len() < room * len {
            self.buffer.resize(room * len, 0.0);
        }
        &mut self.buffer[..frames * len]
    }

    fn run(&mut self, frames: usize) -> Result<Outputs, InferError> {
        let Model { connection, name, version, input, outputs } = self.model.as_ref();
        let room = input.room(frames);
        let request = ModelInferRequest {
            model_name: name.clone(),
            model_version: version.clone(),
            id: String::new(),
            inputs: vec![InferInputTensor {
                name: input.name.clone(),
                datatype: tensors::datatype(input.kind).into(),
                shape: input.shape(room).map(|dim| dim as i64).to_vec(),
                contents: None,
            }],
            outputs: outputs.iter().map(|output| InferRequestedOutputTensor { name: output.name.clone() }).collect(),
            raw_input_contents: vec![tensors::to_bytes(&self.buffer[..room * input.frame_len()], input.kind)],
        };
        let answer = connection.infer(&request)?;
        let read = tensors::read(answer, outputs, room);
        let tensors = read.map_err(|reason| InferError::Server { url: connection.url().to_owned(), reason })?;
        Ok(Outputs::new(frames, tensors))
    }
}
