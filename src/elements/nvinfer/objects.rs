//! Which objects of a batch a secondary network looks at.

use super::history::{History, Identity};
use crate::config::nvinfer::{NetworkType, NvInferConfig, Objects};
use crate::infer::preprocess::letterbox::Crop;
use crate::meta::{Batch, Object, ObjectKey};
use crate::surface::{SurfaceError, Surfaces};

/// An object the network is to say something about.
#[derive(Debug, Clone, Copy)]
pub struct Selected {
    /// Place of its frame in the batch.
    pub frame: usize,
    /// The object.
    pub object: ObjectKey,
    /// Who it is, if it is tracked.
    pub identity: Option<Identity>,
    /// Which of the pictures it is; `None` when it was looked at before.
    pub picture: Option<usize>,
}

/// A part of a surface to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// The surface of the batch.
    pub surface: usize,
    /// The part; `None` for all of it.
    pub crop: Option<Crop>,
}

/// The objects that `config` wants, and the pictures of those that have to be looked at now.
///
/// # Errors
/// When a frame has no surface.
pub fn select(
    batch: &Batch,
    surfaces: &Surfaces<'_>,
    config: &NvInferConfig,
    history: &mut History,
) -> Result<(Vec<Selected>, Vec<Picture>), SurfaceError> {
    let classifies = config.network_type == NetworkType::Classifier;
    let (mut selected, mut pictures) = (Vec::new(), Vec::new());
    for (place, frame) in batch.frames().enumerate() {
        let surface = frame.batch_id() as usize;
        let mut size = None;
        for object in frame.objects().filter(|object| is_wanted(object, &config.objects)) {
            let identity = object.object_id().map(|id| history.identity(frame.pad_index(), id));
            if config.classifier.async_mode && identity.is_none() {
                continue;
            }
            let interval = config.objects.reinfer_interval;
            let number = u64::try_from(frame.frame_num()).unwrap_or(0);
            let new = match identity {
                // A detector that was not told otherwise finds its objects in every frame.
                Some(identity) if classifies || interval.is_some() => {
                    history.wants(identity, number, object.rect().area(), interval)
                }
                _ => true,
            };
            if !new && !classifies {
                continue;
            }
            let size = match size {
                Some(size) => size,
                None => *size.insert(surfaces.shape(surface)?.1),
            };
            let picture = new.then_some(pictures.len());
            pictures.extend(new.then(|| Picture { surface, crop: Some(Crop::of(&object.rect(), size)) }));
            selected.push(Selected { frame: place, object: object.key(), identity, picture });
        }
    }
    Ok((selected, pictures))
}

fn is_wanted(object: &Object, wanted: &Objects) -> bool {
    let rect = object.rect();
    let within =
        |pixels: f32, least: u32, most: u32| pixels >= least.max(1) as f32 && (most == 0 || pixels <= most as f32);
    let class = u32::try_from(object.class_id()).ok();
    wanted.gie_id.is_none_or(|id| u32::try_from(object.component_id()) == Ok(id))
        && (wanted.class_ids.is_empty() || class.is_some_and(|class| wanted.class_ids.contains(&class)))
        && within(rect.width, wanted.min_width, wanted.max_width)
        && within(rect.height, wanted.min_height, wanted.max_height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Rect;
    use crate::meta::OwnedBatch;

    #[test]
    fn component_class_and_size_decide() {
        gst::init().unwrap();
        let mut batch = OwnedBatch::new(1);
        let object = batch.add_frame().add_object();
        object.set_component_id(1);
        object.set_class_id(2);
        object.set_rect(Rect { left: 0.0, top: 0.0, width: 20.0, height: 10.0 });
        let is = |wanted: Objects| is_wanted(object, &wanted);
        assert!(is(Objects::default()));
        assert!(is(Objects { gie_id: Some(1), class_ids: [2].into(), ..Objects::default() }));
        assert!(!is(Objects { gie_id: Some(3), ..Objects::default() }));
        assert!(!is(Objects { class_ids: [0, 1].into(), ..Objects::default() }));
        assert!(is(Objects { min_width: 20, max_height: 10, ..Objects::default() }));
        assert!(!is(Objects { min_height: 11, ..Objects::default() }));
        assert!(!is(Objects { max_width: 19, ..Objects::default() }));
    }
}
