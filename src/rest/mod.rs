//! The REST service of a running pipeline, with the paths, bodies and replies of DeepStream 9's own (`nvds_rest_server`).
//!
//! This layer speaks HTTP and knows no pipeline: what is asked is done by a [`Control`], which the pipeline layer implements.
//! It runs in a thread of its own, on loopback unless told otherwise.

mod body;
mod control;
mod error;
mod guard;
mod metrics;
mod options;
mod reply;
mod routes;
mod server;

pub use body::{BodyError, StreamChange, parse_interval, parse_quit, parse_reload, parse_stream};
pub use control::{BUCKETS_S, Control, ControlError, StreamCounts, StreamStatus};
pub use error::RestError;
pub use metrics::prometheus_text;
pub use options::RestOptions;
pub use server::RestServer;
