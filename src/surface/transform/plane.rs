//! Planes of views as images of the resize library, with whatever row distance they have.

use crate::surface::view::{View, ViewMut};
use fast_image_resize::{ImageView, ImageViewMut, PixelTrait};
use std::marker::PhantomData;

/// A plane to read, as pixels of type `P`.
pub(super) struct PlaneImage<'a, P> {
    bytes: &'a [u8],
    pitch: usize,
    width: u32,
    height: u32,
    pixel: PhantomData<P>,
}

/// A plane to write, as pixels of type `P`.
pub(super) struct PlaneImageMut<'a, P> {
    bytes: &'a mut [u8],
    pitch: usize,
    width: u32,
    height: u32,
    pixel: PhantomData<P>,
}

impl<'a, P> PlaneImage<'a, P> {
    /// Plane `plane` of `view`; `P` must be as wide as its pixels.
    pub fn new(view: &View<'a>, plane: usize) -> Self {
        let size = view.format.layout.plane_size(plane, view.size);
        debug_assert_eq!(size_of::<P>(), view.format.layout.bytes_per_pixel(plane));
        let (bytes, pitch) = (view.plane(plane), view.pitch(plane));
        Self { bytes, pitch, width: size.width, height: size.height, pixel: PhantomData }
    }
}

impl<'a, P> PlaneImageMut<'a, P> {
    /// Plane `plane` of `view`; `P` must be as wide as its pixels.
    pub fn new(view: &'a mut ViewMut<'_>, plane: usize) -> Self {
        let size = view.format.layout.plane_size(plane, view.size);
        debug_assert_eq!(size_of::<P>(), view.format.layout.bytes_per_pixel(plane));
        let pitch = view.pitch(plane);
        Self { bytes: view.plane_mut(plane), pitch, width: size.width, height: size.height, pixel: PhantomData }
    }
}

/// The first `width` pixels of each of `height` rows, from row `start` on.
fn rows<P: PixelTrait>(
    bytes: &[u8],
    pitch: usize,
    (width, height): (u32, u32),
    start: u32,
) -> impl Iterator<Item = &[P]> {
    bytes.chunks(pitch.max(1)).take(height as usize).skip(start as usize).map(move |row| {
        // SAFETY: pixels of 8-bit samples are arrays of bytes, for which any value is valid.
        let (_, pixels, _) = unsafe { row.align_to::<P>() };
        &pixels[..width as usize]
    })
}

// SAFETY: `rows` cuts every row to exactly `width` pixels (and panics where it is shorter).
unsafe impl<P: PixelTrait> ImageView for PlaneImage<'_, P> {
    type Pixel = P;

    fn width(&self) -> u32 {
        self.width
    }

    fn height(&self) -> u32 {
        self.height
    }

    fn iter_rows(&self, start_row: u32) -> impl Iterator<Item = &[P]> {
        rows(self.bytes, self.pitch, (self.width, self.height), start_row)
    }
}

// SAFETY: as above.
unsafe impl<P: PixelTrait> ImageView for PlaneImageMut<'_, P> {
    type Pixel = P;

    fn width(&self) -> u32 {
        self.width
    }

    fn height(&self) -> u32 {
        self.height
    }

    fn iter_rows(&self, start_row: u32) -> impl Iterator<Item = &[P]> {
        rows(self.bytes, self.pitch, (self.width, self.height), start_row)
    }
}

// SAFETY: rows are cut to exactly `width` pixels (and it panics where one is shorter).
unsafe impl<P: PixelTrait> ImageViewMut for PlaneImageMut<'_, P> {
    fn iter_rows_mut(&mut self, start_row: u32) -> impl Iterator<Item = &mut [P]> {
        let (width, height) = (self.width as usize, self.height as usize);
        self.bytes.chunks_mut(self.pitch.max(1)).take(height).skip(start_row as usize).map(move |row| {
            // SAFETY: pixels of 8-bit samples are arrays of bytes, for which any value is valid.
            let (_, pixels, _) = unsafe { row.align_to_mut::<P>() };
            &mut pixels[..width]
        })
    }
}
