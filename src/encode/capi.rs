//! `nvds_obj_enc_*`: JPEG pictures of objects and frames, for C.

use super::encoder::{Encoder, Request, Target};
use super::image::EncodedImage;
use super::jpeg::EncodeError;
use crate::base::geometry::Size;
use crate::meta::ffi::batch::{NvDsFrameMeta, NvDsObjectMeta};
use crate::meta::ffi::object_encode::NvDsObjEncUsrArgs;
use crate::meta::{Frame, Object};
use crate::surface::SurfaceError;
use crate::surface::ffi::NvBufSurface;
use crate::surface::memory::view_of;
use std::ffi::{CStr, c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::ptr;
use std::sync::{Mutex, PoisonError};

/// The quality of pictures whose arguments name none.
const QUALITY: u8 = 80;

/// An object encoder: opaque to C.
pub struct NvDsObjEncCtx {
    inner: Mutex<Context>,
}

struct Context {
    encoder: Encoder,
    /// Where pictures are attached once they are there, by number.
    owners: Vec<(usize, Owner)>,
}

/// What a picture is attached to. It lives until `nvds_obj_enc_finish` has returned, by the caller's word.
#[derive(Clone, Copy)]
enum Owner {
    Object(*mut NvDsObjectMeta),
    Frame(*mut NvDsFrameMeta),
}

/// A handle of an object encoder.
pub type NvDsObjEncCtxHandle = *mut NvDsObjEncCtx;

/// Why a picture is not made.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("a pointer is NULL")]
    Null,
    #[error("the arguments ask to scale to {0}x{1}")]
    Scale(i32, i32),
    #[error(transparent)]
    Surface(#[from] SurfaceError),
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// Runs the body of a C function; a panic is logged and answered with `fallback`.
fn guarded<R>(fallback: R, run: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        tracing::error!("a panic in the object encoder");
        fallback
    })
}

/// A new encoder. The device is not used: surfaces are in host memory. NULL if no thread can be started.
#[unsafe(no_mangle)]
pub extern "C" fn nvds_obj_enc_create_context(_gpu_id: c_int) -> NvDsObjEncCtxHandle {
    guarded(ptr::null_mut(), || match Encoder::new() {
        Ok(encoder) => {
            let inner = Mutex::new(Context { encoder, owners: Vec::new() });
            Box::into_raw(Box::new(NvDsObjEncCtx { inner }))
        }
        Err(error) => {
            tracing::error!("nvds_obj_enc_create_context: {error}");
            ptr::null_mut()
        }
    })
}

/// Finishes what was asked for and frees the encoder. Pictures not waited for are not attached.
///
/// # Safety
/// `handle` is NULL or one that was created and not yet destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_obj_enc_destroy_context(handle: NvDsObjEncCtxHandle) {
    if !handle.is_null() {
        // SAFETY: the caller's promise.
        guarded((), || drop(unsafe { Box::from_raw(handle) }));
    }
}

/// Asks for a picture of an object, or of its whole frame (`isFrame`). Returns at once; `nvds_obj_enc_finish` waits.
///
/// # Safety
/// `handle` is live, the others are NULL or live; object and frame live until `nvds_obj_enc_finish` has returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_obj_enc_process(
    handle: NvDsObjEncCtxHandle,
    args: *mut NvDsObjEncUsrArgs,
    surface: *mut NvBufSurface,
    obj_meta: *mut NvDsObjectMeta,
    frame_meta: *mut NvDsFrameMeta,
) -> bool {
    guarded(false, || {
        // SAFETY: the caller's promise.
        unsafe { process(handle, args, surface, obj_meta, frame_meta) }
            .inspect_err(|error| tracing::error!("nvds_obj_enc_process: {error}"))
            .is_ok()
    })
}

/// Waits for all pictures asked for, and attaches those that should be.
///
/// # Safety
/// `handle` is NULL or live, as are the objects and frames that pictures were asked for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_obj_enc_finish(handle: NvDsObjEncCtxHandle) {
    // SAFETY: the caller's promise.
    let Some(context) = (unsafe { handle.as_ref() }) else { return };
    guarded((), || {
        let mut inner = context.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let Context { encoder, owners } = &mut *inner;
        encoder.finish(|number, result| {
            let owner = owners.iter().find(|owner| owner.0 == number).map(|owner| owner.1);
            let (Some(owner), Ok(bytes)) = (owner, result) else { return };
            // SAFETY: the caller's promise; lists are edited under the batch's lock.
            unsafe {
                match owner {
                    Owner::Object(object) => Object::from_ptr_mut(object).add_abi(EncodedImage::new(bytes)),
                    Owner::Frame(frame) => Frame::from_ptr_mut(frame).add_abi(EncodedImage::new(bytes)),
                }
            }
        });
        owners.clear();
    });
}

/// # Safety
/// As `nvds_obj_enc_process`.
unsafe fn process(
    handle: NvDsObjEncCtxHandle,
    args: *mut NvDsObjEncUsrArgs,
    surface: *mut NvBufSurface,
    obj_meta: *mut NvDsObjectMeta,
    frame_meta: *mut NvDsFrameMeta,
) -> Result<(), Refused> {
    // SAFETY: the caller's promise.
    let (context, args) = unsafe { (handle.as_ref().ok_or(Refused::Null)?, args.as_ref().ok_or(Refused::Null)?) };
    if surface.is_null() || frame_meta.is_null() || (obj_meta.is_null() && !args.isFrame) {
        return Err(Refused::Null);
    }
    // SAFETY: the caller's promise; nobody writes the surface while its pixels are copied.
    let (frame, object, view) = unsafe {
        let frame = Frame::from_ptr(frame_meta);
        let object = (!args.isFrame).then(|| Object::from_ptr(obj_meta));
        (frame, object, view_of(surface, frame.batch_id() as usize)?)
    };
    let request = Request {
        rect: object.map(Object::rect),
        scaled: scaled(args)?,
        quality: u8::try_from(args.quality).ok().filter(|quality| (1..=100).contains(quality)).unwrap_or(QUALITY),
        file: args.saveImg.then(|| target(args, frame, object)),
        timed: args.calcEncodeTime,
    };
    let mut inner = context.inner.lock().unwrap_or_else(PoisonError::into_inner);
    let number = inner.encoder.request(&view, request)?;
    if args.attachUsrMeta {
        let owner = if args.isFrame { Owner::Frame(frame_meta) } else { Owner::Object(obj_meta) };
        inner.owners.push((number, owner));
    }
    Ok(())
}

/// The size asked for.
fn scaled(args: &NvDsObjEncUsrArgs) -> Result<Option<Size>, Refused> {
    let (width, height) = (args.scaledWidth, args.scaledHeight);
    match (args.scaleImg, u32::try_from(width), u32::try_from(height)) {
        (false, ..) => Ok(None),
        (true, Ok(width @ 1..), Ok(height @ 1..)) => Ok(Some(Size { width, height })),
        _ => Err(Refused::Scale(width, height)),
    }
}

/// The file asked for: by name, or `frame_stream_object_label_<width>x<height>.jpg`.
fn target(args: &NvDsObjEncUsrArgs, frame: &Frame, object: Option<&Object>) -> Target {
    let name = CStr::from_bytes_until_nul(bytes_of(&args.fileNameImg)).unwrap_or_default().to_string_lossy();
    if !name.is_empty() {
        return Target::File(PathBuf::from(name.as_ref()));
    }
    // A label is a name, not a path.
    let label = object.map_or("frame", Object::label).replace('/', "-");
    Target::Sized(format!("{}_{}_{}_{label}", frame.frame_num(), frame.source_id(), args.objNum))
}

fn bytes_of(chars: &[c_char]) -> &[u8] {
    // SAFETY: c_char and u8 have the same layout.
    unsafe { std::slice::from_raw_parts(chars.as_ptr().cast(), chars.len()) }
}
