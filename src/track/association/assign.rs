//! One-to-one assignment over a table of scores.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

/// Scores are compared to this fraction.
const STEPS: f32 = 1e6;

/// Takes the best pair, then the best of what is left. `scores[row][column]` is `None` where a pair is not allowed.
pub fn greedy(scores: &[Vec<Option<f32>>]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(f32, usize, usize)> = scores
        .iter()
        .enumerate()
        .flat_map(|(row, line)| line.iter().enumerate().filter_map(move |(column, s)| s.map(|s| (s, row, column))))
        .collect();
    // Equal scores keep their order, so a run can be repeated.
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let columns = scores.first().map_or(0, Vec::len);
    let (mut rows_taken, mut columns_taken) = (vec![false; scores.len()], vec![false; columns]);
    let mut taken = Vec::new();
    for (_, row, column) in pairs {
        if !rows_taken[row] && !columns_taken[column] {
            (rows_taken[row], columns_taken[column]) = (true, true);
            taken.push((row, column));
        }
    }
    taken
}

/// The pairs with the greatest sum of scores (Kuhn-Munkres).
pub fn global(scores: &[Vec<Option<f32>>]) -> Vec<(usize, usize)> {
    let (rows, columns) = (scores.len(), scores.first().map_or(0, Vec::len));
    if rows == 0 || columns == 0 {
        return Vec::new();
    }
    // A pair that is allowed is worth more than one that is not, even at score 0.
    let weight = |row: usize, column: usize| scores[row][column].map_or(0, |s| 1 + (s.max(0.0) * STEPS) as i64);
    let turned = rows > columns;
    let weights = match turned {
        true => Matrix::from_fn(columns, rows, |(column, row)| weight(row, column)),
        false => Matrix::from_fn(rows, columns, |(row, column)| weight(row, column)),
    };
    let (_, other) = kuhn_munkres(&weights);
    let pairs = other.into_iter().enumerate().map(|(a, b)| if turned { (b, a) } else { (a, b) });
    pairs.filter(|&(row, column)| scores[row][column].is_some()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_greedy_takes_the_best_and_the_global_the_best_sum() {
        let scores = vec![vec![Some(0.9), Some(0.8)], vec![Some(0.8), Some(0.1)]];
        assert_eq!(greedy(&scores), [(0, 0), (1, 1)]);
        assert_eq!(global(&scores), [(0, 1), (1, 0)]);
    }

    #[test]
    fn pairs_that_are_not_allowed_stay_apart() {
        let scores = vec![vec![Some(0.0), None], vec![None, None], vec![None, Some(0.5)]];
        assert_eq!(greedy(&scores), [(2, 1), (0, 0)]);
        let mut pairs = global(&scores);
        pairs.sort_unstable();
        assert_eq!(pairs, [(0, 0), (2, 1)]);
        assert!(global(&[]).is_empty() && greedy(&[]).is_empty() && global(&[vec![]]).is_empty());
    }

    fn table() -> impl Strategy<Value = Vec<Vec<Option<f32>>>> {
        (1..6usize, 1..6usize).prop_flat_map(|(rows, columns)| {
            prop::collection::vec(prop::collection::vec(prop::option::of(0.0..1.0f32), columns), rows)
        })
    }

    fn total(scores: &[Vec<Option<f32>>], pairs: &[(usize, usize)]) -> f32 {
        pairs.iter().map(|&(row, column)| scores[row][column].unwrap()).sum()
    }

    proptest! {
        #[test]
        fn each_row_and_column_is_used_once_and_no_sum_is_better(scores in table()) {
            let (one, all) = (greedy(&scores), global(&scores));
            for pairs in [&one, &all] {
                let rows: std::collections::HashSet<_> = pairs.iter().map(|p| p.0).collect();
                let columns: std::collections::HashSet<_> = pairs.iter().map(|p| p.1).collect();
                prop_assert_eq!((rows.len(), columns.len()), (pairs.len(), pairs.len()));
            }
            prop_assert!(total(&scores, &all) >= total(&scores, &one) - 1e-4);
        }
    }
}
