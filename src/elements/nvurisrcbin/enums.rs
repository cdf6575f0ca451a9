//! Enumerations of NVIDIA's element: their nicks and numbers.

use gst::glib;

/// What kind of source a URI is played with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "DsAppsUriSourceType")]
pub enum SourceType {
    /// As the URI's scheme says.
    #[default]
    #[enum_value(name = "Select source type based on URI scheme", nick = "auto")]
    Auto = 0,
    /// Any URI.
    #[enum_value(name = "Supports any URI supported by GStreamer", nick = "uri")]
    Uri = 1,
    /// RTSP.
    #[enum_value(name = "Customize for RTSP, supports smart recording", nick = "rtsp")]
    Rtsp = 2,
}

/// How RTP packets travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "DsAppsRtpProtocol")]
pub enum RtpProtocol {
    /// None.
    #[enum_value(name = "unknown", nick = "rtp-unknown")]
    Unknown = 0,
    /// UDP.
    #[enum_value(name = "udp", nick = "rtp-udp")]
    Udp = 1,
    /// UDP multicast.
    #[enum_value(name = "udp-mcast", nick = "rtp-udp-mcast")]
    UdpMulticast = 2,
    /// Interleaved in the RTSP connection.
    #[enum_value(name = "tcp", nick = "rtp-tcp")]
    Tcp = 4,
    /// UDP, then multicast, then TCP.
    #[default]
    #[enum_value(name = "udp-udpmcast-tcp", nick = "rtp-udp-udpmcast-tcp")]
    Any = 7,
    /// HTTP tunnel.
    #[enum_value(name = "http", nick = "rtp-http")]
    Http = 16,
    /// TCP with TLS.
    #[enum_value(name = "tls", nick = "rtp-tls")]
    Tls = 32,
}

impl RtpProtocol {
    /// The `protocols` of `rtspsrc`.
    pub fn protocols(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Udp => "udp",
            Self::UdpMulticast => "udp-mcast",
            Self::Tcp => "tcp",
            Self::Any => "tcp+udp-mcast+udp",
            Self::Http => "http",
            Self::Tls => "tls",
        }
    }
}

/// The jitter buffer's algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "DsAppsRtspBufferMode")]
pub enum BufferMode {
    /// RTP times only.
    #[enum_value(name = "Only use RTP timestamps", nick = "unknown")]
    None = 0,
    /// Receiver follows the sender's clock.
    #[enum_value(name = "Slave receiver to sender clock", nick = "slave")]
    Slave = 1,
    /// Watermarks.
    #[enum_value(name = "Do low/high watermark buffering", nick = "buffer")]
    Buffer = 2,
    /// As the stream is live or not.
    #[default]
    #[enum_value(name = "Choose mode depending on stream live", nick = "auto")]
    Auto = 3,
    /// Both clocks are one.
    #[enum_value(name = "Synchronized sender and receiver clocks", nick = "synced")]
    Synced = 4,
}

/// Who may start a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "DsAppsSmartRecord")]
pub enum SmartRecord {
    /// Nobody.
    #[default]
    #[enum_value(name = "Disable Smart Record", nick = "smart-rec-disable")]
    Disable = 0,
    /// Messages.
    #[enum_value(name = "Trigger Smart Record through cloud messages only", nick = "smart-rec-cloud")]
    Cloud = 1,
    /// Messages and the application.
    #[enum_value(name = "Trigger Smart Record through cloud and local events", nick = "smart-rec-multi")]
    Multi = 2,
}

/// What is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "DsAppsSmartRecordMode")]
pub enum SmartRecordMode {
    /// Everything there is.
    #[default]
    #[enum_value(name = "Record audio and video if available", nick = "smart-rec-mode-av")]
    AudioVideo = 0,
    /// Video.
    #[enum_value(name = "Record video only if available", nick = "smart-rec-mode-video")]
    Video = 1,
    /// Audio.
    #[enum_value(name = "Record audio only if available", nick = "smart-rec-mode-audio")]
    Audio = 2,
}

/// The container of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "DsAppsSmartRecordContainer")]
pub enum SmartRecordContainer {
    /// MP4.
    #[default]
    #[enum_value(name = "MP4 container", nick = "smart-rec-mp4")]
    Mp4 = 0,
    /// Matroska.
    #[enum_value(name = "MKV container", nick = "smart-rec-mkv")]
    Mkv = 1,
}

/// Which end of a full queue drops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "DsAppsQueueLeak")]
pub enum Leak {
    /// Neither: it blocks.
    #[default]
    #[enum_value(name = "No Leak", nick = "no-leak")]
    None = 0,
    /// New buffers.
    #[enum_value(name = "Upstream Leak", nick = "upstream-leak")]
    Upstream = 1,
    /// Old buffers.
    #[enum_value(name = "Downstream Leak", nick = "downstream-leak")]
    Downstream = 2,
}
