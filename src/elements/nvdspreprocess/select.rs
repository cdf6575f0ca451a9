//! Which regions and objects of a batch become parts of tensors.

use super::error::FrameError;
use crate::base::geometry::{Rect, Size};
use crate::config::preprocess::{Group, PreprocessConfig};
use crate::infer::preprocess::letterbox::Crop;
use crate::meta::{Batch, Frame, Object, ObjectKey};
use crate::surface::Surfaces;

/// A region to prepare.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chosen {
    /// The number of the group that wants it.
    pub group: u32,
    /// Place of its frame in the batch.
    pub frame: usize,
    /// The frame's surface.
    pub surface: usize,
    /// The frame's source.
    pub source: u32,
    /// The frame's number.
    pub number: i32,
    /// The region, inside the frame.
    pub crop: Crop,
    /// The object it is about, if it is about one.
    pub object: Option<ObjectKey>,
}

/// A region to draw: the frame's place in the batch, the region, its colour.
pub type Drawn = (usize, Rect, [f32; 4]);

/// What the groups want of a batch. `counters` count the batches each group has seen.
///
/// # Errors
/// When a frame has no surface, or a region lies outside of its frame.
pub fn choose(
    batch: &Batch,
    surfaces: &Surfaces<'_>,
    config: &PreprocessConfig,
    counters: &mut [u64],
) -> Result<(Vec<Chosen>, Vec<Drawn>), FrameError> {
    let (mut chosen, mut drawn) = (Vec::new(), Vec::new());
    let named = |source: u32| config.groups.iter().any(|group| group.sources.iter().flatten().any(|id| *id == source));
    for (group, counter) in config.groups.iter().zip(counters) {
        let due = counter.is_multiple_of(u64::from(group.interval) + 1);
        *counter += 1;
        if !due {
            continue;
        }
        for (place, frame) in batch.frames().enumerate() {
            let source = frame.source_id();
            if !group.sources.as_ref().map_or_else(|| !named(source), |sources| sources.contains(&source)) {
                continue;
            }
            let size = surfaces.shape(frame.batch_id() as usize)?.1;
            let regions = regions(group, config.process_on_frame, source, size)?;
            if group.draw_roi && (config.process_on_frame || !group.process_on_all_objects) {
                drawn.extend(regions.iter().map(|crop| (place, rect(crop), group.roi_color)));
            }
            let one = |crop, object| Chosen {
                group: group.number,
                frame: place,
                surface: frame.batch_id() as usize,
                source,
                number: frame.frame_num(),
                crop,
                object,
            };
            if config.process_on_frame {
                chosen.extend(regions.into_iter().map(|crop| one(crop, None)));
            } else {
                let wanted = objects(frame, group, config.operate_on_gie_id, &regions);
                chosen.extend(wanted.map(|object| one(Crop::of(&object.rect(), size), Some(object.key()))));
            }
        }
    }
    Ok((chosen, drawn))
}

/// The regions of a source in a frame of `size`, cut at its edges; all of the frame where regions are not asked for.
fn regions(group: &Group, on_frame: bool, source: u32, size: Size) -> Result<Vec<Crop>, FrameError> {
    let wanted = if on_frame { group.process_on_roi } else { !group.process_on_all_objects };
    if !wanted {
        return Ok(vec![Crop::whole(size)]);
    }
    let one = |region: &crate::config::preprocess::Region| {
        let [left, top, ..] = region.0;
        match left < size.width && top < size.height {
            true => Ok(Crop::of(&region.rect(), size)),
            false => Err(FrameError::Outside { group: group.number, region: region.0, source_id: source, size }),
        }
    };
    group.regions_of(source).iter().map(one).collect()
}

/// The objects of a frame that a group wants: of the right network, class and size, and with a part in a region.
fn objects<'a>(
    frame: &'a Frame,
    group: &'a Group,
    gie: Option<u32>,
    regions: &'a [Crop],
) -> impl Iterator<Item = &'a Object> {
    frame.objects().filter(move |object| {
        let rect = object.rect();
        let class = u32::try_from(object.class_id()).ok();
        let of_class = group.class_ids.is_empty() || class.is_some_and(|class| group.class_ids.contains(&class));
        let fits = |side: f32, at: usize| {
            side >= group.least[at].max(1) as f32 && (group.most[at] == 0 || side <= group.most[at] as f32)
        };
        let touches = |crop: &Crop| {
            let region = self::rect(crop);
            region.right() > rect.left
                && region.bottom() > rect.top
                && rect.right() > region.left
                && rect.bottom() > region.top
        };
        gie.is_none_or(|id| u32::try_from(object.component_id()) == Ok(id))
            && of_class
            && fits(rect.width, 0)
            && fits(rect.height, 1)
            && (group.process_on_all_objects || regions.iter().any(touches))
    })
}

/// A region as a box.
pub fn rect(crop: &Crop) -> Rect {
    let [left, top, width, height] = [crop.left, crop.top, crop.width, crop.height].map(|side| side as f32);
    Rect { left, top, width, height }
}
