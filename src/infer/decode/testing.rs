//! Outputs made by hand, for the tests of the decoders.

use super::{Decoder, Thresholds};
use crate::base::geometry::Size;
use crate::infer::detection::{Detection, ElementType, Tensor, TensorInfo};

/// An output of one frame.
pub struct Output {
    info: TensorInfo,
    shape: Vec<usize>,
    data: Vec<f32>,
}

impl Output {
    /// An output called `name`; `shape` is without the batch dimension.
    pub fn new(name: &str, shape: &[usize], data: Vec<f32>) -> Self {
        let declared = std::iter::once(1).chain(shape.iter().map(|&dim| dim as i64)).collect();
        let info = TensorInfo { name: name.into(), shape: declared, kind: ElementType::F32 };
        Self { info, shape: shape.into(), data }
    }

    /// What a decoder is given.
    pub fn tensor(&self) -> Tensor<'_> {
        Tensor { info: &self.info, shape: &self.shape, data: &self.data }
    }
}

/// What the model declares about an output.
pub fn info(output: &Output) -> TensorInfo {
    output.info.clone()
}

/// The boxes a decoder finds.
pub fn decode(decoder: &dyn Decoder, outputs: &[Output], net: (u32, u32), thresholds: &[f32]) -> Vec<Detection> {
    let tensors: Vec<_> = outputs.iter().map(Output::tensor).collect();
    let net = Size { width: net.0, height: net.1 };
    let mut out = Vec::new();
    decoder.decode(&tensors, net, &Thresholds::new(thresholds.to_vec()), &mut out).unwrap();
    out
}

/// Whether a box has these corners, to a thousandth of a pixel.
pub fn has_corners(detection: &Detection, corners: [f32; 4]) -> bool {
    let rect = detection.rect;
    let have = [rect.left, rect.top, rect.right(), rect.bottom()];
    have.iter().zip(corners).all(|(a, b)| (a - b).abs() < 1e-3)
}
