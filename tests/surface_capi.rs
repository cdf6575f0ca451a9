//! `nvbufsurface.h` through the signatures a C program calls.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::undocumented_unsafe_blocks)] // every call below passes live surfaces or the NULL under test

use ds_apps::surface::capi::*;
use ds_apps::surface::ffi::*;
use ds_apps::surface::values::*;
use std::ptr::null_mut;

fn params(format: u32, width: u32, height: u32, memory: u32) -> NvBufSurfaceCreateParams {
    NvBufSurfaceCreateParams {
        gpuId: 0,
        width,
        height,
        size: 0,
        isContiguous: true,
        colorFormat: format,
        layout: NVBUF_LAYOUT_PITCH,
        memType: memory,
        _reserved: [null_mut(); 4],
    }
}

fn create(format: u32, width: u32, height: u32, count: u32) -> *mut NvBufSurface {
    let mut surface = null_mut();
    let mut params = params(format, width, height, NVBUF_MEM_DEFAULT);
    assert_eq!(unsafe { NvBufSurfaceCreate(&mut surface, count, &mut params) }, 0);
    surface
}

#[test]
fn a_surface_is_created_mapped_set_copied_and_destroyed() {
    let (a, b) = (create(NVBUF_COLOR_FORMAT_NV12, 641, 359, 2), create(NVBUF_COLOR_FORMAT_NV12, 641, 359, 2));
    unsafe {
        assert_eq!(((*a).batchSize, (*a).numFilled, (*a).memType), (2, 0, NVBUF_MEM_SYSTEM));
        assert_eq!(NvBufSurfaceMap(a, -1, -1, NVBUF_MAP_READ_WRITE), 0);
        let second = (*a).surfaceList.add(1);
        assert_eq!([(*second).planeParams.width[0], (*second).planeParams.width[1]], [641, 321]);
        let chroma = (*second).mappedAddr.addr[1].cast::<u8>();
        assert_eq!(chroma, (*second).dataPtr.cast::<u8>().add((*second).planeParams.offset[1] as usize));
        assert_eq!(NvBufSurfaceMemSet(a, 1, 1, 77), 0);
        assert_eq!((*chroma, *chroma.add(641)), (77, 77));
        assert_eq!(*chroma.add(642), 0, "padding stays");
        assert_eq!(*(*second).mappedAddr.addr[0].cast::<u8>(), 0, "the other plane stays");
        assert_eq!(NvBufSurfaceSyncForDevice(a, 1, -1), 0);
        assert_eq!(NvBufSurfaceCopy(a, b), 0);
        assert_eq!(NvBufSurfaceSyncForCpu(b, -1, -1), 0);
        let copied = (*b).surfaceList.add(1);
        assert_eq!(*(*copied).dataPtr.cast::<u8>().add((*copied).planeParams.offset[1] as usize), 77);
        assert_eq!(NvBufSurfaceUnMap(a, 1, 1), 0);
        assert!((*second).mappedAddr.addr[1].is_null() && !(*second).mappedAddr.addr[0].is_null());
        assert_eq!((NvBufSurfaceDestroy(a), NvBufSurfaceDestroy(b)), (0, 0));
        assert_eq!(NvBufSurfaceDestroy(a), -1, "destroying twice is an error, not a crash");
    }
}

#[test]
fn null_and_absurd_arguments_are_errors() {
    let mut surface = null_mut();
    let good = params(NVBUF_COLOR_FORMAT_RGBA, 8, 8, NVBUF_MEM_SYSTEM);
    let create = |p: NvBufSurfaceCreateParams, count: u32| {
        let (mut p, mut surface) = (p, null_mut());
        unsafe { NvBufSurfaceCreate(&mut surface, count, &mut p) }
    };
    unsafe {
        assert_eq!(NvBufSurfaceCreate(null_mut(), 1, &mut good.clone()), -1);
        assert_eq!(NvBufSurfaceCreate(&mut surface, 1, null_mut()), -1);
        assert_eq!(NvBufSurfaceAllocate(&mut surface, 1, null_mut()), -1);
        assert_eq!(NvBufSurfaceDestroy(null_mut()), -1);
        assert_eq!(NvBufSurfaceMap(null_mut(), 0, 0, NVBUF_MAP_READ), -1);
        assert_eq!(NvBufSurfaceUnMap(null_mut(), 0, 0), -1);
        assert_eq!(NvBufSurfaceMemSet(null_mut(), 0, 0, 0), -1);
        assert_eq!(NvBufSurfaceCopy(null_mut(), null_mut()), -1);
        assert_eq!(NvBufSurfaceSyncForCpu(null_mut(), 0, 0), -1);
        assert_eq!(NvBufSurfaceSyncForDevice(null_mut(), 0, 0), -1);
        assert_eq!(NvBufSurfaceFromFd(3, null_mut()), -1);
        assert_eq!(NvBufSurfaceMapEglImage(null_mut(), 0), -1);
    }
    assert_eq!(create(NvBufSurfaceCreateParams { width: 0, ..good }, 1), -1);
    assert_eq!(create(NvBufSurfaceCreateParams { width: u32::MAX, height: u32::MAX, ..good }, 1), -1);
    assert_eq!(create(NvBufSurfaceCreateParams { colorFormat: 999, ..good }, 1), -1);
    assert_eq!(create(NvBufSurfaceCreateParams { memType: NVBUF_MEM_CUDA_DEVICE, ..good }, 1), -1);
    assert_eq!(create(NvBufSurfaceCreateParams { layout: NVBUF_LAYOUT_BLOCK_LINEAR, ..good }, 1), -1);
    assert_eq!(create(good, 0), -1);
}

#[test]
fn indices_planes_and_unlike_batches_are_checked() {
    let (a, b) = (create(NVBUF_COLOR_FORMAT_RGBA, 16, 16, 1), create(NVBUF_COLOR_FORMAT_RGBA, 16, 15, 1));
    unsafe {
        assert_eq!(NvBufSurfaceMap(a, 1, 0, NVBUF_MAP_READ), -1);
        assert_eq!(NvBufSurfaceMap(a, -2, 0, NVBUF_MAP_READ), -1);
        assert_eq!(NvBufSurfaceMap(a, 0, 1, NVBUF_MAP_READ), -1);
        assert_eq!(NvBufSurfaceMemSet(a, 0, -7, 0), -1);
        assert_eq!(NvBufSurfaceCopy(a, b), -1);
        assert_eq!(NvBufSurfaceCopy(a, a), 0);
        assert_eq!((NvBufSurfaceDestroy(a), NvBufSurfaceDestroy(b)), (0, 0));
    }
}

#[test]
fn a_surface_of_a_buffer_can_be_mapped_too() {
    gst::init().unwrap();
    use ds_apps::base::geometry::Size;
    use ds_apps::surface::format::{Format, Layout};
    let pool = ds_apps::surface::Pool::new(Format::plain(Layout::I420), Size { width: 6, height: 4 }, 1);
    let inputs = [pool.acquire().unwrap()];
    let memory = ds_apps::surface::memory::batch_of(&inputs, 3).unwrap();
    let map = memory.map_readable().unwrap();
    let surface = map.as_ptr().cast_mut().cast::<NvBufSurface>();
    unsafe {
        assert_eq!(NvBufSurfaceMap(surface, -1, -1, NVBUF_MAP_READ), 0, "empty places of the batch are passed over");
        let first = &*(*surface).surfaceList;
        assert_eq!(first.mappedAddr.addr[2], first.dataPtr.cast::<u8>().add(128 * 2 + 128).cast());
        assert_eq!(NvBufSurfaceUnMap(surface, -1, -1), 0);
    }
}
