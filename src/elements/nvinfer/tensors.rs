//! `output-tensor-meta`: the tensors a network gave for a frame, as user metadata.

use std::sync::{Arc, Mutex, PoisonError};

use crate::infer::network::Network;
use crate::infer::runner::Found;
use crate::meta::tensor::{Network as About, TensorLayout, TensorMeta};

/// The layout of the tensors seen last; it changes with the network, and with outputs of changing shape.
#[derive(Default)]
pub struct Layouts {
    last: Mutex<Option<Known>>,
}

struct Known {
    network: std::sync::Weak<Network>,
    shapes: Vec<Vec<usize>>,
    layout: Arc<TensorLayout>,
}

impl Layouts {
    /// The tensors of one frame; `None` if there are none. They are copied: the metadata may live long, the network's own
    /// memory is needed again.
    pub fn meta(&self, network: &Arc<Network>, found: &Found) -> Option<TensorMeta> {
        let (outputs, frame) = found.outputs.as_ref()?;
        let shapes = outputs.tensors().iter().map(|output| output.frame_shape());
        let layout = self.layout(network, shapes.collect::<Vec<_>>().as_slice());
        let values: Arc<[Arc<Vec<f32>>]> =
            outputs.tensors().iter().map(|output| Arc::new(output.frame(*frame).to_vec())).collect();
        let parts: Vec<_> = values.iter().map(|values| 0..values.len()).collect();
        TensorMeta::new(&layout, &values, &parts)
    }

    fn layout(&self, network: &Arc<Network>, shapes: &[&[usize]]) -> Arc<TensorLayout> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = last.as_ref()
            && std::ptr::eq(known.network.as_ptr(), Arc::as_ptr(network))
            && known.shapes == shapes
        {
            return Arc::clone(&known.layout);
        }
        let (config, input) = (network.config(), network.engine().input());
        let about = About {
            unique_id: config.unique_id,
            gpu_id: i32::try_from(config.runtime.gpu_id).unwrap_or(0),
            size: input.size,
            channels: input.channels as u32,
            maintain_aspect_ratio: config.input.maintain_aspect_ratio,
            symmetric_padding: config.input.symmetric_padding,
        };
        let names = network.engine().outputs().iter().map(|info| info.name.as_str());
        let layout = Arc::new(TensorLayout::new(about, names.zip(shapes.iter().copied())));
        let shapes = shapes.iter().map(|shape| shape.to_vec()).collect();
        *last = Some(Known { network: Arc::downgrade(network), shapes, layout: Arc::clone(&layout) });
        layout
    }
}
