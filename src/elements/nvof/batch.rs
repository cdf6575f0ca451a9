//! One batch: pictures in, vectors into the metadata.

use super::streams::{OfError, Streams};
use crate::meta::Batch;
use crate::surface::memory;

/// Attaches its flow to every frame of a buffer that has a picture before it.
///
/// # Errors
/// When the buffer has no batch, or pixels cannot be read or compared.
pub fn look(buffer: &mut gst::BufferRef, streams: &mut Streams) -> Result<(), OfError> {
    let mut flows = Vec::new();
    let batch = Batch::of(buffer).ok_or(OfError::NoBatch)?;
    for frame in batch.frames() {
        let (pad, index) = (frame.pad_index(), frame.batch_id());
        let unread = |source| OfError::Surface { pad, source };
        if buffer.n_memory() == 0 {
            return Err(unread(crate::surface::SurfaceError::Empty));
        }
        let picture = memory::single(buffer.peek_memory(0), index as usize).map_err(unread)?;
        let number = u64::from(frame.frame_num().unsigned_abs());
        flows.extend(streams.flow(pad, number, picture)?.map(|flow| (index, flow)));
    }
    let batch = Batch::of_mut(buffer).ok_or(OfError::NoBatch)?;
    batch.locked(|batch| {
        for (index, flow) in flows {
            if let Some(frame) = batch.frames_mut().find(|frame| frame.batch_id() == index) {
                frame.add_abi(flow);
            }
        }
    });
    Ok(())
}
