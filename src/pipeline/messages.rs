//! What became of messages to brokers, as the elements say that send them.

use std::collections::BTreeMap;

use gst::prelude::*;

/// Counts by name, of all senders of a pipeline together; empty without one. NVIDIA's own element counts nothing.
pub(super) fn counts(pipeline: &gst::Pipeline) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for element in pipeline.iterate_recurse().into_iter().flatten() {
        let sends = element.factory().is_some_and(|factory| factory.name() == "nvmsgbroker");
        if !sends || !element.has_property_with_type("stats", gst::Structure::static_type()) {
            continue;
        }
        let stats = element.property::<gst::Structure>("stats");
        for (name, value) in stats.iter() {
            if let Ok(count) = value.get::<u64>() {
                *counts.entry(name.to_string()).or_default() += count;
            }
        }
    }
    counts
}

/// One line for the log.
pub(super) fn sentence(counts: &BTreeMap<String, u64>) -> Option<String> {
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    (!counts.is_empty()).then(|| {
        format!(
            "messages: {} accepted, {} acknowledged, {} sent again, {} dropped, {} waiting",
            count("accepted") + count("recovered"),
            count("acknowledged"),
            count("retried"),
            count("dropped"),
            count("spooled")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_are_counted_together_and_none_is_empty() {
        gst::init().unwrap();
        crate::elements::register_all(None).unwrap();
        let pipeline = gst::Pipeline::new();
        assert_eq!((counts(&pipeline), sentence(&BTreeMap::new())), (BTreeMap::new(), None));
        for _ in 0..2 {
            pipeline.add(&gst::ElementFactory::make("nvmsgbroker").build().unwrap()).unwrap();
        }
        let counts = counts(&pipeline);
        assert_eq!((counts.len(), counts["acknowledged"]), (8, 0));
        let line = "messages: 0 accepted, 0 acknowledged, 0 sent again, 0 dropped, 0 waiting";
        assert_eq!(sentence(&counts).as_deref(), Some(line));
    }
}
