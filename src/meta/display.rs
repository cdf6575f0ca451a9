//! Things to draw on a frame.

use super::error::MetaError;
use super::ffi::MAX_ELEMENTS_IN_DISPLAY_META as MAX;
use super::ffi::batch::NvDsDisplayMeta;
use super::ffi::osd::*;
use super::ffi::values::{BOTH_HEAD, END_HEAD, START_HEAD};
use super::raw::owner::Owner;
use super::text::{self, Colour, Text, TextStyle, colour};
use super::view::view;
use crate::base::geometry::Rect;

view! {
    /// Up to 16 rectangles, texts, lines, arrows and circles (`NvDsDisplayMeta`).
    Display of NvDsDisplayMeta
}

/// A point in pixels.
pub type Point = (u32, u32);

/// A rectangle to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rectangle {
    /// Where.
    pub rect: Rect,
    /// Width of the border in pixels.
    pub border: u32,
    /// Colour of the border.
    pub colour: Colour,
    /// Colour inside; `None` for nothing.
    pub fill: Option<Colour>,
}

/// A line to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// One end.
    pub from: Point,
    /// The other end.
    pub to: Point,
    /// Width in pixels.
    pub width: u32,
    /// Colour.
    pub colour: Colour,
}

/// Where an arrow has heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ArrowHead {
    /// Where it starts.
    Start,
    /// Where it ends.
    #[default]
    End,
    /// On both ends.
    Both,
}

/// A circle to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    /// Its centre.
    pub centre: Point,
    /// Its radius in pixels.
    pub radius: u32,
    /// Width of the line in pixels.
    pub width: u32,
    /// Colour of the line.
    pub colour: Colour,
    /// Colour inside; `None` for nothing.
    pub fill: Option<Colour>,
}

/// Writes the next of 16 slots.
macro_rules! add {
    ($self:ident, $kind:literal, $count:ident, $slots:ident, $value:expr) => {{
        // SAFETY: a view's struct is live.
        let raw = unsafe { &mut *$self.raw() };
        let slot = raw.$slots.get_mut(raw.$count as usize).ok_or(MetaError::DisplayFull { kind: $kind })?;
        *slot = $value;
        raw.$count += 1;
        Ok(())
    }};
}

/// The slots in use. C code writes the counters, so they are not trusted.
macro_rules! slots {
    ($self:ident, $count:ident, $slots:ident) => {{
        // SAFETY: a view's struct is live.
        let raw = unsafe { &*$self.raw() };
        &raw.$slots[..(raw.$count as usize).min(MAX)]
    }};
}

impl Display {
    /// The rectangles.
    pub fn rects(&self) -> &[NvOSD_RectParams] {
        slots!(self, num_rects, rect_params)
    }

    /// The texts. One without a string is left out.
    pub fn texts(&self) -> impl Iterator<Item = Text<'_>> {
        // SAFETY: the strings belong to the item.
        slots!(self, num_labels, text_params).iter().filter_map(|params| unsafe { Text::of(params) })
    }

    /// The lines.
    pub fn lines(&self) -> &[NvOSD_LineParams] {
        slots!(self, num_lines, line_params)
    }

    /// The arrows.
    pub fn arrows(&self) -> &[NvOSD_ArrowParams] {
        slots!(self, num_arrows, arrow_params)
    }

    /// The circles.
    pub fn circles(&self) -> &[NvOSD_CircleParams] {
        slots!(self, num_circles, circle_params)
    }

    /// Adds a rectangle.
    pub fn add_rect(&mut self, rectangle: Rectangle) -> Result<(), MetaError> {
        let Rectangle { rect: Rect { left, top, width, height }, border, colour: border_colour, fill } = rectangle;
        let params = NvOSD_RectParams {
            left,
            top,
            width,
            height,
            border_width: border,
            border_color: colour(border_colour),
            has_bg_color: u32::from(fill.is_some()),
            reserved: 0,
            bg_color: colour(fill.unwrap_or_default()),
            has_color_info: 0,
            color_id: 0,
            rotation_angle: 0.0,
        };
        add!(self, "rectangles", num_rects, rect_params, params)
    }

    /// Adds a text with its top left corner at `at`.
    pub fn add_text(&mut self, text: &str, at: Point, style: TextStyle) -> Result<(), MetaError> {
        // SAFETY: the slot is the item's own; its string, if any, is replaced.
        unsafe {
            let raw = self.raw();
            let count = (*raw).num_labels as usize;
            if count >= MAX {
                return Err(MetaError::DisplayFull { kind: "texts" });
            }
            let slot: *mut NvOSD_TextParams = (&raw mut (*raw).text_params).cast::<NvOSD_TextParams>().add(count);
            text::write(Owner::of_item(raw), slot, text, &style);
            ((*slot).x_offset, (*slot).y_offset) = at;
            (*raw).num_labels += 1;
        }
        Ok(())
    }

    /// Adds a line.
    pub fn add_line(&mut self, line: Line) -> Result<(), MetaError> {
        let ((x1, y1), (x2, y2)) = (line.from, line.to);
        let params = NvOSD_LineParams { x1, y1, x2, y2, line_width: line.width, line_color: colour(line.colour) };
        add!(self, "lines", num_lines, line_params, params)
    }

    /// Adds an arrow: a line with a head.
    pub fn add_arrow(&mut self, line: Line, head: ArrowHead) -> Result<(), MetaError> {
        let ((x1, y1), (x2, y2)) = (line.from, line.to);
        let arrow_head = match head {
            ArrowHead::Start => START_HEAD,
            ArrowHead::End => END_HEAD,
            ArrowHead::Both => BOTH_HEAD,
        };
        let (arrow_width, arrow_color) = (line.width, colour(line.colour));
        let params = NvOSD_ArrowParams { x1, y1, x2, y2, arrow_width, arrow_head, arrow_color, reserved: 0 };
        add!(self, "arrows", num_arrows, arrow_params, params)
    }

    /// Adds a circle.
    pub fn add_circle(&mut self, circle: Circle) -> Result<(), MetaError> {
        let params = NvOSD_CircleParams {
            xc: circle.centre.0,
            yc: circle.centre.1,
            radius: circle.radius,
            circle_color: colour(circle.colour),
            has_bg_color: u32::from(circle.fill.is_some()),
            bg_color: colour(circle.fill.unwrap_or_default()),
            circle_width: circle.width,
            reserved: 0,
        };
        add!(self, "circles", num_circles, circle_params, params)
    }
}
