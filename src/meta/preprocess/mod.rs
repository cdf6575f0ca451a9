//! What `nvdspreprocess` attaches to a batch: regions and the tensor made of them (`GstNvDsPreProcessBatchMeta`).
//!
//! The structs hold C++ containers; `shim.cpp` makes, reads and frees them. As DeepStream's, they are not copied with a
//! batch: regions point at frames and objects of the one they are on.

mod shim;

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use shim::{Parts, slice};

use super::ffi::batch::NvDsUserMeta;
use super::ffi::osd::{NvOSD_ColorParams, NvOSD_RectParams};
use super::ffi::preprocess::GstNvDsPreProcessBatchMeta;
use super::ffi::roi::NvDsRoiMeta;
use super::ffi::values::NVDS_PREPROCESS_BATCH_META;
use super::user::{RawUserMeta, UserMeta};
use super::{Batch, ObjectKey};
use crate::base::elements::{Elements, TensorType};
use crate::base::geometry::Rect;

/// A tensor for a network.
#[derive(Debug, Clone, PartialEq)]
pub struct PreparedTensor {
    /// The values, row by row.
    pub values: Elements,
    /// Sides of the tensor, regions first.
    pub shape: Vec<i32>,
    /// The network's input.
    pub name: String,
    /// The device it lies on; host memory is everybody's.
    pub gpu_id: u32,
    /// Counts the tensors of the element.
    pub meta_id: u32,
    /// Whether regions keep their aspect ratio in it.
    pub maintain_aspect_ratio: bool,
}

/// A region and where it lies in the tensor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Roi {
    /// Place of its frame in the batch.
    pub frame: usize,
    /// The object it is about, if it is about one.
    pub object: Option<ObjectKey>,
    /// The region in pixels of the frame.
    pub rect: Rect,
    /// Pixels of the tensor for one pixel of the frame, across and down.
    pub scale: (f64, f64),
    /// Left and top edge in the tensor, where padding is on both sides.
    pub offset: (f64, f64),
}

/// Regions and a tensor found on a batch.
pub struct Preprocessed<'a> {
    parts: Parts,
    batch: &'a Batch,
    /// The tensor itself, if this library made it.
    shared: Option<&'a Arc<PreparedTensor>>,
}

impl Batch {
    /// Attaches regions of frames of this batch for the networks with these ids, and the tensor made of them.
    pub fn add_preprocessed(&mut self, targets: &[u64], tensor: Option<Arc<PreparedTensor>>, rois: &[Roi]) {
        let rois: Vec<NvDsRoiMeta> = rois.iter().filter_map(|roi| self.roi(roi)).collect();
        let mut parts = Parts {
            ids: targets.as_ptr(),
            ids_length: targets.len(),
            rois: rois.as_ptr(),
            rois_length: rois.len(),
            values: ptr::null(),
            bytes: 0,
            shape: ptr::null(),
            shape_length: 0,
            name: ptr::null(),
            name_length: 0,
            data_type: 0,
            gpu_id: 0,
            meta_id: 0,
            maintain_aspect_ratio: 0,
            owner: ptr::null_mut(),
        };
        if let Some(tensor) = &tensor {
            parts.values = tensor.values.address().cast();
            parts.bytes = (tensor.values.len() * tensor.values.kind().bytes()) as u64;
            (parts.shape, parts.shape_length) = (tensor.shape.as_ptr(), tensor.shape.len());
            (parts.name, parts.name_length) = (tensor.name.as_ptr().cast(), tensor.name.len());
            (parts.data_type, parts.gpu_id, parts.meta_id) =
                (tensor.values.kind() as u32, tensor.gpu_id, tensor.meta_id);
            parts.maintain_aspect_ratio = i32::from(tensor.maintain_aspect_ratio);
            parts.owner = Box::into_raw(Box::new(Arc::clone(tensor))).cast();
        }
        let raw = RawUserMeta {
            meta_type: NVDS_PREPROCESS_BATCH_META,
            // SAFETY: the parts lead to what is alive here; values and owner live until `release`.
            data: unsafe { shim::make(&parts) }.cast(),
            copy: None,
            release: Some(RELEASE),
            context: ptr::null_mut(),
        };
        // SAFETY: the callback frees what was just made.
        unsafe { self.add_raw_user(raw) };
    }

    /// What `nvdspreprocess` attached, the oldest first.
    pub fn preprocessed(&self) -> impl Iterator<Item = Preprocessed<'_>> {
        self.user_metas().filter_map(|meta| meta.preprocessed(self))
    }

    /// A region as its ABI struct; `None` when its frame is not in this batch.
    pub(crate) fn roi(&self, roi: &Roi) -> Option<NvDsRoiMeta> {
        let frame = self.frames().nth(roi.frame)?;
        let black = NvOSD_ColorParams { red: 0.0, green: 0.0, blue: 0.0, alpha: 0.0 };
        Some(NvDsRoiMeta {
            roi: NvOSD_RectParams {
                left: roi.rect.left,
                top: roi.rect.top,
                width: roi.rect.width,
                height: roi.rect.height,
                border_width: 0,
                border_color: black,
                has_bg_color: 0,
                reserved: 0,
                bg_color: black,
                has_color_info: 0,
                color_id: 0,
                rotation_angle: 0.0,
            },
            roi_polygon: [[0; 2]; 8],
            converted_buffer: ptr::null_mut(),
            frame_meta: frame.raw(),
            scale_ratio_x: roi.scale.0,
            scale_ratio_y: roi.scale.1,
            offset_left: roi.offset.0,
            offset_top: roi.offset.1,
            classifier_meta_list: ptr::null_mut(),
            roi_user_meta_list: ptr::null_mut(),
            object_meta: roi.object.map_or(ptr::null_mut(), ObjectKey::address),
        })
    }
}

impl Batch {
    /// What an ABI struct says; `None` when its frame is not in this batch.
    pub(crate) fn region(&self, roi: &NvDsRoiMeta) -> Option<Roi> {
        let frame = self.frames().position(|frame| ptr::eq(frame.raw(), roi.frame_meta))?;
        let objects = || self.frames().nth(frame).into_iter().flat_map(|frame| frame.objects());
        Some(Roi {
            frame,
            object: objects().find(|object| ptr::eq(object.raw(), roi.object_meta)).map(super::Object::key),
            rect: Rect { left: roi.roi.left, top: roi.roi.top, width: roi.roi.width, height: roi.roi.height },
            scale: (roi.scale_ratio_x, roi.scale_ratio_y),
            offset: (roi.offset_left, roi.offset_top),
        })
    }
}

impl UserMeta {
    fn preprocessed<'a>(&'a self, batch: &'a Batch) -> Option<Preprocessed<'a>> {
        // SAFETY: a view's struct is live; data of this type is this struct, and lives as long as the item.
        unsafe {
            let data = (*self.raw()).user_meta_data;
            if self.meta_type() != NVDS_PREPROCESS_BATCH_META || data.is_null() {
                return None;
            }
            let parts = shim::read(data.cast());
            let ours = (*self.raw()).base_meta.release_func.is_some_and(|func| ptr::fn_addr_eq(func, RELEASE));
            let shared = if ours { parts.owner.cast::<Arc<PreparedTensor>>().as_ref() } else { None };
            Some(Preprocessed { parts, batch, shared })
        }
    }
}

impl Preprocessed<'_> {
    /// `unique-id` of the networks it is for.
    pub fn targets(&self) -> &[u64] {
        // SAFETY: the parts live as long as the item this borrows.
        unsafe { slice(self.parts.ids, self.parts.ids_length) }
    }

    /// Whether there is a tensor, even one that [`tensor`](Self::tensor) cannot read.
    pub fn is_ready(&self) -> bool {
        self.shared.is_some() || !self.parts.values.is_null()
    }

    /// The tensor: shared, if this library made it, and else a copy. `None` if none was prepared, if its type is unknown,
    /// or if it is shorter than its shape says.
    pub fn tensor(&self) -> Option<Arc<PreparedTensor>> {
        if let Some(shared) = self.shared {
            return Some(Arc::clone(shared));
        }
        let parts = &self.parts;
        if parts.values.is_null() {
            return None;
        }
        let kind = TensorType::from_number(i64::from(parts.data_type))?;
        // SAFETY: the parts live as long as the item this borrows.
        let (shape, name) = unsafe {
            (slice(parts.shape, parts.shape_length).to_vec(), slice(parts.name.cast::<u8>(), parts.name_length))
        };
        let sides = shape.iter().map(|side| usize::try_from(*side).ok());
        let wanted = sides.chain([Some(kind.bytes())]).try_fold(1usize, |all, side| all.checked_mul(side?))?;
        if (usize::try_from(parts.bytes).ok()?) < wanted {
            return None;
        }
        // SAFETY: as above; `buffer_size` says how many bytes there are.
        let bytes = unsafe { slice(parts.values.cast::<u8>(), wanted) };
        Some(Arc::new(PreparedTensor {
            values: Elements::from_bytes(kind, bytes),
            shape,
            name: String::from_utf8_lossy(name).into_owned(),
            gpu_id: parts.gpu_id,
            meta_id: parts.meta_id,
            maintain_aspect_ratio: parts.maintain_aspect_ratio != 0,
        }))
    }

    /// The regions, in the order they have in the tensor. Those of frames that are not in the batch are `None`.
    pub fn rois(&self) -> impl Iterator<Item = Option<Roi>> + use<'_> {
        // SAFETY: the parts live as long as the item this borrows.
        let rois = unsafe { slice(self.parts.rois, self.parts.rois_length) };
        rois.iter().map(|roi| self.batch.region(roi))
    }
}

/// One address for all uses, so that it can be compared.
static RELEASE: unsafe extern "C" fn(*mut c_void, *mut c_void) = release;

/// # Safety
/// `meta` is user metadata of [`Batch::add_preprocessed`].
unsafe extern "C" fn release(meta: *mut c_void, _user_data: *mut c_void) {
    // SAFETY: the caller's promise. The shim throws nothing; dropping a tensor frees memory.
    unsafe {
        let data = ptr::replace(&raw mut (*meta.cast::<NvDsUserMeta>()).user_meta_data, ptr::null_mut());
        let batch: *mut GstNvDsPreProcessBatchMeta = data.cast();
        if !batch.is_null() {
            let owner = shim::read(batch).owner;
            shim::free(batch);
            if !owner.is_null() {
                drop(Box::from_raw(owner.cast::<Arc<PreparedTensor>>()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meta::OwnedBatch;

    #[test]
    fn regions_and_tensor_come_back_and_are_freed_once() {
        let mut batch = OwnedBatch::new(2);
        batch.add_frame();
        let object = batch.add_frame().add_object().key();
        let tensor = Arc::new(PreparedTensor {
            values: Elements::Uint8(vec![1, 2, 3, 4, 5, 6]),
            shape: vec![2, 3],
            name: "a name that is longer than fifteen bytes".into(),
            gpu_id: 0,
            meta_id: 7,
            maintain_aspect_ratio: true,
        });
        let rect = Rect { left: 1.0, top: 2.0, width: 3.0, height: 4.0 };
        let first = Roi { frame: 1, object: Some(object), rect, scale: (0.5, 0.25), offset: (6.0, 0.0) };
        let second = Roi { frame: 0, object: None, ..first };
        batch.add_preprocessed(&[1, 4], Some(Arc::clone(&tensor)), &[first, second]);
        batch.add_preprocessed(&[9], None, &[]);
        assert_eq!(Arc::strong_count(&tensor), 2);
        {
            let all: Vec<_> = batch.preprocessed().collect();
            assert_eq!((all.len(), all[0].targets(), all[1].targets()), (2, &[1, 4][..], &[9][..]));
            assert!(Arc::ptr_eq(&all[0].tensor().unwrap(), &tensor) && all[1].tensor().is_none());
            assert_eq!(all[0].rois().collect::<Vec<_>>(), [Some(first), Some(second)]);
            // As somebody reads it who did not make it.
            let foreign = Preprocessed { shared: None, parts: all[0].parts, batch: &batch };
            assert_eq!(*foreign.tensor().unwrap(), *tensor);
            let mut parts = all[0].parts;
            parts.bytes = 5;
            assert!(Preprocessed { shared: None, parts, batch: &batch }.tensor().is_none(), "shorter than its shape");
            (parts.bytes, parts.data_type) = (6, 8);
            assert!(Preprocessed { shared: None, parts, batch: &batch }.tensor().is_none(), "of no known type");
        }
        let copy = batch.clone();
        assert_eq!(copy.preprocessed().count(), 0, "regions point at frames of their own batch");
        drop(batch);
        assert_eq!(Arc::strong_count(&tensor), 1);
    }
}
