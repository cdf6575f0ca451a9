//! Conversions against straightforward arithmetic in floating point.

use super::*;
use crate::surface::format::Matrix;
use crate::surface::host::Plan;

/// A picture of its own for tests.
struct Picture {
    format: Format,
    size: Size,
    bytes: Vec<u8>,
    plan: Plan,
}

impl Picture {
    fn new(format: Format, size: Size) -> Self {
        let plan = Plan::new(format, size).unwrap();
        // The last row ends where its last pixel does, as in memory of exact size.
        let last = format.layout.planes() - 1;
        let samples = format.layout.plane_size(last, size);
        let row = samples.width as usize * format.layout.bytes_per_pixel(last);
        let end = plan.offsets[last] + plan.pitches[last] * (samples.height - 1);
        Self { format, size, bytes: vec![0xEE; end as usize + row], plan }
    }

    /// Smooth gradients plus a little noise, so that wrong pixels show and rounding does not.
    fn painted(format: Format, size: Size) -> Self {
        let mut picture = Self::new(format, size);
        let mut noise = 12345u32;
        let mut view = picture.view_mut();
        for plane in 0..format.layout.planes() {
            let bytes = format.layout.bytes_per_pixel(plane);
            let samples = format.layout.plane_size(plane, size);
            for y in 0..samples.height as usize {
                for (i, byte) in view.row_mut(plane, y).iter_mut().enumerate() {
                    let (x, channel) = (i / bytes, i % bytes + plane);
                    noise = noise.wrapping_mul(1664525).wrapping_add(1013904223);
                    let value = 70.0 + 50.0 * ((x + 11 * channel) as f32 / 40.0).sin() + 40.0 * (y as f32 / 30.0).cos();
                    *byte = (value + (noise >> 30) as f32).clamp(20.0, 230.0) as u8;
                }
            }
        }
        picture
    }

    fn split(&self) -> [std::ops::Range<usize>; 3] {
        let end = self.bytes.len();
        let at = |plane: usize| self.plan.offsets[plane] as usize;
        match self.format.layout.planes() {
            1 => [0..end, end..end, end..end],
            2 => [0..at(1), at(1)..end, end..end],
            _ => [0..at(1), at(1)..at(2), at(2)..end],
        }
    }

    fn pitches(&self) -> [usize; 3] {
        self.plan.pitches.map(|pitch| pitch as usize)
    }

    fn view(&self) -> View<'_> {
        let planes = self.split().map(|range| &self.bytes[range]);
        View::new(self.format, self.size, planes, self.pitches()).unwrap()
    }

    fn view_mut(&mut self) -> ViewMut<'_> {
        let [a, b, _] = self.split();
        let pitches = self.pitches();
        let (luma, rest) = self.bytes.split_at_mut(a.end);
        let (cb, cr) = rest.split_at_mut(b.end - b.start);
        ViewMut::new(self.format, self.size, [luma, cb, cr], pitches).unwrap()
    }
}

/// Kr and Kb of the matrix (ITU-R BT.601 and BT.709).
fn weights(format: Format) -> (f64, f64) {
    match format.matrix {
        Matrix::Bt601 => (0.299, 0.114),
        Matrix::Bt709 => (0.2126, 0.0722),
    }
}

/// Luma scale and offset, chroma scale.
fn scales(format: Format) -> (f64, f64, f64) {
    if format.full_range { (255.0, 0.0, 255.0) } else { (219.0, 16.0, 224.0) }
}

/// Red, green, blue in 0..1 of a pixel of any format.
fn rgb_at(view: &View<'_>, x: usize, y: usize) -> [f64; 3] {
    let byte = |plane: usize, x: usize, y: usize, i: usize, n: usize| f64::from(view.row(plane, y)[x * n + i]);
    let (cx, cy) = (x / 2, y / 2);
    let (cb, cr) = match view.format.layout {
        Layout::Rgba => return [0, 1, 2].map(|i| byte(0, x, y, i, 4) / 255.0),
        Layout::Rgb => return [0, 1, 2].map(|i| byte(0, x, y, i, 3) / 255.0),
        Layout::Bgrx => return [2, 1, 0].map(|i| byte(0, x, y, i, 4) / 255.0),
        Layout::Nv12 => (byte(1, cx, cy, 0, 2), byte(1, cx, cy, 1, 2)),
        Layout::I420 => (byte(1, cx, cy, 0, 1), byte(2, cx, cy, 0, 1)),
        Layout::Gray8 => (128.0, 128.0),
    };
    let ((kr, kb), (scale, offset, chroma)) = (weights(view.format), scales(view.format));
    let luma = (byte(0, x, y, 0, 1) - offset) / scale;
    let (cb, cr) = ((cb - 128.0) / chroma, (cr - 128.0) / chroma);
    let (red, blue) = (luma + 2.0 * (1.0 - kr) * cr, luma + 2.0 * (1.0 - kb) * cb);
    let green = (luma - kr * red - kb * blue) / (1.0 - kr - kb);
    [red, green, blue].map(|c| c.clamp(0.0, 1.0))
}

/// The samples of pixel block `x`, `y` of `plane` that exact arithmetic gives for a picture like `source`.
fn expected(source: &View<'_>, to: Format, plane: usize, x: usize, y: usize) -> Vec<f64> {
    // Grey has no matrix of its own: luma stays luma.
    let grey_of_luma = to.layout == Layout::Gray8 && !is_rgb(source.format.layout);
    let (kr, kb) = weights(if grey_of_luma { source.format } else { to });
    let (scale, offset, chroma) = scales(to);
    let luma = |[r, g, b]: [f64; 3]| kr * r + (1.0 - kr - kb) * g + kb * b;
    if plane == 0 {
        let rgb = rgb_at(source, x, y);
        let [r, g, b] = rgb.map(|c| c * 255.0);
        return match to.layout {
            Layout::Rgba if source.format == to => vec![r, g, b, f64::from(source.row(0, y)[x * 4 + 3])],
            Layout::Rgba => vec![r, g, b, 255.0],
            Layout::Rgb => vec![r, g, b],
            Layout::Bgrx => vec![b, g, r],
            _ => vec![luma(rgb) * scale + offset],
        };
    }
    // Chroma is the mean over the block, whose missing pixels repeat the edge.
    let (w, h) = (source.size.width as usize, source.size.height as usize);
    let mut mean = [0.0; 3];
    for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        let rgb = rgb_at(source, (2 * x + dx).min(w - 1), (2 * y + dy).min(h - 1));
        (0..3).for_each(|i| mean[i] += rgb[i] / 4.0);
    }
    let cb = (mean[2] - luma(mean)) / (2.0 * (1.0 - kb)) * chroma + 128.0;
    let cr = (mean[0] - luma(mean)) / (2.0 * (1.0 - kr)) * chroma + 128.0;
    match (to.layout, plane) {
        (Layout::Nv12, _) => vec![cb, cr],
        (_, 1) => vec![cb],
        _ => vec![cr],
    }
}

fn formats() -> Vec<Format> {
    (0..200).filter_map(Format::from_color_format).collect()
}

/// Greatest distance of any sample from exact arithmetic.
fn distance(source: &View<'_>, target: &View<'_>) -> f64 {
    let mut worst = 0.0f64;
    for plane in 0..target.format.layout.planes() {
        let samples = target.format.layout.plane_size(plane, target.size);
        let bytes = target.format.layout.bytes_per_pixel(plane);
        for y in 0..samples.height as usize {
            for x in 0..samples.width as usize {
                let exact = expected(source, target.format, plane, x, y);
                for (i, exact) in exact.into_iter().enumerate() {
                    worst = worst.max((f64::from(target.row(plane, y)[x * bytes + i]) - exact).abs());
                }
            }
        }
    }
    worst
}

#[test]
fn every_format_becomes_every_other_within_rounding() {
    let mut wrong = Vec::new();
    for (width, height) in [(1, 1), (2, 1), (1, 2), (3, 3), (16, 2), (33, 17), (130, 6)] {
        let size = Size { width, height };
        for from in formats() {
            let source = Picture::painted(from, size);
            for to in formats() {
                let mut target = Picture::new(to, size);
                let whole = Region::whole(size);
                convert(&source.view(), whole, &mut target.view_mut(), whole, Filter::Bilinear).unwrap();
                let far = distance(&source.view(), &target.view());
                // YCbCr of another matrix goes through 8-bit RGB.
                if far > if colour::needs_rgb_between(from, to) { 4.0 } else { 2.0 } {
                    wrong.push(format!("{width}x{height} {from:?} {to:?}: {far:.1}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Bilinear interpolation with centres of pixels at halves and repeated edges.
fn bilinear(view: &View<'_>, plane: usize, i: usize, x: f64, y: f64) -> f64 {
    let samples = view.format.layout.plane_size(plane, view.size);
    let bytes = view.format.layout.bytes_per_pixel(plane);
    let at = |x: f64, y: f64| {
        let x = x.clamp(0.0, f64::from(samples.width - 1)) as usize;
        f64::from(view.row(plane, y.clamp(0.0, f64::from(samples.height - 1)) as usize)[x * bytes + i])
    };
    let (fx, fy) = (x - x.floor(), y - y.floor());
    let (x, y) = (x.floor(), y.floor());
    let top = at(x, y) * (1.0 - fx) + at(x + 1.0, y) * fx;
    let bottom = at(x, y + 1.0) * (1.0 - fx) + at(x + 1.0, y + 1.0) * fx;
    top * (1.0 - fy) + bottom * fy
}

#[test]
fn scaling_is_bilinear_in_every_format_also_to_and_from_single_pixels() {
    let sizes = [(1, 1), (5, 3), (33, 17), (64, 48), (101, 35)];
    for from in sizes {
        for to in sizes {
            for layout in [Layout::Rgba, Layout::Rgb, Layout::Bgrx, Layout::Nv12, Layout::I420, Layout::Gray8] {
                let source = Picture::painted(Format::plain(layout), Size { width: from.0, height: from.1 });
                let mut target = Picture::new(Format::plain(layout), Size { width: to.0, height: to.1 });
                let (all, into) = (Region::whole(source.size), Region::whole(target.size));
                convert(&source.view(), all, &mut target.view_mut(), into, Filter::Bilinear).unwrap();
                for plane in 0..layout.planes() {
                    let (s, t) = (layout.plane_size(plane, source.size), layout.plane_size(plane, target.size));
                    let scale = |t: u32, s: u32| f64::from(s) / f64::from(t);
                    for y in 0..t.height {
                        for x in 0..t.width {
                            let at = |i: u32, t: u32, s: u32| (f64::from(i) + 0.5) * scale(t, s) - 0.5;
                            for i in 0..layout.bytes_per_pixel(plane) {
                                let (sx, sy) = (at(x, t.width, s.width), at(y, t.height, s.height));
                                let exact = bilinear(&source.view(), plane, i, sx, sy);
                                let column = x as usize * layout.bytes_per_pixel(plane) + i;
                                let found = f64::from(target.view().row(plane, y as usize)[column]);
                                assert!((found - exact).abs() <= 1.01, "{layout:?} {from:?} {to:?} {plane} {x},{y}");
                            }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_crop_is_converted_into_its_place_and_nothing_else_is_touched() {
    for from in formats() {
        let source = Picture::painted(from, Size { width: 41, height: 23 });
        let region = Region { left: 7, top: 5, size: Size { width: 13, height: 9 } };
        let cropped = crop(&source.view(), region).unwrap();
        for x in 0..13 {
            assert_eq!(cropped.row(0, 2)[x], source.view().row(0, 7)[x + 7 * from.layout.bytes_per_pixel(0)]);
        }
        let mut target = Picture::new(Format::plain(Layout::Rgba), Size { width: 30, height: 20 });
        let to = Region { left: 4, top: 3, size: Size { width: 20, height: 10 } };
        convert(&source.view(), region, &mut target.view_mut(), to, Filter::Nearest).unwrap();
        let view = target.view();
        for y in 0..20 {
            for x in 0..30 {
                let inside = (4..24).contains(&x) && (3..13).contains(&y);
                assert_eq!(view.row(0, y)[x * 4..][..4] == [0xEE; 4], !inside, "{from:?} {x},{y}");
            }
        }
        let outside = Region { left: 30, ..region };
        assert!(convert(&source.view(), outside, &mut target.view_mut(), to, Filter::Nearest).is_err());
    }
}

#[test]
fn every_filter_keeps_a_flat_picture_flat() {
    for filter in [Filter::Nearest, Filter::Bilinear, Filter::Cubic, Filter::Area, Filter::Lanczos] {
        for (from, to) in [((64, 48), (17, 11)), ((17, 11), (64, 48)), ((3, 3), (1, 1))] {
            let mut source = Picture::new(Format::plain(Layout::Nv12), Size { width: from.0, height: from.1 });
            source.bytes.fill(90);
            let mut target = Picture::new(Format::plain(Layout::Nv12), Size { width: to.0, height: to.1 });
            let (all, into) = (Region::whole(source.size), Region::whole(target.size));
            convert(&source.view(), all, &mut target.view_mut(), into, filter).unwrap();
            let view = target.view();
            for plane in 0..2 {
                assert!(view.row(plane, 0).iter().all(|sample| *sample == 90), "{filter:?} {from:?} {to:?}");
            }
        }
    }
}

#[test]
fn bars_are_black_and_the_picture_stays() {
    for format in formats() {
        let mut picture = Picture::painted(format, Size { width: 32, height: 24 });
        let inside = Region { left: 4, top: 6, size: Size { width: 20, height: 10 } };
        let before = Picture::painted(format, picture.size);
        fill_outside(&mut picture.view_mut(), inside).unwrap();
        for y in 0..24 {
            for x in 0..32 {
                let (now, old) = (rgb_at(&picture.view(), x, y), rgb_at(&before.view(), x, y));
                let inside = (4..24).contains(&x) && (6..16).contains(&y);
                assert_eq!(now, if inside { old } else { [0.0; 3] }, "{format:?} {x},{y}");
            }
        }
    }
}

#[test]
fn flips_move_corners_where_their_names_say() {
    let methods = [
        (Flip::None, [1, 2, 3, 4, 5, 6]),
        (Flip::Counterclockwise, [3, 6, 2, 5, 1, 4]),
        (Flip::Rotate180, [6, 5, 4, 3, 2, 1]),
        (Flip::Clockwise, [4, 1, 5, 2, 6, 3]),
        (Flip::Horizontal, [3, 2, 1, 6, 5, 4]),
        (Flip::UpperRightDiagonal, [6, 3, 5, 2, 4, 1]),
        (Flip::Vertical, [4, 5, 6, 1, 2, 3]),
        (Flip::UpperLeftDiagonal, [1, 4, 2, 5, 3, 6]),
    ];
    for (method, expected) in methods {
        let mut source = Picture::new(Format::plain(Layout::Gray8), Size { width: 3, height: 2 });
        source.view_mut().row_mut(0, 0).copy_from_slice(&[1, 2, 3]);
        source.view_mut().row_mut(0, 1).copy_from_slice(&[4, 5, 6]);
        let mut target = Picture::new(source.format, method.size(source.size));
        flip(&source.view(), &mut target.view_mut(), method);
        let view = target.view();
        let found: Vec<u8> = (0..target.size.height as usize).flat_map(|y| view.row(0, y).to_vec()).collect();
        assert_eq!(found, expected, "{method:?}");
    }
}

#[test]
fn flips_work_in_every_format_and_undo_themselves() {
    for format in formats() {
        let source = Picture::painted(format, Size { width: 71, height: 43 });
        let pairs = [(Flip::Clockwise, Flip::Counterclockwise), (Flip::UpperLeftDiagonal, Flip::UpperLeftDiagonal)];
        for (there, back) in pairs {
            let mut turned = Picture::new(format, there.size(source.size));
            flip(&source.view(), &mut turned.view_mut(), there);
            let mut again = Picture::new(format, source.size);
            flip(&turned.view(), &mut again.view_mut(), back);
            for plane in 0..format.layout.planes() {
                let rows = format.layout.plane_size(plane, source.size).height as usize;
                assert!((0..rows).all(|y| again.view().row(plane, y) == source.view().row(plane, y)), "{format:?}");
            }
        }
    }
}
