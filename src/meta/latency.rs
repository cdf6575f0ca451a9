//! Latency measurement: how long a frame has been on its way, in DeepStream's own records.
//!
//! While the environment asks for it, each component leaves an `NvDsMetaCompLatency` on the batch: when a frame came in
//! and when it went out, in milliseconds since 1970. A frame's latency counts from its decoder, or from the mux where the
//! decoder left no record.

use super::batch::Batch;
use super::ffi::batch::NvDsUserMeta;
use super::ffi::latency::{NvDsFrameLatencyInfo, NvDsMetaCompLatency};
use super::ffi::values::NVDS_LATENCY_MEASUREMENT_META;
use super::user::{RawUserMeta, UserMeta};
use super::view::{inline_text, set_inline_text};
use gst::glib::ffi::{g_free, g_malloc0};
use std::ffi::c_void;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What the environment asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags {
    /// `NVDS_ENABLE_LATENCY_MEASUREMENT`: of whole frames.
    pub frames: bool,
    /// `NVDS_ENABLE_COMPONENT_LATENCY_MEASUREMENT`: of each component too.
    pub components: bool,
    /// `NVDS_LATENCY_MEASUREMENT_SILENT`: measure, print nothing.
    pub silent: bool,
}

/// Reads the environment the first time: at the first metadata on a buffer, as in DeepStream.
pub fn flags() -> Flags {
    static FLAGS: OnceLock<Flags> = OnceLock::new();
    let asked = WANTED.load(Ordering::Relaxed);
    let on = |name: &str| std::env::var_os(name).is_some_and(|value| value != "0");
    let flags = *FLAGS.get_or_init(|| Flags {
        frames: on("NVDS_ENABLE_LATENCY_MEASUREMENT"),
        components: on("NVDS_ENABLE_COMPONENT_LATENCY_MEASUREMENT"),
        silent: on("NVDS_LATENCY_MEASUREMENT_SILENT"),
    });
    Flags { silent: flags.silent || asked, ..flags }
}

/// Somebody in this process shows latencies, whatever the environment says.
static WANTED: AtomicBool = AtomicBool::new(false);

/// Measures from now on, as `NVDS_LATENCY_MEASUREMENT_SILENT` would.
pub fn measure() {
    WANTED.store(true, Ordering::Relaxed);
}

impl Flags {
    /// Whether components leave records at all.
    pub fn any(self) -> bool {
        self.frames || self.components || self.silent
    }
}

/// Now, in milliseconds since 1970.
pub fn now_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1e3)
}

/// A component's record. Times in milliseconds since 1970; 0 for "not yet".
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Record<'a> {
    /// Name of the element; the mux's starts with "nvstreammux-", a decoder's with "nvv4l2decoder".
    pub component: &'a str,
    /// When the frame came in.
    pub came_in: f64,
    /// When it went out.
    pub went_out: f64,
    /// The frame's source.
    pub source_id: u32,
    /// The frame's number.
    pub frame_num: u32,
    /// The mux's pad.
    pub pad_index: u32,
}

/// How long a frame has been on its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrameLatency {
    /// The frame's source.
    pub source_id: u32,
    /// The frame's number.
    pub frame_num: u32,
    /// When it came into the pipeline, in milliseconds since 1970.
    pub came_in: f64,
    /// Milliseconds since then.
    pub latency: f64,
}

impl Batch {
    /// Leaves a component's record on the batch.
    pub fn add_latency(&mut self, record: Record<'_>) {
        // SAFETY: the record is a heap block of the ABI's struct, which its callbacks copy and free.
        unsafe {
            let data = new_record();
            set_inline_text(&mut (*data).component_name, record.component);
            (*data).in_system_timestamp = record.came_in;
            (*data).out_system_timestamp = record.went_out;
            (*data).source_id = record.source_id;
            (*data).frame_num = record.frame_num;
            (*data).pad_index = record.pad_index;
            self.add_raw_user(raw(data));
        }
    }

    /// The records of components, in the order they were left.
    pub fn latencies(&self) -> impl Iterator<Item = Record<'_>> {
        self.user_metas().filter(|meta| meta.meta_type() == NVDS_LATENCY_MEASUREMENT_META).filter_map(|meta| {
            // SAFETY: user metadata of this type holds the struct.
            unsafe { (*meta.raw()).user_meta_data.cast::<NvDsMetaCompLatency>().as_ref() }.map(|data| Record {
                component: inline_text(&data.component_name),
                came_in: data.in_system_timestamp,
                went_out: data.out_system_timestamp,
                source_id: data.source_id,
                frame_num: data.frame_num,
                pad_index: data.pad_index,
            })
        })
    }

    /// Leaves the record of a component that a batch came to now, if latencies are measured at all.
    pub fn begin_latency(&mut self, component: &str) {
        if flags().any() {
            self.add_latency(Record { component, came_in: now_ms(), ..Record::default() });
        }
    }

    /// Marks the newest record of `component` as gone out now; `false` if there is none.
    pub fn end_latency(&mut self, component: &str) -> bool {
        let mine = self.user_metas().filter(|meta| meta.meta_type() == NVDS_LATENCY_MEASUREMENT_META);
        // SAFETY: user metadata of this type holds the struct; `&mut self`.
        let records =
            mine.filter_map(|meta| unsafe { (*meta.raw()).user_meta_data.cast::<NvDsMetaCompLatency>().as_mut() });
        let Some(record) = records.filter(|record| inline_text(&record.component_name) == component).last() else {
            return false;
        };
        record.out_system_timestamp = now_ms();
        true
    }

    /// The latency of each frame that a mux left a record of, up to now.
    pub fn frame_latencies(&self) -> impl Iterator<Item = FrameLatency> {
        let now = now_ms();
        let mut before: Option<Record<'_>> = None;
        self.latencies().filter_map(move |record| {
            let decoder = before.replace(record).filter(|before| {
                before.component.starts_with("nvv4l2decoder") || before.component.starts_with("audiodecoder")
            });
            record.component.starts_with("nvstreammux-").then(|| {
                let came_in = decoder.map_or(record.came_in, |decoder| decoder.came_in);
                let Record { source_id, frame_num, .. } = record;
                FrameLatency { source_id, frame_num, came_in, latency: now - came_in }
            })
        })
    }
}

/// Whether user metadata is a component's record of a frame of the mux's pad `pad`. Decoders and muxes leave one for each
/// source, other components one for the whole batch.
pub fn is_record_of(meta: &UserMeta, pad: u32) -> bool {
    // SAFETY: user metadata of this type holds the struct.
    let record = (meta.meta_type() == NVDS_LATENCY_MEASUREMENT_META)
        .then(|| unsafe { (*meta.raw()).user_meta_data.cast::<NvDsMetaCompLatency>().as_ref() })
        .flatten();
    record.is_some_and(|record| {
        let name = inline_text(&record.component_name);
        let per_source = name.starts_with("nvv4l2decoder") || name.starts_with("nvstreammux-");
        !per_source || record.pad_index == pad
    })
}

impl From<FrameLatency> for NvDsFrameLatencyInfo {
    fn from(frame: FrameLatency) -> Self {
        let FrameLatency { source_id, frame_num, came_in, latency } = frame;
        Self { source_id, frame_num, comp_in_timestamp: came_in, latency }
    }
}

/// A zeroed record on GLib's heap.
pub(crate) fn new_record() -> *mut NvDsMetaCompLatency {
    // SAFETY: g_malloc0 aborts rather than return NULL.
    unsafe { g_malloc0(size_of::<NvDsMetaCompLatency>()).cast() }
}

/// User metadata around a record.
pub(crate) fn raw(data: *mut NvDsMetaCompLatency) -> RawUserMeta {
    RawUserMeta {
        meta_type: NVDS_LATENCY_MEASUREMENT_META,
        data: data.cast(),
        copy: Some(nvds_copy_latency_meta),
        release: Some(nvds_release_latency_meta),
        context: ptr::null_mut(),
    }
}

/// Copy function of latency metadata: gets the user meta, answers its data's copy.
///
/// # Safety
/// `data` is NULL or a live user meta that holds a record.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_copy_latency_meta(data: *mut c_void, _user_data: *mut c_void) -> *mut c_void {
    // SAFETY: the caller passes a user meta that holds a record.
    unsafe {
        match data.cast::<NvDsUserMeta>().as_ref() {
            Some(meta) if !meta.user_meta_data.is_null() => {
                let copy = new_record();
                ptr::copy_nonoverlapping(meta.user_meta_data.cast(), copy, 1);
                copy.cast()
            }
            _ => ptr::null_mut(),
        }
    }
}

/// Release function of latency metadata.
///
/// # Safety
/// `data` is NULL or a live user meta that holds a record.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_release_latency_meta(data: *mut c_void, _user_data: *mut c_void) {
    // SAFETY: the caller passes a user meta that holds a record.
    unsafe {
        if let Some(meta) = data.cast::<NvDsUserMeta>().as_mut() {
            g_free(std::mem::replace(&mut meta.user_meta_data, ptr::null_mut()));
        }
    }
}
