//! Raw output tensors of a network as user metadata (`NvDsInferTensorMeta`, type 12): what `output-tensor-meta` attaches
//! and apps with post-processing of their own read.

use super::ffi::NVDSINFER_MAX_DIMS;
use super::ffi::infer::{NvDsInferDims, NvDsInferLayerInfo, NvDsInferNetworkInfo, NvDsInferTensorMeta};
use super::ffi::values::{FLOAT, NVDSINFER_TENSOR_OUTPUT_META};
use super::user::{AbiData, UserData, UserMeta};
use super::view::text;
use crate::base::geometry::Size;
use std::ffi::{CString, c_void};
use std::ops::Range;
use std::ptr;
use std::sync::Arc;

/// What all tensor metas of a network share. Made once, when the network is loaded.
pub struct TensorLayout {
    head: NvDsInferTensorMeta,
    layers: Vec<NvDsInferLayerInfo>,
    /// The layers point at these.
    _names: Vec<CString>,
}

// SAFETY: pointers in the structs lead to `_names`, which never change, or are NULL.
unsafe impl Send for TensorLayout {}
// SAFETY: see above.
unsafe impl Sync for TensorLayout {}

/// What a network is, for its tensor metas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Network {
    /// `gie-unique-id`.
    pub unique_id: u32,
    /// The device it runs on.
    pub gpu_id: i32,
    /// Width and height of its input.
    pub size: Size,
    /// Channels of its input.
    pub channels: u32,
    /// Whether frames keep their aspect ratio in the input.
    pub maintain_aspect_ratio: bool,
    /// Whether padding is on both sides then.
    pub symmetric_padding: bool,
}

impl TensorLayout {
    /// The layout of a network whose outputs are 32 bit floats of these names and shapes (without the batch dimension;
    /// the ABI has room for eight dimensions).
    pub fn new<'a>(network: Network, outputs: impl IntoIterator<Item = (&'a str, &'a [usize])>) -> Self {
        let (names, dims): (Vec<CString>, Vec<NvDsInferDims>) =
            outputs.into_iter().map(|(name, shape)| (CString::new(name).unwrap_or_default(), dims(shape))).unzip();
        let layers = names.iter().zip(dims).enumerate().map(|(index, (name, dims))| NvDsInferLayerInfo {
            dataType: FLOAT,
            inferDims: dims,
            bindingIndex: index as i32,
            layerName: name.as_ptr(),
            buffer: ptr::null_mut(),
            isInput: 0,
        });
        let layers: Vec<NvDsInferLayerInfo> = layers.collect();
        let head = NvDsInferTensorMeta {
            unique_id: network.unique_id,
            num_output_layers: layers.len() as u32,
            output_layers_info: ptr::null_mut(),
            out_buf_ptrs_host: ptr::null_mut(),
            out_buf_ptrs_dev: ptr::null_mut(),
            gpu_id: network.gpu_id,
            priv_data: ptr::null_mut(),
            network_info: NvDsInferNetworkInfo {
                width: network.size.width,
                height: network.size.height,
                channels: network.channels,
            },
            maintain_aspect_ratio: i32::from(network.maintain_aspect_ratio),
            symmetric_padding: i32::from(network.symmetric_padding),
        };
        Self { head, layers, _names: names }
    }
}

fn dims(shape: &[usize]) -> NvDsInferDims {
    let mut d = [0; NVDSINFER_MAX_DIMS];
    for (to, from) in d.iter_mut().zip(shape) {
        *to = u32::try_from(*from).unwrap_or(u32::MAX);
    }
    let elements: usize = shape.iter().product();
    NvDsInferDims {
        numDims: shape.len().min(NVDSINFER_MAX_DIMS) as u32,
        d,
        numElements: u32::try_from(elements).unwrap_or(u32::MAX),
    }
}

/// One frame's tensors: a slice of each output, shared with the other frames of the batch and with copies.
#[repr(C)]
pub struct TensorMeta {
    raw: NvDsInferTensorMeta,
    /// `out_buf_ptrs_host` leads here.
    places: Box<[*mut c_void]>,
    layout: Arc<TensorLayout>,
    _outputs: Arc<[Arc<Vec<f32>>]>,
}

// SAFETY: all pointers lead to what the fields share or own and nobody changes.
unsafe impl Send for TensorMeta {}
// SAFETY: see above.
unsafe impl Sync for TensorMeta {}

impl TensorMeta {
    /// Tensors of a frame: `frames[layer]` is the frame's part of `outputs[layer]`. `None` if their number is not the
    /// layout's, a part is out of range, or one is shorter than its shape.
    pub fn new(layout: &Arc<TensorLayout>, outputs: &Arc<[Arc<Vec<f32>>]>, frames: &[Range<usize>]) -> Option<Self> {
        if outputs.len() != layout.layers.len() || frames.len() != outputs.len() {
            return None;
        }
        let places = outputs.iter().zip(frames).zip(&layout.layers).map(|((output, range), layer)| {
            let part = output.get(range.clone())?;
            (part.len() >= layer.inferDims.numElements as usize).then(|| part.as_ptr().cast_mut().cast::<c_void>())
        });
        let places = places.collect::<Option<Box<[*mut c_void]>>>()?;
        Some(Self::around(Arc::clone(layout), Arc::clone(outputs), places))
    }

    fn around(layout: Arc<TensorLayout>, outputs: Arc<[Arc<Vec<f32>>]>, mut places: Box<[*mut c_void]>) -> Self {
        let raw = NvDsInferTensorMeta {
            output_layers_info: layout.layers.as_ptr().cast_mut(),
            out_buf_ptrs_host: places.as_mut_ptr(),
            ..layout.head
        };
        Self { raw, places, layout, _outputs: outputs }
    }
}

impl Clone for TensorMeta {
    fn clone(&self) -> Self {
        Self::around(Arc::clone(&self.layout), Arc::clone(&self._outputs), self.places.clone())
    }
}

impl UserData for TensorMeta {}

// SAFETY: repr(C) with the ABI's struct first, its pointers valid as long as the value.
unsafe impl AbiData for TensorMeta {
    const META_TYPE: i32 = NVDSINFER_TENSOR_OUTPUT_META;
}

/// Output tensors found on a frame or an object.
#[derive(Clone, Copy)]
pub struct Tensors<'a> {
    raw: &'a NvDsInferTensorMeta,
}

/// One output tensor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TensorView<'a> {
    /// Name of the layer.
    pub name: &'a str,
    /// Its shape without the batch dimension.
    pub shape: &'a [u32],
    /// Its values; empty if they are no 32 bit floats or not in host memory.
    pub data: &'a [f32],
}

impl UserMeta {
    /// The output tensors this is, if it is; those C elements attached too.
    pub fn tensors(&self) -> Option<Tensors<'_>> {
        if self.meta_type() != NVDSINFER_TENSOR_OUTPUT_META {
            return None;
        }
        // SAFETY: user metadata of this type holds the struct.
        unsafe { (*self.raw()).user_meta_data.cast::<NvDsInferTensorMeta>().as_ref() }.map(|raw| Tensors { raw })
    }
}

impl<'a> Tensors<'a> {
    /// `gie-unique-id` of the network.
    pub fn unique_id(&self) -> u32 {
        self.raw.unique_id
    }

    /// Width and height of the network's input.
    pub fn network_size(&self) -> Size {
        Size { width: self.raw.network_info.width, height: self.raw.network_info.height }
    }

    /// The tensors.
    pub fn iter(&self) -> impl Iterator<Item = TensorView<'a>> + use<'a> {
        let raw = self.raw;
        let count = if raw.output_layers_info.is_null() { 0 } else { raw.num_output_layers as usize };
        // SAFETY: that many layers and pointers lie there, each pointer to as many elements as the layer says.
        (0..count).map(move |index| unsafe {
            let layer: &'a NvDsInferLayerInfo = &*raw.output_layers_info.add(index);
            let dims = &layer.inferDims;
            let host =
                if raw.out_buf_ptrs_host.is_null() { ptr::null_mut() } else { *raw.out_buf_ptrs_host.add(index) };
            let data: &'a [f32] = match layer.dataType {
                FLOAT if !host.is_null() => std::slice::from_raw_parts(host.cast(), dims.numElements as usize),
                _ => &[],
            };
            TensorView {
                name: text(layer.layerName).unwrap_or_default(),
                shape: &dims.d[..(dims.numDims as usize).min(NVDSINFER_MAX_DIMS)],
                data,
            }
        })
    }

    /// The tensor called `name`.
    pub fn get(&self, name: &str) -> Option<TensorView<'a>> {
        self.iter().find(|tensor| tensor.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meta::OwnedBatch;

    #[test]
    fn tensors_of_a_frame_are_its_part_of_the_batch_and_survive_copies() {
        let network = Network { unique_id: 3, size: Size { width: 8, height: 4 }, channels: 3, ..Default::default() };
        let outputs: [(&str, &[usize]); 2] = [("scores", &[2]), ("boxes", &[2, 4])];
        let layout = Arc::new(TensorLayout::new(network, outputs));
        let values: Arc<[_]> =
            Arc::from([Arc::new(vec![1.0, 2.0, 3.0, 4.0]), Arc::new((0..16).map(|v| v as f32).collect::<Vec<_>>())]);
        assert!(TensorMeta::new(&layout, &values, &[2..4, 8..17]).is_none());
        assert!(TensorMeta::new(&layout, &values, &[2..4, 8..12]).is_none());
        let meta = TensorMeta::new(&layout, &values, &[2..4, 8..16]).unwrap();
        drop((layout, values));

        let mut batch = OwnedBatch::new(1);
        batch.add_frame().add_abi(meta);
        let copy = batch.clone();
        drop(batch);
        let frame = copy.frames().next().unwrap();
        let tensors = frame.user_metas().find_map(UserMeta::tensors).unwrap();
        assert_eq!((tensors.unique_id(), tensors.network_size().width), (3, 8));
        assert_eq!(tensors.get("scores").unwrap().data, [3.0, 4.0]);
        let boxes = tensors.get("boxes").unwrap();
        assert_eq!((boxes.shape, boxes.data[0], boxes.data[7]), (&[2, 4][..], 8.0, 15.0));
        assert!(tensors.get("other").is_none());
    }
}
