//! JPEG pictures of frames and of objects in them.
//!
//! [`jpeg`] makes one; [`Encoder`] makes many in the background and saves them, which is what the `nvds_obj_enc_*`
//! functions of [`capi`] offer to C.

pub mod capi;
mod encoder;
mod image;
mod jpeg;

pub use encoder::{Encoder, Request, Target, save};
pub use image::EncodedImage;
pub use jpeg::{EncodeError, jpeg};
