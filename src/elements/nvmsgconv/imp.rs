//! The element: an in-place transform that touches only buffers it has messages for.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use gst::glib;
use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::base_transform::GenerateOutputSuccess;
use gst_base::subclass::prelude::*;

use super::convert::Converter;
use super::dump;
use super::settings::Settings;
use crate::elements::plumbing::{introduction, pad_templates, same_pads, settings_properties};
use crate::meta::Batch;
use crate::meta::payload::Payload;

static CAT: LazyLock<gst::DebugCategory> =
    LazyLock::new(|| gst::DebugCategory::new("nvmsgconv", gst::DebugColorFlags::empty(), Some("Message converter")));

#[derive(Default)]
pub struct NvMsgConv {
    settings: Mutex<Settings>,
    /// `None` while stopped.
    converter: Mutex<Option<Converter>>,
}

#[glib::object_subclass]
impl ObjectSubclass for NvMsgConv {
    const NAME: &'static str = "GstNvMsgConv";
    type Type = super::NvMsgConv;
    type ParentType = gst_base::BaseTransform;
}

impl ObjectImpl for NvMsgConv {
    settings_properties!(CAT);
}

impl GstObjectImpl for NvMsgConv {}

impl ElementImpl for NvMsgConv {
    introduction!("Message Converter", "Filter/Metadata", "Makes messages of events and attaches them to frames");

    pad_templates!(same_pads(&gst::Caps::new_any()));
}

impl BaseTransformImpl for NvMsgConv {
    const MODE: BaseTransformMode = BaseTransformMode::AlwaysInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

    fn start(&self) -> Result<(), gst::ErrorMessage> {
        let settings = self.settings().clone();
        if let Some(library) = settings.foreign_library() {
            let text = format!("msg2p-lib: {library} is not loaded; messages have DeepStream's own schema");
            gst::element_imp_warning!(self, gst::LibraryError::Settings, ("{text}"));
        }
        let (converter, warnings) =
            Converter::new(settings).map_err(|error| gst::error_msg!(gst::LibraryError::Settings, ("{error}")))?;
        for warning in warnings {
            gst::warning!(CAT, imp = self, "{warning}");
        }
        *self.converter() = Some(converter);
        Ok(())
    }

    fn stop(&self) -> Result<(), gst::ErrorMessage> {
        *self.converter() = None;
        Ok(())
    }

    /// Looks at the batch before anything is made writable: a buffer that another branch holds is copied only for a message.
    fn generate_output(&self) -> Result<GenerateOutputSuccess, gst::FlowError> {
        let Some(mut buffer) = self.take_queued_buffer() else { return Ok(GenerateOutputSuccess::NoOutput) };
        if let Some(made) = self.convert(&buffer) {
            self.attach(buffer.make_mut(), made)?;
        }
        Ok(GenerateOutputSuccess::Buffer(buffer))
    }

    /// Never called: [`generate_output`](Self::generate_output) does it all.
    fn transform_ip(&self, _buffer: &mut gst::BufferRef) -> Result<gst::FlowSuccess, gst::FlowError> {
        Ok(gst::FlowSuccess::Ok)
    }
}

/// The messages of each frame, and the `comp-id` they bear.
type Made = (Vec<Vec<Vec<u8>>>, u32);

impl NvMsgConv {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn converter(&self) -> MutexGuard<'_, Option<Converter>> {
        self.converter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The messages of a buffer; `None` if there are none.
    fn convert(&self, buffer: &gst::BufferRef) -> Option<Made> {
        let batch = Batch::of(buffer)?;
        let mut converter = self.converter();
        let converter = converter.as_mut()?;
        let before = converter.lacking().len();
        let messages = converter.messages(batch);
        if converter.lacking().len() > before {
            let names: Vec<_> = converter.lacking().iter().map(|name| format!("[{name}]")).collect();
            gst::warning!(CAT, imp = self, "config has no {}: null in messages", names.join(", "));
        }
        for messages in messages.iter().filter(|messages| !messages.is_empty()) {
            let Some(folder) = &converter.folder else { break };
            if let Err(error) = dump::write(folder, messages) {
                gst::warning!(CAT, imp = self, "debug-payload-dir: {}: {error}", folder.display());
            }
        }
        messages.iter().any(|messages| !messages.is_empty()).then(|| (messages, converter.component_id()))
    }

    fn attach(&self, buffer: &mut gst::BufferRef, (messages, component_id): Made) -> Result<(), gst::FlowError> {
        let Some(batch) = Batch::of_mut(buffer) else { return Ok(()) };
        for (frame, messages) in batch.frames_mut().zip(messages) {
            for message in messages {
                let size = message.len();
                let payload = Payload::new(message, component_id).ok_or_else(|| {
                    gst::element_imp_error!(self, gst::StreamError::Encode, ("a message of {size} bytes is too large"));
                    gst::FlowError::Error
                })?;
                frame.add_payload(payload);
            }
        }
        Ok(())
    }
}
