//! The batch: frames and user metadata of one buffer.

use super::ffi::batch::{NvDsBatchMeta, NvDsFrameMeta};
use super::frame::Frame;
use super::raw;
use super::raw::lock::{Locked, lock};
use super::raw::owner::{Owner, Place};
use super::raw::store::Store;
use super::user::{AbiData, RawUserMeta, UserData, UserMeta, find, put, put_abi, put_raw};
use super::view::{Items, ItemsMut, View, view};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

view! {
    /// Metadata of a batch (`NvDsBatchMeta`), borrowed from the buffer that carries it.
    ///
    /// It cannot outlive the buffer:
    /// ```compile_fail,E0597
    /// let frames = {
    ///     let buffer = gst::Buffer::new();
    ///     ds_apps::meta::Batch::of(&buffer).map(|batch| batch.frames())
    /// };
    /// drop(frames);
    /// ```
    /// An edit needs a writable buffer:
    /// ```compile_fail,E0596
    /// fn edit(buffer: &gst::BufferRef) {
    ///     let Some(batch) = ds_apps::meta::Batch::of(buffer) else { return };
    ///     batch.add_frame();
    /// }
    /// ```
    /// Items cannot be swapped between batches:
    /// ```compile_fail,E0277
    /// fn swap(a: &mut ds_apps::meta::Frame, b: &mut ds_apps::meta::Frame) {
    ///     std::mem::swap(a, b);
    /// }
    /// ```
    Batch of NvDsBatchMeta
}

/// Keeps other threads, C code's too, from editing the batch's pools and lists. The lock is recursive.
#[must_use = "the lock is released when this is dropped"]
pub struct BatchLock<'a> {
    _locked: Locked,
    /// A recursive lock belongs to the thread that took it.
    _batch: PhantomData<(&'a Batch, *const ())>,
}

impl Batch {
    /// How many frames the batch was made for.
    pub fn max_frames(&self) -> u32 {
        // SAFETY: a view's struct is live.
        unsafe { (*self.raw()).max_frames_in_batch }
    }

    /// How many frames it has.
    pub fn num_frames(&self) -> u32 {
        // SAFETY: a view's struct is live.
        unsafe { (*self.raw()).num_frames_in_batch }
    }

    /// Takes the lock under which several threads may edit one batch. A thread that has the batch to itself needs none.
    pub fn lock(&self) -> BatchLock<'_> {
        // SAFETY: the guard borrows the batch.
        BatchLock { _locked: unsafe { lock(self.raw()) }, _batch: PhantomData }
    }

    /// Edits the batch under its lock, as an element does whose buffer C code may share.
    pub fn locked<R>(&mut self, edit: impl FnOnce(&mut Self) -> R) -> R {
        // SAFETY: the batch is borrowed longer than the guard lives.
        let _locked = unsafe { lock(self.raw()) };
        edit(self)
    }

    /// The frames, in the order they were added.
    pub fn frames(&self) -> impl Iterator<Item = &Frame> {
        // SAFETY: the list cannot change while `self` is borrowed.
        unsafe { Items::<Frame>::new((*self.raw()).frame_meta_list) }
    }

    /// The frames, to edit.
    pub fn frames_mut(&mut self) -> impl Iterator<Item = &mut Frame> {
        // SAFETY: as above, and `&mut self` is the only way to the frames.
        unsafe { ItemsMut::<Frame>::new((*self.raw()).frame_meta_list) }
    }

    /// Adds an empty frame behind the others; its `batch_id` is its place.
    pub fn add_frame(&mut self) -> &mut Frame {
        // SAFETY: the new frame is reached through `self` alone.
        unsafe {
            let owner = Owner::of(self.raw());
            let frame: *mut NvDsFrameMeta = owner.acquire();
            (*frame).batch_id = self.num_frames();
            (*frame).num_surfaces_per_frame = 1;
            owner.add_frame(frame);
            Frame::from_raw_mut(frame)
        }
    }

    /// Removes the frames `remove` says yes to.
    pub fn remove_frames(&mut self, mut remove: impl FnMut(&Frame) -> bool) {
        // SAFETY: the walk is one step ahead of the frame that may be taken out.
        unsafe {
            for frame in raw::list::walk::<NvDsFrameMeta>((*self.raw()).frame_meta_list) {
                if remove(Frame::from_raw(frame)) {
                    Owner::of(self.raw()).remove_frame(frame);
                }
            }
        }
    }

    /// The batch's own user metadata, in the order it was added.
    pub fn user_metas(&self) -> impl Iterator<Item = &UserMeta> {
        // SAFETY: as in `frames`.
        unsafe { Items::<UserMeta>::new((*self.raw()).batch_user_meta_list) }
    }

    /// Attaches data of a type of the caller's own.
    pub fn add_user<T: UserData>(&mut self, data: T) {
        // SAFETY: `&mut self`: nobody else edits the list.
        unsafe { put(Owner::of(self.raw()), Place::Batch(self.raw()), data) }
    }

    /// Attaches a struct of the ABI under its own meta type.
    pub fn add_abi<T: AbiData>(&mut self, data: T) {
        // SAFETY: as above.
        unsafe { put_abi(Owner::of(self.raw()), Place::Batch(self.raw()), data) }
    }

    /// Attaches data with callbacks of its own.
    ///
    /// # Safety
    /// The callbacks can be called with the data from any thread; release frees it, copy answers data of the same kind.
    pub unsafe fn add_raw_user(&mut self, raw: RawUserMeta) {
        // SAFETY: the caller's promise.
        unsafe { put_raw(Owner::of(self.raw()), Place::Batch(self.raw()), raw) }
    }

    /// Releases the user metadata `keep` says no to.
    pub fn retain_users(&mut self, mut keep: impl FnMut(&UserMeta) -> bool) {
        // SAFETY: `keep` gets nothing that reaches the batch.
        unsafe { Owner::of(self.raw()).retain_users(Place::Batch(self.raw()), |meta| keep(UserMeta::from_raw(meta))) }
    }

    /// The first attached data of type `T`.
    pub fn user<T: UserData>(&self) -> Option<&T> {
        find(self.user_metas())
    }

    /// Releases every frame and all user metadata.
    pub fn clear(&mut self) {
        // SAFETY: views of items borrow from `self`, so none is left.
        unsafe { Owner::of(self.raw()).clear() }
    }
}

/// A batch that is on no buffer yet. Dropped, it goes back to its pool or is freed.
pub struct OwnedBatch {
    store: NonNull<Store>,
}

// SAFETY: the batch is reached through this value alone; its user data is Send.
unsafe impl Send for OwnedBatch {}
// SAFETY: shared views only read.
unsafe impl Sync for OwnedBatch {}

impl OwnedBatch {
    /// An empty batch for up to `max_frames` frames, freed in the end. See [`BatchPool`](super::BatchPool) for streams.
    pub fn new(max_frames: u32) -> Self {
        // SAFETY: a new batch belongs to the caller alone.
        unsafe { Self::from_store(Store::create(max_frames)) }
    }

    /// # Safety
    /// `store` is live and nobody else's.
    pub(crate) unsafe fn from_store(store: *mut Store) -> Self {
        // SAFETY: stores are made by Box and never NULL.
        Self { store: unsafe { NonNull::new_unchecked(store) } }
    }

    /// Gives the batch up to whoever takes the pointer.
    pub(crate) fn into_store(self) -> *mut Store {
        std::mem::ManuallyDrop::new(self).store.as_ptr()
    }
}

/// A deep copy, from the same pool. Lists that grow at the head come out reversed, as DeepStream's do.
impl Clone for OwnedBatch {
    fn clone(&self) -> Self {
        // SAFETY: the copy is new.
        unsafe { Self::from_store(raw::copy::batch(self.store.as_ptr())) }
    }
}

impl Deref for OwnedBatch {
    type Target = Batch;

    fn deref(&self) -> &Batch {
        // SAFETY: the batch is live while `self` is borrowed.
        unsafe { Batch::from_raw(self.store.as_ptr().cast()) }
    }
}

impl DerefMut for OwnedBatch {
    fn deref_mut(&mut self) -> &mut Batch {
        // SAFETY: as above, and ours alone.
        unsafe { Batch::from_raw_mut(self.store.as_ptr().cast()) }
    }
}

impl Drop for OwnedBatch {
    fn drop(&mut self) {
        // SAFETY: nobody else has the batch.
        unsafe { raw::home::release(self.store.as_ptr()) };
    }
}
