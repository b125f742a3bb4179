//! Mixup: who is drawn, and the weighted means.

use decay_random::At;

use super::Subject;
use super::values::{
    Floats, Integers, assert_close, assert_same, bits, draws, floats, host, however_spread,
    integers, member, scattered,
};
use crate::{Mixture, MixupOps, reference};

const AT: At = At {
    site: 0,
    epoch: 5,
    step: 8,
};
const ALPHAS: [f64; 5] = [0.0, 0.1, 0.4, 1.0, 8.0];

/// Members with the alphas above, one sample less from member to member.
struct Population {
    x: Floats,
    mixtures: Vec<Mixture>,
    batch: usize,
    features: usize,
}

impl Population {
    fn new(batch: usize, features: usize) -> Self {
        let draw = |(r, &alpha): (usize, &f64)| {
            let samples = batch.saturating_sub(r).max(1);
            Mixture::draw(alpha, 40 + r as u64, AT, samples, batch)
        };
        Self {
            x: draws([ALPHAS.len(), batch, features], 1),
            mixtures: ALPHAS.iter().enumerate().map(draw).collect(),
            batch,
            features,
        }
    }

    fn tables(&self) -> (Integers, Floats) {
        let shape = [self.mixtures.len(), self.batch];
        let partner = self.mixtures.iter().flat_map(|m| m.partner.clone());
        let share = self.mixtures.iter().flat_map(|m| m.share.clone());
        (
            integers(partner.collect(), shape),
            floats(share.collect(), shape),
        )
    }

    fn mix(&self, x: &Floats) -> Floats {
        let (partner, share) = self.tables();
        Subject::mix(x.clone(), partner, share)
    }

    /// The definition, in double precision.
    fn expected(&self) -> Floats {
        let x = host(&self.x);
        let mut out = Vec::new();
        for (r, mixture) in self.mixtures.iter().enumerate() {
            for (b, (&partner, &share)) in mixture.partner.iter().zip(&mixture.share).enumerate() {
                for f in 0..self.features {
                    let of = |b: usize| f64::from(x[(r * self.batch + b) * self.features + f]);
                    let share = f64::from(share);
                    out.push((share * of(b) + (1.0 - share) * of(partner as usize)) as f32);
                }
            }
        }
        floats(out, [self.mixtures.len(), self.batch, self.features])
    }
}

#[test]
fn each_sample_is_the_weighted_mean_of_itself_and_its_partner() {
    for [batch, features] in [[1, 1], [5, 3], [7, 17], [64, 33], [5, 300]] {
        let population = Population::new(batch, features);
        let [actual] = however_spread(|| [population.mix(&population.x)]);
        assert_close("mix", &actual, &population.expected(), 1e-6);
        let (partner, share) = population.tables();
        let reference = reference::mixup::mix::<Subject>(population.x.clone(), partner, share);
        assert_same("reference", &actual, &reference, 1e-6);
        let strided = population.mix(&scattered(&population.x));
        assert_eq!(bits(&actual), bits(&strided));
    }
}

#[test]
fn alpha_zero_and_padding_change_no_bit() {
    let mut population = Population::new(7, 5);
    let mut values = host(&population.x);
    // Of the member with alpha 0, and of the last member's padding.
    values[3] = -0.0;
    let last = values.len() - 2;
    values[last] = -0.0;
    population.x = floats(values, [ALPHAS.len(), 7, 5]);
    let (x, y) = (bits(&population.x), bits(&population.mix(&population.x)));
    assert_eq!(x[..35], y[..35]);
    for r in 1..ALPHAS.len() {
        let [start, padding, end] = [0, 7 - r, 7].map(|b| (r * 7 + b) * 5);
        assert_ne!(x[start..padding], y[start..padding], "member {r}");
        assert_eq!(x[padding..end], y[padding..end], "member {r}");
    }
}

#[test]
fn a_member_alone_equals_the_member_among_others() {
    let population = Population::new(7, 17);
    let together = population.mix(&population.x);
    for r in 0..ALPHAS.len() {
        let alone = Population {
            x: member(&population.x, r),
            mixtures: vec![population.mixtures[r].clone()],
            ..Population::new(7, 17)
        };
        assert_eq!(bits(&alone.mix(&alone.x)), bits(&member(&together, r)));
    }
}

#[test]
fn partners_are_a_permutation_of_the_samples_that_count() {
    for samples in [0, 1, 2, 9, 20] {
        let mixture = Mixture::draw(0.3, 3, AT, samples, 20);
        let mut partners = mixture.partner[..samples].to_vec();
        partners.sort_unstable();
        assert_eq!(partners, (0..samples as i32).collect::<Vec<_>>());
        let none = Mixture::none(20);
        assert_eq!(mixture.partner[samples..], none.partner[samples..]);
        assert_eq!(mixture.share[samples..], none.share[samples..]);
    }
}

#[test]
fn seed_epoch_and_step_each_draw_another_mixture() {
    let draw = |seed, at| Mixture::draw(1.0, seed, at, 30, 32);
    let base = draw(7, AT);
    assert_eq!(base, draw(7, At { site: 9, ..AT }), "the site is ignored");
    for other in [
        draw(8, AT),
        draw(7 | 1 << 40, AT),
        draw(7, At { epoch: 6, ..AT }),
        draw(7, At { step: 9, ..AT }),
    ] {
        assert_ne!(base.share[0], other.share[0]);
        assert_ne!(base.partner, other.partner);
    }
}

/// Over steps: the share has mean 1/2 and variance `1 / (4 (2 alpha + 1))`, and every sample is everyone's partner alike.
#[test]
fn shares_and_partners_have_their_distributions_over_steps() {
    const STEPS: u32 = 20_000;
    let alpha = 0.4;
    let (mut sum, mut squares, mut met) = (0.0, 0.0, [[0u32; 3]; 3]);
    for step in 0..STEPS {
        let mixture = Mixture::draw(alpha, 5, At { step, ..AT }, 3, 4);
        let centred = f64::from(mixture.share[0]) - 0.5;
        sum += centred;
        squares += centred * centred;
        for (met, &partner) in met.iter_mut().zip(&mixture.partner) {
            met[partner as usize] += 1;
        }
    }
    let n = f64::from(STEPS);
    let variance = 1.0 / (4.0 * (2.0 * alpha + 1.0));
    assert!((sum / n).abs() < 5.0 * (variance / n).sqrt());
    assert!(
        (squares / n / variance - 1.0).abs() < 0.02,
        "{}",
        squares / n
    );
    // Five standard deviations of a count with probability 1/3.
    let bound = 5.0 * (n * 2.0 / 9.0).sqrt();
    assert!(
        met.iter()
            .flatten()
            .all(|&count| (f64::from(count) - n / 3.0).abs() < bound)
    );
}
