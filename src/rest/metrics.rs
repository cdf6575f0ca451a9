//! The counts of a run in Prometheus' text form.

use std::fmt::Error;

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet, text::encode},
    metrics::MetricType,
    registry::Registry,
};

use super::control::{BUCKETS_S, StreamCounts, StreamStatus};

type Stream = (StreamStatus, StreamCounts);
/// Where a count stands.
type Count = fn(&StreamCounts) -> u64;

/// Counters by stream: name, help, where the count stands.
const COUNTERS: [(&str, &str, Count); 5] = [
    ("ds_apps_frames", "Frames at the output", |counts| counts.frames),
    ("ds_apps_objects", "Objects on frames at the output", |counts| counts.objects),
    ("ds_apps_dropped_frames", "Frames dropped because the pipeline was too slow", |counts| counts.dropped),
    ("ds_apps_reconnects", "How often the source connected again", |counts| counts.reconnects),
    ("ds_apps_source_errors", "Things the source reported as wrong while it went on", |counts| counts.errors),
];

/// Everything about `streams`, and counts of messages by name, as a Prometheus server reads it.
pub fn prometheus_text(streams: Vec<Stream>, messages: Vec<(String, u64)>) -> String {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Snapshot(streams, messages)));
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = encode(&mut text, &registry);
    text
}

#[derive(Debug)]
struct Snapshot(Vec<Stream>, Vec<(String, u64)>);

impl Collector for Snapshot {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), Error> {
        let count = i64::try_from(self.0.len()).unwrap_or(i64::MAX);
        encoder
            .encode_descriptor("ds_apps_streams", "Streams that are there", None, MetricType::Gauge)?
            .encode_gauge(&count)?;
        for (name, help, value) in COUNTERS {
            let metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            self.each(metric, |mut metric, counts| metric.encode_counter::<NoLabelSet, _, u64>(&value(counts), None))?;
        }
        let metric = encoder.encode_descriptor("ds_apps_fps", "Frames a second, lately", None, MetricType::Gauge)?;
        self.each(metric, |mut metric, counts| metric.encode_gauge(&counts.fps))?;
        let help = "From a decoded frame's entry to the output";
        let metric = encoder.encode_descriptor("ds_apps_latency_seconds", help, None, MetricType::Histogram)?;
        self.each(metric, |mut metric, counts| {
            let bounds = BUCKETS_S.into_iter().chain([f64::INFINITY]);
            let buckets: Vec<(f64, u64)> = bounds.zip(counts.latency).collect();
            metric.encode_histogram::<NoLabelSet>(counts.latency_sum_s, counts.latency.iter().sum(), &buckets, None)
        })?;
        self.messages(encoder)
    }
}

impl Snapshot {
    /// Those that wait are a gauge: they become fewer.
    fn messages(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), Error> {
        for (name, count) in &self.1 {
            let (name, help) = (format!("ds_apps_messages_{name}"), "Messages to brokers (docs/messages.md)");
            if name.ends_with("_spooled") {
                let waiting = i64::try_from(*count).unwrap_or(i64::MAX);
                encoder.encode_descriptor(&name, help, None, MetricType::Gauge)?.encode_gauge(&waiting)?;
            } else {
                let metric = encoder.encode_descriptor(&name, help, None, MetricType::Counter)?;
                { metric }.encode_counter::<NoLabelSet, _, u64>(count, None)?;
            }
        }
        Ok(())
    }

    fn each(
        &self,
        mut metric: MetricEncoder<'_>,
        encode: impl Fn(MetricEncoder<'_>, &StreamCounts) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.0.iter().try_for_each(|(stream, counts)| {
            let id = stream.source_id.to_string();
            let labels = [
                ("source_id", id.as_str()),
                ("sensor_id", stream.camera_id.as_str()),
                ("sensor_name", stream.camera_name.as_str()),
            ];
            encode(metric.encode_family(&labels)?, counts)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(name: &str) -> Stream {
        let status = StreamStatus {
            source_id: 2,
            camera_id: "c2".into(),
            camera_name: name.into(),
            camera_url: "rtsp://x".into(),
        };
        let mut counts = StreamCounts { frames: 30, fps: 29.5, latency_sum_s: 0.75, ..StreamCounts::default() };
        counts.latency[3] = 20;
        counts.latency[12] = 10;
        (status, counts)
    }

    #[test]
    fn counts_gauges_and_a_histogram_a_stream() {
        let messages = vec![("acknowledged".to_owned(), 9), ("spooled".to_owned(), 2)];
        let text = prometheus_text(vec![stream("door")], messages);
        let labels = r#"source_id="2",sensor_id="c2",sensor_name="door""#;
        for line in [
            "ds_apps_streams 1".to_owned(),
            "ds_apps_messages_acknowledged_total 9".to_owned(),
            "ds_apps_messages_spooled 2".to_owned(),
            format!("ds_apps_frames_total{{{labels}}} 30"),
            format!("ds_apps_fps{{{labels}}} 29.5"),
            format!("ds_apps_latency_seconds_sum{{{labels}}} 0.75"),
            format!("ds_apps_latency_seconds_count{{{labels}}} 30"),
            format!("ds_apps_latency_seconds_bucket{{le=\"0.01\",{labels}}} 0"),
            format!("ds_apps_latency_seconds_bucket{{le=\"0.02\",{labels}}} 20"),
            format!("ds_apps_latency_seconds_bucket{{le=\"+Inf\",{labels}}} 30"),
        ] {
            assert!(text.lines().any(|own| own == line), "{line} not in\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn names_cannot_break_out_of_their_label() {
        let text = prometheus_text(vec![stream("a\"} 1\nevil 7")], Vec::new());
        assert!(!text.lines().any(|line| line.starts_with("evil")), "{text}");
    }
}
