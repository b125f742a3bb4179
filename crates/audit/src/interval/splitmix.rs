//! A small counter-based generator: draw `i` of a stream is a pure function of `(seed, stream, i)`.

/// Odd constant that spaces the counters: 2^64 divided by the golden ratio.
const SPACING: u64 = 0x9E37_79B9_7F4A_7C15;

/// SplitMix64 read by counter, good for resampling and not for secrets.
///
/// ```text
/// key     = mix(mix(seed) + (stream + 1) * SPACING)
/// draw(i) = mix(key + (i + 1) * SPACING)
/// ```
///
/// # Source
/// Steele, Lea & Flood 2014, <https://doi.org/10.1145/2714064.2660195>; the `mix` is Stafford's 13th variant.
#[derive(Debug, Clone, Copy)]
pub struct SplitMix {
    key: u64,
}

impl SplitMix {
    /// The generator of one stream of a seed.
    pub fn new(seed: u64, stream: u64) -> Self {
        let offset = stream.wrapping_add(1).wrapping_mul(SPACING);
        Self {
            key: mix(mix(seed).wrapping_add(offset)),
        }
    }

    /// Draw `i` as 64 uniform bits.
    #[inline]
    pub fn bits(&self, i: u64) -> u64 {
        mix(self
            .key
            .wrapping_add(i.wrapping_add(1).wrapping_mul(SPACING)))
    }

    /// Draw `i` as an index below `n`, uniform up to a bias of `n / 2^64`; 0 if `n` is 0.
    #[inline]
    pub fn below(&self, i: u64, n: usize) -> usize {
        ((u128::from(self.bits(i)) * n as u128) >> 64) as usize
    }

    /// Draw `i` as a number in `[0, 1)` with 53 bits.
    #[inline]
    pub fn unit(&self, i: u64) -> f64 {
        (self.bits(i) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// The numbers below `count` in random order, by draws 1 to `count - 1`.
    pub fn order(&self, count: usize) -> Vec<u32> {
        let mut order: Vec<u32> = (0..count as u32).collect();
        for i in (1..count).rev() {
            order.swap(i, self.below(i as u64, i + 1));
        }
        order
    }
}

#[inline]
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published generator from state 0 starts with this number.
    #[test]
    fn mix_is_the_published_finaliser() {
        assert_eq!(mix(SPACING), 0xE220_A839_7B1D_CDAF);
    }

    #[test]
    fn indices_are_uniform_and_streams_differ() {
        let mut counts = [0u32; 10];
        let generator = SplitMix::new(7, 3);
        for i in 0..100_000 {
            counts[generator.below(i, 10)] += 1;
        }
        let chi2: f64 = counts
            .iter()
            .map(|&c| (f64::from(c) - 1e4).powi(2) / 1e4)
            .sum();
        assert!(
            chi2 < 27.9,
            "chi-square of 9 degrees of freedom at 0.1 %: {chi2}"
        );
        let other = SplitMix::new(7, 4);
        assert!((0..64).all(|i| generator.bits(i) != other.bits(i)));
    }
}
