//! A library of the user's own (`custom-lib-path`) that makes the tensors, by DeepStream's C++ interface on host memory.
//!
//! `include/nvdspreprocess_interface.h` is what such a library is compiled against. The regions are scaled here, as
//! DeepStream's scaling pool does, and the library turns them into a tensor of the pool it is given. `shim.cpp` speaks C++.

mod error;
mod scaled;
mod shim;
mod tensors;

use std::ffi::{CString, c_char, c_int, c_ulong, c_void};
use std::path::Path;
use std::sync::Arc;

pub use error::LibraryError;
use scaled::{Scaled, Scaler};
use shim::{Call, Memory, Opening, Unit, outcome, slice};
use tensors::{Taken, Tensors};

use super::select::Chosen;
use crate::base::elements::{Elements, TensorType};
use crate::config::nvinfer::{ColorFormat, TensorOrder};
use crate::config::preprocess::{CustomLibrary, PreprocessConfig};
use crate::meta::Batch;
use crate::meta::ffi::roi::NvDsRoiMeta;
use crate::meta::preprocess::{PreparedTensor, Roi};
use crate::surface::Surfaces;

/// `NVDSPREPROCESS_SUCCESS` and `NVDSPREPROCESS_TENSOR_NOT_READY`.
const SUCCESS: c_int = 0;
const NOT_READY: c_int = 10;

/// A buffer whose regions are prepared.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The buffer itself, which the library may look at.
    pub buffer: *mut gst::ffi::GstBuffer,
    /// Its metadata.
    pub batch: &'a Batch,
    /// Its pixels.
    pub surfaces: &'a Surfaces<'a>,
}

/// A library in use.
pub struct Library {
    raw: *mut shim::Library,
    /// The name of its preparation.
    function: String,
    scaler: Scaler,
    /// Buffers so far.
    calls: u64,
    /// On the heap, where the library knows it; dropped after the library is closed.
    tensors: Box<Tensors>,
}

// SAFETY: the library is called by one thread at a time, as `prepare` takes `&mut self`; DeepStream too starts and stops it
// in other threads than it has it work in. The pool locks.
unsafe impl Send for Library {}

impl Drop for Library {
    fn drop(&mut self) {
        // SAFETY: `open` gave it, and this is the only one that has it.
        unsafe { shim::close(self.raw) }
    }
}

unsafe extern "C" fn acquire(pool: *const c_void) -> *mut c_void {
    // SAFETY: `pool` is the one of `open`, alive as long as the library is open.
    unsafe { (*pool.cast::<Tensors>()).acquire() }
}

unsafe extern "C" fn release(pool: *const c_void, address: *mut c_void) -> c_int {
    // SAFETY: as above.
    unsafe { (*pool.cast::<Tensors>()).release(address).into() }
}

impl Library {
    /// Loads a library and starts it.
    ///
    /// # Errors
    /// When it cannot be loaded, lacks a function, or refuses to start.
    pub fn open(config: &PreprocessConfig, library: &CustomLibrary) -> Result<Self, LibraryError> {
        // A name without a slash would be looked for in the system's folders.
        let path = std::path::absolute(&library.path).map_err(|error| LibraryError::Load(error.to_string()))?;
        let tensors = Box::new(Tensors::new(config.kind, config.len(), config.tensor_pool_size as usize));
        let raw = start(config, &path, &library.function, &tensors)?;
        let scaler = Scaler::new(config);
        let mut open = Self { raw, function: library.function.clone(), scaler, calls: 0, tensors };
        for group in &config.groups {
            let Some(name) = &group.transformation else { continue };
            // SAFETY: the library is open.
            let function = unsafe { shim::transformation(open.raw, &text(name)) };
            if !function.is_null() {
                open.scaler.transform_with(group.number, name, function);
            } else if !super::worker::SCALING.contains(&name.as_str()) {
                return Err(LibraryError::Transformation { group: group.number, name: name.clone() });
            }
        }
        Ok(open)
    }

    /// The tensor of some regions, `None` while it is not ready; and the regions it is about.
    ///
    /// # Errors
    /// When the library fails, or what it answers makes no sense.
    pub fn prepare(
        &mut self,
        config: &PreprocessConfig,
        source: Source<'_>,
        chosen: &[Chosen],
        rois: &[Roi],
    ) -> Result<(Option<PreparedTensor>, Vec<Roi>), LibraryError> {
        let scaled = self.scaler.scale(config, &source, chosen)?;
        let units: Vec<Unit> = self.units(&source, &scaled, chosen, rois);
        let call = Call {
            units: units.as_ptr(),
            length: units.len(),
            inbuf: source.buffer,
            number: self.calls as c_ulong,
            converted: scaled.buffer.as_mut_ptr(),
            meta: source.batch.raw(),
            format: if config.input.color == ColorFormat::Gray { 2 } else { 3 },
            pitch: scaled.pitch,
            bytes: (self.tensors.bytes() / config.batch() * units.len()) as u64,
        };
        self.calls += 1;
        // SAFETY: the library is open; buffer, metadata and units live longer than the call.
        let answer = unsafe { shim::prepare(self.raw, &call) };
        let answer = answer.map_err(|(ended, reason)| match ended {
            outcome::NO_TENSOR => LibraryError::NoTensor(self.function.clone()),
            _ => LibraryError::Threw { function: self.function.clone(), reason },
        })?;
        match answer.status {
            SUCCESS => {}
            NOT_READY => return self.held().map(|()| (None, rois.to_vec())),
            status => return Err(LibraryError::Failed { function: self.function.clone(), status }),
        }
        // SAFETY: what the answer leads to lives until the next call.
        let (shape, name, answered) = unsafe {
            (
                slice(answer.shape, answer.shape_length).to_vec(),
                slice(answer.name.cast::<u8>(), answer.name_length),
                slice(answer.rois, answer.rois_length),
            )
        };
        let name = String::from_utf8_lossy(name).into_owned();
        let values = self.values(answer.memory, answer.data_type, answer.bytes, &shape)?;
        self.held()?;
        let rois = self.regions(source.batch, answered)?;
        let tensor = PreparedTensor {
            values,
            shape,
            name,
            gpu_id: config.gpu_id,
            meta_id: 0,
            maintain_aspect_ratio: config.input.maintain_aspect_ratio,
        };
        Ok((Some(tensor), rois))
    }

    /// Remembers a tensor, to use its memory again.
    pub fn lend(&self, tensor: &Arc<PreparedTensor>) {
        self.tensors.lend(tensor);
    }

    fn units(&self, source: &Source<'_>, scaled: &Scaled, chosen: &[Chosen], rois: &[Roi]) -> Vec<Unit> {
        let raw = chosen.iter().zip(rois).zip(&scaled.surfaces);
        raw.filter_map(|((one, roi), surface)| {
            let frame = source.batch.frames().nth(one.frame)?;
            let mut roi: NvDsRoiMeta = source.batch.roi(roi)?;
            roi.converted_buffer = surface.params;
            Some(Unit {
                object: one.object.map_or(std::ptr::null_mut(), |object| object.address()),
                frame: frame.raw(),
                batch_index: one.surface as u32,
                frame_num: one.number as c_ulong,
                input: surface.input,
                converted: surface.pixels,
                roi,
            })
        })
        .collect()
    }

    /// The values of the tensor the library answered with, as many as its shape says.
    fn values(&self, memory: *mut c_void, number: c_int, bytes: u64, shape: &[i32]) -> Result<Elements, LibraryError> {
        let function = || self.function.clone();
        let announced = self.tensors.bytes();
        let mut values = match self.tensors.take(memory) {
            Some(Taken::Whole(values)) => values,
            Some(Taken::Overrun) => return Err(LibraryError::Overrun { function: function(), bytes: announced }),
            None => return Err(LibraryError::NoTensor(function())),
        };
        let kind = TensorType::from_number(i64::from(number))
            .ok_or_else(|| LibraryError::Kind { function: function(), number })?;
        let mut sides = shape.iter().map(|side| u64::try_from(*side).ok());
        let count = sides.try_fold(1u64, |all, side| all.checked_mul(side?));
        let needed = count.and_then(|count| count.checked_mul(kind.bytes() as u64)).unwrap_or(u64::MAX);
        if needed.max(bytes) > announced as u64 {
            let (shape, bytes) = (shape.to_vec(), needed.max(bytes));
            return Err(LibraryError::Larger { function: function(), shape, bytes, announced });
        }
        if bytes < needed {
            return Err(LibraryError::Shorter { function: function(), shape: shape.to_vec(), bytes });
        }
        if kind == values.kind() {
            values.resize(needed as usize / kind.bytes());
            return Ok(values);
        }
        // SAFETY: `announced` bytes of numbers, of which no more are taken.
        let bytes = unsafe { slice(values.address(), needed as usize) };
        Ok(Elements::from_bytes(kind, bytes))
    }

    /// An error when the library keeps more than there is.
    fn held(&self) -> Result<(), LibraryError> {
        self.tensors.too_many().map_or(Ok(()), |(held, most)| Err(LibraryError::Held { held, most }))
    }

    fn regions(&self, batch: &Batch, rois: &[NvDsRoiMeta]) -> Result<Vec<Roi>, LibraryError> {
        let one = |(part, roi)| {
            batch.region(roi).ok_or_else(|| LibraryError::Region { function: self.function.clone(), part })
        };
        rois.iter().enumerate().map(one).collect()
    }
}

fn start(
    config: &PreprocessConfig,
    path: &Path,
    function: &str,
    tensors: &Tensors,
) -> Result<*mut shim::Library, LibraryError> {
    let [path, function_name, file, name] =
        [&path.to_string_lossy(), function, &config.path.to_string_lossy(), &config.tensor_name].map(text);
    let pairs: Vec<[CString; 2]> = config.user_configs.iter().map(|(key, value)| [text(key), text(value)]).collect();
    let pointers = |which: usize| pairs.iter().map(|pair| pair[which].as_ptr()).collect::<Vec<*const c_char>>();
    let (keys, values) = (pointers(0), pointers(1));
    let shape: Vec<c_int> = config.shape.iter().map(|side| *side as c_int).collect();
    let opening = Opening {
        path: path.as_ptr(),
        function: function_name.as_ptr(),
        config_file: file.as_ptr(),
        unique_id: config.unique_id,
        order: match config.order {
            Some(TensorOrder::Nchw) => 0,
            Some(TensorOrder::Nhwc) => 1,
            _ => 2,
        },
        color: match config.input.color {
            ColorFormat::Rgb => 0,
            ColorFormat::Bgr => 1,
            ColorFormat::Gray => 2,
        },
        data_type: config.kind as c_int,
        shape: shape.as_ptr(),
        shape_length: shape.len(),
        bytes: tensors.bytes() as u64,
        name: name.as_ptr(),
        keys: keys.as_ptr(),
        values: values.as_ptr(),
        configs: pairs.len(),
        memory: Memory { pool: std::ptr::from_ref(tensors).cast(), acquire, release },
    };
    // SAFETY: everything the pointers lead to lives until here; the pool, until the library is closed.
    unsafe { shim::open(&opening) }.map_err(|(ended, said)| match ended {
        outcome::NOT_LOADED => {
            let named = format!("{}: ", path.to_string_lossy());
            LibraryError::Load(said.strip_prefix(&named).map_or_else(|| said.clone(), str::to_owned))
        }
        outcome::NO_SYMBOL => LibraryError::Symbol(said),
        outcome::NO_CONTEXT => LibraryError::NoContext,
        _ => LibraryError::Threw { function: "initLib".into(), reason: said },
    })
}

/// A text for C; a zero inside ends it.
fn text(text: &str) -> CString {
    CString::new(text.split('\0').next().unwrap_or_default()).unwrap_or_default()
}
