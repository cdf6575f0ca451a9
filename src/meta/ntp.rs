//! NTP times of RTSP sources.
//!
//! GStreamer's `rtspsrc` can put the sender's clock on each buffer as a `GstReferenceTimestampMeta` with caps
//! `timestamp/x-ntp`, from the RTCP sender reports; `nvstreammux` makes `ntp_timestamp` of it.

use gst::prelude::*;

/// Seconds from 1900, where NTP counts from, to 1970.
const NTP_TO_UNIX: u64 = 2_208_988_800;

/// Makes an `rtspsrc` put the sender's NTP time on its buffers. In a bin (`uridecodebin`, `urisourcebin`,
/// `nvurisrcbin`) this is done to every `rtspsrc` inside, now and later.
pub fn configure_source(element: &gst::Element) {
    configure(element);
    let Some(bin) = element.downcast_ref::<gst::Bin>() else { return };
    for inside in bin.iterate_recurse() {
        let Ok(inside) = inside else { break };
        configure(&inside);
    }
    bin.connect_deep_element_added(|_, _, element| configure(element));
}

/// The wall-clock time of a buffer in nanoseconds since 1970, where its source told.
pub fn timestamp(buffer: &gst::BufferRef) -> Option<u64> {
    let mut metas = buffer.iter_meta::<gst::ReferenceTimestampMeta>();
    metas.find_map(|meta| {
        let structure = meta.reference().structure(0)?;
        match structure.name().as_str() {
            "timestamp/x-ntp" => meta.timestamp().nseconds().checked_sub(NTP_TO_UNIX * 1_000_000_000),
            "timestamp/x-unix" => Some(meta.timestamp().nseconds()),
            _ => None,
        }
    })
}

/// Sets the property where the element has it (GStreamer 1.22 or newer).
fn configure(element: &gst::Element) {
    const PROPERTY: &str = "add-reference-timestamp-meta";
    let is_rtsp = element.factory().is_some_and(|factory| factory.name() == "rtspsrc");
    if !is_rtsp {
        return;
    }
    if element.find_property(PROPERTY).is_some() {
        element.set_property(PROPERTY, true);
    } else {
        tracing::warn!("{}: NTP times need GStreamer 1.22 or newer", element.name());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ntp_references_become_unix_times() {
        gst::init().unwrap();
        let mut buffer = gst::Buffer::new();
        assert_eq!(timestamp(&buffer), None);
        let ntp = gst::ClockTime::from_seconds(NTP_TO_UNIX + 10);
        let caps = gst::Caps::new_empty_simple("timestamp/x-ntp");
        gst::ReferenceTimestampMeta::add(buffer.make_mut(), &caps, ntp, gst::ClockTime::NONE);
        assert_eq!(timestamp(&buffer), Some(10_000_000_000));
    }

    #[test]
    fn a_bin_passes_it_on_to_its_rtspsrc() {
        gst::init().unwrap();
        let bin = gst::Bin::new();
        configure_source(bin.upcast_ref());
        let Ok(source) = gst::ElementFactory::make("rtspsrc").build() else { return };
        bin.add(&source).unwrap();
        if source.find_property("add-reference-timestamp-meta").is_some() {
            assert!(source.property::<bool>("add-reference-timestamp-meta"));
        }
    }
}
