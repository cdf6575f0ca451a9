//! Encoding in the background: pixels are copied out when a picture is asked for, compressed and saved by worker
//! threads, and handed over when the caller waits for them.

use super::jpeg::{EncodeError, Pixels, encode, pixels, region};
use crate::base::geometry::{Rect, Size};
use crate::surface::view::View;
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Instant;

/// What to make a picture of.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The box, all of the frame when `None`.
    pub rect: Option<Rect>,
    /// Width and height of the picture, those of the box when `None`.
    pub scaled: Option<Size>,
    /// JPEG quality, 1 to 100.
    pub quality: u8,
    /// Where to save it.
    pub file: Option<Target>,
    /// Whether to log how long it took.
    pub timed: bool,
}

/// The name of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// This one.
    File(PathBuf),
    /// One that begins like this and goes on with the picture's size: `<start>_<width>x<height>.jpg`.
    Sized(String),
}

/// Makes pictures in the background. Dropped, it finishes what was asked for but not collected.
pub struct Encoder {
    jobs: Option<Sender<Job>>,
    results: Receiver<Outcome>,
    waiting: usize,
    next: usize,
    workers: Vec<JoinHandle<()>>,
}

struct Job {
    number: usize,
    pixels: Pixels,
    request: Request,
}

struct Outcome {
    number: usize,
    result: Result<Vec<u8>, EncodeError>,
}

impl Encoder {
    /// An encoder with one thread per core, four at most: more only fight for memory.
    pub fn new() -> std::io::Result<Self> {
        let (jobs, queue) = unbounded::<Job>();
        let (done, results) = unbounded();
        let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get().min(4));
        let workers = (0..threads).map(|index| {
            let (queue, done) = (queue.clone(), done.clone());
            std::thread::Builder::new().name(format!("jpeg-{index}")).spawn(move || work(&queue, &done))
        });
        let workers = workers.collect::<std::io::Result<_>>()?;
        Ok(Self { jobs: Some(jobs), results, waiting: 0, next: 0, workers })
    }

    /// Asks for a picture; answers its number. The pixels are copied before this returns.
    pub fn request(&mut self, view: &View<'_>, request: Request) -> Result<usize, EncodeError> {
        let pixels = pixels(view, region(view, request.rect)?, request.scaled)?;
        let number = self.next;
        if self.jobs.as_ref().is_some_and(|jobs| jobs.send(Job { number, pixels, request }).is_ok()) {
            self.waiting += 1;
        }
        self.next += 1;
        Ok(number)
    }

    /// Waits for everything asked for, and hands each picture to `collect` with its number, in no particular order.
    pub fn finish(&mut self, mut collect: impl FnMut(usize, Result<Vec<u8>, EncodeError>)) {
        while self.waiting > 0 {
            let Ok(Outcome { number, result }) = self.results.recv() else { break };
            self.waiting -= 1;
            collect(number, result);
        }
        self.waiting = 0;
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        self.jobs = None;
        for worker in self.workers.drain(..) {
            // A worker that panicked has said so.
            let _ = worker.join();
        }
    }
}

/// Encodes and saves until nobody asks any more.
fn work(queue: &Receiver<Job>, done: &Sender<Outcome>) {
    for Job { number, pixels, request } in queue {
        let start = Instant::now();
        // Every job has an outcome, else whoever waits would wait for ever.
        let picture = catch_unwind(AssertUnwindSafe(|| encode(&pixels, request.quality)));
        let result = picture.unwrap_or(Err(EncodeError::Panic)).and_then(|bytes| {
            if let Some(target) = &request.file {
                save(&target.path(pixels.size()), &bytes)?;
            }
            Ok(bytes)
        });
        if request.timed {
            tracing::info!("picture {number} encoded in {:.2} ms", start.elapsed().as_secs_f64() * 1e3);
        }
        if let Err(error) = &result {
            tracing::error!("{error}");
        }
        if done.send(Outcome { number, result }).is_err() {
            return;
        }
    }
}

impl Target {
    fn path(&self, size: Size) -> PathBuf {
        match self {
            Target::File(path) => path.clone(),
            Target::Sized(start) => PathBuf::from(format!("{start}_{}x{}.jpg", size.width, size.height)),
        }
    }
}

/// Writes a file whole or not at all.
///
/// # Errors
/// [`EncodeError::File`]; nothing is left behind then.
pub fn save(path: &Path, bytes: &[u8]) -> Result<(), EncodeError> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    fs::write(&part, bytes).and_then(|()| fs::rename(&part, path)).map_err(|source| {
        // Nothing is left behind; that the file never came to be is no second error.
        let _ = fs::remove_file(&part);
        EncodeError::File { path: path.to_owned(), source }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::format::{Format, Layout};

    fn grey(bytes: &[u8]) -> View<'_> {
        let size = Size { width: 64, height: 32 };
        View::new(Format::plain(Layout::Gray8), size, [bytes, &[], &[]], [64, 0, 0]).unwrap()
    }

    fn request() -> Request {
        Request { rect: None, scaled: None, quality: 80, file: None, timed: false }
    }

    #[test]
    fn pictures_come_back_under_their_numbers_and_are_saved_whole() {
        let dir = tempfile::tempdir().unwrap();
        let bytes = [128; 64 * 32];
        let mut encoder = Encoder::new().unwrap();
        let start = dir.path().join("0_1_2_car").to_str().unwrap().to_owned();
        let file = Some(Target::Sized(start.clone()));
        let rect = Some(Rect { left: 3.0, top: 5.0, width: 16.0, height: 8.0 });
        let first = encoder.request(&grey(&bytes), Request { rect, file, ..request() }).unwrap();
        let missing = Some(Target::File(dir.path().join("none/x.jpg")));
        let second = encoder.request(&grey(&bytes), Request { file: missing, ..request() }).unwrap();
        let mut results = Vec::new();
        encoder.finish(|number, result| results.push((number, result)));
        results.sort_by_key(|result| result.0);
        assert_eq!((results[0].0, results[1].0), (first, second));
        let saved = fs::read(format!("{start}_16x8.jpg")).unwrap();
        assert_eq!(&saved, results[0].1.as_ref().unwrap());
        assert_eq!((&saved[..2], &saved[saved.len() - 2..]), (&[0xff, 0xd8][..], &[0xff, 0xd9][..]));
        assert!(matches!(results[1].1, Err(EncodeError::File { .. })));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn boxes_are_clipped_to_the_frame_and_refused_outside() {
        let bytes = [0; 64 * 32];
        let view = grey(&bytes);
        let rect = |left, width| Some(Rect { left, top: 0.0, width, height: 8.0 });
        assert_eq!(region(&view, rect(-5.0, 10.0)).unwrap().size, Size { width: 5, height: 8 });
        assert_eq!(region(&view, rect(10.4, 1.2)).unwrap().size, Size { width: 2, height: 8 });
        for outside in [rect(64.0, 5.0), rect(-9.0, 4.0), rect(3.0, 0.0), rect(f32::NAN, 5.0), rect(1.0, f32::NAN)] {
            assert!(matches!(region(&view, outside), Err(EncodeError::Outside { .. })), "{outside:?}");
        }
    }
}
