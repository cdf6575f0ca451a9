//! Pixels of one surface, borrowed: what transforms, preprocessing and drawing work on. Knows no GStreamer.

use super::format::{Format, Layout};
use crate::base::geometry::Size;

/// Pixels to read. Planes beyond `format.layout.planes()` are empty.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Layout and colours.
    pub format: Format,
    /// Size of the picture in pixels.
    pub size: Size,
    planes: [&'a [u8]; 3],
    pitches: [usize; 3],
}

/// Pixels to read and write.
pub struct ViewMut<'a> {
    /// Layout and colours.
    pub format: Format,
    /// Size of the picture in pixels.
    pub size: Size,
    planes: [&'a mut [u8]; 3],
    pitches: [usize; 3],
}

/// Why memory cannot be looked at as a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// A plane is shorter than its rows need.
    #[error("plane {plane} of a {width}x{height} {layout:?} picture needs {needed} bytes, {found} are there")]
    Short {
        /// The plane, from 0.
        plane: usize,
        /// Picture width in pixels.
        width: u32,
        /// Picture height in pixels.
        height: u32,
        /// Layout of the picture.
        layout: Layout,
        /// Bytes the plane needs.
        needed: usize,
        /// Bytes that were given.
        found: usize,
    },
    /// Rows overlap.
    #[error("plane {plane}: a pitch of {pitch} bytes is less than a row of {row}")]
    Pitch {
        /// The plane, from 0.
        plane: usize,
        /// Bytes from row to row.
        pitch: usize,
        /// Bytes of a row.
        row: usize,
    },
}

/// Checks that every plane holds its rows.
fn check(format: Format, size: Size, lengths: [usize; 3], pitches: [usize; 3]) -> Result<(), ViewError> {
    for plane in 0..format.layout.planes() {
        let samples = format.layout.plane_size(plane, size);
        let row = samples.width as usize * format.layout.bytes_per_pixel(plane);
        if pitches[plane] < row {
            return Err(ViewError::Pitch { plane, pitch: pitches[plane], row });
        }
        let needed = (samples.height as usize).saturating_sub(1) * pitches[plane] + row;
        if lengths[plane] < needed {
            let Size { width, height } = size;
            let (layout, found) = (format.layout, lengths[plane]);
            return Err(ViewError::Short { plane, width, height, layout, needed, found });
        }
    }
    Ok(())
}

impl<'a> View<'a> {
    /// A view of `planes` whose rows are `pitches` bytes apart.
    pub fn new(format: Format, size: Size, planes: [&'a [u8]; 3], pitches: [usize; 3]) -> Result<Self, ViewError> {
        check(format, size, planes.map(<[u8]>::len), pitches)?;
        Ok(Self { format, size, planes, pitches })
    }

    /// All bytes of a plane.
    pub fn plane(&self, plane: usize) -> &'a [u8] {
        self.planes[plane]
    }

    /// Bytes from one row of a plane to the next.
    pub fn pitch(&self, plane: usize) -> usize {
        self.pitches[plane]
    }

    /// The bytes of one row of a plane, without padding.
    pub fn row(&self, plane: usize, y: usize) -> &'a [u8] {
        let width = self.format.layout.plane_size(plane, self.size).width as usize;
        let start = y * self.pitches[plane];
        &self.planes[plane][start..start + width * self.format.layout.bytes_per_pixel(plane)]
    }
}

impl<'a> ViewMut<'a> {
    /// A writable view of `planes` whose rows are `pitches` bytes apart.
    pub fn new(format: Format, size: Size, planes: [&'a mut [u8]; 3], pitches: [usize; 3]) -> Result<Self, ViewError> {
        check(format, size, [planes[0].len(), planes[1].len(), planes[2].len()], pitches)?;
        Ok(Self { format, size, planes, pitches })
    }

    /// The same pixels to read only.
    pub fn as_view(&self) -> View<'_> {
        let planes = [&*self.planes[0], &*self.planes[1], &*self.planes[2]];
        View { format: self.format, size: self.size, planes, pitches: self.pitches }
    }

    /// Copies the pixels of a view of the same format and size.
    pub fn copy_from(&mut self, from: &View<'_>) {
        for plane in 0..self.format.layout.planes() {
            for y in 0..self.format.layout.plane_size(plane, self.size).height as usize {
                self.row_mut(plane, y).copy_from_slice(from.row(plane, y));
            }
        }
    }

    /// All bytes of a plane.
    pub fn plane_mut(&mut self, plane: usize) -> &mut [u8] {
        self.planes[plane]
    }

    /// All planes at once, for code that writes luma and chroma together.
    pub fn planes_mut(&mut self) -> [&mut [u8]; 3] {
        let [a, b, c] = &mut self.planes;
        [a, b, c]
    }

    /// Bytes from one row of a plane to the next.
    pub fn pitch(&self, plane: usize) -> usize {
        self.pitches[plane]
    }

    /// The bytes of one row of a plane, without padding.
    pub fn row_mut(&mut self, plane: usize, y: usize) -> &mut [u8] {
        let width = self.format.layout.plane_size(plane, self.size).width as usize;
        let start = y * self.pitches[plane];
        &mut self.planes[plane][start..start + width * self.format.layout.bytes_per_pixel(plane)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_plane_is_refused_and_rows_are_cut_to_width() {
        let format = Format::plain(Layout::I420);
        let size = Size { width: 3, height: 3 };
        let (luma, chroma) = ([1u8; 4 * 2 + 3], [2u8; 4]);
        assert!(View::new(format, size, [&luma[..10], &chroma, &chroma], [4, 2, 2]).is_err());
        assert!(View::new(format, size, [&luma, &chroma, &chroma], [2, 2, 2]).is_err());
        let view = View::new(format, size, [&luma, &chroma, &chroma], [4, 2, 2]).unwrap();
        assert_eq!(view.row(0, 2), [1, 1, 1]);
        assert_eq!(view.row(2, 1), [2, 2]);
    }
}
