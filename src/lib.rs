//! DeepStream's sample apps on any machine.
//!
//! The map of the layers; each may use those before it, as `tests/architecture.rs` holds:
//!
//! | layer | what it is |
//! |---|---|
//! | [`base`] | geometry, labels, time, exit status, paths of shipped files |
//! | [`meta`] | DeepStream's metadata: ABI, pools, views, C functions |
//! | [`surface`] | `NvBufSurface` and what is done to pixels |
//! | [`catalog`] | models that are fetched: list, download, check |
//! | [`config`] | DeepStream's key files and YAML as typed structs |
//! | [`infer`] | engines, preprocessing, decoding, clustering |
//! | [`track`] | detections of each frame to objects with lasting ids |
//! | [`analytics`] | regions, lines, directions: what objects with ids do |
//! | [`flow`] | how parts of a picture move from frame to frame |
//! | [`draw`] | boxes, text, lines on surfaces |
//! | [`encode`] | JPEG pictures of frames and objects |
//! | [`message`] | what messages say, brokers' clients, the spool, the courier between |
//! | [`elements`] | the GStreamer elements under DeepStream's names |
//! | [`rest`] | the REST service of a running pipeline |
//! | [`pipeline`] | what apps are written with |
//! | [`apps`] | one file per command |

pub mod analytics;
pub mod apps;
pub mod base;
pub mod catalog;
pub mod config;
pub mod draw;
pub mod elements;
pub mod encode;
pub mod flow;
pub mod infer;
pub mod message;
pub mod meta;
pub mod pipeline;
pub mod rest;
pub mod surface;
pub mod track;
