//! How tracked objects look and what is written beside them.

use crate::meta::ffi::osd::NvOSD_RectParams;
use crate::meta::{Font, Object, TextStyle};

/// How far above its box an object's text is, in pixels.
const TEXT_ABOVE: f32 = 20.0;

/// What an object that only the tracker saw takes over from others of its class.
#[derive(Clone)]
pub struct Look {
    label: String,
    text: String,
    rect: NvOSD_RectParams,
    component_id: i32,
}

impl Look {
    /// The look of a detected object, before its text has an id.
    pub fn of(object: &Object) -> Self {
        Self {
            label: object.label().to_owned(),
            text: object.text().unwrap_or_default().to_owned(),
            rect: *object.rect_params(),
            component_id: object.component_id(),
        }
    }

    /// The name of the class.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Gives this look to a new object, its place aside.
    pub fn apply(&self, object: &mut Object) {
        let place = object.rect();
        *object.rect_params_mut() = self.rect;
        object.set_rect(place);
        object.set_component_id(self.component_id);
        object.set_label(&self.label);
        object.set_text(&self.text, style());
    }
}

/// Writes the text of a tracked object in DeepStream's style, with its id if asked for.
pub fn write(object: &mut Object, id: u64, with_id: bool) {
    let text = object.text().unwrap_or_default();
    let text = if with_id { format!("{text} {id}") } else { text.to_owned() };
    let rect = object.rect();
    object.set_text(&text, style());
    object.set_text_position(rect.left.max(0.0) as u32, (rect.top - TEXT_ABOVE).max(0.0) as u32);
}

/// Serif 10, white on black.
fn style() -> TextStyle {
    TextStyle { font: Font::SERIF, size: 10, colour: [1.0; 4], background: Some([0.0, 0.0, 0.0, 1.0]) }
}
