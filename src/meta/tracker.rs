//! What `nvtracker` attaches beside boxes: frames of targets (`NvDsTargetMiscDataBatch`) on the batch, embeddings
//! (`NvDsReidTensorBatch`, `NvDsObjReid`) on the batch and its objects.

use super::ffi::batch::NvDsUserMeta;
use super::ffi::osd::NvOSD_RectParams;
use super::ffi::tracker::{
    NvDsObjReid, NvDsReidTensorBatch, NvDsTargetMiscDataBatch, NvDsTargetMiscDataFrame, NvDsTargetMiscDataObject,
    NvDsTargetMiscDataStream,
};
use super::ffi::values::*;
use super::user::{AbiData, UserData, UserMeta};
use super::view::{inline_text, set_inline_text};
use crate::base::geometry::Rect;
use std::ptr;
use std::sync::Arc;

/// One frame of a target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TargetFrame {
    /// Number of the frame in its source.
    pub frame_num: u32,
    /// The box in pixels of the frame.
    pub rect: Rect,
    /// Confidence of the tracker.
    pub confidence: f32,
    /// Frames since the target was first seen.
    pub age: u32,
    /// `TRACKER_STATE`.
    pub state: TRACKER_STATE,
    /// Share of the box inside the frame.
    pub visibility: f32,
}

/// Frames of one target.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetFrames {
    /// `object_id` of the object.
    pub id: u64,
    /// Index of its class.
    pub class_id: u16,
    /// Name of its class.
    pub label: String,
    /// The frames, the oldest first.
    pub frames: Vec<TargetFrame>,
}

/// Targets of one source.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamTargets {
    /// `pad_index` of its frames.
    pub pad_index: u32,
    /// The pad index in the upper, the surface index in the lower 32 bits.
    pub surface_stream_id: u64,
    /// The targets.
    pub targets: Vec<TargetFrames>,
}

/// Which frames of targets a batch can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetList {
    /// `NVDS_TRACKER_PAST_FRAME_META`: earlier frames of objects that are shown only since now.
    Past,
    /// `NVDS_TRACKER_TERMINATED_LIST_META`: targets that ended.
    Terminated,
    /// `NVDS_TRACKER_SHADOW_LIST_META`: targets that are followed without being shown.
    Shadow,
}

impl TargetList {
    const ALL: [Self; 3] = [Self::Past, Self::Terminated, Self::Shadow];

    const fn meta_type(self) -> i32 {
        match self {
            Self::Past => NVDS_TRACKER_PAST_FRAME_META,
            Self::Terminated => NVDS_TRACKER_TERMINATED_LIST_META,
            Self::Shadow => NVDS_TRACKER_SHADOW_LIST_META,
        }
    }
}

/// `NVDS_TRACKER_PAST_FRAME_META`.
pub type PastFrames = Targets<NVDS_TRACKER_PAST_FRAME_META>;
/// `NVDS_TRACKER_TERMINATED_LIST_META`.
pub type TerminatedTargets = Targets<NVDS_TRACKER_TERMINATED_LIST_META>;
/// `NVDS_TRACKER_SHADOW_LIST_META`.
pub type ShadowTargets = Targets<NVDS_TRACKER_SHADOW_LIST_META>;

/// Frames of targets as the ABI has them; copies share the lists.
#[repr(C)]
#[derive(Clone)]
pub struct Targets<const META_TYPE: i32> {
    raw: NvDsTargetMiscDataBatch,
    _lists: Arc<Lists>,
}

struct Lists {
    streams: Vec<NvDsTargetMiscDataStream>,
    /// The streams point at these, and they at the frames.
    _objects: Vec<Vec<NvDsTargetMiscDataObject>>,
    _frames: Vec<Vec<NvDsTargetMiscDataFrame>>,
}

// SAFETY: all pointers lead into the lists themselves, which never change.
unsafe impl Send for Lists {}
// SAFETY: see above.
unsafe impl Sync for Lists {}
// SAFETY: the pointers lead into the shared lists.
unsafe impl<const META_TYPE: i32> Send for Targets<META_TYPE> {}
// SAFETY: see above.
unsafe impl<const META_TYPE: i32> Sync for Targets<META_TYPE> {}

impl<const META_TYPE: i32> Targets<META_TYPE> {
    /// The lists of these sources.
    pub fn new(streams: &[StreamTargets]) -> Self {
        let mut lists = Lists { streams: Vec::new(), _objects: Vec::new(), _frames: Vec::new() };
        for stream in streams {
            let mut objects: Vec<_> = stream
                .targets
                .iter()
                .map(|target| {
                    let mut frames: Vec<_> = target.frames.iter().map(raw_frame).collect();
                    let object = raw_object(target, &mut frames);
                    lists._frames.push(frames);
                    object
                })
                .collect();
            lists.streams.push(NvDsTargetMiscDataStream {
                list: objects.as_mut_ptr(),
                streamID: stream.pad_index,
                surfaceStreamID: stream.surface_stream_id,
                numAllocated: objects.len() as u32,
                numFilled: objects.len() as u32,
            });
            lists._objects.push(objects);
        }
        let lists = Arc::new(lists);
        let count = lists.streams.len() as u32;
        let raw = NvDsTargetMiscDataBatch {
            list: lists.streams.as_ptr().cast_mut(),
            numAllocated: count,
            numFilled: count,
            priv_data: ptr::null_mut(),
        };
        Self { raw, _lists: lists }
    }
}

impl<const META_TYPE: i32> UserData for Targets<META_TYPE> {}

// SAFETY: repr(C) with the ABI's struct first, its pointers valid as long as the value.
unsafe impl<const META_TYPE: i32> AbiData for Targets<META_TYPE> {
    const META_TYPE: i32 = META_TYPE;
}

fn raw_frame(frame: &TargetFrame) -> NvDsTargetMiscDataFrame {
    // SAFETY: the struct holds numbers and pointers only, for which zeros are valid.
    let empty: NvOSD_RectParams = unsafe { std::mem::zeroed() };
    let Rect { left, top, width, height } = frame.rect;
    NvDsTargetMiscDataFrame {
        frameNum: frame.frame_num,
        tBbox: NvOSD_RectParams { left, top, width, height, ..empty },
        confidence: frame.confidence,
        age: frame.age,
        trackerState: frame.state,
        visibility: frame.visibility,
        ptWorldFeet: [0.0; 2],
    }
}

fn raw_object(target: &TargetFrames, frames: &mut [NvDsTargetMiscDataFrame]) -> NvDsTargetMiscDataObject {
    let mut object = NvDsTargetMiscDataObject {
        list: frames.as_mut_ptr(),
        numObj: frames.len() as u32,
        numAllocated: frames.len() as u32,
        uniqueId: target.id,
        classId: target.class_id,
        objLabel: [0; 128],
    };
    set_inline_text(&mut object.objLabel, &target.label);
    object
}

/// Embeddings of a batch.
#[repr(C)]
#[derive(Clone)]
pub struct ReidTensor {
    raw: NvDsReidTensorBatch,
    values: Arc<[f32]>,
}

/// The embedding of an object; copies share it.
#[repr(C)]
#[derive(Clone)]
pub struct ObjectReid {
    raw: NvDsObjReid,
    _values: Arc<[f32]>,
}

// SAFETY: the pointer leads to the shared values, which never change.
unsafe impl Send for ReidTensor {}
// SAFETY: see above.
unsafe impl Sync for ReidTensor {}
// SAFETY: see above.
unsafe impl Send for ObjectReid {}
// SAFETY: see above.
unsafe impl Sync for ObjectReid {}

impl ReidTensor {
    /// Embeddings of `size` numbers each, one behind the other.
    pub fn new(size: usize, values: Arc<[f32]>) -> Self {
        let raw = NvDsReidTensorBatch {
            featureSize: size as u32,
            numFilled: values.len().checked_div(size).unwrap_or_default() as u32,
            ptr_host: values.as_ptr().cast_mut(),
            ptr_dev: ptr::null_mut(),
            priv_data: ptr::null_mut(),
        };
        Self { raw, values }
    }

    /// The embedding at `place`, for its object.
    pub fn object(&self, place: usize) -> Option<ObjectReid> {
        let size = self.raw.featureSize as usize;
        let part = self.values.get(place * size..(place + 1) * size)?;
        let raw = NvDsObjReid {
            featureSize: self.raw.featureSize,
            ptr_host: part.as_ptr().cast_mut(),
            ptr_dev: ptr::null_mut(),
        };
        Some(ObjectReid { raw, _values: Arc::clone(&self.values) })
    }
}

impl UserData for ReidTensor {}
impl UserData for ObjectReid {}

// SAFETY: repr(C) with the ABI's struct first, its pointer valid as long as the value.
unsafe impl AbiData for ReidTensor {
    const META_TYPE: i32 = NVDS_TRACKER_BATCH_REID_META;
}
// SAFETY: see above.
unsafe impl AbiData for ObjectReid {
    const META_TYPE: i32 = NVDS_TRACKER_OBJ_REID_META;
}

impl UserMeta {
    /// Which frames of targets this is, if it is; those C elements attached too.
    pub fn target_list(&self) -> Option<(TargetList, Vec<StreamTargets>)> {
        let list = TargetList::ALL.into_iter().find(|list| list.meta_type() == self.meta_type())?;
        // SAFETY: user metadata of these types holds the struct.
        let raw = unsafe { self.abi::<NvDsTargetMiscDataBatch>() }?;
        // SAFETY: the lists have as many items as the struct says, alive as long as the metadata.
        Some((
            list,
            unsafe { items(raw.list, raw.numFilled) }.iter().map(|stream| unsafe { targets(stream) }).collect(),
        ))
    }

    /// The embedding of an object, if this is one; those C elements attached too.
    pub fn embedding(&self) -> Option<&[f32]> {
        if self.meta_type() != NVDS_TRACKER_OBJ_REID_META {
            return None;
        }
        // SAFETY: user metadata of this type holds the struct, which says how many numbers lie there.
        unsafe { self.abi::<NvDsObjReid>().map(|raw| items(raw.ptr_host, raw.featureSize)) }
    }

    /// # Safety
    /// The data is NULL or a `T`.
    unsafe fn abi<T>(&self) -> Option<&T> {
        let raw: *const NvDsUserMeta = self.raw();
        // SAFETY: a view's struct is live; the data is the caller's promise.
        unsafe { (*raw).user_meta_data.cast::<T>().as_ref() }
    }
}

/// # Safety
/// `list` is NULL or has `count` items that live and stay as they are for `'a`.
unsafe fn items<'a, T>(list: *const T, count: u32) -> &'a [T] {
    if list.is_null() {
        &[]
    } else {
        // SAFETY: the caller's promise.
        unsafe { std::slice::from_raw_parts(list, count as usize) }
    }
}

/// # Safety
/// The stream's lists are as long as it says.
unsafe fn targets(stream: &NvDsTargetMiscDataStream) -> StreamTargets {
    let target = |object: &NvDsTargetMiscDataObject| TargetFrames {
        id: object.uniqueId,
        class_id: object.classId,
        label: inline_text(&object.objLabel).to_owned(),
        // SAFETY: the caller's promise.
        frames: unsafe { items(object.list, object.numObj) }.iter().map(frame).collect(),
    };
    StreamTargets {
        pad_index: stream.streamID,
        surface_stream_id: stream.surfaceStreamID,
        // SAFETY: the caller's promise.
        targets: unsafe { items(stream.list, stream.numFilled) }.iter().map(target).collect(),
    }
}

fn frame(raw: &NvDsTargetMiscDataFrame) -> TargetFrame {
    let NvOSD_RectParams { left, top, width, height, .. } = raw.tBbox;
    TargetFrame {
        frame_num: raw.frameNum,
        rect: Rect { left, top, width, height },
        confidence: raw.confidence,
        age: raw.age,
        state: raw.trackerState,
        visibility: raw.visibility,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meta::OwnedBatch;

    fn stream() -> StreamTargets {
        let rect = Rect { left: 1.0, top: 2.0, width: 3.0, height: 4.0 };
        let frame = |frame_num| TargetFrame {
            frame_num,
            rect,
            confidence: 0.5,
            age: frame_num + 1,
            state: TENTATIVE,
            visibility: 1.0,
        };
        let target = |id, frames| TargetFrames { id, class_id: 2, label: "car".into(), frames };
        let targets = vec![target(7, vec![frame(0), frame(1)]), target(8, vec![frame(1)])];
        StreamTargets { pad_index: 3, surface_stream_id: 3 << 32, targets }
    }

    #[test]
    fn lists_come_back_as_they_were_made_from_copies_too() {
        let mut batch = OwnedBatch::new(1);
        batch.add_abi(PastFrames::new(&[stream()]));
        batch.add_abi(ShadowTargets::new(&[]));
        let copy = batch.clone();
        drop(batch);
        let mut lists: Vec<_> = copy.user_metas().filter_map(UserMeta::target_list).collect();
        lists.sort_by_key(|(list, _)| *list != TargetList::Past);
        assert_eq!(lists, [(TargetList::Past, vec![stream()]), (TargetList::Shadow, vec![])]);
    }

    #[test]
    fn embeddings_are_parts_of_the_batchs() {
        let tensor = ReidTensor::new(2, [1.0, 0.0, 0.0, 1.0].into());
        assert!(tensor.object(2).is_none());
        let mut batch = OwnedBatch::new(1);
        batch.add_frame().add_object().add_abi(tensor.object(1).unwrap());
        drop(tensor);
        let object = batch.frames().next().unwrap().objects().next().unwrap();
        assert_eq!(object.user_metas().find_map(UserMeta::embedding).unwrap(), [0.0, 1.0]);
        assert!(object.user_metas().all(|meta| meta.target_list().is_none()));
    }
}
