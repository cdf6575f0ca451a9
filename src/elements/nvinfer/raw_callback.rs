//! `raw-output-generated-callback`: a C function of the application that sees every tensor of every buffer.

use std::ffi::{CString, c_void};
use std::ptr::with_exposed_provenance_mut;

use gst::glib;
use gst::prelude::*;

use crate::config::nvinfer::TensorOrder;
use crate::infer::network::Network;
use crate::infer::runner::Found;
use crate::meta::ffi::NVDSINFER_MAX_DIMS;
use crate::meta::ffi::infer::{
    NvDsInferDims, NvDsInferLayerInfo, NvDsInferNetworkInfo, gst_nvinfer_raw_output_generated_callback as Function,
};
use crate::meta::ffi::values::FLOAT;

/// The function and what it is given, as addresses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RawCallback {
    function: usize,
    user_data: usize,
}

/// A tensor of all frames.
struct Layer {
    name: CString,
    dims: NvDsInferDims,
    values: Vec<f32>,
    is_input: bool,
}

impl RawCallback {
    /// Takes `raw-output-generated-callback` or `raw-output-generated-userdata`.
    ///
    /// # Errors
    /// When the value is no pointer.
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), String> {
        let pointer = value.get::<glib::Pointer>().map_err(|error| error.to_string())?;
        let place = if name.ends_with("callback") { &mut self.function } else { &mut self.user_data };
        *place = pointer.expose_provenance();
        Ok(())
    }

    /// What was set.
    pub fn get(&self, name: &str) -> glib::Value {
        let address = if name.ends_with("callback") { self.function } else { self.user_data };
        with_exposed_provenance_mut::<c_void>(address).to_value()
    }

    /// Whether there is a function.
    pub fn is_set(&self) -> bool {
        self.function != 0
    }

    /// Calls the function with the input and the outputs of all frames or objects of a buffer, each tensor in one piece.
    pub fn call(&self, buffer: &mut gst::BufferRef, network: &Network, found: &[Found]) {
        if !self.is_set() || found.is_empty() {
            return;
        }
        let mut tensors = layers(network, found);
        let mut infos: Vec<NvDsInferLayerInfo> = tensors
            .iter_mut()
            .enumerate()
            .map(|(index, layer)| NvDsInferLayerInfo {
                dataType: FLOAT,
                inferDims: layer.dims,
                bindingIndex: index as i32,
                layerName: layer.name.as_ptr(),
                buffer: layer.values.as_mut_ptr().cast(),
                isInput: layer.is_input.into(),
            })
            .collect();
        let input = network.engine().input();
        let (width, height) = (input.size.width, input.size.height);
        let mut about = NvDsInferNetworkInfo { width, height, channels: input.channels as u32 };
        let (count, frames) = (infos.len() as u32, found.len() as u32);
        // SAFETY: whoever set the property promises a function of this type; layers, names and values live through the call.
        unsafe {
            let address = with_exposed_provenance_mut::<c_void>(self.function);
            let function = std::mem::transmute::<*mut c_void, Function>(address);
            let data = with_exposed_provenance_mut::<c_void>(self.user_data);
            if let Some(function) = function {
                function(buffer.as_mut_ptr(), &raw mut about, infos.as_mut_ptr(), count, frames, data);
            }
        }
    }
}

/// The input, then the outputs, in the model's order.
fn layers(network: &Network, found: &[Found]) -> Vec<Layer> {
    let engine = network.engine();
    let input = engine.input();
    let (width, height) = (input.size.width as usize, input.size.height as usize);
    let shape = match input.order {
        TensorOrder::Nhwc => [height, width, input.channels],
        _ => [input.channels, height, width],
    };
    let values = found.iter().filter_map(|found| found.input.as_deref()).flatten().copied().collect();
    let mut layers = vec![layer(&input.name, &shape, values, true)];
    for (index, info) in engine.outputs().iter().enumerate() {
        let parts = found.iter().filter_map(|found| {
            let (outputs, frame) = found.outputs.as_ref()?;
            Some((outputs.tensors().get(index)?, *frame))
        });
        let shape = parts.clone().next().map_or(&[][..], |(output, _)| output.frame_shape());
        let values = parts.clone().flat_map(|(output, frame)| output.frame(frame)).copied().collect();
        layers.push(layer(&info.name, shape, values, false));
    }
    layers
}

fn layer(name: &str, shape: &[usize], values: Vec<f32>, is_input: bool) -> Layer {
    let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    let mut d = [0; NVDSINFER_MAX_DIMS];
    d.iter_mut().zip(shape).for_each(|(to, from)| *to = side(*from));
    let count = shape.len().min(NVDSINFER_MAX_DIMS) as u32;
    let dims = NvDsInferDims { numDims: count, d, numElements: side(shape.iter().product()) };
    Layer { name: CString::new(name).unwrap_or_default(), dims, values, is_input }
}
