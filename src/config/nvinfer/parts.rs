//! The parts of an nvinfer file, with DeepStream's defaults. Data only.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::triton::TritonModel;
use super::values::{ClusterMode, ColorFormat, NetworkMode, ScalingFilter, TensorOrder};

/// The model: its files, and what the file says about its tensors. Only `onnx` is run here; the others are kept so that
/// the same file works with NVIDIA's plugin.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Model {
    /// `onnx-file`.
    pub onnx: Option<PathBuf>,
    /// `model-engine-file`: a TensorRT engine.
    pub engine: Option<PathBuf>,
    /// `tlt-encoded-model`: an encrypted TAO model.
    pub tlt_encoded: Option<PathBuf>,
    /// `tlt-model-key`.
    pub tlt_key: Option<String>,
    /// `model-file`: Caffe weights.
    pub caffe_weights: Option<PathBuf>,
    /// `proto-file`: Caffe network.
    pub caffe_network: Option<PathBuf>,
    /// `uff-file`.
    pub uff: Option<PathBuf>,
    /// `uff-input-order`.
    pub uff_input_order: Option<TensorOrder>,
    /// `uff-input-blob-name`.
    pub uff_input_name: Option<String>,
    /// `int8-calib-file`.
    pub int8_calibration: Option<PathBuf>,
    /// `custom-network-config`.
    pub custom_network_config: Option<PathBuf>,
    /// `output-blob-names`: outputs to read; all when empty.
    pub output_names: Vec<String>,
    /// `infer-dims` (or the old `input-dims`): channels, height, width of a model with dynamic ones.
    pub dims: Option<[u32; 3]>,
    /// `output-io-formats`.
    pub output_io_formats: Vec<String>,
    /// `layer-device-precision`.
    pub layer_device_precision: Vec<String>,
    /// `nvinferserver` only: a model by its name, in a repository or with a server; `onnx` is its file once it is found.
    pub triton: Option<TritonModel>,
}

impl Model {
    /// What the log calls it.
    pub fn title(&self) -> String {
        let name = self.triton.as_ref().map(|triton| triton.name.clone());
        name.unwrap_or_else(|| self.onnx.clone().unwrap_or_default().display().to_string())
    }
}

/// How the engine is built and run.
#[derive(Debug, Clone, PartialEq)]
pub struct Runtime {
    /// `batch-size`: frames or objects inferred together, 1 to 1024. 1.
    pub batch_size: u32,
    /// `gpu-id`. 0.
    pub gpu_id: u32,
    /// `network-mode`. FP32.
    pub network_mode: NetworkMode,
    /// `workspace-size` in MB, 0 for the builder's own. 0.
    pub workspace_size: u32,
    /// `tensor-meta-pool-size`: output buffers. 2.
    pub tensor_meta_pool_size: u32,
    /// `auto-inc-mem`: let the pool grow. True.
    pub grow_pool: bool,
    /// `max-gpu-mem-per`: up to this share of the device's memory. 99.
    pub max_gpu_memory_percent: f32,
    /// `enable-dla`. False.
    pub enable_dla: bool,
    /// `use-dla-core`. 0.
    pub dla_core: i32,
    /// `force-implicit-batch-dim`. False.
    pub force_implicit_batch: bool,
    /// `strongly-typed`. False.
    pub strongly_typed: bool,
    /// `warmup-engine`: run once before the first frame. False.
    pub warm_up: bool,
    /// `disable-output-host-copy`. False.
    pub disable_output_host_copy: bool,
    /// `stabilize-buffer-count`. 0.
    pub stabilize_buffer_count: u32,
    /// `dynamic-properties`: `name=value` pairs for the engine builder.
    pub dynamic_properties: Vec<(String, String)>,
}

impl Default for Runtime {
    fn default() -> Self {
        Self {
            batch_size: 1,
            gpu_id: 0,
            network_mode: NetworkMode::Fp32,
            workspace_size: 0,
            tensor_meta_pool_size: 2,
            grow_pool: true,
            max_gpu_memory_percent: 99.0,
            enable_dla: false,
            dla_core: 0,
            force_implicit_batch: false,
            strongly_typed: false,
            warm_up: false,
            disable_output_host_copy: false,
            stabilize_buffer_count: 0,
            dynamic_properties: Vec::new(),
        }
    }
}

/// How pixels become the input tensor: `value = scale_factor * (pixel - offset or mean)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// `net-scale-factor`. 1.
    pub scale_factor: f32,
    /// `offsets`, one a channel of the network's order (at most 4); empty for none.
    pub offsets: Vec<f32>,
    /// `mean-file`: a PPM of the network's size.
    pub mean_file: Option<PathBuf>,
    /// `model-color-format`. RGB.
    pub color: ColorFormat,
    /// `network-input-order`. NCHW.
    pub order: TensorOrder,
    /// `maintain-aspect-ratio`: scale without stretching and fill the rest. False.
    pub maintain_aspect_ratio: bool,
    /// `symmetric-padding`: the picture in the middle, not in the top left corner. False.
    pub symmetric_padding: bool,
    /// `padding-value` (extension): pixel value 0..255 of the filled part. 0, as in DeepStream.
    pub padding_value: u8,
    /// `scaling-filter`. Left to the backend.
    pub filter: ScalingFilter,
    /// `scaling-compute-hw`: 0 default, 1 GPU, 2 VIC. 0.
    pub compute_hardware: u32,
}

impl Default for Input {
    fn default() -> Self {
        Self {
            scale_factor: 1.0,
            offsets: Vec::new(),
            mean_file: None,
            color: ColorFormat::Rgb,
            order: TensorOrder::Nchw,
            maintain_aspect_ratio: false,
            symmetric_padding: false,
            padding_value: 0,
            filter: ScalingFilter::Default,
            compute_hardware: 0,
        }
    }
}

/// The names of parsers. Our decoders know the names in `infer::decode::parsers`; the library is never loaded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsers {
    /// `parse-bbox-func-name`.
    pub bbox: Option<String>,
    /// `parse-bbox-instance-mask-func-name`.
    pub instance_mask: Option<String>,
    /// `parse-classifier-func-name`.
    pub classifier: Option<String>,
    /// `parse-segmentation-func-name`.
    pub segmentation: Option<String>,
    /// `engine-create-func-name`.
    pub engine_create: Option<String>,
    /// `custom-lib-path`.
    pub library: Option<PathBuf>,
}

/// What a detector's boxes go through.
#[derive(Debug, Clone, PartialEq)]
pub struct Detector {
    /// `num-detected-classes`. 0.
    pub classes: u32,
    /// `cluster-mode` (or the old `enable-dbscan`). Group rectangles.
    pub cluster_mode: ClusterMode,
    /// `filter-out-class-ids`: classes that are thrown away.
    pub filter_out: BTreeSet<u32>,
    /// `crop-objects-to-roi-boundary`: clip boxes at the offsets instead of dropping them. False.
    pub crop_to_roi: bool,
    /// `[class-attrs-N]` over `[class-attrs-all]`, one entry a class.
    pub attributes: Vec<ClassAttributes>,
    /// `[class-attrs-all]`: what a class without an entry has.
    pub all: ClassAttributes,
}

impl Default for Detector {
    fn default() -> Self {
        Self {
            classes: 0,
            cluster_mode: ClusterMode::GroupRectangles,
            filter_out: BTreeSet::new(),
            crop_to_roi: false,
            attributes: Vec::new(),
            all: ClassAttributes::default(),
        }
    }
}

impl Detector {
    /// What holds for one class.
    pub fn class(&self, id: u32) -> &ClassAttributes {
        self.attributes.get(id as usize).unwrap_or(&self.all)
    }
}

/// `[class-attrs-all]` or `[class-attrs-N]`. Sizes and offsets are pixels of the frame the metadata refers to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassAttributes {
    /// `pre-cluster-threshold` (or the old `threshold`): a box below it is never looked at. 0.2.
    pub pre_cluster_threshold: f32,
    /// `post-cluster-threshold`: a box below it is dropped after clustering. 0.
    pub post_cluster_threshold: f32,
    /// `eps` of group rectangles and DBSCAN. 0.
    pub eps: f32,
    /// `group-threshold`: group rectangles keeps groups of more than this; 0 leaves boxes alone. 0.
    pub group_threshold: u32,
    /// `minBoxes` of DBSCAN; 0 leaves boxes alone. 0.
    pub min_boxes: u32,
    /// `dbscan-min-score`: the least sum of confidences of a cluster. 0.
    pub dbscan_min_score: f32,
    /// `nms-iou-threshold`, 0 to 1. 0.3.
    pub nms_iou_threshold: f32,
    /// `topk`: the best so many stay; all when absent.
    pub top_k: Option<u32>,
    /// `roi-top-offset`: boxes that begin above it are dropped. 0.
    pub roi_top_offset: u32,
    /// `roi-bottom-offset`: boxes that end below frame height minus it are dropped. 0.
    pub roi_bottom_offset: u32,
    /// `detected-min-w`. 0.
    pub min_width: u32,
    /// `detected-min-h`. 0.
    pub min_height: u32,
    /// `detected-max-w`, 0 for no limit. 0.
    pub max_width: u32,
    /// `detected-max-h`, 0 for no limit. 0.
    pub max_height: u32,
    /// `border-color`: red, green, blue, alpha in 0..1. Opaque red.
    pub border_color: [f32; 4],
    /// `bg-color`: the fill of the box; none when absent.
    pub background_color: Option<[f32; 4]>,
}

impl Default for ClassAttributes {
    fn default() -> Self {
        Self {
            pre_cluster_threshold: 0.2,
            post_cluster_threshold: 0.0,
            eps: 0.0,
            group_threshold: 0,
            min_boxes: 0,
            dbscan_min_score: 0.0,
            nms_iou_threshold: 0.3,
            top_k: None,
            roi_top_offset: 0,
            roi_bottom_offset: 0,
            min_width: 0,
            min_height: 0,
            max_width: 0,
            max_height: 0,
            border_color: [1.0, 0.0, 0.0, 1.0],
            background_color: None,
        }
    }
}

/// What a classifier's outputs go through.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Classifier {
    /// `classifier-threshold`. 0.
    pub threshold: f32,
    /// `classifier-async-mode`. False.
    pub async_mode: bool,
    /// `classifier-type`: what the labels describe (`vehicletype`).
    pub kind: Option<String>,
}

/// What a segmentation map goes through.
#[derive(Debug, Clone, PartialEq)]
pub struct Segmentation {
    /// `segmentation-threshold`. 0.
    pub threshold: f32,
    /// `segmentation-output-order`. NCHW.
    pub order: TensorOrder,
}

impl Default for Segmentation {
    fn default() -> Self {
        Self { threshold: 0.0, order: TensorOrder::Nchw }
    }
}

/// Which objects a secondary element looks at.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Objects {
    /// `operate-on-gie-id`: objects of this element only; of any when absent.
    pub gie_id: Option<u32>,
    /// `operate-on-class-ids`: objects of these classes only; of any when empty.
    pub class_ids: BTreeSet<u32>,
    /// `input-object-min-width`. 0.
    pub min_width: u32,
    /// `input-object-min-height`. 0.
    pub min_height: u32,
    /// `input-object-max-width`, 0 for no limit. 0.
    pub max_width: u32,
    /// `input-object-max-height`, 0 for no limit. 0.
    pub max_height: u32,
    /// `secondary-reinfer-interval`: frames until a tracked object is looked at again; never when absent.
    pub reinfer_interval: Option<u32>,
}

/// Tensors written to and read from files.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Debug {
    /// `raw-output-file-write`: write every output to a file.
    pub write_raw_outputs: bool,
    /// `raw-output-generated-callback` is set: whoever set it looks at every tensor.
    pub raw_output_callback: bool,
    /// `dump-input-tensor`.
    pub dump_inputs: bool,
    /// `dump-output-tensor`.
    pub dump_outputs: bool,
    /// `overwrite-input-tensor` with `ip-tensor-file`.
    pub overwrite_inputs: bool,
    /// `overwrite-output-tensor` with `op-tensor-files`.
    pub overwrite_outputs: bool,
    /// `ip-tensor-file`.
    pub input_file: Option<PathBuf>,
    /// `op-tensor-files`.
    pub output_files: Vec<PathBuf>,
}

impl Debug {
    /// Whether somebody wants all tensors, the input too.
    pub fn keeps_tensors(&self) -> bool {
        self.write_raw_outputs || self.raw_output_callback
    }
}
