//! `nvmsgbroker`: sends the messages that `nvmsgconv` attached to frames to a broker, each at least once.
//!
//! ```text
//! gst-launch-1.0 nvstreammux name=mux batch-size=1 ! nvmsgbroker proto-lib=file conn-str=/tmp/messages.jsonl sync=false \
//!     nvurisrcbin uri=test:smpte ! mux.sink_0
//! ```
//!
//! `proto-lib` is the name of DeepStream's adaptor library or short: `kafka`, `amqp`, `mqtt`, `redis`, `file`. A message is
//! taken over at once; video never waits for a broker. Extensions: `spool-dir` and `spool-size` say where and how much is
//! kept until the broker acknowledges it, `flush-timeout` how long the end of the stream waits for that, `stats` counts.
//! `docs/messages.md` says what is promised.

mod error;
mod imp;
mod place;
mod settings;

use gst::glib;
use gst::prelude::*;

glib::wrapper! {
    /// The element.
    pub struct NvMsgBroker(ObjectSubclass<imp::NvMsgBroker>) @extends gst_base::BaseSink, gst::Element, gst::Object;
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvmsgbroker", gst::Rank::NONE, NvMsgBroker::static_type())
}
