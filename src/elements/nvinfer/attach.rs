//! What a network found, as metadata.

use std::sync::Arc;

use super::history::History;
use super::objects::Selected;
use super::tensors::Layouts;
use super::ticket::Ticket;
use crate::base::geometry::{Rect, Size};
use crate::infer::classify::Attribute;
use crate::infer::detection::Detection;
use crate::infer::instance::InstanceMask;
use crate::infer::network::Network;
use crate::infer::preprocess::letterbox::Crop;
use crate::infer::runner::Found;
use crate::infer::segment::ClassMap;
use crate::meta::ffi::osd::NvOSD_ColorParams;
use crate::meta::segmentation::SegmentationMeta;
use crate::meta::{Batch, Frame, Object, TextStyle};

/// Border of an object's box in pixels, as DeepStream's.
const BORDER: u32 = 3;

/// Border and colour of the box around a frame that was classified as a whole, as DeepStream's.
const FRAME_BORDER: u32 = 6;

/// Writes what was found in each picture into the metadata of its frame.
pub fn attach(batch: &mut Batch, network: &Arc<Network>, layouts: &Layouts, ticket: &Ticket, found: Vec<Found>) {
    let mut found: Vec<(usize, Found)> = found.into_iter().enumerate().collect();
    batch.locked(|batch| {
        for (place, frame) in batch.frames_mut().enumerate() {
            for (picture, found) in found.extract_if(.., |(picture, _)| ticket.place(*picture) == place) {
                let region = ticket.picture(picture).crop;
                attach_to_frame(frame, network, layouts, region, found);
            }
        }
    });
}

/// Writes what was found in a region of a frame, or in all of it, into the frame's metadata.
fn attach_to_frame(frame: &mut Frame, network: &Arc<Network>, layouts: &Layouts, region: Option<Crop>, found: Found) {
    frame.set_infer_done(true);
    if network.config().output_tensor_meta
        && let Some(tensors) = layouts.meta(network, &found)
    {
        frame.add_abi(tensors);
    }
    for (place, detection) in found.objects.iter().enumerate() {
        let object = frame.add_object();
        dress(object, network, detection);
        cover(object, network, found.masks.get(place));
    }
    if let Some(map) = found.map.and_then(|map| class_map(map, network)) {
        frame.add_abi(map);
    }
    if !found.attributes.is_empty() {
        let Size { width, height } = frame.pipeline_size();
        let whole = Crop { left: 0, top: 0, width, height };
        let [left, top, width, height] =
            region.map_or([whole.left, whole.top, whole.width, whole.height], |c| [c.left, c.top, c.width, c.height]);
        let object = frame.add_object();
        object.set_component_id(network.config().unique_id as i32);
        object.set_class_id(-1);
        object.set_rect(Rect { left: left as f32, top: top as f32, width: width as f32, height: height as f32 });
        object.set_border(FRAME_BORDER, [1.0, 0.0, 0.0, 1.0]);
        classify(object, network, &found.attributes);
    }
}

/// Writes what is known of each object into its metadata. `found` are the results picture by picture; what was said
/// before of objects that were not looked at comes from `history`, which keeps what is new.
pub fn attach_to_objects(
    batch: &mut Batch,
    network: &Arc<Network>,
    layouts: &Layouts,
    objects: &[Selected],
    found: &[Found],
    history: &mut History,
) {
    batch.locked(|batch| {
        for (place, frame) in batch.frames_mut().enumerate() {
            for selected in objects.iter().filter(|selected| selected.frame == place) {
                let new = selected.picture.and_then(|picture| found.get(picture));
                let mut said = Arc::default();
                if let Some(new) = new {
                    if let Some(identity) = selected.identity {
                        history.keep(identity, &new.attributes);
                    }
                    said = Arc::new(new.attributes.clone());
                    for (place, detection) in new.objects.iter().enumerate() {
                        if let Ok(child) = frame.add_child_object(selected.object) {
                            dress(child, network, detection);
                            cover(child, network, new.masks.get(place));
                        }
                    }
                }
                if let Some(identity) = selected.identity {
                    let known = history.said(identity);
                    said = if known.is_empty() { said } else { known };
                }
                let Some(object) = frame.object_mut(selected.object) else { continue };
                if network.config().output_tensor_meta
                    && let Some(tensors) = new.and_then(|new| layouts.meta(network, new))
                {
                    object.add_abi(tensors);
                }
                if let Some(map) = new.and_then(|new| class_map(new.map.clone()?, network)) {
                    object.add_abi(map);
                }
                classify(object, network, &said);
            }
        }
    });
}

fn class_map(map: ClassMap, network: &Network) -> Option<SegmentationMeta> {
    SegmentationMeta::new(network.config().unique_id, map.size, map.classes, map.ids, map.scores)
}

/// Adds the labels of a classifier to an object, and their words to its text.
fn classify(object: &mut Object, network: &Network, said: &[Attribute]) {
    if said.is_empty() {
        return;
    }
    let config = network.config();
    let classifier = object.add_classifier();
    classifier.set_component_id(config.unique_id as i32);
    if let Some(kind) = &config.classifier.kind {
        classifier.set_kind(kind);
    }
    for attribute in said {
        let label = classifier.add_label();
        label.set_label_id(attribute.head);
        label.set_class_id(attribute.class);
        label.set_num_classes(attribute.classes);
        label.set_probability(attribute.confidence);
        label.set_text(&attribute.label);
    }
    let words = said.iter().map(|attribute| attribute.label.as_str());
    match object.text().map(str::to_owned) {
        Some(text) => {
            let all: Vec<&str> = std::iter::once(text.as_str()).chain(words).filter(|word| !word.is_empty()).collect();
            object.replace_text(&all.join(" "));
        }
        None => object.set_text(&words.collect::<Vec<_>>().join(" "), TextStyle::default()),
    }
}

/// Makes a new object what a detector found.
fn dress(object: &mut Object, network: &Network, detection: &Detection) {
    let config = network.config();
    let attributes = config.detector.class(detection.class_id);
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

/// Gives a new object its mask, if it has one.
fn cover(object: &mut Object, network: &Network, mask: Option<&Option<InstanceMask>>) {
    let Some(Some(mask)) = mask else { return };
    let threshold = network.config().segmentation.threshold;
    // The only error is a size that does not fit the values, and a decoder makes both.
    let _ = object.set_mask(&mask.values, mask.size.width, mask.size.height, threshold);
}

fn colour([red, green, blue, alpha]: [f32; 4]) -> NvOSD_ColorParams {
    NvOSD_ColorParams { red: red.into(), green: green.into(), blue: blue.into(), alpha: alpha.into() }
}
