//! Rectangles, lines, arrows and circles.

use super::colour::{Colour, Ink};
use super::paint::{self, Coverage};
use crate::base::geometry::Rect;
use crate::surface::view::ViewMut;
use tiny_skia::{FillRule, Mask, Path, PathBuilder, PathStroker, Stroke, Transform};

/// Where an arrow has a head (`NvOSD_Arrow_Head_Direction`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heads {
    /// At the first point.
    Start,
    /// At the second point.
    End,
    /// At both.
    Both,
}

/// A point in pixels.
pub type Point = (f32, f32);

/// Fills `rect` with `colour`.
pub fn fill_rect(view: &mut ViewMut<'_>, rect: &Rect, colour: Colour) {
    let ink = Ink::new(colour, view.format);
    if let Some((x, y, width, height)) = pixels(rect) {
        paint::fill(view, x, y, width, height, ink);
    }
}

/// Draws the border of `rect`, `width` pixels wide and inside it.
pub fn outline(view: &mut ViewMut<'_>, rect: &Rect, width: u32, colour: Colour) {
    let ink = Ink::new(colour, view.format);
    let Some((x, y, w, h)) = pixels(rect) else { return };
    let border = (width as usize).min(w.div_ceil(2)).min(h.div_ceil(2));
    let inner = h.saturating_sub(2 * border);
    let (far_x, far_y) = ((w - border) as i32, (h - border) as i32);
    paint::fill(view, x, y, w, border, ink);
    if h > border {
        paint::fill(view, x, y.saturating_add(far_y.max(border as i32)), w, border.min(h - border), ink);
    }
    paint::fill(view, x, y.saturating_add(border as i32), border, inner, ink);
    if w > border {
        paint::fill(
            view,
            x.saturating_add(far_x.max(border as i32)),
            y.saturating_add(border as i32),
            border,
            inner,
            ink,
        );
    }
}

/// Draws a box turned by `degrees` clockwise about its centre: filled if `fill` is given, then its border.
pub fn rotated_rect(
    view: &mut ViewMut<'_>,
    rect: &Rect,
    degrees: f32,
    width: u32,
    border: Colour,
    fill: Option<Colour>,
) {
    if ![rect.left, rect.top, rect.width, rect.height, degrees].iter().all(|v| v.is_finite()) {
        return;
    }
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (cx, cy) = (rect.left + rect.width / 2.0, rect.top + rect.height / 2.0);
    let corner = |sx: f32, sy: f32| {
        let (dx, dy) = (sx * rect.width / 2.0, sy * rect.height / 2.0);
        (cx + dx * cos - dy * sin, cy + dx * sin + dy * cos)
    };
    let corners = [corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)];
    if let (Some(colour), Some(path)) = (fill, polygon(&corners)) {
        paint_path(view, &path, colour);
    }
    if let Some(path) = polygon(&corners).and_then(|path| stroked(&path, width)) {
        paint_path(view, &path, border);
    }
}

/// Draws a line between two points, `width` pixels wide.
pub fn line(view: &mut ViewMut<'_>, from: Point, to: Point, width: u32, colour: Colour) {
    let mut builder = PathBuilder::new();
    builder.move_to(from.0, from.1);
    builder.line_to(to.0, to.1);
    if let Some(path) = builder.finish().and_then(|path| stroked(&path, width)) {
        paint_path(view, &path, colour);
    }
}

/// Draws a line with a filled head at one or both ends.
pub fn arrow(view: &mut ViewMut<'_>, from: Point, to: Point, width: u32, heads: Heads, colour: Colour) {
    let length = (to.0 - from.0).hypot(to.1 - from.1);
    if !length.is_finite() || length < 1.0 {
        return;
    }
    // A head is three to four line widths long, never more than a third of the arrow.
    let head = (width.max(1) as f32 * 3.0 + 6.0).min(length / 3.0);
    let unit = ((to.0 - from.0) / length, (to.1 - from.1) / length);
    let along = |point: Point, distance: f32| (point.0 + unit.0 * distance, point.1 + unit.1 * distance);
    let at_start = matches!(heads, Heads::Start | Heads::Both);
    let at_end = matches!(heads, Heads::End | Heads::Both);
    let shaft_from = if at_start { along(from, head * 0.9) } else { from };
    let shaft_to = if at_end { along(to, -head * 0.9) } else { to };
    line(view, shaft_from, shaft_to, width, colour);
    let mut tip = |point: Point, back: f32| {
        let base = along(point, back * head);
        let (nx, ny) = (-unit.1 * head * 0.5, unit.0 * head * 0.5);
        if let Some(path) = polygon(&[point, (base.0 + nx, base.1 + ny), (base.0 - nx, base.1 - ny)]) {
            paint_path(view, &path, colour);
        }
    };
    if at_end {
        tip(to, -1.0);
    }
    if at_start {
        tip(from, 1.0);
    }
}

/// Draws a circle, `width` pixels wide, after filling it with `fill` if given.
pub fn circle(view: &mut ViewMut<'_>, centre: Point, radius: f32, width: u32, colour: Colour, fill: Option<Colour>) {
    if radius.is_nan() || radius <= 0.0 {
        return;
    }
    let Some(path) = PathBuilder::from_circle(centre.0, centre.1, radius) else { return };
    if let Some(fill) = fill {
        paint_path(view, &path, fill);
    }
    if let Some(ring) = stroked(&path, width) {
        paint_path(view, &ring, colour);
    }
}

/// The whole pixels of a box, or `None` where it is empty or not a number.
fn pixels(rect: &Rect) -> Option<(i32, i32, usize, usize)> {
    let (left, top) = (rect.left.round(), rect.top.round());
    let (right, bottom) = (rect.right().round(), rect.bottom().round());
    let ok = right > left && bottom > top && (right - left).is_finite() && (bottom - top).is_finite();
    ok.then_some((left as i32, top as i32, (right - left) as usize, (bottom - top) as usize))
}

/// A closed path through `points`.
fn polygon(points: &[Point]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    let (first, rest) = points.split_first()?;
    builder.move_to(first.0, first.1);
    for point in rest {
        builder.line_to(point.0, point.1);
    }
    builder.close();
    builder.finish()
}

/// The outline of `path` drawn with a pen of `width` pixels.
fn stroked(path: &Path, width: u32) -> Option<Path> {
    let stroke = Stroke { width: width.max(1) as f32, ..Stroke::default() };
    PathStroker::new().stroke(path, &stroke, 1.0)
}

/// Fills `path`: coverage is made for the part of its bounds that lies in the picture.
fn paint_path(view: &mut ViewMut<'_>, path: &Path, colour: Colour) {
    let bounds = path.bounds();
    let (width, height) = (view.size.width as f32, view.size.height as f32);
    let (left, top) = (bounds.left().floor().clamp(0.0, width), bounds.top().floor().clamp(0.0, height));
    let (right, bottom) = (bounds.right().ceil().clamp(0.0, width), bounds.bottom().ceil().clamp(0.0, height));
    let Some(mut mask) = Mask::new((right - left) as u32, (bottom - top) as u32) else { return };
    mask.fill_path(path, FillRule::Winding, true, Transform::from_translate(-left, -top));
    let block = Coverage { x: left as i32, y: top as i32, width: mask.width() as usize, bytes: mask.data() };
    paint::cover(view, &block, Ink::new(colour, view.format));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::surface::format::{Format, Layout};

    /// Draws on a black 32x32 picture and gives its pixels.
    fn on_grey(draw: impl FnOnce(&mut ViewMut<'_>)) -> Vec<u8> {
        let mut grey = vec![0u8; 32 * 32];
        let format = Format { full_range: true, ..Format::plain(Layout::Gray8) };
        let size = Size { width: 32, height: 32 };
        let mut view = ViewMut::new(format, size, [&mut grey, &mut [], &mut []], [32, 0, 0]).unwrap();
        draw(&mut view);
        grey
    }

    const WHITE: Colour = Colour::rgb(1.0, 1.0, 1.0);

    #[test]
    fn an_outline_is_as_wide_as_asked_and_hollow() {
        let rect = Rect { left: 4.0, top: 6.0, width: 10.0, height: 8.0 };
        let grey = on_grey(|view| outline(view, &rect, 2, WHITE));
        let white = grey.iter().filter(|p| **p == 255).count();
        assert_eq!(white, 10 * 8 - 6 * 4);
        assert_eq!((grey[6 * 32 + 4], grey[13 * 32 + 13], grey[9 * 32 + 9]), (255, 255, 0));
    }

    #[test]
    fn a_border_wider_than_the_box_fills_it() {
        for (width, height) in [(1.0, 1.0), (3.0, 3.0), (5.0, 2.0), (2.0, 5.0)] {
            let rect = Rect { left: 4.0, top: 6.0, width, height };
            let grey = on_grey(|view| outline(view, &rect, 40, WHITE));
            assert_eq!(grey.iter().filter(|p| **p == 255).count() as f32, width * height);
        }
    }

    #[test]
    fn absurd_numbers_draw_nothing_and_do_not_panic() {
        for bad in [f32::NAN, f32::INFINITY, -f32::INFINITY, 1e30, -1e30] {
            let rect = Rect { left: bad, top: 2.0, width: bad, height: 5.0 };
            on_grey(|view| {
                outline(view, &rect, 3, WHITE);
                fill_rect(view, &rect, WHITE);
                rotated_rect(view, &rect, bad, 2, WHITE, Some(WHITE));
                line(view, (bad, 1.0), (3.0, bad), u32::MAX, WHITE);
                arrow(view, (bad, 1.0), (3.0, 3.0), 2, Heads::Both, WHITE);
                circle(view, (bad, 3.0), 5.0, 2, WHITE, None);
                circle(view, (3.0, 3.0), bad, 2, WHITE, Some(WHITE));
            });
        }
    }

    #[test]
    fn a_circle_has_its_radius() {
        let grey = on_grey(|view| circle(view, (16.0, 16.0), 10.0, 2, WHITE, None));
        assert!(grey[16 * 32 + 26] > 100 && grey[16 * 32 + 5] > 100 && grey[6 * 32 + 16] > 100);
        assert_eq!(grey[16 * 32 + 16], 0);
        assert_eq!(grey[16 * 32 + 29], 0);
    }

    #[test]
    fn an_arrow_is_wider_at_its_head() {
        let grey = on_grey(|view| arrow(view, (2.0, 16.0), (30.0, 16.0), 2, Heads::End, WHITE));
        let column = |x: usize| (0..32).filter(|y| grey[y * 32 + x] > 60).count();
        assert!(column(23) > column(8), "{} {}", column(23), column(8));
        assert!((1..=3).contains(&column(8)));
    }

    #[test]
    fn a_quarter_turn_swaps_width_and_height() {
        let rect = Rect { left: 6.0, top: 12.0, width: 20.0, height: 8.0 };
        let grey = on_grey(|view| rotated_rect(view, &rect, 90.0, 1, WHITE, Some(WHITE)));
        assert!(grey[7 * 32 + 16] > 200 && grey[25 * 32 + 16] > 200);
        assert_eq!(grey[16 * 32 + 8], 0);
    }
}
