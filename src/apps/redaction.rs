//! deepstream-imagedata-multistream-redaction: faces are covered in the pixels themselves, crops are saved.

use std::{collections::HashMap, path::PathBuf};

use super::{
    common::{CommonArgs, RtspArgs},
    shipped,
};
use crate::{
    base::{exit::Exit, geometry::Rect},
    meta::Frame,
    pipeline::{After, Flow, Picture, Pipeline, Redaction, image::StreamFolders},
};

/// Upstream saves a crop every so many frames.
const CROPS_EVERY: u64 = 10;
/// JPEG quality of crops.
const QUALITY: u8 = 95;
/// Boxes of two frames that overlap this much, by intersection over union, are one face.
const SAME_FACE: f32 = 0.2;
/// How much of the surroundings a crop shows on each side, as a share of the box.
const AROUND: f32 = 0.5;

/// Faces covered in the pixels of any number of streams, crops saved (deepstream-imagedata-multistream-redaction)
///
/// Every face that the detector finds is covered in the picture itself, before anything else gets to see it: in the stream
/// that is served, in files, in JPEGs. Serves the picture of all streams at rtsp://127.0.0.1:8554/ds-test, or writes it
/// where -o says. Prints a line per frame, and every five seconds the frames per second of each stream. Without INPUT it
/// plays the sample square.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// nvinfer configuration of the detector [default: people, bags and faces]
    #[arg(long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    /// How faces are covered
    #[arg(long, value_enum, default_value = "fill", help_heading = "Output")]
    redact: Cover,
    /// What is covered: objects of this label, any case; may be repeated
    #[arg(long = "label", value_name = "LABEL", default_value = "face", help_heading = "Output")]
    labels: Vec<String>,
    /// How much more than the box is covered on each side, as a share of its width and height
    #[arg(long, value_name = "SHARE", default_value_t = 0.15, value_parser = margin, help_heading = "Output")]
    margin: f32,
    /// Go on covering the place of a face that is no longer found for N frames: detectors blink
    #[arg(long, value_name = "N", default_value_t = 3, help_heading = "Output")]
    hold: u32,
    /// Save what is around each face in every 10th frame in a new folder, as FOLDER/stream_N/frame_M_K.jpg
    #[arg(long, value_name = "FOLDER", help_heading = "Output")]
    crops: Option<PathBuf>,
    /// Save these crops before the faces are covered, as upstream does
    #[arg(long, requires = "crops", help_heading = "Output")]
    clear_crops: bool,
    /// Write each stream by itself: out.mp4 becomes out_0.mp4, out_1.mp4 and so on
    #[arg(long, help_heading = "Output")]
    each: bool,
    #[command(flatten)]
    rtsp: RtspArgs,
    #[command(flatten)]
    common: CommonArgs,
}

/// Words for [`Redaction`].
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Cover {
    Fill,
    Blur,
    Pixelate,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (settings, output) = (args.common.settings()?, args.rtsp.output(&args.common)?);
    let inputs = shipped::inputs_or(args.common.inputs(), "sample_people_720p.mp4")?;
    let config = shipped::config_or(args.config.clone(), "config_infer_people_detector.txt")?;
    let streams = inputs.len();
    let crops = args.crops.as_ref().filter(|_| !settings.describe);
    let crops = crops.map(|root| StreamFolders::new(root, streams)).transpose()?;

    let (how, margin, clear, lines) = (args.redact.into(), args.margin, args.clear_crops, settings.lines);
    let labels = args.labels.clone();
    let hold = args.hold;
    let mut seen: HashMap<u32, (u64, Held)> = HashMap::new();
    let cover = move |picture: &mut Picture<'_>| -> anyhow::Result<Flow> {
        let is_wanted = |label: &str| labels.iter().any(|wanted| wanted.eq_ignore_ascii_case(label));
        let wanted = picture.objects().filter(|object| is_wanted(object.label()));
        let faces: Vec<Rect> = wanted.map(|object| object.rect()).collect();
        let (count, held) = seen.entry(picture.pad_index()).or_default();
        let folder = crops.as_ref().filter(|_| (*count).is_multiple_of(CROPS_EVERY));
        *count += 1;
        if let Some(folders) = folder.filter(|_| clear) {
            save(picture, &faces, folders)?;
        }
        for face in held.with(&faces, hold) {
            picture.redact(&grown(&face, margin), how)?;
        }
        if let Some(folders) = folder.filter(|_| !clear) {
            save(picture, &faces, folders)?;
        }
        Ok(lines.line(format_args!("{}", summary(picture, faces.len()))))
    };
    let pipeline = Pipeline::new("redaction")
        .sources(inputs)
        .batch(args.common.size())
        .infer("pgie", config)
        .perf(After("pgie"), streams, settings.summaries)
        .pictures(After("pgie"), cover);
    let pipeline = if args.each { pipeline.demux() } else { pipeline.tile() };
    Ok(pipeline.sink(&output).run(&settings)?.exit)
}

/// Where faces were seen a short time ago, each with the frames it is covered for.
#[derive(Default)]
struct Held(Vec<(Rect, u32)>);

impl Held {
    /// The faces of a frame, and the places of those that were lost up to `frames` frames ago.
    fn with(&mut self, faces: &[Rect], frames: u32) -> Vec<Rect> {
        self.0.retain_mut(|(place, left)| {
            let lost = faces.iter().all(|face| face.iou(place) < SAME_FACE);
            *left = left.saturating_sub(1);
            lost && *left > 0
        });
        // One more, as a frame takes one before it looks.
        self.0.extend(faces.iter().map(|face| (*face, frames.saturating_add(1))));
        self.0.iter().map(|(place, _)| *place).collect()
    }
}

/// What upstream prints of a frame.
fn summary(frame: &Frame, faces: usize) -> String {
    let persons = frame.objects().filter(|object| object.label().eq_ignore_ascii_case("person")).count();
    let (number, objects) = (frame.frame_num(), frame.num_objects());
    format!("Frame Number={number} Number of Objects={objects} Face_count={faces} Person_count={persons}")
}

/// Saves each box with what is around it; one outside the picture has nothing to save.
fn save(picture: &Picture<'_>, faces: &[Rect], folders: &StreamFolders) -> anyhow::Result<()> {
    let folder = folders.of(picture.pad_index())?;
    for (index, face) in faces.iter().enumerate() {
        let around = grown(face, AROUND);
        if picture.crop(&around)?.is_some() {
            let name = format!("frame_{}_{index}.jpg", picture.frame_num());
            picture.save_jpeg(&folder.join(name), Some(around), QUALITY)?;
        }
    }
    Ok(())
}

/// A box made larger on each side by a share of its size.
fn grown(rect: &Rect, share: f32) -> Rect {
    let (dx, dy) = (rect.width * share, rect.height * share);
    Rect::from_corners(rect.left - dx, rect.top - dy, rect.right() + dx, rect.bottom() + dy)
}

fn margin(text: &str) -> Result<f32, String> {
    let share = text.parse().ok().filter(|share| (0.0..=2.0).contains(share));
    share.ok_or_else(|| "expected a share from 0 to 2, as in 0.15".into())
}

impl From<Cover> for Redaction {
    fn from(cover: Cover) -> Self {
        match cover {
            Cover::Fill => Self::Fill,
            Cover::Blur => Self::Blur,
            Cover::Pixelate => Self::Pixelate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_face_is_covered_a_while_longer_and_a_found_one_once() {
        let at = |left: f32| Rect { left, top: 0.0, width: 10.0, height: 10.0 };
        let mut held = Held::default();
        assert_eq!(held.with(&[at(0.0), at(50.0)], 2), [at(0.0), at(50.0)]);
        assert_eq!(held.with(&[at(1.0)], 2), [at(50.0), at(1.0)], "one moved, one is lost");
        assert_eq!(held.with(&[at(2.0)], 2), [at(50.0), at(2.0)]);
        assert_eq!(held.with(&[at(3.0)], 2), [at(3.0)]);
        assert_eq!(held.with(&[], 2), [at(3.0)]);
        let mut none = Held::default();
        assert_eq!((none.with(&[at(0.0)], 0), none.with(&[], 0)), (vec![at(0.0)], vec![]));
    }
}
