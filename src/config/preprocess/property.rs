//! The keys of `[property]` and `[user-configs]`.

use std::path::PathBuf;

use super::{PreprocessConfig, TensorType};
use crate::config::closest::closest;
use crate::config::document::{Document, Section};
use crate::config::nvinfer::{ColorFormat, ScalingFilter, TensorOrder};
use crate::config::value::Value;
use crate::config::{ConfigError, Warnings};

const COUNT: std::ops::RangeInclusive<i64> = 0..=i32::MAX as i64;
const SIDE: std::ops::RangeInclusive<i64> = 1..=65536;

/// What stands in the file and is put together at the end.
#[derive(Default)]
pub(super) struct Draft {
    pub config: PreprocessConfig,
    pub library: Option<PathBuf>,
    pub function: Option<String>,
}

type Set = fn(&mut Draft, Value<'_>) -> Result<(), ConfigError>;

const KEYS: &[(&str, Set)] = &[
    ("enable", |d, v| v.boolean().map(|b| d.config.enable = b)),
    ("unique-id", |d, v| v.integer(COUNT).map(|n| d.config.unique_id = n)),
    ("gpu-id", |d, v| v.integer(COUNT).map(|n| d.config.gpu_id = n)),
    ("process-on-frame", |d, v| v.boolean().map(|b| d.config.process_on_frame = b)),
    ("target-unique-ids", |d, v| v.integers(COUNT).map(|ids| d.config.target_unique_ids = ids)),
    ("operate-on-gie-id", |d, v| {
        v.integer::<i64>(-1..=i64::from(i32::MAX)).map(|n| d.config.operate_on_gie_id = u32::try_from(n).ok())
    }),
    ("maintain-aspect-ratio", |d, v| v.boolean().map(|b| d.config.input.maintain_aspect_ratio = b)),
    ("symmetric-padding", |d, v| v.boolean().map(|b| d.config.input.symmetric_padding = b)),
    ("processing-width", |d, v| v.integer(SIDE).map(|n| d.config.processing.width = n)),
    ("processing-height", |d, v| v.integer(SIDE).map(|n| d.config.processing.height = n)),
    ("scaling-buf-pool-size", |d, v| v.integer(COUNT).map(|n| d.config.scaling_pool_size = n)),
    ("tensor-buf-pool-size", |d, v| v.integer(COUNT).map(|n| d.config.tensor_pool_size = n)),
    ("network-input-order", |d, v| v.choice(&[0, 1, 2], order).map(|order| d.config.order = order)),
    ("network-input-shape", |d, v| {
        let shape: Vec<u32> = v.integers(SIDE)?;
        let fits = (1..=8).contains(&shape.len()) && elements(&shape).is_some();
        d.config.shape = shape;
        if fits { Ok(()) } else { Err(v.wants(format!("one to eight sides of at most {MOST} values in all"))) }
    }),
    ("network-color-format", |d, v| v.choice(&[0, 1, 2], ColorFormat::from_number).map(|c| d.config.input.color = c)),
    ("tensor-data-type", |d, v| {
        v.choice(&[0, 1, 2, 3, 4, 5, 6, 7], TensorType::from_number).map(|kind| d.config.kind = kind)
    }),
    ("tensor-name", |d, v| {
        d.config.tensor_name = v.text();
        Ok(())
    }),
    ("scaling-filter", |d, v| {
        v.choice(ScalingFilter::NUMBERS, ScalingFilter::from_number).map(|filter| d.config.input.filter = filter)
    }),
    // Where and by what NVIDIA's element scales; here it is host memory and the processor.
    ("scaling-pool-memory-type", |_, v| v.integer::<u32>(0..=4).map(drop)),
    ("scaling-pool-compute-hw", |_, v| v.integer::<u32>(0..=2).map(drop)),
    ("custom-lib-path", |d, v| {
        d.library = v.some_path();
        Ok(())
    }),
    ("custom-tensor-preparation-function", |d, v| {
        d.function = v.some_text();
        Ok(())
    }),
];

/// Keys without which nothing can be prepared, with what they are.
const NEEDED: &[(&str, &str)] = &[
    ("network-input-shape", "the shape of the network's input, as 8;3;544;960"),
    ("tensor-name", "the name of the network's input"),
    ("target-unique-ids", "the gie-unique-id of the networks the tensors are for"),
];

/// More values than this are no tensor for a network.
const MOST: u64 = 1 << 30;

fn elements(shape: &[u32]) -> Option<u64> {
    shape.iter().try_fold(1u64, |all, side| all.checked_mul(u64::from(*side))).filter(|all| *all <= MOST)
}

fn order(number: i64) -> Option<Option<TensorOrder>> {
    match number {
        0 => Some(Some(TensorOrder::Nchw)),
        1 => Some(Some(TensorOrder::Nhwc)),
        2 => Some(None),
        _ => None,
    }
}

/// Reads `[property]`.
pub(super) fn read(
    document: &Document,
    section: &Section,
    draft: &mut Draft,
    warnings: &mut Warnings,
) -> Result<(), ConfigError> {
    for value in document.values(section) {
        match KEYS.iter().find(|(name, _)| *name == value.key()) {
            Some((_, set)) => set(draft, value)?,
            None => warnings.add(&document.path, value.line(), || {
                let known = closest(value.key(), KEYS.iter().map(|(name, _)| *name));
                let hint = known.map(|name| format!("; is {name} meant?")).unwrap_or_default();
                format!("[property] has no key {}; it has no effect{hint}", value.key())
            }),
        }
    }
    match NEEDED.iter().find(|(key, _)| !section.has(key)) {
        Some((key, why)) => Err(ConfigError::MissingKey { path: document.path.clone(), section: "property", key, why }),
        None => Ok(()),
    }
}

/// Reads `[user-configs]`: the keys of DeepStream's default library, and all as text.
pub(super) fn read_user(document: &Document, section: &Section, draft: &mut Draft) -> Result<(), ConfigError> {
    for value in document.values(section) {
        let input = &mut draft.config.input;
        match value.key() {
            "pixel-normalization-factor" => input.scale_factor = value.number(f32::MIN..=f32::MAX)?,
            "offsets" => input.offsets = value.numbers()?,
            "mean-file" => input.mean_file = value.some_path(),
            _ => {}
        }
        draft.config.user_configs.insert(value.key().to_owned(), value.text());
    }
    Ok(())
}
