//! From the four output tensors of a TensorFlow SSD to boxes: which detections count, and which say the same thing twice.
//!
//! The tensors are those of the TensorFlow object detection API: `num_detections`, `detection_scores` and
//! `detection_classes` (one value a detection), `detection_boxes` (ymin, xmin, ymax, xmax as fractions of the picture).

use crate::{
    base::geometry::{Rect, Size},
    meta::tensor::{TensorView, Tensors},
};

/// What a detection must be to count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    /// The least score.
    pub threshold: f32,
    /// Of boxes of one class that overlap more than this (intersection over union), the best stays.
    pub overlap: f32,
    /// The most boxes of a frame; 0: all.
    pub most: usize,
    /// The least width and height in pixels.
    pub side: f32,
}

/// One object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Class number, as the network counts.
    pub class: u32,
    /// Score in 0..1.
    pub score: f32,
    /// Where, in pixels of the frame.
    pub rect: Rect,
}

/// Why the tensors cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TensorError {
    /// A tensor is not there.
    #[error("the network gives no tensor {name}; it gives {found}")]
    Missing { name: &'static str, found: String },
    /// A tensor has another type or shape.
    #[error("the tensor {name} has {found}; wanted are {wanted}")]
    Form { name: &'static str, found: String, wanted: String },
}

/// The objects of a frame of `size`, the best first.
///
/// # Errors
/// When a tensor is missing, or is not what an SSD gives.
pub fn objects(tensors: &Tensors<'_>, size: Size, wanted: &Wanted) -> Result<Vec<Found>, TensorError> {
    let get = |name: &'static str| {
        let found = || tensors.iter().map(|tensor| shown(&tensor)).collect::<Vec<_>>().join(", ");
        tensors.get(name).ok_or_else(|| TensorError::Missing { name, found: found() })
    };
    let scores = floats("detection_scores", get("detection_scores")?, None)?;
    let most = scores.len();
    let count = floats("num_detections", get("num_detections")?, Some(1))?[0];
    let classes = floats("detection_classes", get("detection_classes")?, Some(most))?;
    let boxes = floats("detection_boxes", get("detection_boxes")?, Some(4 * most))?;
    // A count that is no number is none.
    let count = if count > 0.0 { (count as usize).min(most) } else { 0 };
    let (width, height) = (size.width as f32, size.height as f32);
    let found =
        scores.iter().zip(classes).zip(boxes.as_chunks::<4>().0).take(count).filter_map(|((score, class), corners)| {
            let [top, left, bottom, right] = corners.map(|value| value.clamp(0.0, 1.0));
            let rect = Rect::from_corners(left * width, top * height, right * width, bottom * height);
            let large = rect.width >= wanted.side.max(1.0) && rect.height >= wanted.side.max(1.0);
            (*score >= wanted.threshold && *class >= 0.0 && large).then_some(Found {
                class: *class as u32,
                score: *score,
                rect,
            })
        });
    Ok(best(found.collect(), wanted))
}

/// The values of a tensor of `len` elements, or of one dimension if that is not known.
fn floats<'a>(name: &'static str, tensor: TensorView<'a>, len: Option<usize>) -> Result<&'a [f32], TensorError> {
    let elements: usize = tensor.shape.iter().map(|dim| *dim as usize).product();
    let form = |found: String, wanted: String| TensorError::Form { name, found, wanted };
    match len {
        Some(len) if elements != len => Err(form(shown(&tensor), format!("{len} elements"))),
        None if tensor.shape.len() != 1 => Err(form(shown(&tensor), "one dimension".into())),
        _ if tensor.data.len() != elements => Err(form("other elements".into(), "32 bit floats".into())),
        _ => Ok(tensor.data),
    }
}

fn shown(tensor: &TensorView<'_>) -> String {
    format!("{} {:?}", tensor.name, tensor.shape)
}

/// Greedy non-maximum suppression class by class, then the best of all classes.
fn best(mut found: Vec<Found>, wanted: &Wanted) -> Vec<Found> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Found> = Vec::new();
    for object in found {
        let twice = |other: &Found| other.class == object.class && other.rect.iou(&object.rect) > wanted.overlap;
        if !kept.iter().any(twice) {
            kept.push(object);
        }
    }
    if wanted.most > 0 {
        kept.truncate(wanted.most);
    }
    kept
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::meta::{
        OwnedBatch, UserMeta,
        tensor::{Network, TensorLayout, TensorMeta},
    };

    const SIZE: Size = Size { width: 200, height: 100 };
    const WANTED: Wanted = Wanted { threshold: 0.5, overlap: 0.3, most: 20, side: 10.0 };

    type Part<'a> = (&'a str, &'a [usize], Vec<f32>);

    fn read(parts: &[Part<'_>], wanted: &Wanted) -> Result<Vec<Found>, String> {
        let layout = TensorLayout::new(Network::default(), parts.iter().map(|(name, shape, _)| (*name, *shape)));
        let values: Arc<[Arc<Vec<f32>>]> = parts.iter().map(|(.., values)| Arc::new(values.clone())).collect();
        let ranges: Vec<_> = values.iter().map(|values| 0..values.len()).collect();
        let mut batch = OwnedBatch::new(1);
        batch.add_frame().add_abi(TensorMeta::new(&Arc::new(layout), &values, &ranges).unwrap());
        let frame = batch.frames().next().unwrap();
        let tensors = frame.user_metas().find_map(UserMeta::tensors).unwrap();
        objects(&tensors, SIZE, wanted).map_err(|error| error.to_string())
    }

    fn parts(count: f32, scores: Vec<f32>, classes: Vec<f32>, boxes: Vec<f32>) -> Vec<Part<'static>> {
        vec![
            ("num_detections", &[], vec![count]),
            ("detection_scores", &[3], scores),
            ("detection_classes", &[3], classes),
            ("detection_boxes", &[3, 4], boxes),
        ]
    }

    const BOX: [f32; 4] = [0.1, 0.2, 0.5, 0.6];

    #[test]
    fn boxes_are_scaled_and_doubles_go() {
        let boxes = [BOX, [0.12, 0.2, 0.5, 0.6], BOX].concat();
        let found = read(&parts(3.0, vec![0.7, 0.9, 0.6], vec![1.0, 1.0, 3.0], boxes), &WANTED).unwrap();
        let shown: Vec<_> = found.iter().map(|found| (found.class, found.score)).collect();
        assert_eq!(shown, [(1, 0.9), (3, 0.6)]);
        let rect = found[1].rect;
        assert!((rect.left - 40.0).abs() < 1e-3 && (rect.top - 10.0).abs() < 1e-3, "{rect:?}");
        assert!((rect.width - 80.0).abs() < 1e-3 && (rect.height - 40.0).abs() < 1e-3, "{rect:?}");
    }

    #[test]
    fn what_is_unlikely_small_or_beyond_the_count_is_left_out() {
        let boxes = [BOX, [0.1, 0.1, 0.15, 0.9], BOX].concat();
        let found = read(&parts(2.0, vec![0.4, 0.9, 0.9], vec![1.0; 3], boxes.clone()), &WANTED).unwrap();
        assert_eq!(found, []);
        for count in [f32::NAN, -1.0, 0.0] {
            assert_eq!(read(&parts(count, vec![0.9; 3], vec![1.0; 3], boxes.clone()), &WANTED).unwrap(), []);
        }
        let far =
            read(&parts(1e30, vec![0.9; 3], vec![1.0, 2.0, 3.0], [BOX; 3].concat()), &Wanted { most: 2, ..WANTED });
        assert_eq!(far.unwrap().len(), 2);
        let wild = [f32::NAN, -5.0, f32::INFINITY, 7.0];
        assert!(read(&parts(3.0, vec![f32::NAN; 3], vec![-1.0; 3], [wild; 3].concat()), &WANTED).unwrap().is_empty());
    }

    #[test]
    fn tensors_that_are_no_ssd_are_named() {
        let mut without = parts(1.0, vec![0.9; 3], vec![1.0; 3], [BOX; 3].concat());
        without.pop();
        let error = read(&without, &WANTED).unwrap_err();
        assert!(
            error.starts_with("the network gives no tensor detection_boxes; it gives num_detections []"),
            "{error}"
        );
        let mut other = parts(1.0, vec![0.9; 3], vec![1.0; 3], [BOX; 3].concat());
        other[3] = ("detection_boxes", &[3, 3], vec![0.0; 9]);
        let error = read(&other, &WANTED).unwrap_err();
        assert_eq!(error, "the tensor detection_boxes has detection_boxes [3, 3]; wanted are 12 elements");
        other[1] = ("detection_scores", &[1, 3], vec![0.9; 3]);
        assert!(read(&other, &WANTED).unwrap_err().ends_with("wanted are one dimension"));
    }
}
