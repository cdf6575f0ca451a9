//! DeepStream's custom events: what happened to one source of a batch.
//!
//! A batch has one event stream for many sources, so their own stream-start, segment and EOS travel as these events.

use super::ffi::values::*;
use crate::base::geometry::Size;
use gst::glib::translate::{IntoGlibPtr, from_glib_full};

/// An event about one source.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceEvent {
    /// A source was added.
    PadAdded,
    /// A source was removed.
    PadDeleted,
    /// A source has ended; the others go on.
    Eos,
    /// The source's segment.
    Segment(gst::Segment),
    /// The source starts anew.
    Reset,
    /// The source's stream id.
    Start(String),
    /// What the source's caps say: size of its frames, and their rate.
    Caps(Size, gst::Fraction),
}

/// Event type of each kind and how its structure's name begins, in the order of [`SourceEvent`]. The source's number
/// follows: of sticky events that bear the same name a pad keeps only the last.
const KINDS: [(u32, &str); 7] = [
    (GST_NVEVENT_PAD_ADDED, "nv-pad-added"),
    (GST_NVEVENT_PAD_DELETED, "nv-pad-deleted"),
    (GST_NVEVENT_STREAM_EOS, "nv-stream-eos"),
    (GST_NVEVENT_STREAM_SEGMENT, "nv-stream-segment"),
    (GST_NVEVENT_STREAM_RESET, "nv-stream-reset"),
    (GST_NVEVENT_STREAM_START, "nv-stream-start"),
    (GST_NVEVENT_UPDATE_CAPS, "update-caps"),
];

const SOURCE: &str = "source-id";
const SEGMENT: &str = "segment";
const STREAM: &str = "stream-id";
const WIDTH: &str = "width-val";
const HEIGHT: &str = "height-val";
const RATE: &str = "frame-rate";

impl SourceEvent {
    fn kind(&self) -> (u32, &'static str) {
        KINDS[match self {
            SourceEvent::PadAdded => 0,
            SourceEvent::PadDeleted => 1,
            SourceEvent::Eos => 2,
            SourceEvent::Segment(_) => 3,
            SourceEvent::Reset => 4,
            SourceEvent::Start(_) => 5,
            SourceEvent::Caps(..) => 6,
        }]
    }

    /// The event for source (mux pad) `source_id`.
    pub fn event(&self, source_id: u32) -> gst::Event {
        let (kind, name) = self.kind();
        let structure = gst::Structure::builder(format!("{name}-{source_id}")).field(SOURCE, source_id);
        custom(
            kind,
            match self {
                SourceEvent::Segment(segment) => structure.field(SEGMENT, segment).build(),
                SourceEvent::Start(stream_id) => structure.field(STREAM, stream_id).build(),
                SourceEvent::Caps(size, rate) => {
                    structure.field(WIDTH, size.width).field(HEIGHT, size.height).field(RATE, rate).build()
                }
                _ => structure.build(),
            },
        )
    }

    /// The source and the event of a GStreamer event; `None` for all others.
    pub fn parse(event: &gst::EventRef) -> Option<(u32, Self)> {
        let at = KINDS.iter().position(|kind| kind.0 == type_of(event))?;
        let structure = event.structure()?;
        let parsed = match at {
            0 => SourceEvent::PadAdded,
            1 => SourceEvent::PadDeleted,
            2 => SourceEvent::Eos,
            3 => SourceEvent::Segment(structure.get(SEGMENT).ok()?),
            4 => SourceEvent::Reset,
            5 => SourceEvent::Start(structure.get(STREAM).ok()?),
            _ => {
                let size = Size { width: structure.get(WIDTH).ok()?, height: structure.get(HEIGHT).ok()? };
                SourceEvent::Caps(size, structure.get(RATE).ok()?)
            }
        };
        Some((structure.get(SOURCE).ok()?, parsed))
    }
}

/// Asks `nvinfer` to run on every `interval + 1`th batch of a stream.
pub fn infer_interval_update(stream_id: &str, interval: u32) -> gst::Event {
    let structure = gst::Structure::builder("nv-infer-interval-update");
    let structure = structure.field("stream_id", stream_id).field("interval", interval);
    custom(GST_NVEVENT_INFER_INTERVAL_UPDATE, structure.build())
}

/// Stream id and interval of an [`infer_interval_update`]; `None` for other events.
pub fn parse_infer_interval_update(event: &gst::EventRef) -> Option<(String, u32)> {
    let structure = event.structure().filter(|_| type_of(event) == GST_NVEVENT_INFER_INTERVAL_UPDATE)?;
    Some((structure.get("stream_id").ok()?, structure.get("interval").ok()?))
}

/// Asks `nvdsanalytics` to read its configuration anew.
pub fn analytics_reload_config(config_file: &str) -> gst::Event {
    let structure = gst::Structure::builder("nv-analytics-reload_config-update");
    custom(GST_NVEVENT_ANALYTICS_RELOAD_CONFIG_UPDATE, structure.field("config_file_path", config_file).build())
}

/// The file of an [`analytics_reload_config`]; `None` for other events.
pub fn parse_analytics_reload_config(event: &gst::EventRef) -> Option<String> {
    let structure = event.structure().filter(|_| type_of(event) == GST_NVEVENT_ANALYTICS_RELOAD_CONFIG_UPDATE)?;
    structure.get("config_file_path").ok()
}

/// The number of an event's type; DeepStream's are not known to the bindings.
fn type_of(event: &gst::EventRef) -> u32 {
    // SAFETY: the event is live; the field is a plain number.
    unsafe { (*event.as_ptr()).type_ as u32 }
}

/// A custom event. The type number says that it goes downstream, serialised, and sticks.
fn custom(kind: u32, structure: gst::Structure) -> gst::Event {
    // SAFETY: the structure is handed over; the answer is a new event.
    unsafe { from_glib_full(gst::ffi::gst_event_new_custom(kind as gst::ffi::GstEventType, structure.into_glib_ptr())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_back_as_they_were_made() {
        gst::init().unwrap();
        let mut segment = gst::FormattedSegment::<gst::ClockTime>::new();
        segment.set_start(gst::ClockTime::from_seconds(2));
        for event in [
            SourceEvent::PadAdded,
            SourceEvent::PadDeleted,
            SourceEvent::Eos,
            SourceEvent::Segment(segment.upcast()),
            SourceEvent::Reset,
            SourceEvent::Start("abc".into()),
            SourceEvent::Caps(Size { width: 640, height: 360 }, gst::Fraction::new(30, 1)),
        ] {
            assert_eq!(SourceEvent::parse(&event.event(3)), Some((3, event)));
        }
        assert_eq!(SourceEvent::parse(&gst::event::Eos::new()), None);
        let update = infer_interval_update("7", 4);
        assert_eq!(parse_infer_interval_update(&update), Some(("7".to_owned(), 4)));
        assert_eq!(SourceEvent::parse(&update), None);
        let reload = analytics_reload_config("a.txt");
        assert_eq!(parse_analytics_reload_config(&reload).as_deref(), Some("a.txt"));
        assert_eq!(parse_analytics_reload_config(&update), None);
    }

    #[test]
    fn sources_events_stick_and_are_serialised() {
        gst::init().unwrap();
        let event = SourceEvent::Eos.event(0);
        assert!(event.is_sticky() && event.is_serialized());
        assert_eq!(SourceEvent::PadAdded.event(12).structure().unwrap().name(), "nv-pad-added-12");
    }
}
