//! Pixel formats of surfaces, and what `NvBufSurfaceColorFormat` says about their colours.

use super::values::*;
use crate::base::geometry::Size;

/// Where the samples of a pixel lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layout {
    /// 8 bit red, green, blue, alpha in one plane.
    Rgba,
    /// 8 bit red, green, blue in one plane.
    Rgb,
    /// 8 bit blue, green, red, padding in one plane.
    Bgrx,
    /// Luma, then chroma pairs (Cb, Cr) at half size.
    Nv12,
    /// Luma, then Cb, then Cr at half size.
    I420,
    /// Luma alone.
    Gray8,
}

/// Which luma and chroma weights a YCbCr picture was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Matrix {
    /// ITU-R BT.601.
    #[default]
    Bt601,
    /// ITU-R BT.709.
    Bt709,
}

/// A layout with its colour meaning: everything an `NvBufSurfaceColorFormat` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Format {
    /// Where the samples lie.
    pub layout: Layout,
    /// The colour matrix; meaningless for RGB layouts.
    pub matrix: Matrix,
    /// Whether luma uses 0..255 (the "ER" formats) rather than 16..235.
    pub full_range: bool,
}

impl Layout {
    /// How many planes there are: 1, 2 or 3.
    pub const fn planes(self) -> usize {
        match self {
            Layout::Rgba | Layout::Rgb | Layout::Bgrx | Layout::Gray8 => 1,
            Layout::Nv12 => 2,
            Layout::I420 => 3,
        }
    }

    /// Bytes of one sample position of `plane` (an NV12 chroma pair counts as one position).
    pub const fn bytes_per_pixel(self, plane: usize) -> usize {
        match (self, plane) {
            (Layout::Rgba | Layout::Bgrx, _) => 4,
            (Layout::Rgb, _) => 3,
            (Layout::Nv12, 1) => 2,
            _ => 1,
        }
    }

    /// Sample positions of `plane` for a picture of `size`; chroma of odd sizes is rounded up.
    pub const fn plane_size(self, plane: usize, size: Size) -> Size {
        match (self, plane) {
            (Layout::Nv12 | Layout::I420, 1..) => {
                Size { width: size.width.div_ceil(2), height: size.height.div_ceil(2) }
            }
            _ => size,
        }
    }
}

impl Format {
    /// A format with BT.601 limited-range colours, as DeepStream's plain names mean.
    pub const fn plain(layout: Layout) -> Self {
        Self { layout, matrix: Matrix::Bt601, full_range: false }
    }

    /// The `NvBufSurfaceColorFormat` of this format.
    pub const fn color_format(self) -> u32 {
        match (self.layout, self.matrix, self.full_range) {
            (Layout::Rgba, ..) => NVBUF_COLOR_FORMAT_RGBA,
            (Layout::Rgb, ..) => NVBUF_COLOR_FORMAT_RGB,
            (Layout::Bgrx, ..) => NVBUF_COLOR_FORMAT_BGRx,
            (Layout::Gray8, _, false) => NVBUF_COLOR_FORMAT_GRAY8,
            (Layout::Gray8, _, true) => NVBUF_COLOR_FORMAT_GRAY8_ER,
            (Layout::Nv12, Matrix::Bt601, false) => NVBUF_COLOR_FORMAT_NV12,
            (Layout::Nv12, Matrix::Bt601, true) => NVBUF_COLOR_FORMAT_NV12_ER,
            (Layout::Nv12, Matrix::Bt709, false) => NVBUF_COLOR_FORMAT_NV12_709,
            (Layout::Nv12, Matrix::Bt709, true) => NVBUF_COLOR_FORMAT_NV12_709_ER,
            (Layout::I420, Matrix::Bt601, false) => NVBUF_COLOR_FORMAT_YUV420,
            (Layout::I420, Matrix::Bt601, true) => NVBUF_COLOR_FORMAT_YUV420_ER,
            (Layout::I420, Matrix::Bt709, false) => NVBUF_COLOR_FORMAT_YUV420_709,
            (Layout::I420, Matrix::Bt709, true) => NVBUF_COLOR_FORMAT_YUV420_709_ER,
        }
    }

    /// The format of an `NvBufSurfaceColorFormat`, or `None` where host surfaces do not know it.
    #[allow(non_upper_case_globals)] // the constants are named as in C
    pub const fn from_color_format(value: u32) -> Option<Self> {
        let (layout, matrix, full_range) = match value {
            NVBUF_COLOR_FORMAT_RGBA => (Layout::Rgba, Matrix::Bt601, false),
            NVBUF_COLOR_FORMAT_RGB => (Layout::Rgb, Matrix::Bt601, false),
            NVBUF_COLOR_FORMAT_BGRx => (Layout::Bgrx, Matrix::Bt601, false),
            NVBUF_COLOR_FORMAT_GRAY8 => (Layout::Gray8, Matrix::Bt601, false),
            NVBUF_COLOR_FORMAT_GRAY8_ER => (Layout::Gray8, Matrix::Bt601, true),
            NVBUF_COLOR_FORMAT_NV12 => (Layout::Nv12, Matrix::Bt601, false),
            NVBUF_COLOR_FORMAT_NV12_ER => (Layout::Nv12, Matrix::Bt601, true),
            NVBUF_COLOR_FORMAT_NV12_709 => (Layout::Nv12, Matrix::Bt709, false),
            NVBUF_COLOR_FORMAT_NV12_709_ER => (Layout::Nv12, Matrix::Bt709, true),
            NVBUF_COLOR_FORMAT_YUV420 => (Layout::I420, Matrix::Bt601, false),
            NVBUF_COLOR_FORMAT_YUV420_ER => (Layout::I420, Matrix::Bt601, true),
            NVBUF_COLOR_FORMAT_YUV420_709 => (Layout::I420, Matrix::Bt709, false),
            NVBUF_COLOR_FORMAT_YUV420_709_ER => (Layout::I420, Matrix::Bt709, true),
            _ => return None,
        };
        Some(Self { layout, matrix, full_range })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_color_format_comes_back() {
        let known: Vec<u32> = (0..200).filter(|v| Format::from_color_format(*v).is_some()).collect();
        assert_eq!(known.len(), 13);
        for value in known {
            assert_eq!(Format::from_color_format(value).map(Format::color_format), Some(value));
        }
    }

    #[test]
    fn chroma_of_odd_sizes_is_rounded_up() {
        let size = Size { width: 641, height: 359 };
        assert_eq!(Layout::I420.plane_size(1, size), Size { width: 321, height: 180 });
        assert_eq!(Layout::Nv12.plane_size(0, size), size);
        assert_eq!(Layout::Nv12.bytes_per_pixel(1), 2);
    }
}
