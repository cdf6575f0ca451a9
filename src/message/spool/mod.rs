//! The spool: messages wait here, on disk, until a broker has acknowledged them.
//!
//! A spool is a folder. Messages are numbered from 1 without end and appended to segment files (`00000000000000000001.spool`,
//! named after the first number in them); `acknowledged` holds the number up to which all are done; `lock` keeps a second
//! process out. A message is written with one `write` before it is offered to the broker, so it survives the end of the
//! process in whatever way, SIGKILL included. Files are handed to the disk (`fdatasync`) once a second, so that a loss of
//! power costs the last second at most. `acknowledged` may lag behind: what was acknowledged just before the end is sent again.

mod acked;
mod disk;
mod error;
mod record;
mod segment;
mod store;

pub use disk::check;
pub use error::SpoolError;
pub use store::{Appended, Recovery, Spool};

#[cfg(test)]
mod tests;
