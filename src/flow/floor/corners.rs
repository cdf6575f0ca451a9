//! Corners of a picture and where they are in the next one, by OpenCV: Shi & Tomasi, "Good Features to Track", CVPR 1994,
//! and the pyramid of Lucas and Kanade. What does not come back to where it was is left out.

use opencv::core::{
    BORDER_DEFAULT, Mat, MatTraitConst, MatTraitConstManual as _, Point2f, Size, TermCriteria, ToInputArray, Vector,
};
use opencv::{imgproc, video};

/// Corners that are looked for along the longer side: the best of each square.
const ALONG: i32 = 56;
/// How strong a corner is at least, as OpenCV counts for pixels in 0..1.
const LEAST: f32 = 1e-3;
/// Pixels of the window that is followed, and levels of the pyramid above the first.
const WINDOW: i32 = 21;
const LEVELS: i32 = 4;
/// How far from its beginning a corner may come back, in pixels.
const BACK: f32 = 0.5;

/// A luma plane without gaps between its rows, as OpenCV takes it.
pub trait Luma: MatTraitConst + ToInputArray {}

impl<T: MatTraitConst + ToInputArray> Luma for T {}

/// Corners of `first` as `[x, y]` in pixels, and where each is in `second`.
///
/// # Errors
/// When OpenCV refuses the pictures.
pub fn follow(first: &impl Luma, second: &impl Luma) -> opencv::Result<Vec<([f32; 2], [f32; 2])>> {
    let from = corners(first)?;
    if from.is_empty() {
        return Ok(Vec::new());
    }
    let (mut to, mut back) = (Vector::<Point2f>::new(), Vector::<Point2f>::new());
    let (mut there, mut returned) = (Vector::<u8>::new(), Vector::<u8>::new());
    flow(first, second, &from, &mut to, &mut there)?;
    flow(second, first, &to, &mut back, &mut returned)?;
    let steady = |at: &usize| {
        let (from, back) = (from.as_slice()[*at], back.as_slice()[*at]);
        there.as_slice()[*at] != 0 && returned.as_slice()[*at] != 0 && (from.x - back.x).hypot(from.y - back.y) < BACK
    };
    let pair = |at: usize| {
        let (from, to) = (from.as_slice()[at], to.as_slice()[at]);
        ([from.x, from.y], [to.x, to.y])
    };
    Ok((0..from.len()).filter(steady).map(pair).collect())
}

/// The strongest corner of every square that has one.
fn corners(picture: &impl Luma) -> opencv::Result<Vector<Point2f>> {
    let mut strength = Mat::default();
    imgproc::corner_min_eigen_val(picture, &mut strength, 5, 3, BORDER_DEFAULT)?;
    let (columns, rows) = (strength.cols() as usize, strength.rows() as usize);
    let side = (columns.max(rows).div_ceil(ALONG as usize)).max(8);
    let strength = strength.data_typed::<f32>()?;
    let mut best = vec![(LEAST, 0, 0); columns.div_ceil(side)];
    let mut found = Vector::new();
    for band in (0..rows).step_by(side) {
        best.fill((LEAST, 0, 0));
        for y in band..(band + side).min(rows) {
            for (x, value) in strength[y * columns..][..columns].iter().enumerate() {
                let best = &mut best[x / side];
                if *value > best.0 {
                    *best = (*value, x, y);
                }
            }
        }
        let strong = best.iter().filter(|(value, ..)| *value > LEAST);
        strong.for_each(|(_, x, y)| found.push(Point2f::new(*x as f32, *y as f32)));
    }
    Ok(found)
}

fn flow(
    first: &impl Luma,
    second: &impl Luma,
    from: &Vector<Point2f>,
    to: &mut Vector<Point2f>,
    found: &mut Vector<u8>,
) -> opencv::Result<()> {
    let (window, criteria) = (Size::new(WINDOW, WINDOW), TermCriteria::new(3, 20, 0.01)?);
    let mut errors = Vector::<f32>::new();
    video::calc_optical_flow_pyr_lk(first, second, from, to, found, &mut errors, window, LEVELS, criteria, 0, 1e-4)
}
