//! The element's properties: NVIDIA's names and defaults, and our extensions.

use gst::{glib, prelude::*};

/// What the stream is encoded as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "DsAppsRtspOutCodec")]
#[repr(i32)]
pub enum Codec {
    /// H.264.
    #[default]
    #[enum_value(name = "H264", nick = "h264")]
    H264 = 1,
    /// H.265.
    #[enum_value(name = "H265", nick = "h265")]
    H265 = 2,
}

impl Codec {
    /// Encoder, parser and payloader.
    pub fn elements(self) -> [&'static str; 3] {
        match self {
            Self::H264 => ["nvv4l2h264enc", "h264parse", "rtph264pay"],
            Self::H265 => ["nvv4l2h265enc", "h265parse", "rtph265pay"],
        }
    }
}

/// What the properties say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The codec.
    pub codec: Codec,
    /// Bits a second.
    pub bitrate: u32,
    /// Frames from one key frame to the next.
    pub iframeinterval: u32,
    /// Whether frames wait for their time.
    pub sync: bool,
    /// Where clients connect; 0 is any free port.
    pub rtsp_port: u32,
    /// The address listened on.
    pub address: String,
    /// The path of the URL, with its slash.
    pub mount_point: String,
    /// Who may look; everybody when `None`.
    pub user: Option<String>,
    /// The user's password.
    pub password: Option<String>,
    /// A PEM file with a certificate and its key.
    pub certificate: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            codec: Codec::default(),
            bitrate: 4_000_000,
            iframeinterval: 30,
            sync: true,
            rtsp_port: 8554,
            address: "127.0.0.1".into(),
            mount_point: "/ds-test".into(),
            user: None,
            password: None,
            certificate: None,
        }
    }
}

fn uint(name: &str, blurb: &str, max: u32, default: u32) -> glib::ParamSpec {
    let builder = glib::ParamSpecUInt::builder(name).nick(name).blurb(blurb).maximum(max);
    builder.default_value(default).mutable_ready().build()
}

fn text(name: &str, blurb: &str, default: Option<&str>) -> glib::ParamSpec {
    glib::ParamSpecString::builder(name).nick(name).blurb(blurb).default_value(default).mutable_ready().build()
}

fn switch(name: &str, blurb: &str, default: bool) -> glib::ParamSpec {
    glib::ParamSpecBoolean::builder(name).nick(name).blurb(blurb).default_value(default).mutable_ready().build()
}

impl Settings {
    /// Every property; `url` and what changes nothing here are read from elsewhere.
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        let codec = glib::ParamSpecEnum::builder_with_default("codec", d.codec).nick("codec");
        vec![
            codec.blurb("What the stream is encoded as").mutable_ready().build(),
            uint("bitrate", "Bits a second", u32::MAX, d.bitrate),
            uint("iframeinterval", "Frames from one key frame to the next", u32::MAX, d.iframeinterval),
            switch("sync", "Frames wait for their time", d.sync),
            uint("rtsp-port", "Port of the server; 0 is any free one (extension)", 65535, d.rtsp_port),
            text("address", "Address to listen on (extension)", Some(&d.address)),
            text("mount-point", "Path of the stream (extension)", Some(&d.mount_point)),
            text("user", "Who may look; everybody when empty (extension)", None),
            text("password", "The user's password (extension)", None),
            text("certificate", "PEM file with certificate and key, for TLS (extension)", None),
            glib::ParamSpecString::builder("url")
                .nick("url")
                .blurb("Where the stream is, once the element is READY (extension)")
                .read_only()
                .build(),
            uint("enc-type", "0: hardware, 1: software encoder; the best of the machine is used", 1, 0),
            uint("udp-port", "No port is needed between encoder and server", 65535, 5400),
            uint("gpu-id", "GPU to use", u32::MAX, 0),
        ]
    }

    /// Takes a value; `Ok(false)` if the property is none of these.
    pub fn set(
        &mut self,
        name: &str,
        value: &glib::Value,
    ) -> Result<bool, glib::value::ValueTypeMismatchOrNoneError<glib::value::ValueTypeMismatchError>> {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        match name {
            "codec" => self.codec = value.get()?,
            "bitrate" => self.bitrate = value.get()?,
            "iframeinterval" => self.iframeinterval = value.get()?,
            "sync" => self.sync = value.get()?,
            "rtsp-port" => self.rtsp_port = value.get()?,
            "address" => self.address = value.get()?,
            "mount-point" => self.mount_point = value.get()?,
            "user" => self.user = filled(value.get().unwrap_or_default()),
            "password" => self.password = filled(value.get().unwrap_or_default()),
            "certificate" => self.certificate = filled(value.get().unwrap_or_default()),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The value of a property, if it is one of these.
    pub fn get(&self, name: &str) -> Option<glib::Value> {
        Some(match name {
            "codec" => self.codec.to_value(),
            "bitrate" => self.bitrate.to_value(),
            "iframeinterval" => self.iframeinterval.to_value(),
            "sync" => self.sync.to_value(),
            "rtsp-port" => self.rtsp_port.to_value(),
            "address" => self.address.to_value(),
            "mount-point" => self.mount_point.to_value(),
            "user" => self.user.to_value(),
            "password" => self.password.to_value(),
            "certificate" => self.certificate.to_value(),
            _ => return None,
        })
    }
}
