//! ONNX Runtime behind [`Engine`]: the only file that uses `ort`. The library is loaded at run time, once; after a failure
//! no other call is made.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use half::f16;
use ort::environment::Environment;
use ort::logging::LogLevel;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};
use ort::value::{DynValue, TensorElementType, TensorRef, ValueType};

use super::InferError;
use super::detection::{ElementType, TensorInfo};
use super::engine::{Engine, Hints, ImageInput, Output, Outputs, Provider, Session, Values};
use super::library;

/// A model file run by ONNX Runtime.
pub struct Onnx {
    name: String,
    path: PathBuf,
    info: TensorInfo,
    input: ImageInput,
    outputs: Vec<TensorInfo>,
}

impl Onnx {
    /// Loads the model and looks at its inputs and outputs. Weights that are also graph inputs do not count as inputs.
    ///
    /// # Errors
    /// When the library or the model cannot be loaded, or the model's tensors are not those of one image in.
    pub fn load(path: &Path, provider: Provider, hints: &Hints) -> Result<Self, InferError> {
        if !path.is_file() {
            return Err(InferError::ModelMissing { path: path.to_owned() });
        }
        let Provider::Cpu = provider;
        let session = commit(path, NonZero::<usize>::MIN)?;
        let mut inputs = infos(session.inputs())?;
        let input = ImageInput::of(&inputs, hints)?;
        let info = inputs.swap_remove(0);
        let outputs = infos(session.outputs())?;
        if outputs.is_empty() {
            return Err(InferError::NoOutputs { path: path.to_owned() });
        }
        Ok(Self { name: name(), path: path.to_owned(), info, input, outputs })
    }

    /// The input as the model declares it.
    pub fn input_info(&self) -> &TensorInfo {
        &self.info
    }
}

impl Engine for Onnx {
    fn name(&self) -> &str {
        &self.name
    }

    fn input(&self) -> &ImageInput {
        &self.input
    }

    fn outputs(&self) -> &[TensorInfo] {
        &self.outputs
    }

    fn session(&self, threads: NonZero<usize>) -> Result<Box<dyn Session>, InferError> {
        let session = commit(&self.path, threads)?;
        Ok(Box::new(OnnxSession { session, input: self.input.clone(), buffer: Vec::new(), converted: Converted::None }))
    }
}

/// One session with its input.
struct OnnxSession {
    session: ort::session::Session,
    input: ImageInput,
    buffer: Vec<f32>,
    converted: Converted,
}

/// The input in the model's own type, where that is not `f32`.
enum Converted {
    None,
    Half(Vec<f16>),
    Bytes(Vec<u8>),
}

impl Session for OnnxSession {
    fn input(&mut self, frames: usize) -> &mut [f32] {
        let (room, len) = (self.input.room(frames), self.input.frame_len());
        if self.buffer.len() < room * len {
            self.buffer.resize(room * len, 0.0);
        }
        &mut self.buffer[..frames * len]
    }

    fn run(&mut self, frames: usize) -> Result<Outputs, InferError> {
        let room = self.input.room(frames);
        let shape = self.input.shape(room);
        let values = &self.buffer[..room * self.input.frame_len()];
        convert(values, self.input.kind, &mut self.converted);
        let outputs = match &self.converted {
            Converted::None => {
                self.session.run(ort::inputs![TensorRef::from_array_view((shape, values)).map_err(run_error)?])
            }
            Converted::Half(half) => {
                self.session.run(ort::inputs![TensorRef::from_array_view((shape, half.as_slice())).map_err(run_error)?])
            }
            Converted::Bytes(bytes) => self
                .session
                .run(ort::inputs![TensorRef::from_array_view((shape, bytes.as_slice())).map_err(run_error)?]),
        };
        let tensors =
            outputs.map_err(run_error)?.into_iter().map(|(_, value)| output(room, value)).collect::<Result<_, _>>()?;
        Ok(Outputs::new(frames, tensors))
    }
}

/// The input in the model's own type.
fn convert(values: &[f32], kind: ElementType, converted: &mut Converted) {
    match (kind, &mut *converted) {
        (ElementType::F16, Converted::Half(half)) => {
            half.clear();
            half.extend(values.iter().map(|&value| f16::from_f32(value)));
        }
        (ElementType::U8, Converted::Bytes(bytes)) => {
            bytes.clear();
            bytes.extend(values.iter().map(|&value| value.round() as u8));
        }
        (ElementType::F16, _) => {
            *converted = Converted::Half(Vec::new());
            convert(values, kind, converted);
        }
        (ElementType::U8, _) => {
            *converted = Converted::Bytes(Vec::new());
            convert(values, kind, converted);
        }
        _ => {}
    }
}

/// A float tensor of the runtime, read where it lies.
struct Held(DynValue);

impl Values for Held {
    fn as_slice(&self) -> &[f32] {
        self.0.try_extract_tensor::<f32>().map(|(_, values)| values).unwrap_or(&[])
    }
}

/// An output as `f32`: as it lies, or converted.
fn output(room: usize, value: DynValue) -> Result<Output, InferError> {
    fn read<T: ort::value::PrimitiveTensorElementType + Copy>(
        value: &DynValue,
        float: impl Fn(T) -> f32,
    ) -> Result<Vec<f32>, InferError> {
        Ok(value.try_extract_tensor::<T>().map_err(run_error)?.1.iter().map(|&v| float(v)).collect())
    }
    let ValueType::Tensor { ty, shape, .. } = value.dtype() else {
        return Err(InferError::Run { reason: format!("an output is no tensor but {}", value.dtype()) });
    };
    let shape: Vec<usize> = shape.iter().map(|&dim| usize::try_from(dim).unwrap_or(0)).collect();
    let values: Box<dyn Values> = match element_type(*ty) {
        Some(ElementType::F32) => Box::new(Held(value)),
        Some(ElementType::F16) => Box::new(read(&value, f16::to_f32)?),
        Some(ElementType::F64) => Box::new(read(&value, |v: f64| v as f32)?),
        Some(ElementType::I8) => Box::new(read(&value, |v: i8| f32::from(v))?),
        Some(ElementType::U8) => Box::new(read(&value, |v: u8| f32::from(v))?),
        Some(ElementType::I32) => Box::new(read(&value, |v: i32| v as f32)?),
        Some(ElementType::I64) => Box::new(read(&value, |v: i64| v as f32)?),
        Some(ElementType::Bool) => Box::new(read(&value, |v: bool| f32::from(u8::from(v)))?),
        None => return Err(InferError::Run { reason: format!("an output has {ty} elements") }),
    };
    Ok(Output::new(room, shape, values))
}

/// The process's one environment, or why there is none.
fn environment() -> Result<&'static Environment, InferError> {
    static ENVIRONMENT: OnceLock<Result<Environment, String>> = OnceLock::new();
    let made = ENVIRONMENT.get_or_init(|| {
        let mut reason = String::new();
        for path in library::candidates() {
            match ort::init_from(&path) {
                Ok(builder) => {
                    let builder = builder.with_name("ds-apps").with_telemetry(false).with_logger(Arc::new(log));
                    return builder.build().map_err(|error| error.to_string());
                }
                Err(error) if reason.is_empty() => reason = error.to_string(),
                Err(_) => {}
            }
        }
        Err(reason)
    });
    made.as_ref().map_err(|reason| InferError::Library { looked_in: library::looked_in(), reason: reason.clone() })
}

/// What would run a model: `ONNX Runtime 1.23.0 (CPU)`.
///
/// # Errors
/// When the library is not there or cannot be used.
pub fn installed() -> Result<String, InferError> {
    environment().map(|_| name())
}

/// ONNX Runtime's messages go where ours go.
fn log(level: LogLevel, category: &str, _id: &str, place: &str, message: &str) {
    match level {
        LogLevel::Verbose => tracing::trace!(target: "onnxruntime", category, place, "{message}"),
        LogLevel::Info => tracing::debug!(target: "onnxruntime", category, place, "{message}"),
        LogLevel::Warning => tracing::info!(target: "onnxruntime", category, place, "{message}"),
        LogLevel::Error | LogLevel::Fatal => tracing::error!(target: "onnxruntime", category, place, "{message}"),
    }
}

/// `ONNX Runtime 1.23.0 (CPU)`; builds that do not say their version go without.
fn name() -> String {
    let release = ort::info().split("git-branch=rel-").nth(1).and_then(|rest| rest.split(',').next());
    release.map_or("ONNX Runtime (CPU)".into(), |release| format!("ONNX Runtime {} (CPU)", release.trim()))
}

/// A session over the model file. Threads do not spin: they would take the cores decoding
/// needs. The arena and memory patterns stay on: without either a run of yolox_nano takes 0 to 5 % more processor time, and
/// with less optimisation 60 % more.
fn commit(path: &Path, threads: NonZero<usize>) -> Result<ort::session::Session, InferError> {
    let fail = |reason: String| InferError::Load { path: path.to_owned(), reason };
    let environment = environment()?;
    let build = || -> ort::Result<SessionBuilder> {
        Ok(ort::session::Session::builder(environment)?
            .with_optimization_level(GraphOptimizationLevel::All)?
            .with_intra_threads(threads.get())?
            .with_inter_threads(1)?
            .with_intra_op_spinning(false)?
            .with_inter_op_spinning(false)?
            .with_log_level(LogLevel::Error)?)
    };
    let mut builder = build().map_err(|error| fail(error.to_string()))?;
    builder.commit_from_file(path).map_err(|error| fail(error.to_string()))
}

/// The tensors of a side of the model.
fn infos(outlets: &[ort::value::Outlet]) -> Result<Vec<TensorInfo>, InferError> {
    outlets.iter().map(info).collect()
}

fn info(outlet: &ort::value::Outlet) -> Result<TensorInfo, InferError> {
    let unusable = || InferError::TensorType { name: outlet.name().to_owned(), found: outlet.dtype().to_string() };
    let ValueType::Tensor { ty, shape, .. } = outlet.dtype() else { return Err(unusable()) };
    let kind = element_type(*ty).ok_or_else(unusable)?;
    Ok(TensorInfo { name: outlet.name().to_owned(), shape: shape.to_vec(), kind })
}

fn element_type(ty: TensorElementType) -> Option<ElementType> {
    Some(match ty {
        TensorElementType::Float32 => ElementType::F32,
        TensorElementType::Float16 => ElementType::F16,
        TensorElementType::Float64 => ElementType::F64,
        TensorElementType::Int8 => ElementType::I8,
        TensorElementType::Uint8 => ElementType::U8,
        TensorElementType::Int32 => ElementType::I32,
        TensorElementType::Int64 => ElementType::I64,
        TensorElementType::Bool => ElementType::Bool,
        _ => return None,
    })
}

fn run_error(error: ort::Error) -> InferError {
    InferError::Run { reason: error.to_string() }
}
