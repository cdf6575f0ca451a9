//! Messages ready to be sent (`NvDsPayload`): `nvmsgconv` attaches them to frames, `nvmsgbroker` sends them.

use super::ffi::batch::NvDsUserMeta;
use super::ffi::event::NvDsPayload;
use super::ffi::values::NVDS_PAYLOAD_META;
use super::user::{AbiData, UserData, UserMeta};
use super::{Batch, Frame};
use serde_json::{Value, json};
use std::sync::Arc;

/// A message: its bytes, and the component it is meant for. Copies share the bytes.
#[repr(C)]
#[derive(Clone)]
pub struct Payload {
    raw: NvDsPayload,
    /// What `raw` points at.
    _bytes: Arc<[u8]>,
}

// SAFETY: the pointer leads into the shared bytes, which never change.
unsafe impl Send for Payload {}
// SAFETY: see above.
unsafe impl Sync for Payload {}

impl Payload {
    /// A message of `bytes` with the `comp-id` of the element that made it; `None` if there are more bytes than the ABI's
    /// 32-bit size can say.
    pub fn new(bytes: impl Into<Arc<[u8]>>, component_id: u32) -> Option<Self> {
        let bytes = bytes.into();
        let size = u32::try_from(bytes.len()).ok()?;
        let payload = bytes.as_ptr().cast_mut().cast();
        Some(Self { raw: NvDsPayload { payload, payloadSize: size, componentId: component_id }, _bytes: bytes })
    }
}

impl UserData for Payload {
    fn trace(&self) -> Option<Value> {
        // SAFETY: the bytes live as long as the struct.
        Some(unsafe { view(&self.raw) }.trace())
    }
}

// SAFETY: repr(C), the ABI's struct first.
unsafe impl AbiData for Payload {
    const META_TYPE: i32 = NVDS_PAYLOAD_META;
}

/// A message that is attached, whoever attached it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayloadView<'a> {
    /// What is to be sent: JSON, or whatever the converter makes.
    pub bytes: &'a [u8],
    /// `comp-id` of the converter; 0 unless it has one.
    pub component_id: u32,
}

impl PayloadView<'_> {
    fn trace(&self) -> Value {
        json!({"componentId": self.component_id, "payload": String::from_utf8_lossy(self.bytes)})
    }
}

/// # Safety
/// `raw` is as a converter filled it, and its bytes live for `'a`.
unsafe fn view<'a>(raw: &NvDsPayload) -> PayloadView<'a> {
    let bytes: &[u8] = match raw.payload.is_null() {
        true => &[],
        // SAFETY: the caller's promise.
        false => unsafe { std::slice::from_raw_parts(raw.payload.cast_const().cast(), raw.payloadSize as usize) },
    };
    PayloadView { bytes, component_id: raw.componentId }
}

impl UserMeta {
    /// The message, if this is one.
    pub fn payload(&self) -> Option<PayloadView<'_>> {
        if self.meta_type() != NVDS_PAYLOAD_META {
            return None;
        }
        // SAFETY: a view's struct is live, and data of this type is this struct, which lives as long as the item.
        unsafe {
            let meta: *const NvDsUserMeta = self.raw();
            (*meta).user_meta_data.cast::<NvDsPayload>().as_ref().map(|raw| view(raw))
        }
    }
}

impl Frame {
    /// The messages attached to the frame, in the order they were attached in.
    pub fn payloads(&self) -> impl Iterator<Item = PayloadView<'_>> {
        in_order(self.user_metas())
    }

    /// Attaches a message.
    pub fn add_payload(&mut self, payload: Payload) {
        self.add_abi(payload);
    }
}

impl Batch {
    /// The messages attached to the batch itself, in the order they were attached in; those of frames are
    /// [`Frame::payloads`].
    pub fn payloads(&self) -> impl Iterator<Item = PayloadView<'_>> {
        // A batch's user metadata is appended, a frame's prepended.
        self.user_metas().filter_map(UserMeta::payload)
    }
}

/// Messages of a list that has the newest first.
fn in_order<'a>(metas: impl Iterator<Item = &'a UserMeta>) -> impl Iterator<Item = PayloadView<'a>> {
    let newest_first: Vec<_> = metas.filter_map(UserMeta::payload).collect();
    newest_first.into_iter().rev()
}

#[cfg(test)]
mod tests {
    use super::super::OwnedBatch;
    use super::*;

    fn messages(batch: &Batch) -> Vec<(String, u32)> {
        let of_frames = batch.frames().flat_map(Frame::payloads);
        of_frames.map(|p| (String::from_utf8(p.bytes.to_vec()).unwrap(), p.component_id)).collect()
    }

    #[test]
    fn messages_come_in_their_order_and_survive_a_copy() {
        let mut batch = OwnedBatch::new(1);
        let frame = batch.add_frame();
        for (text, id) in [("one", 0), ("two", 7), ("", 1)] {
            frame.add_payload(Payload::new(text.as_bytes(), id).unwrap());
        }
        let wanted = [("one".to_owned(), 0), ("two".to_owned(), 7), (String::new(), 1)];
        assert_eq!(messages(&batch), wanted);
        // A copy prepends again, so its list is the other way round.
        let copy = batch.clone();
        drop(batch);
        let mut copied = messages(&copy);
        copied.sort();
        let mut wanted = wanted.to_vec();
        wanted.sort();
        assert_eq!(copied, wanted);
    }

    #[test]
    fn bytes_are_shared_and_released_exactly() {
        let bytes: Arc<[u8]> = Arc::from(&b"message"[..]);
        let mut batch = OwnedBatch::new(1);
        batch.add_frame().add_payload(Payload::new(bytes.clone(), 0).unwrap());
        assert_eq!(Arc::strong_count(&bytes), 2);
        let copy = batch.clone();
        assert_eq!(Arc::strong_count(&bytes), 3);
        drop((batch, copy));
        assert_eq!(Arc::strong_count(&bytes), 1);
    }

    #[test]
    fn the_trace_shows_the_message() {
        let payload = Payload::new(&b"{}"[..], 3).unwrap();
        assert_eq!(payload.trace(), Some(json!({"componentId": 3, "payload": "{}"})));
    }
}
