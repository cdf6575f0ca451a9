//! Whose elements run, and on what: NVIDIA's where their SDK is installed, ours everywhere.

use std::{fmt, path::Path, str::FromStr};

use gst::prelude::*;

use super::PipelineError;

/// The value of `--backend`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BackendChoice {
    /// NVIDIA's plugins if they are installed, else ours.
    #[default]
    Auto,
    /// Ours.
    Native,
    /// NVIDIA's.
    DeepStream,
}

/// The value of `--device`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// A GPU if it can be used, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The GPU of this number.
    Cuda(u32),
}

/// What a run computes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// The CPU.
    Cpu,
    /// The GPU of this number.
    Cuda(u32),
}

/// What was chosen for a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backend {
    /// NVIDIA's elements, not ours.
    pub deepstream: bool,
    /// On what.
    pub device: Device,
    /// Why it is less than the machine might give, when nobody asked for less.
    pub warning: Option<String>,
}

/// What a machine has, as far as the choice depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// NVIDIA's DeepStream plugins are in GStreamer's registry.
    pub deepstream: bool,
    /// There is an NVIDIA GPU and its driver.
    pub gpu: bool,
}

impl Machine {
    /// Looks at this machine. GStreamer must have been started.
    pub fn detect() -> Self {
        let nvidia_own = |factory: &str| {
            gst::ElementFactory::find(factory)
                .and_then(|factory| factory.plugin())
                .is_some_and(|plugin| plugin.plugin_name().starts_with("nvdsgst"))
        };
        let devices = ["/dev/nvidiactl", "/dev/nvhost-gpu", "/dev/nvgpu"];
        Self { deepstream: nvidia_own("nvinfer"), gpu: devices.iter().any(|device| Path::new(device).exists()) }
    }
}

impl Backend {
    /// The choice for `machine`; an error when what was asked for is not there.
    pub fn choose(backend: BackendChoice, device: DeviceChoice, machine: Machine) -> Result<Self, PipelineError> {
        let missing = |flag: String, reason: &str| PipelineError::Unavailable { flag, reason: reason.into() };
        let deepstream = match backend {
            BackendChoice::Auto => machine.deepstream && machine.gpu && device != DeviceChoice::Cpu,
            BackendChoice::Native => false,
            BackendChoice::DeepStream if !machine.deepstream => {
                let reason = "NVIDIA's DeepStream plugins are not installed; leave the flag out to use ours";
                return Err(missing("--backend deepstream".into(), reason));
            }
            BackendChoice::DeepStream => true,
        };
        let device = match device {
            DeviceChoice::Cuda(number) if !machine.gpu => {
                let reason = "no NVIDIA GPU and driver on this machine; leave the flag out to run on the CPU";
                return Err(missing(format!("--device cuda:{number}"), reason));
            }
            DeviceChoice::Cuda(number) if !deepstream => {
                let reason =
                    "the native backend computes on the CPU only; leave the flag out, or use --backend deepstream";
                return Err(missing(format!("--device cuda:{number}"), reason));
            }
            DeviceChoice::Cpu if deepstream => {
                return Err(missing("--device cpu".into(), "NVIDIA's plugins need a GPU; use --backend native"));
            }
            DeviceChoice::Auto if deepstream => Device::Cuda(0),
            DeviceChoice::Cuda(number) => Device::Cuda(number),
            DeviceChoice::Auto | DeviceChoice::Cpu => Device::Cpu,
        };
        let unasked = backend == BackendChoice::Auto && machine.gpu && device == Device::Cpu;
        let warning = match (unasked, machine.deepstream) {
            (true, false) => Some("the GPU is not used: NVIDIA's DeepStream plugins are not installed".to_owned()),
            _ => None,
        };
        Ok(Self { deepstream, device, warning })
    }

    /// `native` or `deepstream`.
    pub fn name(&self) -> &'static str {
        if self.deepstream { "deepstream" } else { "native" }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(number) => write!(f, "cuda:{number}"),
        }
    }
}

impl FromStr for BackendChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "native" => Ok(Self::Native),
            "deepstream" => Ok(Self::DeepStream),
            _ => Err("expected auto, native or deepstream".into()),
        }
    }
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(0)),
            other => other
                .strip_prefix("cuda:")
                .and_then(|number| number.parse().ok())
                .map(Self::Cuda)
                .ok_or_else(|| "expected auto, cpu or cuda:N".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE: Machine = Machine { deepstream: false, gpu: false };
    const GPU: Machine = Machine { deepstream: false, gpu: true };
    const SDK: Machine = Machine { deepstream: true, gpu: true };

    #[test]
    fn auto_takes_nvidias_plugins_where_they_can_run() {
        let auto = |machine| Backend::choose(BackendChoice::Auto, DeviceChoice::Auto, machine).unwrap();
        assert_eq!(auto(BARE), Backend { deepstream: false, device: Device::Cpu, warning: None });
        assert_eq!(auto(SDK), Backend { deepstream: true, device: Device::Cuda(0), warning: None });
        let without_gpu = Machine { gpu: false, ..SDK };
        assert!(!auto(without_gpu).deepstream);
        let cpu = Backend::choose(BackendChoice::Auto, DeviceChoice::Cpu, SDK).unwrap();
        assert_eq!((cpu.name(), cpu.device, cpu.warning), ("native", Device::Cpu, None));
    }

    #[test]
    fn a_gpu_left_idle_is_a_warning_with_the_reason() {
        let choice = Backend::choose(BackendChoice::Auto, DeviceChoice::Auto, GPU).unwrap();
        assert_eq!(choice.device, Device::Cpu);
        assert!(choice.warning.unwrap().contains("DeepStream plugins are not installed"));
        assert_eq!(Backend::choose(BackendChoice::Native, DeviceChoice::Auto, GPU).unwrap().warning, None);
    }

    #[test]
    fn what_was_asked_for_is_never_replaced() {
        let say = |backend, device, machine| Backend::choose(backend, device, machine).unwrap_err().to_string();
        let error = say(BackendChoice::Auto, DeviceChoice::Cuda(0), BARE);
        assert!(error.starts_with("--device cuda:0: no NVIDIA GPU"), "{error}");
        let error = say(BackendChoice::Native, DeviceChoice::Cuda(1), SDK);
        assert!(error.starts_with("--device cuda:1: the native backend"), "{error}");
        let error = say(BackendChoice::DeepStream, DeviceChoice::Auto, GPU);
        assert!(error.starts_with("--backend deepstream: NVIDIA's DeepStream plugins are not installed"), "{error}");
    }

    #[test]
    fn devices_are_spelled_as_pytorch_spells_them() {
        assert_eq!("cuda:2".parse(), Ok(DeviceChoice::Cuda(2)));
        assert_eq!("cuda".parse(), Ok(DeviceChoice::Cuda(0)));
        assert!("gpu".parse::<DeviceChoice>().is_err() && "cuda:x".parse::<DeviceChoice>().is_err());
    }
}
