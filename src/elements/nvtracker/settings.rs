//! Properties of `nvtracker` with DeepStream's names, types, defaults and ranges.

use std::path::PathBuf;

use gst::glib;
use gst::prelude::*;

use crate::elements::enums::ComputeHw;

/// Bit of `tracking-id-reset-mode`: a stream that starts anew gets new ids.
const NEW_ID_AFTER_RESET: u32 = 1;
/// Bit of `tracking-id-reset-mode`: ids of a stream begin at 0 again after its end.
const FROM_ZERO_AFTER_EOS: u32 = 2;

/// What the properties say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Width the tracker works at; 0: the frames' own.
    pub tracker_width: u32,
    /// Height the tracker works at; 0: the frames' own.
    pub tracker_height: u32,
    /// GPU to use.
    pub gpu_id: u32,
    /// Library of NVIDIA's; not loaded.
    pub ll_lib_file: Option<String>,
    /// Configurations, separated by `;`, one a sub-batch.
    pub ll_config_file: Option<String>,
    /// Surfaces to look at; 0: all.
    pub tracking_surface_type: u32,
    /// Where scaling happens.
    pub compute_hw: ComputeHw,
    /// Whether ids are written into the objects' texts.
    pub display_tracking_id: bool,
    /// When ids begin anew.
    pub tracking_id_reset_mode: u32,
    /// Whether tensors of nvdspreprocess are used.
    pub input_tensor_meta: bool,
    /// Which tensors.
    pub tensor_meta_gie_id: u32,
    /// Buffers for user metadata.
    pub user_meta_pool_size: u32,
    /// How sources are shared out.
    pub sub_batches: Option<String>,
    /// Trials after an error of the library.
    pub sub_batch_err_recovery_trial_cnt: i32,
    /// Classes to track, separated by `;`; all if empty.
    pub operate_on_class_ids: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tracker_width: 960,
            tracker_height: 544,
            gpu_id: 0,
            ll_lib_file: None,
            ll_config_file: None,
            tracking_surface_type: 0,
            compute_hw: ComputeHw::default(),
            display_tracking_id: true,
            tracking_id_reset_mode: 0,
            input_tensor_meta: false,
            tensor_meta_gie_id: 0,
            user_meta_pool_size: 32,
            sub_batches: None,
            sub_batch_err_recovery_trial_cnt: 0,
            operate_on_class_ids: None,
        }
    }
}

impl Settings {
    /// The properties, their defaults taken from [`Settings::default`].
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        let uint = |name: &'static str, nick: &'static str, blurb: &'static str, range: (u32, u32), default: u32| {
            let spec = glib::ParamSpecUInt::builder(name).nick(nick).blurb(blurb);
            spec.minimum(range.0).maximum(range.1).default_value(default).mutable_ready().build()
        };
        let text = |name: &'static str, nick: &'static str, blurb: &'static str| {
            glib::ParamSpecString::builder(name).nick(nick).blurb(blurb).mutable_ready().build()
        };
        let boolean = |name: &'static str, nick: &'static str, blurb: &'static str, default: bool| {
            glib::ParamSpecBoolean::builder(name).nick(nick).blurb(blurb).default_value(default).build()
        };
        const ANY: (u32, u32) = (0, u32::MAX);
        vec![
            uint(
                "tracker-width",
                "Tracker width",
                "Width the tracker works at; 0: that of the frames",
                ANY,
                d.tracker_width,
            ),
            uint(
                "tracker-height",
                "Tracker height",
                "Height the tracker works at; 0: that of the frames",
                ANY,
                d.tracker_height,
            ),
            uint("gpu-id", "GPU", "GPU to use; host surfaces need none", ANY, d.gpu_id),
            text("ll-lib-file", "Low-level library", "NVIDIA's low-level library; accepted and not loaded"),
            text(
                "ll-config-file",
                "Low-level configuration",
                "YAML of the tracker; several, separated by ';', one a sub-batch",
            ),
            uint(
                "tracking-surface-type",
                "Surface type",
                "Type of the surfaces to track on; 0: all",
                ANY,
                d.tracking_surface_type,
            ),
            glib::ParamSpecEnum::builder_with_default("compute-hw", d.compute_hw)
                .nick("Compute hardware")
                .blurb("What scales; host surfaces are scaled by the CPU")
                .build(),
            boolean(
                "display-tracking-id",
                "Display id",
                "Whether ids are written into texts of objects",
                d.display_tracking_id,
            ),
            uint(
                "tracking-id-reset-mode",
                "Id reset mode",
                "0: never, 1: new ids after a reset of the stream, 2: from 0 after its end, 3: both",
                (0, NEW_ID_AFTER_RESET | FROM_ZERO_AFTER_EOS),
                d.tracking_id_reset_mode,
            ),
            boolean(
                "input-tensor-meta",
                "Input tensors",
                "Whether to take tensors of nvdspreprocess; pixels are read from frames here",
                d.input_tensor_meta,
            ),
            uint("tensor-meta-gie-id", "Tensor id", "Whose tensors, with input-tensor-meta", ANY, d.tensor_meta_gie_id),
            uint(
                "user-meta-pool-size",
                "User meta pool",
                "Buffers for user metadata; made as needed here",
                (1, u32::MAX),
                d.user_meta_pool_size,
            ),
            text("sub-batches", "Sub-batches", "Sources of each sub-batch ('0,1;2,3') or their number ('2:2')"),
            glib::ParamSpecInt::builder("sub-batch-err-recovery-trial-cnt")
                .nick("Recovery trials")
                .blurb("Trials to start a failed library again; there is none here that could fail")
                .minimum(-1)
                .default_value(d.sub_batch_err_recovery_trial_cnt)
                .build(),
            text("operate-on-class-ids", "Classes", "Classes to track, separated by ';' (default: all)"),
        ]
    }

    /// Takes the new value of the property called `name`; the types are those of [`Settings::specs`].
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), WrongType> {
        match name {
            "tracker-width" => self.tracker_width = value.get()?,
            "tracker-height" => self.tracker_height = value.get()?,
            "gpu-id" => self.gpu_id = value.get()?,
            "ll-lib-file" => self.ll_lib_file = value.get()?,
            "ll-config-file" => self.ll_config_file = value.get()?,
            "tracking-surface-type" => self.tracking_surface_type = value.get()?,
            "compute-hw" => self.compute_hw = value.get()?,
            "display-tracking-id" => self.display_tracking_id = value.get()?,
            "tracking-id-reset-mode" => self.tracking_id_reset_mode = value.get()?,
            "input-tensor-meta" => self.input_tensor_meta = value.get()?,
            "tensor-meta-gie-id" => self.tensor_meta_gie_id = value.get()?,
            "user-meta-pool-size" => self.user_meta_pool_size = value.get()?,
            "sub-batches" => self.sub_batches = value.get()?,
            "sub-batch-err-recovery-trial-cnt" => self.sub_batch_err_recovery_trial_cnt = value.get()?,
            _ => self.operate_on_class_ids = value.get()?,
        }
        Ok(())
    }

    /// The value of the property called `name`.
    pub fn get(&self, name: &str) -> glib::Value {
        match name {
            "tracker-width" => self.tracker_width.to_value(),
            "tracker-height" => self.tracker_height.to_value(),
            "gpu-id" => self.gpu_id.to_value(),
            "ll-lib-file" => self.ll_lib_file.to_value(),
            "ll-config-file" => self.ll_config_file.to_value(),
            "tracking-surface-type" => self.tracking_surface_type.to_value(),
            "compute-hw" => self.compute_hw.to_value(),
            "display-tracking-id" => self.display_tracking_id.to_value(),
            "tracking-id-reset-mode" => self.tracking_id_reset_mode.to_value(),
            "input-tensor-meta" => self.input_tensor_meta.to_value(),
            "tensor-meta-gie-id" => self.tensor_meta_gie_id.to_value(),
            "user-meta-pool-size" => self.user_meta_pool_size.to_value(),
            "sub-batches" => self.sub_batches.to_value(),
            "sub-batch-err-recovery-trial-cnt" => self.sub_batch_err_recovery_trial_cnt.to_value(),
            _ => self.operate_on_class_ids.to_value(),
        }
    }

    /// The configuration files, in the order of the sub-batches.
    pub fn config_files(&self) -> Vec<PathBuf> {
        let files = self.ll_config_file.as_deref().unwrap_or_default();
        files.split(';').map(str::trim).filter(|file| !file.is_empty()).map(PathBuf::from).collect()
    }

    /// Whether objects of this class are tracked.
    pub fn operates_on(&self, class_id: i32) -> bool {
        let ids = self.operate_on_class_ids.as_deref().unwrap_or_default();
        ids.trim().is_empty() || ids.split(';').any(|id| id.trim().parse() == Ok(class_id))
    }

    /// Whether ids begin at 0 again when their stream ends.
    pub fn resets_after_eos(&self) -> bool {
        self.tracking_id_reset_mode & FROM_ZERO_AFTER_EOS != 0
    }

    /// Whether a stream that starts anew loses its targets.
    pub fn resets_after_reset(&self) -> bool {
        self.tracking_id_reset_mode & NEW_ID_AFTER_RESET != 0
    }
}

/// A value of another type than the property's.
pub type WrongType = glib::value::ValueTypeMismatchOrNoneError<glib::value::ValueTypeMismatchError>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_ids_and_files_are_lists() {
        let settings = Settings {
            operate_on_class_ids: Some("0; 2".into()),
            ll_config_file: Some("a.yml; b.yml;".into()),
            ..Settings::default()
        };
        assert!(settings.operates_on(2) && !settings.operates_on(1) && Settings::default().operates_on(7));
        assert_eq!(settings.config_files(), [PathBuf::from("a.yml"), PathBuf::from("b.yml")]);
        assert!(Settings { tracking_id_reset_mode: 3, ..settings }.resets_after_eos());
    }
}
