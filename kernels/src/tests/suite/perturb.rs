//! Gaussian noise: how it is distributed, and on what it depends.

use decay_random::{At, Purpose};

use super::Subject;
use super::values::{
    AT, Floats, Integers, assert_close, bits, draws, floats, host, host_integers, however_spread,
    integers, member, scattered, seeds,
};
use crate::{PerturbOps, reference};

fn deviations(sd: &[f32]) -> Floats {
    floats(sd.to_vec(), [sd.len()])
}

fn perturb(x: &Floats, sd: &Floats, seed: &Integers, at: At) -> Floats {
    Subject::perturb(x.clone(), sd.clone(), seed.clone(), Purpose::InputNoise, at)
}

#[test]
fn agrees_with_the_reference_to_rounding() {
    let (sd, seed) = (deviations(&[0.0, 0.1, 3.0, 1e-4, 1.0]), seeds(5));
    for shape in [[5, 1, 1], [5, 1, 3], [5, 5, 17], [5, 7, 64], [5, 3, 301]] {
        let x = draws(shape, 1);
        let [actual] = however_spread(|| [perturb(&x, &sd, &seed, AT)]);
        let (s, k) = (sd.clone(), seed.clone());
        let expected =
            reference::perturb::perturb::<Subject>(x.clone(), s, k, Purpose::InputNoise, AT);
        for r in 0..5 {
            assert_close("member", &member(&actual, r), &member(&expected, r), 5e-6);
        }
        let strided = perturb(&scattered(&x), &sd, &seed, AT);
        assert_eq!(bits(&actual), bits(&strided));
    }
}

#[test]
fn a_deviation_of_zero_changes_no_bit() {
    let mut values = host(&draws([2, 5, 17], 1));
    values[3] = -0.0;
    values[4] = f32::NAN;
    values[5] = f32::INFINITY;
    let x = floats(values, [2, 5, 17]);
    let y = perturb(&x, &deviations(&[0.0, 1.0]), &seeds(2), AT);
    assert_eq!(bits(&member(&y, 0)), bits(&member(&x, 0)));
    assert_ne!(bits(&member(&y, 1)), bits(&member(&x, 1)));
}

#[test]
fn noise_has_mean_zero_and_its_deviation() {
    let n = 200_000;
    let x = floats(vec![0.0; 2 * n], [2, n]);
    let chosen = [0.3f32, 2.0];
    let y = host(&perturb(&x, &deviations(&chosen), &seeds(2), AT));
    for (y, sd) in y.chunks(n).zip(chosen.map(f64::from)) {
        let moment = |power| y.iter().map(|&v| f64::from(v).powi(power)).sum::<f64>() / n as f64;
        let n = n as f64;
        assert!(moment(1).abs() < 4.0 * sd / n.sqrt(), "{}", moment(1));
        let variance = moment(2) / (sd * sd);
        assert!(
            (variance - 1.0).abs() < 4.0 * (2.0 / n).sqrt(),
            "{variance}"
        );
        let kurtosis = moment(4) / sd.powi(4);
        assert!(
            (kurtosis - 3.0).abs() < 4.0 * (96.0 / n).sqrt(),
            "{kurtosis}"
        );
    }
}

#[test]
fn noise_belongs_to_the_seed_and_not_to_the_place_in_the_population() {
    let x = draws([7, 5, 33], 1);
    let (sd, seed) = (deviations(&[0.4; 7]), seeds(7));
    let together = perturb(&x, &sd, &seed, AT);
    let halves = host_integers(&seed);
    for r in 0..7 {
        let own = integers(halves[2 * r..2 * r + 2].to_vec(), [1, 2]);
        let alone = perturb(&member(&x, r), &deviations(&[0.4]), &own, AT);
        assert_eq!(bits(&alone), bits(&member(&together, r)));
    }
}

#[test]
fn seed_purpose_site_epoch_and_step_each_draw_other_noise() {
    let x = floats(vec![0.0; 64], [1, 64]);
    let noise = |low, high, purpose, at| {
        let seed = integers(vec![low, high], [1, 2]);
        bits(&Subject::perturb(
            x.clone(),
            deviations(&[1.0]),
            seed,
            purpose,
            at,
        ))
    };
    let base = noise(7, 9, Purpose::WeightNoise, AT);
    assert_eq!(base, noise(7, 9, Purpose::WeightNoise, AT));
    for other in [
        noise(8, 9, Purpose::WeightNoise, AT),
        noise(7, 10, Purpose::WeightNoise, AT),
        noise(7, 9, Purpose::GradientNoise, AT),
        noise(7, 9, Purpose::WeightNoise, At { site: 4, ..AT }),
        noise(7, 9, Purpose::WeightNoise, At { epoch: 6, ..AT }),
        noise(7, 9, Purpose::WeightNoise, At { step: 9, ..AT }),
    ] {
        let equal = base.iter().zip(&other).filter(|(a, b)| a == b).count();
        assert!(equal < 4, "{equal} of 64 draws are the same");
    }
}
