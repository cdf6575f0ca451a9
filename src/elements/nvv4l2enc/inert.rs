//! Properties of NVIDIA's encoders that speak of its hardware: taken, kept and read back, without effect.

use super::settings::{boolean, text, uint};
use gst::glib;

/// Numbers and their defaults.
const NUMBERS: [(&str, u32, &str); 9] = [
    ("gpu-id", 0, "GPU to encode on"),
    ("vbv-size", 4_000_000, "Bits of the virtual buffer"),
    ("quant-i-frames", u32::MAX, "Quantiser of I frames without rate control"),
    ("quant-p-frames", u32::MAX, "Quantiser of P frames without rate control"),
    ("quant-b-frames", u32::MAX, "Quantiser of B frames without rate control"),
    ("num-Ref-Frames", 1, "Reference frames"),
    ("poc-type", 0, "Picture order count type"),
    ("SliceIntraRefreshInterval", 0, "Frames from one intra refresh of slices to the next"),
    ("slice-header-spacing", 0, "Macroblocks or bits of a packet"),
];

/// Switches and their defaults.
const SWITCHES: [(&str, bool, &str); 16] = [
    ("insert-sps-pps", false, "Parameter sets before every IDR frame; they always are in a byte stream of ours"),
    ("insert-vui", false, "Video usability information in the parameter sets"),
    ("insert-aud", false, "Access unit delimiters"),
    ("bufapi-version", true, "Use the new buffer API, the only one here"),
    ("ratecontrol-enable", true, "Rate control"),
    ("disable-cabac", false, "CAVLC instead of CABAC"),
    ("bit-packetization", false, "Packets by bits"),
    ("EnableMVBufferMeta", false, "Motion vectors as metadata"),
    ("EnableTwopassCBR", false, "Two passes with a constant rate"),
    ("MeasureEncoderLatency", false, "Measure the latency of frames"),
    ("enable-lossless", false, "Lossless encoding"),
    ("extended-colorformat", false, "Full range in the usability information"),
    ("copy-meta", false, "Copy metadata of frames to the output"),
    ("force-idr", false, "Force an IDR frame; see the signal force-IDR"),
    ("force-intra", false, "Force an intra frame"),
    ("slice-output", false, "Hand on slices"),
];

/// Texts and their defaults.
const TEXTS: [(&str, &str, &str); 2] = [
    ("qp-range", "-1,-1:-1,-1:-1,-1", "Least and greatest quantisers of P, I and B frames"),
    ("initqp", "0:0:0", "First quantisers of I, P and B frames"),
];

/// All of them.
pub fn specs() -> Vec<glib::ParamSpec> {
    let numbers = NUMBERS.iter().map(|(name, default, blurb)| uint(name, blurb, (0, u32::MAX), *default));
    let switches = SWITCHES.iter().map(|(name, default, blurb)| boolean(name, blurb, *default));
    let texts = TEXTS.iter().map(|(name, default, blurb)| text(name, blurb, default));
    numbers.chain(switches).chain(texts).collect()
}
