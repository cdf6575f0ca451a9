//! A pipeline as data: what is printed by `--describe` and what is built are the same thing.

use std::fmt::Write as _;

/// One element to be made: its factory, its name if anything refers to it, its properties as `gst-launch-1.0` reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    pub(super) factory: String,
    pub(super) name: Option<String>,
    pub(super) props: Vec<(String, String)>,
}

impl Element {
    pub(super) fn new(factory: impl Into<String>) -> Self {
        Self { factory: factory.into(), name: None, props: Vec::new() }
    }

    pub(super) fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    pub(super) fn prop(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.props.push((key.into(), value.into()));
        self
    }
}

/// A step of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Element(Element),
    /// Launch text of the app's own, built as a bin of its own.
    Text(String),
}

impl From<Element> for Part {
    fn from(element: Element) -> Self {
        Self::Element(element)
    }
}

/// Source chains, joined by the batcher if there is one, and what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Graph {
    pub(super) sources: Vec<Vec<Element>>,
    pub(super) batcher: Option<Element>,
    pub(super) main: Vec<Part>,
    /// What follows each pad `src_N` of the last part, where that is a demuxer.
    pub(super) branches: Vec<Vec<Part>>,
}

impl Graph {
    /// The pipeline as a command for a shell. The quoting is read alike by a shell and by `gst_parse_launch`.
    pub(super) fn launch_line(&self) -> String {
        let main = self.main.iter().map(text_of_part);
        let sources = self.sources.iter().map(|chain| join(chain.iter().map(text_of)));
        let mut body = match &self.batcher {
            None => join(sources.chain(main)),
            Some(batcher) => {
                let name = batcher.name.as_deref().unwrap_or(&batcher.factory);
                let mut body = join(std::iter::once(text_of(batcher)).chain(main));
                for (index, source) in sources.enumerate() {
                    let _ = write!(body, " {source} ! {name}.sink_{index}");
                }
                body
            }
        };
        if let Some(Part::Element(Element { name: Some(name), .. })) = self.main.last() {
            for (index, branch) in self.branches.iter().enumerate() {
                let _ = write!(body, " {name}.src_{index} ! {}", join(branch.iter().map(text_of_part)));
            }
        }
        format!("gst-launch-1.0 -e {body}")
    }
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(" ! ")
}

fn text_of_part(part: &Part) -> String {
    match part {
        Part::Element(element) => text_of(element),
        Part::Text(text) => text.clone(),
    }
}

fn text_of(element: &Element) -> String {
    written(element, quoted)
}

/// An element as `gst_parse_launch` reads it, and a shell as well.
pub(super) fn launch_text(element: &Element) -> String {
    written(element, |value| if is_plain(value) { value.to_owned() } else { double_quoted(value) })
}

fn written(element: &Element, quote: impl Fn(&str) -> String) -> String {
    let mut text = element.factory.clone();
    if let Some(name) = &element.name {
        let _ = write!(text, " name={name}");
    }
    for (key, value) in &element.props {
        let _ = write!(text, " {key}={}", quote(value));
    }
    text
}

/// A value as a shell takes it: bare when nothing in it is special, else in quotes.
fn quoted(value: &str) -> String {
    if is_plain(value) {
        value.to_owned()
    } else if !value.contains(['\'', '\\']) {
        format!("'{value}'")
    } else {
        double_quoted(value)
    }
}

fn is_plain(value: &str) -> bool {
    !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || "/._-:,=+@%".contains(c))
}

/// The only quotes that `gst_parse_launch` takes off.
fn double_quoted(value: &str) -> String {
    let escaped: String =
        value.chars().flat_map(|c| "\"\\$`".contains(c).then_some('\\').into_iter().chain([c])).collect();
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_tied_to_the_pads_of_the_batcher() {
        let source = |uri: &str| vec![Element::new("nvurisrcbin").prop("uri", uri)];
        let graph = Graph {
            sources: vec![source("file:///a b.mp4"), source("rtsp://x/?a=1&b=2")],
            batcher: Some(Element::new("nvstreammux").named("mux").prop("batch-size", "2")),
            main: vec![Element::new("nvdsosd").named("osd").into(), Part::Text("queue ! fakesink".into())],
            branches: Vec::new(),
        };
        assert_eq!(
            graph.launch_line(),
            "gst-launch-1.0 -e nvstreammux name=mux batch-size=2 ! nvdsosd name=osd ! queue ! fakesink \
             nvurisrcbin uri='file:///a b.mp4' ! mux.sink_0 nvurisrcbin uri='rtsp://x/?a=1&b=2' ! mux.sink_1"
        );
    }

    #[test]
    fn without_a_batcher_there_is_one_chain() {
        let graph = Graph {
            sources: vec![vec![Element::new("videotestsrc")]],
            batcher: None,
            main: vec![Element::new("filesink").prop("location", "it's").into()],
            branches: Vec::new(),
        };
        assert_eq!(graph.launch_line(), "gst-launch-1.0 -e videotestsrc ! filesink location=\"it's\"");
    }

    #[test]
    fn branches_are_tied_to_the_pads_of_the_demuxer() {
        let graph = Graph {
            sources: vec![vec![Element::new("videotestsrc")], vec![Element::new("videotestsrc")]],
            batcher: Some(Element::new("nvstreammux").named("mux")),
            main: vec![Element::new("nvstreamdemux").named("demux").into()],
            branches: vec![vec![Element::new("queue").into(), Element::new("fakesink").into()]; 2],
        };
        assert_eq!(
            graph.launch_line(),
            "gst-launch-1.0 -e nvstreammux name=mux ! nvstreamdemux name=demux videotestsrc ! mux.sink_0 \
             videotestsrc ! mux.sink_1 demux.src_0 ! queue ! fakesink demux.src_1 ! queue ! fakesink"
        );
    }
}
