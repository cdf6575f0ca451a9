//! From the pixels of a surface to the network's input in one pass: crop, scale, convert, normalise.
//!
//! The picture is read once, row by row, in its own format; nothing but the input tensor and a few rows is written. Chroma
//! is scaled as luma is and both are combined at the size of the network, so that colours are converted only for the
//! pixels the network sees. Nothing is allocated while pictures keep their size. Knows no engine and no GStreamer.

mod area;
mod colour;
mod lane;
pub mod letterbox;
mod mean;
pub mod recipe;
pub mod taps;

use std::sync::Arc;

use crate::config::nvinfer::{ColorFormat, TensorOrder};
use crate::infer::InferError;
use crate::surface::format::{Format, Layout};
use crate::surface::view::View;
use colour::{Colour, rgb_to_gray};
use lane::Lane;
use letterbox::{Crop, Letterbox};
use recipe::Recipe;
use taps::Axis;

/// Fills network inputs; each worker has its own.
#[derive(Debug)]
pub struct Preprocessor {
    recipe: Arc<Recipe>,
    /// The vector instructions of this machine.
    instructions: pulp::Arch,
    plan: Option<(Format, Letterbox)>,
    lanes: [Lane; 3],
    /// Scaled rows in the picture's own channels.
    scaled: [Vec<f32>; 3],
    /// A finished row of each channel, for interleaved inputs.
    finished: [Vec<f32>; 3],
}

impl Preprocessor {
    /// A preprocessor for one network.
    pub fn new(recipe: Arc<Recipe>) -> Self {
        let row = || vec![0.0; recipe.net.width as usize];
        let (scaled, finished) = ([row(), row(), row()], [row(), row(), row()]);
        Self { recipe, instructions: pulp::Arch::new(), plan: None, lanes: Default::default(), scaled, finished }
    }

    /// Fills `out` (one frame, `recipe.len()` elements) from `crop` of `view` and says where the picture lies in it.
    ///
    /// # Errors
    /// When `out` has another length, or the crop reaches outside the picture.
    pub fn run(&mut self, view: &View<'_>, crop: Crop, out: &mut [f32]) -> Result<Letterbox, InferError> {
        self.refill(view, crop, out, None)
    }

    /// As [`run`](Self::run), into an `out` that this recipe filled last with the picture at `before`: where that is where
    /// it lies now, the padding around it is still there and is not written again.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub fn refill(
        &mut self,
        view: &View<'_>,
        crop: Crop,
        out: &mut [f32],
        before: Option<Letterbox>,
    ) -> Result<Letterbox, InferError> {
        let recipe = Arc::clone(&self.recipe);
        if out.len() != recipe.len() {
            return Err(InferError::InputLength { expected: recipe.len(), found: out.len() });
        }
        let inside = |start: u32, length: u32, limit: u32| length > 0 && start.saturating_add(length) <= limit;
        if !inside(crop.left, crop.width, view.size.width) || !inside(crop.top, crop.height, view.size.height) {
            return Err(InferError::Crop { crop, size: view.size });
        }
        let letterbox = self.plan(view.format, crop);
        let padded = before == Some(letterbox);
        self.instructions.dispatch(Fill { preprocessor: self, view, letterbox: &letterbox, padded, out });
        Ok(letterbox)
    }

    /// Writes the whole input. Compiled for each set of vector instructions, as is all it calls.
    #[inline(always)]
    fn fill(&mut self, view: &View<'_>, letterbox: &Letterbox, padded: bool, out: &mut [f32]) {
        let recipe = Arc::clone(&self.recipe);
        let (width, pixels, channels) = (recipe.net.width as usize, recipe.pixels(), recipe.channels());
        if recipe.order == TensorOrder::Nhwc {
            let mut finished = std::mem::take(&mut self.finished);
            for (y, target) in out.chunks_exact_mut(width * channels).enumerate() {
                let rows = finished.each_mut().map(Vec::as_mut_slice);
                self.finish_row(&recipe, view, (letterbox, false), y, rows);
                interleave(&finished, channels, target);
            }
            self.finished = finished;
            return;
        }
        let (first, rest) = out.split_at_mut(pixels);
        let (second, third) = rest.split_at_mut(rest.len() / 2);
        let picture = letterbox.top as usize..(letterbox.top + letterbox.size.height) as usize;
        for y in if padded { picture } else { 0..recipe.net.height as usize } {
            let row = |plane: usize| if plane < channels { y * width..(y + 1) * width } else { 0..0 };
            let rows = [&mut first[row(0)], &mut second[row(1)], &mut third[row(2)]];
            self.finish_row(&recipe, view, (letterbox, padded), y, rows);
        }
    }

    /// Works out which samples are needed; quick when nothing changed.
    fn plan(&mut self, format: Format, crop: Crop) -> Letterbox {
        let recipe = &self.recipe;
        let letterbox = Letterbox::new(crop, recipe.net, recipe.fit);
        if self.plan == Some((format, letterbox)) {
            return letterbox;
        }
        let layout = format.layout;
        for (plane, lane) in self.lanes.iter_mut().enumerate().take(layout.planes()) {
            let halved = plane > 0;
            let across = Axis { start: crop.left, length: crop.width, halved };
            let down = Axis { start: crop.top, length: crop.height, halved };
            let size = (letterbox.size.width, letterbox.size.height);
            lane.plan(plane, layout.bytes_per_pixel(plane), (across, down), size, recipe.filter);
        }
        self.plan = Some((format, letterbox));
        letterbox
    }

    /// Writes row `y` of every channel, normalised; `rows` are in the network's order, empty where it has no channel. The
    /// flag beside the letterbox says that the padding is there already.
    #[inline(always)]
    fn finish_row(
        &mut self,
        recipe: &Recipe,
        view: &View<'_>,
        (letterbox, padded): (&Letterbox, bool),
        y: usize,
        rows: [&mut [f32]; 3],
    ) {
        let (left, top) = (letterbox.left as usize, letterbox.top as usize);
        let right = left + letterbox.size.width as usize;
        let inside = (top..top + letterbox.size.height as usize).contains(&y);
        let picture = if inside { left..right } else { 0..0 };
        let mut rows = rows;
        if !padded {
            let padding = f32::from(recipe.padding);
            for row in rows.iter_mut().filter(|row| !row.is_empty()) {
                row[..picture.start].fill(padding);
                row[picture.end..].fill(padding);
            }
        }
        if inside {
            self.scale_row(view, y - top, right - left);
            let part = rows.each_mut().map(|row| if row.is_empty() { &mut row[..] } else { &mut row[picture.clone()] });
            self.convert_row(view.format, recipe.color, part);
        }
        for (channel, row) in rows.iter_mut().enumerate().filter(|(_, row)| !row.is_empty()) {
            let fresh = if padded { picture.clone() } else { 0..row.len() };
            recipe.normalise(channel, y, fresh.start, &mut row[fresh]);
        }
    }

    /// Scales row `y` of the picture, `width` pixels, into `self.scaled`.
    #[inline(always)]
    fn scale_row(&mut self, view: &View<'_>, y: usize, width: usize) {
        let [a, b, c] = self.scaled.each_mut().map(|row| &mut row[..width]);
        let [first, second, third] = &mut self.lanes;
        match view.format.layout {
            Layout::Gray8 => first.row::<1, 1>(view, y, [a]),
            Layout::Rgb => first.row::<3, 3>(view, y, [a, b, c]),
            Layout::Rgba => first.row::<4, 3>(view, y, [a, b, c]),
            Layout::Bgrx => first.row::<4, 3>(view, y, [c, b, a]),
            Layout::Nv12 => {
                first.row::<1, 1>(view, y, [a]);
                second.row::<2, 2>(view, y, [b, c]);
            }
            Layout::I420 => {
                first.row::<1, 1>(view, y, [a]);
                second.row::<1, 1>(view, y, [b]);
                third.row::<1, 1>(view, y, [c]);
            }
        }
    }

    /// Turns the scaled row into the network's channels.
    #[inline(always)]
    fn convert_row(&self, format: Format, color: ColorFormat, rows: [&mut [f32]; 3]) {
        let width = rows[0].len();
        let [a, b, c] = self.scaled.each_ref().map(|row| &row[..width]);
        let [first, second, third] = rows;
        let colour = Colour::of(format);
        match (format.layout, color) {
            (Layout::I420 | Layout::Nv12, ColorFormat::Rgb) => colour.row_to_rgb(a, b, c, first, second, third),
            (Layout::I420 | Layout::Nv12, ColorFormat::Bgr) => colour.row_to_rgb(a, b, c, third, second, first),
            (Layout::I420 | Layout::Nv12 | Layout::Gray8, ColorFormat::Gray) => colour.row_to_gray(a, first),
            (Layout::Gray8, _) => {
                colour.row_to_gray(a, first);
                second.copy_from_slice(first);
                third.copy_from_slice(first);
            }
            (Layout::Rgba | Layout::Rgb | Layout::Bgrx, ColorFormat::Gray) => rgb_to_gray(a, b, c, first),
            (Layout::Rgba | Layout::Rgb | Layout::Bgrx, order) => {
                let (red, blue) = if order == ColorFormat::Rgb { (first, third) } else { (third, first) };
                red.copy_from_slice(a);
                second.copy_from_slice(b);
                blue.copy_from_slice(c);
            }
        }
    }
}

/// The call of [`Preprocessor::fill`] that is compiled for each set of vector instructions.
struct Fill<'a> {
    preprocessor: &'a mut Preprocessor,
    view: &'a View<'a>,
    letterbox: &'a Letterbox,
    padded: bool,
    out: &'a mut [f32],
}

impl pulp::NullaryFnOnce for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.preprocessor.fill(self.view, self.letterbox, self.padded, self.out);
    }
}

/// Writes rows of channels pixel by pixel.
#[inline(always)]
fn interleave(rows: &[Vec<f32>; 3], channels: usize, target: &mut [f32]) {
    match channels {
        1 => target.copy_from_slice(&rows[0]),
        _ => {
            let [a, b, c] = rows;
            for (((pixel, a), b), c) in target.as_chunks_mut::<3>().0.iter_mut().zip(a).zip(b).zip(c) {
                *pixel = [*a, *b, *c];
            }
        }
    }
}

#[cfg(test)]
mod tests;
