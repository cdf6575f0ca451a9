//! One batch: objects out of the metadata, what is known of them back into it.

use super::attach;
use super::error::BatchError;
use super::streams::Streams;
use crate::analytics::Observation;
use crate::base::geometry::Size;
use crate::meta::{Batch, Frame};
use crate::surface::Surfaces;

/// Looks at every frame of a buffer.
///
/// # Errors
/// When it has no batch.
pub fn look(buffer: &mut gst::BufferRef, streams: &mut Streams, unique_id: u32) -> Result<(), BatchError> {
    let sizes = sizes(buffer);
    let batch = Batch::of_mut(buffer).ok_or(BatchError::NoBatch)?;
    batch.locked(|batch| {
        for frame in batch.frames_mut() {
            let size = sizes.get(frame.batch_id() as usize).copied().unwrap_or(frame.pipeline_size());
            look_at(frame, size, streams, unique_id);
        }
    });
    Ok(())
}

fn look_at(frame: &mut Frame, size: Size, streams: &mut Streams, unique_id: u32) {
    let pad = frame.pad_index();
    // `get` borrows all of it.
    let (osd_mode, font_size) = (streams.config.osd_mode, streams.config.font_size);
    let stream = streams.get(pad, size);
    let seen = |object: &crate::meta::Object| Observation {
        id: object.object_id(),
        class_id: object.class_id(),
        rect: object.rect(),
    };
    let observations: Vec<Observation> = frame.objects().map(seen).collect();
    let time = Some(frame.buf_pts()).filter(|time| *time != u64::MAX);
    let result = stream.analytics.update(time, &observations);
    for (object, result) in frame.objects_mut().zip(&result.objects) {
        attach::object(object, result, &stream.rules, unique_id, osd_mode, font_size);
    }
    frame.add_analytics(&attach::frame(result, &stream.rules, unique_id));
    stream.overlay.draw(frame, result);
}

/// The sizes of the buffer's surfaces; none for a buffer without surfaces, which only boxes are needed of.
fn sizes(buffer: &gst::BufferRef) -> Vec<Size> {
    let Ok(surfaces) = Surfaces::map(buffer) else { return Vec::new() };
    (0..surfaces.len()).map_while(|index| surfaces.shape(index).ok()).map(|(_, size)| size).collect()
}
