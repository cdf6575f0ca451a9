//! Drawing on surfaces in place, in their own format. Knows no GStreamer and no metadata.
