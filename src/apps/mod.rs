//! The commands, one file each. Commands know the pipeline layer and views of metadata, never each other.

use clap::{Parser, Subcommand};

use crate::{
    base::exit::Exit,
    pipeline::{self, PipelineError},
};

mod analytics;
mod common;
mod completions;
mod counts;
mod custom_meta;
mod demux;
mod doctor;
mod gpu_edit;
mod imagedata;
mod list;
mod models;
mod mot_eval;
mod object_counter;
mod optical_flow;
mod preprocess;
mod redaction;
mod rtsp_in_out;
mod rtsp_out;
mod runtime_add_delete;
mod segmask;
mod segmentation;
mod shipped;
mod ssd_boxes;
mod ssd_parser;
mod test1;
mod test2;
mod test3;
mod test4;
mod usb;

/// DeepStream's sample apps on any machine.
#[derive(Debug, Parser)]
#[command(name = "ds-apps", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Test1(Box<test1::Args>),
    Test2(Box<test2::Args>),
    Test3(Box<test3::Args>),
    Test4(Box<test4::Args>),
    Usb(Box<usb::Args>),
    Demux(Box<demux::Args>),
    Analytics(Box<analytics::Args>),
    ObjectCounter(Box<object_counter::Args>),
    RtspOut(Box<rtsp_out::Args>),
    RtspInOut(Box<rtsp_in_out::Args>),
    RuntimeAddDelete(Box<runtime_add_delete::Args>),
    Imagedata(Box<imagedata::Args>),
    Redaction(Box<redaction::Args>),
    Segmentation(Box<segmentation::Args>),
    Segmask(Box<segmask::Args>),
    #[command(visible_alias = "cupy")]
    GpuEdit(Box<gpu_edit::Args>),
    OpticalFlow(Box<optical_flow::Args>),
    SsdParser(Box<ssd_parser::Args>),
    CustomMeta(Box<custom_meta::Args>),
    Preprocess(Box<preprocess::Args>),
    List(list::Args),
    Models(models::Args),
    MotEval(mot_eval::Args),
    Doctor(doctor::Args),
    Completions(completions::Args),
}

impl Cli {
    /// Runs the command.
    pub fn run(self) -> anyhow::Result<Exit> {
        pipeline::start_log();
        match self.command {
            Command::Analytics(args) => analytics::run(&args),
            Command::Test1(args) => test1::run(&args),
            Command::Test2(args) => test2::run(&args),
            Command::Test3(args) => test3::run(&args),
            Command::Test4(args) => test4::run(&args),
            Command::Usb(args) => usb::run(&args),
            Command::Demux(args) => demux::run(&args),
            Command::ObjectCounter(args) => object_counter::run(&args),
            Command::RtspOut(args) => rtsp_out::run(&args),
            Command::RtspInOut(args) => rtsp_in_out::run(&args),
            Command::RuntimeAddDelete(args) => runtime_add_delete::run(&args),
            Command::Imagedata(args) => imagedata::run(&args),
            Command::Redaction(args) => redaction::run(&args),
            Command::Segmentation(args) => segmentation::run(&args),
            Command::Segmask(args) => segmask::run(&args),
            Command::GpuEdit(args) => gpu_edit::run(&args),
            Command::OpticalFlow(args) => optical_flow::run(&args),
            Command::SsdParser(args) => ssd_parser::run(&args),
            Command::CustomMeta(args) => custom_meta::run(&args),
            Command::Preprocess(args) => preprocess::run(&args),
            Command::List(args) => list::run(&args),
            Command::Models(args) => models::run(&args),
            Command::MotEval(args) => mot_eval::run(&args),
            Command::Doctor(args) => doctor::run(&args),
            Command::Completions(args) => completions::run(&args),
        }
    }
}

/// A mistake in how a command was called that only shows after parsing.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct UsageError(String);

/// The exit status of a failed command.
pub fn exit_of(error: &anyhow::Error) -> Exit {
    let pipeline = error.chain().find_map(|cause| cause.downcast_ref::<PipelineError>());
    let usage = error.chain().any(|cause| cause.is::<UsageError>());
    pipeline.map_or(if usage { Exit::Usage } else { Exit::Failed }, PipelineError::exit)
}

/// The error and its causes in one line; a cause that an outer message already holds is not said twice.
pub fn sentence(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |text, cause| match text {
        text if text.is_empty() => cause,
        text if text.contains(&cause) => text,
        text => format!("{text}: {cause}"),
    })
}
