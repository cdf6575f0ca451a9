//! `input-tensor-meta`: the parts of tensors that `nvdspreprocess` made for this network.

use std::sync::Arc;

use super::error::FrameError;
use super::objects::{Picture, Selected};
use super::ticket::Input;
use crate::infer::network::Network;
use crate::infer::prepare;
use crate::meta::Batch;
use crate::meta::preprocess::PreparedTensor;
use crate::surface::Surfaces;

/// What was made for a network in a batch, part by part.
#[derive(Default)]
pub struct Prepared {
    /// The regions.
    pub pictures: Vec<Picture>,
    /// Their parts of tensors.
    pub inputs: Vec<Input>,
    /// Places of their frames in the batch.
    pub places: Vec<usize>,
    /// Their objects; empty where they are about frames.
    pub objects: Vec<Selected>,
}

/// Everything in `batch` that was made for `network`.
///
/// # Errors
/// When a tensor is for another input or of another shape than the network's, or a region is not in its frame.
pub fn collect(batch: &Batch, surfaces: &Surfaces<'_>, network: &Network) -> Result<Prepared, FrameError> {
    let id = u64::from(network.config().unique_id);
    let mut all = Prepared::default();
    for found in batch.preprocessed().filter(|found| found.targets().contains(&id)) {
        // Without a tensor it is not ready yet; one that cannot be read is another's mistake.
        let Some(tensor) = found.tensor() else {
            match found.is_ready() {
                true => return Err(FrameError::TensorForeign),
                false => continue,
            }
        };
        let rois: Vec<_> = found.rois().collect();
        check(&tensor, network, rois.len())?;
        let len = network.engine().input().frame_len();
        for (part, roi) in rois.into_iter().enumerate() {
            let outside = || FrameError::Region { tensor: tensor.name.clone(), part };
            let roi = roi.ok_or_else(outside)?;
            let frame = batch.frames().nth(roi.frame).ok_or_else(outside)?;
            let surface = frame.batch_id() as usize;
            let size = surfaces.shape(surface)?.1;
            let letterbox = prepare::placed(&roi.rect, roi.scale, roi.offset, size).ok_or_else(outside)?;
            if let Some(object) = roi.object {
                let picture = Some(all.pictures.len());
                all.objects.push(Selected { frame: roi.frame, object, identity: None, picture });
            }
            all.pictures.push(Picture { surface, crop: Some(letterbox.crop) });
            all.inputs.push(Input { tensor: Arc::clone(&tensor), start: part * len, letterbox, size });
            all.places.push(roi.frame);
        }
    }
    Ok(all)
}

/// Whether the network can take the tensor.
fn check(tensor: &PreparedTensor, network: &Network, rois: usize) -> Result<(), FrameError> {
    let input = network.engine().input();
    if tensor.name != input.name {
        let (found, wanted) = (tensor.name.clone(), input.name.clone());
        return Err(FrameError::TensorName { found, wanted });
    }
    let wanted = input.shape(rois);
    let side = |side: &i32| usize::try_from(*side).unwrap_or(0);
    let enough = tensor.shape.first().is_some_and(|first| side(first) >= rois);
    if !enough || !tensor.shape.iter().skip(1).map(side).eq(wanted.into_iter().skip(1)) {
        return Err(FrameError::TensorShape { found: tensor.shape.clone(), wanted });
    }
    let (found, wanted) = (tensor.values.len(), tensor.shape.iter().map(side).product());
    if found < wanted {
        return Err(FrameError::TensorLength { tensor: tensor.name.clone(), found, wanted });
    }
    Ok(())
}
