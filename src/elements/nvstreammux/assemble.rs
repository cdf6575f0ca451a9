//! From the frames of one batch to its buffer: surfaces side by side, scaled only where they must be, and the metadata.

use super::settings::Settings;
use super::time::OutputTime;
use crate::base::geometry::Size;
use crate::meta::{self, Batch, BatchPool, Frame, OwnedBatch, latency, ntp};
use crate::surface::format::{Format, Layout};
use crate::surface::transform::{self, Region};
use crate::surface::{PoolCache, SurfaceError, Surfaces, SurfacesMut, caps, memory};
use std::collections::BTreeMap;

/// A frame as it came in.
pub struct Arrived {
    /// Its buffer: one NVMM memory.
    pub buffer: gst::Buffer,
    /// When it is to be shown, on the pipeline's running time.
    pub running_time: Option<gst::ClockTime>,
    /// This machine's clock when it came, nanoseconds since 1970.
    pub wall_clock: u64,
    /// Frame rate of its source.
    pub rate: gst::Fraction,
    /// Which pad it came through, of all there ever were.
    pub serial: u64,
}

/// What the caps of a batch say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    format: Format,
    size: Size,
    rate: gst::Fraction,
    batch_size: u32,
}

impl Shape {
    /// The caps: DeepStream's fields on those of a video.
    pub fn caps(&self) -> Result<gst::Caps, SurfaceError> {
        let info = caps::video_info(self.format, self.size)?;
        let plain = info.to_caps().map_err(|_| SurfaceError::Empty)?;
        let mut caps = caps::to_nvmm(plain);
        let structure = caps.make_mut();
        structure.set("framerate", self.rate);
        structure.set("batch-size", self.batch_size as i32);
        structure.set("num-surfaces-per-frame", 1);
        Ok(caps)
    }
}

/// What is known of a source from its earlier frames.
#[derive(Clone, Copy)]
struct Source {
    serial: u64,
    next_frame: i32,
    size: Size,
    rate: gst::Fraction,
}

/// Makes the buffers, keeping pools and counters from batch to batch.
#[derive(Default)]
pub struct Assembler {
    metas: Option<(u32, BatchPool)>,
    pools: PoolCache,
    sources: BTreeMap<u32, Source>,
    time: OutputTime,
    /// Layout of all surfaces: that of the first frame ever.
    layout: Option<Layout>,
}

impl Assembler {
    /// Forgets source `id`, whose next frame then has number 0.
    pub fn forget(&mut self, id: u32) {
        self.sources.remove(&id);
        self.time.forget(id);
    }

    /// Starts times at 0 again, after a flush of everything.
    pub fn restart_time(&mut self) {
        self.time = OutputTime::default();
    }

    /// One buffer of `frames`, each with the number of its source. `name` is the element's.
    pub fn batch(
        &mut self,
        frames: &[(u32, Arrived)],
        settings: &Settings,
        name: &str,
    ) -> Result<(gst::Buffer, Shape), SurfaceError> {
        let mut memories = Vec::with_capacity(frames.len());
        let mut metas = self.metas(settings.batch_size.max(frames.len() as u32)).acquire();
        for (index, (id, arrived)) in frames.iter().enumerate() {
            let input = arrived.buffer.memory(0).ok_or(SurfaceError::Empty)?;
            let (format, size) = Surfaces::of(&input)?.shape(0)?;
            let layout = *self.layout.get_or_insert(format.layout);
            let target = match (settings.width, settings.height) {
                (0, _) | (_, 0) => size,
                (width, height) => Size { width, height },
            };
            let fits = size == target && format.layout == layout;
            memories.push(if fits { input } else { self.fit(&input, Format { layout, ..format }, target, settings)? });
            let begins = Source { serial: arrived.serial, next_frame: 0, size, rate: arrived.rate };
            let source = self.sources.entry(*id).or_insert(begins);
            if source.serial != arrived.serial {
                // A frame of the pad that had this number before was on its way when that went.
                *source = begins;
                self.time.forget(*id);
            }
            (source.size, source.rate) = (size, arrived.rate);
            describe(&mut metas, index, *id, arrived, source, target, settings);
            source.next_frame = source.next_frame.wrapping_add(1);
        }
        if latency::flags().any() {
            records(&mut metas, frames, name);
        }
        let shape = self.shape(&memories[0], settings)?;
        let memory = match (memories.pop(), memories.is_empty() && settings.batch_size <= 1) {
            (Some(only), true) => only,
            (last, _) => {
                memories.extend(last);
                memory::batch_of(&memories, settings.batch_size)?
            }
        };
        Ok((self.buffer(memory, metas, frames), shape))
    }

    fn metas(&mut self, frames: u32) -> &BatchPool {
        if self.metas.as_ref().is_some_and(|(size, _)| *size != frames) {
            self.metas = None;
        }
        &self.metas.get_or_insert_with(|| (frames, BatchPool::new(frames))).1
    }

    /// A copy of `input` with the format and size asked for.
    fn fit(
        &self,
        input: &gst::Memory,
        format: Format,
        size: Size,
        settings: &Settings,
    ) -> Result<gst::Memory, SurfaceError> {
        let mut holder = gst::Buffer::new();
        // A buffer made here is writable.
        let inner = holder.make_mut();
        inner.append_memory(self.pools.acquire(format, size)?);
        let source = Surfaces::of(input)?.view(0)?;
        let filter = settings.interpolation_method.filter();
        let region = if settings.enable_padding { Region::letterbox(source.size, size) } else { Region::whole(size) };
        {
            let mut surfaces = SurfacesMut::map(inner)?;
            let mut view = surfaces.view_mut(0)?;
            transform::convert(&source, Region::whole(source.size), &mut view, region, filter)?;
            transform::fill_outside(&mut view, region)?;
        }
        holder.memory(0).ok_or(SurfaceError::Empty)
    }

    /// The buffer around memory and metadata, shown when its latest frame is.
    fn buffer(&mut self, memory: gst::Memory, metas: OwnedBatch, frames: &[(u32, Arrived)]) -> gst::Buffer {
        let mut buffer = gst::Buffer::new();
        let inner = buffer.make_mut();
        inner.append_memory(memory);
        let shown = frames.iter().map(|(id, frame)| (self.time.shifted(*id, frame.running_time), frame));
        if let Some((time, latest)) = shown.max_by_key(|(time, _)| *time) {
            inner.set_pts(self.time.of_batch(time));
            inner.set_duration(latest.buffer.duration());
        }
        meta::attach(inner, metas);
        buffer
    }

    /// The caps of a batch: those of its source with the smallest number, so that they stay the same while it plays.
    fn shape(&self, first: &gst::Memory, settings: &Settings) -> Result<Shape, SurfaceError> {
        let (format, size) = Surfaces::of(first)?.shape(0)?;
        let lead = self.sources.values().next();
        let own = settings.width == 0 || settings.height == 0;
        Ok(Shape {
            format,
            size: lead.filter(|_| own).map_or(size, |source| source.size),
            rate: lead.map_or(gst::Fraction::new(0, 1), |source| source.rate),
            batch_size: settings.batch_size,
        })
    }
}

/// The metadata of one frame. One that was in a batch before keeps what it had; else its own metas come along.
fn describe(
    metas: &mut OwnedBatch,
    index: usize,
    id: u32,
    arrived: &Arrived,
    source: &Source,
    target: Size,
    settings: &Settings,
) {
    if let Some(before) = Batch::of(&arrived.buffer).and_then(|batch| batch.frames().next()) {
        metas.copy_frame(before).set_batch_id(index as u32);
        return;
    }
    let frame = metas.add_frame();
    frame.set_source_id(id);
    frame.set_pad_index(id);
    frame.set_batch_id(index as u32);
    frame.set_frame_num(source.next_frame);
    frame.set_num_surfaces(1);
    frame.set_buf_pts(arrived.buffer.pts().map_or(u64::MAX, gst::ClockTime::nseconds));
    frame.set_ntp_timestamp(ntp_timestamp(arrived, settings.attach_sys_ts));
    frame.set_source_size(source.size);
    frame.set_pipeline_size(target);
    meta::carry(&arrived.buffer, frame);
}

/// When each frame came, for whoever measures latencies.
fn records(metas: &mut OwnedBatch, frames: &[(u32, Arrived)], name: &str) {
    let component = format!("nvstreammux-{name}");
    let numbers: Vec<i32> = metas.frames().map(Frame::frame_num).collect();
    for ((id, arrived), number) in frames.iter().zip(numbers) {
        metas.add_latency(latency::Record {
            component: &component,
            came_in: arrived.wall_clock as f64 / 1e6,
            went_out: latency::now_ms(),
            source_id: *id,
            frame_num: number as u32,
            pad_index: *id,
        });
    }
}

/// The frame's time of day: this machine's, or the sender's where it is known (`GstReferenceTimestampMeta`).
fn ntp_timestamp(arrived: &Arrived, system: bool) -> u64 {
    match system {
        true => arrived.wall_clock,
        false => ntp::timestamp(&arrived.buffer).unwrap_or(0),
    }
}
