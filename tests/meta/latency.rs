//! Latency records of components.

use ds_apps::meta::latency::{Record, now_ms};
use ds_apps::meta::*;

#[test]
fn a_frame_counts_from_its_decoder_or_else_from_the_mux() {
    let start = now_ms();
    let record = |component, source_id, came_in| Record { component, source_id, came_in, ..Default::default() };
    let mut batch = OwnedBatch::new(2);
    batch.add_latency(record("nvv4l2decoder0", 0, start - 300.0));
    batch.add_latency(record("nvstreammux-mux", 0, start - 200.0));
    batch.add_latency(record("nvstreammux-mux", 1, start - 100.0));
    batch.add_latency(record("pgie", 0, start - 50.0));
    // A copy carries the records, in order.
    let mut batch = batch.clone();
    let frames: Vec<_> = batch.frame_latencies().collect();
    assert_eq!(frames.iter().map(|frame| frame.source_id).collect::<Vec<_>>(), [0, 1]);
    for (frame, least) in frames.iter().zip([300.0, 100.0]) {
        assert!((least..least + 10_000.0).contains(&frame.latency), "{frame:?}");
    }
    assert_eq!(frames[0].came_in, start - 300.0);
    assert!(batch.end_latency("pgie"));
    assert!(!batch.end_latency("sgie"));
    assert!(batch.latencies().last().unwrap().went_out >= start);
    assert_eq!(batch.latencies().count(), 4);
}
