//! Messages and their way out: what they say (the schemas), broker clients behind one trait, the spool that outlives an
//! outage, and the courier that carries messages from a pipeline through the spool to a broker without ever making the
//! pipeline wait. Knows no GStreamer.

pub mod broker;
pub mod courier;
pub mod envelope;
pub mod schema;
pub mod spool;
