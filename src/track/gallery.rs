//! The embeddings of one target.

use std::collections::VecDeque;

use super::frame::Embedding;

/// The last embeddings of a target.
#[derive(Debug, Clone, Default)]
pub struct Gallery {
    kept: VecDeque<Embedding>,
}

impl Gallery {
    /// Keeps one more, and at most `size`.
    pub fn add(&mut self, embedding: Embedding, size: usize) {
        if embedding.is_empty() {
            return;
        }
        while self.kept.len() >= size.max(1) {
            self.kept.pop_front();
        }
        self.kept.push_back(embedding);
    }

    /// The greatest cosine between `embedding` and one that is kept, at least 0; `None` if nothing can be compared.
    pub fn similarity(&self, embedding: &[f32]) -> Option<f32> {
        let likeness =
            self.kept.iter().filter(|kept| kept.len() == embedding.len()).map(|kept| cosine(kept, embedding));
        likeness.reduce(f32::max).map(|best| best.clamp(0.0, 1.0))
    }

    /// The cosine between the means of two galleries, at least 0: a single odd picture does not make two objects alike.
    pub fn likeness(&self, other: &Self) -> Option<f32> {
        let (a, b) = (self.mean()?, other.mean()?);
        (a.len() == b.len()).then(|| cosine(&a, &b).clamp(0.0, 1.0))
    }

    /// The mean, brought to length 1.
    fn mean(&self) -> Option<Vec<f32>> {
        let size = self.kept.back()?.len();
        let mut sum = vec![0.0; size];
        for kept in self.kept.iter().filter(|kept| kept.len() == size) {
            sum.iter_mut().zip(kept.iter()).for_each(|(sum, value)| *sum += value);
        }
        let length = sum.iter().map(|value| value * value).sum::<f32>().sqrt();
        (length > 0.0).then(|| sum.iter().map(|value| value / length).collect())
    }

    /// Takes over what another one kept before.
    pub fn prepend(&mut self, mut older: Self, size: usize) {
        older.kept.append(&mut self.kept);
        while older.kept.len() > size.max(1) {
            older.kept.pop_front();
        }
        self.kept = older.kept;
    }
}

/// The dot product; embeddings have length 1.
fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_of_the_last_counts() {
        let mut gallery = Gallery::default();
        assert_eq!(gallery.similarity(&[1.0, 0.0]), None);
        gallery.add([1.0, 0.0].into(), 2);
        gallery.add([0.0, 1.0].into(), 2);
        assert_eq!(gallery.similarity(&[0.8, 0.6]), Some(0.8));
        gallery.add([-1.0, 0.0].into(), 2);
        assert_eq!(gallery.similarity(&[1.0, 0.0]), Some(0.0));
        gallery.add([].into(), 2);
        assert_eq!(gallery.kept.len(), 2);
    }

    #[test]
    fn galleries_are_compared_by_their_means() {
        let of = |embeddings: &[[f32; 2]]| {
            let mut gallery = Gallery::default();
            embeddings.iter().for_each(|embedding| gallery.add(embedding[..].into(), 5));
            gallery
        };
        let both = of(&[[1.0, 0.0], [0.0, 1.0]]).likeness(&of(&[[1.0, 0.0]])).unwrap();
        assert!((both - 0.5f32.sqrt()).abs() < 1e-6);
        assert_eq!(of(&[]).likeness(&both_axes()), None);
    }

    fn both_axes() -> Gallery {
        let mut gallery = Gallery::default();
        gallery.add([1.0, 0.0].into(), 1);
        gallery
    }
}
