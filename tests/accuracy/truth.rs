//! The ground truth beside a stream: what each frame shows, which objects count, masks as run lengths.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use ds_apps::base::geometry::{Rect, Size};
use serde::Deserialize;

/// A video and what it shows in every so-many-th frame.
pub struct Clip {
    pub video: PathBuf,
    pub every: u64,
    pub frames: HashMap<u64, Vec<Item>>,
    /// Where the road is when nothing stands on it; only for fixed cameras.
    pub road: Option<Mask>,
}

/// One object of a frame.
#[derive(Deserialize)]
pub struct Item {
    pub object_id: u64,
    pub label: String,
    visible: [f32; 4],
    pub occlusion: f32,
    pub truncation: f32,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub color: Option<String>,
    mask: Option<RunLengths>,
}

#[derive(Deserialize)]
struct Line {
    frame_num: u64,
    objects: Vec<Item>,
}

#[derive(Deserialize)]
struct RunLengths {
    size: [usize; 2],
    counts: Vec<usize>,
}

/// Pixels of one thing.
pub struct Mask {
    pub size: Size,
    pub area: usize,
    /// Column after column.
    bits: Vec<bool>,
}

impl Clip {
    /// The clip `NAME.mp4` or `NAME.h264` of `folder`.
    pub fn load(folder: &Path, name: &str, every: u64) -> Self {
        let videos = ["mp4", "h264"].map(|end| folder.join(format!("{name}.{end}")));
        let video = videos.into_iter().find(|path| path.is_file()).expect("a video");
        let truth = File::open(folder.join(format!("{name}.truth.jsonl.gz"))).expect("a truth file");
        let lines = BufReader::new(flate2::read::GzDecoder::new(BufReader::new(truth))).lines();
        let wanted = lines.step_by(every as usize).map(|line| {
            let line: Line = serde_json::from_str(&line.unwrap()).unwrap();
            (line.frame_num, line.objects)
        });
        let frames = wanted.collect();
        let road = std::fs::read_to_string(folder.join(format!("{name}.road.json"))).ok();
        let road = road.map(|text| Mask::of(&serde_json::from_str(&text).unwrap()));
        Self { video, every, frames, road }
    }

    /// All clips of `scene` in `folder`.
    pub fn all(folder: &Path, scene: &str, every: u64) -> Vec<Self> {
        let files = folder
            .read_dir()
            .expect("a folder of clips")
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let names = files.filter_map(|file| file.strip_suffix(".truth.jsonl.gz").map(str::to_owned));
        let mut names: Vec<_> = names.filter(|name| name.starts_with(scene)).collect();
        names.sort();
        names.iter().map(|name| Self::load(folder, name, every)).collect()
    }
}

impl Item {
    /// The box about what is seen of it.
    pub fn rect(&self) -> Rect {
        let [left, top, width, height] = self.visible;
        Rect { left, top, width, height }
    }

    /// Whether a detector has to find it: the rule of the models' cards.
    pub fn counts(&self) -> bool {
        let [_, _, width, height] = self.visible;
        self.occlusion <= 0.7 && self.truncation <= 0.8 && height >= 25.0 && width >= 5.0
    }

    /// Whether enough of it is seen to say more than its class.
    pub fn is_clear(&self) -> bool {
        let [_, _, width, height] = self.visible;
        let large = if self.label == "vehicle" { width.min(height) >= 32.0 } else { height >= 48.0 };
        large && self.occlusion <= 0.5 && self.truncation <= 0.3
    }

    /// Its pixels, in frames that have them.
    pub fn mask(&self) -> Option<Mask> {
        self.mask.as_ref().map(Mask::of)
    }
}

impl Mask {
    /// COCO's run lengths: down the columns, zeros first.
    fn of(runs: &RunLengths) -> Self {
        let [height, width] = runs.size;
        let (mut bits, mut at, mut area) = (vec![false; height * width], 0, 0);
        for (index, &count) in runs.counts.iter().enumerate() {
            if index % 2 == 1 {
                bits[at..at + count].fill(true);
                area += count;
            }
            at += count;
        }
        Self { size: Size { width: width as u32, height: height as u32 }, area, bits }
    }

    /// Whether a pixel belongs to it.
    pub fn has(&self, x: usize, y: usize) -> bool {
        self.bits[x * self.size.height as usize + y]
    }
}
