//! Keeps panics from crossing into C.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `work`; a panic becomes a log line and `fallback`.
pub(crate) fn guard<R>(doing: &str, fallback: R, work: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        tracing::error!("a panic while {doing}: {}", text.unwrap_or("no message"));
        // The destructor of a payload of another type may panic as well.
        if text.is_none() {
            std::mem::forget(panic);
        }
        fallback
    })
}
