//! What is kept of a floor for the next pair of pictures: between two of them neither camera nor floor change much.

use nalgebra::Matrix3;

use super::epipolar::Match;
use super::picture::Picture;

/// Pairs in a row that a floor is believed without an edge that shows it.
const BELIEVED: u32 = 15;
/// The height, as a share, of the highest of the points a floor is remembered by.
const ABOVE: f32 = 0.6;

/// The floor of the pair before, if there was one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Hint {
    moves: Option<Matrix3<f64>>,
    age: u32,
}

impl Hint {
    /// The floor was seen to move so.
    pub fn seen(&mut self, moves: Matrix3<f64>) {
        *self = Self { moves: Some(moves), age: 0 };
    }

    /// Nothing showed whether the floor still moves so.
    pub fn unseen(&mut self) {
        self.age += 1;
        if self.age > BELIEVED {
            *self = Self::default();
        }
    }

    /// Three points of the floor and where they should go: left and right below, and in the middle higher up.
    pub fn expected(&self, picture: &Picture) -> Option<[Match; 3]> {
        let moves = self.moves?;
        let (right, low) = ((picture.size.width - 1) as f32, (picture.size.height - 1) as f32);
        let places = [[0.0, low], [right, low], [right / 2.0, low * ABOVE]];
        Some(places.map(|[x, y]| {
            let from = picture.point(x, y);
            let to = moves * from;
            Match { from, to: to / to.z }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;

    #[test]
    fn a_floor_is_believed_for_a_while() {
        let picture = Picture { size: Size { width: 64, height: 36 }, pixels: vec![0; 64 * 36] };
        let mut hint = Hint::default();
        assert_eq!(hint.expected(&picture), None);
        hint.seen(Matrix3::identity() * 2.0);
        let expected = hint.expected(&picture).unwrap();
        assert!(expected.iter().all(|expected| (expected.from - expected.to).norm() < 1e-9), "{expected:?}");
        for age in 1..=BELIEVED {
            hint.unseen();
            assert!(hint.expected(&picture).is_some(), "{age}");
        }
        hint.unseen();
        assert_eq!(hint, Hint::default());
    }
}
