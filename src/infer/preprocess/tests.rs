//! Against a plain per-pixel reference in double precision.

use super::taps::Filter;
use super::*;
use crate::base::geometry::Size;
use crate::infer::preprocess::letterbox::Fit;
use crate::surface::format::Matrix;

/// A picture with noise on gradients, in memory with padded rows.
struct Picture {
    format: Format,
    size: Size,
    planes: [Vec<u8>; 3],
    pitches: [usize; 3],
}

impl Picture {
    fn new(format: Format, width: u32, height: u32) -> Self {
        let size = Size { width, height };
        let mut seed = 12345u32;
        let mut planes: [Vec<u8>; 3] = Default::default();
        let mut pitches = [0; 3];
        for plane in 0..format.layout.planes() {
            let samples = format.layout.plane_size(plane, size);
            pitches[plane] = samples.width as usize * format.layout.bytes_per_pixel(plane) + 13;
            planes[plane] = (0..pitches[plane] * samples.height as usize)
                .map(|i| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    ((i * 7 / 3 % 200) as u32 + (seed >> 24) % 56) as u8
                })
                .collect();
        }
        Self { format, size, planes, pitches }
    }

    fn view(&self) -> View<'_> {
        View::new(self.format, self.size, self.planes.each_ref().map(Vec::as_slice), self.pitches).unwrap()
    }

    /// One plane's channel at a position in pixels of the picture (pixel centres at halves), by bilinear weights.
    fn at(&self, plane: usize, channel: usize, x: f64, y: f64, crop: Crop) -> f64 {
        let axis = |position: f64, start: u32, length: u32| {
            let half = if plane > 0 { 2.0 } else { 1.0 };
            let low = (f64::from(start) / half).floor();
            let high = (f64::from(start + length - 1) / half).floor();
            let position = (position / half - 0.5).clamp(low, high);
            (position.floor() as usize, (position.floor() + 1.0).min(high) as usize, position.fract())
        };
        let (x0, x1, wx) = axis(x, crop.left, crop.width);
        let (y0, y1, wy) = axis(y, crop.top, crop.height);
        let channels = self.format.layout.bytes_per_pixel(plane);
        let get = |x: usize, y: usize| f64::from(self.planes[plane][y * self.pitches[plane] + x * channels + channel]);
        let upper = get(x0, y0) * (1.0 - wx) + get(x1, y0) * wx;
        let lower = get(x0, y1) * (1.0 - wx) + get(x1, y1) * wx;
        upper * (1.0 - wy) + lower * wy
    }

    /// Red, green and blue (or three times gray) at a position.
    fn rgb(&self, x: f64, y: f64, crop: Crop) -> [f64; 3] {
        let at = |plane, channel| self.at(plane, channel, x, y, crop);
        let stretch = |luma: f64| if self.format.full_range { luma } else { (luma - 16.0) * 255.0 / 219.0 };
        match self.format.layout {
            Layout::Rgb | Layout::Rgba => [at(0, 0), at(0, 1), at(0, 2)],
            Layout::Bgrx => [at(0, 2), at(0, 1), at(0, 0)],
            Layout::Gray8 => [stretch(at(0, 0)).clamp(0.0, 255.0); 3],
            Layout::I420 => self.ycc(stretch(at(0, 0)), at(1, 0), at(2, 0)),
            Layout::Nv12 => self.ycc(stretch(at(0, 0)), at(1, 0), at(1, 1)),
        }
    }

    /// Luma in 0..255 at a position.
    fn gray(&self, x: f64, y: f64, crop: Crop) -> f64 {
        match self.format.layout {
            Layout::Rgb | Layout::Rgba | Layout::Bgrx => {
                let [red, green, blue] = self.rgb(x, y, crop);
                0.299 * red + 0.587 * green + 0.114 * blue
            }
            _ if self.format.full_range => self.at(0, 0, x, y, crop),
            _ => ((self.at(0, 0, x, y, crop) - 16.0) * 255.0 / 219.0).clamp(0.0, 255.0),
        }
    }

    fn ycc(&self, luma: f64, cb: f64, cr: f64) -> [f64; 3] {
        let chroma = if self.format.full_range { 1.0 } else { 255.0 / 224.0 };
        let (cb, cr) = ((cb - 128.0) * chroma, (cr - 128.0) * chroma);
        let rgb = match self.format.matrix {
            Matrix::Bt601 => [luma + 1.402 * cr, luma - 0.344_136 * cb - 0.714_136 * cr, luma + 1.772 * cb],
            Matrix::Bt709 => [luma + 1.5748 * cr, luma - 0.187_324 * cb - 0.468_124 * cr, luma + 1.8556 * cb],
        };
        rgb.map(|value| value.clamp(0.0, 255.0))
    }
}

/// The whole input by the reference, as planes in the network's order.
fn reference(picture: &Picture, crop: Crop, recipe: &Recipe) -> Vec<f64> {
    let letterbox = Letterbox::new(crop, recipe.net, recipe.fit);
    let mut out = vec![0.0; recipe.len()];
    for y in 0..recipe.net.height {
        for x in 0..recipe.net.width {
            let inside = (letterbox.left..letterbox.left + letterbox.size.width).contains(&x)
                && (letterbox.top..letterbox.top + letterbox.size.height).contains(&y);
            let rgb = match inside {
                false => [f64::from(recipe.padding); 3],
                true => {
                    let place = |i: u32, from: u32, start: u32, length: u32, count: u32| {
                        f64::from(start) + (f64::from(i - from) + 0.5) * f64::from(length) / f64::from(count)
                    };
                    let px = place(x, letterbox.left, crop.left, crop.width, letterbox.size.width);
                    let py = place(y, letterbox.top, crop.top, crop.height, letterbox.size.height);
                    match recipe.color {
                        ColorFormat::Gray => [picture.gray(px, py, crop); 3],
                        _ => picture.rgb(px, py, crop),
                    }
                }
            };
            for channel in 0..recipe.channels() {
                let value = match recipe.color {
                    ColorFormat::Bgr => rgb[2 - channel],
                    _ => rgb[channel],
                };
                let value = (value - f64::from(recipe.offsets[channel])) * f64::from(recipe.scale);
                let pixel = (y * recipe.net.width + x) as usize;
                match recipe.order {
                    TensorOrder::Nhwc => out[pixel * recipe.channels() + channel] = value,
                    _ => out[channel * recipe.pixels() + pixel] = value,
                }
            }
        }
    }
    out
}

/// The largest difference in levels of 0..255.
fn difference(picture: &Picture, crop: Crop, recipe: Recipe) -> f64 {
    let wanted = reference(picture, crop, &recipe);
    let mut found = vec![f32::NAN; recipe.len()];
    let scale = f64::from(recipe.scale);
    Preprocessor::new(Arc::new(recipe)).run(&picture.view(), crop, &mut found).unwrap();
    wanted.iter().zip(&found).map(|(w, f)| (w - f64::from(*f)).abs() / scale).fold(0.0, f64::max)
}

const LAYOUTS: [Layout; 6] = [Layout::I420, Layout::Nv12, Layout::Rgba, Layout::Rgb, Layout::Bgrx, Layout::Gray8];

#[test]
fn every_layout_scales_as_the_reference() {
    for layout in LAYOUTS {
        for (width, height) in [(97, 61), (32, 24), (640, 359), (1, 1), (2, 3)] {
            let picture = Picture::new(Format::plain(layout), width, height);
            let recipe = Recipe::plain(Size { width: 48, height: 40 });
            let found = difference(&picture, Crop::whole(picture.size), recipe);
            assert!(found < 1.9, "{layout:?} {width}x{height}: {found}");
        }
    }
}

#[test]
fn the_same_size_changes_nothing() {
    let picture = Picture::new(Format::plain(Layout::Rgb), 33, 17);
    assert_eq!(difference(&picture, Crop::whole(picture.size), Recipe::plain(picture.size)), 0.0);
}

#[test]
fn crops_letterboxes_orders_and_normalisation_follow_the_reference() {
    let fits = [(true, false), (true, true), (false, false)];
    let colors = [ColorFormat::Rgb, ColorFormat::Bgr, ColorFormat::Gray];
    for layout in LAYOUTS {
        let picture = Picture::new(Format::plain(layout), 131, 77);
        for (i, (maintain_aspect_ratio, symmetric_padding)) in fits.into_iter().enumerate() {
            for (j, color) in colors.into_iter().enumerate() {
                let recipe = Recipe {
                    color,
                    order: if (i + j) % 2 == 0 { TensorOrder::Nchw } else { TensorOrder::Nhwc },
                    scale: 1.0 / 57.0,
                    offsets: if color == ColorFormat::Gray { [120.0, 0.0, 0.0] } else { [123.0, 116.0, 103.0] },
                    fit: Fit { maintain_aspect_ratio, symmetric_padding },
                    padding: 114,
                    ..Recipe::plain(Size { width: 64, height: 40 })
                };
                let crop = Crop { left: 13, top: 7, width: 61, height: 50 };
                let found = difference(&picture, crop, recipe);
                assert!(found < 1.9, "{layout:?} {color:?} {maintain_aspect_ratio} {symmetric_padding}: {found}");
            }
        }
    }
}

#[test]
fn matrices_and_ranges_are_kept_apart() {
    for matrix in [Matrix::Bt601, Matrix::Bt709] {
        for full_range in [false, true] {
            let picture = Picture::new(Format { layout: Layout::Nv12, matrix, full_range }, 64, 48);
            let found = difference(&picture, Crop::whole(picture.size), Recipe::plain(Size { width: 40, height: 40 }));
            assert!(found < 1.9, "{matrix:?} {full_range}: {found}");
        }
    }
}

#[test]
fn a_mean_image_is_subtracted_where_it_lies() {
    let net = Size { width: 4, height: 2 };
    let picture = Picture::new(Format::plain(Layout::Rgb), 4, 2);
    let mean: Vec<f32> = (0..24).map(|i| i as f32).collect();
    let recipe = Recipe { mean: Some(mean.clone()), scale: 2.0, ..Recipe::plain(net) };
    let (mut plain, mut found) = (vec![0.0; 24], vec![0.0; 24]);
    let crop = Crop::whole(net);
    Preprocessor::new(Arc::new(Recipe::plain(net))).run(&picture.view(), crop, &mut plain).unwrap();
    Preprocessor::new(Arc::new(recipe)).run(&picture.view(), crop, &mut found).unwrap();
    for i in 0..24 {
        assert_eq!(found[i], 2.0 * (plain[i] - mean[i]));
    }
}

#[test]
fn nearest_takes_pixels_as_they_are() {
    let picture = Picture::new(Format::plain(Layout::Rgb), 90, 60);
    let net = Size { width: 30, height: 20 };
    let mut out = vec![0.0; 30 * 20 * 3];
    let recipe = Recipe { filter: Filter::Nearest, ..Recipe::plain(net) };
    Preprocessor::new(Arc::new(recipe)).run(&picture.view(), Crop::whole(picture.size), &mut out).unwrap();
    let view = picture.view();
    assert_eq!(out[30 * 20 + 2 * 30 + 5], f32::from(view.row(0, 7)[16 * 3 + 1]));
}

#[test]
fn area_takes_the_mean_of_all_pixels_covered() {
    for layout in [Layout::Rgb, Layout::Rgba, Layout::Bgrx] {
        let picture = Picture::new(Format::plain(layout), 91, 60);
        let (view, net) = (picture.view(), Size { width: 26, height: 20 });
        let recipe = Recipe { filter: Filter::Area, ..Recipe::plain(net) };
        let mut out = vec![0.0; 26 * 20 * 3];
        Preprocessor::new(Arc::new(recipe)).run(&view, Crop::whole(picture.size), &mut out).unwrap();
        // 3.5 by 3 pixels make one: the second of a row begins in the middle of a pixel.
        let bytes = layout.bytes_per_pixel(0);
        let green = |x: usize, y: usize| f32::from(view.row(0, y)[x * bytes + 1]);
        let row = |y: usize| 0.5 * green(3, y) + green(4, y) + green(5, y) + green(6, y);
        let mean = (row(6) + row(7) + row(8)) / 10.5;
        let found = out[26 * 20 + 2 * 26 + 1];
        assert!((found - mean).abs() < 0.6, "{layout:?}: {found} for {mean}");
    }
}

#[test]
fn padding_that_is_there_is_not_written_again() {
    let (net, fit) = (Size { width: 20, height: 20 }, Fit { maintain_aspect_ratio: true, symmetric_padding: true });
    for mean in [None, Some((0..1200).map(|i| i as f32).collect())] {
        let recipe = Recipe { fit, padding: 114, mean, ..Recipe::plain(net) };
        let mut preprocessor = Preprocessor::new(Arc::new(recipe));
        let (wide, tall) =
            (Picture::new(Format::plain(Layout::I420), 64, 36), Picture::new(Format::plain(Layout::I420), 36, 64));
        let (mut kept, mut fresh, mut before) = (vec![0.0; 1200], vec![0.0; 1200], None);
        for picture in [&wide, &wide, &tall, &tall, &wide] {
            let crop = Crop::whole(picture.size);
            before = Some(preprocessor.refill(&picture.view(), crop, &mut kept, before).unwrap());
            preprocessor.run(&picture.view(), crop, &mut fresh).unwrap();
            assert_eq!(kept, fresh);
        }
        // Only the picture is written: what stands in the margins stays.
        kept[0] = 7.0;
        preprocessor.refill(&wide.view(), Crop::whole(wide.size), &mut kept, before).unwrap();
        assert_eq!(kept[0], 7.0);
    }
}

#[test]
fn one_preprocessor_serves_pictures_of_changing_size_and_format() {
    let net = Size { width: 20, height: 20 };
    let mut shared = Preprocessor::new(Arc::new(Recipe::plain(net)));
    for (i, layout) in LAYOUTS.into_iter().cycle().take(12).enumerate() {
        let picture = Picture::new(Format::plain(layout), 30 + 9 * i as u32, 50 - 3 * i as u32);
        let (mut a, mut b) = (vec![0.0; 1200], vec![0.0; 1200]);
        let crop = Crop::whole(picture.size);
        shared.run(&picture.view(), crop, &mut a).unwrap();
        Preprocessor::new(Arc::new(Recipe::plain(net))).run(&picture.view(), crop, &mut b).unwrap();
        assert_eq!(a, b);
    }
}

#[test]
fn wrong_lengths_and_crops_are_errors() {
    let picture = Picture::new(Format::plain(Layout::Gray8), 8, 8);
    let mut preprocessor = Preprocessor::new(Arc::new(Recipe::plain(Size { width: 4, height: 4 })));
    let whole = Crop::whole(picture.size);
    let error = preprocessor.run(&picture.view(), whole, &mut [0.0; 3]).unwrap_err();
    assert_eq!(error.to_string(), "the network's input has 48 elements, room is for 3");
    let crop = Crop { left: 1, ..whole };
    let error = preprocessor.run(&picture.view(), crop, &mut [0.0; 48]).unwrap_err();
    assert_eq!(error.to_string(), "8x8 pixels at 1,0 are not inside a picture of 8x8");
}
