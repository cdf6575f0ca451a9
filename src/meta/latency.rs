//! Latency measurement: flags of the environment.

use std::sync::OnceLock;

/// What the environment asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Flags {
    /// `NVDS_ENABLE_LATENCY_MEASUREMENT`: of whole frames.
    pub frames: bool,
    /// `NVDS_ENABLE_COMPONENT_LATENCY_MEASUREMENT`: of each component.
    pub components: bool,
    /// `NVDS_LATENCY_MEASUREMENT_SILENT`: without printing.
    pub silent: bool,
}

static FLAGS: OnceLock<Flags> = OnceLock::new();

/// Reads the environment, the first time.
pub(crate) fn flags() -> Flags {
    let on = |name: &str| std::env::var_os(name).is_some_and(|value| value != "0" && !value.is_empty());
    *FLAGS.get_or_init(|| Flags {
        frames: on("NVDS_ENABLE_LATENCY_MEASUREMENT"),
        components: on("NVDS_ENABLE_COMPONENT_LATENCY_MEASUREMENT"),
        silent: on("NVDS_LATENCY_MEASUREMENT_SILENT"),
    })
}
