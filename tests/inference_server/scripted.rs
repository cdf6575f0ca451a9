//! A KServe v2 server whose model gives the mean of each channel, except when it was told to do something else.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use ds_apps::infer::kserve::grpc_inference_service_server::{GrpcInferenceService, GrpcInferenceServiceServer};
use ds_apps::infer::kserve::model_infer_response::InferOutputTensor;
use ds_apps::infer::kserve::model_metadata_response::TensorMetadata;
use ds_apps::infer::kserve::*;
use tokio::runtime::Runtime;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

/// What the model does with one request.
#[derive(Clone, PartialEq)]
pub enum Act {
    /// Says that it is at it, and never answers.
    Hang,
    /// Fails with this.
    Fail(tonic::Code, &'static str),
    /// Answers with another shape and as many values.
    Shape(Vec<i64>),
    /// Answers with another type.
    Type(&'static str),
    /// Answers with so many bytes.
    Bytes(usize),
}

/// Shape and type of every input that came.
type Seen = Arc<Mutex<Vec<(Vec<i64>, String)>>>;

/// A running server; dropped, it is gone at once, with all its connections.
pub struct Scripted {
    pub port: u16,
    /// A message for every [`Act::Hang`].
    pub hanging: Receiver<()>,
    /// The shapes and types of the requests.
    pub seen: Seen,
    runtime: Option<Runtime>,
}

struct Service {
    acts: Mutex<VecDeque<Act>>,
    hanging: Sender<()>,
    /// Whether the model is ready.
    ready: bool,
    declares: bool,
    seen: Seen,
}

impl Scripted {
    /// A server at `port` (0: any) that does `acts` first, then what it should.
    pub fn start(port: u16, acts: impl IntoIterator<Item = Act>) -> Self {
        Self::with(port, acts, true, true)
    }

    /// A server whose model never gets ready.
    pub fn never_ready() -> Self {
        Self::with(0, [], false, true)
    }

    /// A server that says nothing of its model's tensors.
    pub fn silent() -> Self {
        Self::with(0, [], true, false)
    }

    fn with(port: u16, acts: impl IntoIterator<Item = Act>, ready: bool, declares: bool) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (sender, hanging) = channel();
        let seen = Arc::default();
        let acts = Mutex::new(acts.into_iter().collect());
        let service = Service { acts, hanging: sender, ready, declares, seen: Arc::clone(&seen) };
        let incoming = runtime.block_on(async { TcpIncoming::bind(([127, 0, 0, 1], port).into()).unwrap() });
        let port = incoming.local_addr().unwrap().port();
        runtime.spawn(async move {
            let server = GrpcInferenceServiceServer::new(service).max_decoding_message_size(64 << 20);
            tonic::transport::Server::builder().serve_with_incoming(server, incoming).await.unwrap();
        });
        Self { port, hanging, seen, runtime: Some(runtime) }
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        // Waits until the port is free again.
        drop(self.runtime.take());
    }
}

fn tensor(name: &str, shape: &[i64]) -> TensorMetadata {
    TensorMetadata { name: name.into(), datatype: "FP32".into(), shape: shape.to_vec() }
}

#[tonic::async_trait]
impl GrpcInferenceService for Service {
    async fn server_live(&self, _: Request<ServerLiveRequest>) -> Result<Response<ServerLiveResponse>, Status> {
        Ok(Response::new(ServerLiveResponse { live: true }))
    }

    async fn server_ready(&self, _: Request<ServerReadyRequest>) -> Result<Response<ServerReadyResponse>, Status> {
        Ok(Response::new(ServerReadyResponse { ready: true }))
    }

    async fn server_metadata(
        &self,
        _: Request<ServerMetadataRequest>,
    ) -> Result<Response<ServerMetadataResponse>, Status> {
        Ok(Response::new(ServerMetadataResponse::default()))
    }

    async fn model_ready(&self, request: Request<ModelReadyRequest>) -> Result<Response<ModelReadyResponse>, Status> {
        match request.get_ref().name.as_str() {
            "means" => Ok(Response::new(ModelReadyResponse { ready: self.ready })),
            other => Err(Status::not_found(format!("unknown model {other}"))),
        }
    }

    async fn model_metadata(
        &self,
        _: Request<ModelMetadataRequest>,
    ) -> Result<Response<ModelMetadataResponse>, Status> {
        let all = |tensor| if self.declares { vec![tensor] } else { Vec::new() };
        Ok(Response::new(ModelMetadataResponse {
            name: "means".into(),
            platform: "test".into(),
            inputs: all(tensor("images", &[-1, 3, 4, 6])),
            outputs: all(tensor("means", &[-1, 3])),
            ..Default::default()
        }))
    }

    async fn model_infer(&self, request: Request<ModelInferRequest>) -> Result<Response<ModelInferResponse>, Status> {
        let request = request.into_inner();
        let input = &request.inputs[0];
        self.seen.lock().unwrap().push((input.shape.clone(), input.datatype.clone()));
        let values: Vec<f32> =
            request.raw_input_contents[0].as_chunks::<4>().0.iter().map(|v| f32::from_le_bytes(*v)).collect();
        let means: Vec<f32> = values.chunks(24).map(|channel| channel.iter().sum::<f32>() / 24.0).collect();
        let mut raw: Vec<u8> = means.iter().flat_map(|mean| mean.to_le_bytes()).collect();
        let mut output = InferOutputTensor {
            name: "means".into(),
            datatype: "FP32".into(),
            shape: vec![input.shape[0], 3],
            contents: None,
        };
        let act = self.acts.lock().unwrap().pop_front();
        match act {
            Some(Act::Hang) => {
                let _ = self.hanging.send(());
                std::future::pending::<()>().await;
            }
            Some(Act::Fail(code, words)) => return Err(Status::new(code, words)),
            Some(Act::Shape(shape)) => output.shape = shape,
            Some(Act::Type(datatype)) => output.datatype = datatype.into(),
            Some(Act::Bytes(bytes)) => raw.resize(bytes, 0),
            None => {}
        }
        Ok(Response::new(ModelInferResponse {
            outputs: vec![output],
            raw_output_contents: vec![raw],
            ..Default::default()
        }))
    }
}
