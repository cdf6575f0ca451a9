//! Boxes `[N,4]` (left, top, right, bottom in pixels of the input; or `[N,5]` with the score), scores `[N]`, classes `[N]`
//! and masks `[N,h,w]` or `[N,1,h,w]`: torchvision's and MMDetection's Mask R-CNN, and YOLO-seg with everything done inside.
//!
//! A mask lies over its box, or, where it is as large as the network's input, over that.

use super::rows::{class_number, named, wrong};
use super::{Candidate, InstanceDecoder, InstanceMask, candidate, over_part};
use crate::base::geometry::{Rect, Size};
use crate::infer::InferError;
use crate::infer::decode::Thresholds;
use crate::infer::detection::{ElementType, Tensor, TensorInfo};

/// Where boxes, scores, classes and masks are among the outputs.
#[derive(Debug)]
pub struct BoxesMasks {
    name: &'static str,
    boxes: usize,
    columns: usize,
    scores: Option<usize>,
    classes: usize,
    masks: usize,
}

impl BoxesMasks {
    /// By names or, failing those, by shapes and types. `name` is what messages call it.
    pub fn new(name: &'static str, outputs: &[TensorInfo]) -> Option<Self> {
        let last = |info: &TensorInfo| info.shape.last().copied().unwrap_or(0);
        let is_box = |info: &TensorInfo| matches!(last(info), 4 | 5) && matches!(info.shape.len(), 2 | 3);
        let is_mask = |info: &TensorInfo| info.shape.len() >= 3 && last(info) != 1 && !is_box(info);
        let is_number = |info: &TensorInfo| matches!(info.kind, ElementType::I32 | ElementType::I64);
        let other = |taken: &[usize], fits: &dyn Fn(&TensorInfo) -> bool| {
            outputs.iter().enumerate().position(|(at, info)| !taken.contains(&at) && fits(info))
        };
        let boxes = named(outputs, "box").or_else(|| named(outputs, "dets")).or_else(|| other(&[], &is_box))?;
        let masks = named(outputs, "mask").or_else(|| other(&[boxes], &is_mask))?;
        let taken = [boxes, masks];
        let classes =
            named(outputs, "class").or_else(|| named(outputs, "label")).or_else(|| other(&taken, &is_number))?;
        let columns = usize::try_from(last(&outputs[boxes])).ok()?;
        let taken = [boxes, masks, classes];
        let scores = named(outputs, "score").or_else(|| other(&taken, &|_| true)).filter(|at| !taken.contains(at));
        let fits = boxes != masks && classes != boxes && classes != masks && outputs[masks].shape.len() >= 3;
        let decoder = Self { name, boxes, columns, scores, classes, masks };
        (fits && matches!((columns, scores), (4, Some(_)) | (5, _))).then_some(decoder)
    }

    fn masks<'a>(&self, outputs: &[Tensor<'a>], count: usize) -> Option<(&'a [f32], usize, usize, usize)> {
        let masks = outputs.get(self.masks)?;
        let [.., height, width] = *masks.shape else { return None };
        let plane = height.checked_mul(width).filter(|plane| *plane > 0)?;
        let per_box = (masks.data.len() / plane).checked_div(count)?;
        (per_box > 0).then_some((masks.data, per_box, height, width))
    }

    fn count(&self, outputs: &[Tensor<'_>]) -> Option<usize> {
        let boxes = outputs.get(self.boxes).filter(|boxes| boxes.shape.last() == Some(&self.columns))?;
        let count = boxes.data.len() / self.columns;
        let enough = |at: usize| outputs.get(at).is_some_and(|tensor| tensor.data.len() >= count);
        let all = enough(self.classes) && self.scores.is_none_or(enough);
        (all && (count == 0 || self.masks(outputs, count).is_some())).then_some(count)
    }
}

impl InstanceDecoder for BoxesMasks {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        thresholds: &Thresholds,
        out: &mut Vec<Candidate>,
    ) -> Result<(), InferError> {
        let fail = || wrong(self.name, "boxes [N,4], and scores, classes and masks of as many", outputs);
        let count = self.count(outputs).ok_or_else(fail)?;
        let (boxes, classes) = (outputs[self.boxes].data, outputs[self.classes].data);
        for (source, row) in boxes.chunks_exact(self.columns).take(count).enumerate() {
            let score = self.scores.map_or_else(|| row[4], |at| outputs[at].data[source]);
            let Some(class) = class_number(classes[source]) else { continue };
            out.extend(candidate(net, thresholds, source, (class, score), [row[0], row[1], row[2], row[3]]));
        }
        Ok(())
    }

    fn mask(&self, outputs: &[Tensor<'_>], net: Size, candidate: &Candidate, part: &Rect) -> Option<InstanceMask> {
        let count = self.count(outputs)?;
        let (data, per_box, height, width) = self.masks(outputs, count)?;
        let class = (candidate.found.class_id as usize).min(per_box - 1);
        let values = data.get((candidate.source * per_box + class) * height * width..)?;
        let all = Rect { left: 0.0, top: 0.0, width: net.width as f32, height: net.height as f32 };
        let whole_input = (width, height) == (net.width as usize, net.height as usize);
        if !whole_input {
            return over_part(values, width, height, &candidate.full, part);
        }
        // As many values as the part has pixels.
        let grid = crate::base::grid::Grid::new(values, width, height)?;
        let size = Size { width: part.width.ceil().max(1.0) as u32, height: part.height.ceil().max(1.0) as u32 };
        let share = [part.left / all.width, part.top / all.height, part.width / all.width, part.height / all.height];
        Some(InstanceMask { size, values: grid.resized(share, size.width as usize, size.height as usize) })
    }
}
