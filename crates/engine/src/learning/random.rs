//! Numbers that look random and follow from a seed alone (SplitMix64, after Steele, Lea and Flood 2014).

/// A sequence of its own for each seed.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to but not 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Below `limit`; 0 where the limit is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }

    /// All orders equally likely.
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            let other = self.below(last + 1);
            values.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_one_sequence() {
        let first: Vec<u64> = (0..3).map(|_| Random::new(7).next()).collect();
        assert_eq!(first, [Random::new(7).next(); 3]);
        assert_ne!(Random::new(7).next(), Random::new(8).next());
    }

    #[test]
    fn shares_fill_the_interval_evenly() {
        let mut random = Random::new(1);
        let mut tenths = [0_usize; 10];
        for _ in 0..10_000 {
            tenths[(random.share() * 10.0) as usize] += 1;
        }
        assert!(tenths.iter().all(|&count| (850..1_150).contains(&count)), "{tenths:?}");
    }

    #[test]
    fn a_shuffle_keeps_what_it_moves() {
        let mut values: Vec<usize> = (0..100).collect();
        Random::new(3).shuffle(&mut values);
        assert!(values.windows(2).any(|pair| pair[0] > pair[1]));
        values.sort_unstable();
        assert_eq!(values, (0..100).collect::<Vec<_>>());
    }
}
