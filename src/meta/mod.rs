//! Metadata with DeepStream 9.1's ABI: raw structs, pools, safe views, the `GstMeta`, the C functions.
//!
//! ```
//! use ds_apps::meta::{Batch, BatchPool, attach};
//! # gst::init()?;
//! let pool = BatchPool::new(1);
//! let mut batch = pool.acquire();
//! let object = batch.add_frame().add_object();
//! object.set_label("car");
//! object.set_confidence(0.9);
//!
//! let mut buffer = gst::Buffer::new();
//! attach(buffer.make_mut(), batch);
//! for frame in Batch::of(&buffer).into_iter().flat_map(Batch::frames) {
//!     for object in frame.objects() {
//!         println!("{} {:.2}", object.label(), object.confidence());
//!     }
//! }
//! # Ok::<(), gst::glib::Error>(())
//! ```

pub mod analytics;
mod batch;
mod batch_pool;
pub mod capi;
mod carry;
mod classifier;
pub mod custom_message;
mod display;
mod error;
pub mod event;
pub mod event_message;
pub mod ffi;
mod frame;
mod gst_meta;
mod guard;
pub mod latency;
pub mod ntp;
mod object;
pub mod optical_flow;
pub mod payload;
mod place;
pub mod preprocess;
mod raw;
pub mod segmentation;
pub mod tensor;
mod text;
pub mod trace;
mod trace_user;
pub mod tracker;
mod user;
mod view;

pub use batch::{Batch, BatchLock, OwnedBatch};
pub use batch_pool::BatchPool;
pub use carry::carry;
pub use classifier::{Classifier, Label};
pub use display::{ArrowHead, Circle, Display, Line, Point, Rectangle};
pub use error::MetaError;
pub use frame::{Frame, Sensor};
pub use gst_meta::{attach, detach, is_nvds_meta};
pub use object::{Mask, Object, ObjectKey};
pub use text::{Colour, Font, Text, TextStyle};
pub use trace_user::{Serialiser, UserTrace, register_serialiser};
pub use user::{AbiData, RawUserMeta, UserData, UserMeta, user_meta_type};
