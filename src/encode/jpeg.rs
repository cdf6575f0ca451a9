//! One JPEG picture of a region of a surface.

use crate::base::geometry::{Rect, Size};
use crate::surface::SurfaceError;
use crate::surface::format::{Format, Layout};
use crate::surface::transform::{Filter, Region, convert};
use crate::surface::view::{View, ViewMut};
use jpeg_encoder::{ColorType, Encoder, EncodingError};
use std::path::PathBuf;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The object lies outside its frame.
    #[error(
        "the box {:.0},{:.0} {:.0}x{:.0} has no pixel in a picture of {}x{}",
        rect.left, rect.top, rect.width, rect.height, size.width, size.height
    )]
    Outside {
        /// The box.
        rect: Rect,
        /// The picture's size.
        size: Size,
    },
    /// JPEG has 16 bits for each side.
    #[error("a JPEG of {}x{} pixels is impossible (1 to 65535 each)", .0.width, .0.height)]
    Size(Size),
    /// The pixels cannot be read or scaled.
    #[error(transparent)]
    Surface(#[from] SurfaceError),
    /// The encoder refused.
    #[error("the JPEG encoder failed")]
    Encoder(#[from] EncodingError),
    /// The encoder panicked.
    #[error("the JPEG encoder panicked")]
    Panic,
    /// The file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Interleaved RGB pixels, ready to be encoded.
pub(super) struct Pixels {
    size: Size,
    bytes: Vec<u8>,
}

/// The JPEG of `rect` (all of the picture when `None`), scaled to `scaled` if given. `quality` is 1 to 100.
pub fn jpeg(view: &View<'_>, rect: Option<Rect>, scaled: Option<Size>, quality: u8) -> Result<Vec<u8>, EncodeError> {
    encode(&pixels(view, region(view, rect)?, scaled)?, quality)
}

/// The whole pixels of a picture that a box covers, all of them when there is no box.
pub(super) fn region(view: &View<'_>, rect: Option<Rect>) -> Result<Region, EncodeError> {
    let Some(rect) = rect else { return Ok(Region::whole(view.size)) };
    let covered = Region::covering(&rect, view.format.layout, view.size);
    covered.ok_or(EncodeError::Outside { rect, size: view.size })
}

/// Copies a region out of a picture, as RGB.
pub(super) fn pixels(view: &View<'_>, region: Region, scaled: Option<Size>) -> Result<Pixels, EncodeError> {
    let size = scaled.unwrap_or(region.size);
    sides(size)?;
    let pitch = 3 * size.width as usize;
    let mut bytes = vec![0; pitch * size.height as usize];
    let planes: [&mut [u8]; 3] = [&mut bytes, &mut [], &mut []];
    let mut target =
        ViewMut::new(Format::plain(Layout::Rgb), size, planes, [pitch, 0, 0]).map_err(SurfaceError::from)?;
    convert(view, region, &mut target, Region::whole(size), Filter::Bilinear)?;
    Ok(Pixels { size, bytes })
}

/// The JPEG of pixels.
pub(super) fn encode(pixels: &Pixels, quality: u8) -> Result<Vec<u8>, EncodeError> {
    let (width, height) = sides(pixels.size)?;
    let mut out = Vec::new();
    Encoder::new(&mut out, quality.clamp(1, 100)).encode(&pixels.bytes, width, height, ColorType::Rgb)?;
    Ok(out)
}

fn sides(size: Size) -> Result<(u16, u16), EncodeError> {
    match (u16::try_from(size.width), u16::try_from(size.height)) {
        (Ok(width @ 1..), Ok(height @ 1..)) => Ok((width, height)),
        _ => Err(EncodeError::Size(size)),
    }
}

impl Pixels {
    /// Width and height in pixels.
    pub fn size(&self) -> Size {
        self.size
    }
}
