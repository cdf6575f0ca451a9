//! An encoded picture as user metadata (`NvDsObjEncOutParams`, type 14).

use crate::meta::ffi::object_encode::NvDsObjEncOutParams;
use crate::meta::ffi::values::NVDS_CROP_IMAGE_META;
use crate::meta::{AbiData, UserData, UserMeta};
use std::sync::Arc;

/// A JPEG picture, shared by its copies.
#[repr(C)]
#[derive(Clone)]
pub struct EncodedImage {
    raw: NvDsObjEncOutParams,
    bytes: Arc<[u8]>,
}

// SAFETY: the raw pointer leads into `bytes`, which never change.
unsafe impl Send for EncodedImage {}
// SAFETY: see above.
unsafe impl Sync for EncodedImage {}

impl EncodedImage {
    /// A picture made of the bytes of a JPEG file.
    pub fn new(bytes: Vec<u8>) -> Self {
        let bytes: Arc<[u8]> = bytes.into();
        let raw = NvDsObjEncOutParams { outBuffer: bytes.as_ptr().cast_mut(), outLen: bytes.len() as u64 };
        Self { raw, bytes }
    }

    /// The bytes of the JPEG file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The picture among user metadata, if there is one.
    pub fn find<'a>(metas: impl Iterator<Item = &'a UserMeta>) -> Option<&'a Self> {
        metas.into_iter().find_map(UserMeta::data)
    }
}

impl UserData for EncodedImage {}

// SAFETY: repr(C) with the ABI's struct first.
unsafe impl AbiData for EncodedImage {
    const META_TYPE: i32 = NVDS_CROP_IMAGE_META;
}
