//! Properties of `nvmsgconv` with DeepStream's names, types and defaults.

use std::path::PathBuf;

use gst::glib;
use gst::prelude::*;

/// `payload-type`: which schema messages have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "GstNvMsgConvPayloadType")]
#[repr(i32)]
pub enum PayloadType {
    /// `PAYLOAD_DEEPSTREAM`
    #[default]
    #[enum_value(name = "Deepstream schema payload", nick = "PAYLOAD_DEEPSTREAM")]
    Full = 0,
    /// `PAYLOAD_DEEPSTREAM_MINIMAL`
    #[enum_value(name = "Deepstream schema payload minimal", nick = "PAYLOAD_DEEPSTREAM_MINIMAL")]
    Minimal = 1,
    /// `PAYLOAD_DEEPSTREAM_PROTOBUF`
    #[enum_value(name = "Deepstream schema payload in protobuf", nick = "PAYLOAD_DEEPSTREAM_PROTOBUF")]
    Protobuf = 2,
    /// `PAYLOAD_RESERVED`
    #[enum_value(name = "Reserved type", nick = "PAYLOAD_RESERVED")]
    Reserved = 256,
    /// `PAYLOAD_CUSTOM`
    #[enum_value(name = "Custom schema payload", nick = "PAYLOAD_CUSTOM")]
    Custom = 257,
}

/// What the properties say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where sensors, places and analytics modules are described.
    pub config: Option<String>,
    /// A library that would make the messages; DeepStream's own is built in.
    pub msg2p_lib: Option<String>,
    /// Which schema messages have.
    pub payload_type: PayloadType,
    /// Only events of this component; 0 is all.
    pub component_id: u32,
    /// Where messages are written too.
    pub debug_payload_dir: Option<String>,
    /// Taken; the built-in schemas make one message at a time.
    pub multiple_payloads: bool,
    /// Messages of frames and objects rather than of events.
    pub new_api: bool,
    /// With [`new_api`](Self::new_api): every so many frames.
    pub frame_interval: u32,
    /// A message without objects for frames without events; minimal schema only.
    pub dummy_payload: bool,
    /// Taken without effect: for DeepStream's 3D objects.
    pub embedding_filter: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            config: None,
            msg2p_lib: None,
            payload_type: PayloadType::default(),
            component_id: 0,
            debug_payload_dir: None,
            multiple_payloads: false,
            new_api: false,
            frame_interval: 30,
            dummy_payload: false,
            embedding_filter: None,
        }
    }
}

fn text(name: &str, nick: &str, blurb: &str) -> glib::ParamSpec {
    glib::ParamSpecString::builder(name).nick(nick).blurb(blurb).build()
}

fn flag(name: &str, nick: &str, blurb: &str, default: bool) -> glib::ParamSpec {
    glib::ParamSpecBoolean::builder(name).nick(nick).blurb(blurb).default_value(default).build()
}

impl Settings {
    /// The properties, their defaults taken from [`Settings::default`].
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        vec![
            text("config", "Configuration file", "Key file or YAML with [sensorN], [placeN], [analyticsN]"),
            text(
                "msg2p-lib",
                "Payload library",
                "DeepStream's libnvds_msgconv.so is built in; any other is not loaded, with a warning",
            ),
            glib::ParamSpecEnum::builder_with_default("payload-type", d.payload_type)
                .nick("Payload type")
                .blurb("Which schema messages have")
                .mutable_ready()
                .build(),
            glib::ParamSpecUInt::builder("comp-id")
                .nick("Component id")
                .blurb("Make messages only of events with this componentId; 0: of all")
                .default_value(d.component_id)
                .build(),
            text("debug-payload-dir", "Debug folder", "Folder that messages are written to as well, a file a frame"),
            flag(
                "multiple-payloads",
                "Multiple payloads",
                "Taken without effect: the built-in schemas make one message at a time",
                d.multiple_payloads,
            ),
            flag("msg2p-newapi", "New API", "Make messages of frames and objects, not of events", d.new_api),
            glib::ParamSpecUInt::builder("frame-interval")
                .nick("Frame interval")
                .blurb("With msg2p-newapi: make messages of every so many frames")
                .minimum(1)
                .default_value(d.frame_interval)
                .build(),
            flag(
                "dummy-payload",
                "Dummy payload",
                "Minimal schema: make a message without objects for frames that have no event",
                d.dummy_payload,
            ),
            text("embedding-filter", "Embedding filter", "Taken without effect: types of 3D objects with embeddings"),
        ]
    }

    /// Takes the new value of the property called `name`; the types are those of [`Settings::specs`].
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), WrongType> {
        match name {
            "config" => self.config = value.get()?,
            "msg2p-lib" => self.msg2p_lib = value.get()?,
            "payload-type" => self.payload_type = value.get()?,
            "comp-id" => self.component_id = value.get()?,
            "debug-payload-dir" => self.debug_payload_dir = value.get()?,
            "multiple-payloads" => self.multiple_payloads = value.get()?,
            "msg2p-newapi" => self.new_api = value.get()?,
            "frame-interval" => self.frame_interval = value.get()?,
            "dummy-payload" => self.dummy_payload = value.get()?,
            _ => self.embedding_filter = value.get()?,
        }
        Ok(())
    }

    /// The value of the property called `name`.
    pub fn get(&self, name: &str) -> glib::Value {
        match name {
            "config" => self.config.to_value(),
            "msg2p-lib" => self.msg2p_lib.to_value(),
            "payload-type" => self.payload_type.to_value(),
            "comp-id" => self.component_id.to_value(),
            "debug-payload-dir" => self.debug_payload_dir.to_value(),
            "multiple-payloads" => self.multiple_payloads.to_value(),
            "msg2p-newapi" => self.new_api.to_value(),
            "frame-interval" => self.frame_interval.to_value(),
            "dummy-payload" => self.dummy_payload.to_value(),
            _ => self.embedding_filter.to_value(),
        }
    }

    /// `config`, if one is named.
    pub fn config(&self) -> Option<PathBuf> {
        path(&self.config)
    }

    /// `debug-payload-dir`, if one is named.
    pub fn debug_folder(&self) -> Option<PathBuf> {
        path(&self.debug_payload_dir)
    }

    /// A library that is named and is not the built-in one.
    pub fn foreign_library(&self) -> Option<&str> {
        let name = self.msg2p_lib.as_deref().filter(|name| !name.is_empty())?;
        (name.rsplit('/').next() != Some("libnvds_msgconv.so")).then_some(name)
    }
}

fn path(text: &Option<String>) -> Option<PathBuf> {
    text.as_deref().filter(|text| !text.is_empty()).map(PathBuf::from)
}

/// A value of another type than the property's.
pub type WrongType = glib::value::ValueTypeMismatchOrNoneError<glib::value::ValueTypeMismatchError>;
