//! Tensors on the wire: element types by KServe's names, little-endian bytes or typed contents. Pure.

use half::f16;

use crate::infer::InferError;
use crate::infer::detection::{ElementType, TensorInfo};
use crate::infer::engine::Output;
use crate::infer::kserve::model_infer_response::InferOutputTensor;
use crate::infer::kserve::model_metadata_response::TensorMetadata;
use crate::infer::kserve::{InferTensorContents, ModelInferResponse};

/// KServe's name of an element type.
pub fn datatype(kind: ElementType) -> &'static str {
    match kind {
        ElementType::F32 => "FP32",
        ElementType::F16 => "FP16",
        ElementType::F64 => "FP64",
        ElementType::I8 => "INT8",
        ElementType::U8 => "UINT8",
        ElementType::I32 => "INT32",
        ElementType::I64 => "INT64",
        ElementType::Bool => "BOOL",
    }
}

const KINDS: [ElementType; 8] = [
    ElementType::F32,
    ElementType::F16,
    ElementType::F64,
    ElementType::I8,
    ElementType::U8,
    ElementType::I32,
    ElementType::I64,
    ElementType::Bool,
];

/// What a server says of tensors.
///
/// # Errors
/// When an element type is not known here.
pub fn infos(tensors: &[TensorMetadata]) -> Result<Vec<TensorInfo>, InferError> {
    let info = |tensor: &TensorMetadata| {
        let kind = KINDS.into_iter().find(|kind| datatype(*kind) == tensor.datatype);
        let kind = kind.ok_or_else(|| InferError::TensorType {
            name: tensor.name.clone(),
            found: format!("{} {:?}", tensor.datatype, tensor.shape),
        })?;
        Ok(TensorInfo { name: tensor.name.clone(), shape: tensor.shape.clone(), kind })
    };
    tensors.iter().map(info).collect()
}

/// The values as bytes of an image input's type.
pub fn to_bytes(values: &[f32], kind: ElementType) -> Vec<u8> {
    match kind {
        ElementType::U8 => values.iter().map(|value| value.round() as u8).collect(),
        ElementType::F16 => values.iter().flat_map(|value| f16::from_f32(*value).to_le_bytes()).collect(),
        _ => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
    }
}

/// The outputs of an answer in the order of `infos`, for a run with room for `room` frames.
///
/// # Errors
/// What is wrong with the answer.
pub fn read(answer: ModelInferResponse, infos: &[TensorInfo], room: usize) -> Result<Vec<Output>, String> {
    let ModelInferResponse { outputs, raw_output_contents: raw, .. } = answer;
    if !raw.is_empty() && raw.len() != outputs.len() {
        return Err(format!("answers with {} outputs and the contents of {}", outputs.len(), raw.len()));
    }
    let find = |info: &TensorInfo| {
        let at = outputs.iter().position(|output| output.name == info.name).ok_or_else(|| {
            let names: Vec<&str> = outputs.iter().map(|output| output.name.as_str()).collect();
            format!("answers without the output {} (there are: {})", info.name, names.join(", "))
        })?;
        one(&outputs[at], raw.get(at).map(Vec::as_slice), info, room)
    };
    infos.iter().map(find).collect()
}

fn one(output: &InferOutputTensor, raw: Option<&[u8]>, info: &TensorInfo, room: usize) -> Result<Output, String> {
    let answers = |what: String| format!("answers with {what} for the output {info}");
    if output.datatype != datatype(info.kind) {
        return Err(answers(format!("{} elements", output.datatype)));
    }
    // Some servers make a column of a vector: [4, 1] for [4].
    let mut dims = output.shape.as_slice();
    while let [rest @ .., 1] = dims
        && dims.len() > info.shape.len()
    {
        dims = rest;
    }
    // Dynamic dimensions are known now; the first one is what was asked for, whatever the server declared.
    let fits = dims.len() == info.shape.len()
        && dims.iter().zip(&info.shape).skip(1).all(|(has, want)| *want < 0 || has == want);
    let shape: Option<Vec<usize>> = dims.iter().map(|dim| usize::try_from(*dim).ok()).collect();
    let (true, Some(shape)) = (fits, shape) else { return Err(answers(format!("the shape {:?}", output.shape))) };
    if info.shape.first().is_some_and(|declared| *declared < 0) && shape.first() != Some(&room) {
        return Err(answers(format!("{} frames, {room} were sent,", shape.first().unwrap_or(&0))));
    }
    let count = shape.iter().try_fold(1usize, |count, dim| count.checked_mul(*dim));
    let values = match (raw, &output.contents) {
        (Some(bytes), _) => from_bytes(bytes, info.kind),
        (None, Some(contents)) => from_contents(contents, info.kind),
        (None, None) => Some(Vec::new()),
    };
    match values {
        Some(values) if Some(values.len()) == count => Ok(Output::new(room, shape, Box::new(values))),
        Some(values) => Err(answers(format!("{} values in the shape {:?}", values.len(), output.shape))),
        None => Err(answers(format!("{} bytes", raw.map_or(0, <[u8]>::len)))),
    }
}

/// Little-endian bytes as floats; `None` when a value is cut off.
fn from_bytes(bytes: &[u8], kind: ElementType) -> Option<Vec<f32>> {
    fn each<const N: usize>(bytes: &[u8], float: impl Fn([u8; N]) -> f32) -> Option<Vec<f32>> {
        let (values, rest) = bytes.as_chunks::<N>();
        rest.is_empty().then(|| values.iter().map(|value| float(*value)).collect())
    }
    match kind {
        ElementType::F32 => each(bytes, f32::from_le_bytes),
        ElementType::F16 => each(bytes, |value| f16::from_le_bytes(value).to_f32()),
        ElementType::F64 => each(bytes, |value| f64::from_le_bytes(value) as f32),
        ElementType::I8 => each(bytes, |value| f32::from(i8::from_le_bytes(value))),
        ElementType::U8 | ElementType::Bool => each(bytes, |[value]| f32::from(value)),
        ElementType::I32 => each(bytes, |value| i32::from_le_bytes(value) as f32),
        ElementType::I64 => each(bytes, |value| i64::from_le_bytes(value) as f32),
    }
}

/// Typed contents as floats; `None` for a type they cannot hold.
fn from_contents(contents: &InferTensorContents, kind: ElementType) -> Option<Vec<f32>> {
    Some(match kind {
        ElementType::F32 => contents.fp32_contents.clone(),
        ElementType::F64 => contents.fp64_contents.iter().map(|value| *value as f32).collect(),
        ElementType::I8 | ElementType::I32 => contents.int_contents.iter().map(|value| *value as f32).collect(),
        ElementType::U8 => contents.uint_contents.iter().map(|value| *value as f32).collect(),
        ElementType::I64 => contents.int64_contents.iter().map(|value| *value as f32).collect(),
        ElementType::Bool => contents.bool_contents.iter().map(|value| f32::from(u8::from(*value))).collect(),
        ElementType::F16 => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(shape: &[i64], kind: ElementType) -> TensorInfo {
        TensorInfo { name: "out".into(), shape: shape.to_vec(), kind }
    }

    fn answer(datatype: &str, shape: &[i64], raw: Vec<u8>) -> ModelInferResponse {
        let output =
            InferOutputTensor { name: "out".into(), datatype: datatype.into(), shape: shape.to_vec(), contents: None };
        ModelInferResponse { outputs: vec![output], raw_output_contents: vec![raw], ..Default::default() }
    }

    fn error(answer: ModelInferResponse) -> String {
        read(answer, &[info(&[-1, 2], ElementType::F32)], 1).err().unwrap()
    }

    #[test]
    fn bytes_and_typed_contents_become_floats() {
        let raw = answer("INT64", &[2, 1], [3i64, -1].iter().flat_map(|value| value.to_le_bytes()).collect());
        let read_raw = read(raw, &[info(&[-1, 1], ElementType::I64)], 2).unwrap();
        assert_eq!((read_raw[0].frame(0), read_raw[0].frame(1)), (&[3.0][..], &[-1.0][..]));
        let mut typed = answer("BOOL", &[1, 2], Vec::new());
        typed.raw_output_contents.clear();
        typed.outputs[0].contents =
            Some(InferTensorContents { bool_contents: vec![true, false], ..Default::default() });
        assert_eq!(read(typed, &[info(&[1, 2], ElementType::Bool)], 1).unwrap()[0].frame(0), [1.0, 0.0]);
        let column = answer("FP32", &[2, 1], [5.0f32, 6.0].iter().flat_map(|value| value.to_le_bytes()).collect());
        let column = read(column, &[info(&[-1], ElementType::F32)], 2).unwrap();
        assert_eq!((column[0].frame_shape().len(), column[0].frame(1)), (0, &[6.0][..]));
        assert_eq!(to_bytes(&[1.0, 254.6], ElementType::U8), [1, 255]);
        assert_eq!(to_bytes(&[1.0], ElementType::F16), [0, 0x3c]);
    }

    #[test]
    fn answers_that_do_not_fit_are_refused() {
        let wanted = " for the output out float32 [?,2]";
        assert_eq!(error(answer("FP64", &[1, 2], vec![0; 16])), format!("answers with FP64 elements{wanted}"));
        assert_eq!(error(answer("FP32", &[1, 3], vec![0; 12])), format!("answers with the shape [1, 3]{wanted}"));
        assert_eq!(error(answer("FP32", &[1, -2], vec![])), format!("answers with the shape [1, -2]{wanted}"));
        assert_eq!(error(answer("FP32", &[1, 2], vec![0; 7])), format!("answers with 7 bytes{wanted}"));
        assert_eq!(
            error(answer("FP32", &[1, 2], vec![0; 4])),
            format!("answers with 1 values in the shape [1, 2]{wanted}")
        );
        assert_eq!(error(answer("FP32", &[2, 2], vec![0; 16])), format!("answers with 2 frames, 1 were sent,{wanted}"));
        let mut other = answer("FP32", &[1, 2], vec![0; 8]);
        other.outputs[0].name = "other".into();
        assert_eq!(error(other), "answers without the output out (there are: other)");
        let mut two = answer("FP32", &[1, 2], vec![0; 8]);
        two.raw_output_contents.push(Vec::new());
        assert_eq!(error(two), "answers with 1 outputs and the contents of 2");
    }

    proptest::proptest! {
        #[test]
        fn no_answer_makes_the_reader_panic(
            datatype in "(FP32|FP16|INT64|BYTES)", shape in proptest::collection::vec(-2i64..i64::MAX, 0..4), bytes: Vec<u8>
        ) {
            let _ = read(answer(&datatype, &shape, bytes), &[info(&[-1, -1], ElementType::F32)], 1);
        }
    }
}
