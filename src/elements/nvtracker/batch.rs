//! One batch: detections out of the metadata, tracked objects back into it.

use std::sync::{Arc, PoisonError};

use super::error::BatchError;
use super::label::{self, Look};
use super::lists::{Lists, Scale};
use super::pixels;
use super::reid::FrameEmbedder;
use super::settings::Settings;
use super::streams::{Stream, StreamId, Streams};
use crate::base::geometry::{Rect, Size};
use crate::meta::{Batch, Frame, ObjectKey};
use crate::surface::Surfaces;
use crate::surface::view::View;
use crate::track::{Detection, FrameInput, FrameResult, Tracked};

/// DeepStream's detector confidence of an object that no detector saw in this frame.
const NOT_DETECTED: f32 = -0.1;

/// Tracks every frame of a buffer.
///
/// # Errors
/// When it has no batch, or the ReID network fails.
pub fn track(buffer: &mut gst::BufferRef, streams: &mut Streams, settings: &Settings) -> Result<(), BatchError> {
    // A reference of our own, no copy: the metadata is edited while the pixels are read.
    let memory = buffer.memory(0);
    let surfaces = memory.as_ref().and_then(|memory| Surfaces::of(memory).ok());
    let batch = Batch::of_mut(buffer).ok_or(BatchError::NoBatch)?;
    batch.locked(|batch| {
        let mut lists = Lists::default();
        for (place, frame) in batch.frames_mut().enumerate() {
            let kind = settings.tracking_surface_type;
            if kind != 0 && frame.surface_type() != 0 && frame.surface_type() != kind {
                continue;
            }
            let id = StreamId { pad: frame.pad_index(), surface: frame.surface_index() };
            let view = surfaces.as_ref().and_then(|surfaces| surfaces.view(frame.batch_id() as usize).ok());
            // A buffer without surfaces will do for trackers of boxes.
            let size = view.map_or(frame.pipeline_size(), |view| view.size);
            let scale = scale(settings, size);
            Pass { frame, stream: streams.get(id), settings, view, size, scale }.run(id, place, &mut lists)?;
        }
        lists.attach(batch);
        Ok(())
    })
}

/// How the frame's pixels and the tracker's compare.
fn scale(settings: &Settings, size: Size) -> Scale {
    let ratio = |own: u32, wanted: u32| if wanted == 0 { 1.0 } else { own.max(1) as f32 / wanted as f32 };
    Scale { x: ratio(size.width, settings.tracker_width), y: ratio(size.height, settings.tracker_height) }
}

/// One frame on its way through its stream's tracker.
struct Pass<'a> {
    frame: &'a mut Frame,
    stream: &'a mut Stream,
    settings: &'a Settings,
    /// The pixels.
    view: Option<View<'a>>,
    size: Size,
    scale: Scale,
}

impl Pass<'_> {
    fn run(&mut self, id: StreamId, frame_place: usize, lists: &mut Lists) -> Result<(), BatchError> {
        let (keys, detections) = self.gather();
        let input = FrameInput {
            frame_num: self.frame.frame_num() as u32,
            size: (self.size.width as f32 / self.scale.x, self.size.height as f32 / self.scale.y),
            detections: &detections,
            detected: self.frame.infer_done(),
            picture: self.view.map(pixels::picture),
        };
        let result = self.update(&input)?;
        let mut shown = vec![false; keys.len()];
        for tracked in &result.tracked {
            let key = tracked.detection.map(|place| keys[place]);
            let Some(object) = self.show(tracked, key) else { continue };
            if let Some(place) = tracked.detection {
                shown[place] = true;
            }
            if let (true, Some(embedding)) = (self.stream.config.reid.output_tensor, &tracked.embedding) {
                lists.add_embedding(frame_place, object, Arc::clone(embedding));
            }
        }
        for (key, _) in keys.iter().zip(shown).filter(|(_, shown)| !shown) {
            self.frame.remove_object(*key);
        }
        lists.add(id, self.stream, &result, self.scale);
        Ok(())
    }

    /// The stream's tracker over this frame, with its ReID network where there are pixels for it.
    fn update(&mut self, input: &FrameInput<'_>) -> Result<FrameResult, BatchError> {
        let (Some(reid), Some(view)) = (self.stream.reid.clone(), self.view) else {
            return Ok(self.stream.tracker.update(input, None));
        };
        let mut reid = reid.lock().unwrap_or_else(PoisonError::into_inner);
        let mut embedder = FrameEmbedder { reid: &mut reid, view, scale: self.scale };
        let result = self.stream.tracker.update(input, Some(&mut embedder));
        reid.take_failure().map_or(Ok(result), |error| Err(BatchError::Reid(error)))
    }

    /// The objects to track, by key, in the tracker's pixels.
    fn gather(&mut self) -> (Vec<ObjectKey>, Vec<Detection>) {
        let objects = self.frame.objects().filter(|object| self.settings.operates_on(object.class_id()));
        let found = objects.map(|object| {
            let class_id = object.class_id();
            self.stream.looks.entry(class_id).or_insert_with(|| Look::of(object));
            let rect = self.scale.to_tracker(&object.rect());
            (object.key(), Detection { class_id, confidence: object.confidence(), rect })
        });
        found.unzip()
    }

    /// Writes a tracked object into its object, or into a new one; `None` if nothing of it is inside the frame.
    fn show(&mut self, tracked: &Tracked, key: Option<ObjectKey>) -> Option<ObjectKey> {
        let whole = self.scale.to_frame(&tracked.rect);
        let visible = whole.clipped(self.size.width as f32, self.size.height as f32);
        if visible.width <= 0.0 || visible.height <= 0.0 {
            return None;
        }
        let object = match key.and_then(|key| self.frame.object(key).map(|object| object.key())) {
            Some(key) => self.frame.object_mut(key),
            None => {
                let look = self.stream.looks.get(&tracked.class_id);
                let object = self.frame.add_object();
                if let Some(look) = look {
                    look.apply(object);
                }
                object.set_class_id(tracked.class_id);
                object.set_confidence(NOT_DETECTED);
                object.set_detector_bbox(Rect::default());
                Some(object)
            }
        };
        let object = object?;
        let id = self.stream.shown_id(tracked.id);
        object.set_object_id(Some(id));
        object.set_rect(visible);
        object.set_tracker_bbox(whole);
        object.set_tracker_confidence(tracked.confidence);
        label::write(object, id, self.settings.display_tracking_id);
        Some(object.key())
    }
}
