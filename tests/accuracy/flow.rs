//! The flow of `nvof` against the true motion beside the streams.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex};

use ds_apps::base::flow::to_pixels;
use ds_apps::meta::{Batch, UserMeta};
use gst::prelude::*;

use crate::play;

/// Every `STEP`-th pixel has its true motion.
const STEP: usize = 8;

/// Distances in pixels between true and estimated motion.
pub struct Errors {
    /// The mean of all points.
    pub mean: f64,
    /// Of those that the next picture still shows: the end-point error as it is mostly stated.
    pub stays: f64,
    pub median: f64,
}

/// The flow of `NAME.mp4` against `NAME.flow.npz`.
pub fn errors(name: &str, preset: &str) -> Errors {
    let folder = play::root().join("streams");
    let truth = truth(&folder.join(format!("{name}.flow.npz")));
    let found = flows(&folder.join(format!("{name}.mp4")), preset, &truth.keys().copied().collect::<Vec<_>>());
    let (mut errors, mut stays) = (Vec::new(), Vec::new());
    for (frame, (columns, motion)) in &truth {
        let (grid, vectors) = &found[frame];
        for (at, [x, y]) in motion.iter().enumerate() {
            let (column, row) = (at % columns * STEP + STEP / 2, at / columns * STEP + STEP / 2);
            let [u, v] = to_pixels(vectors[row / 4 * grid + column / 4]);
            let error = f64::from(u - x).hypot(f64::from(v - y));
            errors.push(error);
            let inside =
                |place: usize, motion: f32, side: usize| (0.0..=side as f32).contains(&(place as f32 + motion));
            if inside(column, *x, columns * STEP) && inside(row, *y, motion.len() / columns * STEP) {
                stays.push(error);
            }
        }
    }
    errors.sort_by(f64::total_cmp);
    let mean = |errors: &[f64]| errors.iter().sum::<f64>() / errors.len() as f64;
    Errors { mean: mean(&errors), stays: mean(&stays), median: errors[errors.len() / 2] }
}

/// The vectors from each of `frames` to the next, with how many blocks stand side by side. Only those pairs of frames pass.
fn flows(video: &Path, preset: &str, frames: &[i32]) -> HashMap<i32, (usize, Vec<[i16; 2]>)> {
    play::prepare();
    let uri = gst::glib::filename_to_uri(video, None).unwrap();
    let line = format!(
        "nvurisrcbin uri={uri} ! mux.sink_0 nvstreammux name=mux batch-size=1 batched-push-timeout=33000 \
         ! nvof preset-level={preset} ! fakesink name=end sync=false"
    );
    let pipeline = gst::parse::launch(&line).unwrap().downcast::<gst::Pipeline>().unwrap();
    let number = |buffer: &gst::BufferRef| Batch::of(buffer).unwrap().frames().next().unwrap().frame_num();
    let wanted = frames.to_vec();
    let mux = pipeline.by_name("mux").unwrap().static_pad("src").unwrap();
    mux.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        let number = number(info.buffer().unwrap());
        match wanted.iter().any(|frame| number == *frame || number == frame + 1) {
            true => gst::PadProbeReturn::Ok,
            false => gst::PadProbeReturn::Drop,
        }
    });
    let found = Arc::new(Mutex::new(HashMap::new()));
    let own = Arc::clone(&found);
    let end = pipeline.by_name("end").unwrap().static_pad("sink").unwrap();
    end.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        for frame in Batch::of(info.buffer().unwrap()).unwrap().frames() {
            if let Some(flow) = frame.user_metas().find_map(UserMeta::optical_flow) {
                let vectors = (flow.grid.width as usize, flow.vectors.to_vec());
                own.lock().unwrap().insert(frame.frame_num() - 1, vectors);
            }
        }
        gst::PadProbeReturn::Ok
    });
    play::to_the_end(&pipeline, video);
    let mut found = found.lock().unwrap();
    std::mem::take(&mut *found)
}

/// True motion by frame, with how many points stand side by side.
fn truth(file: &Path) -> HashMap<i32, (usize, Vec<[f32; 2]>)> {
    let archive = std::fs::read(file).expect("a flow file");
    let (_, step) = array(&archive, "step.npy");
    assert_eq!(i64::from_le_bytes(step[..8].try_into().unwrap()), STEP as i64);
    let (_, frames) = array(&archive, "frames.npy");
    let (shape, flow) = array(&archive, "flow.npy");
    let (halves, _) = flow.as_chunks::<4>();
    let motion: Vec<[f32; 2]> = halves
        .iter()
        .map(|[a, b, c, d]| [[*a, *b], [*c, *d]].map(|half| half::f16::from_le_bytes(half).to_f32()))
        .collect();
    let frames = frames.as_chunks::<8>().0.iter().map(|number| i64::from_le_bytes(*number) as i32);
    frames.zip(motion.chunks(shape[1] * shape[2])).map(|(frame, motion)| (frame, (shape[2], motion.to_vec()))).collect()
}

/// Shape and bytes of an array of a NumPy archive: a deflated member of a ZIP file.
fn array(archive: &[u8], name: &str) -> (Vec<usize>, Vec<u8>) {
    let number = |at: usize, bytes: usize| {
        archive[at..at + bytes].iter().rev().fold(0, |all, byte| all << 8 | usize::from(*byte))
    };
    let end = archive.windows(4).rposition(|window| window == b"PK\x05\x06").expect("a ZIP file");
    let mut entry = number(end + 16, 4);
    while &archive[entry + 46..][..number(entry + 28, 2)] != name.as_bytes() {
        entry += 46 + number(entry + 28, 2) + number(entry + 30, 2) + number(entry + 32, 2);
    }
    let local = number(entry + 42, 4);
    let packed = &archive[local + 30 + number(local + 26, 2) + number(local + 28, 2)..];
    let mut bytes = Vec::new();
    flate2::read::DeflateDecoder::new(packed).read_to_end(&mut bytes).unwrap();
    let head = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let text = String::from_utf8_lossy(&bytes[10..head]);
    let shape = text.split("'shape': (").nth(1).unwrap().split(')').next().unwrap();
    let shape = shape.split(',').filter_map(|side| side.trim().parse().ok()).collect();
    (shape, bytes[head..].to_vec())
}
