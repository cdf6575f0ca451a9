//! `infer_config.preprocess`: how pixels become the input.

use super::File;
use crate::config::ConfigError;
use crate::config::nvinfer::{ColorFormat, NvInferConfig, ScalingFilter, TensorOrder};
use crate::config::prototext::nvdsinferserver::{
    MediaFormat, PreProcessParams, TensorOrder as Order, pre_process_params::PreprocessMethod,
};

pub(super) fn read(
    file: &mut File<'_>,
    preprocess: &PreProcessParams,
    config: &mut NvInferConfig,
) -> Result<(), ConfigError> {
    let input = &mut config.input;
    input.color = match preprocess.network_format() {
        MediaFormat::None | MediaFormat::ImageFormatRgb => ColorFormat::Rgb,
        MediaFormat::ImageFormatBgr => ColorFormat::Bgr,
        MediaFormat::ImageFormatGray => ColorFormat::Gray,
    };
    input.order = match preprocess.tensor_order() {
        Order::None | Order::Linear => TensorOrder::Nchw,
        Order::Nhwc => TensorOrder::Nhwc,
    };
    input.maintain_aspect_ratio = preprocess.maintain_aspect_ratio != 0;
    input.symmetric_padding = preprocess.symmetric_padding != 0;
    input.compute_hardware = preprocess.frame_scaling_hw.max(0) as u32;
    let filter = ScalingFilter::from_number(preprocess.frame_scaling_filter.into());
    input.filter = filter.ok_or_else(|| {
        let found = preprocess.frame_scaling_filter.to_string();
        file.wrong("infer_config.preprocess.frame_scaling_filter", "0 to 6", found)
    })?;
    if let Some(PreprocessMethod::Normalize(normalize)) = &preprocess.preprocess_method {
        // 0 is what a file without a factor says.
        input.scale_factor = if normalize.scale_factor == 0.0 { 1.0 } else { normalize.scale_factor };
        input.mean_file = file.resolve(&normalize.mean_file);
        if normalize.channel_offsets.len() > 4 {
            let found = format!("{} numbers", normalize.channel_offsets.len());
            return Err(file.wrong("infer_config.preprocess.normalize.channel_offsets", "one a channel", found));
        }
        input.offsets.clone_from(&normalize.channel_offsets);
    }
    if !preprocess.tensor_name.is_empty()
        && let Some(triton) = &mut config.model.triton
    {
        triton.input = Some(preprocess.tensor_name.clone());
    }
    Ok(())
}
