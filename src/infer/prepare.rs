//! Tensors made ahead of a network: what `nvdspreprocess` does with regions of frames, and how a network takes the result.
//!
//! [`TensorPreparation`] is where a tensor can be made in another way; [`Fused`] is the usual one, a single pass over the
//! pixels of each region. Knows no metadata and no GStreamer.

use std::sync::Arc;

use super::InferError;
use super::preprocess::Preprocessor;
use super::preprocess::letterbox::{Crop, Fit, Letterbox};
use super::preprocess::recipe::Recipe;
use crate::base::elements::{Elements, TensorType};
use crate::base::geometry::{Rect, Size};
use crate::config::nvinfer::TensorOrder;
use crate::config::preprocess::PreprocessConfig;
use crate::surface::view::View;

/// A region of a frame that becomes a part of the tensor.
pub struct Unit<'a> {
    /// The frame's pixels.
    pub view: View<'a>,
    /// The region, inside the frame.
    pub crop: Crop,
    /// Which source the frame is of.
    pub source: u32,
    /// Its number in its source.
    pub frame: i32,
}

/// What came of a preparation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prepared {
    /// The tensor is filled.
    Ready,
    /// More frames are needed first, as for a network over time: the regions go on without a tensor.
    NotReady,
}

/// Makes a tensor of regions. One of these sees all buffers of an element, in order.
pub trait TensorPreparation: Send {
    /// Fills `values`, the parts of `units` one after the other, each of as many values as `network-input-shape` has behind
    /// its first side. They hold what was there before.
    ///
    /// # Errors
    /// When the tensor cannot be made; the stream then ends.
    fn prepare(&mut self, units: &[Unit<'_>], values: &mut [f32]) -> Result<Prepared, PrepareError>;
}

/// Why a tensor cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The usual preparation failed.
    #[error(transparent)]
    Infer(#[from] InferError),
    /// A preparation of the user's own failed.
    #[error("{0}")]
    Custom(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Crop, scale, convert and normalise in one pass: what DeepStream's scaling pool and default library do together.
pub struct Fused {
    preprocessor: Preprocessor,
    len: usize,
}

impl Fused {
    /// For the tensors of a configuration.
    ///
    /// # Errors
    /// When `offsets` or `mean-file` do not fit the network.
    pub fn new(config: &PreprocessConfig) -> Result<Self, InferError> {
        let recipe = Recipe::of(&config.input, config.processing, config.order.unwrap_or(TensorOrder::Nchw))?;
        let len = recipe.len();
        Ok(Self { preprocessor: Preprocessor::new(Arc::new(recipe)), len })
    }
}

impl TensorPreparation for Fused {
    fn prepare(&mut self, units: &[Unit<'_>], values: &mut [f32]) -> Result<Prepared, PrepareError> {
        for (unit, part) in units.iter().zip(values.chunks_exact_mut(self.len)) {
            self.preprocessor.run(&unit.view, unit.crop, part)?;
        }
        Ok(Prepared::Ready)
    }
}

/// Where a region lies in its part of the tensor.
pub fn place(config: &PreprocessConfig, crop: Crop) -> Letterbox {
    let fit = Fit {
        maintain_aspect_ratio: config.input.maintain_aspect_ratio,
        symmetric_padding: config.input.symmetric_padding,
    };
    Letterbox::new(crop, config.processing, fit)
}

/// Where a region lies in its part of a tensor somebody else made, by what its metadata says: pixels of the tensor for one
/// of the frame, and the left and top edge in the tensor. `None` where that makes no sense in a frame of `size`.
pub fn placed(rect: &Rect, scale: (f64, f64), offset: (f64, f64), size: Size) -> Option<Letterbox> {
    let sound = |value: f64, most: f64| value.is_finite() && (0.0..most).contains(&value);
    let fits = scale.0 > 0.0 && scale.1 > 0.0 && sound(scale.0, 1e6) && sound(scale.1, 1e6);
    let inside = rect.left < size.width as f32 && rect.top < size.height as f32;
    if !fits || !inside || !sound(offset.0, 1e6) || !sound(offset.1, 1e6) || size.width == 0 || size.height == 0 {
        return None;
    }
    let crop = Crop::of(rect, size);
    let side = |pixels: u32, scale: f64| (f64::from(pixels) * scale).round().max(1.0) as u32;
    let size = Size { width: side(crop.width, scale.0), height: side(crop.height, scale.1) };
    Some(Letterbox { crop, left: offset.0.round() as u32, top: offset.1.round() as u32, size })
}

/// Values as the type a network takes: whole numbers are rounded and kept in their range.
pub fn encode(kind: TensorType, values: Vec<f32>) -> Elements {
    macro_rules! whole {
        ($variant:ident, $type:ty) => {
            Elements::$variant(values.iter().map(|value| value.round() as $type).collect())
        };
    }
    match kind {
        TensorType::Fp32 => Elements::Fp32(values),
        TensorType::Uint8 => whole!(Uint8, u8),
        TensorType::Int8 => whole!(Int8, i8),
        TensorType::Uint32 => whole!(Uint32, u32),
        TensorType::Int32 => whole!(Int32, i32),
        TensorType::Int64 => whole!(Int64, i64),
        TensorType::Uint64 => whole!(Uint64, u64),
        TensorType::Fp16 => Elements::Fp16(values.iter().map(|value| half::f16::from_f32(*value).to_bits()).collect()),
    }
}

/// A part of the values as floats, from `start` on; nothing where there are not as many.
pub fn decode(elements: &Elements, start: usize, out: &mut [f32]) {
    macro_rules! read {
        ($values:expr, $read:expr) => {
            if let Some(values) = $values.get(start..start + out.len()) {
                out.iter_mut().zip(values).for_each(|(to, from)| *to = $read(*from));
            }
        };
    }
    match elements {
        Elements::Fp32(values) => read!(values, |value: f32| value),
        Elements::Uint8(values) => read!(values, f32::from),
        Elements::Int8(values) => read!(values, f32::from),
        Elements::Uint32(values) => read!(values, |value: u32| value as f32),
        Elements::Int32(values) => read!(values, |value: i32| value as f32),
        Elements::Int64(values) => read!(values, |value: i64| value as f32),
        Elements::Uint64(values) => read!(values, |value: u64| value as f32),
        Elements::Fp16(values) => read!(values, |bits: u16| half::f16::from_bits(bits).to_f32()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_every_type_come_back_rounded_and_in_range() {
        let values = vec![0.0, 2.4, 2.6, 300.0, -1.0];
        let back = |kind| {
            let mut out = vec![0.0; 5];
            decode(&encode(kind, values.clone()), 0, &mut out);
            out
        };
        assert_eq!(back(TensorType::Fp32), values);
        assert_eq!(back(TensorType::Uint8), [0.0, 2.0, 3.0, 255.0, 0.0]);
        assert_eq!(back(TensorType::Int8), [0.0, 2.0, 3.0, 127.0, -1.0]);
        for kind in [TensorType::Int32, TensorType::Int64] {
            assert_eq!(back(kind), [0.0, 2.0, 3.0, 300.0, -1.0]);
        }
        assert_eq!(back(TensorType::Uint64)[4], 0.0);
        assert!((back(TensorType::Fp16)[1] - 2.4).abs() < 2e-3);
        let mut short = [7.0; 3];
        decode(&Elements::Uint8(vec![1, 2, 3]), 1, &mut short);
        assert_eq!(short, [7.0; 3], "there are not as many");
    }

    #[test]
    fn a_region_is_found_again_by_what_its_metadata_says() {
        let mut config = PreprocessConfig { processing: Size { width: 64, height: 32 }, ..PreprocessConfig::default() };
        let frame = Size { width: 200, height: 100 };
        let crop = Crop { left: 20, top: 10, width: 60, height: 60 };
        let rect = Rect { left: 20.0, top: 10.0, width: 60.0, height: 60.0 };
        for symmetric in [false, true] {
            config.input.maintain_aspect_ratio = true;
            config.input.symmetric_padding = symmetric;
            let own = place(&config, crop);
            let scale = (f64::from(own.size.width) / 60.0, f64::from(own.size.height) / 60.0);
            assert_eq!(placed(&rect, scale, (f64::from(own.left), f64::from(own.top)), frame), Some(own));
        }
        assert_eq!(placed(&Rect { left: 200.0, ..rect }, (1.0, 1.0), (0.0, 0.0), frame), None);
        assert_eq!(placed(&rect, (0.0, 1.0), (0.0, 0.0), frame), None);
        assert_eq!(placed(&rect, (f64::NAN, 1.0), (0.0, 0.0), frame), None);
        assert_eq!(placed(&rect, (1.0, 1.0), (-1.0, 0.0), frame), None);
    }
}
