//! Text of the user's own for a frame's message (`NvDsCustomMsgInfo`): `nvmsgconv` puts it into what it makes of the frame.

use super::Frame;
use super::ffi::batch::NvDsUserMeta;
use super::ffi::event::NvDsCustomMsgInfo;
use super::ffi::values::NVDS_CUSTOM_MSG_BLOB;
use super::user::{AbiData, UserData, UserMeta};
use std::sync::Arc;

/// Bytes for `customMessage`. Copies share them.
#[repr(C)]
#[derive(Clone)]
pub struct CustomMessage {
    raw: NvDsCustomMsgInfo,
    /// What `raw` points at.
    _bytes: Arc<[u8]>,
}

// SAFETY: the pointer leads into the shared bytes, which never change.
unsafe impl Send for CustomMessage {}
// SAFETY: see above.
unsafe impl Sync for CustomMessage {}

impl CustomMessage {
    /// A message of `bytes`; `None` if there are more than the ABI's 32-bit size can say.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Option<Self> {
        let bytes = bytes.into();
        let size = u32::try_from(bytes.len()).ok()?;
        Some(Self { raw: NvDsCustomMsgInfo { message: bytes.as_ptr().cast_mut().cast(), size }, _bytes: bytes })
    }
}

impl UserData for CustomMessage {}

// SAFETY: repr(C), the ABI's struct first.
unsafe impl AbiData for CustomMessage {
    const META_TYPE: i32 = NVDS_CUSTOM_MSG_BLOB;
}

impl UserMeta {
    /// The bytes, if this is text of the user's own for a message, whoever attached it.
    pub fn custom_message(&self) -> Option<&[u8]> {
        if self.meta_type() != NVDS_CUSTOM_MSG_BLOB {
            return None;
        }
        // SAFETY: a view's struct is live, and data of this type is this struct, whose bytes live as long as the item.
        unsafe {
            let meta: *const NvDsUserMeta = self.raw();
            let raw = (*meta).user_meta_data.cast::<NvDsCustomMsgInfo>().as_ref()?;
            let bytes: *const u8 = raw.message.cast_const().cast();
            (!bytes.is_null()).then(|| std::slice::from_raw_parts(bytes, raw.size as usize))
        }
    }
}

impl Frame {
    /// Attaches text of the user's own for the frame's message.
    pub fn add_custom_message(&mut self, message: CustomMessage) {
        self.add_abi(message);
    }
}
