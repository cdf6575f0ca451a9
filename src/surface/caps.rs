//! Caps of surfaces: the `memory:NVMM` feature, and which `GstVideoInfo` is which [`Format`].

use super::error::SurfaceError;
use super::format::{Format, Layout, Matrix};
use crate::base::geometry::Size;
use gst_video::{VideoColorMatrix, VideoColorRange, VideoColorimetry, VideoFormat, VideoInfo};

/// The caps feature of surfaces.
pub const NVMM: &str = "memory:NVMM";

/// Every format a host surface can have, the preferred one first.
pub const FORMATS: [VideoFormat; 6] =
    [VideoFormat::Nv12, VideoFormat::Rgba, VideoFormat::I420, VideoFormat::Rgb, VideoFormat::Bgrx, VideoFormat::Gray8];

/// Raw video of `formats` in system memory, any size and rate.
pub fn system(formats: &[VideoFormat]) -> gst::Caps {
    gst_video::VideoCapsBuilder::new().format_list(formats.iter().copied()).build()
}

/// Raw video of `formats` on surfaces, any size and rate.
pub fn nvmm(formats: &[VideoFormat]) -> gst::Caps {
    gst_video::VideoCapsBuilder::new().features([NVMM]).format_list(formats.iter().copied()).build()
}

/// Whether the first structure of `caps` has the NVMM feature.
pub fn is_nvmm(caps: &gst::CapsRef) -> bool {
    caps.features(0).is_some_and(|features| features.contains(NVMM))
}

/// The same caps on surfaces.
pub fn to_nvmm(mut caps: gst::Caps) -> gst::Caps {
    caps.make_mut().set_features_simple(Some(gst::CapsFeatures::new([NVMM])));
    caps
}

/// The same caps in system memory.
pub fn to_system(mut caps: gst::Caps) -> gst::Caps {
    caps.make_mut().set_features_simple(None);
    caps
}

/// The layout of a GStreamer format.
pub fn layout(format: VideoFormat) -> Result<Layout, SurfaceError> {
    Ok(match format {
        VideoFormat::Rgba => Layout::Rgba,
        VideoFormat::Rgb => Layout::Rgb,
        VideoFormat::Bgrx => Layout::Bgrx,
        VideoFormat::Nv12 => Layout::Nv12,
        VideoFormat::I420 => Layout::I420,
        VideoFormat::Gray8 => Layout::Gray8,
        other => return Err(SurfaceError::VideoFormat(other.to_str().to_string())),
    })
}

/// The GStreamer format of a layout.
pub const fn video_format(layout: Layout) -> VideoFormat {
    match layout {
        Layout::Rgba => VideoFormat::Rgba,
        Layout::Rgb => VideoFormat::Rgb,
        Layout::Bgrx => VideoFormat::Bgrx,
        Layout::Nv12 => VideoFormat::Nv12,
        Layout::I420 => VideoFormat::I420,
        Layout::Gray8 => VideoFormat::Gray8,
    }
}

/// The format of a picture with this description. Matrices other than BT.601 and BT.709 become the nearer of the two;
/// RGB has no matrix and counts as [`Format::plain`].
pub fn format(info: &VideoInfo) -> Result<Format, SurfaceError> {
    let layout = layout(info.format())?;
    if info.is_rgb() {
        return Ok(Format::plain(layout));
    }
    let colours = info.colorimetry();
    let matrix = match colours.matrix() {
        VideoColorMatrix::Bt709 | VideoColorMatrix::Smpte240m | VideoColorMatrix::Bt2020 => Matrix::Bt709,
        _ => Matrix::Bt601,
    };
    let full_range = colours.range() == VideoColorRange::Range0_255;
    // `NvBufSurfaceColorFormat` has no matrix for grey.
    let matrix = if layout == Layout::Gray8 { Matrix::Bt601 } else { matrix };
    Ok(Format { layout, matrix, full_range })
}

/// The size a description gives.
pub fn size(info: &VideoInfo) -> Size {
    Size { width: info.width(), height: info.height() }
}

/// A tightly packed description of a picture, with the colorimetry the format means.
pub fn video_info(format: Format, size: Size) -> Result<VideoInfo, SurfaceError> {
    let builder = VideoInfo::builder(video_format(format.layout), size.width, size.height);
    let colours = colorimetry(format);
    let builder = builder.colorimetry_if_some(colours.as_ref());
    builder.build().map_err(|_| SurfaceError::Allocate { size, count: 1 })
}

/// The colorimetry of a YCbCr or grey format; `None` for RGB, where GStreamer's default is right.
pub fn colorimetry(format: Format) -> Option<VideoColorimetry> {
    use gst_video::{VideoColorPrimaries as Primaries, VideoTransferFunction as Transfer};
    if matches!(format.layout, Layout::Rgba | Layout::Rgb | Layout::Bgrx) {
        return None;
    }
    let range = if format.full_range { VideoColorRange::Range0_255 } else { VideoColorRange::Range16_235 };
    let (matrix, transfer, primaries) = match format.matrix {
        Matrix::Bt601 => (VideoColorMatrix::Bt601, Transfer::Bt601, Primaries::Smpte170m),
        Matrix::Bt709 => (VideoColorMatrix::Bt709, Transfer::Bt709, Primaries::Bt709),
    };
    Some(VideoColorimetry::new(range, matrix, transfer, primaries))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_come_back_from_their_video_info() {
        gst::init().unwrap();
        let size = Size { width: 641, height: 359 };
        for value in (0..200).filter_map(Format::from_color_format) {
            let info = video_info(value, size).unwrap();
            assert_eq!(format(&info), Ok(value));
            let caps = to_nvmm(info.to_caps().unwrap());
            assert!(is_nvmm(&caps), "{caps}");
            assert_eq!(format(&VideoInfo::from_caps(&caps).unwrap()), Ok(value), "{caps}");
            assert!(!is_nvmm(&to_system(caps)));
        }
    }

    #[test]
    fn an_unknown_format_is_named() {
        gst::init().unwrap();
        let info = VideoInfo::builder(VideoFormat::Ayuv, 4, 4).build().unwrap();
        assert!(format(&info).unwrap_err().to_string().contains("AYUV"));
    }
}
