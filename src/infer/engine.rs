//! What runs a network, seen from outside: an engine loads a model, its sessions run it. Knows no runtime.

use std::num::NonZero;

use super::InferError;
use super::detection::{ElementType, Tensor, TensorInfo};
use crate::base::geometry::Size;
use crate::config::nvinfer::TensorOrder;

/// A loaded model.
pub trait Engine: Send + Sync {
    /// Runtime, version and device, as reports name them.
    fn name(&self) -> &str;

    /// The image the model looks at.
    fn input(&self) -> &ImageInput;

    /// What the model gives, in its own order.
    fn outputs(&self) -> &[TensorInfo];

    /// Something to run the model with on one thread at a time; `threads` work together on each run.
    ///
    /// # Errors
    /// When the runtime cannot set it up.
    fn session(&self, threads: NonZero<usize>) -> Result<Box<dyn Session>, InferError>;

    /// Whether frames are better run together, because every run has a price of its own.
    fn prefers_batches(&self) -> bool {
        false
    }

    /// Gives up what takes long: nobody waits for its sessions any more.
    fn cancel(&self) {}
}

/// One place a model runs; each worker has its own.
pub trait Session: Send {
    /// Room for the input of `frames` frames, one after the other; holds what was there before.
    fn input(&mut self, frames: usize) -> &mut [f32];

    /// Runs the model over what was written into [`Session::input`].
    ///
    /// # Errors
    /// When the runtime fails.
    fn run(&mut self, frames: usize) -> Result<Outputs, InferError>;
}

/// What runs the networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Provider {
    /// ONNX Runtime on the processor.
    #[default]
    Cpu,
}

/// How a machine's cores are shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Runs at a time.
    pub sessions: NonZero<usize>,
    /// Threads of each run.
    pub threads: NonZero<usize>,
}

/// Memory all sessions together may take for weights; beyond it runs get more threads instead.
const SESSION_BYTES: u64 = 4 << 30;

impl Plan {
    /// The most frames a second: one thread a run, as many runs as cores. Each session holds the weights again, about
    /// twice over, so large models on many cores get fewer sessions of more threads.
    pub fn throughput(cores: NonZero<usize>, model_bytes: u64) -> Self {
        let fit = usize::try_from(SESSION_BYTES / (2 * model_bytes).max(1)).unwrap_or(usize::MAX);
        let sessions = NonZero::new(fit).unwrap_or(NonZero::<usize>::MIN).min(cores);
        let threads = NonZero::new(cores.get() / sessions).unwrap_or(NonZero::<usize>::MIN);
        Self { sessions, threads }
    }

    /// The least time from frame to result: all cores on one run.
    pub fn latency(cores: NonZero<usize>) -> Self {
        Self { sessions: NonZero::<usize>::MIN, threads: cores }
    }
}

/// How many frames a model takes at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batch {
    /// Always this many; the model cannot take fewer.
    Fixed(NonZero<usize>),
    /// Any number.
    Dynamic,
}

/// The image input of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageInput {
    /// Its name.
    pub name: String,
    /// Element type of the model; [`Session::input`] takes `f32` whatever it is.
    pub kind: ElementType,
    /// Frames at a time.
    pub batch: Batch,
    /// Channels.
    pub channels: usize,
    /// Width and height.
    pub size: Size,
    /// Channel planes or interleaved channels.
    pub order: TensorOrder,
}

/// What a configuration says about the input; the model's own shape wins where it is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hints {
    /// Channels of `model-color-format`.
    pub channels: usize,
    /// `network-input-order`.
    pub order: TensorOrder,
    /// `infer-dims`: channels, height, width.
    pub dims: Option<[u32; 3]>,
}

/// More elements than this are taken for a broken model.
const MAX_ELEMENTS: u64 = 1 << 28;

impl ImageInput {
    /// Finds the image among the inputs of a model.
    ///
    /// # Errors
    /// When there is not exactly one input, it is no image of the channels in `hints`, or its size is not known.
    pub fn of(inputs: &[TensorInfo], hints: &Hints) -> Result<Self, InferError> {
        let [input] = inputs else {
            let found = inputs.iter().map(TensorInfo::to_string).collect::<Vec<_>>().join(", ");
            return Err(InferError::Inputs { count: inputs.len(), found });
        };
        let fail = |wanted| InferError::NotAnImage { found: input.to_string(), wanted };
        let &[batch, a, b, c] = input.shape.as_slice() else {
            return Err(fail("4 dimensions: batch, channels, height, width (or channels last)".into()));
        };
        if !matches!(input.kind, ElementType::F32 | ElementType::F16 | ElementType::U8) {
            return Err(fail("float32, float16 or uint8 elements".into()));
        }
        let order = order(a, c, hints);
        let (channels, height, width) = if order == TensorOrder::Nhwc { (c, a, b) } else { (a, b, c) };
        let given = hints.dims.map(|dims| dims.map(i64::from)).unwrap_or([-1; 3]);
        let pick = |own: i64, given: i64| if own < 0 { given } else { own };
        let channels = if channels < 0 && given[0] < 0 { hints.channels as i64 } else { pick(channels, given[0]) };
        if channels != hints.channels as i64 {
            let wanted = format!("{} channels, as model-color-format says", hints.channels);
            return Err(fail(wanted));
        }
        let size = |value: i64| u32::try_from(value).ok().filter(|&value| value > 0);
        let (Some(height), Some(width)) = (size(pick(height, given[1])), size(pick(width, given[2]))) else {
            return Err(fail("a height and width; give them with infer-dims=channels;height;width".into()));
        };
        if u64::from(width) * u64::from(height) * channels as u64 * batch.max(1) as u64 > MAX_ELEMENTS {
            return Err(fail(format!("at most {MAX_ELEMENTS} elements")));
        }
        let batch = match usize::try_from(batch).ok().map(NonZero::new) {
            None => Batch::Dynamic,
            Some(Some(frames)) => Batch::Fixed(frames),
            Some(None) => return Err(fail("a batch of at least one".into())),
        };
        let channels = channels as usize;
        Ok(Self { name: input.name.clone(), kind: input.kind, batch, channels, size: Size { width, height }, order })
    }

    /// Elements of one frame.
    pub fn frame_len(&self) -> usize {
        self.size.width as usize * self.size.height as usize * self.channels
    }

    /// How many frames a run has room for when `frames` are to be run.
    pub fn room(&self, frames: usize) -> usize {
        match self.batch {
            Batch::Fixed(fixed) => fixed.get(),
            Batch::Dynamic => frames,
        }
    }

    /// The input's shape for a run of `frames` frames.
    pub fn shape(&self, frames: usize) -> [usize; 4] {
        let (height, width) = (self.size.height as usize, self.size.width as usize);
        match self.order {
            TensorOrder::Nhwc => [frames, height, width, self.channels],
            _ => [frames, self.channels, height, width],
        }
    }
}

/// Where the channels are: the dimension that has as many; both or none: as configured.
fn order(first: i64, last: i64, hints: &Hints) -> TensorOrder {
    let channels = hints.channels as i64;
    match (first == channels, last == channels) {
        (true, false) => TensorOrder::Nchw,
        (false, true) => TensorOrder::Nhwc,
        _ => hints.order,
    }
}

/// The values of one tensor, kept alive by whoever holds them.
pub trait Values: Send + Sync {
    /// All elements in row-major order.
    fn as_slice(&self) -> &[f32];
}

impl Values for Vec<f32> {
    fn as_slice(&self) -> &[f32] {
        self
    }
}

/// One output of a run.
pub struct Output {
    shape: Vec<usize>,
    batched: bool,
    values: Box<dyn Values>,
}

/// What a run gave.
pub struct Outputs {
    frames: usize,
    tensors: Vec<Output>,
}

impl Output {
    /// An output of a run with room for `room` frames. Where its first dimension is not that, it belongs to the first
    /// frame as a whole.
    pub fn new(room: usize, shape: Vec<usize>, values: Box<dyn Values>) -> Self {
        let batched = shape.first() == Some(&room);
        Self { shape, batched, values }
    }

    /// The shape of one frame's part.
    pub fn frame_shape(&self) -> &[usize] {
        if self.batched { &self.shape[1..] } else { &self.shape }
    }

    /// One frame's part; empty for a frame that has none.
    pub fn frame(&self, frame: usize) -> &[f32] {
        let all = self.values.as_slice();
        let len: usize = self.frame_shape().iter().product();
        all.get(frame * len..(frame + 1) * len).unwrap_or(&[])
    }
}

impl Outputs {
    /// The outputs of a run over `frames` frames, in the model's order.
    pub fn new(frames: usize, tensors: Vec<Output>) -> Self {
        Self { frames, tensors }
    }

    /// How many frames were run.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Every output.
    pub fn tensors(&self) -> &[Output] {
        &self.tensors
    }

    /// One frame's outputs; `infos` are the engine's.
    pub fn frame<'a>(&'a self, infos: &'a [TensorInfo], frame: usize) -> impl Iterator<Item = Tensor<'a>> {
        let tensor = move |(info, output): (&'a TensorInfo, &'a Output)| Tensor {
            info,
            shape: output.frame_shape(),
            data: output.frame(frame),
        };
        infos.iter().zip(&self.tensors).map(tensor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RGB: Hints = Hints { channels: 3, order: TensorOrder::Nchw, dims: None };

    fn info(shape: &[i64]) -> TensorInfo {
        TensorInfo { name: "inputs:0".into(), shape: shape.to_vec(), kind: ElementType::F32 }
    }

    fn error(shape: &[i64], hints: Hints) -> String {
        ImageInput::of(&[info(shape)], &hints).unwrap_err().to_string()
    }

    #[test]
    fn the_order_is_read_off_the_shape() {
        let planes = ImageInput::of(&[info(&[1, 3, 320, 640])], &RGB).unwrap();
        assert_eq!((planes.order, planes.size), (TensorOrder::Nchw, Size { width: 640, height: 320 }));
        assert_eq!(planes.batch, Batch::Fixed(NonZero::new(1).unwrap()));
        let interleaved = ImageInput::of(&[info(&[-1, 256, 128, 3])], &RGB).unwrap();
        assert_eq!((interleaved.order, interleaved.batch), (TensorOrder::Nhwc, Batch::Dynamic));
        assert_eq!(interleaved.shape(2), [2, 256, 128, 3]);
        assert_eq!((interleaved.frame_len(), interleaved.room(5), planes.room(5)), (98304, 5, 1));
    }

    #[test]
    fn dynamic_sizes_come_from_the_configuration() {
        let hints = Hints { dims: Some([3, 384, 640]), ..RGB };
        let input = ImageInput::of(&[info(&[-1, -1, -1, -1])], &hints).unwrap();
        assert_eq!(input.size, Size { width: 640, height: 384 });
        assert!(error(&[1, 3, -1, -1], RGB).contains("infer-dims=channels;height;width"));
    }

    #[test]
    fn what_is_no_image_is_refused() {
        assert_eq!(
            error(&[1, 3, 100], RGB),
            "the model's input is inputs:0 float32 [1,3,100]; wanted is one of 4 dimensions: batch, channels, height, \
             width (or channels last)"
        );
        assert!(error(&[1, 4, 8, 8], RGB).ends_with("wanted is one of 3 channels, as model-color-format says"));
        assert!(error(&[1, 3, 60000, 60000], RGB).ends_with("at most 268435456 elements"));
        assert!(error(&[0, 3, 8, 8], RGB).ends_with("a batch of at least one"));
        let two = ImageInput::of(&[info(&[1, 3, 8, 8]), info(&[1, 2])], &RGB).unwrap_err().to_string();
        assert!(
            two.starts_with("the model has 2 inputs (inputs:0 float32 [1,3,8,8], inputs:0 float32 [1,2])"),
            "{two}"
        );
        let integers = TensorInfo { kind: ElementType::I64, ..info(&[1, 3, 8, 8]) };
        assert!(ImageInput::of(&[integers], &RGB).unwrap_err().to_string().contains("uint8 elements"));
    }

    #[test]
    fn outputs_are_cut_into_frames() {
        let values = Box::new((0..12).map(|v| v as f32).collect::<Vec<_>>());
        let boxes = Output::new(2, vec![2, 3, 2], values);
        let whole = Output::new(2, vec![1, 2], Box::new(vec![7.0, 8.0]));
        let outputs = Outputs::new(2, vec![boxes, whole]);
        let infos = [info(&[-1, 3, 2]), info(&[-1, 2])];
        let second: Vec<_> = outputs.frame(&infos, 1).collect();
        assert_eq!((second[0].shape, second[0].data), (&[3, 2][..], &[6.0, 7.0, 8.0, 9.0, 10.0, 11.0][..]));
        assert_eq!(second[1].data, [0.0; 0]);
        assert_eq!(outputs.frame(&infos, 0).nth(1).unwrap().data, [7.0, 8.0]);
    }

    #[test]
    fn cores_are_shared_out() {
        let n = |value| NonZero::new(value).unwrap();
        assert_eq!(Plan::throughput(n(8), 4_000_000), Plan { sessions: n(8), threads: n(1) });
        assert_eq!(Plan::throughput(n(64), 250 << 20), Plan { sessions: n(8), threads: n(8) });
        assert_eq!(Plan::throughput(n(2), 1 << 40), Plan { sessions: n(1), threads: n(2) });
        assert_eq!(Plan::latency(n(4)), Plan { sessions: n(1), threads: n(4) });
    }
}
