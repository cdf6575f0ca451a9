//! `NvBufSurface` and its parts, `repr(C)`, DeepStream 9.1 layout on x86_64.

#![allow(non_camel_case_types, non_snake_case, missing_docs)] // C names, structs documented

use super::values::{
    NvBufSurfaceColorFormat, NvBufSurfaceDisplayScanFormat, NvBufSurfaceLayout, NvBufSurfaceMemType, NvBufSurfaceTag,
};
use std::ffi::c_void;

/// `NvBufSurfacePlaneParamsEx` of `nvbufsurface.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvBufSurfacePlaneParamsEx {
    pub scanformat: [NvBufSurfaceDisplayScanFormat; 4],
    pub secondfieldoffset: [u32; 4],
    pub blockheightlog2: [u32; 4],
    pub physicaladdress: [u32; 4],
    pub flags: [u64; 4],
    pub drmModifier: [u64; 4],
    pub _reserved: [*mut c_void; 16],
}

/// Per-plane width, height, pitch and offset from `dataPtr`, in pixels and bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvBufSurfacePlaneParams {
    pub num_planes: u32,
    pub width: [u32; 4],
    pub height: [u32; 4],
    pub pitch: [u32; 4],
    pub offset: [u32; 4],
    pub psize: [u32; 4],
    pub bytesPerPix: [u32; 4],
    pub _reserved: [*mut c_void; 16],
}

/// `NvBufSurfaceChromaSubsamplingParams` of `nvbufsurface.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvBufSurfaceChromaSubsamplingParams {
    pub chromaLocHoriz: u8,
    pub chromaLocVert: u8,
    pub _reserved: [u8; 6],
}

/// What `NvBufSurfaceCreate` is asked for.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvBufSurfaceCreateParams {
    pub gpuId: u32,
    pub width: u32,
    pub height: u32,
    pub size: u32,
    pub isContiguous: bool,
    pub colorFormat: NvBufSurfaceColorFormat,
    pub layout: NvBufSurfaceLayout,
    pub memType: NvBufSurfaceMemType,
    pub _reserved: [*mut c_void; 4],
}

/// `NvBufSurfaceAllocateParams` of `nvbufsurface.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvBufSurfaceAllocateParams {
    pub params: NvBufSurfaceCreateParams,
    pub displayscanformat: NvBufSurfaceDisplayScanFormat,
    pub chromaSubsampling: NvBufSurfaceChromaSubsamplingParams,
    pub memtag: NvBufSurfaceTag,
    pub disablePitchPadding: bool,
    pub _reservedParam: u32,
    pub _reserved: [*mut c_void; 4],
}

/// `NvBufSurfaceMappedAddr` of `nvbufsurface.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvBufSurfaceMappedAddr {
    pub addr: [*mut c_void; 4],
    pub eglImage: *mut c_void,
    pub nvmmPtr: *mut c_void,
    pub cudaPtr: *mut c_void,
    pub _reserved: [*mut c_void; 4],
}

/// `NvBufSurfaceParamsEx` of `nvbufsurface.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvBufSurfaceParamsEx {
    pub startofvaliddata: i32,
    pub sizeofvaliddatainbytes: i32,
    pub chromaSubsampling: NvBufSurfaceChromaSubsamplingParams,
    pub is_protected: bool,
    pub planeParamsex: NvBufSurfacePlaneParamsEx,
    pub _reserved: [*mut c_void; 4],
}

/// `NvBufSurfaceCudaBuffer` of `nvbufsurface.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvBufSurfaceCudaBuffer {
    pub basePtr: *mut c_void,
    pub dataPtr: *mut c_void,
    pub extMem: *mut c_void,
    pub mipmap: *mut c_void,
    pub reserved: [u8; 64],
}

/// One surface of a batch: size, format, memory and plane layout.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvBufSurfaceParams {
    pub width: u32,
    pub height: u32,
    pub pitch: u32,
    pub colorFormat: NvBufSurfaceColorFormat,
    pub layout: NvBufSurfaceLayout,
    pub bufferDesc: u64,
    pub dataSize: u32,
    pub dataPtr: *mut c_void,
    pub planeParams: NvBufSurfacePlaneParams,
    pub mappedAddr: NvBufSurfaceMappedAddr,
    pub paramex: *mut NvBufSurfaceParamsEx,
    pub cudaBuffer: *mut NvBufSurfaceCudaBuffer,
    pub _reserved: [*mut c_void; 4],
}

/// A batch of surfaces. Mapping NVMM memory gives a pointer to this, not pixels.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvBufSurface {
    pub gpuId: u32,
    pub batchSize: u32,
    pub numFilled: u32,
    pub isContiguous: bool,
    pub memType: NvBufSurfaceMemType,
    pub surfaceList: *mut NvBufSurfaceParams,
    pub isImportedBuf: bool,
    pub _reserved: [*mut c_void; 4],
}
