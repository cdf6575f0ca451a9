//! What apps are written with: builder, sources, sinks, typed probes, runner, report, trace.
//!
//! ```no_run
//! use ds_apps::pipeline::{Before, Flow, Output, Pipeline, Settings};
//!
//! # fn main() -> Result<(), ds_apps::pipeline::PipelineError> {
//! Pipeline::new("count")
//!     .sources(["street.mp4"])
//!     .batch(None)
//!     .infer("pgie", "config_infer.txt")
//!     .osd()
//!     .probe(Before("osd"), |batch| {
//!         for frame in batch.frames() {
//!             eprintln!("{}: {} objects", frame.frame_num(), frame.num_objects());
//!         }
//!         Flow::Continue
//!     })
//!     .sink(&Output::None)
//!     .run(&Settings::default())?;
//! # Ok(())
//! # }
//! ```
//!
//! Elements are named by factory only, so the same pipeline runs on our elements and on NVIDIA's ([`backend`]).

mod assemble;
pub mod backend;
mod branch;
mod builder;
mod camera;
mod control;
mod destination;
pub mod doctor;
mod error;
mod fault;
mod files;
mod graph;
pub mod image;
mod input;
mod interrupt;
mod latency;
mod lines;
mod log;
mod message_branch;
mod messages;
mod meter;
mod output;
mod part_file;
mod perf;
mod picture;
mod play;
mod probe;
mod progress;
mod report;
mod roster;
mod rtsp;
mod runner;
mod settings;
mod size;
mod source_gate;
mod suggest;
mod tap;
mod tint;

pub use crate::draw::redact::Redaction;
pub use crate::rest::RestOptions;
pub use crate::surface::view::{View, ViewMut};
pub use backend::{BackendChoice, DeviceChoice};
pub use builder::Pipeline;
pub use camera::{Camera, CameraFormat};
pub use destination::Destination;
pub use error::PipelineError;
pub use input::Input;
pub use lines::Lines;
pub use log::start as start_log;
pub use message_branch::Messages;
pub use output::Output;
pub use part_file::PartFile;
pub use picture::{Picture, PictureError};
pub use probe::{After, Before, Flow, Place};
pub use report::Report;
pub use roster::{SourceError, SourceInfo, Sources};
pub use rtsp::{RtspCodec, RtspInput, RtspServer, RtspTransport};
pub use runner::Outcome;
pub use settings::{Policy, Settings};
pub use size::parse_size;
pub use tint::{GpuMemory, Tint};
