//! Text with an optional background.

use super::colour::{Colour, Ink};
use super::font::Face;
use super::paint::{self, Coverage};
use crate::surface::view::ViewMut;
use std::collections::HashMap;

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub struct Style<'a> {
    /// Font name; generic names are the embedded DejaVu fonts.
    pub font: &'a str,
    /// Size in points.
    pub size: u32,
    /// Colour of the letters.
    pub colour: Colour,
    /// Colour of the box behind them.
    pub background: Option<Colour>,
}

/// Pixels between the letters and the edge of the background.
const MARGIN: i32 = 2;

/// The fonts used so far. Keep one for a stream: glyphs are drawn once.
#[derive(Default)]
pub struct Typesetter {
    faces: HashMap<u32, Vec<(String, Face)>>,
}

impl Typesetter {
    /// The size of `text` in pixels, without the background's margin.
    pub fn measure(&mut self, text: &str, font: &str, size: u32) -> (u32, u32) {
        let face = self.face(font, size);
        let lines = text.lines().count().max(1);
        let width = text.lines().map(|line| line_width(face, line)).fold(0.0, f32::max);
        (width.ceil() as u32, (face.line_height * lines as f32).ceil() as u32)
    }

    /// Draws `text` with the top left corner of its background at (`x`, `y`). A text that would leave the picture to the
    /// right, left or top is moved back in as far as it fits.
    pub fn draw(&mut self, view: &mut ViewMut<'_>, text: &str, x: i32, y: i32, style: &Style<'_>) {
        if text.is_empty() {
            return;
        }
        let (width, height) = self.measure(text, style.font, style.size);
        let (box_width, box_height) = (width as i32 + 2 * MARGIN, height as i32);
        let fit = |at: i32, length: i32, end: u32| at.min((end as i32).saturating_sub(length)).max(0);
        let (x, y) = (fit(x, box_width, view.size.width), fit(y, box_height, view.size.height));
        if let Some(background) = style.background {
            let ink = Ink::new(background, view.format);
            paint::fill(view, x, y, box_width as usize, box_height as usize, ink);
        }
        let ink = Ink::new(style.colour, view.format);
        let face = self.face(style.font, style.size);
        for (number, line) in text.lines().enumerate() {
            let baseline = y as f32 + face.ascent + face.line_height * number as f32;
            draw_line(view, face, line, (x + MARGIN) as f32, baseline.round() as i32, ink);
        }
    }

    fn face(&mut self, font: &str, size: u32) -> &mut Face {
        let faces = self.faces.entry(size).or_default();
        let index = faces.iter().position(|(name, _)| name == font).unwrap_or_else(|| {
            faces.push((font.to_owned(), Face::new(font, size)));
            faces.len() - 1
        });
        &mut faces[index].1
    }
}

/// Pixels a line takes.
fn line_width(face: &mut Face, line: &str) -> f32 {
    let mut width = 0.0;
    let mut before = None;
    for character in line.chars() {
        if let Some(before) = before {
            width += face.kern(before, character);
        }
        width += face.glyph(character).0;
        before = Some(character);
    }
    width
}

/// Draws one line from `x` on `baseline`.
fn draw_line(view: &mut ViewMut<'_>, face: &mut Face, line: &str, x: f32, baseline: i32, ink: Ink) {
    let mut pen = x;
    let mut before = None;
    for character in line.chars() {
        if let Some(before) = before {
            pen += face.kern(before, character);
        }
        let (advance, image) = face.glyph(character);
        let (left, top) = (pen.round() as i32 + image.left, baseline + image.top);
        paint::cover(view, &Coverage { x: left, y: top, width: image.width, bytes: &image.bytes }, ink);
        pen += advance;
        before = Some(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::surface::format::{Format, Layout};

    const SIZE: Size = Size { width: 120, height: 40 };

    fn drawn(text: &str, x: i32, y: i32) -> Vec<u8> {
        let mut grey = vec![0u8; 120 * 40];
        let format = Format { full_range: true, ..Format::plain(Layout::Gray8) };
        let mut view = ViewMut::new(format, SIZE, [&mut grey, &mut [], &mut []], [120, 0, 0]).unwrap();
        let style = Style { font: "Sans", size: 11, colour: Colour::rgb(1.0, 1.0, 1.0), background: None };
        Typesetter::default().draw(&mut view, text, x, y, &style);
        grey
    }

    #[test]
    fn letters_are_anti_aliased_and_inside_their_measure() {
        let grey = drawn("Person 0.87", 10, 8);
        let (width, height) = Typesetter::default().measure("Person 0.87", "Sans", 11);
        assert!(grey.iter().any(|p| *p > 200) && grey.iter().any(|p| (20..200).contains(p)));
        for (i, p) in grey.iter().enumerate().filter(|(_, p)| **p > 0) {
            let (x, y) = (i as u32 % 120, i as u32 / 120);
            assert!((10..=10 + width + 4).contains(&x) && (8..8 + height).contains(&y), "{x},{y}: {p}");
        }
    }

    #[test]
    fn a_text_at_the_edge_is_moved_in() {
        let count = |grey: Vec<u8>| grey.iter().filter(|p| **p > 128).count();
        let inside = count(drawn("Car", 10, 8));
        for (x, y) in [(-500, 8), (i32::MAX, 8), (10, -500), (10, i32::MAX)] {
            assert_eq!(count(drawn("Car", x, y)), inside, "{x},{y}");
        }
    }

    #[test]
    fn lines_stand_below_each_other() {
        let mut setter = Typesetter::default();
        let (one, two) = (setter.measure("Car", "Sans", 11), setter.measure("Car\nCar", "Sans", 11));
        assert_eq!(one.0, two.0);
        assert!(two.1 >= one.1 * 2 - 1);
        assert_eq!(setter.measure("", "Sans", 11).0, 0);
    }
}
