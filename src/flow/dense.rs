//! Motion of every pixel by DIS: Kroeger et al., "Fast Optical Flow using Dense Inverse Search", ECCV 2016, as OpenCV has it.

use opencv::core::{Mat, MatTraitConstManual as _, Ptr, Vec2f};
use opencv::video::{
    DISOpticalFlow, DISOpticalFlow_PRESET_FAST, DISOpticalFlow_PRESET_MEDIUM, DISOpticalFlow_PRESET_ULTRAFAST,
};
use opencv::video::{DISOpticalFlowTrait as _, DenseOpticalFlowTrait as _};

use super::blocks;
use super::floor::{Floor, Hint};
use crate::base::geometry::Size;
use crate::surface::format::Layout;
use crate::surface::view::View;

/// How much work is done; NVIDIA's three levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset {
    /// DIS's ultrafast preset with larger patches: down to a quarter of the picture's size.
    #[default]
    Fast,
    /// DIS's fast preset with larger patches: down to a quarter of the size, with refinement.
    Medium,
    /// DIS's medium preset with patches of twice the size: down to half of the picture's.
    Slow,
}

/// Why there is no flow.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// A picture without luma.
    #[error("{0:?} pictures have no luma plane: put nvvideoconvert and NV12, I420 or GRAY8 before nvof")]
    Layout(Layout),
    /// Pictures of different sizes.
    #[error("the pictures differ in size: {}x{} and {}x{}", .0.width, .0.height, .1.width, .1.height)]
    Sizes(Size, Size),
    /// The smallest patch of DIS does not fit.
    #[error("a picture of {}x{} is too small for optical flow: {LEAST} pixels on each side at least", .0.width, .0.height)]
    Small(Size),
    /// OpenCV refused.
    #[error("OpenCV's optical flow of {}x{} failed: {source}", .size.width, .size.height)]
    OpenCv {
        /// Size of the pictures.
        size: Size,
        /// What it said.
        source: opencv::Error,
    },
}

/// Pixels that the coarsest step of DIS needs on each side.
const LEAST: u32 = 32;

/// The shorter and the longer side of pictures with room for large patches on the coarsest step. OpenCV 4.6 reads outside
/// of its memory where there is less.
const ROOM: (u32, u32) = (64, 256);
/// Pixels from one patch to the next, of large ones.
const PATCH_STRIDE: i32 = 6;

/// Estimates flow, one pair of pictures after the other; keeps its memory between them.
pub struct Estimator {
    preset: Preset,
    /// The pictures that `dis` is for.
    size: Size,
    dis: Ptr<DISOpticalFlow>,
    flow: Mat,
    floor: Floor,
    /// Luma whose rows had gaps, which DIS cannot read.
    packed: [Vec<u8>; 2],
}

impl Estimator {
    /// An estimator.
    ///
    /// # Errors
    /// When OpenCV cannot make one.
    pub fn new(preset: Preset) -> Result<Self, FlowError> {
        let dis = dis(preset, Size::default())?;
        Ok(Self {
            preset,
            size: Size::default(),
            dis,
            flow: Mat::default(),
            floor: Floor::default(),
            packed: Default::default(),
        })
    }

    /// The motion from `previous` to `current`: a vector in fixed point for each block ([`blocks`]) of `previous`, row by
    /// row into `vectors`. Luma is read where it lies, unless its rows have gaps. `hint` is what is kept of one source from
    /// pair to pair; a new one where something else begins.
    ///
    /// # Errors
    /// When the pictures have no luma, differ in size or are too small.
    pub fn estimate(
        &mut self,
        previous: &View<'_>,
        current: &View<'_>,
        hint: &mut Hint,
        vectors: &mut Vec<[i16; 2]>,
    ) -> Result<(), FlowError> {
        let size = current.size;
        if previous.size != size {
            return Err(FlowError::Sizes(previous.size, size));
        }
        if size.width.min(size.height) < LEAST {
            return Err(FlowError::Small(size));
        }
        if self.size != size {
            // Small pictures change what DIS is set to, for good.
            (self.dis, self.size) = (dis(self.preset, size)?, size);
        }
        let [first, second] = &mut self.packed;
        let (first, second) = (luma(previous, first)?, luma(current, second)?);
        let wrong = |source| FlowError::OpenCv { size, source };
        let mut run = || -> opencv::Result<()> {
            let (rows, columns) = (size.height as i32, size.width as i32);
            let first = Mat::new_rows_cols_with_data(rows, columns, first)?;
            let second = Mat::new_rows_cols_with_data(rows, columns, second)?;
            // What an earlier pair left would be taken for a first guess.
            self.flow = Mat::default();
            self.dis.calc(&first, &second, &mut self.flow)?;
            blocks::average(self.flow.data_typed::<Vec2f>()?, size, |motion| motion.0, vectors);
            self.floor.lay(&first, &second, hint, vectors)?;
            Ok(())
        };
        run().map_err(wrong)
    }
}

/// DIS for pictures of `size`, with patches larger than the presets' 8 pixels where there is room for them: surfaces with
/// little on them, as a belt or asphalt, then have more to hold on to.
fn dis(preset: Preset, size: Size) -> Result<Ptr<DISOpticalFlow>, FlowError> {
    let (preset, patch) = match preset {
        Preset::Fast => (DISOpticalFlow_PRESET_ULTRAFAST, 12),
        Preset::Medium => (DISOpticalFlow_PRESET_FAST, 12),
        Preset::Slow => (DISOpticalFlow_PRESET_MEDIUM, 16),
    };
    let make = || -> opencv::Result<Ptr<DISOpticalFlow>> {
        let mut dis = DISOpticalFlow::create(preset)?;
        if size.width.min(size.height) >= ROOM.0 && size.width.max(size.height) >= ROOM.1 {
            dis.set_patch_size(patch)?;
            dis.set_patch_stride(PATCH_STRIDE)?;
        }
        Ok(dis)
    };
    make().map_err(|source| FlowError::OpenCv { size, source })
}

/// The luma of a picture without gaps between its rows: the picture's own, or a copy in `packed`.
fn luma<'a>(view: &View<'a>, packed: &'a mut Vec<u8>) -> Result<&'a [u8], FlowError> {
    if !matches!(view.format.layout, Layout::Nv12 | Layout::I420 | Layout::Gray8) {
        return Err(FlowError::Layout(view.format.layout));
    }
    let (width, height) = (view.size.width as usize, view.size.height as usize);
    if view.pitch(0) == width {
        return Ok(&view.plane(0)[..width * height]);
    }
    packed.clear();
    (0..height).for_each(|y| packed.extend_from_slice(view.row(0, y)));
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::format::Format;

    const SIZE: Size = Size { width: 128, height: 96 };

    /// A smooth pattern, moved by (`x`, `y`), in rows of `pitch` bytes.
    fn picture(x: f32, y: f32, pitch: usize) -> Vec<u8> {
        let mut pixels = vec![0; pitch * SIZE.height as usize];
        for (row, line) in pixels.chunks_mut(pitch).enumerate() {
            for (column, pixel) in line[..SIZE.width as usize].iter_mut().enumerate() {
                let (u, v) = (column as f32 - x, row as f32 - y);
                let value = (u * 0.21).sin() * (v * 0.17).cos() + (u * 0.06 + v * 0.09).sin();
                *pixel = (128.0 + value * 55.0) as u8;
            }
        }
        pixels
    }

    fn view(pixels: &[u8], pitch: usize) -> View<'_> {
        View::new(Format::plain(Layout::Gray8), SIZE, [pixels, &[], &[]], [pitch, 0, 0]).unwrap()
    }

    #[test]
    fn a_moved_picture_gives_its_motion_with_and_without_gaps() {
        for preset in [Preset::Fast, Preset::Medium, Preset::Slow] {
            let mut estimator = Estimator::new(preset).unwrap();
            let mut vectors = Vec::new();
            for pitch in [128, 192] {
                let (first, second) = (picture(0.0, 0.0, pitch), picture(3.0, -1.5, pitch));
                estimator
                    .estimate(&view(&first, pitch), &view(&second, pitch), &mut Hint::default(), &mut vectors)
                    .unwrap();
                assert_eq!(vectors.len(), 32 * 24);
                // Away from the edges, where pixels come from outside.
                let inner = (6..18).flat_map(|row| (6..26).map(move |column| row * 32 + column));
                for [x, y] in inner.map(|at| crate::base::flow::to_pixels(vectors[at])) {
                    assert!((x - 3.0).abs() < 0.5 && (y + 1.5).abs() < 0.5, "{preset:?} {pitch}: {x} {y}");
                }
            }
        }
    }

    #[test]
    fn the_smallest_and_odd_pictures_have_flow_too() {
        for size in [
            Size { width: LEAST, height: LEAST },
            Size { width: 33, height: 90 },
            Size { width: 301, height: 35 },
            Size { width: 64, height: 256 },
        ] {
            let pixels: Vec<u8> = (0..size.width * size.height).map(|at| (at * at % 251) as u8).collect();
            let (format, pitch) = (Format::plain(Layout::Gray8), size.width as usize);
            let view = View::new(format, size, [&pixels, &[], &[]], [pitch, 0, 0]).unwrap();
            for preset in [Preset::Fast, Preset::Medium, Preset::Slow] {
                let mut vectors = Vec::new();
                Estimator::new(preset).unwrap().estimate(&view, &view, &mut Hint::default(), &mut vectors).unwrap();
                assert_eq!(
                    vectors,
                    vec![[0, 0]; (size.width.div_ceil(4) * size.height.div_ceil(4)) as usize],
                    "{size:?}"
                );
            }
        }
    }

    #[test]
    fn pictures_that_cannot_be_compared_are_named() {
        let mut estimator = Estimator::new(Preset::Fast).unwrap();
        let pixels = vec![0; 128 * 96];
        let mut small = view(&pixels, 128);
        small.size = Size { width: 128, height: 16 };
        let error = estimator.estimate(&view(&pixels, 128), &small, &mut Hint::default(), &mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "the pictures differ in size: 128x96 and 128x16");
        let error = estimator.estimate(&small, &small, &mut Hint::default(), &mut Vec::new()).unwrap_err();
        assert!(error.to_string().starts_with("a picture of 128x16 is too small"), "{error}");
    }
}
