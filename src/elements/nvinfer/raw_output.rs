//! `raw-output-file-write`: every tensor of every batch as a file of floats, under DeepStream's names.

use std::io::Write;

use super::error::FrameError;
use crate::infer::network::Network;
use crate::infer::runner::Found;

/// Writes the input and the outputs of a batch, frame after frame, into the working directory.
///
/// # Errors
/// When a file cannot be written.
pub fn write(network: &Network, found: &[Found], number: u64) -> Result<(), FrameError> {
    let engine = network.engine();
    let inputs = found.iter().filter_map(|found| found.input.as_deref());
    save(network, &engine.input().name, number, found.len(), inputs)?;
    for (index, info) in engine.outputs().iter().enumerate() {
        let frames = found.iter().filter_map(|found| {
            let (outputs, frame) = found.outputs.as_ref()?;
            Some(outputs.tensors().get(index)?.frame(*frame))
        });
        save(network, &info.name, number, found.len(), frames)?;
    }
    Ok(())
}

fn save<'a>(
    network: &Network,
    layer: &str,
    number: u64,
    frames: usize,
    values: impl Iterator<Item = &'a [f32]>,
) -> Result<(), FrameError> {
    let id = network.config().unique_id;
    let layer = layer.replace('/', "_");
    let path = format!("gstnvdsinfer_uid-{id:02}_layer-{layer}_batch-{number:010}_batchsize-{frames:02}.bin");
    let mut bytes = Vec::new();
    values.flatten().for_each(|value| bytes.extend_from_slice(&value.to_ne_bytes()));
    let result = std::fs::File::create(&path).and_then(|mut file| file.write_all(&bytes));
    result.map_err(|source| FrameError::Write { path, source })
}
