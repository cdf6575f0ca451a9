//! Messages and service of the Open Inference Protocol (KServe v2) over gRPC, generated from `proto/kserve.proto`.
#![allow(missing_docs, clippy::all)]

include!(concat!(env!("OUT_DIR"), "/inference.rs"));
