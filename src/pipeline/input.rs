//! What can be played: a file, any URI, a camera, a test pattern.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use super::{PipelineError, Policy, Settings, camera::Camera, graph::Element, size::parse_size};
use crate::base::geometry::Size;

/// One source, as given to `-i/--input/--uri`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A path on this machine.
    File(PathBuf),
    /// `rtsp://...`, `https://...`, anything a GStreamer source element handles.
    Uri(String),
    /// `v4l2:///dev/videoN[?format=mjpeg&size=WxH&fps=N]`, or the device's path itself.
    Camera(Camera),
    /// `test:[PATTERN][?size=WxH&fps=N&frames=N&live=1]`.
    Test(TestPattern),
}

/// A generated picture, for trying things out without a video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestPattern {
    pattern: String,
    size: Size,
    fps: u32,
    frames: Option<u32>,
    /// Frames come at their own pace, as those of a camera.
    live: bool,
}

impl Default for TestPattern {
    fn default() -> Self {
        Self { pattern: "smpte".into(), size: Size { width: 1280, height: 720 }, fps: 30, frames: None, live: false }
    }
}

impl FromStr for Input {
    type Err = PipelineError;

    fn from_str(text: &str) -> Result<Self, PipelineError> {
        if text.is_empty() {
            return Err(syntax(text, "is empty; give a file or URI"));
        }
        if let Some(rest) = text.strip_prefix("test:") {
            return TestPattern::parse(text, rest).map(Self::Test);
        }
        let device = text.strip_prefix("v4l2://").or(text.starts_with("/dev/video").then_some(text));
        if let Some(device) = device {
            return device.parse().map(Self::Camera).map_err(|reason: String| syntax(text, &reason));
        }
        if let Some(rest) = text.strip_prefix("file://") {
            return gst::glib::filename_from_uri(text)
                .map(|(path, _host)| Self::File(path))
                .map_err(|_| syntax(text, &format!("`{rest}` is no absolute path; write file:///path/to/video")));
        }
        match text.split_once("://") {
            Some((scheme, _))
                if !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+') =>
            {
                Ok(Self::Uri(text.into()))
            }
            _ => Ok(Self::File(text.into())),
        }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Uri(uri) => f.write_str(&without_password(uri)),
            Self::Camera(camera) => camera.fmt(f),
            Self::Test(test) => write!(f, "test:{}", test.pattern),
        }
    }
}

impl Input {
    /// Frames come at their own pace, whether or not anyone takes them.
    pub fn is_live(&self) -> bool {
        match self {
            Self::File(_) => false,
            Self::Test(test) => test.live,
            Self::Camera(_) => true,
            Self::Uri(uri) => ["rtsp", "rtspu", "rtspt", "rtsps", "udp", "rtp", "srt", "rtmp"]
                .iter()
                .any(|scheme| uri.split_once("://").is_some_and(|(own, _)| own.eq_ignore_ascii_case(scheme))),
        }
    }

    fn is_rtsp(&self) -> bool {
        matches!(self, Self::Uri(uri) if uri.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("rtsp")))
    }

    /// The path, if the source is a file of this machine.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            _ => None,
        }
    }

    /// Whether the source can be opened, as far as that is known without playing it.
    pub(super) fn check(&self) -> Result<(), PipelineError> {
        let path = match self {
            Self::File(path) => path,
            Self::Camera(camera) => return camera.check(),
            Self::Uri(_) | Self::Test(_) => return Ok(()),
        };
        let input = self.to_string();
        let unreadable = |source: std::io::Error| match source.kind() {
            std::io::ErrorKind::NotFound => PipelineError::InputMissing { input: input.clone() },
            _ => PipelineError::InputUnreadable { input: input.clone(), source },
        };
        let about = path.metadata().map_err(unreadable)?;
        if about.is_dir() {
            return Err(PipelineError::InputNoVideo { input, what: "is a folder" });
        }
        if about.is_file() {
            std::fs::File::open(path).map_err(unreadable)?;
            if about.len() == 0 {
                return Err(PipelineError::InputNoVideo { input, what: "is an empty file" });
            }
        }
        Ok(())
    }

    /// The URI for `nvurisrcbin` and the report.
    pub fn uri(&self) -> String {
        match self {
            Self::File(path) => std::path::absolute(path)
                .ok()
                .and_then(|path| gst::glib::filename_to_uri(path, None).ok())
                .map_or_else(|| format!("file://{}", path.display()), Into::into),
            Self::Uri(uri) => uri.clone(),
            Self::Camera(_) | Self::Test(_) => self.to_string(),
        }
    }

    /// [`Input::uri`] as it may be shown, without a password.
    pub(super) fn shown_uri(&self) -> String {
        without_password(&self.uri())
    }

    /// The elements that play the source as number `index`, with a queue that drops frames where the settings ask for it.
    pub(super) fn chain(&self, index: usize, settings: &Settings) -> Vec<Element> {
        let mut chain = self.elements(&format!("source_{index}"), settings);
        if self.is_live() && settings.policy != Some(Policy::Lossless) {
            chain.push(latest_only(index));
        }
        chain
    }

    /// The elements that play the source; the last one hands out NVMM video. `name` is the first one's.
    fn elements(&self, name: &str, settings: &Settings) -> Vec<Element> {
        let to_surfaces = || {
            [
                Element::new("nvvideoconvert"),
                Element::new("capsfilter").prop("caps", "video/x-raw(memory:NVMM),format=NV12"),
            ]
        };
        match self {
            Self::File(_) | Self::Uri(_) => {
                let source = Element::new("nvurisrcbin").named(name).prop("uri", self.uri());
                let source = if settings.file_loop { source.prop("file-loop", "true") } else { source };
                vec![if self.is_rtsp() { settings.rtsp.apply(source) } else { source }]
            }
            Self::Camera(camera) => camera.elements(name).into_iter().chain(to_surfaces()).collect(),
            Self::Test(test) => test.elements(name).into_iter().chain(to_surfaces()).collect(),
        }
    }
}

impl TestPattern {
    fn parse(whole: &str, text: &str) -> Result<Self, PipelineError> {
        let (pattern, options) = text.split_once('?').unwrap_or((text, ""));
        let mut test = Self::default();
        if !pattern.is_empty() {
            test.pattern = pattern.into();
        }
        for option in options.split('&').filter(|option| !option.is_empty()) {
            let (key, value) = option.split_once('=').unwrap_or((option, ""));
            let number = || value.parse::<u32>().ok().filter(|n| *n > 0);
            let known = match key {
                "size" => parse_size(value).map(|size| test.size = size),
                "fps" => number().map(|fps| test.fps = fps),
                "frames" => number().map(|frames| test.frames = Some(frames)),
                "live" => matches!(value, "0" | "1").then(|| test.live = value == "1"),
                _ => None,
            };
            known.ok_or_else(|| syntax(whole, &format!("`{option}` is none of size=WxH, fps=N, frames=N, live=1")))?;
        }
        Ok(test)
    }

    fn elements(&self, name: &str) -> Vec<Element> {
        let Size { width, height } = self.size;
        let mut source = Element::new("videotestsrc").named(name).prop("pattern", &self.pattern);
        if let Some(frames) = self.frames {
            source = source.prop("num-buffers", frames.to_string());
        }
        if self.live {
            source = source.prop("is-live", "true");
        }
        let caps = format!("video/x-raw,format=NV12,width={width},height={height},framerate={}/1", self.fps);
        vec![source, Element::new("capsfilter").prop("caps", caps)]
    }
}

/// A queue of one frame that forgets the older one.
fn latest_only(index: usize) -> Element {
    Element::new("queue")
        .named(format!("latest_{index}"))
        .prop("leaky", "downstream")
        .prop("max-size-buffers", "1")
        .prop("max-size-bytes", "0")
        .prop("max-size-time", "0")
}

/// The URI as it may be shown: `rtsp://user:***@host/...`.
fn without_password(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else { return uri.into() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        Some((login, host)) => match login.split_once(':') {
            Some((user, _)) => format!("{scheme}://{user}:***@{host}{path}"),
            None => uri.into(),
        },
        None => uri.into(),
    }
}

fn syntax(input: &str, reason: &str) -> PipelineError {
    PipelineError::InputSyntax { input: input.into(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Input {
        text.parse().unwrap()
    }

    #[test]
    fn paths_uris_cameras_and_patterns_are_told_apart() {
        assert_eq!(parse("a b.mp4"), Input::File("a b.mp4".into()));
        assert_eq!(parse("file:///tmp/a%20b.mp4"), Input::File("/tmp/a b.mp4".into()));
        assert_eq!(parse("rtsp://host/x"), Input::Uri("rtsp://host/x".into()));
        assert_eq!(parse("v4l2:///dev/video2?fps=5").to_string(), "v4l2:///dev/video2?fps=5");
        assert!(matches!(parse("/dev/video0"), Input::Camera(camera) if camera.device == Path::new("/dev/video0")));
        assert_eq!(parse("test:"), Input::Test(TestPattern::default()));
        assert!(parse("RTSP://host/x").is_live() && parse("/dev/video0").is_live() && !parse("test:").is_live());
    }

    #[test]
    fn test_patterns_have_options() {
        let test = TestPattern {
            pattern: "ball".into(),
            size: Size { width: 641, height: 359 },
            fps: 5,
            frames: Some(7),
            live: true,
        };
        assert_eq!(parse("test:ball?size=641x359&fps=5&frames=7&live=1"), Input::Test(test));
        let error = "test:?size=0x1".parse::<Input>().unwrap_err().to_string();
        assert_eq!(error, "-i test:?size=0x1: `size=0x1` is none of size=WxH, fps=N, frames=N, live=1");
    }

    #[test]
    fn file_uris_are_absolute_and_escaped() {
        let here = std::env::current_dir().unwrap();
        let expected = gst::glib::filename_to_uri(here.join("a b%.mp4"), None).unwrap();
        assert_eq!(parse("a b%.mp4").uri(), expected.as_str());
        assert!(expected.ends_with("/a%20b%25.mp4"));
    }

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(parse("rtsp://me:secret@cam:554/x@y").to_string(), "rtsp://me:***@cam:554/x@y");
        assert_eq!(parse("rtsp://me@cam").to_string(), "rtsp://me@cam");
    }

    #[test]
    fn unusable_files_are_named_before_anything_runs() {
        let dir = tempfile::tempdir().unwrap();
        let empty = dir.path().join("empty.mp4");
        std::fs::write(&empty, "").unwrap();
        let say = |path: &Path| Input::File(path.into()).check().unwrap_err().to_string();
        assert_eq!(say(&empty), format!("{}: is an empty file, not a video", empty.display()));
        assert_eq!(say(dir.path()), format!("{}: is a folder, not a video", dir.path().display()));
        assert_eq!(say(&dir.path().join("x")), format!("{}: no such file", dir.path().join("x").display()));
    }
}
