//! Which caps the other pad may have, and which of them are best.

use super::settings::FlipMethod;
use crate::surface::caps::{self, NVMM};
use crate::surface::format::Layout;
use crate::surface::transform::Flip;
use gst::prelude::*;
use gst_video::{VideoFormat, VideoInfo};

/// Fields a conversion may change.
const CHANGEABLE: [&str; 5] = ["format", "colorimetry", "chroma-site", "width", "height"];

/// Fields of batches, which frames in system memory do not have.
const OF_BATCHES: [&str; 4] = ["batch-size", "num-surfaces-per-frame", "nvbuf-memory-type", "gpu-id"];

/// What the other pad may have when one has `caps`: the same, then anything on surfaces, then anything in system memory.
pub fn transform(caps: &gst::Caps, flip: FlipMethod, filter: Option<&gst::Caps>) -> gst::Caps {
    let mut other = gst::Caps::new_empty();
    {
        let other = other.make_mut();
        if !Flip::from(flip).transposes() {
            other.append(caps.clone());
        }
        for nvmm in [true, false] {
            for (structure, features) in caps.iter_with_features() {
                let structure = free(structure, nvmm, features.contains(NVMM));
                let features = if nvmm { gst::CapsFeatures::new([NVMM]) } else { gst::CapsFeatures::new_empty() };
                other.append_structure_full(structure, Some(features));
            }
        }
    }
    other.merge(gst::Caps::new_empty());
    match filter {
        Some(filter) => filter.intersect_with_mode(&other, gst::CapsIntersectMode::First),
        None => other,
    }
}

/// The structure with everything open that can be converted.
fn free(structure: &gst::StructureRef, nvmm: bool, was_nvmm: bool) -> gst::Structure {
    let mut structure = structure.to_owned();
    structure.remove_fields(CHANGEABLE);
    if !(nvmm && was_nvmm) {
        structure.remove_fields(OF_BATCHES);
    }
    let formats = caps::FORMATS.map(|format| format.to_str());
    structure.set("format", gst::List::new(formats));
    structure.set("width", gst::IntRange::new(1, i32::MAX));
    structure.set("height", gst::IntRange::new(1, i32::MAX));
    structure.set(
        "pixel-aspect-ratio",
        gst::FractionRange::new(gst::Fraction::new(1, i32::MAX), gst::Fraction::new(i32::MAX, 1)),
    );
    structure
}

/// The best of `other` for frames like `fixed`, made fixed: the same memory, format, size, rate and shape as far as it
/// goes.
pub fn fixate(fixed: &gst::Caps, other: gst::Caps, flip: FlipMethod) -> gst::Caps {
    let Ok(info) = VideoInfo::from_caps(fixed) else { return other };
    let Some((mut structure, features)) = best(&info, caps::is_nvmm(fixed), &other) else { return other };
    let allowed: Vec<VideoFormat> = caps::FORMATS.into_iter().filter(|format| allows(&structure, *format)).collect();
    if let Some(format) = likings(info.format()).into_iter().find(|format| allowed.contains(format)) {
        structure.set("format", format.to_str());
    }
    fixate_size(&mut structure, &info, flip);
    if structure.has_field("framerate") {
        structure.fixate_field_nearest_fraction("framerate", info.fps());
    }
    if structure.has_field("pixel-aspect-ratio") {
        structure.fixate_field_nearest_fraction("pixel-aspect-ratio", info.par());
    }
    keep_colours(&mut structure, &info);
    let mut result = gst::Caps::builder_full().structure_with_features(structure, features).build();
    result.fixate();
    result
}

/// The structure with the least to do: same memory and format, then same format, then the first.
fn best(info: &VideoInfo, nvmm: bool, other: &gst::Caps) -> Option<(gst::Structure, gst::CapsFeatures)> {
    let cost = |structure: &gst::StructureRef, features: &gst::CapsFeaturesRef| {
        let other_memory = features.contains(NVMM) != nvmm;
        (!allows(structure, info.format()), other_memory)
    };
    let (structure, features) =
        other.iter_with_features().min_by_key(|(structure, features)| cost(structure, features))?;
    Some((structure.to_owned(), features.to_owned()))
}

/// Whether the structure's formats contain this one.
fn allows(structure: &gst::StructureRef, format: VideoFormat) -> bool {
    let Ok(value) = structure.value("format") else { return true };
    value.intersect(&format.to_str().as_str().to_value()).is_some()
}

/// Formats by how little is lost or done on the way from `format`.
fn likings(format: VideoFormat) -> Vec<VideoFormat> {
    use Layout::*;
    let Ok(layout) = caps::layout(format) else { return caps::FORMATS.to_vec() };
    let order: [Layout; 6] = match layout {
        Nv12 => [Nv12, I420, Rgba, Bgrx, Rgb, Gray8],
        I420 => [I420, Nv12, Rgba, Bgrx, Rgb, Gray8],
        Rgba => [Rgba, Bgrx, Rgb, Nv12, I420, Gray8],
        Bgrx => [Bgrx, Rgba, Rgb, Nv12, I420, Gray8],
        Rgb => [Rgb, Rgba, Bgrx, Nv12, I420, Gray8],
        Gray8 => [Gray8, Nv12, I420, Rgba, Bgrx, Rgb],
    };
    order.map(caps::video_format).to_vec()
}

/// The size nearest to the input's; where only one side is open, the one that keeps the picture's shape.
fn fixate_size(structure: &mut gst::Structure, info: &VideoInfo, flip: FlipMethod) {
    let own = Flip::from(flip).size(caps::size(info));
    let fixed = |structure: &gst::Structure, side: &str| structure.get::<i32>(side).ok().filter(|side| *side > 0);
    let scaled = |along: u32, over: u32, by: i32| {
        i32::try_from(u64::from(along) * u64::from(by.unsigned_abs()) / u64::from(over.max(1)))
            .unwrap_or(i32::MAX)
            .max(1)
    };
    let side = |side: u32| i32::try_from(side).unwrap_or(i32::MAX);
    let width = match fixed(structure, "height") {
        Some(height) => scaled(own.width, own.height, height),
        None => side(own.width),
    };
    structure.fixate_field_nearest_int("width", width);
    let height = match fixed(structure, "width") {
        Some(width) if width != side(own.width) => scaled(own.height, own.width, width),
        _ => side(own.height),
    };
    structure.fixate_field_nearest_int("height", height);
}

/// Luma and chroma keep their meaning where they stay luma and chroma.
fn keep_colours(structure: &mut gst::Structure, info: &VideoInfo) {
    let to = structure.get::<&str>("format").ok().map(VideoFormat::from_string);
    let is_yuv = |format: VideoFormat| matches!(format, VideoFormat::Nv12 | VideoFormat::I420);
    if structure.has_field("colorimetry") || !to.is_some_and(is_yuv) || !is_yuv(info.format()) {
        return;
    }
    let colours = info.colorimetry().to_string();
    if !colours.is_empty() {
        structure.set("colorimetry", colours);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn caps(text: &str) -> gst::Caps {
        gst::Caps::from_str(text).unwrap()
    }

    fn chosen(input: &str, downstream: &str, flip: FlipMethod) -> String {
        gst::init().unwrap();
        let input = caps(input);
        let possible = transform(&input, flip, None);
        let both = caps(downstream).intersect_with_mode(&possible, gst::CapsIntersectMode::First);
        let result = fixate(&input, both, flip);
        assert!(result.is_fixed(), "{result}");
        let info = VideoInfo::from_caps(&result).unwrap();
        let memory = if caps::is_nvmm(&result) { "nvmm" } else { "system" };
        format!("{memory} {} {}x{} {}", info.format().to_str(), info.width(), info.height(), info.colorimetry())
    }

    const INPUT: &str =
        "video/x-raw(memory:NVMM),format=NV12,width=640,height=480,framerate=25/1,batch-size=4,colorimetry=bt709";

    #[test]
    fn what_need_not_change_stays() {
        let any = "video/x-raw(ANY)";
        assert_eq!(chosen(INPUT, any, FlipMethod::None), "nvmm NV12 640x480 bt709");
        assert_eq!(chosen(INPUT, any, FlipMethod::Clockwise), "nvmm NV12 480x640 bt709");
        assert_eq!(chosen(INPUT, "video/x-raw", FlipMethod::None), "system NV12 640x480 bt709");
        let encoder = "video/x-raw,format={Y444,I420,NV12}";
        assert_eq!(chosen(INPUT, encoder, FlipMethod::None), "system NV12 640x480 bt709");
        assert_eq!(chosen(INPUT, "video/x-raw,format={RGB,I420}", FlipMethod::None), "system I420 640x480 bt709");
        assert_eq!(
            chosen("video/x-raw,format=RGBA,width=4,height=4", "video/x-raw(memory:NVMM)", FlipMethod::None),
            "nvmm RGBA 4x4 sRGB"
        );
    }

    #[test]
    fn one_side_follows_the_other() {
        let wide = "video/x-raw(memory:NVMM),width=320";
        assert_eq!(chosen(INPUT, wide, FlipMethod::None), "nvmm NV12 320x240 bt709");
        let high = "video/x-raw(memory:NVMM),height=120";
        assert_eq!(chosen(INPUT, high, FlipMethod::None), "nvmm NV12 160x120 bt709");
    }
}
