//! What is to be drawn on the surfaces of one buffer, gathered first, then rendered surface by surface.
//!
//! A scene is kept and refilled, so that gathering allocates nothing once it has grown to its size.

use super::blur;
use super::colour::Colour;
use super::mask::{self, Mask};
use super::shape::{self, Heads, Point};
use super::text::{Style, Typesetter};
use crate::base::geometry::Rect;
use crate::surface::view::ViewMut;
use std::ops::Range;

/// One thing to draw.
pub enum Item {
    /// Makes a box unrecognisable.
    Blur(Rect),
    /// Tints an object's pixels.
    Mask {
        /// The box the mask is stretched over.
        rect: Rect,
        /// Values across and down.
        size: (usize, usize),
        /// What a value must exceed.
        threshold: f32,
        /// The tint.
        colour: Colour,
        /// Where the values lie in the scene's store; made by [`Scene::mask`].
        values: Range<usize>,
    },
    /// A box with a border and perhaps a filling.
    Rect {
        /// Position and size.
        rect: Rect,
        /// Border width in pixels; 0 draws no border.
        width: u32,
        /// Border colour.
        border: Colour,
        /// Filling.
        fill: Option<Colour>,
        /// Degrees clockwise about the centre.
        rotation: f32,
    },
    /// A line.
    Line {
        /// First point.
        from: Point,
        /// Second point.
        to: Point,
        /// Pixels.
        width: u32,
        /// Colour.
        colour: Colour,
    },
    /// An arrow.
    Arrow {
        /// First point.
        from: Point,
        /// Second point.
        to: Point,
        /// Pixels.
        width: u32,
        /// Where it points.
        heads: Heads,
        /// Colour.
        colour: Colour,
    },
    /// A circle.
    Circle {
        /// Centre.
        centre: Point,
        /// Pixels.
        radius: f32,
        /// Pixels.
        width: u32,
        /// Colour.
        colour: Colour,
        /// Filling.
        fill: Option<Colour>,
    },
    /// A text; made by [`Scene::text`].
    Text {
        /// Top left corner.
        at: (i32, i32),
        /// Points.
        size: u32,
        /// Letters.
        colour: Colour,
        /// Box behind them.
        background: Option<Colour>,
        /// Where font name and text lie in the scene's store.
        store: (Range<usize>, Range<usize>),
    },
}

impl Item {
    /// What is drawn first lies below: blurs, masks, boxes, lines, then texts.
    const fn layer(&self) -> usize {
        match self {
            Item::Blur(_) => 0,
            Item::Mask { .. } => 1,
            Item::Rect { .. } => 2,
            Item::Line { .. } | Item::Arrow { .. } | Item::Circle { .. } => 3,
            Item::Text { .. } => 4,
        }
    }
}

/// Everything to draw on one buffer.
#[derive(Default)]
pub struct Scene {
    items: Vec<(usize, Item)>,
    strings: String,
    values: Vec<f32>,
}

impl Scene {
    /// Takes everything out and keeps the memory.
    pub fn clear(&mut self) {
        self.items.clear();
        self.strings.clear();
        self.values.clear();
    }

    /// The first surface from `index` on that something is drawn on.
    pub fn next_surface(&self, index: usize) -> Option<usize> {
        self.items.iter().map(|(surface, _)| *surface).filter(|surface| *surface >= index).min()
    }

    /// Adds an item for the surface at index `surface`.
    pub fn push(&mut self, surface: usize, item: Item) {
        self.items.push((surface, item));
    }

    /// Adds a text with the top left corner of its background at `at`.
    pub fn text(&mut self, surface: usize, text: &str, at: (i32, i32), style: &Style<'_>) {
        let store = (self.keep(style.font), self.keep(text));
        let Style { size, colour, background, .. } = *style;
        self.push(surface, Item::Text { at, size, colour, background, store });
    }

    /// Adds a mask over `rect`.
    pub fn mask(&mut self, surface: usize, rect: Rect, mask: &Mask<'_>, colour: Colour) {
        let start = self.values.len();
        self.values.extend_from_slice(mask.values);
        let (size, threshold, values) = ((mask.width, mask.height), mask.threshold, start..self.values.len());
        self.push(surface, Item::Mask { rect, size, threshold, colour, values });
    }

    fn keep(&mut self, text: &str) -> Range<usize> {
        let start = self.strings.len();
        self.strings.push_str(text);
        start..self.strings.len()
    }

    /// Draws what belongs to `surface` on `view`.
    pub fn render(&self, surface: usize, view: &mut ViewMut<'_>, setter: &mut Typesetter) {
        for layer in 0..=4 {
            let here = self.items.iter().filter(|(index, item)| *index == surface && item.layer() == layer);
            for (_, item) in here {
                self.draw(item, view, setter);
            }
        }
    }

    fn draw(&self, item: &Item, view: &mut ViewMut<'_>, setter: &mut Typesetter) {
        match item {
            Item::Blur(rect) => blur::blur(view, rect),
            Item::Mask { rect, size, threshold, colour, values } => {
                let values = &self.values[values.clone()];
                let mask = Mask { values, width: size.0, height: size.1, threshold: *threshold };
                mask::draw(view, rect, &mask, *colour);
            }
            Item::Rect { rect, width, border, fill, rotation } if *rotation != 0.0 => {
                shape::rotated_rect(view, rect, *rotation, *width, *border, *fill);
            }
            Item::Rect { rect, width, border, fill, .. } => {
                if let Some(fill) = fill {
                    shape::fill_rect(view, rect, *fill);
                }
                if *width > 0 {
                    shape::outline(view, rect, *width, *border);
                }
            }
            Item::Line { from, to, width, colour } => shape::line(view, *from, *to, *width, *colour),
            Item::Arrow { from, to, width, heads, colour } => {
                shape::arrow(view, *from, *to, *width, *heads, *colour);
            }
            Item::Circle { centre, radius, width, colour, fill } => {
                shape::circle(view, *centre, *radius, *width, *colour, *fill);
            }
            Item::Text { at, size, colour, background, store } => {
                let (font, text) = (&self.strings[store.0.clone()], &self.strings[store.1.clone()]);
                let style = Style { font, size: *size, colour: *colour, background: *background };
                setter.draw(view, text, at.0, at.1, &style);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::surface::format::{Format, Layout};

    #[test]
    fn surfaces_are_kept_apart_and_texts_lie_on_boxes() {
        let mut scene = Scene::default();
        let (white, black) = (Colour::rgb(1.0, 1.0, 1.0), Colour::rgb(0.0, 0.0, 0.0));
        let style = Style { font: "Sans", size: 10, colour: black, background: Some(black) };
        scene.text(3, "X", (0, 0), &style);
        let rect = Rect { left: 0.0, top: 0.0, width: 32.0, height: 32.0 };
        scene.push(3, Item::Rect { rect, width: 1, border: white, fill: Some(white), rotation: 0.0 });
        assert_eq!((scene.next_surface(0), scene.next_surface(4)), (Some(3), None));

        let mut grey = vec![100u8; 32 * 32];
        let format = Format { full_range: true, ..Format::plain(Layout::Gray8) };
        let size = Size { width: 32, height: 32 };
        let mut view = ViewMut::new(format, size, [&mut grey, &mut [], &mut []], [32, 0, 0]).unwrap();
        scene.render(0, &mut view, &mut Typesetter::default());
        assert!(view.row_mut(0, 0).iter().all(|p| *p == 100), "nothing belongs to surface 0");
        scene.render(3, &mut view, &mut Typesetter::default());
        assert_eq!((view.row_mut(0, 1)[1], view.row_mut(0, 30)[30]), (0, 255));
        scene.clear();
        assert_eq!(scene.next_surface(0), None);
    }
}
