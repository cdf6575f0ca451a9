//! Colour and layout conversion between pictures of the same size.

use super::region::{Region, crop, crop_mut};
use super::{Scratch, is_rgb};
use crate::base::geometry::Size;
use crate::surface::error::SurfaceError;
use crate::surface::format::{Format, Layout, Matrix};
use crate::surface::view::{View, ViewMut};
use yuv::{
    BufferStoreMut::Borrowed, YuvBiPlanarImage, YuvBiPlanarImageMut, YuvConversionMode, YuvError, YuvGrayImage,
    YuvGrayImageMut, YuvPlanarImage, YuvPlanarImageMut, YuvRange, YuvStandardMatrix,
};

/// Chroma is neither averaged nor sharpened beyond this; within one step of exact arithmetic.
const MODE: YuvConversionMode = YuvConversionMode::Balanced;

/// Whether the conversion needs an RGB picture in between: YCbCr to YCbCr of another matrix.
pub(super) fn needs_rgb_between(from: Format, to: Format) -> bool {
    let has_chroma = |format: Format| matches!(format.layout, Layout::Nv12 | Layout::I420);
    has_chroma(from) && has_chroma(to) && from.matrix != to.matrix
}

/// Converts all of `source` into all of `target`, which has the same size.
pub(super) fn convert(source: &View<'_>, target: &mut ViewMut<'_>) -> Result<(), SurfaceError> {
    let (from, to) = (source.format, target.format);
    let same_colours = from == to || (is_rgb(from.layout) && from.layout == to.layout);
    let result = match (is_rgb(from.layout), is_rgb(to.layout)) {
        _ if same_colours => {
            target.copy_from(source);
            Ok(())
        }
        (true, true) => in_full_rows(source, target, shuffle)?,
        (true, false) => in_full_rows(source, target, encode)?,
        (false, true) => in_full_rows(source, target, decode)?,
        (false, false) => {
            replane(source, target);
            Ok(())
        }
    };
    result.map_err(|error| SurfaceError::Convert { from, to, reason: error.to_string() })
}

type Conversion = fn(&View<'_>, &mut ViewMut<'_>) -> Result<(), YuvError>;

/// The `yuv` crate reads planes in chunks of a whole pitch and takes the last chunk for the last row: planes must end
/// just where their last row's padding does. Views end at their last pixel, or later when they are crops. So all but the
/// last one or two rows are converted in place, and these in memory of their own.
fn in_full_rows(
    source: &View<'_>,
    target: &mut ViewMut<'_>,
    run: Conversion,
) -> Result<Result<(), YuvError>, SurfaceError> {
    let Size { width, height } = source.size;
    // An even number of rows first, so that no chroma row is split.
    let body = (height - 1) & !1;
    if body > 0 {
        let result = run(&full_rows(source, body)?, &mut full_rows_mut(target, body)?);
        if result.is_err() {
            return Ok(result);
        }
    }
    let tail = Region { left: 0, top: body, size: Size { width, height: height - body } };
    let (mut first, mut second) = (Scratch::default(), Scratch::default());
    let mut from = first.picture(source.format, tail.size)?;
    from.copy_from(&crop(source, tail)?);
    let mut to = second.picture(target.format, tail.size)?;
    let result = run(&from.as_view(), &mut to);
    crop_mut(target, tail)?.copy_from(&to.as_view());
    Ok(result)
}

/// The first `rows` rows, an even number less than all, with their padding and not a byte more.
fn full_rows<'a>(view: &View<'a>, rows: u32) -> Result<View<'a>, SurfaceError> {
    let size = Size { height: rows, ..view.size };
    let pitches = [0, 1, 2].map(|plane| view.pitch(plane));
    let end = |plane: usize| view.format.layout.plane_size(plane, size).height as usize * pitches[plane];
    let planes = [0, 1, 2].map(|plane| view.plane(plane).get(..end(plane)).unwrap_or_default());
    Ok(View::new(view.format, size, planes, pitches)?)
}

/// As [`full_rows`], to write.
fn full_rows_mut<'a>(view: &'a mut ViewMut<'_>, rows: u32) -> Result<ViewMut<'a>, SurfaceError> {
    let (format, size) = (view.format, Size { height: rows, ..view.size });
    let pitches = [0, 1, 2].map(|plane| view.pitch(plane));
    let end = [0, 1, 2].map(|plane| format.layout.plane_size(plane, size).height as usize * pitches[plane]);
    let [a, b, c] = view.planes_mut();
    let planes = [a.get_mut(..end[0]), b.get_mut(..end[1]), c.get_mut(..end[2])].map(Option::unwrap_or_default);
    Ok(ViewMut::new(format, size, planes, pitches)?)
}

/// RGB to RGB of another order.
fn shuffle(source: &View<'_>, target: &mut ViewMut<'_>) -> Result<(), YuvError> {
    let (width, height) = (source.size.width, source.size.height);
    if (source.format.layout, target.format.layout) == (Layout::Bgrx, Layout::Rgba) {
        opaque(source, target);
        return Ok(());
    }
    let run = match (source.format.layout, target.format.layout) {
        (Layout::Rgba, Layout::Rgb) => yuv::rgba_to_rgb,
        (Layout::Rgba, _) => yuv::rgba_to_bgra,
        (Layout::Rgb, Layout::Rgba) => yuv::rgb_to_rgba,
        (Layout::Rgb, _) => yuv::rgb_to_bgra,
        _ => yuv::bgra_to_rgb,
    };
    let (from, to) = (source.pitch(0) as u32, target.pitch(0) as u32);
    run(source.plane(0), from, target.plane_mut(0), to, width, height)
}

/// BGRx to RGBA: the padding byte means nothing and must not become alpha.
fn opaque(source: &View<'_>, target: &mut ViewMut<'_>) {
    for y in 0..source.size.height as usize {
        let pixels = source.row(0, y).as_chunks::<4>().0;
        for (to, [b, g, r, _]) in target.row_mut(0, y).as_chunks_mut::<4>().0.iter_mut().zip(pixels) {
            *to = [*r, *g, *b, 255];
        }
    }
}

const fn range(format: Format) -> YuvRange {
    if format.full_range { YuvRange::Full } else { YuvRange::Limited }
}

const fn matrix(format: Format) -> YuvStandardMatrix {
    match format.matrix {
        Matrix::Bt601 => YuvStandardMatrix::Bt601,
        Matrix::Bt709 => YuvStandardMatrix::Bt709,
    }
}

/// YCbCr or grey to RGB.
fn decode(source: &View<'_>, target: &mut ViewMut<'_>) -> Result<(), YuvError> {
    let (width, height) = (source.size.width, source.size.height);
    let (range, matrix) = (range(source.format), matrix(source.format));
    let (to, pitch) = (target.format.layout, target.pitch(0) as u32);
    let [y, u, v] = [0, 1, 2].map(|plane| source.plane(plane));
    let [y_stride, u_stride, v_stride] = [0, 1, 2].map(|plane| source.pitch(plane) as u32);
    let rgb = target.plane_mut(0);
    match source.format.layout {
        Layout::Nv12 => {
            let image = YuvBiPlanarImage { y_plane: y, y_stride, uv_plane: u, uv_stride: u_stride, width, height };
            let run = match to {
                Layout::Rgba => yuv::yuv_nv12_to_rgba,
                Layout::Rgb => yuv::yuv_nv12_to_rgb,
                _ => yuv::yuv_nv12_to_bgra,
            };
            run(&image, rgb, pitch, range, matrix, MODE)
        }
        Layout::I420 => {
            let image =
                YuvPlanarImage { y_plane: y, y_stride, u_plane: u, u_stride, v_plane: v, v_stride, width, height };
            let run = match to {
                Layout::Rgba => yuv::yuv420_to_rgba,
                Layout::Rgb => yuv::yuv420_to_rgb,
                _ => yuv::yuv420_to_bgra,
            };
            run(&image, rgb, pitch, range, matrix)
        }
        _ => {
            let image = YuvGrayImage { y_plane: y, y_stride, width, height };
            let run = match to {
                Layout::Rgba => yuv::yuv400_to_rgba,
                Layout::Rgb => yuv::yuv400_to_rgb,
                _ => yuv::yuv400_to_bgra,
            };
            run(&image, rgb, pitch, range, matrix)
        }
    }
}

/// RGB to YCbCr or grey.
fn encode(source: &View<'_>, target: &mut ViewMut<'_>) -> Result<(), YuvError> {
    let (width, height) = (source.size.width, source.size.height);
    let (range, matrix) = (range(target.format), matrix(target.format));
    let (from, rgb, pitch) = (source.format.layout, source.plane(0), source.pitch(0) as u32);
    let layout = target.format.layout;
    let [y_stride, u_stride, v_stride] = [0, 1, 2].map(|plane| target.pitch(plane) as u32);
    let [y, u, v] = target.planes_mut().map(Borrowed);
    match layout {
        Layout::Nv12 => {
            let uv_stride = u_stride;
            let mut image = YuvBiPlanarImageMut { y_plane: y, y_stride, uv_plane: u, uv_stride, width, height };
            let run = match from {
                Layout::Rgba => yuv::rgba_to_yuv_nv12,
                Layout::Rgb => yuv::rgb_to_yuv_nv12,
                _ => yuv::bgra_to_yuv_nv12,
            };
            run(&mut image, rgb, pitch, range, matrix, MODE)
        }
        Layout::I420 => {
            let mut image =
                YuvPlanarImageMut { y_plane: y, y_stride, u_plane: u, u_stride, v_plane: v, v_stride, width, height };
            let run = match from {
                Layout::Rgba => yuv::rgba_to_yuv420,
                Layout::Rgb => yuv::rgb_to_yuv420,
                _ => yuv::bgra_to_yuv420,
            };
            run(&mut image, rgb, pitch, range, matrix, MODE)
        }
        _ => {
            let mut image = YuvGrayImageMut { y_plane: y, y_stride, width, height };
            let run = match from {
                Layout::Rgba => yuv::rgba_to_yuv400,
                Layout::Rgb => yuv::rgb_to_yuv400,
                _ => yuv::bgra_to_yuv400,
            };
            run(&mut image, rgb, pitch, range, matrix)
        }
    }
}

/// Between NV12, I420 and grey: samples move between planes, and stretch when the range changes.
fn replane(source: &View<'_>, target: &mut ViewMut<'_>) {
    let luma = table(source.format.full_range, target.format.full_range, 219.0, 16.0);
    let chroma = table(source.format.full_range, target.format.full_range, 224.0, 128.0);
    for y in 0..source.size.height as usize {
        map_row(source.row(0, y), target.row_mut(0, y), luma.as_deref());
    }
    let rows = target.format.layout.plane_size(1, target.size).height as usize;
    match (source.format.layout, target.format.layout) {
        (_, Layout::Gray8) => {}
        (Layout::Gray8, layout) => {
            for plane in 1..layout.planes() {
                (0..rows).for_each(|y| target.row_mut(plane, y).fill(128));
            }
        }
        (Layout::Nv12, Layout::I420) => {
            for plane in 1..3 {
                for y in 0..rows {
                    let pairs = source.row(1, y).as_chunks::<2>().0;
                    let to = target.row_mut(plane, y);
                    to.iter_mut().zip(pairs).for_each(|(sample, pair)| *sample = pair[plane - 1]);
                    stretch(to, chroma.as_deref());
                }
            }
        }
        (Layout::I420, Layout::Nv12) => {
            for y in 0..rows {
                let to = target.row_mut(1, y);
                let pairs = to.as_chunks_mut::<2>().0.iter_mut();
                pairs.zip(source.row(1, y).iter().zip(source.row(2, y))).for_each(|(pair, (u, v))| *pair = [*u, *v]);
                stretch(to, chroma.as_deref());
            }
        }
        (_, layout) => {
            for plane in 1..layout.planes() {
                for y in 0..rows {
                    map_row(source.row(plane, y), target.row_mut(plane, y), chroma.as_deref());
                }
            }
        }
    }
}

/// What each sample becomes when the range changes: limited samples are `zero + s * span / 255` of full ones (luma
/// starts at 16, chroma is centred on 128; ITU-R BT.601 and JFIF). `None` when it does not change.
fn table(from_full: bool, to_full: bool, span: f32, zero: f32) -> Option<Box<[u8; 256]>> {
    if from_full == to_full {
        return None;
    }
    // Luma of full range starts at 0, chroma of either is centred on 128.
    let full_zero = if zero == 128.0 { 128.0 } else { 0.0 };
    let value = |sample: usize| {
        let sample = sample as f32;
        let moved = if to_full {
            (sample - zero) * 255.0 / span + full_zero
        } else {
            (sample - full_zero) * span / 255.0 + zero
        };
        moved.round().clamp(0.0, 255.0) as u8
    };
    Some(Box::new(std::array::from_fn(value)))
}

fn map_row(from: &[u8], to: &mut [u8], table: Option<&[u8; 256]>) {
    to.copy_from_slice(from);
    stretch(to, table);
}

fn stretch(row: &mut [u8], table: Option<&[u8; 256]>) {
    if let Some(table) = table {
        row.iter_mut().for_each(|sample| *sample = table[usize::from(*sample)]);
    }
}
