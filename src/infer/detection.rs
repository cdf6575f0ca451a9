//! What the parts of inference hand each other: tensors in, detections out. Knows no engine and no GStreamer.

use crate::base::geometry::Rect;

/// One box of a detector, in pixels of the network's input.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Detection {
    /// Class index, counted from 0 in the order of the labels.
    pub class_id: u32,
    /// Score in 0..1; clustering by group rectangles gives -0.1, as DeepStream does.
    pub confidence: f32,
    /// Where it is, in pixels of the network's input.
    pub rect: Rect,
}

/// The type of one tensor element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ElementType {
    /// 32-bit float.
    F32,
    /// 16-bit float.
    F16,
    /// 64-bit float.
    F64,
    /// Signed 8-bit integer.
    I8,
    /// Unsigned 8-bit integer.
    U8,
    /// Signed 32-bit integer.
    I32,
    /// Signed 64-bit integer.
    I64,
    /// One byte, zero or not.
    Bool,
}

impl ElementType {
    /// Bytes of one element.
    pub const fn bytes(self) -> usize {
        match self {
            ElementType::I8 | ElementType::U8 | ElementType::Bool => 1,
            ElementType::F16 => 2,
            ElementType::F32 | ElementType::I32 => 4,
            ElementType::F64 | ElementType::I64 => 8,
        }
    }
}

impl std::fmt::Display for ElementType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            ElementType::F32 => "float32",
            ElementType::F16 => "float16",
            ElementType::F64 => "float64",
            ElementType::I8 => "int8",
            ElementType::U8 => "uint8",
            ElementType::I32 => "int32",
            ElementType::I64 => "int64",
            ElementType::Bool => "bool",
        })
    }
}

/// An input or output as the model declares it, the batch dimension included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorInfo {
    /// Name in the model; may hold any character (`Identity:0`).
    pub name: String,
    /// Dimensions, the batch first; -1 for one that is known at run time only.
    pub shape: Vec<i64>,
    /// Type of the elements.
    pub kind: ElementType,
}

impl TensorInfo {
    /// The dimensions of one frame: the shape without its first entry, empty for a scalar.
    pub fn frame_shape(&self) -> &[i64] {
        self.shape.get(1..).unwrap_or(&[])
    }
}

/// `output float32 [1,3549,85]`, as error messages show a tensor; `?` stands for a dynamic dimension.
impl std::fmt::Display for TensorInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} [", self.name, self.kind)?;
        for (i, &dim) in self.shape.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            match dim {
                ..0 => write!(f, "{comma}?")?,
                _ => write!(f, "{comma}{dim}")?,
            }
        }
        f.write_str("]")
    }
}

/// One frame's part of an output, converted to `f32`.
#[derive(Debug, Clone, Copy)]
pub struct Tensor<'a> {
    /// What the model declares about it.
    pub info: &'a TensorInfo,
    /// Dimensions of this frame's part: no batch dimension, none dynamic.
    pub shape: &'a [usize],
    /// Elements in row-major order; as many as the product of `shape`.
    pub data: &'a [f32],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tensor_is_shown_with_name_type_and_shape() {
        let info = TensorInfo { name: "Identity:0".into(), shape: vec![-1, 3549, 85], kind: ElementType::F32 };
        assert_eq!(info.to_string(), "Identity:0 float32 [?,3549,85]");
        assert_eq!(info.frame_shape(), [3549, 85]);
        let scalar = TensorInfo { name: "n".into(), shape: vec![], kind: ElementType::I64 };
        assert_eq!(scalar.to_string(), "n int64 []");
        assert!(scalar.frame_shape().is_empty());
    }
}
