//! What a network found, as metadata.

use std::sync::Arc;

use super::tensors::Layouts;
use crate::infer::detection::Detection;
use crate::infer::network::Network;
use crate::infer::runner::Found;
use crate::meta::ffi::osd::NvOSD_ColorParams;
use crate::meta::{Batch, Frame, TextStyle};

/// Border of an object's box in pixels, as DeepStream's.
const BORDER: u32 = 3;

/// Writes what was found in each frame into the metadata of the batch, in the order of its frames.
pub fn attach(batch: &mut Batch, network: &Arc<Network>, layouts: &Layouts, found: Vec<Found>) {
    batch.locked(|batch| {
        for (frame, found) in batch.frames_mut().zip(found) {
            frame.set_infer_done(true);
            if network.config().output_tensor_meta
                && let Some(tensors) = layouts.meta(network, &found)
            {
                frame.add_abi(tensors);
            }
            for detection in &found.objects {
                add(frame, network, detection);
            }
        }
    });
}

fn add(frame: &mut Frame, network: &Network, detection: &Detection) {
    let config = network.config();
    let attributes = config.detector.class(detection.class_id);
    let object = frame.add_object();
    object.set_component_id(config.unique_id as i32);
    object.set_class_id(detection.class_id as i32);
    object.set_confidence(detection.confidence);
    object.set_object_id(None);
    object.set_rect(detection.rect);
    object.set_detector_bbox(detection.rect);
    let label = network.label(detection.class_id);
    object.set_label(label);
    object.set_text(label, TextStyle::default());
    let rect = object.rect_params_mut();
    rect.border_width = BORDER;
    rect.border_color = colour(attributes.border_color);
    rect.has_bg_color = attributes.background_color.is_some().into();
    rect.bg_color = colour(attributes.background_color.unwrap_or_default());
}

fn colour([red, green, blue, alpha]: [f32; 4]) -> NvOSD_ColorParams {
    NvOSD_ColorParams { red: red.into(), green: green.into(), blue: blue.into(), alpha: alpha.into() }
}
