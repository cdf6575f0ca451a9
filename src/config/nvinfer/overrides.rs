//! Properties set on the element: they win over the file, whichever is set first.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::NvInferConfig;
use super::values::ProcessMode;

/// What was set by hand; `None` leaves the file's value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Overrides {
    /// `unique-id`.
    pub unique_id: Option<u32>,
    /// `process-mode`.
    pub process_mode: Option<ProcessMode>,
    /// `batch-size`.
    pub batch_size: Option<u32>,
    /// `interval`.
    pub interval: Option<u32>,
    /// `gpu-id`.
    pub gpu_id: Option<u32>,
    /// `infer-on-gie-id`; `Some(None)` for any. Setting it also puts the file's class ids aside, as in DeepStream.
    pub gie_id: Option<Option<u32>>,
    /// `infer-on-class-ids`. Setting it also puts the file's gie id aside, as in DeepStream.
    pub class_ids: Option<BTreeSet<u32>>,
    /// `filter-out-class-ids`: added to the file's.
    pub filter_out: Option<BTreeSet<u32>>,
    /// `model-engine-file`.
    pub engine: Option<PathBuf>,
    /// `onnx-file` (extension).
    pub onnx: Option<PathBuf>,
    /// `labelfile-path` (extension).
    pub label_file: Option<PathBuf>,
    /// `output-tensor-meta`.
    pub output_tensor_meta: Option<bool>,
    /// `output-instance-mask`.
    pub output_instance_mask: Option<bool>,
    /// `input-tensor-meta`.
    pub input_tensor_from_meta: Option<bool>,
    /// `clip-object-outside-roi`.
    pub clip_outside_roi: Option<bool>,
    /// `crop-objects-to-roi-boundary`.
    pub crop_to_roi: Option<bool>,
    /// `raw-output-file-write`.
    pub write_raw_outputs: Option<bool>,
    /// `strongly-typed`.
    pub strongly_typed: Option<bool>,
}

impl NvInferConfig {
    /// Lays the properties over the file.
    pub fn apply(&mut self, over: &Overrides) {
        set(&mut self.unique_id, &over.unique_id);
        set(&mut self.process_mode, &over.process_mode);
        set(&mut self.runtime.batch_size, &over.batch_size);
        set(&mut self.interval, &over.interval);
        set(&mut self.runtime.gpu_id, &over.gpu_id);
        if over.gie_id.is_some() || over.class_ids.is_some() {
            self.objects.gie_id = over.gie_id.flatten();
            self.objects.class_ids = over.class_ids.clone().unwrap_or_default();
        }
        self.detector.filter_out.extend(over.filter_out.iter().flatten());
        keep(&mut self.model.engine, &over.engine);
        keep(&mut self.model.onnx, &over.onnx);
        keep(&mut self.label_file, &over.label_file);
        set(&mut self.output_tensor_meta, &over.output_tensor_meta);
        set(&mut self.output_instance_mask, &over.output_instance_mask);
        set(&mut self.input_tensor_from_meta, &over.input_tensor_from_meta);
        set(&mut self.clip_outside_roi, &over.clip_outside_roi);
        set(&mut self.detector.crop_to_roi, &over.crop_to_roi);
        set(&mut self.debug.write_raw_outputs, &over.write_raw_outputs);
        set(&mut self.runtime.strongly_typed, &over.strongly_typed);
    }
}

fn set<T: Clone>(field: &mut T, over: &Option<T>) {
    if let Some(value) = over {
        field.clone_from(value);
    }
}

fn keep<T: Clone>(field: &mut Option<T>, over: &Option<T>) {
    if over.is_some() {
        field.clone_from(over);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_wins_and_the_rest_stays() {
        let mut config = NvInferConfig { unique_id: 3, interval: 2, ..Default::default() };
        config.objects.gie_id = Some(1);
        config.objects.class_ids = BTreeSet::from([0]);
        config.detector.filter_out = BTreeSet::from([4]);
        config.apply(&Overrides {
            unique_id: Some(7),
            class_ids: Some(BTreeSet::from([2])),
            filter_out: Some(BTreeSet::from([5])),
            onnx: Some("x.onnx".into()),
            ..Default::default()
        });
        assert_eq!((config.unique_id, config.interval), (7, 2));
        assert_eq!((config.objects.gie_id, config.objects.class_ids), (None, BTreeSet::from([2])));
        assert_eq!(config.detector.filter_out, BTreeSet::from([4, 5]));
        assert_eq!(config.model.onnx, Some("x.onnx".into()));
    }
}
