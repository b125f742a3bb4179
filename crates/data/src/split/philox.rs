//! Counter-based random numbers: the same key and counter give the same bits on every machine.

use decay_random::philox4x32;

/// A stream of random numbers named by a seed and a purpose.
///
/// Two purposes under one seed never share a number: `purpose` fills the upper half of the counter.
#[derive(Debug, Clone)]
pub struct Philox {
    key: [u32; 2],
    purpose: u64,
    block: u64,
    words: [u32; 4],
    used: usize,
}

impl Philox {
    /// The stream of `seed` for one `purpose`, from its beginning.
    pub fn new(seed: u64, purpose: u64) -> Self {
        Self {
            key: halves(seed),
            purpose,
            block: 0,
            words: [0; 4],
            used: 4,
        }
    }

    /// 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        if self.used == self.words.len() {
            let [low, high] = halves(self.block);
            let [purpose_low, purpose_high] = halves(self.purpose);
            self.words = philox4x32([low, high, purpose_low, purpose_high], self.key);
            self.block += 1;
            self.used = 0;
        }
        self.used += 1;
        self.words[self.used - 1]
    }

    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        u64::from(self.next_u32()) | u64::from(self.next_u32()) << 32
    }

    /// A number in `0..bound`, each equally likely; 0 if `bound` is 0.
    ///
    /// # Source
    /// Lemire 2019, "Fast random integer generation in an interval".
    pub fn below(&mut self, bound: u64) -> u64 {
        loop {
            let product = u128::from(self.next_u64()) * u128::from(bound);
            // 2^64 mod bound low values would make some results more likely than others.
            if bound == 0 || product as u64 >= bound.wrapping_neg() % bound {
                return (product >> 64) as u64;
            }
        }
    }

    /// Puts `items` in random order, each order equally likely (Fisher-Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            items.swap(last, other);
        }
    }
}

fn halves(value: u64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers: Random123, `tests/kat_vectors`, `philox4x32 10`.
    #[test]
    fn known_answers() {
        let ones = u32::MAX;
        let cases = [
            (
                [0; 4],
                [0; 2],
                [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
            ),
            (
                [ones; 4],
                [ones; 2],
                [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
            ),
            (
                [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
                [0xa4093822, 0x299f31d0],
                [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
            ),
        ];
        for (counter, key, expected) in cases {
            assert_eq!(philox4x32(counter, key), expected);
        }
    }

    #[test]
    fn streams_differ_by_seed_and_purpose_only() {
        let draw = |seed, purpose| Philox::new(seed, purpose).next_u64();
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(2, 1));
        assert_ne!(draw(1, 2), draw(1, 3));
        assert_ne!(draw(1 << 32, 0), draw(1, 0));
    }

    /// Chi-square with 4 degrees of freedom: 23.5 is the 1e-4 quantile.
    #[test]
    fn below_is_uniform() {
        let mut rng = Philox::new(7, 0);
        let mut counts = [0_u32; 5];
        for _ in 0..50_000 {
            counts[rng.below(5) as usize] += 1;
        }
        let chi2: f64 = counts
            .iter()
            .map(|&n| (f64::from(n) - 1e4).powi(2) / 1e4)
            .sum();
        assert!(chi2 < 23.5, "{counts:?}");
    }
}
