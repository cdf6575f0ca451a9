//! One server: asking, waiting for an answer, asking again. Knows nothing of pictures.

use std::fmt::Display;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::watch;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Response, Status};

use crate::config::nvinfer::triton::Server;
use crate::infer::InferError;
use crate::infer::kserve::grpc_inference_service_client::GrpcInferenceServiceClient;
use crate::infer::kserve::{
    ModelInferRequest, ModelInferResponse, ModelMetadataRequest, ModelMetadataResponse, ModelReadyRequest,
    ServerReadyRequest,
};

type Client = GrpcInferenceServiceClient<Channel>;

/// The largest answer that is read.
const MAX_ANSWER: usize = 512 << 20;
/// The first wait before a server is asked again, and the longest.
const WAITS: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// A server and the threads that talk to it.
pub struct Connection {
    runtime: Runtime,
    client: Client,
    server: Server,
    cancelled: watch::Sender<bool>,
}

/// What became of one question.
enum Attempt<T> {
    Answer(T),
    /// Worth asking again.
    Gone(String),
    Refused(String),
}

impl Connection {
    /// Prepares to talk to a server; nothing is sent yet.
    ///
    /// # Errors
    /// When the address is none, or no thread can be started.
    pub fn open(server: &Server) -> Result<Self, InferError> {
        let fail = |error: &dyn Display| InferError::Server { url: server.url.clone(), reason: error.to_string() };
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let builder = builder.worker_threads(1).thread_name("nvinferserver").enable_all();
        let runtime = builder.build().map_err(|error| fail(&error))?;
        let endpoint = Endpoint::from_shared(format!("http://{}", server.url)).map_err(|error| fail(&error))?;
        let endpoint = endpoint.connect_timeout(server.timeout).tcp_nodelay(true);
        let channel = {
            let _inside = runtime.enter();
            endpoint.connect_lazy()
        };
        let client = Client::new(channel).max_decoding_message_size(MAX_ANSWER).max_encoding_message_size(usize::MAX);
        Ok(Self { runtime, client, server: server.clone(), cancelled: watch::Sender::new(false) })
    }

    /// The server's address.
    pub fn url(&self) -> &str {
        &self.server.url
    }

    /// Gives up whatever is asked now or later.
    pub fn cancel(&self) {
        self.cancelled.send_replace(true);
    }

    /// Waits until the model is ready, then asks for its tensors.
    ///
    /// # Errors
    /// When the server is not there in time, or does not have the model.
    pub fn metadata(&self, name: &str, version: &str) -> Result<ModelMetadataResponse, InferError> {
        self.persist(async |mut client| match client.server_ready(ServerReadyRequest {}).await {
            Ok(answer) if !answer.get_ref().ready => Attempt::Gone("is not ready".into()),
            answer => attempt(answer, false),
        })?;
        let ready = ModelReadyRequest { name: name.into(), version: version.into() };
        let which = if version.is_empty() { name.to_owned() } else { format!("{name}, version {version},") };
        self.persist(async |mut client| match client.model_ready(ready.clone()).await {
            Ok(answer) if !answer.get_ref().ready => Attempt::Gone(format!("the model {which} is not ready")),
            Err(status) if status.code() == Code::NotFound => {
                Attempt::Refused(format!("has no model {which} ({})", status.message()))
            }
            answer => attempt(answer, false),
        })?;
        let metadata = ModelMetadataRequest { name: name.into(), version: version.into() };
        self.persist(async |mut client| attempt(client.model_metadata(metadata.clone()).await, false))
    }

    /// Runs the model.
    ///
    /// # Errors
    /// When the server refuses, or is gone for longer than there is patience.
    pub fn infer(&self, request: &ModelInferRequest) -> Result<ModelInferResponse, InferError> {
        // The model was there, so a server that does not know it is one that has just begun.
        self.persist(async |mut client| attempt(client.model_infer(request.clone()).await, true))
    }

    /// Asks until there is an answer, a refusal, or no more patience.
    fn persist<T>(&self, ask: impl AsyncFn(Client) -> Attempt<T>) -> Result<T, InferError> {
        let fail = |reason: String| InferError::Server { url: self.server.url.clone(), reason };
        let begin = Instant::now();
        let mut cancelled = self.cancelled.subscribe();
        let work = async {
            let mut wait = WAITS.0;
            loop {
                let reason = match tokio::time::timeout(self.server.timeout, ask(self.client.clone())).await {
                    Ok(Attempt::Answer(answer)) => return Ok(answer),
                    Ok(Attempt::Refused(reason)) => return Err(fail(reason)),
                    Ok(Attempt::Gone(reason)) => reason,
                    Err(_) => format!("no answer within {}", seconds(self.server.timeout)),
                };
                if begin.elapsed() + wait > self.server.patience {
                    return Err(fail(format!("{reason}; given up after {}", seconds(begin.elapsed()))));
                }
                tracing::debug!("inference server {}: {reason}; asking again", self.server.url);
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(WAITS.1);
            }
        };
        self.runtime.block_on(async {
            tokio::select! {
                result = work => result,
                _ = cancelled.wait_for(|cancelled| *cancelled) => Err(fail("nobody waits for it any more".into())),
            }
        })
    }
}

/// What an answer means. `known`: whether the model was there before.
fn attempt<T>(answer: Result<Response<T>, Status>, known: bool) -> Attempt<T> {
    match answer {
        Ok(answer) => Attempt::Answer(answer.into_inner()),
        Err(status) => {
            let reason = words(&status);
            // A status with a cause was made here: the connection broke, the server did not say so.
            let broke = std::error::Error::source(&status).is_some();
            let again = match status.code() {
                Code::Unavailable => true,
                Code::NotFound => known,
                // What MLServer says of a model it does not have.
                Code::Unknown if status.message().contains("ModelNotFound") => known,
                Code::Unknown | Code::Internal | Code::Cancelled | Code::DeadlineExceeded => broke,
                _ => false,
            };
            if again { Attempt::Gone(reason) } else { Attempt::Refused(reason) }
        }
    }
}

/// The status with its last cause (`Connection refused`), without repetition.
fn words(status: &Status) -> String {
    let mut cause = std::error::Error::source(status);
    let mut last = None;
    while let Some(error) = cause {
        last = Some(error.to_string());
        cause = error.source();
    }
    let text = if status.message().is_empty() { status.code().description() } else { status.message() };
    match last {
        Some(last) if !text.contains(&last) => format!("{text}: {last}"),
        _ => text.to_owned(),
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
