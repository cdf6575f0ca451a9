//! The `GstMemory` of surfaces: one memory, whose map gives an `NvBufSurface`, as NVMM memory does.
//!
//! What keeps the pixels alive stands behind it (`Owner`): a block of host memory, a mapped video frame, or other
//! surface memories that a batch refers to. Whether pixels may be written is never remembered but asked: only whoever
//! holds the single reference, all the way down, may.

use super::error::SurfaceError;
use super::ffi::{NvBufSurface, NvBufSurfaceParams};
use super::format::Format;
use super::host::{Block, Home, Place};
use super::view::{View, ViewMut};
use crate::base::geometry::Size;
use glib::translate::{IntoGlibPtr, from_glib, from_glib_full, from_glib_none};
use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use std::cell::UnsafeCell;
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{LazyLock, Weak};

mod batch;
mod frame;
mod pixels;
mod unwrap;

pub(super) use batch::replaced;
pub use batch::{batch, batch_of, single};
pub use frame::wrap;
pub(crate) use pixels::view_of;
pub use unwrap::unwrap;

/// The memory type, as NVIDIA's buffer pool names it.
pub const MEMORY_TYPE: &str = "nvds";

/// What holds the pixels of a memory.
#[allow(clippy::large_enum_variant)] // it always lies on the heap, inside `RawMemory`
pub(super) enum Owner {
    /// Host memory, given back to its pool (if it has one) when dropped.
    Host { _block: Recycled },
    /// A video frame in system memory, one surface.
    Frame(frame::Frame),
    /// Surfaces of other memories.
    Batch(batch::Parts),
}

/// A block and where it goes afterwards.
pub(super) struct Recycled {
    block: Option<Block>,
    home: Option<Weak<dyn Home>>,
}

impl Drop for Recycled {
    fn drop(&mut self) {
        if let (Some(block), Some(home)) = (self.block.take(), self.home.as_ref().and_then(Weak::upgrade)) {
            home.give_back(block);
        }
    }
}

/// The surface list at an address that does not move, freed with the memory.
struct ParamList(NonNull<[NvBufSurfaceParams]>);

// SAFETY: the list owns its elements; their pointers are addresses kept valid by the `Owner` beside it.
unsafe impl Send for ParamList {}
// SAFETY: shared access only reads the descriptions.
unsafe impl Sync for ParamList {}

impl ParamList {
    fn new(params: Box<[NvBufSurfaceParams]>) -> Self {
        Self(NonNull::from(Box::leak(params)))
    }
}

impl Drop for ParamList {
    fn drop(&mut self) {
        // SAFETY: leaked from a box in `new`, freed once.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// The memory as GStreamer sees it, and ours behind.
#[repr(C)]
struct RawMemory {
    memory: gst::ffi::GstMemory,
    /// C code may write it through the mapped pointer.
    surface: UnsafeCell<NvBufSurface>,
    params: ParamList,
    owner: Owner,
}

const _: () = {
    const fn thread_safe<T: Send + Sync>() {}
    thread_safe::<Owner>();
};

mod imp {
    use super::*;

    #[derive(Default)]
    pub struct SurfaceAllocator;

    #[glib::object_subclass]
    impl ObjectSubclass for SurfaceAllocator {
        const NAME: &'static str = "DsAppsSurfaceAllocator";
        type Type = super::SurfaceAllocator;
        type ParentType = gst::Allocator;

        fn instance_init(obj: &glib::subclass::InitializingObject<Self>) {
            let allocator: *mut gst::ffi::GstAllocator = obj.as_ptr().cast();
            // SAFETY: an allocator under construction, nobody else has it yet; these are plain fields of its struct.
            unsafe {
                (*allocator).mem_type = c"nvds".as_ptr();
                (*allocator).mem_map = Some(mem_map);
                (*allocator).mem_unmap = Some(mem_unmap);
                (*allocator).mem_copy = Some(mem_copy);
                (*allocator).mem_share = Some(mem_share);
            }
        }
    }

    impl ObjectImpl for SurfaceAllocator {
        fn constructed(&self) {
            self.parent_constructed();
            self.obj().set_object_flags(gst::ObjectFlags::MAY_BE_LEAKED);
        }
    }
    impl GstObjectImpl for SurfaceAllocator {}

    // SAFETY: `alloc` makes nothing; `free` undoes `new_memory`, the only place that makes memories of this allocator.
    unsafe impl AllocatorImpl for SurfaceAllocator {
        unsafe fn alloc(&self, _size: usize, _params: &gst::AllocationParams) -> *mut gst::ffi::GstMemory {
            null_mut()
        }

        unsafe fn free(&self, memory: *mut gst::ffi::GstMemory) {
            // SAFETY: boxed in `new_memory`; GStreamer calls this once, when the last reference is gone.
            drop(unsafe { Box::from_raw(memory.cast::<RawMemory>()) });
        }
    }
}

glib::wrapper! {
    /// The allocator of surface memories. It cannot allocate by size; pools, [`wrap`] and [`batch`] make memories.
    pub struct SurfaceAllocator(ObjectSubclass<imp::SurfaceAllocator>) @extends gst::Allocator, gst::Object;
}

static ALLOCATOR: LazyLock<SurfaceAllocator> = LazyLock::new(glib::Object::new);

/// Gives the `NvBufSurface`. For writing, only while no surface is shared: else GStreamer copies (see [`mem_copy`]).
unsafe extern "C" fn mem_map(
    memory: *mut gst::ffi::GstMemory,
    _size: usize,
    flags: gst::ffi::GstMapFlags,
) -> glib::ffi::gpointer {
    let raw: *mut RawMemory = memory.cast();
    // SAFETY: called by GStreamer with a live memory of this allocator.
    let owner = unsafe { &(*raw).owner };
    if flags & gst::ffi::GST_MAP_WRITE != 0 && !(0..owner.len()).all(|i| owner.is_exclusive(i)) {
        return null_mut();
    }
    // SAFETY: as above; only the address is taken.
    unsafe { (*raw).surface.get().cast() }
}

unsafe extern "C" fn mem_unmap(_memory: *mut gst::ffi::GstMemory) {}

/// Copies the pixels. GStreamer calls this where a shared memory is mapped for writing, and for deep copies of buffers.
unsafe extern "C" fn mem_copy(
    memory: *mut gst::ffi::GstMemory,
    _offset: isize,
    _size: isize,
) -> *mut gst::ffi::GstMemory {
    // SAFETY: called by GStreamer with a live memory of this allocator.
    let memory = unsafe { gst::MemoryRef::from_ptr(memory) };
    match SurfaceMemory::of(memory).and_then(|surfaces| batch::copy(&surfaces)) {
        Ok(copy) => copy.into_glib_ptr(),
        Err(error) => {
            gst::error!(gst::CAT_RUST, "copying a surface: {error}");
            null_mut()
        }
    }
}

/// Part of an `NvBufSurface` struct is of no use to anybody.
unsafe extern "C" fn mem_share(_: *mut gst::ffi::GstMemory, _: isize, _: isize) -> *mut gst::ffi::GstMemory {
    null_mut()
}

/// Makes a memory of surfaces described by `params`, whose addresses `owner` keeps valid. `capacity` is the `batchSize`
/// that consumers see, at least the number of surfaces; the list is as long, as C code may walk all of it.
fn new_memory(mut params: Vec<NvBufSurfaceParams>, owner: Owner, capacity: u32, contiguous: bool) -> gst::Memory {
    const SIZE: usize = size_of::<NvBufSurface>();
    let (mem_type, gpu) = owner.place().describe();
    let filled = params.len() as u32;
    // SAFETY: integers and nullable pointers; all zero is a valid value of each.
    params.resize_with(filled.max(capacity) as usize, || unsafe { std::mem::zeroed() });
    let params = ParamList::new(params.into_boxed_slice());
    let surface = NvBufSurface {
        gpuId: gpu,
        batchSize: capacity.max(filled),
        numFilled: filled,
        isContiguous: contiguous,
        memType: mem_type,
        surfaceList: params.0.as_ptr().cast(),
        isImportedBuf: false,
        _reserved: [null_mut(); 4],
    };
    // SAFETY: integers and nullable pointers, for which zero is valid; initialised by `gst_memory_init` below.
    let memory: gst::ffi::GstMemory = unsafe { std::mem::zeroed() };
    let raw = Box::into_raw(Box::new(RawMemory { memory, surface: surface.into(), params, owner }))
        .cast::<gst::ffi::GstMemory>();
    // SAFETY: `raw` is a live, exclusively owned GstMemory (first field of the repr(C) struct); the allocator lives as
    // long as the process. The one reference made here is handed to the returned value; `free` drops the box.
    unsafe {
        let allocator = ALLOCATOR.upcast_ref::<gst::Allocator>().as_ptr();
        gst::ffi::gst_memory_init(raw, 0, allocator, null_mut(), SIZE, 0, 0, SIZE);
        from_glib_full(raw)
    }
}

/// Host memory of a block as a memory of its surfaces.
pub(super) fn host_memory(block: Block, home: Option<Weak<dyn Home>>) -> gst::Memory {
    let params = block.params();
    let count = params.len() as u32;
    let block = Recycled { block: Some(block), home };
    new_memory(params, Owner::Host { _block: block }, count, true)
}

/// The pixels of a memory that was just made and is in no buffer yet.
pub(super) fn fresh_view(memory: &mut gst::Memory) -> Result<ViewMut<'_>, SurfaceError> {
    // SAFETY: the memory is borrowed mutably for as long as the view.
    unsafe { SurfaceMemory::of(memory)?.view_mut(0) }
}

/// A memory known to be one of ours.
#[derive(Clone, Copy)]
pub(super) struct SurfaceMemory<'a> {
    memory: &'a gst::MemoryRef,
    raw: &'a RawMemory,
}

impl<'a> SurfaceMemory<'a> {
    /// Looks behind `memory`, which must come from this module.
    pub fn of(memory: &'a gst::MemoryRef) -> Result<Self, SurfaceError> {
        match memory.allocator() {
            Some(allocator) if allocator.is::<SurfaceAllocator>() => {
                // SAFETY: only `new_memory` makes memories of this allocator, and they are `RawMemory`.
                let raw = unsafe { &*memory.as_ptr().cast::<RawMemory>() };
                Ok(Self { memory, raw })
            }
            Some(allocator) => Err(SurfaceError::NotSurface(allocator.memory_type().to_string())),
            None => Err(SurfaceError::NotSurface("memory without allocator".into())),
        }
    }

    /// The one memory of `buffer`.
    pub fn in_buffer(buffer: &'a gst::BufferRef) -> Result<Self, SurfaceError> {
        match buffer.n_memory() {
            1 => Self::of(buffer.peek_memory(0)),
            count => Err(SurfaceError::NotSurface(format!("{count} memories"))),
        }
    }

    /// The struct that C code sees, as it is now.
    pub fn surface(&self) -> NvBufSurface {
        // SAFETY: the memory is borrowed; a plain copy of plain data is made.
        unsafe { self.raw.surface.get().read() }
    }

    /// How many surfaces hold pictures: what C code left in `numFilled`, at most what there is room for.
    pub fn len(&self) -> usize {
        (self.surface().numFilled as usize).min(self.raw.owner.len())
    }

    /// The description of surface `index`.
    pub fn params(&self, index: usize) -> Result<NvBufSurfaceParams, SurfaceError> {
        if index >= self.len() {
            return Err(SurfaceError::Index { index, count: self.len() });
        }
        // SAFETY: the list has `owner.len()` elements, which `len` does not exceed; a plain copy is made.
        Ok(unsafe { self.raw.params.0.cast::<NvBufSurfaceParams>().add(index).read() })
    }

    /// Format and size of surface `index`.
    pub fn shape(&self, index: usize) -> Result<(Format, Size), SurfaceError> {
        pixels::shape(&self.params(index)?)
    }

    /// The pixels of surface `index`.
    pub fn view(&self, index: usize) -> Result<View<'a>, SurfaceError> {
        let params = self.params(index)?;
        // SAFETY: the memory, borrowed for as long as the view, keeps the pixels alive and mapped. Writers have it alone.
        unsafe { pixels::view(&params) }
    }

    /// The pixels of surface `index`, to write; [`SurfaceError::ReadOnly`] when somebody else may look at them.
    ///
    /// # Safety
    /// The memory, or the buffer it is in, is borrowed mutably for `'a`: no other view of it is in use.
    pub unsafe fn view_mut(&self, index: usize) -> Result<ViewMut<'a>, SurfaceError> {
        let params = self.params(index)?;
        if !self.is_writable(index) {
            return Err(SurfaceError::ReadOnly(index));
        }
        // SAFETY: as for `view`; nobody else refers to the memory or what stands below it, and this reference is the
        // caller's alone.
        unsafe { pixels::view_mut(&params) }
    }

    /// Whether nobody else can be looking at surface `index`.
    pub fn is_writable(&self, index: usize) -> bool {
        has_references(self.memory.as_ptr().cast(), 1) && self.raw.owner.is_exclusive(index)
    }

    /// In which memory surface `index` lies.
    pub fn place(&self, index: usize) -> Place {
        match self.owner() {
            Owner::Batch(parts) => parts.place(index),
            owner => owner.place(),
        }
    }

    /// What holds the pixels.
    fn owner(&self) -> &'a Owner {
        &self.raw.owner
    }

    /// Another reference to the memory, which makes it shared.
    fn share(&self) -> Result<Shared, SurfaceError> {
        Shared::new(self.memory)
    }
}

impl Owner {
    /// Surfaces held.
    fn len(&self) -> usize {
        match self {
            Owner::Host { _block: held } => held.block.as_ref().map_or(0, |block| block.count() as usize),
            Owner::Frame(_) => 1,
            Owner::Batch(parts) => parts.len(),
        }
    }

    /// In which memory all surfaces lie; plain host memory, which every element can take it for, when they differ.
    fn place(&self) -> Place {
        match self {
            Owner::Host { _block: held } => held.block.as_ref().map_or(Place::Host, Block::place),
            Owner::Frame(_) => Place::Host,
            Owner::Batch(parts) => {
                let first = if parts.len() == 0 { Place::Host } else { parts.place(0) };
                let same = (1..parts.len()).all(|index| parts.place(index).describe() == first.describe());
                if same { first } else { Place::Host }
            }
        }
    }

    /// Whether nothing below the memory itself shares surface `index`.
    fn is_exclusive(&self, index: usize) -> bool {
        match self {
            Owner::Host { .. } => true,
            Owner::Frame(frame) => frame.is_exclusive(),
            Owner::Batch(parts) => parts.is_exclusive(index),
        }
    }
}

/// Whether the mini object has just the given number of references: those that the caller knows the holders of.
pub(super) fn has_references(object: *const gst::ffi::GstMiniObject, count: i32) -> bool {
    // SAFETY: every caller has a live object; the count is only touched atomically. Acquire pairs with the release of the
    // holder who let go.
    unsafe { AtomicI32::from_ptr(&raw mut (*object.cast_mut()).refcount).load(Ordering::Acquire) == count }
}

/// A reference that counts as a holder: the memory is locked as buffers lock theirs, so it is not writable meanwhile.
pub(super) struct Shared(gst::Memory);

impl Shared {
    fn new(memory: &gst::MemoryRef) -> Result<Self, SurfaceError> {
        // SAFETY: a live memory; this takes a reference (`to_owned` would copy).
        let memory: gst::Memory = unsafe { from_glib_none(memory.as_ptr()) };
        // SAFETY: a live mini object, referenced for as long as the lock is held.
        let locked: bool = unsafe {
            from_glib(gst::ffi::gst_mini_object_lock(memory.as_mut_ptr().cast(), gst::ffi::GST_LOCK_FLAG_EXCLUSIVE))
        };
        if locked { Ok(Self(memory)) } else { Err(SurfaceError::Busy) }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // SAFETY: locked in `new`, unlocked once, before the reference goes.
        unsafe { gst::ffi::gst_mini_object_unlock(self.0.as_mut_ptr().cast(), gst::ffi::GST_LOCK_FLAG_EXCLUSIVE) }
    }
}
