//! User metadata: data of the user's own type on a batch, a frame or an object.
//!
//! Rust types implement [`UserData`]: a copy of the buffer clones them, the release drops them. Data that C code shares
//! is either an [`AbiData`] type or attached raw, with callbacks of its own.

use super::ffi::batch::{NvDsBaseMeta, NvDsUserMeta};
use super::ffi::values::NVDS_START_USER_META;
use super::ffi::{NvDsMetaCopyFunc, NvDsMetaReleaseFunc};
use super::guard::guard;
use super::raw::owner::{Owner, Place};
use super::view::view;
use gst::glib::ffi::{g_quark_from_string, g_quark_to_string};
use std::any::{TypeId, type_name};
use std::ffi::{CStr, CString, c_void};
use std::ptr;

/// Data that can be attached to metadata. `Sync` because buffers with their metadata are shared between threads.
pub trait UserData: Clone + Send + Sync + 'static {
    /// The name the meta type is made from: `NVDS_START_USER_META` plus its quark. C code finds the data by
    /// `nvds_get_user_meta_type(name)`; the data it then sees is this type's memory.
    fn type_name() -> &'static str {
        type_name::<Self>()
    }

    /// What the trace shows of it; by default only its type's name.
    fn trace(&self) -> Option<serde_json::Value> {
        None
    }
}

/// User data that is one of the ABI's own structs under a fixed `NvDsMetaType`.
///
/// # Safety
/// `Self` is `repr(C)` and starts with the struct that C code expects under `META_TYPE`.
pub unsafe trait AbiData: UserData {
    /// `NvDsMetaType`.
    const META_TYPE: i32;
}

/// User metadata made by hand, as C code makes it.
#[derive(Clone, Copy)]
pub struct RawUserMeta {
    /// `NvDsMetaType`, or one from [`user_meta_type`].
    pub meta_type: i32,
    /// The data.
    pub data: *mut c_void,
    /// Called with the `NvDsUserMeta` to copy it, answers the copy's data. Without one the data is not copied.
    pub copy: NvDsMetaCopyFunc,
    /// Called with the `NvDsUserMeta` to release its data.
    pub release: NvDsMetaReleaseFunc,
    /// `uContext`, the callbacks' own.
    pub context: *mut c_void,
}

view! {
    /// One piece of user metadata (`NvDsUserMeta`).
    UserMeta of NvDsUserMeta
}

/// What is done to typed data through `uContext`, where the callbacks of this file keep it.
struct Table {
    id: fn() -> TypeId,
    clone: unsafe fn(*const c_void) -> *mut c_void,
    drop: unsafe fn(*mut c_void),
    trace: unsafe fn(*const c_void) -> Option<serde_json::Value>,
}

/// Carries the table of a type.
struct Typed<T>(std::marker::PhantomData<T>);

impl<T: UserData> Typed<T> {
    const TABLE: &'static Table = &Table {
        id: TypeId::of::<T>,
        // SAFETY: a table is used with data of its own type only: see `table`.
        clone: |data| unsafe { Box::into_raw(Box::new((*data.cast::<T>()).clone())).cast() },
        // SAFETY: as above; the data was made by Box.
        drop: |data| drop(unsafe { Box::from_raw(data.cast::<T>()) }),
        // SAFETY: as above.
        trace: |data| unsafe { (*data.cast::<T>()).trace() },
    };
}

/// The meta type of user data called `name`: `NVDS_START_USER_META` plus the name's quark.
pub fn user_meta_type(name: &str) -> i32 {
    named(&CString::new(name).unwrap_or_default())
}

/// The meta type of a C name.
pub(crate) fn named(name: &CStr) -> i32 {
    // SAFETY: GLib copies the string, if it is new.
    NVDS_START_USER_META.wrapping_add(unsafe { g_quark_from_string(name.as_ptr()) } as i32)
}

impl UserMeta {
    /// `NvDsMetaType`: one of the ABI's, or a name's (see [`user_meta_type`]).
    pub fn meta_type(&self) -> i32 {
        // SAFETY: a view's struct is live.
        unsafe { (*self.raw()).base_meta.meta_type }
    }

    /// The name the meta type was made from, if it was.
    pub fn type_name(&self) -> Option<&'static str> {
        let quark = u32::try_from(self.meta_type().checked_sub(NVDS_START_USER_META)?).ok().filter(|q| *q > 0)?;
        // SAFETY: quark strings are never freed; GLib answers NULL for a quark it does not know.
        unsafe { super::view::text(g_quark_to_string(quark)) }
    }

    /// The data, if it was attached as a `T`.
    pub fn data<T: UserData>(&self) -> Option<&T> {
        let table = self.table()?;
        // SAFETY: the table says that the data is a T; it lives as long as the item.
        ((table.id)() == TypeId::of::<T>()).then(|| unsafe { &*(*self.raw()).user_meta_data.cast::<T>() })
    }

    /// The data to edit, if it was attached as a `T`.
    pub fn data_mut<T: UserData>(&mut self) -> Option<&mut T> {
        let table = self.table()?;
        // SAFETY: as in `data`, and `&mut self`.
        ((table.id)() == TypeId::of::<T>()).then(|| unsafe { &mut *(*self.raw()).user_meta_data.cast::<T>() })
    }

    /// What the data says of itself, for the trace.
    pub(crate) fn trace(&self) -> Option<serde_json::Value> {
        // SAFETY: the table belongs to the data's type.
        self.table().and_then(|table| unsafe { (table.trace)((*self.raw()).user_meta_data) })
    }

    /// The table of typed data; `None` for data of C code.
    fn table(&self) -> Option<&'static Table> {
        // SAFETY: a view's struct is live.
        unsafe { table(self.raw()) }
    }
}

/// # Safety
/// `meta` is live.
unsafe fn table(meta: *const NvDsUserMeta) -> Option<&'static Table> {
    // SAFETY: only this file attaches `release`, and always with a table.
    unsafe {
        let NvDsBaseMeta { release_func, uContext, .. } = (*meta).base_meta;
        let ours = release_func.is_some_and(|func| ptr::fn_addr_eq(func, RELEASE));
        (ours && !(*meta).user_meta_data.is_null()).then(|| &*uContext.cast::<Table>())
    }
}

/// One address for all uses, so that it can be compared.
static RELEASE: unsafe extern "C" fn(*mut c_void, *mut c_void) = release;

/// Clones typed data for a copy of its item. A panic is logged, and the item is left out of the copy.
unsafe extern "C" fn copy(meta: *mut c_void, _user_data: *mut c_void) -> *mut c_void {
    // SAFETY: a copy function gets the NvDsUserMeta it stands in.
    unsafe {
        let meta: *const NvDsUserMeta = meta.cast();
        let Some(table) = table(meta) else { return ptr::null_mut() };
        guard("copying user metadata", ptr::null_mut(), || (table.clone)((*meta).user_meta_data))
    }
}

/// Drops typed data.
unsafe extern "C" fn release(meta: *mut c_void, _user_data: *mut c_void) {
    // SAFETY: a release function gets the NvDsUserMeta it stands in.
    unsafe {
        let meta: *mut NvDsUserMeta = meta.cast();
        if let Some(table) = table(meta) {
            let data = ptr::replace(&raw mut (*meta).user_meta_data, ptr::null_mut());
            guard("releasing user metadata", (), || (table.drop)(data));
        }
    }
}

/// The meta type of a Rust type. A type's name is looked up each time: a lock and a hash, no allocation.
fn meta_type<T: UserData>() -> i32 {
    let name = T::type_name();
    let mut buffer = [0u8; 256];
    if name.len() >= buffer.len() || name.contains('\0') {
        return user_meta_type(name);
    }
    buffer[..name.len()].copy_from_slice(name.as_bytes());
    named(CStr::from_bytes_until_nul(&buffer).unwrap_or_default())
}

/// Attaches typed data to a place.
///
/// # Safety
/// The place is the owner's batch or in it, and the caller may edit it.
pub(crate) unsafe fn put<T: UserData>(owner: Owner, place: Place, data: T) {
    // SAFETY: the caller's promise.
    unsafe { put_raw(owner, place, typed(meta_type::<T>(), data)) }
}

/// Attaches a struct of the ABI to a place.
///
/// # Safety
/// As [`put`].
pub(crate) unsafe fn put_abi<T: AbiData>(owner: Owner, place: Place, data: T) {
    // SAFETY: the caller's promise.
    unsafe { put_raw(owner, place, typed(T::META_TYPE, data)) }
}

fn typed<T: UserData>(meta_type: i32, data: T) -> RawUserMeta {
    RawUserMeta {
        meta_type,
        data: Box::into_raw(Box::new(data)).cast(),
        copy: Some(copy),
        release: Some(RELEASE),
        context: ptr::from_ref(Typed::<T>::TABLE).cast_mut().cast(),
    }
}

/// Attaches raw data to a place.
///
/// # Safety
/// As [`put`]; the callbacks fit the data.
pub(crate) unsafe fn put_raw(owner: Owner, place: Place, raw: RawUserMeta) {
    // SAFETY: the caller's promise.
    unsafe {
        let meta: *mut NvDsUserMeta = owner.acquire();
        (*meta).base_meta.meta_type = raw.meta_type;
        (*meta).base_meta.copy_func = raw.copy;
        (*meta).base_meta.release_func = raw.release;
        (*meta).base_meta.uContext = raw.context;
        (*meta).user_meta_data = raw.data;
        owner.add_user(place, meta);
    }
}

/// The first data of type `T` among user metas.
pub(crate) fn find<'a, T: UserData>(metas: impl Iterator<Item = &'a UserMeta>) -> Option<&'a T> {
    metas.into_iter().find_map(UserMeta::data)
}
