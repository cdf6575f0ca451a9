//! How a text looks, and fonts by name.

use super::ffi::osd::{NvOSD_ColorParams, NvOSD_FontParams, NvOSD_TextParams};
use super::raw::owner::Owner;
use super::view;
use gst::glib::ffi::g_intern_string;
use std::ffi::{CStr, CString, c_char};

/// Red, green, blue, alpha, each 0 to 1.
pub type Colour = [f64; 4];

/// The name of a font, kept for as long as the process lives: the ABI shares font names and never frees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Font(&'static CStr);

impl Font {
    /// DeepStream's default for object labels.
    pub const SERIF: Font = Font(c"Serif");

    /// A font by family name. Each distinct name is kept once, for ever: names of a program, not of its input.
    pub fn named(name: &str) -> Self {
        let name = CString::new(name.split('\0').next().unwrap_or_default()).unwrap_or_default();
        // SAFETY: GLib copies the string and keeps the copy for ever.
        Self(unsafe { CStr::from_ptr(g_intern_string(name.as_ptr())) })
    }

    /// The name for the ABI, which never frees it.
    pub(crate) fn as_ptr(self) -> *const c_char {
        self.0.as_ptr()
    }
}

/// Font, size and colours of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextStyle {
    /// The font's family.
    pub font: Font,
    /// Size in points.
    pub size: u32,
    /// Colour of the letters.
    pub colour: Colour,
    /// Colour behind them; `None` for nothing.
    pub background: Option<Colour>,
}

/// What `nvinfer` gives its objects: Serif 11, white on black.
impl Default for TextStyle {
    fn default() -> Self {
        Self { font: Font::SERIF, size: 11, colour: [1.0; 4], background: Some([0.0, 0.0, 0.0, 1.0]) }
    }
}

/// A text to draw, as the metadata holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Text<'a> {
    /// The text, cut before the first byte that is not UTF-8.
    pub text: &'a str,
    /// Left edge in pixels.
    pub x: u32,
    /// Top edge in pixels.
    pub y: u32,
    /// The font's family, where one is named.
    pub font: Option<&'a str>,
    /// Size in points.
    pub size: u32,
    /// Colour of the letters.
    pub colour: Colour,
    /// Colour behind them.
    pub background: Option<Colour>,
}

impl<'a> Text<'a> {
    /// The text of raw parameters; `None` if there is none.
    ///
    /// # Safety
    /// Strings of `params` are NULL or C strings that live for `'a`.
    pub(crate) unsafe fn of(params: &NvOSD_TextParams) -> Option<Text<'a>> {
        // SAFETY: the caller's promise.
        let (text, font) = unsafe { (view::text(params.display_text)?, view::text(params.font_params.font_name)) };
        Some(Text {
            text,
            x: params.x_offset,
            y: params.y_offset,
            font,
            size: params.font_params.font_size,
            colour: colour_of(&params.font_params.font_color),
            background: (params.set_bg_clr != 0).then(|| colour_of(&params.text_bg_clr)),
        })
    }
}

/// Fills raw parameters but for the position.
///
/// # Safety
/// `params` belongs to an item of the owner that the caller may edit.
pub(crate) unsafe fn write(owner: Owner, params: *mut NvOSD_TextParams, text: &str, style: &TextStyle) {
    // SAFETY: the caller's promise; font names are never freed nor written to.
    unsafe {
        owner.set_text(&raw mut (*params).display_text, text);
        (*params).font_params = NvOSD_FontParams {
            font_name: style.font.as_ptr().cast_mut(),
            font_size: style.size,
            font_color: colour(style.colour),
        };
        (*params).set_bg_clr = i32::from(style.background.is_some());
        (*params).text_bg_clr = colour(style.background.unwrap_or_default());
    }
}

/// A colour for the ABI.
pub(crate) fn colour([red, green, blue, alpha]: Colour) -> NvOSD_ColorParams {
    NvOSD_ColorParams { red, green, blue, alpha }
}

/// A colour of the ABI.
pub(crate) fn colour_of(colour: &NvOSD_ColorParams) -> Colour {
    [colour.red, colour.green, colour.blue, colour.alpha]
}
