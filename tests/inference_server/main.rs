//! Models that servers run: one of the test's own that misbehaves on request, and one of others' (MLServer) over loopback.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod misbehaving;
mod mlserver;
mod scripted;

use std::num::NonZero;
use std::time::Duration;

use ds_apps::config::nvinfer::TensorOrder;
use ds_apps::config::nvinfer::triton::{Server, TritonModel, TritonPlace};
use ds_apps::infer::InferError;
use ds_apps::infer::engine::{Engine, Hints, Session};
use ds_apps::infer::remote::Remote;

const RGB: Hints = Hints { channels: 3, order: TensorOrder::Nchw, dims: None };

/// The model `name` of a server at a port of this machine.
fn connect(port: u16, name: &str, version: Option<u64>, [timeout, patience]: [u64; 2]) -> Result<Remote, InferError> {
    let server = Server {
        timeout: Duration::from_millis(timeout),
        patience: Duration::from_millis(patience),
        ..Server::at(&format!("127.0.0.1:{port}"))
    };
    let place = TritonPlace::Server(server.clone());
    let model = TritonModel { name: name.into(), version, input: None, place };
    Remote::connect(&model, &server, &RGB)
}

fn session(engine: &dyn Engine) -> Box<dyn Session> {
    engine.session(NonZero::<usize>::MIN).unwrap()
}

/// Runs `frames` frames whose channel `c` is `100 f + 10 c + 1` everywhere; what comes back, or the message.
fn run(engine: &dyn Engine, session: &mut dyn Session, frames: usize) -> Result<Vec<Vec<f32>>, String> {
    let len = engine.input().frame_len();
    for (i, value) in session.input(frames).iter_mut().enumerate() {
        *value = (100 * (i / len) + 10 * (i % len / (len / 3)) + 1) as f32;
    }
    let outputs = session.run(frames).map_err(|error| error.to_string())?;
    let frame = |f| outputs.frame(engine.outputs(), f).next().unwrap().data.to_vec();
    Ok((0..frames).map(frame).collect())
}
