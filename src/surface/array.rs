//! Pixels as `ndarray` views: the bytes of the surface itself, borrowed for as long as the view.
//!
//! A picture in one plane (RGBA, RGB, BGRx, GRAY8) is rows x columns x channels; planes of NV12 and I420 are rows x bytes,
//! where the chroma plane of NV12 has Cb and Cr side by side.

use super::error::SurfaceError;
use super::format::Format;
use super::view::{View, ViewMut};
use crate::base::geometry::Size;
use ndarray::{ArrayView2, ArrayView3, ArrayViewMut2, ArrayViewMut3, ShapeBuilder};

/// Rows, columns and channels of a picture in one plane, with the bytes from one to the next of each.
fn shape_of(format: Format, size: Size, pitch: usize) -> Result<([usize; 3], [usize; 3]), SurfaceError> {
    if format.layout.planes() > 1 {
        return Err(SurfaceError::Planar(format.layout));
    }
    let channels = format.layout.bytes_per_pixel(0);
    Ok(([size.height as usize, size.width as usize, channels], [pitch, channels, 1]))
}

/// Rows and bytes of a plane, with the bytes from one to the next of each.
fn plane_of(format: Format, size: Size, plane: usize, pitch: usize) -> Result<([usize; 2], [usize; 2]), SurfaceError> {
    let planes = format.layout.planes();
    if plane >= planes {
        return Err(SurfaceError::Plane { plane, planes });
    }
    let samples = format.layout.plane_size(plane, size);
    let row = samples.width as usize * format.layout.bytes_per_pixel(plane);
    Ok(([samples.height as usize, row], [pitch, 1]))
}

impl<'a> View<'a> {
    /// Rows, columns and channels of a picture in one plane, as [`Self::array`] has them.
    ///
    /// # Errors
    /// [`SurfaceError::Planar`] for NV12 and I420.
    pub fn shape(&self) -> Result<[usize; 3], SurfaceError> {
        Ok(shape_of(self.format, self.size, 0)?.0)
    }

    /// Bytes from one row, column and channel to the next.
    ///
    /// # Errors
    /// As [`Self::shape`].
    pub fn strides(&self) -> Result<[usize; 3], SurfaceError> {
        Ok(shape_of(self.format, self.size, self.pitch(0))?.1)
    }

    /// The picture as rows x columns x channels, without a copy.
    ///
    /// # Errors
    /// As [`Self::shape`].
    pub fn array(&self) -> Result<ArrayView3<'a, u8>, SurfaceError> {
        let (shape, strides) = shape_of(self.format, self.size, self.pitch(0))?;
        Ok(ArrayView3::from_shape(shape.strides(strides), self.plane(0))?)
    }

    /// One plane as rows x bytes, without a copy: luma is plane 0 of NV12 and I420.
    ///
    /// # Errors
    /// [`SurfaceError::Plane`] where there are fewer planes.
    pub fn plane_array(&self, plane: usize) -> Result<ArrayView2<'a, u8>, SurfaceError> {
        let pitch = if plane < self.format.layout.planes() { self.pitch(plane) } else { 0 };
        let (shape, strides) = plane_of(self.format, self.size, plane, pitch)?;
        Ok(ArrayView2::from_shape(shape.strides(strides), self.plane(plane))?)
    }
}

impl ViewMut<'_> {
    /// As [`View::array`], to write.
    ///
    /// # Errors
    /// As [`View::shape`].
    pub fn array_mut(&mut self) -> Result<ArrayViewMut3<'_, u8>, SurfaceError> {
        let (shape, strides) = shape_of(self.format, self.size, self.pitch(0))?;
        Ok(ArrayViewMut3::from_shape(shape.strides(strides), self.plane_mut(0))?)
    }

    /// As [`View::plane_array`], to write.
    ///
    /// # Errors
    /// [`SurfaceError::Plane`] where there are fewer planes.
    pub fn plane_array_mut(&mut self, plane: usize) -> Result<ArrayViewMut2<'_, u8>, SurfaceError> {
        let pitch = if plane < self.format.layout.planes() { self.pitch(plane) } else { 0 };
        let (shape, strides) = plane_of(self.format, self.size, plane, pitch)?;
        Ok(ArrayViewMut2::from_shape(shape.strides(strides), self.plane_mut(plane))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::format::Layout;

    const SIZE: Size = Size { width: 3, height: 2 };

    #[test]
    fn a_picture_with_padded_rows_is_an_array_over_its_own_bytes() {
        let mut bytes: Vec<u8> = (0..16 + 12).collect();
        let start = bytes.as_ptr();
        let format = Format::plain(Layout::Rgba);
        let view = View::new(format, SIZE, [&bytes, &[], &[]], [16, 0, 0]).unwrap();
        assert_eq!((view.shape().unwrap(), view.strides().unwrap()), ([2, 3, 4], [16, 4, 1]));
        let array = view.array().unwrap();
        assert_eq!((array.dim(), array[[1, 2, 3]], array[[0, 1, 0]]), ((2, 3, 4), 27, 4));
        assert_eq!(array.as_ptr(), start);
        let mut view = ViewMut::new(format, SIZE, [&mut bytes, &mut [], &mut []], [16, 0, 0]).unwrap();
        view.array_mut().unwrap()[[1, 0, 2]] = 99;
        assert_eq!(bytes[18], 99);
    }

    #[test]
    fn planes_are_rows_and_bytes() {
        let (luma, chroma) = ([7; 8 + 3], [1, 2, 3, 4]);
        let view = View::new(Format::plain(Layout::Nv12), SIZE, [&luma, &chroma, &[]], [8, 4, 0]).unwrap();
        assert_eq!(view.plane_array(0).unwrap().dim(), (2, 3));
        assert_eq!(view.plane_array(1).unwrap(), ndarray::arr2(&[[1, 2, 3, 4]]));
        assert_eq!(view.plane_array(2).unwrap_err(), SurfaceError::Plane { plane: 2, planes: 2 });
        assert_eq!(view.array().unwrap_err(), SurfaceError::Planar(Layout::Nv12));
    }
}
