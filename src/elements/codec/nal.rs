//! Which compressed frames no other frame refers to (H.264 `nal_ref_idc`, ITU-T H.264 7.4.1; H.265 sub-layer
//! non-reference pictures, ITU-T H.265 table 7-1).

/// Whether `frame`, one access unit of a stream with `caps`, can be left out without harm to others. Frames of codecs
/// whose bitstream does not say so in the open never can.
pub fn is_disposable(caps: &gst::CapsRef, frame: &gst::BufferRef) -> bool {
    let Some(structure) = caps.structure(0) else { return false };
    let disposable = match structure.name().as_str() {
        "video/x-h264" => h264 as fn(&[u8]) -> Option<bool>,
        "video/x-h265" => h265,
        _ => return false,
    };
    let Ok(data) = frame.map_readable() else { return false };
    let prefixed = structure.get::<&str>("stream-format").is_ok_and(|format| format != "byte-stream");
    if prefixed { length_prefixed(&data, disposable) } else { start_codes(&data, disposable) }
}

/// H.264: `Some` for coded slices, true when `nal_ref_idc` is 0.
fn h264(nal: &[u8]) -> Option<bool> {
    let header = *nal.first()?;
    matches!(header & 0x1f, 1..=5).then_some(header & 0x60 == 0)
}

/// H.265: `Some` for coded slices, true for the even types below 16 of the highest temporal layer, which nothing refers
/// to. Streams with several layers keep the lower ones.
fn h265(nal: &[u8]) -> Option<bool> {
    let kind = (*nal.first()? >> 1) & 0x3f;
    (kind < 32).then_some(kind < 16 && kind % 2 == 0)
}

/// Asks `disposable` for the units after start codes until one is a coded slice.
fn start_codes(data: &[u8], disposable: fn(&[u8]) -> Option<bool>) -> bool {
    let starts = data.windows(3).enumerate().filter(|(_, three)| *three == [0, 0, 1]);
    starts.map(|(at, _)| &data[at + 3..]).find_map(disposable).unwrap_or(false)
}

/// The same for units behind 4 bytes of length.
fn length_prefixed(mut data: &[u8], disposable: fn(&[u8]) -> Option<bool>) -> bool {
    while let Some((length, rest)) = data.split_first_chunk::<4>() {
        if let Some(answer) = disposable(rest) {
            return answer;
        }
        data = rest.get(u32::from_be_bytes(*length) as usize..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_slices_with_ref_idc_0_are_disposable() {
        let reference = [0, 0, 0, 1, 0x09, 0xf0, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x65, 9];
        let bidirectional = [0, 0, 0, 1, 0x09, 0xf0, 0, 0, 1, 0x01, 9];
        assert!(!start_codes(&reference, h264));
        assert!(start_codes(&bidirectional, h264));
        assert!(length_prefixed(&[0, 0, 0, 2, 0x09, 0xf0, 0, 0, 0, 2, 0x01, 9], h264));
        assert!(!length_prefixed(&[0, 0, 0, 2, 0x41, 9], h264));
        assert!(!length_prefixed(&[0xff, 0xff, 0xff, 0xff, 0x09], h264));
        assert!(!start_codes(&[], h264));
    }

    #[test]
    fn h265_trailing_non_reference_pictures_are_disposable() {
        assert!(start_codes(&[0, 0, 1, 0x00, 0x01, 7], h265));
        assert!(!start_codes(&[0, 0, 1, 0x02, 0x01, 7], h265));
        assert!(!start_codes(&[0, 0, 1, 0x40, 0x01, 0, 0, 1, 0x26, 0x01], h265));
    }
}
