//! A message in a segment file: a header of 20 bytes and a body. What a broken file still holds is found again.
//!
//! Header: `DSm1`, length of the body (32 bits), CRC-32 of everything after it, number (64 bits), all little endian.
//! The CRC covers length, number and body.

use std::ops::Range;

/// What every record begins with, so that the next one is found behind damage.
const MARK: [u8; 4] = *b"DSm1";
/// Bytes before the body.
pub const HEADER: usize = 20;
/// No body is larger.
pub const MOST: usize = 256 << 20;

/// What stands at the beginning of some bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A whole record.
    Record {
        /// Its number.
        seq: u64,
        /// Where its body is.
        body: Range<usize>,
    },
    /// The beginning of a record whose rest is missing.
    Short,
    /// No record.
    Damaged,
}

/// Writes a record behind what `out` holds; `body` appends the body to it.
pub fn encode(seq: u64, out: &mut Vec<u8>, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; HEADER]);
    body(out);
    let (header, body) = out[start..].split_at_mut(HEADER);
    // A body is never larger than MOST: see Disk::stage.
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    let sum = checksum(length, seq, body);
    header[..4].copy_from_slice(&MARK);
    header[4..8].copy_from_slice(&length.to_le_bytes());
    header[8..12].copy_from_slice(&sum.to_le_bytes());
    header[12..].copy_from_slice(&seq.to_le_bytes());
}

fn checksum(length: u32, seq: u64, body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length.to_le_bytes());
    hasher.update(&seq.to_le_bytes());
    hasher.update(body);
    hasher.finalize()
}

/// Length of the body that a header announces, if it is a header.
pub fn body_length(header: &[u8; HEADER]) -> Option<usize> {
    let length = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
    (header[..4] == MARK && length <= MOST).then_some(length)
}

/// What stands at the beginning of `bytes`.
pub fn read(bytes: &[u8]) -> Found {
    let Some((header, rest)) = bytes.split_first_chunk::<HEADER>() else {
        let start = bytes.len().min(MARK.len());
        return if bytes[..start] == MARK[..start] { Found::Short } else { Found::Damaged };
    };
    let Some(length) = body_length(header) else { return Found::Damaged };
    let Some(body) = rest.get(..length) else { return Found::Short };
    let number = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let seq = u64::from(number(12)) | u64::from(number(16)) << 32;
    match checksum(number(4), seq, body) == number(8) {
        true => Found::Record { seq, body: HEADER..HEADER + length },
        false => Found::Damaged,
    }
}

/// What a file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// Number and place of every whole record, in order.
    pub records: Vec<(u64, Range<usize>)>,
    /// Bytes that are no record.
    pub damaged: Vec<Range<usize>>,
    /// The last write was cut short; these bytes are not among the damaged ones.
    pub torn: Option<Range<usize>>,
}

/// Finds every whole record with a number above the one before it, from `above` on.
pub fn scan(bytes: &[u8], above: u64) -> Scan {
    let (mut scan, mut at, mut last) = (Scan::default(), 0, above);
    while at < bytes.len() {
        if let Some((seq, length)) = whole(&bytes[at..]).filter(|(seq, _)| *seq > last) {
            scan.records.push((seq, at..at + length));
            (at, last) = (at + length, seq);
            continue;
        }
        let next = next_record(bytes, at + 1, last).unwrap_or(bytes.len());
        match next == bytes.len() && read(&bytes[at..]) == Found::Short {
            true => scan.torn = Some(at..next),
            false => scan.damaged.push(at..next),
        }
        at = next;
    }
    scan
}

fn whole(bytes: &[u8]) -> Option<(u64, usize)> {
    match read(bytes) {
        Found::Record { seq, body } => Some((seq, body.end)),
        Found::Short | Found::Damaged => None,
    }
}

fn next_record(bytes: &[u8], from: usize, last: u64) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let marks = rest.windows(MARK.len()).enumerate().filter(|(_, window)| **window == MARK);
    marks.map(|(at, _)| from + at).find(|&at| whole(&bytes[at..]).is_some_and(|(seq, _)| seq > last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(bodies: &[Vec<u8>]) -> (Vec<u8>, Vec<usize>) {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        for (seq, body) in (1..).zip(bodies) {
            encode(seq, &mut bytes, |out| out.extend_from_slice(body));
            ends.push(bytes.len());
        }
        (bytes, ends)
    }

    fn bodies() -> impl Strategy<Value = Vec<Vec<u8>>> {
        proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 1..20)
    }

    proptest! {
        #[test]
        fn what_is_whole_before_a_cut_is_found(bodies in bodies(), cut in any::<prop::sample::Index>()) {
            let (bytes, ends) = file(&bodies);
            let cut = cut.index(bytes.len() + 1);
            let scan = scan(&bytes[..cut], 0);
            let whole = ends.iter().filter(|end| **end <= cut).count();
            prop_assert_eq!(scan.records.len(), whole);
            prop_assert!(scan.damaged.is_empty());
            prop_assert_eq!(scan.torn.is_some(), cut > whole.checked_sub(1).map_or(0, |last| ends[last]));
        }

        #[test]
        fn a_flipped_bit_costs_one_record(bodies in bodies(), bit in any::<prop::sample::Index>()) {
            let (mut bytes, ends) = file(&bodies);
            let bit = bit.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            let hit = ends.iter().position(|end| bit / 8 < *end).unwrap() as u64 + 1;
            let found: Vec<u64> = scan(&bytes, 0).records.iter().map(|(seq, _)| *seq).collect();
            let wanted: Vec<u64> = (1..=bodies.len() as u64).filter(|seq| *seq != hit).collect();
            prop_assert_eq!(found, wanted);
        }

        #[test]
        fn any_noise_in_front_or_between_hides_nothing(bodies in bodies(), noise in proptest::collection::vec(any::<u8>(), 0..80)) {
            let (mut bytes, _) = file(&bodies);
            let whole = bytes.clone();
            bytes.splice(0..0, noise.iter().copied());
            prop_assert_eq!(scan(&bytes, 0).records.len(), bodies.len());
            // The same records again have numbers that are taken.
            bytes.extend_from_slice(&whole);
            prop_assert_eq!(scan(&bytes, 0).records.len(), bodies.len());
        }
    }
}
