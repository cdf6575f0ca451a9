//! The spool as a whole: what is written is read back, in whatever state a crash or a bad disk leaves the files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::{Recovery, Spool, SpoolError};
use crate::message::envelope::Envelope;

const LIMIT: u64 = 1 << 20;

fn message(number: u64, size: usize) -> Envelope {
    let mut payload = number.to_le_bytes().to_vec();
    payload.resize(8 + size, b'x');
    Envelope { key: "k".into(), topic: "t".into(), payload }
}

fn number(message: &Envelope) -> u64 {
    u64::from_le_bytes(*message.payload.first_chunk().unwrap())
}

fn read_all(spool: &mut Spool) -> Vec<(u64, u64)> {
    std::iter::from_fn(|| spool.read().unwrap()).map(|(seq, message)| (seq, number(&message))).collect()
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(dir).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|e| e == "spool")).collect();
    files.sort();
    files
}

/// A folder with messages 0, 1, 2, ... under the numbers 1, 2, 3, ...
fn filled(count: u64, size: usize) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let (mut spool, recovery) = Spool::open(dir.path(), LIMIT).unwrap();
    assert_eq!(recovery, Recovery::default());
    (0..count).for_each(|n| assert_eq!(spool.append([message(n, size)]).dropped, 0));
    dir
}

#[test]
fn what_is_not_acknowledged_is_there_again_and_numbers_go_on() {
    let dir = filled(100, 1000);
    let (mut spool, recovery) = Spool::open(dir.path(), LIMIT).unwrap();
    assert_eq!((recovery.messages, spool.waiting()), (100, 100));
    assert_eq!(spool.acknowledge(&(1..=60).collect::<Vec<_>>()), 60);
    assert_eq!(spool.acknowledge(&[60, 70]), 1);
    assert_eq!(read_all(&mut spool).first(), Some(&(61, 60)));
    drop(spool);
    let (mut spool, recovery) = Spool::open(dir.path(), LIMIT).unwrap();
    // 70 was done out of order: the mark does not say so.
    assert_eq!(recovery.messages, 40);
    spool.append([message(100, 10)]);
    let read = read_all(&mut spool);
    assert_eq!(read, (61..=101).map(|seq| (seq, seq - 1)).collect::<Vec<_>>());
    spool.acknowledge(&(61..=101).collect::<Vec<_>>());
    assert_eq!(spool.close(), (Some(dir.path().to_owned()), 0));
    assert!(segments(dir.path()).is_empty());
    let (spool, recovery) = Spool::open(dir.path(), LIMIT).unwrap();
    assert_eq!((recovery.messages, spool.waiting()), (0, 0));
}

#[test]
fn reading_after_a_rewind_leaves_out_what_is_acknowledged() {
    let dir = filled(10, 100);
    let (mut spool, _) = Spool::open(dir.path(), LIMIT).unwrap();
    assert_eq!(read_all(&mut spool).len(), 10);
    spool.acknowledge(&[1, 2, 5]);
    spool.rewind();
    assert_eq!(read_all(&mut spool).iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [3, 4, 6, 7, 8, 9, 10]);
    assert!(!spool.has_more());
}

#[test]
fn a_folder_that_vanishes_costs_nothing_that_memory_holds() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("spool");
    let (mut spool, _) = Spool::open(&place, LIMIT).unwrap();
    fs::remove_dir_all(&place).unwrap();
    let appended = spool.append([message(0, 10)]);
    assert!(matches!(appended.error, Some(SpoolError::Write { .. })) && appended.dropped == 0);
    assert_eq!(read_all(&mut spool), [(1, 0)]);
    fs::create_dir(&place).unwrap();
    assert!(spool.append([message(1, 10)]).error.is_none());
    assert_eq!(read_all(&mut spool), [(2, 1)]);
    spool.rewind();
    assert_eq!(read_all(&mut spool), [(1, 0), (2, 1)]);
    assert_eq!(segments(&place).len(), 1);
}

#[test]
fn memory_alone_is_bounded_too() {
    let mut spool = Spool::in_memory(1000);
    let dropped: u64 = (0..20).map(|n| spool.append([message(n, 90)]).dropped).sum();
    assert_eq!((dropped, spool.waiting()), (10, 10));
    assert_eq!(read_all(&mut spool).first(), Some(&(11, 10)));
    assert_eq!(spool.close(), (None, 10));
}

#[test]
fn a_message_larger_than_the_spool_is_dropped_alone() {
    let dir = filled(3, 10);
    let (mut spool, _) = Spool::open(dir.path(), 1000).unwrap();
    let appended = spool.append([message(3, 2000)]);
    assert!(matches!(appended.error, Some(SpoolError::TooLarge { .. })) && appended.dropped == 1);
    spool.append([message(4, 10)]);
    assert_eq!(read_all(&mut spool).iter().map(|(_, n)| *n).collect::<Vec<_>>(), [0, 1, 2, 4]);
}

#[derive(Debug, Clone)]
enum Damage {
    Cut(prop::sample::Index, prop::sample::Index),
    Flip(prop::sample::Index, prop::sample::Index),
    Noise(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index),
    Mark(Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<prop::sample::Index>;
    let noise = proptest::collection::vec(any::<u8>(), 0..64);
    prop_oneof![
        (index(), index()).prop_map(|(file, at)| Damage::Cut(file, at)),
        (index(), index()).prop_map(|(file, at)| Damage::Flip(file, at)),
        (index(), noise.clone()).prop_map(|(file, noise)| Damage::Noise(file, noise)),
        index().prop_map(Damage::Remove),
        noise.prop_map(Damage::Mark),
    ]
}

/// Damages a folder; says which file was hit and where, if one was.
fn apply(dir: &Path, damage: &Damage) {
    let files = segments(dir);
    if files.is_empty() {
        return;
    }
    match damage {
        Damage::Cut(file, at) => {
            let path = file.get(&files);
            let bytes = fs::read(path).unwrap();
            fs::write(path, &bytes[..at.index(bytes.len() + 1)]).unwrap();
        }
        Damage::Flip(file, at) => {
            let path = file.get(&files);
            let mut bytes = fs::read(path).unwrap();
            if !bytes.is_empty() {
                let bit = at.index(bytes.len() * 8);
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
            fs::write(path, bytes).unwrap();
        }
        Damage::Noise(file, noise) => {
            let path = file.get(&files);
            let bytes = [fs::read(path).unwrap(), noise.clone()].concat();
            fs::write(path, bytes).unwrap();
        }
        Damage::Remove(file) => fs::remove_file(file.get(&files)).unwrap(),
        Damage::Mark(bytes) => fs::write(dir.join("acknowledged"), bytes).unwrap(),
    }
}

/// Numbers whose records are whole in the files, as someone would find them who knows their bytes.
fn intact(dir: &Path, written: &[(u64, Vec<u8>)]) -> BTreeSet<u64> {
    let files: Vec<Vec<u8>> = segments(dir).iter().map(|path| fs::read(path).unwrap()).collect();
    let holds = |record: &[u8]| files.iter().any(|file| file.windows(record.len()).any(|window| window == record));
    written.iter().filter(|(_, record)| holds(record)).map(|(seq, _)| *seq).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_to_the_files_every_whole_message_is_read_in_order(
        count in 1u64..60,
        size in 0usize..1200,
        damages in proptest::collection::vec(damage(), 1..4),
    ) {
        let dir = filled(count, size);
        let mut written = Vec::new();
        for seq in 1..=count {
            let mut record = Vec::new();
            super::record::encode(seq, &mut record, |out| message(seq - 1, size).encode(out));
            written.push((seq, record));
        }
        damages.iter().for_each(|damage| apply(dir.path(), damage));
        let whole = intact(dir.path(), &written);
        let (mut spool, recovery) = Spool::open(dir.path(), LIMIT).unwrap();
        let read = read_all(&mut spool);
        prop_assert!(read.iter().all(|(seq, number)| *number == seq - 1));
        let found: BTreeSet<u64> = read.iter().map(|(seq, _)| *seq).collect();
        prop_assert!(read.windows(2).all(|pair| pair[0].0 < pair[1].0));
        prop_assert_eq!(&found, &whole);
        prop_assert_eq!(recovery.messages, found.len() as u64);
        prop_assert_eq!(spool.waiting(), found.len() as u64);
        // And it goes on.
        prop_assert_eq!(spool.append([message(999, 1)]).dropped, 0);
        prop_assert_eq!(read_all(&mut spool).last().map(|(_, number)| *number), Some(999));
    }
}
