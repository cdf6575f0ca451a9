//! What the media elements share: choosing the machine's codec elements, bridging system memory and NVMM, reporting
//! a child's errors, and keeping properties for a child. Nothing here is registered.

pub mod bridge;
pub mod choose;
pub mod even_size;
pub mod kept;
pub mod nal;
pub mod pads;
pub mod relay;
