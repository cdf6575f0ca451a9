//! What this machine can do, and the fix for what it cannot.

use std::{
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    time::Duration,
};

use gst::prelude::*;
use serde::Serialize;

use super::{PipelineError, backend::Machine, camera, output::has_display};
use crate::{
    base::home,
    infer::{InferError, onnx},
    message::broker::Protocol,
};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is there.
    Ok,
    /// It is not there, and some will miss it.
    Optional,
    /// It is not there, and commands will fail.
    Missing,
}

/// One thing that was looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The heading it belongs under.
    pub group: &'static str,
    /// What was looked for.
    pub name: String,
    /// Whether it is there.
    pub verdict: Verdict,
    /// What was found, or what is missing.
    pub detail: String,
    /// What to do about it; `None` when nothing needs to be done.
    pub fix: Option<String>,
}

/// Codecs of the field: name, caps, whether sample streams need them, Debian's package.
const CODECS: [(&str, &str, bool, &str); 7] = [
    ("H.264", "video/x-h264,stream-format=avc,alignment=au", true, "gstreamer1.0-libav"),
    ("H.265", "video/x-h265,stream-format=hvc1,alignment=au", true, "gstreamer1.0-libav"),
    ("VP8", "video/x-vp8", false, "gstreamer1.0-plugins-good"),
    ("VP9", "video/x-vp9", false, "gstreamer1.0-plugins-good"),
    ("AV1", "video/x-av1", false, "gstreamer1.0-plugins-bad"),
    ("MPEG-4", "video/mpeg,mpegversion=4,systemstream=false", false, "gstreamer1.0-libav"),
    ("MJPEG", "image/jpeg", false, "gstreamer1.0-plugins-good"),
];

/// Elements of others that pipelines name: what for, element, Debian's package.
const PARTS: [(&str, &str, &str); 6] = [
    ("MP4 and MOV files", "qtdemux", "gstreamer1.0-plugins-good"),
    ("Matroska and WebM files", "matroskademux", "gstreamer1.0-plugins-good"),
    ("RTSP cameras", "rtspsrc", "gstreamer1.0-plugins-good"),
    ("V4L2 cameras", "v4l2src", "gstreamer1.0-plugins-good"),
    ("writing MP4", "mp4mux", "gstreamer1.0-plugins-good"),
    ("writing JPEG", "jpegenc", "gstreamer1.0-plugins-good"),
];

/// How long a broker of this machine may take to accept a connection.
const BROKER_PATIENCE: Duration = Duration::from_millis(300);

/// Looks at everything.
pub fn examine() -> Result<Vec<Finding>, PipelineError> {
    gst::init().map_err(PipelineError::Start)?;
    let mut findings =
        vec![ok("GStreamer", "version", gst::version_string().trim_start_matches("GStreamer ").to_owned())];
    findings.extend(PARTS.iter().map(|(name, element, package)| part(name, element, package)));
    findings.extend(CODECS.iter().map(|(name, caps, needed, package)| decoder(name, caps, *needed, package)));
    findings.push(encoder("H.264", "video/x-h264", true, "gstreamer1.0-plugins-ugly"));
    findings.push(encoder("H.265", "video/x-h265", false, "gstreamer1.0-plugins-bad"));
    findings.extend(cameras());
    findings.push(inference());
    findings.extend(Protocol::ALL.map(broker));
    findings.push(display());
    findings.extend(acceleration(Machine::detect()));
    findings.extend(["configs", "models", "streams"].map(shipped));
    Ok(findings)
}

fn part(name: &str, element: &str, package: &str) -> Finding {
    match gst::ElementFactory::find(element) {
        Some(_) => ok("GStreamer", name, element.into()),
        None => missing("GStreamer", name, Verdict::Missing, format!("no {element}"), apt(package)),
    }
}

fn decoder(name: &str, caps: &str, needed: bool, package: &str) -> Finding {
    let kind = gst::ElementFactoryType::DECODER | gst::ElementFactoryType::MEDIA_VIDEO;
    let kind = if name == "MJPEG" { gst::ElementFactoryType::DECODER } else { kind };
    let names = factories(kind, |factory, caps| factory.can_sink_any_caps(caps), caps);
    coder("decoders", name, names, needed, package)
}

fn encoder(name: &str, caps: &str, needed: bool, package: &str) -> Finding {
    let kind = gst::ElementFactoryType::ENCODER | gst::ElementFactoryType::MEDIA_VIDEO;
    let names = factories(kind, |factory, caps| factory.can_src_any_caps(caps), caps);
    coder("encoders", name, names, needed, package)
}

fn coder(group: &'static str, name: &str, names: Vec<String>, needed: bool, package: &str) -> Finding {
    let verdict = if needed { Verdict::Missing } else { Verdict::Optional };
    match names.is_empty() {
        false => ok(group, name, names.join(", ")),
        true => missing(group, name, verdict, "none installed".into(), apt(package)),
    }
}

/// Names of installed factories that `fits` the caps, the preferred one first, without DeepStream-named wrappers.
fn factories(
    kind: gst::ElementFactoryType,
    fits: impl Fn(&gst::ElementFactory, &gst::Caps) -> bool,
    caps: &str,
) -> Vec<String> {
    let Ok(caps) = caps.parse::<gst::Caps>() else { return Vec::new() };
    let mut found: Vec<_> = gst::ElementFactory::factories_with_type(kind, gst::Rank::MARGINAL)
        .into_iter()
        .filter(|factory| fits(factory, &caps) && !factory.name().starts_with("nvv4l2"))
        .filter(|factory| !factory.name().ends_with("bin"))
        .collect();
    found.sort_by_key(|factory| std::cmp::Reverse(factory.rank()));
    found.iter().map(|factory| factory.name().to_string()).collect()
}

/// Every camera with the formats it offers.
fn cameras() -> Vec<Finding> {
    let group = "cameras";
    let listed = camera::list();
    if listed.is_empty() {
        let fix = "nothing to do: files, RTSP and test: patterns need none".into();
        return vec![missing(group, "V4L2", Verdict::Optional, "none connected".into(), fix)];
    }
    let finding = |(device, name): &(PathBuf, String)| {
        let path = device.display().to_string();
        match formats(&path) {
            Some(formats) => ok(group, &path, format!("{name}: {formats}")),
            None => {
                let fix = "see that no other program uses it, and that you are in the group `video`".into();
                missing(group, &path, Verdict::Optional, format!("{name}: cannot be opened"), fix)
            }
        }
    };
    listed.iter().map(finding).collect()
}

/// What a camera offers, if it can be opened.
fn formats(device: &str) -> Option<String> {
    let source = gst::ElementFactory::make("v4l2src").property("device", device).build().ok()?;
    let opened = source.set_state(gst::State::Ready).is_ok();
    let caps = source.static_pad("src").filter(|_| opened).map(|pad| pad.query_caps(None));
    // Closing has no way to fail that anything could be done about.
    let _ = source.set_state(gst::State::Null);
    caps.map(|caps| camera::formats_of(&caps))
}

fn inference() -> Finding {
    let (group, name) = ("inference", "ONNX Runtime");
    match onnx::installed() {
        Ok(version) => ok(group, name, version.trim_start_matches("ONNX Runtime ").to_owned()),
        Err(error) => {
            let reason = match error {
                InferError::Library { reason, .. } => reason,
                other => other.to_string(),
            };
            let fix = "scripts/dev setup, or set ORT_DYLIB_PATH to libonnxruntime.so".into();
            missing(group, name, Verdict::Missing, reason, fix)
        }
    }
}

/// The client of a kind of broker, and whether one answers on this machine.
fn broker(protocol: Protocol) -> Finding {
    let port = protocol.port();
    let here = SocketAddr::from(([127, 0, 0, 1], port));
    let detail = match (port, TcpStream::connect_timeout(&here, BROKER_PATIENCE)) {
        (0, _) => "client built in; messages go to a file".to_owned(),
        (_, Ok(_)) => format!("client built in; something listens on localhost;{port}"),
        (_, Err(_)) => format!("client built in; none on localhost;{port} (deploy/compose.yaml starts one)"),
    };
    ok("brokers", protocol.name(), detail)
}

fn display() -> Finding {
    let name = "window";
    let sinks = ["glimagesink", "waylandsink", "xvimagesink", "ximagesink"];
    let sink = sinks.iter().find(|sink| gst::ElementFactory::find(sink).is_some());
    match (has_display(), sink) {
        (true, Some(sink)) => ok("display", name, (*sink).into()),
        (true, None) => {
            missing("display", name, Verdict::Optional, "no window sink".into(), apt("gstreamer1.0-gl gstreamer1.0-x"))
        }
        (false, _) => {
            let fix = "nothing to do: pictures are written to a file".to_owned();
            missing("display", name, Verdict::Optional, "neither DISPLAY nor WAYLAND_DISPLAY is set".into(), fix)
        }
    }
}

fn acceleration(machine: Machine) -> [Finding; 2] {
    let gpu = match machine.gpu {
        true => ok("NVIDIA", "GPU", driver_version().unwrap_or_else(|| "present".into())),
        false => missing("NVIDIA", "GPU", Verdict::Optional, "none".into(), "nothing to do: the CPU is used".into()),
    };
    let plugins = match machine.deepstream {
        true => ok("NVIDIA", "DeepStream plugins", "installed".into()),
        false => {
            let fix = "nothing to do: our elements are used; NVIDIA's come with the DeepStream SDK".into();
            missing("NVIDIA", "DeepStream plugins", Verdict::Optional, "not installed".into(), fix)
        }
    };
    [gpu, plugins]
}

fn driver_version() -> Option<String> {
    let text = std::fs::read_to_string(Path::new("/proc/driver/nvidia/version")).ok()?;
    let version =
        text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.'))?;
    Some(format!("driver {version}"))
}

fn shipped(folder: &str) -> Finding {
    match home::find(folder) {
        Some(path) => ok("shipped files", folder, path.display().to_string()),
        None => {
            let fix = "set DS_APPS_HOME to the folder that holds configs, models and streams".into();
            missing("shipped files", folder, Verdict::Missing, "not found".into(), fix)
        }
    }
}

fn ok(group: &'static str, name: &str, detail: String) -> Finding {
    Finding { group, name: name.into(), verdict: Verdict::Ok, detail, fix: None }
}

fn missing(group: &'static str, name: &str, verdict: Verdict, detail: String, fix: String) -> Finding {
    Finding { group, name: name.into(), verdict, detail, fix: Some(fix) }
}

fn apt(package: &str) -> String {
    format!("sudo apt install {package}")
}
