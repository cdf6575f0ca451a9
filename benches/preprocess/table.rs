//! The table of docs/pixels.md: time and bytes of one frame, against the bandwidth of this machine's memory.
//!
//! Every frame is another one of a ring far larger than the cache, as in a pipeline where each comes from a decoder. Tensors
//! are a pool of four, as each worker of a network has its own; where the table says so, they come from such a ring too. All on
//! one thread.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use ds_apps::base::geometry::Size;
use ds_apps::config::nvinfer::ColorFormat;
use ds_apps::infer::preprocess::Preprocessor;
use ds_apps::infer::preprocess::letterbox::{Crop, Fit, Letterbox};
use ds_apps::infer::preprocess::recipe::Recipe;
use ds_apps::infer::preprocess::taps::{Axis, Filter};
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::view::View;
use fast_image_resize as fir;
use fir::images::{Image, ImageRef};
use opencv::core::{CV_8UC1, CV_32FC3, Mat, Mat_AUTO_STEP, Size as CvSize, Vector};
use opencv::imgproc;
use opencv::prelude::*;

use super::{NET, picture};

/// More bytes than the caches of any machine this runs on.
const RING: usize = 192 << 20;
/// Tensors that are used in turn.
const POOL: usize = 4;
/// Rounds, of which the fastest counts: what disturbs only ever slows.
const ROUNDS: usize = 7;

/// Pictures and tensors in turn.
struct Ring {
    layout: Layout,
    size: Size,
    frames: Vec<[Vec<u8>; 3]>,
    pitches: [usize; 3],
    tensors: Vec<Vec<f32>>,
}

impl Ring {
    fn new(layout: Layout, size: Size, tensor: usize) -> Self {
        let (mut planes, pitches) = picture(layout, size);
        // Smooth, so that it does not matter whether colours are cut off before or after scaling.
        for (plane, pitch) in planes.iter_mut().zip(pitches).filter(|(plane, _)| !plane.is_empty()) {
            for (y, row) in plane.chunks_exact_mut(pitch).enumerate() {
                row.iter_mut()
                    .enumerate()
                    .for_each(|(x, byte)| *byte = 96 + ((x / 16 + y / 8) % 128).abs_diff(64) as u8);
            }
        }
        let bytes: usize = planes.iter().map(Vec::len).sum();
        let frames = vec![planes; (RING / bytes).max(2)];
        let tensors = vec![vec![0.0; tensor]; POOL];
        Self { layout, size, frames, pitches, tensors }
    }

    /// Seconds for one frame.
    fn time(&mut self, mut work: impl FnMut(&[Vec<u8>; 3], &View<'_>, &mut [f32])) -> f64 {
        let (format, size, pitches) = (Format::plain(self.layout), self.size, self.pitches);
        let mut best = f64::MAX;
        for _ in 0..ROUNDS {
            let start = Instant::now();
            for (at, planes) in self.frames.iter().enumerate() {
                let view = View::new(format, size, planes.each_ref().map(Vec::as_slice), pitches).expect("a picture");
                let count = self.tensors.len();
                work(black_box(planes), &view, &mut self.tensors[at % count]);
            }
            best = best.min(start.elapsed().as_secs_f64() / self.frames.len() as f64);
        }
        best
    }
}

/// Bytes per second that a plain copy reads and writes together, from memory to memory.
fn bandwidth() -> f64 {
    let from = vec![1u8; RING];
    let mut to = vec![0u8; RING];
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        to.copy_from_slice(black_box(&from));
        black_box(&mut to);
        best = best.min(start.elapsed().as_secs_f64());
    }
    2.0 * RING as f64 / best
}

/// Bytes of the picture in the rows that bilinear scaling to the letterbox looks at.
fn bytes_read(layout: Layout, size: Size, placed: &Letterbox) -> usize {
    let mut taps = Vec::new();
    let plane = |plane: usize| {
        let samples = layout.plane_size(plane, size);
        let halved = samples.height != size.height;
        Axis { start: 0, length: size.height, halved }.fill(placed.size.height, Filter::Bilinear, &mut taps);
        let mut rows: Vec<u32> = taps
            .iter()
            .flat_map(|tap| [tap.first, (tap.first + u32::from(tap.weight > 0.0)).min(samples.height - 1)])
            .collect();
        rows.dedup();
        rows.len() * samples.width as usize * layout.bytes_per_pixel(plane)
    };
    (0..layout.planes()).map(plane).sum()
}

/// Letterboxed, BGR, `(value - 127.5) / 127.5`, or plain values.
fn recipe(normalised: bool) -> Recipe {
    let fit = Fit { maintain_aspect_ratio: true, symmetric_padding: false };
    let recipe = Recipe { fit, padding: 114, color: ColorFormat::Bgr, ..Recipe::plain(NET) };
    if normalised { Recipe { scale: 1.0 / 127.5, offsets: [127.5; 3], ..recipe } } else { recipe }
}

/// RGB pixels of the letterbox as normalised BGR planes, what is around them filled.
fn normalise(rgb: &[u8], inside: Size, out: &mut [f32]) {
    let (width, pixels) = (NET.width as usize, NET.width as usize * NET.height as usize);
    let value = |byte: u8| (f32::from(byte) - 127.5) * (1.0 / 127.5);
    for (channel, plane) in out.chunks_exact_mut(pixels).enumerate() {
        for (y, row) in plane.chunks_exact_mut(width).enumerate() {
            let covered = if y < inside.height as usize { inside.width as usize } else { 0 };
            row[covered..].fill(value(114));
            let source = rgb.chunks_exact(inside.width as usize * 3).nth(y).unwrap_or_default();
            for (to, pixel) in row[..covered].iter_mut().zip(source.as_chunks::<3>().0) {
                *to = value(pixel[2 - channel]);
            }
        }
    }
}

/// `yuv` to RGB at full size, `fast_image_resize` to the network's, then one pass to floats.
fn crates(size: Size, inside: Size) -> impl FnMut(&[Vec<u8>; 3], &View<'_>, &mut [f32]) {
    let mut rgb = vec![0; size.width as usize * size.height as usize * 3];
    let (mut small, mut resizer) = (Image::new(inside.width, inside.height, fir::PixelType::U8x3), fir::Resizer::new());
    move |planes, _, out| {
        let source = super::planar(planes, size);
        let (range, matrix) = (yuv::YuvRange::Limited, yuv::YuvStandardMatrix::Bt601);
        yuv::yuv420_to_rgb(&source, &mut rgb, size.width * 3, range, matrix).expect("a whole picture");
        let large = ImageRef::new(size.width, size.height, &rgb, fir::PixelType::U8x3).expect("a whole picture");
        let options = fir::ResizeOptions::new().resize_alg(fir::ResizeAlg::Interpolation(fir::FilterType::Bilinear));
        resizer.resize(&large, &mut small, &options).expect("both pictures have one type");
        normalise(small.buffer(), inside, out);
    }
}

/// OpenCV, one function a step: `cvtColor`, `resize`, `convertTo`, `split`, as in its own samples.
fn opencv_chain(size: Size, inside: Size) -> impl FnMut(&[Vec<u8>; 3], &View<'_>, &mut [f32]) {
    opencv::core::set_num_threads(1).expect("one thread");
    let (width, height) = (size.width as i32, size.height as i32);
    // OpenCV wants the three planes of I420 one behind the other.
    let mut packed = Mat::zeros(height * 3 / 2, width, CV_8UC1).and_then(|zeros| zeros.to_mat()).expect("memory");
    let (mut rgb, mut small, mut floats) = (Mat::default(), Mat::default(), Mat::default());
    let mut boxed = Mat::default();
    let mut pack = true;
    move |planes, _, out| {
        if std::mem::take(&mut pack) {
            let bytes = packed.data_bytes_mut().expect("bytes");
            let mut at = 0;
            for plane in planes {
                bytes[at..at + plane.len()].copy_from_slice(plane);
                at += plane.len();
            }
        }
        imgproc::cvt_color_def(&packed, &mut rgb, imgproc::COLOR_YUV2BGR_I420).expect("converted");
        let to = CvSize::new(inside.width as i32, inside.height as i32);
        imgproc::resize(&rgb, &mut small, to, 0.0, 0.0, imgproc::INTER_LINEAR).expect("resized");
        let (right, bottom) = ((NET.width - inside.width) as i32, (NET.height - inside.height) as i32);
        let grey = opencv::core::Scalar::all(114.0);
        let constant = opencv::core::BORDER_CONSTANT;
        opencv::core::copy_make_border(&small, &mut boxed, 0, bottom, 0, right, constant, grey).expect("boxed");
        boxed.convert_to(&mut floats, CV_32FC3, 1.0 / 127.5, -1.0).expect("floats");
        let mut parts = Vector::<Mat>::new();
        let pixels = NET.width as usize * NET.height as usize;
        for plane in out.chunks_exact_mut(pixels) {
            let bytes: *mut std::ffi::c_void = plane.as_mut_ptr().cast();
            // SAFETY: the plane is as long as the matrix, and outlives it.
            let plane = unsafe {
                Mat::new_rows_cols_with_data_unsafe(
                    NET.height as i32,
                    NET.width as i32,
                    opencv::core::CV_32FC1,
                    bytes,
                    Mat_AUTO_STEP,
                )
            };
            parts.push(plane.expect("a matrix"));
        }
        opencv::core::split(&floats, &mut parts).expect("split");
    }
}

struct Line {
    name: &'static str,
    seconds: f64,
    read: usize,
    written: usize,
}

/// Measures and prints.
pub fn print() {
    let memory = bandwidth();
    println!("a plain copy reads and writes {:.1} GB/s\n", memory / 1e9);
    println!(
        "| frame | way | read, MB | written, MB | time, ms | GB/s | of the copy's |\n|---|---|---|---|---|---|---|"
    );
    let hd = Size { width: 1280, height: 720 };
    let full = Size { width: 1920, height: 1080 };
    let cases =
        [(Layout::I420, hd), (Layout::Nv12, hd), (Layout::Rgba, hd), (Layout::I420, full), (Layout::Nv12, full)];
    for (layout, size) in cases {
        let recipe = Arc::new(recipe(true));
        let placed = Letterbox::new(Crop::whole(size), NET, recipe.fit);
        let mut ring = Ring::new(layout, size, recipe.len());
        let mut fused = Preprocessor::new(recipe.clone());
        let seconds = ring.time(|_, view, out| {
            fused.run(view, Crop::whole(size), out).expect("fits");
        });
        let tensor = recipe.len() * 4;
        let read = bytes_read(layout, size, &placed);
        let mut lines = vec![Line { name: "fused", seconds, read, written: tensor }];
        let wanted = ring.tensors[0].clone();
        if layout == Layout::I420 {
            let pool = std::mem::replace(&mut ring.tensors, vec![wanted.clone(); RING / tensor]);
            let seconds = ring.time(|_, view, out| {
                fused.run(view, Crop::whole(size), out).expect("fits");
            });
            ring.tensors = pool;
            lines.push(Line { name: "fused, tensors from memory too", seconds, read, written: tensor });
        }
        if layout == Layout::I420 {
            let frame: usize = ring.frames[0].iter().map(Vec::len).sum();
            let rgb = size.width as usize * size.height as usize * 3;
            let small = placed.size.width as usize * placed.size.height as usize * 3;
            let boxed = NET.width as usize * NET.height as usize * 3;
            let seconds = ring.time(crates(size, placed.size));
            alike(&wanted, &ring.tensors[0]);
            let name = "yuv, fast_image_resize, normalise";
            lines.push(Line { name, seconds, read: frame + rgb + small, written: rgb + small + tensor });
            let seconds = ring.time(opencv_chain(size, placed.size));
            alike(&wanted, &ring.tensors[0]);
            let (read, written) = (frame + rgb + small + boxed + tensor, rgb + small + boxed + tensor + tensor);
            lines.push(Line { name: "OpenCV: cvtColor, resize, border, convertTo, split", seconds, read, written });
        }
        for Line { name, seconds, read, written } in lines {
            let rate = (read + written) as f64 / seconds;
            let [read, written] = [read, written].map(|bytes| bytes as f64 / 1e6);
            let (width, height) = (size.width, size.height);
            println!(
                "| {layout:?} {width}x{height} | {name} | {read:.2} | {written:.2} | {:.2} | {:.1} | {:.0} % |",
                seconds * 1e3,
                rate / 1e9,
                100.0 * rate / memory
            );
        }
    }
}

/// Two ways must give one picture: the mean difference stays below two steps of 255.
fn alike(a: &[f32], b: &[f32]) {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| f64::from((a - b).abs())).sum();
    let mean = sum / a.len() as f64;
    assert!(mean < 2.0 / 127.5, "the ways differ by {mean} on average");
}
