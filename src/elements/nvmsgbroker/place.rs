//! Where the spool lies when nobody says it.

use std::path::{Path, PathBuf};

use crate::message::broker::{Chosen, Protocol};

/// A second process that sends to the same place gets a folder of its own, up to so many.
const MOST: usize = 32;

/// Folders to try, the first one first: below `state`, named after protocol, place and topic, so that the next run finds
/// what this one leaves. None for the file broker, which is there whenever the disk is.
pub fn candidates(state: Option<&Path>, chosen: &Chosen) -> Vec<PathBuf> {
    let Some(state) = state.filter(|_| chosen.protocol != Protocol::File) else { return Vec::new() };
    let name = plain(&format!("{} {}", chosen.client.place(), chosen.topic));
    let numbered = |number: usize| if number == 1 { name.clone() } else { format!("{name}-{number}") };
    (1..=MOST).map(|number| state.join("spool").join(numbered(number))).collect()
}

/// Fit for a file name: what else there is becomes `-` and a number that tells such names apart.
fn plain(text: &str) -> String {
    let fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let name: String = text.chars().map(|c| if fit(c) { c } else { '-' }).take(120).collect();
    let sum =
        text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{name}-{:08x}", sum >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_differ() {
        let (one, other) = (plain("kafka a:1 x/y"), plain("kafka a:1 x y"));
        assert!(one.starts_with("kafka-a-1-x-y-") && one != other, "{one}");
        assert!(plain(&"../".repeat(100)).len() < 140);
    }
}
