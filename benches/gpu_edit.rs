//! The edit of `gpu-edit` on the host and on a GPU, by where the surface lies, in one run.
//!
//! `cargo bench --bench gpu_edit`; without a GPU the host's rows alone. A frame is written by the CPU, edited, and read by
//! the CPU, as between a converter and an encoder; writing is not timed, reading is a column of its own because pages of
//! unified memory travel back only then.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ds_apps::base::geometry::Size;
use ds_apps::surface::cuda::{Gpu, Kind, Tint};
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::view::ViewMut;
use ds_apps::surface::{Place, Pool, SurfacesMut, tint};
use std::time::{Duration, Instant};

const ROUNDS: usize = 200;
const SIZES: [(u32, u32); 4] = [(641, 359), (1280, 720), (1920, 1080), (3840, 2160)];

/// Median times of the edit and of the read after it, and a sum of the bytes of the last frame.
fn measure(place: Place, size: Size, edit: &dyn Fn(&mut ViewMut<'_>)) -> (Duration, Duration, u64) {
    let mut memory = Pool::placed(place, Format::plain(Layout::Rgba), size, 1).acquire().unwrap();
    let (mut edits, mut reads, mut sum) = (Vec::new(), Vec::new(), 0u64);
    for round in 0..ROUNDS {
        let mut surfaces = SurfacesMut::of(&mut memory).unwrap();
        let mut view = surfaces.view_mut(0).unwrap();
        for (at, byte) in view.plane_mut(0).iter_mut().enumerate() {
            *byte = (at * 7 + round) as u8;
        }
        let start = Instant::now();
        edit(&mut view);
        edits.push(start.elapsed());
        let start = Instant::now();
        let words = view.plane_mut(0).as_chunks::<8>().0;
        sum = words.iter().fold(0, |sum: u64, word| sum.wrapping_mul(31).wrapping_add(u64::from_le_bytes(*word)));
        reads.push(start.elapsed());
    }
    edits.sort_unstable();
    reads.sort_unstable();
    (edits[ROUNDS / 2], reads[ROUNDS / 2], sum)
}

fn main() {
    gst::init().unwrap();
    let gpu = Gpu::open(0);
    let kernels = |gpu| Ok((Tint::new(gpu)?, Tint::shipped(gpu)?));
    let kernel = gpu.as_ref().map_err(Clone::clone).and_then(|gpu| Ok((gpu.clone(), kernels(gpu)?)));
    match &kernel {
        Ok((gpu, (kernel, _))) => println!("{}, {}", gpu.name(), kernel.origin()),
        Err(error) => println!("host only: {error}"),
    }
    println!("{:<28} {:>10} {:>12} {:>12} {:>10}", "frame, memory", "edit us", "then read us", "edit GB/s", "of host");
    for (width, height) in SIZES {
        let size = Size { width, height };
        let row = |name: &str, found: (Duration, Duration, u64), host: Option<&(Duration, Duration, u64)>| {
            let edit = found.0.as_secs_f64();
            // Every pixel is read and written once.
            let rate = 2.0 * f64::from(width) * f64::from(height) * 4.0 / edit / 1e9;
            let ratio = host.map_or(1.0, |host| edit / host.0.as_secs_f64());
            let read = found.1.as_secs_f64() * 1e6;
            println!(
                "{:<28} {:>10.1} {read:>12.1} {rate:>12.2} {ratio:>10.3}",
                format!("{height}p {name}"),
                edit * 1e6
            );
            if let Some(host) = host {
                assert_eq!(found.2, host.2, "{name}: not what the host gives");
            }
        };
        let host = measure(Place::Host, size, &|view| tint::halve_red(view).unwrap());
        row("host", host, None);
        let Ok((gpu, (kernel, shipped))) = &kernel else { continue };
        let apply = |view: &mut ViewMut<'_>| kernel.apply(view).unwrap();
        row("GPU, copied", measure(Place::Host, size, &apply), Some(&host));
        row("GPU, pinned", measure(Place::cuda(gpu, Kind::Pinned), size, &apply), Some(&host));
        row("GPU, unified", measure(Place::cuda(gpu, Kind::Unified), size, &apply), Some(&host));
        let apply = |view: &mut ViewMut<'_>| shipped.apply(view).unwrap();
        row("shipped PTX, unified", measure(Place::cuda(gpu, Kind::Unified), size, &apply), Some(&host));
    }
}
