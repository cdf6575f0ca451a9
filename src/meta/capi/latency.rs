//! Latency measurement for C.

use crate::meta::Batch;
use crate::meta::ffi::batch::NvDsUserMeta;
use crate::meta::ffi::latency::NvDsFrameLatencyInfo;
use crate::meta::gst_meta::batch_meta;
use crate::meta::guard::guard;
use crate::meta::latency::{self, Record, flags, now_ms};
use crate::meta::raw::owner::Owner;
use crate::meta::view::View;
use gst::ffi::GstBuffer;
use gst::glib::ffi::{GFALSE, g_list_last, gboolean};
use std::ffi::{CStr, c_char, c_void};
use std::io::Write;
use std::ptr;

/// Whether `NVDS_ENABLE_LATENCY_MEASUREMENT` is set.
#[unsafe(no_mangle)]
pub extern "C" fn nvds_get_enable_latency_measurement() -> gboolean {
    guard("reading the environment", GFALSE, || i32::from(flags().frames))
}

/// Whether `NVDS_ENABLE_COMPONENT_LATENCY_MEASUREMENT` is set.
#[unsafe(no_mangle)]
pub extern "C" fn nvds_get_enable_per_component_latency_measurement() -> gboolean {
    guard("reading the environment", GFALSE, || i32::from(flags().components))
}

/// Whether `NVDS_LATENCY_MEASUREMENT_SILENT` is set.
#[unsafe(no_mangle)]
pub extern "C" fn nvds_get_latency_measurement_silent() -> gboolean {
    guard("reading the environment", GFALSE, || i32::from(flags().silent))
}

/// Now, in milliseconds since 1970.
#[unsafe(no_mangle)]
pub extern "C" fn nvds_get_current_system_timestamp() -> f64 {
    guard("reading the clock", 0.0, now_ms)
}

/// A zeroed `NvDsMetaCompLatency` for user metadata of type 11.
#[unsafe(no_mangle)]
pub extern "C" fn nvds_set_latency_metadata_ptr() -> *mut c_void {
    latency::new_record().cast()
}

/// The batch of a buffer to edit, if latency is measured.
unsafe fn measured<'a>(buffer: *mut GstBuffer, name: *const c_char) -> Option<(&'a mut Batch, &'a CStr)> {
    if buffer.is_null() || name.is_null() || !flags().any() {
        return None;
    }
    // SAFETY: buffer and name are live; edits happen under the batch's lock.
    unsafe {
        let meta = batch_meta(buffer);
        let known = !meta.is_null() && Owner::is_known((*meta).meta_data.cast());
        known.then(|| (Batch::from_raw_mut((*meta).meta_data.cast()), CStr::from_ptr(name)))
    }
}

/// A buffer came into a component: leaves a record. NULL if latency is not measured or the buffer has no batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_set_input_system_timestamp(
    buffer: *mut GstBuffer,
    element_name: *mut c_char,
) -> *mut NvDsUserMeta {
    guard("recording latency", ptr::null_mut(), || {
        // SAFETY: see the module's rule.
        unsafe {
            let Some((batch, name)) = measured(buffer, element_name) else { return ptr::null_mut() };
            let name = name.to_string_lossy();
            batch.locked(|batch| {
                batch.add_latency(Record { component: &name, came_in: now_ms(), ..Default::default() });
                let last = g_list_last((*batch.raw()).batch_user_meta_list);
                (*last).data.cast()
            })
        }
    })
}

/// A buffer goes out of a component: completes its record.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_set_output_system_timestamp(
    buffer: *mut GstBuffer,
    element_name: *mut c_char,
) -> gboolean {
    guard("recording latency", GFALSE, || {
        // SAFETY: see the module's rule.
        let Some((batch, name)) = (unsafe { measured(buffer, element_name) }) else { return GFALSE };
        i32::from(batch.locked(|batch| batch.end_latency(&name.to_string_lossy())))
    })
}

/// The latency of each frame of a buffer's batch. `latency_info` has room for `max_frames_in_batch` of them; answers how
/// many were filled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_measure_buffer_latency(
    buf: *mut GstBuffer,
    latency_info: *mut NvDsFrameLatencyInfo,
) -> u32 {
    if buf.is_null() || latency_info.is_null() {
        return 0;
    }
    guard("measuring latency", 0, || {
        // SAFETY: the buffer is live, the array as long as the batch is large.
        unsafe {
            let meta = batch_meta(buf);
            if meta.is_null() {
                return 0;
            }
            let batch = Batch::from_raw((*meta).meta_data.cast());
            let _lock = batch.lock();
            if flags().components && !flags().silent {
                print(batch);
            }
            let mut count = 0;
            for frame in batch.frame_latencies().take(batch.max_frames() as usize) {
                *latency_info.add(count) = frame.into();
                count += 1;
            }
            count as u32
        }
    })
}

/// Prints each component's record, as the environment asked for.
fn print(batch: &Batch) {
    let mut out = std::io::stdout().lock();
    for Record { component, came_in, went_out, source_id, frame_num, pad_index } in batch.latencies() {
        // A closed stdout is no reason to stop.
        let _ = writeln!(
            out,
            "Comp name = {component} source_id = {source_id} pad_index = {pad_index} frame_num = {frame_num} \
             in_system_timestamp = {came_in:.6} out_system_timestamp = {went_out:.6} component_latency = {:.6}",
            went_out - came_in
        );
    }
}
