//! Numbers that look random and are the same in every run: samples of a fit have to be repeatable.

/// Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (2003).
pub struct Dice(u64);

impl Dice {
    /// A sequence of its own for each `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// A number below `sides`, which is not 0.
    pub fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_side_comes_up_and_every_run_is_the_same() {
        let roll = || {
            let mut dice = Dice::new(7);
            (0..600).map(|_| dice.below(6)).collect::<Vec<_>>()
        };
        let rolled = roll();
        assert_eq!(rolled, roll());
        for side in 0..6 {
            assert!((70..130).contains(&rolled.iter().filter(|rolled| **rolled == side).count()), "{side}");
        }
    }
}
