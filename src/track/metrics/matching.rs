//! One-to-one matching over sparse pairs: each connected part is solved by itself (Kuhn-Munkres).

use std::collections::BTreeMap;

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

/// Scores are compared to this fraction.
const STEPS: f64 = 1e9;
/// Worth of a pair beside its score; more than all scores together can make up for.
const PAIR: i64 = 10_000_000_000_000;

/// The greatest sum of scores, which are positive.
pub fn best(pairs: &[(usize, usize, f64)]) -> Vec<(usize, usize)> {
    solve(pairs, |score| (score * STEPS) as i64)
}

/// As many pairs as can be, and among those the greatest sum of scores.
pub fn most_then_best(pairs: &[(usize, usize, f64)]) -> Vec<(usize, usize)> {
    solve(pairs, |score| PAIR + (score * STEPS) as i64)
}

fn solve(pairs: &[(usize, usize, f64)], weight: impl Fn(f64) -> i64) -> Vec<(usize, usize)> {
    let mut matched = Vec::new();
    for part in parts(pairs) {
        let mut rows: Vec<usize> = part.iter().map(|pair| pair.0).collect();
        let mut columns: Vec<usize> = part.iter().map(|pair| pair.1).collect();
        for names in [&mut rows, &mut columns] {
            names.sort_unstable();
            names.dedup();
        }
        let turned = rows.len() > columns.len();
        let (few, many) = if turned { (&columns, &rows) } else { (&rows, &columns) };
        let mut weights = Matrix::new(few.len(), many.len(), 0i64);
        for &(row, column, score) in &part {
            let (a, b) = if turned { (column, row) } else { (row, column) };
            // Every name of the part stands in its list.
            let (a, b) = (few.partition_point(|&name| name < a), many.partition_point(|&name| name < b));
            weights[(a, b)] = weight(score).max(1);
        }
        let (_, chosen) = kuhn_munkres(&weights);
        let chosen = chosen.into_iter().enumerate().filter(|&place| weights[place] > 0);
        matched.extend(chosen.map(|(a, b)| if turned { (many[b], few[a]) } else { (few[a], many[b]) }));
    }
    matched.sort_unstable();
    matched
}

/// The pairs by connected part.
fn parts(pairs: &[(usize, usize, f64)]) -> Vec<Vec<(usize, usize, f64)>> {
    let mut row_of_column: BTreeMap<usize, usize> = BTreeMap::new();
    let mut parent: BTreeMap<usize, usize> = pairs.iter().map(|pair| (pair.0, pair.0)).collect();
    for &(row, column, _) in pairs {
        let other = *row_of_column.entry(column).or_insert(row);
        let (a, b) = (root(&mut parent, row), root(&mut parent, other));
        parent.insert(a.max(b), a.min(b));
    }
    let mut parts: BTreeMap<usize, Vec<_>> = BTreeMap::new();
    for pair in pairs {
        parts.entry(root(&mut parent, pair.0)).or_default().push(*pair);
    }
    parts.into_values().collect()
}

fn root(parent: &mut BTreeMap<usize, usize>, row: usize) -> usize {
    let mut at = row;
    while let Some(&next) = parent.get(&at).filter(|&&next| next != at) {
        at = next;
    }
    parent.insert(row, at);
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_solved_apart_and_number_goes_before_score() {
        let pairs = [(0, 0, 0.9), (0, 1, 0.5), (1, 0, 0.1), (7, 9, 0.6), (8, 9, 0.7)];
        assert_eq!(best(&pairs), [(0, 0), (8, 9)]);
        assert_eq!(most_then_best(&pairs), [(0, 1), (1, 0), (8, 9)]);
        assert!(best(&[]).is_empty());
    }
}
