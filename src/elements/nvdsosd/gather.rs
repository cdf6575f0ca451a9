//! From metadata to a scene: what of a batch is to be drawn, and how.

use super::settings::Settings;
use crate::base::geometry::Rect;
use crate::draw::Colour;
use crate::draw::mask::Mask;
use crate::draw::scene::{Item, Scene};
use crate::draw::shape::Heads;
use crate::draw::text::Style;
use crate::meta::ffi::osd::{
    NvOSD_ArrowParams, NvOSD_CircleParams, NvOSD_ColorParams, NvOSD_LineParams, NvOSD_RectParams,
};
use crate::meta::ffi::values::{BOTH_HEAD, START_HEAD};
use crate::meta::{Batch, Display, Object, Text};

/// How much of a mask's tint covers the picture; DeepStream draws masks half transparent.
const MASK_ALPHA: f64 = 0.5;

/// Fills `scene` with all objects and display metadata of `batch`.
///
/// Frames are drawn on the surface their `batch_id` names. Unlike DeepStream's, this gathers from the frames' lists, not
/// from the pools: what was acquired and never attached is not drawn.
pub fn batch(scene: &mut Scene, batch: &Batch, settings: &Settings) {
    for frame in batch.frames() {
        let surface = frame.batch_id() as usize;
        for item in frame.objects() {
            object(scene, surface, item, settings);
        }
        for item in frame.displays() {
            display(scene, surface, item);
        }
    }
}

fn object(scene: &mut Scene, surface: usize, object: &Object, settings: &Settings) {
    let rect = object.rect();
    let mask = object.mask();
    if settings.blurs(object.component_id(), object.class_id()) {
        scene.push(surface, Item::Blur(rect));
    }
    if settings.display_bbox {
        scene.push(surface, boxed(object.rect_params()));
    }
    if let (true, Some(mask)) = (settings.display_mask, mask) {
        let params = object.rect_params();
        let colour = if params.has_bg_color != 0 { &params.bg_color } else { &params.border_color };
        let colour = Colour { alpha: MASK_ALPHA, ..of(colour) };
        let mask = Mask {
            values: mask.values,
            width: mask.width as usize,
            height: mask.height as usize,
            threshold: mask.threshold,
        };
        scene.mask(surface, rect, &mask, colour);
    }
    if let (true, Some(text)) = (settings.display_text, object.text_params()) {
        write(scene, surface, &text);
    }
}

fn display(scene: &mut Scene, surface: usize, display: &Display) {
    for params in display.rects() {
        scene.push(surface, boxed(params));
    }
    for params in display.lines() {
        scene.push(surface, line(params));
    }
    for params in display.arrows() {
        scene.push(surface, arrow(params));
    }
    for params in display.circles() {
        scene.push(surface, circle(params));
    }
    for text in display.texts() {
        write(scene, surface, &text);
    }
}

fn write(scene: &mut Scene, surface: usize, text: &Text<'_>) {
    let colour = |c: [f64; 4]| Colour { red: c[0], green: c[1], blue: c[2], alpha: c[3] };
    let style = Style {
        font: text.font.unwrap_or_default(),
        size: text.size,
        colour: colour(text.colour),
        background: text.background.map(colour),
    };
    let pixel = |v: u32| i32::try_from(v).unwrap_or(i32::MAX);
    scene.text(surface, text.text, (pixel(text.x), pixel(text.y)), &style);
}

fn of(colour: &NvOSD_ColorParams) -> Colour {
    Colour { red: colour.red, green: colour.green, blue: colour.blue, alpha: colour.alpha }
}

fn boxed(p: &NvOSD_RectParams) -> Item {
    Item::Rect {
        rect: Rect { left: p.left, top: p.top, width: p.width, height: p.height },
        width: p.border_width,
        border: of(&p.border_color),
        fill: (p.has_bg_color != 0).then(|| of(&p.bg_color)),
        rotation: p.rotation_angle,
    }
}

fn line(p: &NvOSD_LineParams) -> Item {
    Item::Line {
        from: (p.x1 as f32, p.y1 as f32),
        to: (p.x2 as f32, p.y2 as f32),
        width: p.line_width,
        colour: of(&p.line_color),
    }
}

fn arrow(p: &NvOSD_ArrowParams) -> Item {
    let heads = match p.arrow_head {
        START_HEAD => Heads::Start,
        BOTH_HEAD => Heads::Both,
        _ => Heads::End,
    };
    Item::Arrow {
        from: (p.x1 as f32, p.y1 as f32),
        to: (p.x2 as f32, p.y2 as f32),
        width: p.arrow_width,
        heads,
        colour: of(&p.arrow_color),
    }
}

fn circle(p: &NvOSD_CircleParams) -> Item {
    Item::Circle {
        centre: (p.xc as f32, p.yc as f32),
        radius: p.radius as f32,
        width: p.circle_width,
        colour: of(&p.circle_color),
        fill: (p.has_bg_color != 0).then(|| of(&p.bg_color)),
    }
}
