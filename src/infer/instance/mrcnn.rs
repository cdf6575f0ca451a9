//! TAO's Mask R-CNN: `generate_detections` `[N,6]` with rows y1, x1, y2, x2, class, score in pixels of the input, and
//! `mask_fcn_logits/BiasAdd` `[N,C,h,w]` with a mask for every class of every row.

use super::rows::{class_number, named, wrong};
use super::{Candidate, InstanceDecoder, InstanceMask, candidate, over_part};
use crate::base::geometry::{Rect, Size};
use crate::infer::InferError;
use crate::infer::decode::Thresholds;
use crate::infer::detection::{Tensor, TensorInfo};

const COLUMNS: usize = 6;

/// Where boxes and masks are among the outputs.
#[derive(Debug)]
pub struct Mrcnn {
    rows: usize,
    masks: usize,
}

impl Mrcnn {
    /// By names or, failing those, one output of rows of six and one of rank 5.
    pub fn new(outputs: &[TensorInfo]) -> Option<Self> {
        let six = |info: &TensorInfo| info.shape.len() >= 3 && matches!(info.shape.last(), Some(6 | -1));
        let rows = named(outputs, "generate_detections").or_else(|| {
            (outputs.len() == 2)
                .then(|| outputs.iter().position(six))
                .flatten()
                .filter(|at| outputs[*at].shape.len() < 5)
        })?;
        let masks =
            named(outputs, "mask_fcn_logits").or_else(|| outputs.iter().position(|info| info.shape.len() == 5))?;
        (six(&outputs[rows]) && outputs[masks].shape.len() == 5 && rows != masks).then_some(Self { rows, masks })
    }

    fn tensors<'a>(&self, outputs: &[Tensor<'a>]) -> Option<(Tensor<'a>, Tensor<'a>, [usize; 4])> {
        let (rows, masks) = (*outputs.get(self.rows)?, *outputs.get(self.masks)?);
        let &[count, classes, height, width] = masks.shape else { return None };
        let whole = count.checked_mul(classes)?.checked_mul(height)?.checked_mul(width)?;
        let fits =
            rows.shape.last() == Some(&COLUMNS) && rows.data.len() >= count * COLUMNS && masks.data.len() >= whole;
        fits.then_some((rows, masks, [count, classes, height, width]))
    }
}

impl InstanceDecoder for Mrcnn {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        thresholds: &Thresholds,
        out: &mut Vec<Candidate>,
    ) -> Result<(), InferError> {
        let (rows, _, [count, ..]) = self
            .tensors(outputs)
            .ok_or_else(|| wrong("TAO Mask R-CNN", "rows [N,6] and masks [N,C,h,w] of as many", outputs))?;
        for (source, row) in rows.data.chunks_exact(COLUMNS).take(count).enumerate() {
            let Some(class) = class_number(row[4]) else { continue };
            out.extend(candidate(net, thresholds, source, (class, row[5]), [row[1], row[0], row[3], row[2]]));
        }
        Ok(())
    }

    fn mask(&self, outputs: &[Tensor<'_>], _: Size, candidate: &Candidate, part: &Rect) -> Option<InstanceMask> {
        let (_, masks, [_, classes, height, width]) = self.tensors(outputs)?;
        // A network that knows not what its masks show has one for all classes.
        let class = if classes == 1 { 0 } else { candidate.found.class_id as usize };
        let plane = candidate.source * classes + class;
        let values = (class < classes).then(|| masks.data.get(plane * height * width..)).flatten()?;
        over_part(values, width, height, &candidate.full, part)
    }
}
