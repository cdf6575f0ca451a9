//! Loading: from the settings to a network with its workers.

use std::num::NonZero;
use std::sync::Arc;
use std::time::Instant;

use super::error::StartError;
use super::imp::CAT;
use super::pool::Pool;
use super::queue::Queue;
use super::{MakeEngine, PerformanceMode};
use crate::config::Warning;
use crate::config::nvinfer::{NetworkType, NvInferConfig, ProcessMode};
use crate::infer::engine::Plan;
use crate::infer::network::Network;

/// Loads the model of a configuration and starts its workers. `element` is for the log.
///
/// # Errors
/// When anything fails on the way.
pub fn load(
    element: &super::Inference,
    mut config: NvInferConfig,
    mut warnings: Vec<Warning>,
    make_engine: Option<&MakeEngine>,
    queue: &Arc<Queue>,
    plan: impl FnOnce(NonZero<usize>, u64) -> Plan,
) -> Result<Pool, StartError> {
    adjust(&mut config, &mut warnings);
    let begin = Instant::now();
    gst::info!(CAT, obj = element, "loading {}", config.model.title());
    let network = match make_engine {
        Some(make) => {
            let engine = make(&config)?;
            Network::with_engine(config, engine, &mut warnings)?
        }
        None => Network::load(config, &mut warnings)?,
    };
    for warning in &warnings {
        gst::warning!(CAT, obj = element, "{warning}");
    }
    let model = &network.config().model;
    let (bytes, title) =
        (model.onnx.as_ref().and_then(|model| model.metadata().ok()).map_or(0, |file| file.len()), model.title());
    let plan = plan(std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN), bytes);
    let pool = Pool::start(Arc::new(network), plan, queue)?;
    gst::info!(
        CAT,
        obj = element,
        "{} is loaded after {:.0} ms: {}, {} runs at a time of {} threads each",
        title,
        begin.elapsed().as_secs_f64() * 1e3,
        pool.network().engine().name(),
        plan.sessions,
        plan.threads
    );
    Ok(pool)
}

/// Other workers for the network of `pool`: all cores on one frame.
///
/// # Errors
/// When a session cannot be made.
pub fn latency_pool(pool: &Pool, queue: &Arc<Queue>) -> Result<Pool, StartError> {
    let cores = std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    Pool::start(Arc::clone(pool.network()), Plan::latency(cores), queue)
}

/// How the cores are shared out, as far as it is known before the first buffer.
pub fn plan(mode: PerformanceMode) -> fn(NonZero<usize>, u64) -> Plan {
    match mode {
        PerformanceMode::Latency => |cores, _| Plan::latency(cores),
        PerformanceMode::Auto | PerformanceMode::Throughput => Plan::throughput,
    }
}

/// Turns off what makes no sense together, with a warning.
fn adjust(config: &mut NvInferConfig, warnings: &mut Vec<Warning>) {
    let classifies_objects =
        config.process_mode == ProcessMode::Secondary && config.network_type == NetworkType::Classifier;
    if config.classifier.async_mode && !classifies_objects {
        config.classifier.async_mode = false;
        let text =
            "classifier-async-mode is for classifiers of objects (process-mode=2, network-type=1); it is off".into();
        warnings.push(Warning { path: config.path.clone(), line: 0, text });
    }
    if config.output_instance_mask && config.network_type != NetworkType::InstanceSegmentation {
        config.output_instance_mask = false;
        let text = "output-instance-mask is for instance segmentation (network-type=3); it is off".into();
        warnings.push(Warning { path: config.path.clone(), line: 0, text });
    }
}
