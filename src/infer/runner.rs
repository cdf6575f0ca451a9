//! From pixels to boxes on one thread: preprocess, run, decode, cluster, map back.

use std::num::NonZero;
use std::sync::Arc;

use super::InferError;
use super::classify::Attribute;
use super::cluster::{Clusterer, frame};
use super::detection::{Detection, Tensor};
use super::engine::{Outputs, Session};
use super::instance::{Candidate, InstanceMask, Instances};
use super::network::{Boxes, Head, Network};
use super::prepare;
use super::preprocess::Preprocessor;
use super::preprocess::letterbox::{Crop, Letterbox};
use super::segment::ClassMap;
use crate::base::elements::Elements;
use crate::base::geometry::{Rect, Size};
use crate::config::nvinfer::NvInferConfig;
use crate::surface::view::View;

/// What a network found in one picture.
#[derive(Default)]
pub struct Found {
    /// Boxes in pixels of the picture, inside it.
    pub objects: Vec<Detection>,
    /// The masks of these, one each; empty where there are none.
    pub masks: Vec<Option<InstanceMask>>,
    /// What a classifier says of the picture.
    pub attributes: Vec<Attribute>,
    /// The class of every pixel of the network's output.
    pub map: Option<ClassMap>,
    /// The outputs of the run and which frame of it this was, if somebody wants them.
    pub outputs: Option<(Arc<Outputs>, usize)>,
    /// The network's input, if somebody wants it.
    pub input: Option<Vec<f32>>,
}

/// Looks at pictures; each worker has its own.
pub struct Runner {
    network: Arc<Network>,
    session: Box<dyn Session>,
    preprocessor: Preprocessor,
    clusterer: Clusterer,
    pictures: Vec<(Letterbox, Size)>,
    /// Where the picture lies in each place of the session's input, whose padding is not written twice.
    filled: Vec<Option<Letterbox>>,
    boxes: Vec<Detection>,
    candidates: Vec<Candidate>,
}

impl Runner {
    /// A runner with a session of its own.
    ///
    /// # Errors
    /// When the engine cannot make a session.
    pub fn new(network: Arc<Network>, threads: NonZero<usize>) -> Result<Self, InferError> {
        let session = network.session(threads)?;
        let preprocessor = Preprocessor::new(Arc::clone(network.recipe()));
        let clusterer = Clusterer::new(&network.config().detector);
        Ok(Self {
            network,
            session,
            preprocessor,
            clusterer,
            pictures: Vec::new(),
            filled: Vec::new(),
            boxes: Vec::new(),
            candidates: Vec::new(),
        })
    }

    /// Runs the network over nothing, so that the first picture does not pay for what is set up lazily.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub fn warm_up(&mut self) -> Result<(), InferError> {
        self.session.input(1).fill(0.0);
        self.filled.clear();
        self.session.run(1).map(drop)
    }

    /// Prepares one of `count` pictures; all are prepared, from 0 on, before [`run`](Self::run).
    ///
    /// # Errors
    /// When the crop is not inside the picture.
    pub fn prepare(&mut self, index: usize, count: usize, view: &View<'_>, crop: Crop) -> Result<(), InferError> {
        let len = self.network.recipe().len();
        let input = &mut self.session.input(count)[index * len..(index + 1) * len];
        self.filled.resize(self.filled.len().max(count), None);
        let letterbox = self.preprocessor.refill(view, crop, input, self.filled[index].take())?;
        self.filled[index] = Some(letterbox);
        self.pictures.truncate(index);
        self.pictures.push((letterbox, view.size));
        Ok(())
    }

    /// As [`prepare`](Self::prepare), from values that somebody else made of a region: they begin at `start`, and `letterbox`
    /// says where in a picture of `size` the region is.
    pub fn prepare_values(
        &mut self,
        index: usize,
        count: usize,
        values: &Elements,
        start: usize,
        letterbox: Letterbox,
        size: Size,
    ) {
        let len = self.network.recipe().len();
        prepare::decode(values, start, &mut self.session.input(count)[index * len..(index + 1) * len]);
        self.filled.clear();
        self.pictures.truncate(index);
        self.pictures.push((letterbox, size));
    }

    /// Looks at the prepared pictures and hands on what was found in each.
    ///
    /// # Errors
    /// When the engine fails, or the outputs cannot be decoded.
    pub fn run(&mut self, mut found: impl FnMut(usize, Found)) -> Result<(), InferError> {
        let network = Arc::clone(&self.network);
        let count = self.pictures.len();
        let outputs = self.session.run(count)?;
        let mut results: Vec<Found> = Vec::with_capacity(count);
        for index in 0..count {
            results.push(match network.head() {
                Some(Head::Boxes(boxes)) => {
                    Found { objects: self.detect(&network, boxes, &outputs, index)?, ..Found::default() }
                }
                Some(Head::Classes(classes)) => {
                    let tensors: Vec<Tensor<'_>> = outputs.frame(network.engine().outputs(), index).collect();
                    Found { attributes: classes.read(&tensors), ..Found::default() }
                }
                Some(Head::Pixels(segments)) => {
                    let tensors: Vec<Tensor<'_>> = outputs.frame(network.engine().outputs(), index).collect();
                    Found { map: Some(segments.read(&tensors)?), ..Found::default() }
                }
                Some(Head::Instances(instances)) => self.instances(&network, instances, &outputs, index)?,
                None => Found::default(),
            });
        }
        if network.keeps_outputs() {
            let outputs = Arc::new(outputs);
            let (len, debug) = (network.recipe().len(), network.config().debug.keeps_tensors());
            for (index, result) in results.iter_mut().enumerate() {
                result.outputs = Some((Arc::clone(&outputs), index));
                result.input = debug.then(|| self.session.input(count)[index * len..(index + 1) * len].to_vec());
            }
        }
        results.into_iter().enumerate().for_each(|(index, result)| found(index, result));
        Ok(())
    }

    /// The boxes of one picture, in its pixels; inside the part that was looked at.
    fn detect(
        &mut self,
        network: &Network,
        head: &Boxes,
        outputs: &Outputs,
        index: usize,
    ) -> Result<Vec<Detection>, InferError> {
        let net = network.recipe().net;
        let (letterbox, size) = self.pictures[index];
        let tensors: Vec<Tensor<'_>> = outputs.frame(network.engine().outputs(), index).collect();
        self.boxes.clear();
        head.decoder.decode(&tensors, net, &head.thresholds, &mut self.boxes)?;
        self.clusterer.run(&mut self.boxes);
        Ok(self.boxes.iter().filter_map(|found| in_picture(network.config(), &letterbox, size, found)).collect())
    }

    /// The boxes of one picture with their masks; each mask covers what is left of its box in the picture.
    fn instances(
        &mut self,
        network: &Network,
        head: &Instances,
        outputs: &Outputs,
        index: usize,
    ) -> Result<Found, InferError> {
        let net = network.recipe().net;
        let config = network.config();
        let (letterbox, size) = self.pictures[index];
        let tensors: Vec<Tensor<'_>> = outputs.frame(network.engine().outputs(), index).collect();
        head.find(&tensors, net, &config.detector, &mut self.candidates)?;
        let mut found = Found::default();
        for candidate in &self.candidates {
            let Some(object) = in_picture(config, &letterbox, size, &candidate.found) else { continue };
            let part = letterbox.to_net(&object.rect);
            found.objects.push(object);
            if config.output_instance_mask {
                found.masks.push(head.decoder.mask(&tensors, net, candidate, &part));
            }
        }
        Ok(found)
    }
}

/// A box in pixels of the picture, if it is wanted there.
fn in_picture(config: &NvInferConfig, letterbox: &Letterbox, size: Size, found: &Detection) -> Option<Detection> {
    let clips = config.clip_outside_roi || !config.input_tensor_from_meta;
    let bounds = if clips { letterbox.crop } else { Crop::whole(size) };
    let rect = inside(&letterbox.to_picture(&found.rect), bounds);
    let rect = frame::wanted(&config.detector, found.class_id, rect, size)?;
    (rect.width > 0.0 && rect.height > 0.0).then_some(Detection { rect, ..*found })
}

/// The part of a box that lies in a crop.
fn inside(rect: &Rect, crop: Crop) -> Rect {
    let (left, top) = (crop.left as f32, crop.top as f32);
    let within = Rect { left: rect.left - left, top: rect.top - top, ..*rect };
    let within = within.clipped(crop.width as f32, crop.height as f32);
    Rect { left: within.left + left, top: within.top + top, ..within }
}
