//! What is measured: each function plays clips through a network and scores what came out against the truth.

use std::collections::HashMap;
use std::path::Path;

use ds_apps::base::geometry::{Rect, Size};
use ds_apps::meta::{Frame, Object, UserMeta};

use crate::play::{config, play, root};
use crate::score::{AveragePrecision, Confusion, Found, There, mean};
use crate::truth::{Clip, Item};

pub const STREET: [&str; 4] = ["vehicle", "two_wheeler", "person", "road_sign"];
pub const PEOPLE: [&str; 3] = ["person", "bag", "face"];

/// The boxes `nvinfer` attached to a frame.
fn found(frame: &Frame) -> Vec<Found> {
    let one = |object: &Object| Found {
        class: object.class_id().max(0) as usize,
        score: object.confidence(),
        rect: object.rect(),
    };
    frame.objects().map(one).collect()
}

fn there(items: &[Item], classes: &[&str]) -> Vec<There> {
    let class = |item: &Item| classes.iter().position(|name| *name == item.label);
    items
        .iter()
        .filter_map(|item| Some(There { class: class(item)?, rect: item.rect(), counts: item.counts() }))
        .collect()
}

/// Average precision of a detector's boxes, from a score of 0.05 on.
pub fn detector(clips: &[Clip], name: &str, classes: &[&str]) -> AveragePrecision {
    let folder = tempfile::tempdir().unwrap();
    let mut score = AveragePrecision::new(classes.len());
    for clip in clips {
        let interval = (clip.every - 1).to_string();
        let config = config(folder.path(), name, &[("pre-cluster-threshold", "0.05"), ("interval", &interval)]);
        for (number, found) in play(&clip.video, &[&config], clip.every, found) {
            score.add(&found, &there(&clip.frames[&number], classes));
        }
    }
    score
}

/// Top-1 of a classifier on the vehicles that the primary detector finds, by the key of the truth.
pub fn attribute(clips: &[Clip], name: &str, key: fn(&Item) -> Option<&str>) -> Confusion {
    let folder = tempfile::tempdir().unwrap();
    // Every answer counts, however sure.
    let network = config(folder.path(), name, &[("classifier-threshold", "0")]);
    let label = |object: &Object| object.classifiers().find_map(|all| Some(all.labels().next()?.text().to_owned()));
    let answers = on_objects(clips, &network, label);
    let pairs: Vec<_> = clips
        .iter()
        .zip(&answers)
        .flat_map(|(clip, answers)| {
            answers.iter().filter_map(|(number, rect, answer)| {
                let item =
                    matched(&clip.frames[number], rect).filter(|item| item.label == "vehicle" && item.is_clear())?;
                Some((key(item)?, answer.as_deref().unwrap_or_default()))
            })
        })
        .collect();
    let mut names: Vec<&str> = pairs.iter().flat_map(|(truth, answer)| [*truth, *answer]).collect();
    names.sort_unstable();
    names.dedup();
    let mut score = Confusion::new(names.len());
    let place = |name| names.binary_search(&name).unwrap();
    pairs.iter().for_each(|(truth, answer)| score.add(place(truth), place(answer)));
    score
}

/// How often the nearest embedding, among those of the same kind of object in the same clip at least `gap` frames away, is
/// of the same object: the share, and of how many.
pub fn identity(clips: &[Clip], gap: u64) -> (f64, usize) {
    let folder = tempfile::tempdir().unwrap();
    let model = root().join("models/reid/reid.onnx").display().to_string();
    let raw = [("network-type", "100"), ("output-tensor-meta", "1"), ("operate-on-class-ids", "0;1;2")];
    let own = [("onnx-file", model.as_str()), ("infer-dims", "3;128;64"), ("output-blob-names", "features")];
    let network = config(folder.path(), "vehicle_type", &[raw, own].concat());
    let vector =
        |object: &Object| Some(object.user_metas().find_map(UserMeta::tensors)?.get("features")?.data.to_vec());
    let (mut right, mut asked) = (0, 0);
    for (clip, answers) in clips.iter().zip(on_objects(clips, &network, vector)) {
        let one = |(number, rect, vector): (u64, Rect, Option<Vec<f32>>)| {
            let item = matched(&clip.frames[&number], &rect).filter(|item| item.is_clear())?;
            Some((number, item.label.as_str(), item.object_id, vector?))
        };
        let known: Vec<_> = answers.into_iter().filter_map(one).collect();
        for (number, label, id, vector) in &known {
            let others = known.iter().filter(|other| other.1 == *label && other.0.abs_diff(*number) >= gap);
            let near: Vec<_> = others.map(|other| (dot(vector, &other.3), other.2)).collect();
            if near.iter().any(|other| other.1 == *id) && near.iter().any(|other| other.1 != *id) {
                asked += 1;
                right += usize::from(near.iter().max_by(|a, b| a.0.total_cmp(&b.0)).unwrap().1 == *id);
            }
        }
    }
    (right as f64 / asked.max(1) as f64, asked)
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// For each clip: frame, box and what `read` makes of every object that the primary detector finds at its own threshold
/// and the secondary `network` looks at.
fn on_objects<T: Send + 'static>(
    clips: &[Clip],
    network: &Path,
    read: impl Fn(&Object) -> Option<T> + Copy + Send + 'static,
) -> Vec<Vec<(u64, Rect, Option<T>)>> {
    let folder = tempfile::tempdir().unwrap();
    let one = |clip: &Clip| {
        let interval = (clip.every - 1).to_string();
        let detector = config(folder.path(), "primary_detector", &[("interval", &interval)]);
        let seen = play(&clip.video, &[&detector, network], clip.every, move |frame| {
            frame.objects().map(|object| (object.rect(), read(object))).collect::<Vec<_>>()
        });
        seen.into_iter().flat_map(|(number, all)| all.into_iter().map(move |(rect, out)| (number, rect, out))).collect()
    };
    clips.iter().map(one).collect()
}

/// The object a box is about: the best overlap from 0.5 on.
fn matched<'a>(items: &'a [Item], rect: &Rect) -> Option<&'a Item> {
    let best = items.iter().filter(|item| STREET.contains(&item.label.as_str()));
    best.max_by(|a, b| a.rect().iou(rect).total_cmp(&b.rect().iou(rect))).filter(|item| item.rect().iou(rect) >= 0.5)
}

type Tensors = HashMap<String, (Vec<u32>, Vec<f32>)>;

/// Plays a clip through a network whose outputs nobody reads but `output-tensor-meta`.
fn tensors<T: Send + 'static>(clip: &Clip, name: &str, read: impl Fn(Tensors) -> T + Send + 'static) -> Vec<(u64, T)> {
    let folder = tempfile::tempdir().unwrap();
    let interval = (clip.every - 1).to_string();
    let raw = [("network-type", "100"), ("output-tensor-meta", "1"), ("output-instance-mask", "0")];
    let changes: Vec<_> = raw.into_iter().chain([("interval", interval.as_str())]).collect();
    let config = config(folder.path(), name, &changes);
    play(&clip.video, &[&config], clip.every, move |frame| {
        let meta = frame.user_metas().find_map(UserMeta::tensors).expect("the tensors");
        read(
            meta.iter().map(|tensor| (tensor.name.to_owned(), (tensor.shape.to_vec(), tensor.data.to_vec()))).collect(),
        )
    })
}

/// A class map from scores `[classes, height, width]`: the largest wins.
fn class_map(tensors: Tensors) -> (Size, Vec<u8>) {
    let (shape, data) = &tensors["class_map/Sigmoid"];
    let plane = (shape[1] * shape[2]) as usize;
    let mut best = vec![0_u8; plane];
    for class in 1..shape[0] as usize {
        for pixel in 0..plane {
            if data[class * plane + pixel] > data[usize::from(best[pixel]) * plane + pixel] {
                best[pixel] = class as u8;
            }
        }
    }
    (Size { width: shape[2], height: shape[1] }, best)
}

/// Overlaps of road, vehicle, person and other, at the size of the network.
pub fn scene(clips: &[Clip]) -> Confusion {
    let mut score = Confusion::new(4);
    for clip in clips {
        let road = clip.road.as_ref().expect("where the road is");
        for (number, (size, map)) in tensors(clip, "scene_segmentation", class_map) {
            let class = |label: &str| match label {
                "vehicle" | "two_wheeler" => 1,
                "person" => 2,
                _ => 3,
            };
            let masks: Vec<_> =
                clip.frames[&number].iter().filter_map(|item| Some((class(&item.label), item.mask()?))).collect();
            pixels(size, road.size, |x, y, pixel| {
                let object = masks.iter().find(|(_, mask)| mask.has(x, y)).map(|(class, _)| *class);
                score.add(object.unwrap_or(if road.has(x, y) { 0 } else { 3 }), usize::from(map[pixel]));
            });
        }
    }
    score
}

/// Overlaps of good and defect, at the size of the network.
pub fn parts(clips: &[Clip]) -> Confusion {
    let mut score = Confusion::new(2);
    for clip in clips {
        for (number, (size, map)) in tensors(clip, "part_segmentation", class_map) {
            let masks: Vec<_> = clip.frames[&number].iter().filter_map(Item::mask).collect();
            pixels(size, Size { width: 1280, height: 720 }, |x, y, pixel| {
                let defect = masks.iter().any(|mask| mask.has(x, y));
                score.add(usize::from(defect), usize::from(map[pixel]));
            });
        }
    }
    score
}

/// Every pixel of a map, with the pixel of the picture its centre lies in.
fn pixels(map: Size, picture: Size, mut look: impl FnMut(usize, usize, usize)) {
    for row in 0..map.height {
        let y = (2 * row + 1) * picture.height / (2 * map.height);
        for column in 0..map.width {
            let x = (2 * column + 1) * picture.width / (2 * map.width);
            look(x as usize, y as usize, (row * map.width + column) as usize);
        }
    }
}

/// What is known of the masks.
pub struct Masks {
    /// The share of the objects that were found.
    pub recall: f64,
    /// The mean overlap of the masks of those, and by class.
    pub overlap: f64,
    pub classes: Vec<f64>,
    pub count: usize,
}

/// Instances as `nvinfer` attaches them, boxes from `least` on: a counted object is found by a box of its class at overlap 0.5.
pub fn instances(clips: &[Clip], least: f32) -> Masks {
    let folder = tempfile::tempdir().unwrap();
    let (mut wanted, mut overlaps) = (0, vec![Vec::new(); 3]);
    for clip in clips {
        let (interval, least) = ((clip.every - 1).to_string(), least.to_string());
        let config = config(
            folder.path(),
            "instance_segmentation",
            &[("pre-cluster-threshold", &least), ("interval", &interval)],
        );
        let masked = |object: &Object| {
            let mask = object.mask().expect("a mask on every object");
            assert_eq!((mask.width, mask.height, mask.threshold), (28, 28, 0.5));
            (object.class_id(), object.rect(), mask.values.to_vec())
        };
        let seen =
            play(&clip.video, &[&config], clip.every, move |frame| frame.objects().map(masked).collect::<Vec<_>>());
        for (number, mut open) in seen {
            for item in clip.frames[&number].iter().filter(|item| item.counts()) {
                let Some(class) = STREET[..3].iter().position(|name| *name == item.label) else { continue };
                wanted += 1;
                let overlap = |place: &usize| open[*place].1.iou(&item.rect());
                let mine = (0..open.len()).filter(|place| open[*place].0 == class as i32);
                let best = mine.max_by(|a, b| overlap(a).total_cmp(&overlap(b)));
                let Some(best) = best.filter(|place| overlap(place) >= 0.5) else { continue };
                let (_, rect, mask) = open.swap_remove(best);
                overlaps[class].push(mask_overlap(&mask, 28, &rect, item));
            }
        }
    }
    let all: Vec<f64> = overlaps.concat();
    let recall = all.len() as f64 / f64::from(wanted.max(1));
    Masks { recall, overlap: mean(&all), classes: overlaps.iter().map(|part| mean(part)).collect(), count: all.len() }
}

/// Overlap of a mask stretched over its box, read linearly at the pixels' centres and cut at 0.5, with the true pixels.
fn mask_overlap(mask: &[f32], side: usize, rect: &Rect, item: &Item) -> f64 {
    let truth = item.mask().expect("a frame with masks");
    let (mut both, mut mine) = (0, 0);
    let range = |low: f32, high: f32, limit: u32| {
        (low - 0.5).ceil().max(0.0) as usize..((high - 0.5).floor() + 1.0).clamp(0.0, limit as f32) as usize
    };
    let place = |pixel: usize, start: f32, length: f32| {
        let at = ((pixel as f32 + 0.5 - start) / length * side as f32 - 0.5).clamp(0.0, (side - 1) as f32);
        let low = (at as usize).min(side - 2);
        (low, at - low as f32)
    };
    for y in range(rect.top, rect.bottom(), truth.size.height) {
        let (row, down) = place(y, rect.top, rect.height);
        for x in range(rect.left, rect.right(), truth.size.width) {
            let (column, right) = place(x, rect.left, rect.width);
            let line = |row: usize| mask[row * side + column] * (1.0 - right) + mask[row * side + column + 1] * right;
            if line(row) * (1.0 - down) + line(row + 1) * down > 0.5 {
                mine += 1;
                both += usize::from(truth.has(x, y));
            }
        }
    }
    both as f64 / (truth.area + mine - both).max(1) as f64
}
