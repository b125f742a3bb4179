//! Named streams of draws.

use crate::philox4x32;

/// What a draw is for: streams of different purposes never share a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Purpose {
    /// Starting values of parameters; `site` is the parameter's index.
    Initialise = 1,
    /// The order of the training rows in an epoch.
    Batch = 2,
    /// Dropout masks; `site` is the layer.
    Dropout = 3,
    /// How images are transformed.
    Augment = 4,
    /// Who is mixed with whom, and how; `site` tells the two apart.
    Mixup = 5,
    /// Noise on the inputs of a step.
    InputNoise = 6,
    /// Noise on the weights of a step; `site` is the parameter's index.
    WeightNoise = 7,
    /// Noise on the gradients of a step; `site` is the parameter's index.
    GradientNoise = 8,
    /// Directions along which a penalty looks at the network's slope.
    Direction = 9,
    /// Starting points and proposals of adversarial attacks; `site` is the attack.
    Attack = 10,
    /// Noise of randomised smoothing.
    Smoothing = 11,
    /// Noise that shifts data; `site` is the kind of shift.
    Shift = 12,
    /// Splits and made-up data of an experiment; `site` tells draws apart.
    Experiment = 13,
    /// The order in which gradients of tasks are held against each other.
    Conflict = 14,
}

/// Where and when a draw is made.
///
/// Steps are counted within their epoch, not over the whole run: a member then has the same draws among
/// others whose folds have more steps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct At {
    /// Index of the parameter or layer, below `2^24`.
    pub site: u32,
    /// Epoch, counted from 0.
    pub epoch: u32,
    /// Step within the epoch, counted from 0.
    pub step: u32,
}

/// A sequence of 32-bit words addressed by index, keyed by `(seed, purpose, site, epoch, step)`.
///
/// The 128-bit Philox counter is `(index / 4, step, epoch, site * 2^8 + purpose)` and the key is the seed;
/// word `i` is component `i mod 4`.
#[derive(Debug, Clone, Copy)]
pub struct Stream {
    key: [u32; 2],
    counter: [u32; 3],
}

impl Stream {
    /// The stream of one `seed` for a purpose, a place in the network and a time.
    ///
    /// # Panics
    /// If the site is not below `2^24`: it would draw what another site draws.
    pub fn new(seed: u64, purpose: Purpose, at: At) -> Self {
        assert!(at.site < 1 << 24, "site {} is not below 2^24", at.site);
        Self {
            key: split_seed(seed),
            counter: [at.step, at.epoch, at.site << 8 | purpose as u32],
        }
    }

    /// The components of the counter after the first, `(step, epoch, site * 2^8 + purpose)`; devices draw from these.
    pub fn counter(&self) -> [u32; 3] {
        self.counter
    }

    /// Words `4 block .. 4 block + 4`.
    #[inline(always)]
    pub fn block(&self, block: u32) -> [u32; 4] {
        let [step, epoch, place] = self.counter;
        philox4x32([block, step, epoch, place], self.key)
    }

    /// Word `index`.
    #[inline]
    pub fn word(&self, index: u32) -> u32 {
        self.block(index / 4)[(index % 4) as usize]
    }

    /// Fills `out` with uniform draws from `[0, 1)`, 24 bits each.
    pub fn fill_uniform(&self, out: &mut [f32]) {
        for (block, chunk) in (0u32..).zip(out.chunks_mut(4)) {
            for (value, word) in chunk.iter_mut().zip(self.block(block)) {
                *value = unit(word);
            }
        }
    }

    /// Fills `out` with standard normal draws (Box & Muller 1958, in f64).
    pub fn fill_normal(&self, out: &mut [f32]) {
        for (block, chunk) in (0u32..).zip(out.chunks_mut(4)) {
            let [a, b, c, d] = self.block(block);
            let (x, y) = box_muller(a, b);
            let (z, w) = box_muller(c, d);
            for (value, draw) in chunk.iter_mut().zip([x, y, z, w]) {
                *value = draw as f32;
            }
        }
    }

    /// Shuffles in place: Fisher & Yates, with Lemire's multiply-shift for the bounded draw.
    ///
    /// The bias of multiply-shift is below `len / 2^32` per draw.
    pub fn shuffle<T>(&self, items: &mut [T]) {
        let mut words = [0u32; 4];
        for (draw, last) in (0u32..).zip((1..items.len()).rev()) {
            if draw % 4 == 0 {
                words = self.block(draw / 4);
            }
            let bound = last as u64 + 1;
            let pick = (u64::from(words[(draw % 4) as usize]) * bound) >> 32;
            items.swap(last, pick as usize);
        }
    }
}

/// The Philox key of a 64-bit seed: its low and its high half.
#[inline(always)]
pub fn split_seed(seed: u64) -> [u32; 2] {
    [seed as u32, (seed >> 32) as u32]
}

/// The seed whose halves these are, the inverse of [`split_seed`].
#[inline(always)]
pub fn join_seed([low, high]: [u32; 2]) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

/// A word as a number in `[0, 1)`: its 24 high bits over `2^24`.
#[inline(always)]
pub fn unit(word: u32) -> f32 {
    (word >> 8) as f32 * (1.0 / 16_777_216.0)
}

fn box_muller(a: u32, b: u32) -> (f64, f64) {
    const SCALE: f64 = 1.0 / 4_294_967_296.0;
    // (a + 1) / 2^32 lies in (0, 1], so the logarithm is finite.
    let radius = (-2.0 * ((f64::from(a) + 1.0) * SCALE).ln()).sqrt();
    let (sin, cos) = (std::f64::consts::TAU * f64::from(b) * SCALE).sin_cos();
    (radius * cos, radius * sin)
}

#[cfg(test)]
mod tests {
    use super::{At, Purpose, Stream};
    use proptest::prelude::*;

    fn moments(draws: &[f32]) -> (f64, f64) {
        let n = draws.len() as f64;
        let mean = draws.iter().map(|&x| f64::from(x)).sum::<f64>() / n;
        let variance = draws
            .iter()
            .map(|&x| (f64::from(x) - mean).powi(2))
            .sum::<f64>()
            / n;
        (mean, variance)
    }

    #[test]
    fn uniform_and_normal_draws_have_their_moments() {
        let mut draws = vec![0.0; 200_000];
        let stream = Stream::new(7, Purpose::Initialise, At::default());
        stream.fill_uniform(&mut draws);
        let (mean, variance) = moments(&draws);
        assert!((mean - 0.5).abs() < 0.003 && (variance - 1.0 / 12.0).abs() < 0.001);
        stream.fill_normal(&mut draws);
        let (mean, variance) = moments(&draws);
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.015);
    }

    #[test]
    fn every_coordinate_of_the_key_changes_the_stream() {
        let at = At::default();
        let base = Stream::new(1, Purpose::Batch, at).block(0);
        for other in [
            Stream::new(2, Purpose::Batch, at),
            Stream::new(1 << 32 | 1, Purpose::Batch, at),
            Stream::new(1, Purpose::Dropout, at),
            Stream::new(1, Purpose::Batch, At { site: 1, ..at }),
            Stream::new(1, Purpose::Batch, At { epoch: 1, ..at }),
            Stream::new(1, Purpose::Batch, At { step: 1, ..at }),
        ] {
            assert_ne!(base, other.block(0));
        }
    }

    /// In a release, too.
    #[test]
    #[should_panic(expected = "site 16777216 is not below 2^24")]
    fn sites_that_would_share_a_counter_are_refused() {
        let site = 1 << 24;
        Stream::new(
            1,
            Purpose::Batch,
            At {
                site,
                ..At::default()
            },
        );
    }

    #[test]
    fn shuffles_are_uniform_over_the_permutations_of_three() {
        let mut counts = std::collections::HashMap::new();
        for seed in 0..60_000 {
            let mut items = [0, 1, 2];
            Stream::new(seed, Purpose::Batch, At::default()).shuffle(&mut items);
            *counts.entry(items).or_insert(0u32) += 1;
        }
        assert_eq!(counts.len(), 6);
        // Six cells of 10,000 expected: five standard deviations are 456.
        assert!(counts.values().all(|&n| n.abs_diff(10_000) < 456));
    }

    proptest! {
        #[test]
        fn a_shuffle_is_a_permutation(seed: u64, n in 0usize..200) {
            let mut items: Vec<usize> = (0..n).collect();
            Stream::new(seed, Purpose::Batch, At::default()).shuffle(&mut items);
            items.sort_unstable();
            prop_assert_eq!(items, (0..n).collect::<Vec<_>>());
        }

        #[test]
        fn a_word_is_its_block_component(seed: u64, index in 0u32..10_000) {
            let stream = Stream::new(seed, Purpose::Dropout, At { site: 5, epoch: 2, step: 9 });
            prop_assert_eq!(stream.word(index), stream.block(index / 4)[(index % 4) as usize]);
        }
    }
}
