//! V4L2 cameras: how they are written as inputs, what plays them, which this machine has.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use super::{PipelineError, graph::Element, size::parse_size};
use crate::base::geometry::Size;

/// Where Linux lists video devices.
const DEVICES: &str = "/sys/class/video4linux";

/// `v4l2:///dev/videoN[?format=mjpeg&size=WxH&fps=N]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Camera {
    /// The device.
    pub device: PathBuf,
    /// What it is asked to send; what it likes best when absent.
    pub format: Option<CameraFormat>,
    /// The size it is asked for.
    pub size: Option<Size>,
    /// Frames per second it is asked for.
    pub fps: Option<u32>,
}

/// What cameras send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CameraFormat {
    /// JPEG pictures: large sizes over USB 2, at the cost of decoding.
    Mjpeg,
    /// Raw, two bytes a pixel.
    Yuy2,
    /// Raw, one and a half bytes a pixel.
    Nv12,
}

impl CameraFormat {
    /// All of them, by name.
    pub const ALL: [(&str, Self); 3] = [("mjpeg", Self::Mjpeg), ("yuy2", Self::Yuy2), ("nv12", Self::Nv12)];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| name)
    }

    fn caps(self) -> &'static str {
        match self {
            Self::Mjpeg => "image/jpeg",
            Self::Yuy2 => "video/x-raw,format=YUY2",
            Self::Nv12 => "video/x-raw,format=NV12",
        }
    }
}

impl FromStr for CameraFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
        found.map(|(_, format)| format).ok_or_else(|| "expected mjpeg, yuy2 or nv12".into())
    }
}

impl FromStr for Camera {
    /// Why not.
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (device, options) = text.split_once('?').unwrap_or((text, ""));
        let mut camera = Self { device: device.into(), format: None, size: None, fps: None };
        for option in options.split('&').filter(|option| !option.is_empty()) {
            let (key, value) = option.split_once('=').unwrap_or((option, ""));
            let known = match key {
                "format" => value.parse().ok().map(|format| camera.format = Some(format)),
                "size" => parse_size(value).map(|size| camera.size = Some(size)),
                "fps" => value.parse().ok().filter(|fps| *fps > 0).map(|fps| camera.fps = Some(fps)),
                _ => None,
            };
            known.ok_or_else(|| format!("`{option}` is none of format=mjpeg|yuy2|nv12, size=WxH, fps=N"))?;
        }
        Ok(camera)
    }
}

impl fmt::Display for Camera {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v4l2://{}", self.device.display())?;
        let format = self.format.map(|format| format!("format={}", format.name()));
        let size = self.size.map(|Size { width, height }| format!("size={width}x{height}"));
        let options: Vec<_> = [format, size, self.fps.map(|fps| format!("fps={fps}"))].into_iter().flatten().collect();
        if options.is_empty() { Ok(()) } else { write!(f, "?{}", options.join("&")) }
    }
}

impl Camera {
    /// Whether there is such a camera, and it may be opened.
    pub(super) fn check(&self) -> Result<(), PipelineError> {
        let input = self.to_string();
        let refused = |source: std::io::Error| match source.kind() {
            std::io::ErrorKind::NotFound => PipelineError::NoCamera { input: input.clone(), known: known() },
            _ => PipelineError::InputUnreadable { input: input.clone(), source },
        };
        let about = self.device.metadata().map_err(refused)?;
        if about.is_file() || about.is_dir() {
            let what = if about.is_dir() { "is a folder" } else { "is a file" };
            return Err(PipelineError::NotCamera { input, what, known: known() });
        }
        std::fs::File::open(&self.device).map(drop).map_err(refused)
    }

    /// The elements that play the camera; the last one hands out raw video of any format. `name` is the first one's.
    pub(super) fn elements(&self, name: &str) -> Vec<Element> {
        let source = Element::new("v4l2src").named(name).prop("device", self.device.display().to_string());
        let limits = self.limits();
        let caps = match self.format {
            Some(format) => Some(format!("{}{limits}", format.caps())),
            None if !limits.is_empty() => Some(format!("video/x-raw{limits};image/jpeg{limits}")),
            None => None,
        };
        let filter = caps.map(|caps| Element::new("capsfilter").prop("caps", caps));
        [source].into_iter().chain(filter).chain([Element::new("decodebin"), Element::new("videoconvert")]).collect()
    }

    fn limits(&self) -> String {
        let size = self.size.map(|Size { width, height }| format!(",width={width},height={height}"));
        let fps = self.fps.map(|fps| format!(",framerate={fps}/1"));
        size.into_iter().chain(fps).collect()
    }
}

/// The cameras of this machine: device and name, in order.
pub(super) fn list() -> Vec<(PathBuf, String)> {
    list_in(Path::new(DEVICES))
}

fn list_in(folder: &Path) -> Vec<(PathBuf, String)> {
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    let mut found: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|entry| {
            let name = std::fs::read_to_string(entry.path().join("name")).unwrap_or_default();
            (Path::new("/dev").join(entry.file_name()), name.trim().to_owned())
        })
        .collect();
    found.sort();
    found
}

/// The cameras of this machine, as part of a sentence.
fn known() -> String {
    match list().as_slice() {
        [] => "this machine has none".into(),
        some => {
            let each: Vec<_> = some.iter().map(|(device, name)| format!("{} ({name})", device.display())).collect();
            format!("there is {}", each.join(", "))
        }
    }
}

/// Which formats of ours a camera's caps name, as `MJPEG, YUY2`.
pub(super) fn formats_of(caps: &gst::Caps) -> String {
    let has = |format: CameraFormat| format.caps().parse::<gst::Caps>().is_ok_and(|own| own.can_intersect(caps));
    let names = CameraFormat::ALL.into_iter().filter(|(_, format)| has(*format));
    let names: Vec<_> = names.map(|(name, _)| name.to_ascii_uppercase()).collect();
    if names.is_empty() { "none of MJPEG, YUY2, NV12".into() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cameras_are_written_as_they_are_read() {
        for text in ["/dev/video0", "/dev/video1?format=mjpeg&size=1280x720&fps=30", "/dev/video2?fps=5"] {
            assert_eq!(text.parse::<Camera>().unwrap().to_string(), format!("v4l2://{text}"));
        }
        let error = "/dev/video0?format=h264".parse::<Camera>().unwrap_err();
        assert_eq!(error, "`format=h264` is none of format=mjpeg|yuy2|nv12, size=WxH, fps=N");
        assert!("/dev/video0?fps=0".parse::<Camera>().is_err());
    }

    #[test]
    fn a_camera_is_asked_for_what_was_wanted() {
        let caps = |text: &str| -> Option<String> {
            let elements = text.parse::<Camera>().unwrap().elements("source_0");
            assert_eq!(elements.last().unwrap().factory, "videoconvert");
            elements.iter().find(|e| e.factory == "capsfilter").map(|e| e.props[0].1.clone())
        };
        assert_eq!(caps("/dev/video0"), None);
        let wanted = caps("/dev/video0?format=yuy2&size=640x480&fps=15").unwrap();
        assert_eq!(wanted, "video/x-raw,format=YUY2,width=640,height=480,framerate=15/1");
        assert_eq!(caps("/dev/video0?fps=5").unwrap(), "video/x-raw,framerate=5/1;image/jpeg,framerate=5/1");
        assert_eq!(caps("/dev/video0?format=MJPEG").unwrap(), "image/jpeg");
    }

    #[test]
    fn devices_are_listed_with_their_names() {
        let folder = tempfile::tempdir().unwrap();
        for (device, name) in [("video1", "Second\n"), ("video0", "First\n")] {
            std::fs::create_dir(folder.path().join(device)).unwrap();
            std::fs::write(folder.path().join(device).join("name"), name).unwrap();
        }
        let listed = list_in(folder.path());
        assert_eq!(listed, [("/dev/video0".into(), "First".into()), ("/dev/video1".into(), "Second".into())]);
        assert_eq!(list_in(Path::new("/nowhere")), []);
    }

    #[test]
    fn formats_are_read_off_the_caps() {
        gst::init().unwrap();
        let caps: gst::Caps = "video/x-raw,format=YUY2,width=640;image/jpeg,width=[1,4000]".parse().unwrap();
        assert_eq!(formats_of(&caps), "MJPEG, YUY2");
        assert_eq!(formats_of(&"video/x-h264".parse().unwrap()), "none of MJPEG, YUY2, NV12");
    }
}
