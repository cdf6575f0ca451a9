//! The program as users meet it: what it prints, what it writes, how it ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod analytics;
mod bad_config;
mod bad_input;
mod bad_output;
#[path = "../camera/mod.rs"]
mod camera;
mod cameras;
mod custom_meta;
mod environment;
mod gpu_edit;
mod imagedata;
mod inference_server;
mod interrupt;
mod mot_eval;
mod optical_flow;
mod preprocess;
mod redaction;
mod rest;
mod results;
mod rtsp;
mod segmask;
mod segmentation;
mod streams;
mod test4;
mod world;

/// Help texts, lists and mistakes on the command line, as console sessions in `tests/cli/sessions`.
#[test]
fn sessions() {
    trycmd::TestCases::new().case("tests/cli/sessions/*.trycmd").env("COLUMNS", "100");
}
