//! Times as messages have them: RFC 3339 in UTC with milliseconds, `2026-11-21T19:30:00.125Z`.

use gst::glib;
use std::time::{SystemTime, UNIX_EPOCH};

/// A time in nanoseconds since 1970; the year 9999 at most.
pub fn rfc3339(nanoseconds: u64) -> String {
    let (seconds, milliseconds) = (nanoseconds / 1_000_000_000, nanoseconds / 1_000_000 % 1000);
    let date = i64::try_from(seconds).ok().and_then(|seconds| glib::DateTime::from_unix_utc(seconds).ok());
    let text = date.and_then(|date| date.format("%Y-%m-%dT%H:%M:%S").ok());
    format!("{}.{milliseconds:03}Z", text.as_deref().unwrap_or("1970-01-01T00:00:00"))
}

/// This moment.
pub fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    rfc3339(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(951_782_400_999_999_999), "2000-02-29T00:00:00.999Z");
        assert_eq!(rfc3339(1_763_753_400_007_000_000), "2025-11-21T19:30:00.007Z");
        assert_eq!(rfc3339(u64::MAX), "2554-07-21T23:34:33.709Z");
        assert_eq!((now().len(), now().ends_with('Z')), (24, true));
    }
}
