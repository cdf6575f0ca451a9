//! Inference without GStreamer: engines, preprocessing, decoding, clustering.
