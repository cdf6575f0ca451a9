//! From a semantic segmentation network's outputs to a class for every pixel.
//!
//! Read are scores in planes (`[C,H,W]`), scores pixel by pixel (`[H,W,C]`, `segmentation-output-order=1`) and maps of
//! class numbers (`[H,W]` or `[1,H,W]` of integers).

use super::InferError;
use super::detection::{ElementType, Tensor, TensorInfo};
use crate::base::geometry::Size;
use crate::config::nvinfer::TensorOrder;

/// A class for every pixel of the network's output.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClassMap {
    /// Width and height.
    pub size: Size,
    /// How many classes there are.
    pub classes: u32,
    /// Class of each pixel, row by row; -1 where none is likely enough.
    pub ids: Vec<i32>,
    /// Scores as the network gave them, one plane a class; empty if it gave class numbers.
    pub scores: Vec<f32>,
}

/// How the output lies in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Planes,
    Pixels,
    Numbers,
}

/// Reads the output of a segmentation network.
#[derive(Debug)]
pub struct Segments {
    /// Which of the model's outputs.
    output: usize,
    form: Form,
    threshold: f32,
    /// Classes the configuration counts.
    classes: u32,
}

impl Segments {
    /// A reader of the first of the outputs called `names`, or of the only one that can be a map.
    ///
    /// # Errors
    /// When no output has the rank or type of a map; the message lists what was found.
    pub fn new(
        names: &[String],
        outputs: &[TensorInfo],
        order: TensorOrder,
        threshold: f32,
        classes: u32,
    ) -> Result<Self, InferError> {
        let named = |output: &TensorInfo| names.is_empty() || names.contains(&output.name);
        let form = |output: &TensorInfo| match (output.shape.as_slice(), output.kind) {
            ([_, _, _] | [_, 1, _, _] | [_, _, _, 1], ElementType::I32 | ElementType::I64 | ElementType::U8) => {
                Some(Form::Numbers)
            }
            ([_, _, _, _], _) if order == TensorOrder::Nhwc => Some(Form::Pixels),
            ([_, _, _, _], _) => Some(Form::Planes),
            _ => None,
        };
        let mut candidates = outputs.iter().enumerate().filter(|(_, output)| named(output));
        let found = candidates.find_map(|(index, output)| Some((index, form(output)?)));
        let (output, form) = found.ok_or_else(|| InferError::WrongOutputs {
            decoder: "segmentation",
            expected: "scores [batch, classes, height, width] or [batch, height, width, classes], or class numbers"
                .into(),
            found: outputs.iter().map(TensorInfo::to_string).collect::<Vec<_>>().join(", "),
        })?;
        Ok(Self { output, form, threshold, classes })
    }

    /// The map of one picture.
    ///
    /// # Errors
    /// When a dynamic output turned out to be no map.
    pub fn read(&self, tensors: &[Tensor<'_>]) -> Result<ClassMap, InferError> {
        let wrong = |found: String| InferError::WrongOutputs {
            decoder: "segmentation",
            expected: "a map of scores or class numbers".into(),
            found,
        };
        let tensor = tensors.get(self.output).ok_or_else(|| wrong("no such output".into()))?;
        let shape = tensor.shape;
        let (classes, height, width) = match (self.form, shape) {
            (Form::Planes, &[classes, height, width]) | (Form::Pixels, &[height, width, classes]) => {
                (classes, height, width)
            }
            (Form::Numbers, &[height, width] | &[1, height, width] | &[height, width, 1]) => (1, height, width),
            _ => return Err(wrong(format!("{} {shape:?}", tensor.info.name))),
        };
        let pixels = width * height;
        if pixels == 0 || classes == 0 || tensor.data.len() < pixels * classes {
            return Err(wrong(format!("{} {shape:?} of {} values", tensor.info.name, tensor.data.len())));
        }
        let data = &tensor.data[..pixels * classes];
        let (ids, scores) = match self.form {
            Form::Planes => (best_plane(data, pixels, self.threshold), data.to_vec()),
            Form::Pixels => (best_of_each(data, classes, self.threshold), to_planes(data, classes)),
            Form::Numbers => (data.iter().map(|number| *number as i32).collect(), Vec::new()),
        };
        let classes = if self.form == Form::Numbers { self.classes } else { classes as u32 };
        Ok(ClassMap { size: Size { width: width as u32, height: height as u32 }, classes, ids, scores })
    }
}

/// The plane with the highest score above `threshold`, for every pixel; of equals the first.
fn best_plane(scores: &[f32], pixels: usize, threshold: f32) -> Vec<i32> {
    let (mut ids, mut best) = (vec![-1; pixels], vec![threshold; pixels]);
    for (class, plane) in scores.chunks_exact(pixels).enumerate() {
        for ((id, best), score) in ids.iter_mut().zip(&mut best).zip(plane) {
            let better = *score > *best;
            *id = if better { class as i32 } else { *id };
            *best = if better { *score } else { *best };
        }
    }
    ids
}

fn best_of_each(scores: &[f32], classes: usize, threshold: f32) -> Vec<i32> {
    let best = |scores: &[f32]| {
        let start = (-1, threshold);
        let better = |best: (i32, f32), (class, score): (usize, &f32)| {
            if *score > best.1 { (class as i32, *score) } else { best }
        };
        scores.iter().enumerate().fold(start, better).0
    };
    scores.chunks_exact(classes).map(best).collect()
}

fn to_planes(scores: &[f32], classes: usize) -> Vec<f32> {
    (0..classes).flat_map(|class| scores.iter().skip(class).step_by(classes).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(shape: &[i64], kind: ElementType) -> TensorInfo {
        TensorInfo { name: "map".into(), shape: shape.to_vec(), kind }
    }

    fn read(info: &TensorInfo, order: TensorOrder, threshold: f32, shape: &[usize], data: &[f32]) -> ClassMap {
        let segments = Segments::new(&[], std::slice::from_ref(info), order, threshold, 3).unwrap();
        segments.read(&[Tensor { info, shape, data }]).unwrap()
    }

    #[test]
    fn the_likeliest_class_above_the_threshold_wins_in_both_orders() {
        let planes = [0.1, 0.6, 0.2, 0.3, 0.3, 0.2, 0.2, 0.3];
        let pixels = [0.1, 0.3, 0.6, 0.2, 0.2, 0.2, 0.3, 0.3];
        let a = info(&[-1, 2, 2, 2], ElementType::F32);
        let map = read(&a, TensorOrder::Nchw, 0.25, &[2, 2, 2], &planes);
        assert_eq!((map.ids.as_slice(), map.classes, map.size), (&[1, 0, -1, 0][..], 2, Size { width: 2, height: 2 }));
        let other = read(&a, TensorOrder::Nhwc, 0.25, &[2, 2, 2], &pixels);
        assert_eq!((&other.ids, &other.scores), (&map.ids, &map.scores));
    }

    #[test]
    fn class_numbers_are_taken_as_they_are() {
        let numbers = info(&[1, 1, 2], ElementType::I64);
        let map = read(&numbers, TensorOrder::Nchw, 0.5, &[1, 2], &[2.0, 0.0]);
        assert_eq!((map.ids.as_slice(), map.classes, map.scores.len()), (&[2, 0][..], 3, 0));
    }

    #[test]
    fn what_is_no_map_is_refused() {
        let flat = info(&[1, 10], ElementType::F32);
        let error = Segments::new(&[], &[flat], TensorOrder::Nchw, 0.0, 2).unwrap_err().to_string();
        assert!(error.contains("[batch, classes, height, width]"), "{error}");
        let map = info(&[1, -1, -1, -1], ElementType::F32);
        let segments = Segments::new(&[], std::slice::from_ref(&map), TensorOrder::Nchw, 0.0, 2).unwrap();
        assert!(segments.read(&[Tensor { info: &map, shape: &[2, 0, 4], data: &[] }]).is_err());
    }
}
