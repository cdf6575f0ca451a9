//! From a [`Graph`] to GStreamer: elements are made, their properties set, their pads linked.

use gst::prelude::*;

use super::{
    PipelineError,
    graph::{Element, Graph, Part},
    suggest,
};

/// The built pipeline and the places the runner looks at.
pub(super) struct Assembly {
    pub(super) pipeline: gst::Pipeline,
    /// In the order of the inputs.
    pub(super) sources: Vec<Attached>,
    pub(super) batcher: Option<gst::Element>,
    /// The elements of the main chain, without the batcher.
    pub(super) main: Vec<gst::Element>,
}

/// A source that is plugged in.
pub(super) struct Attached {
    pub(super) chain: Vec<gst::Element>,
    /// The pad through which its frames enter: of the batcher, or of the first element of the main chain.
    pub(super) entry: gst::Pad,
}

/// Builds everything and links it.
pub(super) fn assemble(app: &str, graph: &Graph) -> Result<Assembly, PipelineError> {
    let pipeline = gst::Pipeline::with_name(app);
    let main = graph.main.iter().map(|part| add_part(&pipeline, part)).collect::<Result<Vec<_>, _>>()?;
    let batcher = graph.batcher.as_ref().map(|element| add(&pipeline, element)).transpose()?;
    for pair in batcher.iter().chain(&main).collect::<Vec<_>>().windows(2) {
        link(pair[0], pair[1])?;
    }

    let mut sources = Vec::new();
    for (index, chain) in graph.sources.iter().enumerate() {
        let attached = match (&batcher, main.first()) {
            (Some(batcher), _) => attach(&pipeline, chain, index, batcher)?,
            (None, Some(head)) => {
                let entry = head.static_pad("sink").ok_or_else(|| unlinked(head, head, "it has no sink pad"))?;
                plug(&pipeline, chain, entry)?
            }
            (None, None) => continue,
        };
        sources.push(attached);
    }
    if let Some(demuxer) = main.last() {
        for (index, branch) in graph.branches.iter().enumerate() {
            branch_off(&pipeline, demuxer, index, branch)?;
        }
    }
    Ok(Assembly { pipeline, sources, batcher, main })
}

/// Makes the elements of source `index` and links them to a pad of the batcher. Nothing is left behind when that fails.
pub(super) fn attach(
    pipeline: &gst::Pipeline,
    chain: &[Element],
    index: usize,
    batcher: &gst::Element,
) -> Result<Attached, PipelineError> {
    let entry = batcher
        .request_pad_simple(&format!("sink_{index}"))
        .ok_or_else(|| unlinked(batcher, batcher, "it gives no more sink pads"))?;
    plug(pipeline, chain, entry.clone()).inspect_err(|_| batcher.release_request_pad(&entry))
}

fn plug(pipeline: &gst::Pipeline, chain: &[Element], entry: gst::Pad) -> Result<Attached, PipelineError> {
    let mut made = Vec::with_capacity(chain.len());
    let mut build = || {
        for element in chain {
            made.push(add(pipeline, element)?);
        }
        made.windows(2).try_for_each(|pair| link(&pair[0], &pair[1]))?;
        made.last().map_or(Ok(()), |last| link_to_pad(last, &entry))
    };
    match build() {
        Ok(()) => Ok(Attached { chain: made, entry }),
        Err(error) => {
            for element in &made {
                let _ = pipeline.remove(element);
            }
            Err(error)
        }
    }
}

/// Makes the elements that follow pad `src_N` of a demuxer.
fn branch_off(
    pipeline: &gst::Pipeline,
    demuxer: &gst::Element,
    index: usize,
    branch: &[Part],
) -> Result<(), PipelineError> {
    let made = branch.iter().map(|part| add_part(pipeline, part)).collect::<Result<Vec<_>, _>>()?;
    made.windows(2).try_for_each(|pair| link(&pair[0], &pair[1]))?;
    let Some(first) = made.first() else { return Ok(()) };
    let from = demuxer
        .request_pad_simple(&format!("src_{index}"))
        .ok_or_else(|| unlinked(demuxer, first, "it gives no more source pads"))?;
    let to = first.static_pad("sink").ok_or_else(|| unlinked(demuxer, first, "it has no sink pad"))?;
    from.link(&to).map(|_| ()).map_err(|error| unlinked(demuxer, first, &format!("{error}")))
}

fn add_part(pipeline: &gst::Pipeline, part: &Part) -> Result<gst::Element, PipelineError> {
    match part {
        Part::Element(element) => add(pipeline, element),
        Part::Text(text) => {
            let bad = |source| PipelineError::LaunchText { text: text.clone(), source };
            let bin = gst::parse::bin_from_description(text, true).map_err(bad)?;
            let bin = bin.upcast::<gst::Element>();
            adopt(pipeline, &bin)?;
            Ok(bin)
        }
    }
}

fn add(pipeline: &gst::Pipeline, element: &Element) -> Result<gst::Element, PipelineError> {
    let made = make(element)?;
    adopt(pipeline, &made)?;
    Ok(made)
}

fn adopt(pipeline: &gst::Pipeline, element: &gst::Element) -> Result<(), PipelineError> {
    pipeline.add(element).map_err(|_| PipelineError::Link {
        from: element.name().into(),
        to: "the pipeline".into(),
        reason: "two elements have the same name".into(),
    })
}

fn make(element: &Element) -> Result<gst::Element, PipelineError> {
    let factory = gst::ElementFactory::find(&element.factory).ok_or_else(|| no_factory(&element.factory))?;
    let mut builder = factory.create();
    if let Some(name) = &element.name {
        builder = builder.name(name);
    }
    let made = builder.build().map_err(|_| no_factory(&element.factory))?;
    for (key, value) in &element.props {
        set(&made, &element.factory, key, value)?;
    }
    Ok(made)
}

fn set(made: &gst::Element, factory: &str, key: &str, text: &str) -> Result<(), PipelineError> {
    let Some(spec) = made.find_property(key).filter(|spec| spec.flags().contains(gst::glib::ParamFlags::WRITABLE))
    else {
        let known = made.list_properties();
        let hint = suggest::hint(key, known.iter().map(|spec| spec.name()));
        return Err(PipelineError::NoProperty { factory: factory.into(), property: key.into(), hint });
    };
    let value = gst::glib::Value::deserialize_with_pspec(text, &spec).map_err(|_| PipelineError::BadValue {
        factory: factory.into(),
        property: key.into(),
        value: text.into(),
        expected: expected(&spec),
    })?;
    made.set_property_from_value(key, &value);
    Ok(())
}

/// What a property takes, in words: the nicks of an enumeration, or the name of the type.
fn expected(spec: &gst::glib::ParamSpec) -> String {
    match gst::glib::EnumClass::with_type(spec.value_type()) {
        Some(class) => {
            format!("one of {}", class.values().iter().map(|value| value.nick()).collect::<Vec<_>>().join(", "))
        }
        None => format!("of type {}", spec.value_type().name().trim_start_matches('g')),
    }
}

fn no_factory(factory: &str) -> PipelineError {
    let hint = match package_of(factory) {
        Some(package) => format!("; try `sudo apt install {package}`"),
        None => {
            let registry = gst::Registry::get();
            let known = registry.features(gst::ElementFactory::static_type());
            let names: Vec<_> = known.iter().map(|feature| feature.name()).collect();
            suggest::hint(factory, names.iter().map(|name| name.as_str()))
        }
    };
    PipelineError::NoFactory { factory: factory.into(), hint }
}

/// Debian's package for the elements of others that pipelines here name.
fn package_of(factory: &str) -> Option<&'static str> {
    Some(match factory {
        "queue" | "capsfilter" | "fakesink" | "filesink" => "libgstreamer1.0-0",
        "decodebin" | "uridecodebin" | "videotestsrc" => "gstreamer1.0-plugins-base",
        "mp4mux" | "matroskamux" | "jpegenc" | "multifilesink" | "v4l2src" => "gstreamer1.0-plugins-good",
        "h264parse" | "h265parse" => "gstreamer1.0-plugins-bad",
        _ => return None,
    })
}

/// Links two neighbours, now or when the first one gets its pad.
fn link(from: &gst::Element, to: &gst::Element) -> Result<(), PipelineError> {
    match source_pad(from) {
        Some(_) => from.link(to).map_err(|_| mismatch(from, to)),
        None => match to.static_pad("sink") {
            Some(pad) => link_later(from, &pad),
            None => Err(unlinked(from, to, "it has no sink pad")),
        },
    }
}

fn link_to_pad(from: &gst::Element, to: &gst::Pad) -> Result<(), PipelineError> {
    let owner = to.parent_element();
    match source_pad(from) {
        Some(pad) => pad
            .link(to)
            .map(|_| ())
            .map_err(|error| unlinked(from, owner.as_ref().unwrap_or(from), &format!("{error}"))),
        None => link_later(from, to),
    }
}

fn source_pad(element: &gst::Element) -> Option<gst::Pad> {
    element.static_pad("src").or_else(|| element.src_pads().into_iter().next())
}

/// Links the first video pad that appears.
fn link_later(from: &gst::Element, to: &gst::Pad) -> Result<(), PipelineError> {
    let has_template = from.pad_template_list().iter().any(|template| {
        template.direction() == gst::PadDirection::Src && template.presence() == gst::PadPresence::Sometimes
    });
    if !has_template {
        let owner = to.parent_element();
        return Err(unlinked(from, owner.as_ref().unwrap_or(from), "it has no source pad"));
    }
    let to = to.downgrade();
    from.connect_pad_added(move |element, pad| {
        let Some(to) = to.upgrade() else { return };
        if to.is_linked() || !is_video(pad) {
            return;
        }
        if let Err(error) = pad.link(&to) {
            gst::element_error!(
                element,
                gst::CoreError::Negotiation,
                ("its video does not fit the next element: {error} ({})", caps_of(pad))
            );
        }
    });
    Ok(())
}

fn is_video(pad: &gst::Pad) -> bool {
    let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
    caps.structure(0).map_or(pad.name().starts_with('v'), |first| first.name().starts_with("video/"))
}

fn caps_of(pad: &gst::Pad) -> gst::Caps {
    pad.current_caps().unwrap_or_else(|| pad.query_caps(None))
}

fn mismatch(from: &gst::Element, to: &gst::Element) -> PipelineError {
    let out = source_pad(from).map(|pad| pad.query_caps(None).to_string()).unwrap_or_default();
    let into = to.static_pad("sink").map(|pad| pad.query_caps(None).to_string());
    let reason = match into {
        Some(into) => format!("one gives {out}, the other takes {into}"),
        None => "the second one has no sink pad".into(),
    };
    unlinked(from, to, &reason)
}

fn unlinked(from: &gst::Element, to: &gst::Element, reason: &str) -> PipelineError {
    PipelineError::Link { from: from.name().into(), to: to.name().into(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(graph: Graph) -> String {
        gst::init().unwrap();
        assemble("t", &graph).err().map(|error| error.to_string()).unwrap_or_default()
    }

    fn main_of(parts: impl IntoIterator<Item = Element>) -> Graph {
        Graph {
            sources: Vec::new(),
            batcher: None,
            main: parts.into_iter().map(Part::Element).collect(),
            branches: Vec::new(),
        }
    }

    #[test]
    fn a_mistyped_property_is_named_with_the_nearest() {
        assert_eq!(
            message(main_of([Element::new("fakesink").prop("snc", "true")])),
            "fakesink has no property `snc`; did you mean `sync`?"
        );
    }

    #[test]
    fn a_value_of_the_wrong_type_is_named_with_what_is_taken() {
        assert_eq!(
            message(main_of([Element::new("fakesink").prop("sync", "perhaps")])),
            "fakesink: property `sync` does not take `perhaps`; it is of type boolean"
        );
        let error = message(main_of([Element::new("fakesink").prop("state-error", "never")]));
        assert!(error.contains("one of none, null-to-ready"), "{error}");
    }

    #[test]
    fn a_mistyped_factory_is_named_with_the_nearest() {
        assert_eq!(
            message(main_of([Element::new("fakesnk")])),
            "element `fakesnk` is not installed; did you mean `fakesink`?"
        );
    }

    #[test]
    fn neighbours_that_do_not_fit_are_named() {
        let error = message(main_of([Element::new("fakesink").named("a"), Element::new("fakesink").named("b")]));
        assert_eq!(error, "a cannot be linked to b: it has no source pad");
    }
}
