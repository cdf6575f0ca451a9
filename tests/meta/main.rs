//! The metadata layer from outside: views, lists, copies, buffers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod foreign;
mod latency;
mod trace;
mod user;
mod views;
