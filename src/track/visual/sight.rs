//! The visual tracker of a stream: filters in the tracker's pixels over pictures of any size.

use super::features::Extractor;
use super::filter::{Filter, Response};
use super::picture::Picture;
use crate::base::geometry::Rect;
use crate::config::tracker::VisualTracker;

/// Looks at pictures with one set of features.
pub struct Sight {
    config: VisualTracker,
    extractor: Extractor,
}

/// A picture, and how it lies over the tracker's pixels.
#[derive(Clone, Copy)]
pub struct Stretched<'a> {
    picture: &'a Picture<'a>,
    x: f32,
    y: f32,
}

impl<'a> Stretched<'a> {
    /// A picture stretched over `size`.
    pub fn over(picture: &'a Picture<'a>, size: (f32, f32)) -> Self {
        let ratio = |pixels: usize, size: f32| if size > 0.0 { pixels as f32 / size } else { 1.0 };
        Self { picture, x: ratio(picture.width, size.0), y: ratio(picture.height, size.1) }
    }

    fn to_picture(self, rect: &Rect) -> Rect {
        scaled(rect, self.x, self.y)
    }

    fn to_tracker(self, rect: &Rect) -> Rect {
        scaled(rect, 1.0 / self.x, 1.0 / self.y)
    }
}

fn scaled(rect: &Rect, x: f32, y: f32) -> Rect {
    Rect { left: rect.left * x, top: rect.top * y, width: rect.width * x, height: rect.height * y }
}

impl Sight {
    /// The visual tracker that `config` describes.
    pub fn new(config: &VisualTracker) -> Self {
        Self { config: config.clone(), extractor: Extractor::new(config) }
    }

    /// Where in the region about `rect` a target looks most like itself, in the tracker's pixels.
    pub fn locate(&mut self, filter: &Filter, picture: Stretched<'_>, rect: &Rect) -> Response {
        let (seen, padding) = (picture.to_picture(rect), self.padding());
        let mut response = filter.locate(&mut self.extractor, picture.picture, &seen, padding);
        response.rect = picture.to_tracker(&response.rect);
        response
    }

    /// The response of a target at a box in the tracker's pixels; see [`Response::at`].
    pub fn likeness(response: &Response, picture: Stretched<'_>, rect: &Rect) -> f32 {
        response.at(&picture.to_picture(rect))
    }

    /// Renews, or begins, what a target at `rect` looks like.
    pub fn learn(&mut self, filter: &mut Option<Filter>, picture: Stretched<'_>, rect: &Rect) {
        let (seen, padding) = (picture.to_picture(rect), self.padding());
        let (rate, weights) = (self.config.filter_learning_rate, self.config.channel_weights_learning_rate);
        match filter {
            Some(filter) => filter.learn(&mut self.extractor, picture.picture, &seen, padding, rate, weights),
            None => *filter = Some(Filter::new(&mut self.extractor, picture.picture, &seen, padding)),
        }
    }

    fn padding(&self) -> f32 {
        self.config.search_region_padding_scale as f32
    }
}
