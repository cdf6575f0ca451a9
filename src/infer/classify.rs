//! From a classifier's output tensors to labels: each output is a head that tells a number of classes apart.

use super::InferError;
use super::detection::{Tensor, TensorInfo};
use crate::config::closest::closest;
use crate::config::labels::Labels;

/// What one head says.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Which head, counted from 0.
    pub head: u32,
    /// Which of its classes.
    pub class: u32,
    /// How many classes it tells apart.
    pub classes: u32,
    /// Probability of the class, 0 to 1.
    pub confidence: f32,
    /// Name of the class; its number where the label file has none.
    pub label: String,
}

/// Reads the outputs of a classifier.
pub struct Classes {
    /// The outputs that are heads, by place among the model's.
    heads: Vec<usize>,
    threshold: f32,
    labels: Labels,
}

/// Names of parsers that read probabilities as they are, without `NvDsInferParse` and the like, in lower case.
const PARSERS: [&str; 3] = ["nvdsinferclassiferparsecustomsoftmax", "nvdsinferclassifierparsecustomsoftmax", "softmax"];

impl Classes {
    /// A reader of the outputs called `names`, in that order, or of all. A class has to be more likely than `threshold`.
    ///
    /// # Errors
    /// When the parser is unknown.
    pub fn new(
        parser: Option<&str>,
        names: &[String],
        outputs: &[TensorInfo],
        threshold: f32,
        labels: Labels,
    ) -> Result<Self, InferError> {
        if let Some(name) = parser.filter(|name| !PARSERS.contains(&name.to_ascii_lowercase().as_str())) {
            return Err(InferError::UnknownParser {
                key: "parse-classifier-func-name",
                name: name.to_owned(),
                closest: closest(&name.to_ascii_lowercase(), PARSERS).map(str::to_owned),
                known: PARSERS.join(", "),
            });
        }
        let named: Vec<usize> =
            names.iter().filter_map(|name| outputs.iter().position(|output| output.name == *name)).collect();
        let heads = if named.is_empty() { (0..outputs.len()).collect() } else { named };
        Ok(Self { heads, threshold, labels })
    }

    /// What the outputs of one picture say: the likeliest class of each head, where it is likely enough.
    pub fn read(&self, tensors: &[Tensor<'_>]) -> Vec<Attribute> {
        let head = |(head, output): (usize, &usize)| {
            let scores = tensors.get(*output)?.data;
            let likely = scores.iter().enumerate().filter(|(_, score)| **score > self.threshold);
            // Of equals the first one, as DeepStream takes it.
            let (class, confidence) = likely.rev().max_by(|a, b| a.1.total_cmp(b.1))?;
            let label = self.labels.value(head, class).filter(|label| !label.is_empty());
            Some(Attribute {
                head: head as u32,
                class: class as u32,
                classes: scores.len() as u32,
                confidence: *confidence,
                label: label.map_or_else(|| class.to_string(), str::to_owned),
            })
        };
        self.heads.iter().enumerate().filter_map(head).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::detection::ElementType;

    fn info(name: &str, classes: i64) -> TensorInfo {
        TensorInfo { name: name.into(), shape: vec![-1, classes], kind: ElementType::F32 }
    }

    fn labels(text: &str) -> Labels {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Labels::load(file.path()).unwrap()
    }

    #[test]
    fn every_head_gives_its_likeliest_class() {
        let outputs = [info("colour", 3), info("kind", 2)];
        let names = ["kind".to_owned(), "colour".to_owned()];
        let classes = Classes::new(None, &names, &outputs, 0.4, labels("bus;car\nred;green\n")).unwrap();
        let tensors = |colour: &'static [f32], kind: &'static [f32]| {
            [
                Tensor { info: &outputs[0], shape: &[3], data: colour },
                Tensor { info: &outputs[1], shape: &[2], data: kind },
            ]
        };
        let found = classes.read(&tensors(&[0.1, 0.3, 0.6], &[0.5, 0.5]));
        let shown: Vec<_> = found.iter().map(|a| (a.head, a.class, a.classes, a.label.as_str())).collect();
        assert_eq!(shown, [(0, 0, 2, "bus"), (1, 2, 3, "2")]);
        assert_eq!(found[1].confidence, 0.6);
        assert_eq!(classes.read(&tensors(&[0.4, 0.3, 0.3], &[0.0, f32::NAN])), []);
    }

    #[test]
    fn an_unknown_parser_is_named_with_the_nearest() {
        let error = |name| Classes::new(Some(name), &[], &[], 0.0, Labels::default()).err().map(|e| e.to_string());
        assert_eq!(error("NvDsInferClassiferParseCustomSoftmax"), None);
        assert!(error("softmaxx").unwrap().contains("did you mean softmax?"));
    }
}
