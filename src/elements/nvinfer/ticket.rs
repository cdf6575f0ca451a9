//! One buffer's pictures, whole frames or objects, and their results while workers are at it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::error::FrameError;
use super::objects::{Picture, Selected};
use super::prepared::Prepared;
use crate::base::geometry::Size;
use crate::infer::network::Network;
use crate::infer::preprocess::letterbox::Letterbox;
use crate::infer::runner::Found;
use crate::meta::preprocess::PreparedTensor;

/// What is called when the last picture is done.
type Tell = Box<dyn Fn(&Ticket) + Send + Sync>;

/// A part of a tensor that was made upstream, in place of a picture's pixels.
pub struct Input {
    /// The tensor.
    pub tensor: Arc<PreparedTensor>,
    /// The first of its values.
    pub start: usize,
    /// Where the region lies in it.
    pub letterbox: Letterbox,
    /// Size of the frame.
    pub size: Size,
}

/// What workers found in the pictures of one buffer.
pub struct Ticket {
    network: Arc<Network>,
    pictures: Vec<Picture>,
    /// What stands for their pixels; empty where those are looked at.
    inputs: Vec<Input>,
    /// The place of each picture's frame in the batch; empty where there is one for each frame.
    places: Vec<usize>,
    /// The objects the pictures show; `None` when they show whole frames.
    objects: Option<Vec<Selected>>,
    /// Who is told when the last picture is done, if nobody waits for the ticket.
    told: Option<Tell>,
    missing: AtomicUsize,
    cancelled: AtomicBool,
    results: Mutex<Results>,
}

/// All results of a buffer; the error of the first frame that has one.
#[derive(Default)]
pub struct Results {
    /// What was found, picture by picture.
    pub found: Vec<Found>,
    /// What went wrong.
    pub error: Option<FrameError>,
}

impl Ticket {
    /// A ticket for whole frames, on these surfaces of a buffer.
    pub fn new(network: Arc<Network>, surfaces: &[usize]) -> Self {
        let pictures = surfaces.iter().map(|surface| Picture { surface: *surface, crop: None }).collect();
        Self::with(network, pictures, None)
    }

    /// A ticket for objects and the pictures of those that are looked at.
    pub fn of_objects(network: Arc<Network>, pictures: Vec<Picture>, objects: Vec<Selected>) -> Self {
        Self::with(network, pictures, Some(objects))
    }

    fn with(network: Arc<Network>, pictures: Vec<Picture>, objects: Option<Vec<Selected>>) -> Self {
        let results = Results { found: pictures.iter().map(|_| Found::default()).collect(), error: None };
        Self {
            network,
            missing: AtomicUsize::new(pictures.len()),
            pictures,
            inputs: Vec::new(),
            places: Vec::new(),
            objects,
            told: None,
            cancelled: AtomicBool::new(false),
            results: Mutex::new(results),
        }
    }

    /// A ticket for what was prepared upstream: of objects, or of regions of frames.
    pub fn of_prepared(network: Arc<Network>, prepared: Prepared) -> Self {
        let Prepared { pictures, inputs, places, objects } = prepared;
        let objects = (!objects.is_empty()).then_some(objects);
        Self { inputs, places, ..Self::with(network, pictures, objects) }
    }

    /// Has `tell` called when the last picture is done.
    pub fn tell(self, tell: impl Fn(&Ticket) + Send + Sync + 'static) -> Self {
        Self { told: Some(Box::new(tell)), ..self }
    }

    /// Which network looks at the frames.
    pub fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// How many pictures are looked at.
    pub fn pictures(&self) -> usize {
        self.pictures.len()
    }

    /// One of the pictures.
    pub fn picture(&self, index: usize) -> Picture {
        self.pictures.get(index).copied().unwrap_or(Picture { surface: usize::MAX, crop: None })
    }

    /// What stands for the pixels of a picture.
    pub fn input(&self, index: usize) -> Option<&Input> {
        self.inputs.get(index)
    }

    /// The place in the batch of a picture's frame.
    pub fn place(&self, index: usize) -> usize {
        self.places.get(index).copied().unwrap_or(index)
    }

    /// The objects that get the results; `None` when whole frames do.
    pub fn objects(&self) -> Option<&[Selected]> {
        self.objects.as_deref()
    }

    /// Whether nobody waits for it any more.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Says that nobody waits for it any more.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether every picture has its result.
    pub fn is_done(&self) -> bool {
        self.missing.load(Ordering::Acquire) == 0
    }

    /// Keeps the result of one picture.
    pub fn put(&self, picture: usize, found: Found) {
        let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = results.found.get_mut(picture) {
            *place = found;
        }
    }

    /// Keeps what went wrong, if nothing did before.
    pub fn fail(&self, error: FrameError) {
        self.results.lock().unwrap_or_else(PoisonError::into_inner).error.get_or_insert(error);
    }

    /// Says that `count` more pictures are finished, well or not; `true` when these were the last.
    pub fn finish(&self, count: usize) -> bool {
        let last = self.missing.fetch_sub(count, Ordering::AcqRel) == count;
        if let Some(told) = self.told.as_ref().filter(|_| last) {
            told(self);
        }
        last
    }

    /// The results of a ticket that is done.
    pub fn results(&self) -> Results {
        std::mem::take(&mut *self.results.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
