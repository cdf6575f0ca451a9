//! What files mean, what they are refused for, and that no file is a panic.

use super::super::{Group, Region, TensorType};
use super::*;
use proptest::prelude::*;

const HEAD: &str = "[property]\ntarget-unique-ids=1;4\nnetwork-input-shape=4;3;32;64\nprocessing-width=64\nprocessing-height=32\n\
                    tensor-name=images\n";

fn parse(text: &str) -> Result<Loaded, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("preprocess.txt");
    std::fs::write(&path, text).unwrap();
    PreprocessConfig::load(&path)
}

fn config(text: &str) -> PreprocessConfig {
    let loaded = parse(text).unwrap();
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    loaded.config
}

fn error(text: &str) -> String {
    let text = parse(text).unwrap_err().to_string();
    text.split_once("preprocess.txt").unwrap().1.to_owned()
}

#[test]
fn upstreams_keys_become_fields() {
    let text = format!(
        "{HEAD}enable=1\nunique-id=5\ngpu-id=0\nprocess-on-frame=1\nnetwork-input-order=0\nmaintain-aspect-ratio=1\n\
         symmetric-padding=1\nscaling-buf-pool-size=7\ntensor-buf-pool-size=8\nnetwork-color-format=1\ntensor-data-type=7\n\
         scaling-pool-memory-type=0\nscaling-pool-compute-hw=0\nscaling-filter=1\n\
         custom-lib-path=/opt/nvidia/deepstream/deepstream/lib/gst-plugins/libcustom2d_preprocess.so\n\
         custom-tensor-preparation-function=CustomTensorPreparation\n\
         [user-configs]\npixel-normalization-factor=0.5\noffsets=1;2;3\nmine=yes\n\
         [group-0]\nsrc-ids=0;1\ncustom-input-transformation-function=CustomAsyncTransformation\nprocess-on-roi=1\n\
         roi-params-src-0=300;200;700;800;1300;300;600;700\nroi-params-src-1=0;0;10;10\ndraw-roi=0\nroi-color=1;0;0.5;1\n\
         [group-1]\nsrc-ids=-1\nprocess-on-roi=0\ninterval=3\n"
    );
    let config = config(&text);
    assert_eq!(
        (config.unique_id, &config.target_unique_ids[..], config.batch(), config.len()),
        (5, &[1, 4][..], 4, 24576)
    );
    assert_eq!(
        (config.kind, config.tensor_name.as_str(), config.library.is_none()),
        (TensorType::Fp16, "images", true)
    );
    assert_eq!((config.scaling_pool_size, config.tensor_pool_size), (7, 8));
    assert_eq!((config.input.scale_factor, &config.input.offsets[..]), (0.5, &[1.0, 2.0, 3.0][..]));
    assert!(config.input.maintain_aspect_ratio && config.input.symmetric_padding);
    assert_eq!(config.user_configs["mine"], "yes");
    let [first, second] = &config.groups[..] else { panic!("two groups") };
    assert_eq!(first.regions_of(0), [Region([300, 200, 700, 800]), Region([1300, 300, 600, 700])]);
    assert_eq!((first.regions_of(2), first.draw_roi, first.roi_color), (&[][..], false, [1.0, 0.0, 0.5, 1.0]));
    assert_eq!((&second.sources, second.interval, second.number), (&None, 3, 1));
}

#[test]
fn objects_have_keys_of_their_own() {
    let text = format!(
        "{HEAD}process-on-frame=0\noperate-on-gie-id=1\n[group-0]\nsrc-ids=0\noperate-on-class-ids=0;2\nprocess-on-all-objects=1\n\
         input-object-min-width=10\ninput-object-min-height=11\ninput-object-max-width=12\ninput-object-max-height=13\n"
    );
    let config = config(&text);
    assert_eq!(config.operate_on_gie_id, Some(1));
    let Group { class_ids, least, most, process_on_all_objects, roi_color, .. } = &config.groups[0];
    assert_eq!((class_ids.len(), *least, *most, *process_on_all_objects), (2, [10, 11], [12, 13], true));
    assert_eq!(*roi_color, [0.0, 1.0, 1.0, 1.0]);
}

#[test]
fn a_group_for_all_sources_shares_its_first_regions() {
    let config = config(&format!("{HEAD}[group-0]\nsrc-ids=-1\nprocess-on-roi=1\nroi-params-src-0=1;2;3;4\n"));
    assert_eq!(config.groups[0].regions_of(9), [Region([1, 2, 3, 4])]);
}

#[test]
fn a_library_of_the_users_own_is_kept_with_its_function() {
    let text = format!(
        "{HEAD}custom-lib-path=libmine.so\ncustom-tensor-preparation-function=Mine\nnetwork-input-order=2\n[group-0]\nsrc-ids=0\n"
    );
    let library = config(&text).library.unwrap();
    assert!(library.path.ends_with("libmine.so") && library.path.is_absolute());
    assert_eq!(library.function, "Mine");
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let group = "[group-0]\nsrc-ids=0\n";
    assert!(error("[propertie]\nenable=1\n").contains("no [property] section"));
    assert!(error(&format!("[property]\ntensor-name=a\ntarget-unique-ids=1\n{group}")).contains("network-input-shape"));
    assert!(error(HEAD).contains("no [group-0] section"));
    let text = error(&format!("{HEAD}[group-0]\nsrc-ids=0\nprocess-on-roi=1\nroi-params-src-0=1;2;3\n"));
    assert!(
        text.starts_with(":10: [group-0] roi-params-src-0: expected left;top;width;height of each region"),
        "{text}"
    );
    assert!(
        error(&format!("{HEAD}[group-0]\nsrc-ids=0\nprocess-on-roi=1\nroi-params-src-0=1;2;0;4\n"))
            .contains("none of them empty")
    );
    assert!(
        error(&format!("{HEAD}[group-0]\nsrc-ids=0\nprocess-on-roi=1\nroi-params-src-0=-1;2;3;4\n"))
            .contains("left;top")
    );
    assert!(
        error(&format!("{HEAD}[group-0]\nsrc-ids=0;1\nprocess-on-roi=1\nroi-params-src-0=1;2;3;4\n"))
            .contains("source 1 of src-ids has no roi-params-src-1")
    );
    assert!(error(&format!("{HEAD}[group-0]\nprocess-on-roi=0\n")).contains("src-ids is missing"));
    assert!(
        error(&format!("{HEAD}{group}[group-1]\nsrc-ids=0\n"))
            .contains("source 0 is in a group before this one already")
    );
    assert!(error(&format!("{HEAD}tensor-data-type=8\n{group}")).contains("tensor-data-type: expected one of 0, 1, 2"));
    assert!(error(&format!("{HEAD}network-input-order=1\n{group}")).contains("it is N;32;64;3"));
    assert!(error(&format!("{HEAD}network-input-order=2\n{group}")).contains("needs a custom-lib-path"));
    assert!(error(&format!("{HEAD}network-color-format=2\n{group}")).contains("it is N;1;32;64"));
    assert!(error(&format!("{HEAD}network-input-shape=65536;65536;65536;65536\n{group}")).contains("values in all"));
    let odd = parse(&format!("{HEAD}scaling-fliter=1\n[grup-0]\na=1\n{group}")).unwrap().warnings;
    let said: Vec<String> = odd.iter().map(ToString::to_string).collect();
    assert!(said[0].contains("is scaling-filter meant?") && said[1].contains("is [group-0] meant?"), "{said:?}");
}

proptest! {
    #[test]
    fn any_text_is_a_configuration_or_an_error(text in "\\PC{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn any_values_are_a_configuration_or_an_error(
        key in proptest::sample::select(vec![
            "network-input-shape", "processing-width", "target-unique-ids", "network-input-order", "tensor-data-type", "unique-id",
        ]),
        value in "[-0-9;. ]{0,24}",
        regions in proptest::collection::vec(-9i64..100_000, 0..12),
    ) {
        let list: Vec<String> = regions.iter().map(i64::to_string).collect();
        let text = format!("{HEAD}{key}={value}\n[group-0]\nsrc-ids=0\nprocess-on-roi=1\nroi-params-src-0={}\n", list.join(";"));
        if let Ok(loaded) = parse(&text) {
            let config = loaded.config;
            prop_assert!(!config.is_empty() && config.shape.len() == 4);
            let kept = config.groups[0].regions_of(0);
            prop_assert_eq!(kept.len() * 4, regions.len());
            for region in kept {
                prop_assert!(region.0[2] > 0 && region.0[3] > 0);
            }
        }
    }
}
