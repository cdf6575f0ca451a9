//! Mean images: a PPM file as large as the network's input.

use std::path::{Path, PathBuf};

use crate::base::geometry::Size;
use crate::infer::InferError;

/// Reads a mean image as channel planes; channel `k` of the file is channel `k` of the network.
///
/// # Errors
/// When the file cannot be read, is no PPM with 255 levels, has another size, or the network is not one of 3 channels.
pub fn load(path: &Path, net: Size, channels: usize) -> Result<Vec<f32>, InferError> {
    let fail = |reason: String| InferError::Mean { path: PathBuf::from(path), reason };
    let bytes = std::fs::read(path).map_err(|error| fail(error.to_string()))?;
    if channels != 3 {
        return Err(fail(format!("a mean image has 3 channels, the network has {channels}")));
    }
    parse(&bytes, net).map_err(fail)
}

/// Reads the samples of a PPM: `P6` (bytes) or `P3` (text).
fn parse(bytes: &[u8], net: Size) -> Result<Vec<f32>, String> {
    let mut reader = Reader { rest: bytes };
    let magic = reader.word().ok_or("the file is empty")?;
    let mut number = || reader.word().and_then(|word| std::str::from_utf8(word).ok()?.parse::<u32>().ok());
    let (Some(width), Some(height), Some(levels)) = (number(), number(), number()) else {
        return Err("this is no PPM file (P3 or P6)".into());
    };
    if levels != 255 {
        return Err(format!("{levels} levels; 255 are wanted"));
    }
    if (width, height) != (net.width, net.height) {
        return Err(format!("the image is {width}x{height}, the network's input {}x{}", net.width, net.height));
    }
    let pixels = width as usize * height as usize;
    let samples: Vec<u8> = match magic {
        b"P6" => reader.rest.get(1..).unwrap_or(&[]).to_vec(),
        b"P3" => std::iter::from_fn(|| std::str::from_utf8(reader.word()?).ok()?.parse().ok()).collect(),
        _ => return Err("this is no PPM file (P3 or P6)".into()),
    };
    if samples.len() < pixels * 3 {
        return Err(format!("{} samples are there, {} are needed", samples.len(), pixels * 3));
    }
    Ok((0..3).flat_map(|channel| samples.iter().skip(channel).step_by(3).take(pixels).map(|&s| f32::from(s))).collect())
}

/// Words between white space; `#` begins a comment.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn word(&mut self) -> Option<&'a [u8]> {
        loop {
            self.rest = self.rest.trim_ascii_start();
            if self.rest.first() != Some(&b'#') {
                break;
            }
            let end = self.rest.iter().position(|&byte| byte == b'\n').unwrap_or(self.rest.len());
            self.rest = &self.rest[end..];
        }
        let end = self.rest.iter().position(u8::is_ascii_whitespace).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NET: Size = Size { width: 2, height: 1 };

    #[test]
    fn both_kinds_of_ppm_give_planes() {
        let wanted = [1.0, 4.0, 2.0, 5.0, 3.0, 10.0];
        assert_eq!(parse(b"P6 2 1\n255\n\x01\x02\x03\x04\x05\x0a", NET).unwrap(), wanted);
        assert_eq!(parse(b"P3\n# made by hand\n2 1\n255\n1 2 3\n4 5 10\n", NET).unwrap(), wanted);
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(parse(b"", NET).unwrap_err(), "the file is empty");
        assert_eq!(parse(b"P6 3 1 255 ", NET).unwrap_err(), "the image is 3x1, the network's input 2x1");
        assert_eq!(parse(b"P6 2 1 255 abc", NET).unwrap_err(), "3 samples are there, 6 are needed");
        assert_eq!(parse(b"P6 2 1 65535 abc", NET).unwrap_err(), "65535 levels; 255 are wanted");
        assert!(parse(b"GIF89a", NET).unwrap_err().contains("no PPM"));
    }
}
