//! The two codecs: what they are called, which encoders do them, and what comes out.

use super::settings::Profile;

/// A codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// ITU-T H.264.
    H264,
    /// ITU-T H.265.
    H265,
}

impl Kind {
    /// The codec's name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::H264 => "H.264",
            Kind::H265 => "H.265",
        }
    }

    /// Encoders that may do the work, the first to try first: hardware, then software.
    pub const fn encoders(self) -> &'static [&'static str] {
        match self {
            Kind::H264 => &[
                "nvh264enc",
                "nvcudah264enc",
                "vah264enc",
                "vah264lpenc",
                "qsvh264enc",
                "vaapih264enc",
                "x264enc",
                "openh264enc",
            ],
            Kind::H265 => &["nvh265enc", "nvcudah265enc", "vah265enc", "qsvh265enc", "vaapih265enc", "x265enc"],
        }
    }

    /// The Debian package with a software encoder.
    pub const fn package(self) -> &'static str {
        match self {
            Kind::H264 => "gstreamer1.0-plugins-ugly",
            Kind::H265 => "gstreamer1.0-plugins-bad",
        }
    }

    /// What comes out: whole access units as a byte stream, in any profile.
    pub fn caps(self) -> gst::Caps {
        let name = match self {
            Kind::H264 => "video/x-h264",
            Kind::H265 => "video/x-h265",
        };
        gst::Caps::builder(name).field("stream-format", "byte-stream").field("alignment", "au").build()
    }

    /// What comes out, a profile first; another one where downstream asks for it.
    pub fn caps_in(self, profile: Profile) -> gst::Caps {
        let profiles: &[&str] = match (self, profile) {
            (Kind::H264, Profile::Baseline) => &["constrained-baseline", "baseline"],
            (Kind::H264, Profile::Main) => &["main"],
            (Kind::H264, Profile::High) => &["high"],
            (Kind::H265, _) => &["main"],
        };
        let mut caps = self.caps();
        caps.make_mut().set("profile", gst::List::new(profiles.iter().copied()));
        caps.merge(self.caps());
        caps
    }
}
