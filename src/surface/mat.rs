//! Pixels as `opencv::core::Mat`: a header over the bytes of the surface itself, bound to the lifetime of the view.

use super::error::SurfaceError;
use super::format::Format;
use super::view::{View, ViewMut};
use crate::base::geometry::Size;
use opencv::boxed_ref::{BoxedRef, BoxedRefMut};
use opencv::core::{CV_8UC1, CV_8UC2, CV_8UC3, CV_8UC4, Mat};
use std::ffi::c_void;

/// Rows, columns and type of the matrix of a plane.
fn shape_of(format: Format, size: Size, plane: usize) -> Result<(i32, i32, i32), SurfaceError> {
    let planes = format.layout.planes();
    if plane >= planes {
        return Err(SurfaceError::Plane { plane, planes });
    }
    let samples = format.layout.plane_size(plane, size);
    let side = |pixels: u32| i32::try_from(pixels).map_err(|_| SurfaceError::Allocate { size, count: 1 });
    let kind = match format.layout.bytes_per_pixel(plane) {
        2 => CV_8UC2,
        3 => CV_8UC3,
        4 => CV_8UC4,
        _ => CV_8UC1,
    };
    Ok((side(samples.height)?, side(samples.width)?, kind))
}

impl<'a> View<'a> {
    /// One plane as a matrix, without a copy: four channels for RGBA, one for luma, two for the chroma of NV12.
    ///
    /// It cannot outlive the pixels:
    /// ```compile_fail,E0597
    /// use ds_apps::surface::{format::{Format, Layout}, view::View};
    /// let size = ds_apps::base::geometry::Size { width: 2, height: 1 };
    /// let matrix = {
    ///     let bytes = vec![0; 2];
    ///     View::new(Format::plain(Layout::Gray8), size, [&bytes, &[], &[]], [2, 0, 0]).map(|view| view.mat(0))
    /// };
    /// drop(matrix);
    /// ```
    ///
    /// # Errors
    /// [`SurfaceError::Plane`] where there are fewer planes, and what OpenCV says.
    pub fn mat(&self, plane: usize) -> Result<BoxedRef<'a, Mat>, SurfaceError> {
        let (rows, columns, kind) = shape_of(self.format, self.size, plane)?;
        let data = self.plane(plane).as_ptr().cast::<c_void>().cast_mut();
        // SAFETY: a view's plane holds `rows` rows `pitch` apart (checked when it was made) for `'a`, which the result is
        // bound to; a `BoxedRef` offers nothing that writes.
        let matrix = unsafe { Mat::new_rows_cols_with_data_unsafe(rows, columns, kind, data, self.pitch(plane)) }?;
        Ok(BoxedRef::from(matrix))
    }
}

impl ViewMut<'_> {
    /// As [`View::mat`], to write.
    ///
    /// # Errors
    /// As [`View::mat`].
    pub fn mat_mut(&mut self, plane: usize) -> Result<BoxedRefMut<'_, Mat>, SurfaceError> {
        let (rows, columns, kind) = shape_of(self.format, self.size, plane)?;
        let pitch = self.pitch(plane);
        let data = self.plane_mut(plane).as_mut_ptr().cast::<c_void>();
        // SAFETY: as above, and `self` is borrowed mutably for as long as the result.
        let matrix = unsafe { Mat::new_rows_cols_with_data_unsafe(rows, columns, kind, data, pitch) }?;
        Ok(BoxedRefMut::from(matrix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::format::Layout;
    use opencv::core::{MatTraitConst, Rect, Scalar, Vec4b};
    use opencv::imgproc;

    #[test]
    fn opencv_draws_into_the_bytes_and_nowhere_else() {
        // Four columns of six bytes a pixel row: two pixels of padding follow each row.
        let size = Size { width: 4, height: 3 };
        let mut bytes = vec![9u8; 24 * 2 + 16];
        let start = bytes.as_ptr();
        let format = Format::plain(Layout::Rgba);
        let mut view = ViewMut::new(format, size, [&mut bytes, &mut [], &mut []], [24, 0, 0]).unwrap();
        let mut matrix = view.mat_mut(0).unwrap();
        let (colour, filled) = (Scalar::new(1.0, 2.0, 3.0, 4.0), imgproc::FILLED);
        imgproc::rectangle(&mut matrix, Rect::new(2, 1, 50, 50), colour, filled, imgproc::LINE_8, 0).unwrap();
        drop(matrix);
        let matrix = view.as_view().mat(0).unwrap();
        assert_eq!(matrix.at_2d::<Vec4b>(2, 3).unwrap().0, [1, 2, 3, 4]);
        assert_eq!(matrix.at_2d::<Vec4b>(0, 3).unwrap().0, [9; 4]);
        assert_eq!(matrix.data(), start);
        assert_eq!(bytes[24 + 8..24 + 16], [1, 2, 3, 4, 1, 2, 3, 4]);
        assert_eq!(bytes[24 + 16..24 + 24], [9; 8], "padding");
    }

    #[test]
    fn chroma_pairs_are_two_channels() {
        let (luma, chroma) = ([0; 6], [1, 2, 3, 4]);
        let size = Size { width: 3, height: 2 };
        let view = View::new(Format::plain(Layout::Nv12), size, [&luma, &chroma, &[]], [3, 4, 0]).unwrap();
        let matrix = view.mat(1).unwrap();
        assert_eq!((matrix.rows(), matrix.cols(), matrix.channels()), (1, 2, 2));
        assert_eq!(view.mat(2).unwrap_err(), SurfaceError::Plane { plane: 2, planes: 2 });
    }
}
