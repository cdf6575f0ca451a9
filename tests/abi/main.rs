//! The ABI against the facts of `tests/abi/*.tsv`: every size, alignment, offset and enum value.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

/// What Rust makes of a struct: `(size, align, [(field, offset, bytes)])`.
type Layout = (usize, usize, Vec<(&'static str, usize, usize)>);

fn size_of_field<S, F>(_: fn(&S) -> &F) -> usize {
    size_of::<F>()
}

macro_rules! layouts {
    ($($name:ident { $($field:ident),* })*) => {
        BTreeMap::from([$((stringify!($name), (
            size_of::<$name>(),
            align_of::<$name>(),
            vec![$((
                stringify!($field),
                std::mem::offset_of!($name, $field),
                size_of_field(|s: &$name| &s.$field),
            )),*],
        ) as Layout)),*])
    };
}

mod exports;
mod structs;

#[test]
fn every_struct_has_the_layout_of_the_table() {
    let ours = structs::layouts();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for line in include_str!("structs.tsv").lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [name, size, align, field, offset, bytes] = cells[..] else { panic!("bad row: {line}") };
        let (our_size, our_align, fields) = ours.get(name).unwrap_or_else(|| panic!("{name} is missing"));
        assert_eq!((our_size.to_string(), our_align.to_string()), (size.into(), align.into()), "{name}");
        let ours = fields
            .iter()
            .find(|f| f.0.trim_end_matches('_') == field)
            .unwrap_or_else(|| panic!("{name}.{field} is missing"));
        assert_eq!((ours.1.to_string(), ours.2.to_string()), (offset.into(), bytes.into()), "{name}.{field}");
        *seen.entry(name).or_default() += 1;
    }
    for (name, (_, _, fields)) in &ours {
        assert_eq!(seen.get(name), Some(&fields.len()), "{name}: a field the table does not know");
    }
}

#[test]
fn every_enum_has_the_values_of_the_table() {
    let ours = [ds_apps::meta::ffi::values::ENUMS, ds_apps::surface::values::ENUMS].concat();
    let ours =
        ours.iter().flat_map(|(name, values)| values.iter().map(move |(value, number)| (*name, *value, *number)));
    let ours: Vec<(&str, &str, i64)> = ours.collect();
    let table: Vec<(&str, &str, i64)> = include_str!("enums.tsv")
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            (cells[0], cells[1], cells[2].parse().unwrap())
        })
        .collect();
    for row in &table {
        assert!(ours.contains(row), "{row:?} is missing or has another value");
    }
    for row in &ours {
        assert!(table.contains(row), "{row:?} is not in the table");
    }
}

#[test]
fn every_constant_has_the_value_of_the_table() {
    let table: Vec<(&str, u64)> = include_str!("constants.tsv")
        .lines()
        .skip(1)
        .map(|line| line.split_once('\t').unwrap())
        .map(|(name, value)| (name, value.parse().unwrap()))
        .collect();
    assert_eq!(table, ds_apps::meta::ffi::CONSTANTS);
}
