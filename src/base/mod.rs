//! What every layer needs and nothing else: geometry, labels, time, exit status. Standard library only.

pub mod c_enum;
pub mod elements;
pub mod exit;
pub mod flow;
pub mod geometry;
pub mod grid;
pub mod home;
pub mod labels;
pub mod palette;
pub mod rates;
pub mod tiles;
