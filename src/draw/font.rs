//! Fonts by the names the metadata gives them, and their glyphs as coverage.
//!
//! The generic names (`Serif`, `Sans`, `Monospace`) are always the embedded DejaVu fonts, so that a picture is the same
//! on every machine; any other name is looked up among the installed fonts and falls back to DejaVu Sans.

use ab_glyph::{Font as _, FontArc, Glyph, PxScale, ScaleFont as _, point};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Points to pixels at 96 dots per inch, what Pango takes when nothing is said.
const PIXELS_PER_POINT: f32 = 96.0 / 72.0;

/// The coverage of one glyph: `width` bytes a row, placed relative to the pen on the baseline.
pub struct GlyphImage {
    /// Offset from the pen to the left edge in pixels.
    pub left: i32,
    /// Offset from the baseline to the top edge in pixels (negative: above).
    pub top: i32,
    /// Pixels across; 0 for blanks.
    pub width: usize,
    /// Rows of `width` bytes.
    pub bytes: Vec<u8>,
}

/// One font at one size, with the glyphs drawn so far.
pub struct Face {
    font: FontArc,
    scale: PxScale,
    /// Pixels from the top of a line to its baseline.
    pub ascent: f32,
    /// Pixels from line to line.
    pub line_height: f32,
    glyphs: HashMap<char, (f32, GlyphImage)>,
}

impl Face {
    /// The font called `name` at `points` (1/72 inch at 96 dots per inch).
    pub fn new(name: &str, points: u32) -> Self {
        let font = lookup(name);
        let em = points.clamp(1, 400) as f32 * PIXELS_PER_POINT;
        // ab_glyph scales to ascent + descent; fonts are named by their em.
        let scale = PxScale::from(font.units_per_em().map_or(em, |units| em * font.height_unscaled() / units));
        let scaled = font.as_scaled(scale);
        let (ascent, line_height) = (scaled.ascent(), scaled.height() + scaled.line_gap());
        Self { font, scale, ascent, line_height, glyphs: HashMap::new() }
    }

    /// How far the pen moves for `character`, and its picture.
    pub fn glyph(&mut self, character: char) -> &(f32, GlyphImage) {
        let (font, scale) = (&self.font, self.scale);
        self.glyphs.entry(character).or_insert_with(|| draw(font, scale, character))
    }

    /// Pixels that kerning moves `second` when it follows `first`.
    pub fn kern(&self, first: char, second: char) -> f32 {
        let scaled = self.font.as_scaled(self.scale);
        scaled.kern(self.font.glyph_id(first), self.font.glyph_id(second))
    }
}

/// Draws one glyph.
fn draw(font: &FontArc, scale: PxScale, character: char) -> (f32, GlyphImage) {
    let id = font.glyph_id(character);
    let advance = font.as_scaled(scale).h_advance(id);
    let glyph = Glyph { id, scale, position: point(0.0, 0.0) };
    let Some(outline) = font.outline_glyph(glyph) else {
        return (advance, GlyphImage { left: 0, top: 0, width: 0, bytes: Vec::new() });
    };
    let bounds = outline.px_bounds();
    let (width, height) = (bounds.width() as usize, bounds.height() as usize);
    let mut bytes = vec![0; width * height];
    outline.draw(|x, y, coverage| {
        let (x, y) = (x as usize, y as usize);
        if x < width && y < height {
            bytes[y * width + x] = (coverage.clamp(0.0, 1.0) * 255.0).round() as u8;
        }
    });
    (advance, GlyphImage { left: bounds.min.x as i32, top: bounds.min.y as i32, width, bytes })
}

/// The font called `name`.
fn lookup(name: &str) -> FontArc {
    let embedded: fn() -> &'static [u8] = match name.trim().to_ascii_lowercase().as_str() {
        "serif" | "dejavu serif" | "times" => dejavu::serif::regular,
        "mono" | "monospace" | "dejavu sans mono" | "courier" => dejavu::sans_mono::regular,
        "" | "sans" | "sans-serif" | "dejavu sans" | "arial" | "helvetica" => dejavu::sans::regular,
        _ => return installed(name).unwrap_or_else(fallback),
    };
    FontArc::try_from_slice(embedded()).unwrap_or_else(|_| fallback())
}

/// DejaVu Sans, which is part of the program.
fn fallback() -> FontArc {
    static FONT: OnceLock<FontArc> = OnceLock::new();
    FONT.get_or_init(|| {
        #[expect(clippy::expect_used, reason = "the font is a constant of the program, covered by a test")]
        FontArc::try_from_slice(dejavu::sans::regular()).expect("the embedded font is a font")
    })
    .clone()
}

/// A font installed on the machine.
fn installed(name: &str) -> Option<FontArc> {
    static FONTS: OnceLock<fontdb::Database> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| {
        let mut fonts = fontdb::Database::new();
        fonts.load_system_fonts();
        fonts
    });
    let query = fontdb::Query { families: &[fontdb::Family::Name(name)], ..fontdb::Query::default() };
    let id = fonts.query(&query)?;
    let (data, index) = fonts.with_face_data(id, |data, index| (data.to_vec(), index))?;
    ab_glyph::FontVec::try_from_vec_and_index(data, index).ok().map(FontArc::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generic_and_unknown_names_give_a_font() {
        for name in ["Serif", "sans", "Monospace", "", "No Such Font 123"] {
            let mut face = Face::new(name, 12);
            let (advance, image) = face.glyph('A');
            assert!(*advance > 5.0 && image.width > 5, "{name}");
            assert!(image.bytes.iter().any(|b| *b > 0 && *b < 255), "{name}: anti-aliased");
        }
    }

    #[test]
    fn twelve_points_are_sixteen_pixels_an_em() {
        let mut face = Face::new("Sans", 12);
        // The em dash of DejaVu Sans is one em wide.
        let (advance, _) = face.glyph('\u{2014}');
        assert!((advance - 16.0).abs() < 0.1, "{advance}");
    }
}
