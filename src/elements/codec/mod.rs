//! What the media elements share: choosing the machine's codec elements, bridging system memory and NVMM, reporting
//! a child's errors, and taking properties that have no meaning on host surfaces. Nothing here is registered.

pub mod accepted;
pub mod bridge;
pub mod choose;
pub mod nal;
pub mod pads;
pub mod relay;
