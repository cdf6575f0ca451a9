//! deepstream-imagedata-multistream: pictures of every stream on the host, doubtful detections drawn into them and saved.

use std::{collections::HashMap, path::PathBuf};

use opencv::{
    core::{Point, Rect, Scalar},
    imgproc,
};

use super::{
    UsageError,
    common::CommonArgs,
    counts,
    shipped::{self, DETECTOR, STREAM},
};
use crate::{
    base::{exit::Exit, geometry},
    meta::{Colour, Object},
    pipeline::{After, Flow, Picture, PictureError, Pipeline, ViewMut, image::StreamFolders},
};

/// Blue, as upstream draws its boxes, and what sets text off from any picture.
const BLUE: [f64; 4] = [0.0, 0.0, 255.0, 255.0];
const WHITE: [f64; 4] = [255.0; 4];
/// Boxes on the screen: sure and doubtful.
const SURE: Colour = [0.2, 0.9, 0.3, 1.0];
const DOUBTFUL: Colour = [1.0, 0.6, 0.0, 1.0];
/// JPEG quality of saved pictures, OpenCV's default.
const QUALITY: u8 = 95;

/// Frames as arrays on the host: doubtful detections drawn in and saved (deepstream-imagedata-multistream)
///
/// Every 30th frame of a stream is looked at for detections of borderline confidence, which may be false: OpenCV draws a box
/// and the confidence into the picture itself, which goes downstream so, and the picture is saved as
/// FOLDER/stream_N/frame_M.jpg. Boxes of borderline confidence are orange on the screen, others green. Prints a line per
/// frame, and every five seconds the frames per second of each stream. Without INPUT it plays the sample stream.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// nvinfer configuration of the detector [default: the detector that comes with the program]
    #[arg(short, long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    /// Where pictures are saved, a new folder; the last of several INPUTs may name it, as upstream [default: nothing is saved]
    #[arg(long, value_name = "FOLDER", help_heading = "Output")]
    folder: Option<PathBuf>,
    /// Look for borderline detections in one frame of N
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..), help_heading = "Output")]
    every: u64,
    /// Confidences above this are borderline
    #[arg(long, value_name = "C", default_value_t = 0.3, help_heading = "Output")]
    min_confidence: f32,
    /// Confidences below this are borderline
    #[arg(long, value_name = "C", default_value_t = 0.4, help_heading = "Output")]
    max_confidence: f32,
    /// Print the perceptual hash of every frame: frames that look alike differ in few bits
    #[arg(long, help_heading = "Output")]
    hash: bool,
    #[command(flatten)]
    common: CommonArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let (least, most) = (args.min_confidence, args.max_confidence);
    let between = least < most && least < 1.0 && most > 0.0;
    if !between {
        let text = format!("--min-confidence {least}, --max-confidence {most}: no confidence lies between");
        return Err(UsageError(text).into());
    }
    let (given, folder) = split(args.common.inputs(), args.folder.clone());
    let inputs = shipped::inputs_or(given, STREAM)?;
    let config = shipped::config_or(args.config.clone(), DETECTOR)?;
    let streams = inputs.len();
    let folder = folder.filter(|_| !settings.describe);
    let folders = folder.map(|root| StreamFolders::new(&root, streams)).transpose()?;

    let (every, hash, lines) = (args.every, args.hash, settings.lines);
    let doubtful = move |object: &Object| (least..most).contains(&object.confidence()) && object.confidence() != least;
    let mut seen: HashMap<u32, u64> = HashMap::new();
    let look = move |picture: &mut Picture<'_>| -> anyhow::Result<Flow> {
        let count = seen.entry(picture.pad_index()).or_default();
        let due = (*count).is_multiple_of(every);
        *count += 1;
        picture
            .objects_mut()
            .for_each(|object| object.set_border_colour(if doubtful(object) { DOUBTFUL } else { SURE }));
        if let Some(folders) = folders.as_ref().filter(|_| due) {
            let found: Vec<_> = picture.objects().filter(|object| doubtful(object)).map(Note::of).collect();
            if !found.is_empty() {
                picture.edit_rgba(|image| annotate(image, &found))?;
                let name = format!("frame_{}.jpg", picture.frame_num());
                picture.save_jpeg(&folders.of(picture.pad_index())?.join(name), None, QUALITY)?;
            }
        }
        let text = counts::summary(picture);
        Ok(match hash.then(|| picture.hash(None)).transpose()?.flatten() {
            Some(hash) => lines.line(format_args!("{text} Hash={hash:016x}")),
            None => lines.line(format_args!("{text}")),
        })
    };
    let outcome = Pipeline::new("imagedata")
        .sources(inputs)
        .batch(args.common.size())
        .infer("pgie", config)
        .perf(After("pgie"), streams, settings.summaries)
        .pictures(After("pgie"), look)
        .tile()
        .osd()
        .sink(&output)
        .run(&settings)?;
    Ok(outcome.exit)
}

/// Inputs and folder: upstream's last argument is the folder, which has no extension and is no stream.
fn split(mut inputs: Vec<String>, folder: Option<PathBuf>) -> (Vec<String>, Option<PathBuf>) {
    let named = |text: &String| {
        let path = std::path::Path::new(text);
        !text.contains(':') && path.extension().is_none() && (path.is_dir() || !path.exists())
    };
    match folder {
        None if inputs.len() > 1 && inputs.last().is_some_and(named) => {
            let folder = inputs.pop().map(PathBuf::from);
            (inputs, folder)
        }
        folder => (inputs, folder),
    }
}

/// What is drawn for an object.
struct Note {
    rect: geometry::Rect,
    text: String,
}

impl Note {
    fn of(object: &Object) -> Self {
        Self { rect: object.rect(), text: format!("{},C={:.2}", object.label(), object.confidence()) }
    }
}

/// Draws boxes and texts into an RGBA picture.
fn annotate(image: &mut ViewMut<'_>, notes: &[Note]) -> Result<(), PictureError> {
    let (width, height) = (image.size.width as f32, image.size.height as f32);
    let mut picture = image.mat_mut(0)?;
    for Note { rect, text } in notes {
        let rect = rect.clipped(width, height);
        let (left, top) = (rect.left as i32, rect.top as i32);
        let shape = Rect::new(left, top, rect.width as i32, rect.height as i32);
        imgproc::rectangle(&mut picture, shape, Scalar::from(BLUE), 2, imgproc::LINE_8, 0)?;
        let above = if top >= 24 { top - 10 } else { top + shape.height + 20 };
        let at = Point::new((left - 10).max(0), above);
        for (colour, thickness) in [(WHITE, 4), (BLUE, 1)] {
            let (font, line) = (imgproc::FONT_HERSHEY_SIMPLEX, imgproc::LINE_AA);
            imgproc::put_text(&mut picture, text, at, font, 0.5, Scalar::from(colour), thickness, line, false)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_the_last_of_several_inputs() {
        let texts = |inputs: &[&str]| inputs.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let of = |inputs: &[&str]| split(texts(inputs), None);
        assert_eq!(of(&["a.mp4", "no/such/frames"]), (texts(&["a.mp4"]), Some("no/such/frames".into())));
        assert_eq!(of(&["a.mp4", "/tmp"]), (texts(&["a.mp4"]), Some("/tmp".into())));
        for all in [&["frames"][..], &["a.mp4", "b.mp4"], &["a.mp4", "rtsp://camera/stream"], &["a.mp4", "test:"]] {
            assert_eq!(of(all), (texts(all), None));
        }
        let given = split(texts(&["a", "b"]), Some("c".into()));
        assert_eq!(given, (texts(&["a", "b"]), Some("c".into())));
    }
}
