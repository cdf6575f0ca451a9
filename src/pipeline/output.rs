//! Where pictures go: a window, a file, a folder of JPEGs, an RTSP server, nowhere.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use super::{
    graph::{Element, Part},
    rtsp::RtspServer,
};

/// The value of `-o/--output`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// A window where there is a display, else `<app>_out.mp4` in the current folder.
    Auto,
    /// A window.
    Display,
    /// Nowhere.
    None,
    /// A video file.
    File(PathBuf, Container),
    /// One numbered JPEG per frame in a folder.
    Jpeg(PathBuf),
    /// Clients of an RTSP server.
    Rtsp(RtspServer),
}

/// The file formats that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// `.mp4`
    Mp4,
    /// `.mkv`
    Matroska,
}

impl FromStr for Output {
    /// Why not; whoever parses knows what flag it was.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        match text {
            "auto" => return Ok(Self::Auto),
            "display" => return Ok(Self::Display),
            "none" => return Ok(Self::None),
            _ => {}
        }
        if let Some(folder) = text.strip_prefix("jpeg:") {
            return match folder {
                "" => Err("the folder is missing, as in jpeg:frames"),
                folder => Ok(Self::Jpeg(folder.into())),
            };
        }
        if text.starts_with("rtsp://") || text.starts_with("rtsps://") {
            return text.parse().map(Self::Rtsp);
        }
        let path = Path::new(text);
        match path.extension().and_then(|suffix| suffix.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("mp4" | "m4v" | "mov") => Ok(Self::File(path.into(), Container::Mp4)),
            Some("mkv") => Ok(Self::File(path.into(), Container::Matroska)),
            _ => Err("expected auto, display, none, FILE.mp4, FILE.mkv, jpeg:FOLDER or rtsp://HOST:PORT/PATH"),
        }
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Display => f.write_str("display"),
            Self::None => f.write_str("none"),
            Self::File(path, _) => write!(f, "{}", path.display()),
            Self::Jpeg(folder) => write!(f, "jpeg:{}", folder.display()),
            Self::Rtsp(server) => write!(f, "{server}"),
        }
    }
}

impl Output {
    /// What `auto` means for `app` on this machine; anything else stays as it is.
    pub(super) fn resolved(&self, app: &str, display: bool) -> Self {
        match self {
            Self::Auto if display => Self::Display,
            Self::Auto => Self::File(format!("{app}_out.mp4").into(), Container::Mp4),
            other => other.clone(),
        }
    }

    /// Frames leave at the stream's own speed, whatever the user asked for.
    pub(super) fn is_paced(&self) -> bool {
        matches!(self, Self::Display | Self::Rtsp(_))
    }

    /// What it means for source `index` where each has an output of its own: `out_0.mp4`, the folder `0` of a folder.
    pub(super) fn of_stream(&self, index: usize) -> Self {
        match self {
            Self::File(path, container) => {
                let part =
                    |part: Option<&std::ffi::OsStr>| part.map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
                let name = format!("{}_{index}.{}", part(path.file_stem()), part(path.extension()));
                Self::File(path.with_file_name(name), *container)
            }
            Self::Jpeg(folder) => Self::Jpeg(folder.join(index.to_string())),
            other => other.clone(),
        }
    }

    /// The elements behind the last stage, for an output that is not `auto`. `file` is the name to write under; `sync` keeps the stream's own speed.
    pub(super) fn parts(&self, file: &Path, sync: bool) -> Vec<Part> {
        let sink = |factory: &str| Element::new(factory).named("sink").prop("sync", sync.to_string());
        let convert = || Element::new("nvvideoconvert");
        let parts: Vec<Element> = match self {
            Self::None => vec![sink("fakesink").prop("enable-last-sample", "false")],
            Self::Auto | Self::Display => {
                vec![Element::new(window_sink()).named("sink").prop("sync", "true")]
            }
            Self::File(_, container) => {
                let muxer = match container {
                    Container::Mp4 => "mp4mux",
                    Container::Matroska => "matroskamux",
                };
                vec![
                    convert(),
                    Element::new("nvv4l2h264enc").named("encoder"),
                    Element::new("h264parse"),
                    Element::new(muxer).named("muxer"),
                    sink("filesink").prop("location", file.display().to_string()),
                ]
            }
            Self::Jpeg(folder) => vec![
                convert(),
                Element::new("capsfilter").prop("caps", JPEG_CAPS),
                Element::new("jpegenc"),
                sink("multifilesink").prop("location", folder.join("%06d.jpg").display().to_string()),
            ],
            Self::Rtsp(server) => vec![server.element()],
        };
        parts.into_iter().map(Part::Element).collect()
    }
}

/// JFIF's samples: BT.601 from 0 to 255.
const JPEG_CAPS: &str = "video/x-raw,format=I420,colorimetry=1:4:0:0";

/// DeepStream's window sink for this kind of machine.
fn window_sink() -> &'static str {
    if cfg!(target_arch = "aarch64") { "nv3dsink" } else { "nveglglessink" }
}

/// Whether windows can be shown, as far as the environment says.
pub(super) fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffix_and_prefix_say_what_is_written() {
        let parse = |text: &str| text.parse::<Output>().unwrap();
        assert_eq!(parse("a/b.MP4"), Output::File("a/b.MP4".into(), Container::Mp4));
        assert_eq!(parse("x.mkv"), Output::File("x.mkv".into(), Container::Matroska));
        assert_eq!(parse("jpeg:d"), Output::Jpeg("d".into()));
        assert_eq!(parse("rtsp://"), Output::Rtsp(RtspServer::default()));
        for wrong in ["x.avi", "mp4", "jpeg:", "", "rtsp://host:port/x"] {
            assert!(wrong.parse::<Output>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_source_has_its_own() {
        let of = |text: &str| text.parse::<Output>().unwrap().of_stream(3).to_string();
        assert_eq!(["a/b.mp4", "x.y.mkv", "jpeg:d", "none"].map(of), ["a/b_3.mp4", "x.y_3.mkv", "jpeg:d/3", "none"]);
    }

    #[test]
    fn auto_is_a_file_without_a_display() {
        assert_eq!(Output::Auto.resolved("test1", false), Output::File("test1_out.mp4".into(), Container::Mp4));
        assert_eq!(Output::Auto.resolved("test1", true), Output::Display);
        assert_eq!(Output::None.resolved("test1", true), Output::None);
    }
}
