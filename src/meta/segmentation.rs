//! Class maps of a segmentation network as user metadata (`NvDsInferSegmentationMeta`, type 13) of a frame, or of an object
//! when the network looked at objects.

use super::ffi::infer::NvDsInferSegmentationMeta;
use super::ffi::values::NVDSINFER_SEGMENTATION_META;
use super::user::{AbiData, UserData, UserMeta};
use crate::base::geometry::Size;
use std::ptr;
use std::sync::Arc;

/// A class map; its copies share the pixels.
#[repr(C)]
pub struct SegmentationMeta {
    raw: NvDsInferSegmentationMeta,
    ids: Arc<[i32]>,
    scores: Arc<[f32]>,
}

// SAFETY: the pointers lead to what the fields share and nobody changes.
unsafe impl Send for SegmentationMeta {}
// SAFETY: see above.
unsafe impl Sync for SegmentationMeta {}

impl SegmentationMeta {
    /// A map made by the network `unique_id`: `ids` has a class for each pixel (-1: none), `scores` a plane for each class
    /// or nothing. `None` when a length does not fit.
    pub fn new(unique_id: u32, size: Size, classes: u32, ids: Vec<i32>, scores: Vec<f32>) -> Option<Self> {
        let pixels = size.width as usize * size.height as usize;
        let fits = ids.len() == pixels && (scores.is_empty() || scores.len() == pixels * classes as usize);
        let raw = NvDsInferSegmentationMeta {
            classes,
            width: size.width,
            height: size.height,
            class_map: ptr::null_mut(),
            class_probabilities_map: ptr::null_mut(),
            priv_data: ptr::null_mut(),
            unique_id: unique_id as i32,
        };
        fits.then(|| Self::around(raw, ids.into(), scores.into()))
    }

    fn around(raw: NvDsInferSegmentationMeta, ids: Arc<[i32]>, scores: Arc<[f32]>) -> Self {
        let class_probabilities_map = if scores.is_empty() { ptr::null_mut() } else { scores.as_ptr().cast_mut() };
        let raw = NvDsInferSegmentationMeta { class_map: ids.as_ptr().cast_mut(), class_probabilities_map, ..raw };
        Self { raw, ids, scores }
    }
}

impl Clone for SegmentationMeta {
    fn clone(&self) -> Self {
        Self::around(self.raw, Arc::clone(&self.ids), Arc::clone(&self.scores))
    }
}

impl UserData for SegmentationMeta {}

// SAFETY: repr(C) with the ABI's struct first, its pointers valid as long as the value.
unsafe impl AbiData for SegmentationMeta {
    const META_TYPE: i32 = NVDSINFER_SEGMENTATION_META;
}

/// A class map found on a frame or an object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassMapView<'a> {
    /// `gie-unique-id` of the network.
    pub unique_id: i32,
    /// Width and height of the map.
    pub size: Size,
    /// How many classes there are.
    pub classes: u32,
    /// Class of each pixel, row by row; -1 for none.
    pub ids: &'a [i32],
    /// Scores, one plane of the map's size for each class; empty if the network gave none.
    pub scores: &'a [f32],
}

impl UserMeta {
    /// The class map this is, if it is one; those C elements attached too.
    pub fn class_map(&self) -> Option<ClassMapView<'_>> {
        if self.meta_type() != NVDSINFER_SEGMENTATION_META {
            return None;
        }
        // SAFETY: user metadata of this type holds the struct, whose maps are as large as it says or NULL.
        unsafe {
            let raw = (*self.raw()).user_meta_data.cast::<NvDsInferSegmentationMeta>().as_ref()?;
            let pixels = raw.width as usize * raw.height as usize;
            let ids = match raw.class_map.is_null() {
                true => &[][..],
                false => std::slice::from_raw_parts(raw.class_map, pixels),
            };
            let scores = match raw.class_probabilities_map.is_null() {
                true => &[][..],
                false => std::slice::from_raw_parts(raw.class_probabilities_map, pixels * raw.classes as usize),
            };
            let size = Size { width: raw.width, height: raw.height };
            Some(ClassMapView { unique_id: raw.unique_id, size, classes: raw.classes, ids, scores })
        }
    }
}

impl ClassMapView<'_> {
    /// How many pixels each class has; those of no class are not counted.
    pub fn histogram(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes as usize];
        for id in self.ids {
            if let Some(count) = usize::try_from(*id).ok().and_then(|id| counts.get_mut(id)) {
                *count += 1;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meta::OwnedBatch;

    #[test]
    fn a_map_is_read_back_and_survives_copies() {
        let size = Size { width: 3, height: 1 };
        assert!(SegmentationMeta::new(1, size, 2, vec![0; 2], Vec::new()).is_none());
        assert!(SegmentationMeta::new(1, size, 2, vec![0; 3], vec![0.0; 5]).is_none());
        let meta = SegmentationMeta::new(4, size, 2, vec![1, -1, 1], vec![0.0; 6]).unwrap();
        let mut batch = OwnedBatch::new(1);
        batch.add_frame().add_abi(meta);
        let copy = batch.clone();
        drop(batch);
        let frame = copy.frames().next().unwrap();
        let map = frame.user_metas().find_map(UserMeta::class_map).unwrap();
        assert_eq!((map.unique_id, map.size, map.classes, map.ids), (4, size, 2, &[1, -1, 1][..]));
        assert_eq!((map.scores.len(), map.histogram()), (6, vec![0, 2]));
    }
}
