//! `test:` URIs, our extension: a generated picture instead of a file, such as
//! `test:smpte?size=640x360&fps=30&frames=300`. Knows no GStreamer.

use crate::base::geometry::Size;

/// What such a URI asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// A pattern of `videotestsrc`, by nick.
    pub name: String,
    /// Size in pixels.
    pub size: Size,
    /// Frames a second as a fraction.
    pub fps: (i32, i32),
    /// How many frames there are; endless without.
    pub frames: Option<i32>,
    /// Whether frames come as the clock says, as from a camera.
    pub live: bool,
}

/// What is wrong with such a URI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// A word before `=` that means nothing.
    #[error("unknown option {0:?}; a test URI takes size=WxH, fps=N or N/D, frames=N and live=true")]
    Key(String),
    /// A value that does not fit its option.
    #[error("{key}={value} is not valid: give {expected}")]
    Value {
        /// The option.
        key: &'static str,
        /// What was given.
        value: String,
        /// What fits.
        expected: &'static str,
    },
}

impl Default for Pattern {
    fn default() -> Self {
        let size = Size { width: 1280, height: 720 };
        Self { name: "smpte".to_owned(), size, fps: (30, 1), frames: None, live: false }
    }
}

impl Pattern {
    /// Reads a URI; `None` when its scheme is not `test`.
    pub fn parse(uri: &str) -> Option<Result<Self, PatternError>> {
        let rest = uri.strip_prefix("test:")?;
        let (name, options) = rest.split_once('?').unwrap_or((rest, ""));
        let mut pattern = Self::default();
        let name = name.trim_matches('/');
        if !name.is_empty() {
            name.clone_into(&mut pattern.name);
        }
        let options = options.split('&').filter(|option| !option.is_empty());
        Some(options.map(|option| option.split_once('=').unwrap_or((option, ""))).try_fold(pattern, Self::with))
    }

    fn with(mut self, (key, value): (&str, &str)) -> Result<Self, PatternError> {
        let wrong = |key, expected| PatternError::Value { key, value: value.to_owned(), expected };
        match key {
            "size" => {
                self.size = size(value).ok_or_else(|| wrong("size", "two numbers from 1 to 16384, as 640x360"))?
            }
            "fps" => {
                self.fps =
                    fps(value).ok_or_else(|| wrong("fps", "a number or fraction above 0, as 30 or 30000/1001"))?
            }
            "frames" => {
                let frames = value.parse().ok().filter(|frames| *frames > 0);
                self.frames = Some(frames.ok_or_else(|| wrong("frames", "a number above 0"))?);
            }
            "live" => self.live = value.parse().map_err(|_| wrong("live", "true or false"))?,
            _ => return Err(PatternError::Key(key.to_owned())),
        }
        Ok(self)
    }
}

fn size(text: &str) -> Option<Size> {
    let (width, height) = text.split_once('x')?;
    let side = |text: &str| text.parse().ok().filter(|side| (1..=16384).contains(side));
    Some(Size { width: side(width)?, height: side(height)? })
}

fn fps(text: &str) -> Option<(i32, i32)> {
    let (top, bottom) = text.split_once('/').unwrap_or((text, "1"));
    let part = |text: &str| text.parse().ok().filter(|part| *part > 0);
    Some((part(top)?, part(bottom)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_uri_says_everything() {
        let pattern = Pattern::parse("test:ball?size=641x359&fps=30000/1001&frames=300&live=true").unwrap().unwrap();
        let size = Size { width: 641, height: 359 };
        assert_eq!(pattern, Pattern { name: "ball".into(), size, fps: (30000, 1001), frames: Some(300), live: true });
    }

    #[test]
    fn an_empty_uri_is_the_default_and_others_are_none_of_ours() {
        assert_eq!(Pattern::parse("test:").unwrap(), Ok(Pattern::default()));
        assert_eq!(Pattern::parse("test://?").unwrap(), Ok(Pattern::default()));
        assert_eq!(Pattern::parse("file:///test:smpte"), None);
    }

    #[test]
    fn wrong_options_are_named() {
        let error = |uri| Pattern::parse(uri).unwrap().unwrap_err().to_string();
        assert!(error("test:smpte?sise=1x1").starts_with("unknown option \"sise\""));
        assert_eq!(error("test:?size=0x4"), "size=0x4 is not valid: give two numbers from 1 to 16384, as 640x360");
        assert!(error("test:?fps=0").starts_with("fps=0 is not valid"));
        assert!(error("test:?frames=-1").starts_with("frames=-1 is not valid"));
    }
}
