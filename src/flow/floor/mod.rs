//! The floor before a camera that moves: asphalt, tiles, a lawn, whose motion is plain from the scene and not from pixels.
//!
//! What is near a moving camera moves most, and is mostly a floor without much on it, coded coarsely at that: patches of it
//! fit anywhere, and what a codec skipped seems to rest. But the scene around says how the camera moved, and how any
//! plane moves then, but for three numbers. Those are fitted to the few edges that are on the floor: ends of lane
//! markings, shadows, joints. The floor's motion is then taken wherever no edge speaks against it and the vectors say
//! what cannot be: that something is seen through the floor, or stays in the picture where the floor leaves it. Squares
//! that look alike belong together.
//!
//! With a camera that stands, and where no scene or floor is found, vectors stay what they are.

mod corners;
mod dice;
mod edges;
mod epipolar;
mod hint;
mod picture;
mod plane;
mod region;

use nalgebra::{Matrix3, Vector2};
use opencv::core::{BORDER_DEFAULT, Mat, MatTraitConstManual as _, Rect, Size as CvSize};
use opencv::imgproc;

use super::blocks;
use crate::base::flow::{to_fixed, to_pixels};
use crate::base::geometry::Size;
use corners::Luma;
use edges::{Edge, SIDE};
use epipolar::{Epipolar, Match, Planes};
pub use hint::Hint;
use picture::Picture;
use plane::Scene;
use region::Cells;

/// The least width and height of a picture in which a floor is looked for.
const LEAST: Size = Size { width: 320, height: 180 };
/// The width that pictures are made smaller to, in whole steps.
const WIDTH: u32 = 640;
/// How far pixels of the small pictures are blurred.
const BLUR: f64 = 1.25;
/// How steep edges are that a floor is fitted to, and those that may speak against it, in brightness for a pixel.
const STEEP: (f32, f32) = (6.0, 4.0);
/// A floor is looked for below this share of the height.
const FLOOR: f64 = 0.58;
/// How far from its line a vector may be, in pixels: one of a corner, one of a block.
const FROM_LINE: (f64, f64) = (0.25, 1.0);
/// A vector that is shorter rests, in pixels; where more than this share of edges does, the camera stands.
const REST: (f32, f32) = (0.5, 0.5);
/// A vector is too slow for the floor when it is shorter than this share of the floor's by more than this, in pixels.
const SLOW: (f32, f32) = (0.85, 1.0);
/// The price of a vector that is too slow, or where the floor leaves the picture; of a floor; of a floor above its horizon.
const PRICES: (f32, f32, f32) = (1.0, 0.05, 20.0);
/// The difference in brightness that counts as one, the most that counts, and what counts for a vector that leaves the picture.
const WRONG: (f32, f32, f32) = (8.0, 1.5, 0.3);
/// The difference in brightness that makes a border between squares cheaper by e.
const BORDER: f32 = 12.0;

/// Finds floors; keeps its memory between pictures.
#[derive(Default)]
pub struct Floor {
    first: Picture,
    second: Picture,
}

impl Floor {
    /// Puts the floor's motion into `vectors`, those of the blocks of `first`, where it is the better one. Says whether
    /// there is a floor.
    ///
    /// # Errors
    /// When OpenCV refuses the pictures.
    pub fn lay(
        &mut self,
        first: &impl Luma,
        second: &impl Luma,
        hint: &mut Hint,
        vectors: &mut [[i16; 2]],
    ) -> opencv::Result<bool> {
        let whole = Size { width: first.cols().unsigned_abs(), height: first.rows().unsigned_abs() };
        if whole.width < LEAST.width || whole.height < LEAST.height {
            return Ok(false);
        }
        let scale = whole.width.div_ceil(WIDTH);
        shrink(first, scale, &mut self.first)?;
        shrink(second, scale, &mut self.second)?;
        let columns = blocks::grid(whole).width as usize;
        let mut pair = Pair { first: &self.first, second: &self.second, scale: scale as f32, columns, vectors };
        if pair.rests() {
            *hint = Hint::default();
            return Ok(false);
        }
        let followed = corners::follow(first, second)?;
        let Some((planes, moves, shown)) = pair.floor(&followed, hint) else {
            hint.unseen();
            return Ok(false);
        };
        if shown {
            hint.seen(moves)
        } else {
            hint.unseen()
        }
        let is_floor = pair.cells(&planes, &moves).second();
        pair.replace(&moves, &is_floor);
        Ok(true)
    }
}

/// A luma plane, smaller by `scale` and blurred.
fn shrink(from: &impl Luma, scale: u32, to: &mut Picture) -> opencv::Result<()> {
    let size = Size { width: from.cols().unsigned_abs() / scale, height: from.rows().unsigned_abs() / scale };
    let (width, height) = (size.width as i32, size.height as i32);
    let whole = Mat::roi(from, Rect::new(0, 0, width * scale as i32, height * scale as i32))?;
    let (mut small, mut soft) = (Mat::default(), Mat::default());
    imgproc::resize(&whole, &mut small, CvSize::new(width, height), 0.0, 0.0, imgproc::INTER_AREA)?;
    imgproc::gaussian_blur(&small, &mut soft, CvSize::new(0, 0), BLUR, BLUR, BORDER_DEFAULT)?;
    to.size = size;
    to.pixels.clear();
    to.pixels.extend_from_slice(soft.data_typed::<u8>()?);
    Ok(())
}

/// Two small pictures and the vectors between them.
struct Pair<'a> {
    first: &'a Picture,
    second: &'a Picture,
    /// Pixels of the whole pictures in one of the small ones.
    scale: f32,
    /// Blocks in a row of `vectors`.
    columns: usize,
    vectors: &'a mut [[i16; 2]],
}

impl Pair<'_> {
    /// The vector at a place, in pixels of the small pictures.
    fn vector(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let block = |part: f32| ((part + 0.5) * self.scale) as usize / blocks::SIDE as usize;
        let vector = self.vectors.get(block(y) * self.columns + block(x)).copied().unwrap_or_default();
        to_pixels(vector).map(|part| part / self.scale)
    }

    /// Whether the camera stands: most edges rest.
    fn rests(&self) -> bool {
        let edges = edges::steepest(self.first, |_| [std::f32::consts::FRAC_1_SQRT_2; 2], STEEP.0);
        let rests = |edge: &&Edge| {
            let [x, y] = self.vector(edge.place);
            x.hypot(y) * self.scale < REST.0
        };
        edges.iter().filter(rests).count() as f32 >= REST.1 * edges.len() as f32
    }

    /// How planes move, and how the floor does; `followed` are corners of the whole pictures. Also whether
    /// edges show it.
    fn floor(&self, followed: &[([f32; 2], [f32; 2])], hint: &Hint) -> Option<(Planes, Matrix3<f64>, bool)> {
        let pixel = 1.0 / (self.first.unit() * f64::from(self.scale));
        let point = |[x, y]: [f32; 2]| {
            let small = |part: f32| (part + 0.5) / self.scale - 0.5;
            self.first.point(small(x), small(y))
        };
        let corners = followed.iter().map(|(from, to)| Match { from: point(*from), to: point(*to) });
        let mut matches: Vec<Match> = corners.collect();
        let scene = Epipolar::fit(&matches, FROM_LINE.0 * pixel)?;
        let planes = scene.planes()?;
        matches.retain(|found| scene.distance(found) < FROM_LINE.0 * pixel);

        let low =
            |y: f64| y > (FLOOR - 0.5) * 2.0 * f64::from(self.first.size.height) / f64::from(self.first.size.width);
        let mut edges = edges::steepest(self.first, |place| self.way(&planes, place), STEEP.0);
        edges.retain(|edge| low(self.first.point(edge.place[0], edge.place[1]).y));
        let blocks = edges.iter().map(|edge| {
            let ([x, y], [u, v]) = (edge.place, self.vector(edge.place));
            Match { from: self.first.point(x, y), to: self.first.point(x + u, y + v) }
        });
        matches.extend(blocks.filter(|found| scene.distance(found) < FROM_LINE.1 * pixel));
        matches.retain(|found| low(found.from.y));
        let expected = hint.expected(self.first);
        let scene = Scene { first: self.first, second: self.second, planes: &planes, expected };
        let (v, shown) = scene.fit(&edges, &matches)?;
        let moves = planes.homography(&v);
        Some((planes, moves, shown))
    }

    /// The way that a place of the scene moves or comes from, as a unit vector.
    fn way(&self, planes: &Planes, [x, y]: [f32; 2]) -> [f32; 2] {
        let away = (self.first.point(x, y) * planes.epipole.z - planes.epipole).xy();
        let away = away.try_normalize(1e-9).unwrap_or_else(Vector2::y);
        [away.x as f32, away.y as f32]
    }

    /// How far the floor moves a place, in pixels of the small pictures.
    fn moved(&self, moves: &Matrix3<f64>, [x, y]: [f32; 2]) -> Option<[f32; 2]> {
        let [u, v] = self.second.place(&(moves * self.first.point(x, y)))?;
        Some([u - x, v - y])
    }

    /// How wrong the brightness of `edges` is with motions `by`, as the mean of a square's pixels.
    fn wrong(&self, edges: &[Edge], outside: f32, by: impl Fn([f32; 2]) -> Option<[f32; 2]>) -> f32 {
        let one = |edge: &Edge| {
            let [x, y] = edge.place;
            let there = by(edge.place).and_then(|[u, v]| self.second.at(x + u, y + v));
            let here = f32::from(self.first.pixels[y as usize * self.first.size.width as usize + x as usize]);
            there.map_or(outside, |there| ((there - here).abs() / WRONG.0).min(WRONG.1))
        };
        edges.iter().map(one).sum::<f32>() * 2.0 / (SIDE * SIDE) as f32
    }

    /// How much better the floor's motion is for each square, and what borders cost.
    fn cells(&self, planes: &Planes, moves: &Matrix3<f64>) -> Cells {
        let size = edges::squares(self.first.size);
        let (columns, rows) = (size.width as usize, size.height as usize);
        // Forwards the floor moves away from where the camera goes, backwards to where it comes from.
        let lowest = [(self.first.size.width / 2) as f32, (self.first.size.height - 1) as f32];
        let sign = self.moved(moves, lowest).map_or(1.0, |[u, v]| {
            let way = self.way(planes, lowest);
            (u * way[0] + v * way[1]).signum()
        });
        let places = || (0..rows).flat_map(|row| (0..columns).map(move |column| [column, row]));
        let prefer = places().map(|square| self.prefer(planes, moves, sign, square)).collect();
        let width = self.first.size.width as usize;
        let mean = |[column, row]: [usize; 2]| {
            let line = |y: usize| &self.first.pixels[(row * SIDE + y) * width + column * SIDE..][..SIDE];
            (0..SIDE).flat_map(line).map(|pixel| f32::from(*pixel)).sum::<f32>() / (SIDE * SIDE) as f32
        };
        let means: Vec<f32> = places().map(mean).collect();
        let border =
            |other: usize, at: usize| means.get(other).map_or(0.0, |other| (-(means[at] - other).abs() / BORDER).exp());
        let right = (0..means.len()).map(|at| border(at + 1, at)).collect();
        let below = (0..means.len()).map(|at| border(at + columns, at)).collect();
        Cells { size, prefer, right, below }
    }

    /// How much better the floor's motion is for a square.
    fn prefer(&self, planes: &Planes, moves: &Matrix3<f64>, sign: f32, square: [usize; 2]) -> f32 {
        let middle = square.map(|part| (part * SIDE) as f32 + (SIDE as f32 - 1.0) / 2.0);
        let Some([u, v]) = self.moved(moves, middle) else { return -PRICES.2 };
        let ([x, y], way) = (middle, self.way(planes, middle));
        // The floor ends at the height of where the camera goes, and there its motion turns round.
        let ahead = planes.epipole.z > 0.2;
        let horizon = if ahead { planes.epipole.y / planes.epipole.z } else { 0.0 };
        if self.first.point(x, y).y < horizon || ahead && (u * way[0] + v * way[1]) * sign <= 0.0 {
            return -PRICES.2;
        }
        let (far, vector) = (u.hypot(v), self.vector(middle));
        let along = (vector[0] * u + vector[1] * v) / far.max(1e-3);
        let slow = along < SLOW.0 * far - SLOW.1 / self.scale;
        let leaves = self.second.at(x + u, y + v).is_none();
        let edges = edges::of_square(self.first, square, |place| self.way(planes, place), STEEP.1);
        let by_vectors = self.wrong(&edges, WRONG.2, |place| Some(self.vector(place)));
        let by_floor = self.wrong(&edges, 0.0, |place| self.moved(moves, place));
        let prices = [slow, leaves].into_iter().filter(|is| *is).count() as f32 * PRICES.0;
        by_vectors + prices - by_floor - PRICES.1
    }

    /// Gives the blocks of the squares that are floor its motion.
    fn replace(&mut self, moves: &Matrix3<f64>, is_floor: &[bool]) {
        let size = edges::squares(self.first.size);
        for at in 0..self.vectors.len() {
            // The block's middle.
            let small = |block: usize| (block * 4 + 2) as f32 / self.scale - 0.5;
            let place = [small(at % self.columns), small(at / self.columns)];
            let [column, row] = place.map(|part| part.max(0.0) as usize / SIDE);
            let square = row.min(size.height as usize - 1) * size.width as usize + column.min(size.width as usize - 1);
            if is_floor[square]
                && let Some(moved) = self.moved(moves, place)
            {
                self.vectors[at] = to_fixed(moved.map(|part| part * self.scale));
            }
        }
    }
}
