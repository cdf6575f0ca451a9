//! From a decoded frame to the network's input: our single pass beside separate passes with SIMD libraries.
//!
//! `cargo bench --bench preprocess` times a picture that lies in the cache; `cargo bench --bench preprocess -- --table` times
//! pictures that come from memory, and sets the bytes they need against the memory's bandwidth, measured in the same run.

#![allow(clippy::expect_used)]

mod table;

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group};
use ds_apps::base::geometry::Size;
use ds_apps::config::nvinfer::{ColorFormat, TensorOrder};
use ds_apps::infer::preprocess::Preprocessor;
use ds_apps::infer::preprocess::letterbox::{Crop, Fit};
use ds_apps::infer::preprocess::recipe::Recipe;
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::view::View;
use fast_image_resize as fir;
use fir::images::{Image, ImageRef};

const NET: Size = Size { width: 416, height: 416 };

/// Planes of a picture of `layout`, filled with a pattern.
fn picture(layout: Layout, size: Size) -> ([Vec<u8>; 3], [usize; 3]) {
    let mut planes: [Vec<u8>; 3] = Default::default();
    let mut pitches = [0; 3];
    for plane in 0..layout.planes() {
        let samples = layout.plane_size(plane, size);
        pitches[plane] = samples.width as usize * layout.bytes_per_pixel(plane);
        let bytes = pitches[plane] * samples.height as usize;
        planes[plane] = (0..bytes).map(|i| (i * 31 % 251) as u8).collect();
    }
    (planes, pitches)
}

fn letterboxed() -> Recipe {
    let fit = Fit { maintain_aspect_ratio: true, symmetric_padding: false };
    Recipe { fit, padding: 114, color: ColorFormat::Bgr, ..Recipe::plain(NET) }
}

/// I420 as `yuv` takes it.
fn planar(planes: &[Vec<u8>; 3], size: Size) -> yuv::YuvPlanarImage<'_, u8> {
    yuv::YuvPlanarImage {
        y_plane: &planes[0],
        y_stride: size.width,
        u_plane: &planes[1],
        u_stride: size.width / 2,
        v_plane: &planes[2],
        v_stride: size.width / 2,
        width: size.width,
        height: size.height,
    }
}

/// I420 to RGB at full size, resized, then written as planes of floats.
fn two_passes(planes: &[Vec<u8>; 3], size: Size, work: &mut (Vec<u8>, Image<'static>, fir::Resizer), out: &mut [f32]) {
    let (rgb, small, resizer) = work;
    let source = planar(planes, size);
    let converted =
        yuv::yuv420_to_rgb(&source, rgb, size.width * 3, yuv::YuvRange::Limited, yuv::YuvStandardMatrix::Bt601);
    assert!(converted.is_ok());
    let source = ImageRef::new(size.width, size.height, rgb, fir::PixelType::U8x3).expect("a whole picture");
    let options = fir::ResizeOptions::new().resize_alg(fir::ResizeAlg::Interpolation(fir::FilterType::Bilinear));
    resizer.resize(&source, small, &options).expect("both pictures have one type");
    let pixels = NET.width as usize * NET.height as usize;
    let (blue, rest) = out.split_at_mut(pixels);
    let (green, red) = rest.split_at_mut(pixels);
    for plane in [&mut *blue, &mut *green, &mut *red] {
        plane.fill(114.0);
    }
    for (i, pixel) in small.buffer().as_chunks::<3>().0.iter().enumerate() {
        (red[i], green[i], blue[i]) = (pixel[0].into(), pixel[1].into(), pixel[2].into());
    }
}

fn fused(criterion: &mut Criterion, name: &str, layout: Layout, size: Size, recipe: Recipe) {
    let (planes, pitches) = picture(layout, size);
    let view =
        View::new(Format::plain(layout), size, planes.each_ref().map(Vec::as_slice), pitches).expect("a picture");
    let mut out = vec![0.0; recipe.len()];
    let mut preprocessor = Preprocessor::new(Arc::new(recipe));
    criterion.bench_function(name, |bencher| {
        bencher.iter(|| preprocessor.run(black_box(&view), Crop::whole(size), &mut out).map(drop))
    });
}

fn benches(criterion: &mut Criterion) {
    let hd = Size { width: 1280, height: 720 };
    let (planes, _) = picture(Layout::I420, hd);
    let mut out = vec![0.0; letterboxed().len()];
    let rgb = vec![0; hd.width as usize * hd.height as usize * 3];
    let mut work = (rgb, Image::new(416, 234, fir::PixelType::U8x3), fir::Resizer::new());
    criterion.bench_function("two passes, I420 1280x720", |bencher| {
        bencher.iter(|| two_passes(black_box(&planes), hd, &mut work, &mut out))
    });
    fused(criterion, "fused, I420 1280x720", Layout::I420, hd, letterboxed());
    fused(criterion, "fused, NV12 1280x720", Layout::Nv12, hd, letterboxed());
    fused(criterion, "fused, RGBA 1280x720", Layout::Rgba, hd, letterboxed());
    let people = Size { width: 800, height: 450 };
    fused(criterion, "fused, I420 800x450", Layout::I420, people, letterboxed());
    let interleaved = Recipe { order: TensorOrder::Nhwc, scale: 1.0 / 127.5, offsets: [127.5; 3], ..letterboxed() };
    fused(criterion, "fused, I420 1280x720, NHWC normalised", Layout::I420, hd, interleaved);
    let full = Size { width: 1920, height: 1080 };
    fused(criterion, "fused, I420 1920x1080", Layout::I420, full, letterboxed());
}

criterion_group!(group, benches);

fn main() {
    if std::env::args().any(|arg| arg == "--table") {
        return table::print();
    }
    group();
    Criterion::default().configure_from_args().final_summary();
}
