//! Reading a tracker file: sections to structs, warnings for what has no effect.

use std::path::Path;

use super::TrackerConfig;
use super::keys::{MISSING_SECTIONS, SECTIONS, Section, Set};
use crate::config::closest::closest;
use crate::config::document::{Document, Section as Written};
use crate::config::value::Value;
use crate::config::{ConfigError, Warning, Warnings};

/// The section of files before DeepStream 6, which held the keys of all modules.
const OLD_SECTION: &str = "NvDCF";

/// A file that was read, and what is odd about it.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: TrackerConfig,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

impl TrackerConfig {
    /// Reads a YAML file, whatever its name ends in.
    ///
    /// # Errors
    /// When the file cannot be read or is no YAML, or a value is not what its key wants.
    pub fn load(path: &Path) -> Result<Loaded, ConfigError> {
        Self::from_document(Document::load_yaml(path)?)
    }

    /// Reads a parsed file.
    ///
    /// # Errors
    /// When a value is not what its key wants.
    pub fn from_document(mut document: Document) -> Result<Loaded, ConfigError> {
        let mut config = Self { path: document.path.clone(), ..Self::default() };
        let mut warnings = std::mem::take(&mut document.warnings);
        for written in &document.sections {
            match SECTIONS.iter().find(|section| section.name == written.name) {
                Some(section) => read(&document, written, section, &mut config, &mut warnings)?,
                None if written.name == OLD_SECTION => read_old(&document, written, &mut config, &mut warnings)?,
                None => warnings.add(&document.path, written.line, || unknown_section(&written.name)),
            }
        }
        Ok(Loaded { config, warnings: warnings.into_list(&document.path) })
    }
}

fn read(
    document: &Document,
    written: &Written,
    section: &Section,
    config: &mut TrackerConfig,
    warnings: &mut Warnings,
) -> Result<(), ConfigError> {
    for value in document.values(written) {
        match section.keys.iter().find(|(key, _)| *key == value.key()) {
            Some((_, set)) => {
                set(config, value)?;
                if let Some(text) = caveat(value) {
                    warnings.add(&document.path, value.line(), || text.into());
                }
            }
            None if section.without_effect.contains(&value.key()) => {}
            None => warnings.add(&document.path, value.line(), || unknown_key(section, value)),
        }
    }
    Ok(())
}

/// What a value that was taken does not do.
fn caveat(value: Value<'_>) -> Option<&'static str> {
    match value.key() {
        "stateEstimatorType" if value.text().starts_with('3') => {
            Some("stateEstimatorType 3 needs the 3D model, which is not there; 1 is used")
        }
        "terminatedTrackFilename" if value.some_text().is_some() => Some(
            "terminatedTrackFilename: no file is written; outputTerminatedTracks puts the tracks into the metadata",
        ),
        _ => None,
    }
}

/// The one section of an old file, whose keys may differ in case.
fn read_old(
    document: &Document,
    written: &Written,
    config: &mut TrackerConfig,
    warnings: &mut Warnings,
) -> Result<(), ConfigError> {
    config.visual.enabled = true;
    config.visual.use_color_names = true;
    config.estimator.kind = super::EstimatorKind::Simple;
    for value in document.values(written) {
        match old_key(value.key()) {
            Some(set) => set(config, value)?,
            None => warnings.add(&document.path, value.line(), || {
                format!("[{OLD_SECTION}] {} is no longer known and has no effect", value.key())
            }),
        }
    }
    Ok(())
}

fn old_key(key: &str) -> Option<Set> {
    let keys = SECTIONS.iter().filter(|section| section.name != "TrajectoryManagement").flat_map(|s| s.keys);
    keys.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, set)| *set)
}

fn unknown_key(section: &Section, value: Value<'_>) -> String {
    let (name, key) = (section.name, value.key());
    if let Some(other) = SECTIONS.iter().find(|other| other.keys.iter().any(|(known, _)| *known == key)) {
        return format!("[{name}] {key} has no effect here; it belongs into [{}]", other.name);
    }
    let known = section.keys.iter().map(|(known, _)| *known).chain(section.without_effect.iter().copied());
    let hint = closest(key, known).map(|known| format!("; is {known} meant?")).unwrap_or_default();
    format!("[{name}] {key} is no key of a tracker file and has no effect{hint}")
}

fn unknown_section(name: &str) -> String {
    if MISSING_SECTIONS.contains(&name) {
        return format!("[{name}] has no effect: this tracker has no such module");
    }
    let known = SECTIONS.iter().map(|section| section.name);
    let hint = closest(name, known).map(|known| format!("; is [{known}] meant?")).unwrap_or_default();
    format!("[{name}] is no section of a tracker file and has no effect{hint}")
}

#[cfg(test)]
mod tests {
    use super::super::{EstimatorKind, Matcher, ReIdUse};
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Loaded, ConfigError> {
        TrackerConfig::from_document(Document::from_bytes(Path::new("dir/t.yml"), text.as_bytes())?)
    }

    #[test]
    fn sections_fill_their_structs() {
        let text = "%YAML:1.0\nBaseConfig:\n  minDetectorConfidence: 0.25 # why\nTargetManagement:\n  probationAge: 3\n  \
                    maxTrajectoryBufferLength: -1\nDataAssociator:\n  associationMatcherType: 1\n  thresholdMahalanobis: -1.0\n\
                    StateEstimator:\n  stateEstimatorType: 2\nVisualTracker:\n  visualTrackerType: 2\n  vpiBackend4DcfTracker: 1\n\
                    ReID:\n  reidType: 3\n  inferDims: [3, 128, 64]\n  onnxFile: ../m.onnx\n  workspaceSize: 1000\n";
        let Loaded { config, warnings } = read(text).unwrap();
        assert_eq!(warnings, []);
        assert_eq!((config.min_detector_confidence, config.target.probation_age), (0.25, 3));
        assert_eq!(config.target.max_trajectory_length, None);
        assert_eq!((config.associator.matcher, config.estimator.kind), (Matcher::Cascaded, EstimatorKind::Regular));
        assert_eq!(config.associator.threshold_mahalanobis, None);
        assert!(config.visual.enabled && config.needs_pixels());
        assert_eq!((config.reid.uses, config.reid.dims), (ReIdUse::Both, Some([3, 128, 64])));
        assert_eq!(config.reid.onnx.as_deref(), Some(Path::new("dir/../m.onnx")));
    }

    #[test]
    fn nothing_said_is_nvidias_default() {
        let config = read("").unwrap().config;
        assert_eq!(config, TrackerConfig { path: "dir/t.yml".into(), ..TrackerConfig::default() });
        assert_eq!((config.target.max_targets, config.target.max_shadow_tracking_age), (30, 38));
    }

    #[test]
    fn what_is_unknown_or_misplaced_warns_with_the_closest() {
        let text = "TargetManagment:\n  a: 1\nTargetManagement:\n  probatonAge: 3\n  filterLr: 0.1\nSegmenter:\n  \
                    segmenterType: 1\nStateEstimator:\n  stateEstimatorType: 3\n";
        let warnings: Vec<_> = read(text).unwrap().warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            warnings,
            [
                "dir/t.yml:1: [TargetManagment] is no section of a tracker file and has no effect; is [TargetManagement] meant?",
                "dir/t.yml:4: [TargetManagement] probatonAge is no key of a tracker file and has no effect; is probationAge meant?",
                "dir/t.yml:5: [TargetManagement] filterLr has no effect here; it belongs into [VisualTracker]",
                "dir/t.yml:6: [Segmenter] has no effect: this tracker has no such module",
                "dir/t.yml:9: stateEstimatorType 3 needs the 3D model, which is not there; 1 is used",
            ]
        );
    }

    #[test]
    fn values_outside_their_range_are_refused_with_file_line_and_key() {
        let message = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(
            message("VisualTracker:\n  featureImgSizeLevel: 6\n"),
            "dir/t.yml:2: [VisualTracker] featureImgSizeLevel: expected a whole number from 1 to 5, found '6'"
        );
        assert!(message("DataAssociator:\n  associationMatcherType: 2\n").ends_with("expected one of 0, 1, found '2'"));
        assert!(message("ReID:\n  inferDims: [3, 128]\n").contains("three sizes"));
        assert!(message("TargetManagement:\n  probationAge: many\n").contains("probationAge: expected a whole number"));
    }

    #[test]
    fn files_of_the_one_section_kind_are_read() {
        let text = "NvDCF:\n  maxTargetsPerStream: 40\n  SearchRegionPaddingScale: 3\n  filterLr: 0.11\n  gone: 1\n";
        let Loaded { config, warnings } = read(text).unwrap();
        assert_eq!((config.target.max_targets, config.visual.search_region_padding_scale), (40, 3));
        assert_eq!(config.visual.filter_learning_rate, 0.11);
        assert!(config.visual.enabled);
        assert_eq!(warnings.len(), 1);
    }

    fn any_value() -> impl Strategy<Value = String> {
        prop_oneof!["-?[0-9]{1,12}(\\.[0-9]{1,6})?", "[a-zA-Z]{0,8}", "\\[[0-9., -]{0,20}\\]", Just("1e999".to_owned())]
    }

    proptest! {
        #[test]
        fn any_value_of_any_key_is_taken_or_named(section in 0..SECTIONS.len(), key in 0..20usize, value in any_value()) {
            let section = &SECTIONS[section];
            let key = section.keys[key % section.keys.len()].0;
            match read(&format!("{}:\n  {key}: {value}\n", section.name)) {
                Ok(Loaded { config, .. }) => {
                    prop_assert!((1..=5).contains(&config.visual.feature_image_size_level));
                    prop_assert!((1..=3).contains(&config.visual.search_region_padding_scale));
                    prop_assert!(config.target.max_targets <= 65535);
                    prop_assert!((0.0..=1.0).contains(&config.target.min_iou_diff_4_new_target));
                    prop_assert!(config.estimator.process_noise_location.is_finite());
                }
                Err(error) => prop_assert!(error.to_string().starts_with("dir/t.yml:"), "{error}"),
            }
        }

        #[test]
        fn nonsense_gives_a_configuration_or_a_message(text in "([\\[\\]{}:;#&*\"'a-zA-Z0-9 .\\-\n]{0,40}\n){0,12}") {
            if let Err(error) = read(&text) {
                prop_assert!(error.to_string().starts_with("dir/t.yml:"));
            }
        }
    }
}
