//! The functions of `nvbufsurface.h` that need no device, on host memory, with C linkage.
//!
//! Every function checks its pointers, returns 0 or -1, logs why it failed, and lets no panic out.

#![allow(non_snake_case)] // C names

use super::ffi::{NvBufSurface, NvBufSurfaceAllocateParams, NvBufSurfaceCreateParams, NvBufSurfaceParams};
use super::format::Format;
use super::host::{Block, Place, Plan};
use super::values::*;
use crate::base::geometry::Size;
use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;
use std::sync::{Mutex, PoisonError};

/// Why a call failed; what it says is logged, the caller gets -1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Refused {
    #[error("a pointer is NULL")]
    Null,
    #[error("the surface was not made by NvBufSurfaceCreate, or was destroyed already")]
    Unknown,
    #[error("colour format {0} has no host surfaces")]
    Format(u32),
    #[error("memory type {0} is not host memory, and there is no device")]
    Memory(u32),
    #[error("layout {0} is not pitch linear, the only one host memory has")]
    Layout(u32),
    #[error("{width}x{height} pixels, {count} times, cannot be allocated")]
    Allocate { width: u32, height: u32, count: u32 },
    #[error("surface {index} of {count}")]
    Index { index: i32, count: u32 },
    #[error("plane {plane} of {count}")]
    Plane { plane: i32, count: u32 },
    #[error("source and destination differ in number, size or format")]
    Different,
    #[error("host memory has no {0}")]
    NoSuchThing(&'static str),
    #[error("a panic was caught")]
    Panic,
}

/// What `NvBufSurfaceCreate` made: the struct given out (boxed, so that it stays where it is), its list and its memory.
struct Created {
    surface: Box<NvBufSurface>,
    _list: Box<[NvBufSurfaceParams]>,
    _block: Block,
}

// SAFETY: the pointers inside lead to the list and the block that are kept beside them.
unsafe impl Send for Created {}

/// Live surfaces by address, so that destroying one twice is an error and not a crash.
static CREATED: Mutex<Option<HashMap<usize, Created>>> = Mutex::new(None);

fn with_created<T>(run: impl FnOnce(&mut HashMap<usize, Created>) -> T) -> T {
    run(CREATED.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
}

/// Runs the body of a C function: 0, or -1 with the reason logged.
fn status(function: &str, run: impl FnOnce() -> Result<(), Refused>) -> c_int {
    match catch_unwind(AssertUnwindSafe(run)).unwrap_or(Err(Refused::Panic)) {
        Ok(()) => 0,
        Err(error) => {
            tracing::error!("{function}: {error}");
            -1
        }
    }
}

/// Allocates `count` surfaces.
fn create(count: u32, params: &NvBufSurfaceCreateParams) -> Result<*mut NvBufSurface, Refused> {
    match params.memType {
        // What the CPU can read is as good as host memory to whoever has no device.
        NVBUF_MEM_DEFAULT | NVBUF_MEM_SYSTEM | NVBUF_MEM_CUDA_PINNED | NVBUF_MEM_CUDA_UNIFIED => {}
        other => return Err(Refused::Memory(other)),
    }
    if params.layout != NVBUF_LAYOUT_PITCH {
        return Err(Refused::Layout(params.layout));
    }
    let format = Format::from_color_format(params.colorFormat).ok_or(Refused::Format(params.colorFormat))?;
    let size = Size { width: params.width, height: params.height };
    let refused = Refused::Allocate { width: size.width, height: size.height, count };
    let plan = Plan::new(format, size).ok_or(refused)?;
    let block = Block::new(&Place::Host, plan, count).map_err(|_| refused)?;
    let mut list = block.params().into_boxed_slice();
    let mut surface = Box::new(NvBufSurface {
        gpuId: params.gpuId,
        batchSize: count,
        numFilled: 0,
        isContiguous: params.isContiguous,
        memType: NVBUF_MEM_SYSTEM,
        surfaceList: list.as_mut_ptr(),
        isImportedBuf: false,
        _reserved: [null_mut(); 4],
    });
    let address: *mut NvBufSurface = &mut *surface;
    with_created(|all| all.insert(address as usize, Created { surface, _list: list, _block: block }));
    Ok(address)
}

/// The surfaces `index` means (-1: all of the batch) of a batch on host memory.
///
/// # Safety
/// `surface` is NULL or points to an `NvBufSurface` whose list has `batchSize` elements that nobody else writes meanwhile.
unsafe fn selected<'a>(surface: *mut NvBufSurface, index: c_int) -> Result<&'a mut [NvBufSurfaceParams], Refused> {
    // SAFETY: promised by the caller.
    let surface = unsafe { surface.as_ref() }.ok_or(Refused::Null)?;
    if !matches!(surface.memType, NVBUF_MEM_SYSTEM | NVBUF_MEM_DEFAULT) {
        return Err(Refused::Memory(surface.memType));
    }
    if surface.surfaceList.is_null() {
        return Err(Refused::Null);
    }
    // SAFETY: promised by the caller.
    let list = unsafe { std::slice::from_raw_parts_mut(surface.surfaceList, surface.batchSize as usize) };
    match usize::try_from(index) {
        Err(_) if index == -1 => Ok(list),
        Ok(one) if one < list.len() => Ok(&mut list[one..=one]),
        _ => Err(Refused::Index { index, count: surface.batchSize }),
    }
}

/// The planes `plane` means (-1: all).
fn planes(params: &NvBufSurfaceParams, plane: c_int) -> Result<std::ops::Range<usize>, Refused> {
    let count = params.planeParams.num_planes.min(4);
    match usize::try_from(plane) {
        Err(_) if plane == -1 => Ok(0..count as usize),
        Ok(one) if one < count as usize => Ok(one..one + 1),
        // An empty place in a batch has no planes at all.
        _ if params.dataPtr.is_null() => Ok(0..0),
        _ => Err(Refused::Plane { plane, count }),
    }
}

/// Start of a plane.
fn start(params: &NvBufSurfaceParams, plane: usize) -> *mut u8 {
    params.dataPtr.cast::<u8>().wrapping_add(params.planeParams.offset[plane] as usize)
}

/// Rows of a plane, bytes of a row that are pixels, and bytes from row to row.
fn extent(params: &NvBufSurfaceParams, plane: usize) -> (usize, usize, usize) {
    let planes = &params.planeParams;
    let row = planes.width[plane] as usize * planes.bytesPerPix[plane] as usize;
    (planes.height[plane] as usize, row.min(planes.pitch[plane] as usize), planes.pitch[plane] as usize)
}

/// Allocates a batch of `batch_size` surfaces on host memory, filled with zeros, and gives it in `surface`. `memType` may
/// be default, system, or one of the CUDA kinds that a CPU can read; what is made is system memory.
///
/// # Safety
/// `surface` points to a writable pointer, `params` to the parameters; either may be NULL, which is an error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NvBufSurfaceCreate(
    surface: *mut *mut NvBufSurface,
    batch_size: u32,
    params: *mut NvBufSurfaceCreateParams,
) -> c_int {
    status("NvBufSurfaceCreate", || {
        // SAFETY: promised by the caller.
        let (out, params) = unsafe { (surface.as_mut(), params.as_ref()) };
        *out.ok_or(Refused::Null)? = create(batch_size, params.ok_or(Refused::Null)?)?;
        Ok(())
    })
}

/// As [`NvBufSurfaceCreate`]; of the further parameters host memory needs none.
///
/// # Safety
/// As for [`NvBufSurfaceCreate`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NvBufSurfaceAllocate(
    surface: *mut *mut NvBufSurface,
    batch_size: u32,
    params: *mut NvBufSurfaceAllocateParams,
) -> c_int {
    status("NvBufSurfaceAllocate", || {
        // SAFETY: promised by the caller.
        let (out, params) = unsafe { (surface.as_mut(), params.as_ref()) };
        *out.ok_or(Refused::Null)? = create(batch_size, &params.ok_or(Refused::Null)?.params)?;
        Ok(())
    })
}

/// Frees a batch that [`NvBufSurfaceCreate`] or [`NvBufSurfaceAllocate`] made. Any other address is an error.
///
/// # Safety
/// Nobody uses the batch or its pixels any more. The address itself may be anything.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NvBufSurfaceDestroy(surface: *mut NvBufSurface) -> c_int {
    status("NvBufSurfaceDestroy", || {
        if surface.is_null() {
            return Err(Refused::Null);
        }
        let gone = with_created(|all| all.remove(&(surface as usize))).ok_or(Refused::Unknown)?;
        debug_assert_eq!(&raw const *gone.surface, surface.cast_const());
        Ok(())
    })
}

/// Gives the CPU addresses of planes in `mappedAddr.addr`. `index` and `plane` may be -1 for all.
///
/// # Safety
/// `surface` is NULL or an `NvBufSurface` with its list, which nobody else changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NvBufSurfaceMap(
    surface: *mut NvBufSurface,
    index: c_int,
    plane: c_int,
    _access: NvBufSurfaceMemMapFlags,
) -> c_int {
    status("NvBufSurfaceMap", || {
        // SAFETY: promised by the caller.
        for params in unsafe { selected(surface, index) }? {
            for plane in planes(params, plane)? {
                params.mappedAddr.addr[plane] = start(params, plane).cast::<c_void>();
            }
        }
        Ok(())
    })
}

/// Takes the addresses away again.
///
/// # Safety
/// As for [`NvBufSurfaceMap`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NvBufSurfaceUnMap(surface: *mut NvBufSurface, index: c_int, plane: c_int) -> c_int {
    status("NvBufSurfaceUnMap", || {
        // SAFETY: promised by the caller.
        for params in unsafe { selected(surface, index) }? {
            for plane in planes(params, plane)? {
                params.mappedAddr.addr[plane] = null_mut();
            }
        }
        Ok(())
    })
}

/// Checks the arguments of the two synchronisations, which host memory does not need.
///
/// # Safety
/// As for [`selected`].
unsafe fn sync(surface: *mut NvBufSurface, index: c_int, plane: c_int) -> Result<(), Refused> {
    // SAFETY: promised by the caller.
    unsafe { selected(surface, index) }?.iter().try_for_each(|params| planes(params, plane).map(|_| ()))
}

/// Nothing to do on host memory; the arguments are checked.
///
/// # Safety
/// As for [`NvBufSurfaceMap`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NvBufSurfaceSyncForCpu(surface: *mut NvBufSurface, index: c_int, plane: c_int) -> c_int {
    // SAFETY: promised by the caller.
    status("NvBufSurfaceSyncForCpu", || unsafe { sync(surface, index, plane) })
}

/// Nothing to do on host memory; the arguments are checked.
///
/// # Safety
/// As for [`NvBufSurfaceMap`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NvBufSurfaceSyncForDevice(surface: *mut NvBufSurface, index: c_int, plane: c_int) -> c_int {
    // SAFETY: promised by the caller.
    status("NvBufSurfaceSyncForDevice", || unsafe { sync(surface, index, plane) })
}

/// Copies the pixels of all surfaces; both batches must be alike in number, sizes and formats, pitches may differ.
///
/// # Safety
/// Both are NULL or an `NvBufSurface` with its list and pixels; nobody else reads or writes the destination meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NvBufSurfaceCopy(source: *mut NvBufSurface, destination: *mut NvBufSurface) -> c_int {
    status("NvBufSurfaceCopy", || {
        if std::ptr::eq(source, destination) && !source.is_null() {
            return Ok(());
        }
        // SAFETY: promised by the caller; the two differ.
        let (from, to) = unsafe { (selected(source, -1)?, selected(destination, -1)?) };
        let shape = |p: &NvBufSurfaceParams| (p.width, p.height, p.colorFormat, p.dataPtr.is_null());
        if !from.iter().map(shape).eq(to.iter().map(shape)) {
            return Err(Refused::Different);
        }
        for (from, to) in from.iter().zip(to.iter()) {
            for plane in planes(from, -1)? {
                let (rows, row, pitch) = extent(from, plane);
                let (_, to_row, to_pitch) = extent(to, plane);
                for y in 0..rows {
                    let (read, write) =
                        (start(from, plane).wrapping_add(y * pitch), start(to, plane).wrapping_add(y * to_pitch));
                    // SAFETY: the caller's lists describe memory of this extent; `copy` allows for overlap.
                    unsafe { std::ptr::copy(read, write, row.min(to_row)) };
                }
            }
        }
        Ok(())
    })
}

/// Sets every byte of planes, padding excepted, to `value`. `index` and `plane` may be -1 for all.
///
/// # Safety
/// As for [`NvBufSurfaceCopy`]'s destination.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NvBufSurfaceMemSet(
    surface: *mut NvBufSurface,
    index: c_int,
    plane: c_int,
    value: u8,
) -> c_int {
    status("NvBufSurfaceMemSet", || {
        // SAFETY: promised by the caller.
        for params in unsafe { selected(surface, index) }? {
            for plane in planes(params, plane)? {
                let (rows, row, pitch) = extent(params, plane);
                for y in 0..rows {
                    // SAFETY: the caller's list describes memory of this extent.
                    unsafe { start(params, plane).wrapping_add(y * pitch).write_bytes(value, row) };
                }
            }
        }
        Ok(())
    })
}

/// Always fails: host memory has no DMA-buf file descriptor to be found by.
///
/// # Safety
/// `buffer` is not used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NvBufSurfaceFromFd(_fd: c_int, _buffer: *mut *mut c_void) -> c_int {
    status("NvBufSurfaceFromFd", || Err(Refused::NoSuchThing("DMA-buf file descriptors")))
}

/// Always fails: host memory has no EGL image.
///
/// # Safety
/// `surface` is not used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn NvBufSurfaceMapEglImage(_surface: *mut NvBufSurface, _index: c_int) -> c_int {
    status("NvBufSurfaceMapEglImage", || Err(Refused::NoSuchThing("EGL images")))
}
