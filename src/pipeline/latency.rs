//! How long frames have been on their way, printed per batch while `NVDS_ENABLE_LATENCY_MEASUREMENT` asks for it.

use super::{Lines, Pipeline, Place};
use crate::meta::latency;

impl Pipeline {
    /// Prints the latency of every frame at `place` in DeepStream's words, and of each component where
    /// `NVDS_ENABLE_COMPONENT_LATENCY_MEASUREMENT` asks for that too. Without the variables it does nothing.
    pub fn latency(self, place: impl Into<Place>, lines: Lines) -> Self {
        if !latency::flags().frames {
            return self;
        }
        let mut number = 0u64;
        self.probe(place, move |batch| {
            let mut flow = lines.line(format_args!("************BATCH-NUM = {number}**************"));
            number += 1;
            if latency::flags().components {
                for record in batch.latencies() {
                    let (came, went) = (record.came_in, record.went_out);
                    flow = flow.max(lines.line(format_args!(
                        "Comp name = {} in_system_timestamp = {came:.6} out_system_timestamp = {went:.6} \
                         component latency= {:.6}",
                        record.component,
                        (went - came).max(0.0)
                    )));
                }
            }
            for frame in batch.frame_latencies() {
                flow = flow.max(lines.line(format_args!(
                    "Source id = {} Frame_num = {} Frame latency = {:.6} (ms)",
                    frame.source_id, frame.frame_num, frame.latency
                )));
            }
            flow
        })
    }
}
