//! Motion vectors of `nvof` as user metadata (`NvDsOpticalFlowMeta`, type 10) of a frame.

use super::ffi::optical_flow::{NvDsOpticalFlowMeta, NvOFFlowVector};
use super::ffi::values::NVDS_OPTICAL_FLOW_META;
use super::user::{AbiData, UserData, UserMeta};
use crate::base::flow::to_pixels;
use crate::base::geometry::Size;
use ndarray::{Array3, ArrayView3, Axis, aview2};
use std::ptr;
use std::sync::Arc;

/// Vectors of a frame's blocks; copies share them.
#[repr(C)]
pub struct OpticalFlowMeta {
    raw: NvDsOpticalFlowMeta,
    vectors: Arc<Vec<[i16; 2]>>,
}

// SAFETY: the pointer leads to what the field shares and nobody changes.
unsafe impl Send for OpticalFlowMeta {}
// SAFETY: see above.
unsafe impl Sync for OpticalFlowMeta {}

impl OpticalFlowMeta {
    /// The vectors of frame `frame_num` of its source: one for each of `grid.width` x `grid.height` blocks, row by row,
    /// right and down in 1/32 pixel. `None` when their number does not fit.
    pub fn new(frame_num: u64, grid: Size, vectors: Arc<Vec<[i16; 2]>>) -> Option<Self> {
        let raw = NvDsOpticalFlowMeta {
            rows: grid.height,
            cols: grid.width,
            mv_size: size_of::<NvOFFlowVector>() as u32,
            cost_size: 0,
            frame_num,
            data: ptr::null_mut(),
            cost: ptr::null_mut(),
            priv_: ptr::null_mut(),
            reserved: ptr::null_mut(),
        };
        (vectors.len() == grid.width as usize * grid.height as usize).then(|| Self::around(raw, vectors))
    }

    fn around(raw: NvDsOpticalFlowMeta, vectors: Arc<Vec<[i16; 2]>>) -> Self {
        Self { raw: NvDsOpticalFlowMeta { data: vectors.as_ptr().cast_mut().cast(), ..raw }, vectors }
    }
}

impl Clone for OpticalFlowMeta {
    fn clone(&self) -> Self {
        Self::around(self.raw, Arc::clone(&self.vectors))
    }
}

impl UserData for OpticalFlowMeta {}

// SAFETY: repr(C) with the ABI's struct first, its pointer valid as long as the value.
unsafe impl AbiData for OpticalFlowMeta {
    const META_TYPE: i32 = NVDS_OPTICAL_FLOW_META;
}

/// Motion vectors found on a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FlowView<'a> {
    /// Number of the frame in its source.
    pub frame_num: u64,
    /// Blocks side by side and one above the other.
    pub grid: Size,
    /// A vector for each block, row by row: right and down, 32 to a pixel. It leads from the block's place in the frame
    /// before to its place in this one.
    pub vectors: &'a [[i16; 2]],
}

impl<'a> FlowView<'a> {
    /// The vectors as they are, without a copy: rows x columns x (right, down).
    pub fn array(&self) -> ArrayView3<'a, i16> {
        let shape = (self.grid.height as usize, self.grid.width as usize, 2);
        // The number of vectors is that of the blocks, so the shape always fits.
        let whole = ArrayView3::from_shape(shape, self.vectors.as_flattened());
        whole.unwrap_or_else(|_| aview2(self.vectors).insert_axis(Axis(0)))
    }

    /// The vectors in pixels: rows x columns x (right, down).
    pub fn pixels(&self) -> Array3<f32> {
        self.array().mapv(|part| to_pixels([part, 0])[0])
    }
}

impl UserMeta {
    /// The motion vectors this holds, if it holds some; those C elements attached too.
    pub fn optical_flow(&self) -> Option<FlowView<'_>> {
        if self.meta_type() != NVDS_OPTICAL_FLOW_META {
            return None;
        }
        // SAFETY: user metadata of this type holds the struct, whose data is `rows * cols` vectors of `mv_size` bytes.
        unsafe {
            let raw = (*self.raw()).user_meta_data.cast::<NvDsOpticalFlowMeta>().as_ref()?;
            if raw.data.is_null() || raw.mv_size as usize != size_of::<NvOFFlowVector>() {
                return None;
            }
            let count = raw.rows as usize * raw.cols as usize;
            let vectors = std::slice::from_raw_parts(raw.data.cast::<[i16; 2]>(), count);
            Some(FlowView { frame_num: raw.frame_num, grid: Size { width: raw.cols, height: raw.rows }, vectors })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meta::OwnedBatch;

    #[test]
    fn vectors_are_read_back_as_an_array_and_survive_copies() {
        let grid = Size { width: 3, height: 2 };
        let vectors = Arc::new((0..6).map(|at| [at * 32, -at]).collect::<Vec<_>>());
        assert!(OpticalFlowMeta::new(0, Size { width: 2, height: 2 }, vectors.clone()).is_none());
        let mut batch = OwnedBatch::new(1);
        batch.add_frame().add_abi(OpticalFlowMeta::new(7, grid, vectors.clone()).unwrap());
        let copy = batch.clone();
        assert_eq!(Arc::strong_count(&vectors), 3);
        drop(batch);
        let frame = copy.frames().next().unwrap();
        let flow = frame.user_metas().find_map(UserMeta::optical_flow).unwrap();
        assert_eq!((flow.frame_num, flow.grid, flow.vectors), (7, grid, &vectors[..]));
        let array = flow.array();
        assert_eq!((array.dim(), array[[1, 2, 0]], array[[1, 2, 1]]), ((2, 3, 2), 160, -5));
        assert_eq!((array.as_ptr().cast(), flow.pixels()[[1, 1, 0]]), (vectors.as_ptr(), 4.0));
        drop(copy);
        assert_eq!(Arc::strong_count(&vectors), 1);
    }
}
