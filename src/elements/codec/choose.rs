//! Which of the machine's codec elements does a job, and which Debian package would.

use gst::prelude::*;

/// Whether a factory may stand behind one of ours: neither NVIDIA's own nor ourselves.
fn foreign(factory: &gst::ElementFactory) -> bool {
    let ours = factory.name().starts_with("nvv4l2") || factory.name() == "nvurisrcbin";
    let nvidia = factory.plugin_name().is_some_and(|plugin| plugin == "nvvideo4linux2");
    !ours && !nvidia
}

/// Decoders that take all of `caps`, the highest rank first, of equal rank in the order of their names (as decodebin
/// ranks them). Rank `none` means unwanted.
pub fn decoders(caps: &gst::Caps) -> Vec<gst::ElementFactory> {
    let media = gst::ElementFactoryType::MEDIA_VIDEO | gst::ElementFactoryType::MEDIA_IMAGE;
    let kinds = gst::ElementFactoryType::DECODER | media;
    let mut found: Vec<_> = gst::ElementFactory::factories_with_type(kinds, gst::Rank::MARGINAL)
        .into_iter()
        .filter(|factory| foreign(factory) && factory.can_sink_all_caps(caps))
        .collect();
    found.sort_by_key(|factory| (std::cmp::Reverse(factory.rank()), factory.name()));
    found
}

/// Makes the first of `factories` that opens (reaches READY) on this machine; hardware codecs are often installed
/// where they cannot work.
pub fn first_usable<'a>(factories: impl IntoIterator<Item = &'a gst::ElementFactory>) -> Option<gst::Element> {
    factories.into_iter().find_map(|factory| {
        let element = factory.create().build().ok()?;
        let opened = element.set_state(gst::State::Ready).is_ok();
        if !opened {
            let _ = element.set_state(gst::State::Null);
        }
        opened.then_some(element)
    })
}

/// Sets the first of `names` that `element` has to `value`, given in its text form; says whether there was one.
pub fn set_first(element: &gst::Element, names: &[&str], value: &str) -> bool {
    let Some(name) = names.iter().find(|name| element.find_property(name).is_some()) else { return false };
    element.set_property_from_str(name, value);
    true
}

/// What a codec is called, and the Debian package with a decoder for it, by media type.
pub fn codec(caps: &gst::CapsRef) -> (&'static str, &'static str) {
    let Some(structure) = caps.structure(0) else { return ("video", "gstreamer1.0-libav") };
    match structure.name().as_str() {
        "video/x-h264" => ("H.264", "gstreamer1.0-libav"),
        "video/x-h265" => ("H.265", "gstreamer1.0-libav"),
        "video/x-divx" => ("DivX", "gstreamer1.0-libav"),
        "video/x-vp8" => ("VP8", "gstreamer1.0-plugins-good"),
        "video/x-vp9" => ("VP9", "gstreamer1.0-plugins-good"),
        "video/x-av1" => ("AV1", "gstreamer1.0-plugins-bad"),
        "image/jpeg" => ("JPEG", "gstreamer1.0-plugins-good"),
        "video/mpeg" if structure.get::<i32>("mpegversion") == Ok(4) => ("MPEG-4", "gstreamer1.0-libav"),
        "video/mpeg" => ("MPEG-1/2", "gstreamer1.0-libav"),
        _ => ("video", "gstreamer1.0-libav"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoders_come_by_rank_and_are_never_ours() {
        gst::init().unwrap();
        let caps = gst::Caps::builder("image/jpeg").build();
        let found = decoders(&caps);
        assert!(found.windows(2).all(|pair| pair[0].rank() >= pair[1].rank()));
        assert!(found.iter().all(|factory| !factory.name().starts_with("nv")));
        assert!(decoders(&gst::Caps::builder("video/x-nothing").build()).is_empty());
    }

    #[test]
    fn a_codec_has_a_name_and_a_package() {
        gst::init().unwrap();
        let mpeg4 = gst::Caps::builder("video/mpeg").field("mpegversion", 4).build();
        assert_eq!(codec(&mpeg4), ("MPEG-4", "gstreamer1.0-libav"));
        assert_eq!(codec(&gst::Caps::builder("video/x-av1").build()), ("AV1", "gstreamer1.0-plugins-bad"));
    }
}
