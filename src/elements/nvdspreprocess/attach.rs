//! Regions and tensors onto the batch.

use super::error::FrameError;
use super::library::Source;
use super::select::{self, Chosen};
use super::worker::Worker;
use crate::config::preprocess::PreprocessConfig;
use crate::infer::prepare;
use crate::meta::preprocess::Roi;
use crate::meta::{Batch, Rectangle};
use crate::surface::Surfaces;

/// Width of the lines about regions in pixels, as DeepStream's.
const BORDER: u32 = 2;

/// Makes the tensors of a buffer and attaches them.
///
/// # Errors
/// When the buffer has no batch, a frame cannot be read, a region lies outside of its frame, or the preparation fails.
pub fn process(buffer: &mut gst::BufferRef, worker: &mut Worker) -> Result<(), FrameError> {
    let most = worker.config.batch();
    let raw = buffer.as_mut_ptr();
    let (drawn, parts) = {
        let surfaces = Surfaces::map(buffer)?;
        let batch = Batch::of(buffer).ok_or(FrameError::NoBatch)?;
        let (chosen, drawn) = select::choose(batch, &surfaces, &worker.config, &mut worker.counters)?;
        let source = Source { buffer: raw, batch, surfaces: &surfaces };
        let part = |chosen: &[Chosen]| {
            let rois = chosen.iter().map(|one| roi(&worker.config, one)).collect();
            worker.tensor(source, chosen, rois)
        };
        let parts: Result<Vec<_>, _> = chosen.chunks(most).map(part).collect();
        (drawn, parts?)
    };
    let batch = Batch::of_mut(buffer).ok_or(FrameError::NoBatch)?;
    let config = &worker.config;
    batch.locked(|batch| {
        for (tensor, rois) in parts {
            batch.add_preprocessed(&config.target_unique_ids, tensor, &rois);
        }
        for (place, rect, colour) in drawn {
            let Some(frame) = batch.frames_mut().nth(place) else { continue };
            let border_colour = colour.map(f64::from);
            // The only error is a display that is full, and this one is new.
            let _ = frame.add_display().add_rect(Rectangle { rect, border: BORDER, colour: border_colour, fill: None });
        }
    });
    Ok(())
}

fn roi(config: &PreprocessConfig, one: &Chosen) -> Roi {
    let letterbox = prepare::place(config, one.crop);
    let ratio = |to: u32, from: u32| f64::from(to) / f64::from(from.max(1));
    Roi {
        frame: one.frame,
        object: one.object,
        rect: select::rect(&one.crop),
        scale: (ratio(letterbox.size.width, one.crop.width), ratio(letterbox.size.height, one.crop.height)),
        offset: (letterbox.left.into(), letterbox.top.into()),
    }
}
