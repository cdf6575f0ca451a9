//! What the network wants: size, channels, layout and normalisation of its input.

use std::path::Path;

use super::letterbox::Fit;
use super::mean;
use super::taps::Filter;
use crate::base::geometry::Size;
use crate::config::nvinfer::{ColorFormat, Input, ScalingFilter, TensorOrder};
use crate::infer::InferError;

/// How pixels become the network's input: `value = scale * (pixel - mean)`, with pixels in 0..255.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Width and height of the input.
    pub net: Size,
    /// The channels and their order.
    pub color: ColorFormat,
    /// Whether channels are planes (NCHW) or interleaved (NHWC).
    pub order: TensorOrder,
    /// Factor after the mean is subtracted.
    pub scale: f32,
    /// Mean of each channel, in the network's order.
    pub offsets: [f32; 3],
    /// Mean of each pixel, channel planes in the network's order; takes the place of `offsets`.
    pub mean: Option<Vec<f32>>,
    /// How the picture is fitted in.
    pub fit: Fit,
    /// Pixel value of what the picture does not cover.
    pub padding: u8,
    /// How samples between pixels are found.
    pub filter: Filter,
}

impl Recipe {
    /// The plain form: stretched, RGB planes in 0..255.
    pub fn plain(net: Size) -> Self {
        Self {
            net,
            color: ColorFormat::Rgb,
            order: TensorOrder::Nchw,
            scale: 1.0,
            offsets: [0.0; 3],
            mean: None,
            fit: Fit::default(),
            padding: 0,
            filter: Filter::Bilinear,
        }
    }

    /// What a configuration says, for a network of `net` pixels. `order` is the model's own: it wins over the file.
    /// Scaling filters other than
    /// nearest and Algo2 (super sampling on NVIDIA's GPUs: area) are bilinear here.
    ///
    /// # Errors
    /// When there are offsets but not one a channel, or the mean file cannot be used.
    pub fn of(input: &Input, net: Size, order: TensorOrder) -> Result<Self, InferError> {
        let channels = Self::channels_of(input.color);
        let mut recipe = Self {
            net,
            color: input.color,
            order,
            scale: input.scale_factor,
            offsets: [0.0; 3],
            mean: input.mean_file.as_deref().map(|path: &Path| mean::load(path, net, channels)).transpose()?,
            fit: Fit { maintain_aspect_ratio: input.maintain_aspect_ratio, symmetric_padding: input.symmetric_padding },
            padding: input.padding_value,
            filter: match input.filter {
                ScalingFilter::Nearest => Filter::Nearest,
                ScalingFilter::Algo2 => Filter::Area,
                _ => Filter::Bilinear,
            },
        };
        if !input.offsets.is_empty() && recipe.mean.is_none() {
            if input.offsets.len() != channels {
                return Err(InferError::Offsets { channels, found: input.offsets.len() });
            }
            recipe.offsets[..channels].copy_from_slice(&input.offsets);
        }
        Ok(recipe)
    }

    /// How many channels the input has: 3, or 1 for gray.
    pub fn channels(&self) -> usize {
        Self::channels_of(self.color)
    }

    /// How many channels a colour format has.
    pub fn channels_of(color: ColorFormat) -> usize {
        match color {
            ColorFormat::Rgb | ColorFormat::Bgr => 3,
            ColorFormat::Gray => 1,
        }
    }

    /// Pixels of one channel.
    pub fn pixels(&self) -> usize {
        self.net.width as usize * self.net.height as usize
    }

    /// Elements of one frame's input.
    pub fn len(&self) -> usize {
        self.pixels() * self.channels()
    }

    /// Whether the network's input holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Normalises a part of a row of one channel in place; `x` and `y` are where in the input it begins.
    #[inline(always)]
    pub(super) fn normalise(&self, channel: usize, y: usize, x: usize, row: &mut [f32]) {
        let scale = self.scale;
        if let Some(mean) = &self.mean {
            let start = channel * self.pixels() + y * self.net.width as usize + x;
            for (value, mean) in row.iter_mut().zip(&mean[start..]) {
                *value = scale * (*value - mean);
            }
        } else if self.offsets[channel] != 0.0 {
            let offset = self.offsets[channel];
            row.iter_mut().for_each(|value| *value = scale * (*value - offset));
        } else if scale != 1.0 {
            row.iter_mut().for_each(|value| *value *= scale);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_must_be_one_a_channel() {
        let net = Size { width: 4, height: 4 };
        let mut input = Input { offsets: vec![1.0, 2.0], ..Input::default() };
        let error = Recipe::of(&input, net, TensorOrder::Nchw).unwrap_err();
        assert_eq!(error.to_string(), "offsets: the network has 3 channels, 2 offsets are given");
        input.color = ColorFormat::Gray;
        input.offsets = vec![7.0];
        let recipe = Recipe::of(&input, net, TensorOrder::Nchw).unwrap();
        assert_eq!((recipe.offsets[0], recipe.len()), (7.0, 16));
    }
}
