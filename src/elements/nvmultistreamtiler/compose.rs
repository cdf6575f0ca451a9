//! From a batch to one picture with all its metadata. Knows no element.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::Layout;
use super::settings::Settings;
use crate::base::geometry::Size;
use crate::base::tiles::{Grid, Placement, Tile};
use crate::meta::{self, Batch, BatchPool, Frame, OwnedBatch};
use crate::surface::format::Format;
use crate::surface::transform::{self, Filter, Region, crop_mut, fill_black, fill_outside};
use crate::surface::view::{View, ViewMut};
use crate::surface::{PoolCache, SurfaceError, Surfaces, SurfacesMut};

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum TileError {
    /// The buffer carries no batch.
    #[error("the buffer has no batch metadata: put nvstreammux before nvmultistreamtiler")]
    NoBatch,
    /// A picture cannot be read or made.
    #[error("a frame cannot be shown: {0}")]
    Surface(#[from] SurfaceError),
}

/// What is left of a source that has no frame in the batch.
struct Still {
    picture: gst::Memory,
    metas: OwnedBatch,
    /// Size of the frame, which its metadata means.
    size: Size,
}

/// Makes pictures, keeping the last one of every source.
pub struct Composer {
    pub layout: Layout,
    format: Format,
    pools: PoolCache,
    metas: BatchPool,
    /// The batch before: what a source looks like that has no frame in this one is looked up there.
    previous: Option<gst::Buffer>,
    stills: BTreeMap<u32, Still>,
}

impl Composer {
    /// Pictures of this format.
    pub fn new(format: Format) -> Self {
        Self {
            layout: Layout::default(),
            format,
            pools: PoolCache::default(),
            metas: BatchPool::new(1),
            previous: None,
            stills: BTreeMap::new(),
        }
    }

    /// Changes the format of the pictures.
    pub fn set_format(&mut self, format: Format) {
        self.format = format;
    }

    /// Forgets a source that has gone.
    pub fn forget(&mut self, id: u32, settings: &Settings) -> Result<(), TileError> {
        // The others may have no frame in the batch to come either.
        self.keep(&BTreeSet::new(), settings)?;
        self.layout.remove(id);
        self.stills.remove(&id);
        Ok(())
    }

    /// The picture of a batch, and the new grid if it had to grow.
    pub fn compose(
        &mut self,
        input: &gst::Buffer,
        settings: &Settings,
    ) -> Result<(gst::Buffer, Option<Grid>), TileError> {
        let batch = Batch::of(input).ok_or(TileError::NoBatch)?;
        let present: BTreeSet<u32> = batch.frames().map(Frame::pad_index).collect();
        let grown = present.iter().filter_map(|id| self.layout.add(*id, settings)).last();
        self.keep(&present, settings)?;
        self.stills.retain(|id, _| !present.contains(id));

        let surfaces = Surfaces::map(input)?;
        let canvas = settings.canvas();
        let mut metas = self.metas.acquire();
        let mut memory = self.pools.acquire(self.format, canvas)?;
        {
            let mut target = SurfacesMut::of(&mut memory)?;
            let mut target = target.view_mut(0)?;
            self.blacken(&mut target, &present, settings)?;
            let frames: BTreeMap<u32, &Frame> = batch.frames().map(|frame| (frame.pad_index(), frame)).collect();
            let all: BTreeSet<u32> = present.iter().chain(self.stills.keys()).copied().collect();
            // The last source first: metadata is put in front of what is there.
            for id in all.into_iter().rev() {
                let Some(tile) = self.layout.tile(id, settings, canvas) else { continue };
                let (size, frame) = match (frames.get(&id), self.stills.get(&id)) {
                    (Some(frame), _) => {
                        let view = surfaces.view(frame.batch_id() as usize)?;
                        (draw(&view, view.size, &mut target, tile, settings)?, *frame)
                    }
                    (None, Some(still)) => {
                        let picture = Surfaces::of(&still.picture)?.view(0)?;
                        let region = draw(&picture, still.size, &mut target, tile, settings)?;
                        let Some(frame) = still.metas.frames().next() else { continue };
                        (region, frame)
                    }
                    (None, None) => continue,
                };
                metas.place(frame, &size);
            }
        }
        let mut output = gst::Buffer::new();
        let inner = output.make_mut();
        inner.append_memory(memory);
        inner.set_pts(input.pts());
        inner.set_duration(input.duration());
        describe(&mut metas, batch, canvas);
        meta::attach(inner, metas);
        self.previous = Some(input.clone());
        Ok((output, grown))
    }

    /// Keeps what the batch before shows of sources that are not in `present`, at the size they are shown.
    fn keep(&mut self, present: &BTreeSet<u32>, settings: &Settings) -> Result<(), TileError> {
        let Some(previous) = self.previous.take() else { return Ok(()) };
        let Some(batch) = Batch::of(&previous) else { return Ok(()) };
        let surfaces = Surfaces::map(&previous)?;
        for frame in batch.frames().filter(|frame| !present.contains(&frame.pad_index())) {
            let view = surfaces.view(frame.batch_id() as usize)?;
            let shown = self.layout.tile(frame.pad_index(), settings, settings.canvas());
            let size = shown.map_or(view.size, |tile| region(view.size, tile, settings).size);
            let mut picture = self.pools.acquire(self.format, size)?;
            {
                let mut target = SurfacesMut::of(&mut picture)?;
                let mut target = target.view_mut(0)?;
                let filter = filter(settings, view.size, size);
                transform::convert(&view, Region::whole(view.size), &mut target, Region::whole(size), filter)?;
            }
            let mut metas = OwnedBatch::new(1);
            metas.copy_frame(frame);
            self.stills.insert(frame.pad_index(), Still { picture, metas, size: view.size });
        }
        Ok(())
    }

    /// Makes black what no source covers.
    fn blacken(
        &self,
        target: &mut ViewMut<'_>,
        present: &BTreeSet<u32>,
        settings: &Settings,
    ) -> Result<(), SurfaceError> {
        let canvas = settings.canvas();
        if self.layout.has_gaps(settings, canvas) {
            fill_black(target);
            return Ok(());
        }
        let shown: BTreeSet<u32> = present.iter().chain(self.stills.keys()).copied().collect();
        for tile in self.layout.empty(&shown, settings, canvas) {
            fill_black(&mut crop_mut(target, Region { left: tile.left, top: tile.top, size: tile.size })?);
        }
        Ok(())
    }
}

/// Draws a picture into its tile; what became of coordinates on a frame of `size`.
fn draw(
    picture: &View<'_>,
    size: Size,
    target: &mut ViewMut<'_>,
    tile: Tile,
    settings: &Settings,
) -> Result<Placement, SurfaceError> {
    let inside = region(size, tile, settings);
    let whole = Region { left: tile.left, top: tile.top, size: tile.size };
    {
        let mut frame = crop_mut(target, whole)?;
        fill_outside(&mut frame, inside)?;
        let filter = filter(settings, picture.size, inside.size);
        transform::convert(picture, Region::whole(picture.size), &mut frame, inside, filter)?;
    }
    let shown = Tile { left: tile.left + inside.left, top: tile.top + inside.top, size: inside.size };
    Ok(Placement::new(size, shown))
}

/// The part of a tile that a picture of `size` takes.
fn region(size: Size, tile: Tile, settings: &Settings) -> Region {
    match settings.enable_padding {
        true => Region::letterbox(size, tile.size),
        false => Region::whole(tile.size),
    }
}

/// How a picture is scaled to a size. Left to itself, one that shrinks to half or less is averaged: between four pixels
/// it would lose every second one and flicker.
fn filter(settings: &Settings, from: Size, to: Size) -> Filter {
    use crate::elements::enums::Interpolation;
    match settings.interpolation_method {
        Interpolation::Default if from.width >= 2 * to.width || from.height >= 2 * to.height => Filter::Area,
        method => method.filter(),
    }
}

/// What the one frame says of itself, and the batch's own user metadata.
fn describe(metas: &mut OwnedBatch, input: &Batch, canvas: Size) {
    if metas.num_frames() == 0 {
        metas.add_frame();
    }
    if let Some(frame) = metas.frames_mut().next() {
        frame.set_infer_done(input.frames().any(Frame::infer_done));
        frame.set_source_size(canvas);
        frame.set_pipeline_size(canvas);
    }
    metas.copy_users(input, |_| true);
}
