//! nvinfer files as users write them: every documented key, both formats, and what is said about mistakes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use ds_apps::config::ConfigError;
use ds_apps::config::document::Document;
use ds_apps::config::labels::Labels;
use ds_apps::config::nvinfer::{
    ClusterMode, ColorFormat, Loaded, NetworkMode, NetworkType, NvInferConfig, ProcessMode,
};
use proptest::prelude::*;

fn read_as(name: &str, text: &str) -> Result<Loaded, ConfigError> {
    NvInferConfig::from_document(Document::from_bytes(Path::new(name), text.as_bytes())?)
}

fn read(text: &str) -> Result<Loaded, ConfigError> {
    read_as("configs/c.txt", text)
}

fn message(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

fn warnings(text: &str) -> Vec<String> {
    read(text).unwrap().warnings.iter().map(ToString::to_string).collect()
}

/// Every key DeepStream 9.1 reads from `[property]`, with a value it takes.
const PROPERTY: &str = "
gie-unique-id=2
process-mode=2
network-type=3
interval=4
labelfile-path=labels.txt
output-tensor-meta=1
output-instance-mask=1
input-tensor-from-meta=1
onnx-file=../models/m.onnx
model-engine-file=m.engine
tlt-encoded-model=m.etlt
tlt-model-key=nvidia_tlt
model-file=m.caffemodel
proto-file=m.prototxt
uff-file=m.uff
uff-input-order=2
uff-input-blob-name=input_1
int8-calib-file=cal.bin
custom-network-config=net.cfg
output-blob-names=output_bbox/BiasAdd;output_cov/Sigmoid
infer-dims=3;544;960
output-io-formats=out:fp32:chw
layer-device-precision=out:fp32:gpu;
batch-size=16
gpu-id=1
network-mode=2
workspace-size=500
tensor-meta-pool-size=8
auto-inc-mem=0
max-gpu-mem-per=50
enable-dla=1
use-dla-core=1
force-implicit-batch-dim=1
strongly-typed=1
warmup-engine=1
disable-output-host-copy=1
stabilize-buffer-count=3
dynamic-properties=data_max=2;init=x=y
net-scale-factor=0.00392156862745098
offsets=103.939;116.779;123.68
mean-file=mean.ppm
model-color-format=1
network-input-order=1
maintain-aspect-ratio=1
symmetric-padding=1
scaling-filter=3
scaling-compute-hw=1
parse-bbox-func-name=NvDsInferParseYolo
parse-bbox-instance-mask-func-name=NvDsInferParseCustomMrcnnTLT
parse-classifier-func-name=NvDsInferClassiferParseCustomSoftmax
parse-segmentation-func-name=NvDsInferParseCustomPeopleSemSegNet
engine-create-func-name=NvDsInferYoloCudaEngineGet
custom-lib-path=/opt/lib/libnvds_infercustomparser.so
num-detected-classes=4
cluster-mode=3
filter-out-class-ids=1;2
crop-objects-to-roi-boundary=1
classifier-threshold=0.51
classifier-async-mode=1
classifier-type=vehicletype
segmentation-threshold=0.3
segmentation-output-order=1
operate-on-gie-id=1
operate-on-class-ids=0;2
input-object-min-width=64
input-object-min-height=65
input-object-max-width=66
input-object-max-height=67
secondary-reinfer-interval=90
raw-output-file-write=1
dump-input-tensor=1
dump-output-tensor=1
overwrite-input-tensor=1
overwrite-output-tensor=1
ip-tensor-file=in.bin
op-tensor-files=a.bin;b.bin
";

/// Every key of a class section.
const CLASS: &str = "
pre-cluster-threshold=0.4
post-cluster-threshold=0.5
eps=0.7
group-threshold=1
minBoxes=3
dbscan-min-score=1.1
nms-iou-threshold=0.45
topk=20
roi-top-offset=10
roi-bottom-offset=11
detected-min-w=12
detected-min-h=13
detected-max-w=14
detected-max-h=15
border-color=0;1;0;0.7
bg-color=0;0;1;0.3
";

fn check(config: &NvInferConfig) {
    assert_eq!((config.unique_id, config.interval), (2, 4));
    assert_eq!((config.process_mode, config.network_type), (ProcessMode::Secondary, NetworkType::InstanceSegmentation));
    assert!(config.output_tensor_meta && config.output_instance_mask && config.input_tensor_from_meta);
    assert_eq!(config.label_file.as_deref(), Some(Path::new("configs/labels.txt")));
    assert_eq!(config.model.onnx.as_deref(), Some(Path::new("configs/../models/m.onnx")));
    assert_eq!(config.model.output_names, ["output_bbox/BiasAdd", "output_cov/Sigmoid"]);
    assert_eq!(config.model.dims, Some([3, 544, 960]));
    assert_eq!((config.runtime.batch_size, config.runtime.network_mode), (16, NetworkMode::Fp16));
    assert_eq!(config.runtime.dynamic_properties[1], ("init".to_owned(), "x=y".to_owned()));
    assert_eq!(config.input.offsets, [103.939, 116.779, 123.68]);
    assert_eq!((config.input.scale_factor, config.input.color), (1.0 / 255.0, ColorFormat::Bgr));
    assert_eq!(config.parsers.library.as_deref(), Some(Path::new("/opt/lib/libnvds_infercustomparser.so")));
    assert_eq!((config.detector.classes, config.detector.cluster_mode), (4, ClusterMode::Hybrid));
    assert_eq!(config.detector.filter_out.iter().copied().collect::<Vec<_>>(), [1, 2]);
    assert_eq!((config.objects.gie_id, config.objects.max_height), (Some(1), 67));
    assert_eq!(config.objects.reinfer_interval, Some(90));
    assert_eq!(config.debug.output_files[1], Path::new("configs/b.bin"));
    let all = config.detector.class(0);
    assert_eq!((all.pre_cluster_threshold, all.post_cluster_threshold, all.eps), (0.4, 0.5, 0.7));
    assert_eq!((all.group_threshold, all.min_boxes, all.dbscan_min_score), (1, 3, 1.1));
    assert_eq!((all.nms_iou_threshold, all.top_k), (0.45, Some(20)));
    assert_eq!((all.roi_top_offset, all.roi_bottom_offset), (10, 11));
    assert_eq!((all.min_width, all.min_height, all.max_width, all.max_height), (12, 13, 14, 15));
    assert_eq!((all.border_color, all.background_color), ([0.0, 1.0, 0.0, 0.7], Some([0.0, 0.0, 1.0, 0.3])));
}

#[test]
fn every_documented_key_is_read_from_a_key_file() {
    let text = format!("[property]{PROPERTY}[class-attrs-all]{CLASS}[class-attrs-2]\neps=0.1\n");
    let loaded = read(&text).unwrap();
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    check(&loaded.config);
    let two = loaded.config.detector.class(2);
    assert_eq!((two.eps, two.min_boxes), (0.1, 3), "[class-attrs-2] goes over [class-attrs-all]");
}

#[test]
fn the_same_file_as_yaml_gives_the_same_configuration() {
    let map = |text: &str| {
        text.lines().filter(|l| !l.is_empty()).map(|l| format!("  {}\n", l.replacen('=', ": ", 1))).collect::<String>()
    };
    let yaml = format!("property:\n{}class-attrs-all:\n{}class-attrs-2:\n  eps: 0.1\n", map(PROPERTY), map(CLASS));
    let key_file = format!("[property]{PROPERTY}[class-attrs-all]{CLASS}[class-attrs-2]\neps=0.1\n");
    let (yaml, mut key_file) = (read_as("configs/c.yml", &yaml).unwrap(), read(&key_file).unwrap());
    assert!(yaml.warnings.is_empty(), "{:?}", yaml.warnings);
    check(&yaml.config);
    key_file.config.path = yaml.config.path.clone();
    assert_eq!(yaml.config, key_file.config);
}

#[test]
fn an_empty_property_section_gives_deepstreams_defaults() {
    let loaded = read("[property]\n").unwrap();
    assert_eq!(loaded.config, NvInferConfig { path: "configs/c.txt".into(), ..Default::default() });
    let class = loaded.config.detector.class(9);
    assert_eq!((class.pre_cluster_threshold, class.nms_iou_threshold, class.top_k), (0.2, 0.3, None));
    assert_eq!(loaded.config.detector.cluster_mode, ClusterMode::GroupRectangles);
}

#[test]
fn mistakes_are_refused_with_file_line_key_and_what_is_wanted() {
    let cases = [
        (
            "[property]\nbatch-size=x\n",
            "configs/c.txt:2: [property] batch-size: expected a whole number from 1 to 1024, found 'x'",
        ),
        (
            "[property]\n\ncluster-mode=5\n",
            "configs/c.txt:3: [property] cluster-mode: expected one of 0, 1, 2, 3, 4, found '5'",
        ),
        (
            "[property]\ninfer-dims=3;544\n",
            "configs/c.txt:2: [property] infer-dims: expected three whole numbers: channels;height;width, found '3;544'",
        ),
        (
            "[property]\noffsets=1;2;3;4;5\n",
            "configs/c.txt:2: [property] offsets: expected at most four numbers, one a channel, found '1;2;3;4;5'",
        ),
        (
            "[property]\nnet-scale-factor=inf\n",
            "configs/c.txt:2: [property] net-scale-factor: expected a number, found 'inf'",
        ),
        (
            "[property]\n[class-attrs-all]\nnms-iou-threshold=1.5\n",
            "configs/c.txt:3: [class-attrs-all] nms-iou-threshold: expected a number from 0 to 1, found '1.5'",
        ),
        (
            "[property]\nnum-detected-classes=2\n[class-attrs-2]\n",
            "configs/c.txt:3: [class-attrs-2]: there is no class 2: num-detected-classes is 2, classes count from 0",
        ),
        (
            "[property]\n[class-attrs-car]\n",
            "configs/c.txt:2: [class-attrs-car]: expected class-attrs-all or class-attrs-N with a class number",
        ),
        ("[propertys]\n", "configs/c.txt: no [property] section; is [propertys] meant?"),
        ("", "configs/c.txt: no [property] section"),
        ("[property\n", "configs/c.txt:1: expected [section] with its closing bracket, found '[property'"),
    ];
    for (text, expected) in cases {
        assert_eq!(message(text), expected);
    }
}

#[test]
fn what_has_no_effect_is_a_warning_with_the_closest_known_name() {
    let text = "[property]\nbatchsize=2\nfoo=1\n[class-attrs-all]\nmin-boxes=1\n[class-attr-all]\n[tracker]\n";
    assert_eq!(
        warnings(text),
        [
            "configs/c.txt:2: [property] has no key batchsize; it has no effect; is batch-size meant?",
            "configs/c.txt:3: [property] has no key foo; it has no effect",
            "configs/c.txt:5: [class-attrs-all] has no key min-boxes; it has no effect; is minBoxes meant?",
            "configs/c.txt:6: [class-attr-all] is no section of an nvinfer file and has no effect; is [class-attrs-all] meant?",
            "configs/c.txt:7: [tracker] is no section of an nvinfer file and has no effect",
        ]
    );
}

#[test]
fn old_keys_work_and_the_new_ones_win() {
    let old =
        "[property]\nis-classifier=1\nenable-dbscan=1\nuff-input-dims=3;10;20;1\n[class-attrs-all]\nthreshold=0.6\n";
    let loaded = read(old).unwrap();
    assert_eq!(
        (loaded.config.network_type, loaded.config.detector.cluster_mode),
        (NetworkType::Classifier, ClusterMode::Dbscan)
    );
    assert_eq!((loaded.config.model.dims, loaded.config.detector.all.pre_cluster_threshold), (Some([3, 10, 20]), 0.6));
    assert_eq!(loaded.warnings.len(), 4);
    let both =
        "[property]\nnetwork-type=0\nis-classifier=1\n[class-attrs-all]\npre-cluster-threshold=0.1\nthreshold=0.6\n";
    let loaded = read(both).unwrap();
    assert_eq!(loaded.config.network_type, NetworkType::Detector);
    assert_eq!(loaded.config.detector.all.pre_cluster_threshold, 0.1);
    assert!(loaded.warnings[0].text.contains("network-type, which is given too and holds"));
}

#[test]
fn crlf_a_byte_order_mark_and_blanks_change_nothing() {
    let text =
        format!("\u{feff}[property]{PROPERTY}[class-attrs-all]{CLASS}").replace('=', " = ").replace('\n', "  \r\n");
    let text = text.replace("data_max = 2;init = x = y", "data_max=2;init=x=y");
    let loaded = read(&text).unwrap();
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    check(&loaded.config);
}

#[test]
fn a_missing_model_says_what_is_needed() {
    let need = |text: &str| read(text).unwrap().config.require_onnx().unwrap_err().to_string();
    assert_eq!(need("[property]\n"), "configs/c.txt: [property] has no onnx-file (the model to run)");
    assert!(need("[property]\ntlt-encoded-model=a.etlt\n").contains("--backend deepstream"));
    let config = read("[property]\n").unwrap().config;
    assert!(config.require_classes(0).unwrap_err().to_string().contains("num-detected-classes"));
    assert_eq!(config.require_classes(80).unwrap(), 80);
}

#[test]
fn the_shipped_files_are_read_without_a_warning() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("config_infer_") {
            continue;
        }
        let loaded = NvInferConfig::load(&path).unwrap();
        assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
        assert!(loaded.config.require_onnx().is_ok(), "{name}");
        let detector = &loaded.config.detector;
        if loaded.config.network_type == NetworkType::Detector {
            let labels = Labels::load(loaded.config.label_file.as_deref().unwrap()).unwrap();
            assert_eq!(labels.mismatch(detector.classes as usize), None, "{name}");
        }
        read += 1;
    }
    assert!(read >= 3);
}

#[test]
fn ten_megabytes_of_unknown_keys_give_a_readable_list() {
    let mut text = String::from("[property]\n");
    let mut number = 0;
    while text.len() < 10 << 20 {
        number += 1;
        text.push_str(&format!("key-{number}=value\n"));
    }
    let loaded = read(&text).unwrap();
    assert_eq!(loaded.warnings.len(), 26);
    assert!(loaded.warnings[25].text.starts_with("and "), "{}", loaded.warnings[25]);
}

proptest! {
    #[test]
    fn any_value_of_any_key_is_taken_or_named(line in 0usize..77, value in "[ -~]{0,30}") {
        let key = PROPERTY.lines().filter_map(|l| l.split_once('=')).nth(line % 77).map_or("batch-size", |(key, _)| key);
        if let Err(error) = read(&format!("[property]\n{key}={value}\n")) {
            let start = format!("configs/c.txt:2: [property] {key}: expected ");
            prop_assert!(error.to_string().starts_with(&start), "{}", error);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
        for name in ["c.txt", "c.yml"] {
            let document = Document::from_bytes(Path::new(name), &bytes);
            if let Err(error) = document.and_then(NvInferConfig::from_document) {
                prop_assert!(error.to_string().starts_with(name));
            }
        }
    }
}
