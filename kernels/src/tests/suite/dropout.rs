//! Dropout: which elements are kept, and on what that depends.

use decay_random::At;

use super::Subject;
use super::values::{
    AT, Floats, Integers, assert_same, bits, draws, floats, host, host_integers, however_spread,
    integers, member, scattered, seeds,
};
use crate::{DropoutOps, reference};

fn rates(rates: &[f32]) -> Floats {
    floats(rates.to_vec(), [rates.len()])
}

fn drop(x: &Floats, rate: &Floats, seed: &Integers, at: At) -> Floats {
    Subject::dropout(x.clone(), rate.clone(), seed.clone(), at)
}

fn kept(y: &Floats) -> Vec<bool> {
    host(y).iter().map(|&value| value != 0.0).collect()
}

/// Which elements are kept is exact on every backend; by what they are multiplied depends on its division.
#[test]
fn agrees_with_the_reference_exactly() {
    let (rate, seed) = (rates(&[0.0, 0.1, 0.5, 0.999, 1.0, 0.3, 0.7]), seeds(7));
    for width in [1, 3, 17, 33, 64, 300] {
        for batch in [1, 5, 64] {
            let x = draws([7, batch, width], 1);
            let [actual] = however_spread(|| [drop(&x, &rate, &seed, AT)]);
            let (r, s) = (rate.clone(), seed.clone());
            let expected = reference::dropout::dropout::<Subject>(x.clone(), r, s, AT);
            assert_eq!(kept(&actual), kept(&expected));
            // One by one: the member with rate 0.999 is a thousand times as large as the others.
            for r in 0..7 {
                assert_same("member", &member(&actual, r), &member(&expected, r), 1e-6);
            }
            let strided = drop(&scattered(&x), &rate, &seed, AT);
            assert_eq!(bits(&actual), bits(&strided));
        }
    }
}

#[test]
fn rate_zero_changes_no_bit_and_rate_one_leaves_nothing() {
    let mut values = host(&draws([2, 5, 17], 1));
    values[3] = -0.0;
    values[4] = f32::NAN;
    values[5 * 17 + 2] = f32::INFINITY;
    let x = floats(values, [2, 5, 17]);
    let y = drop(&x, &rates(&[0.0, 1.0]), &seeds(2), AT);
    assert_eq!(bits(&member(&y, 0)), bits(&member(&x, 0)));
    assert!(host(&member(&y, 1)).iter().all(|&value| value == 0.0));
}

#[test]
fn the_kept_fraction_is_one_minus_the_rate_and_the_mean_is_kept() {
    let n = 200_000;
    let x = floats(vec![1.0; 3 * n], [3, n]);
    let chosen = [0.1f32, 0.5, 0.9];
    let y = host(&drop(&x, &rates(&chosen), &seeds(3), AT));
    for (y, p) in y.chunks(n).zip(chosen.map(f64::from)) {
        let kept = y.iter().filter(|&&value| value != 0.0).count() as f64 / n as f64;
        let deviation = (p * (1.0 - p) / n as f64).sqrt();
        assert!((kept - (1.0 - p)).abs() < 4.0 * deviation, "{p}: {kept}");
        let mean = y.iter().map(|&value| f64::from(value)).sum::<f64>() / n as f64;
        assert!(
            (mean - 1.0).abs() < 4.0 * deviation / (1.0 - p),
            "{p}: {mean}"
        );
    }
}

#[test]
fn the_mask_belongs_to_the_seed_and_not_to_the_place_in_the_population() {
    let x = draws([7, 5, 33], 1);
    let (rate, seed) = (rates(&[0.4; 7]), seeds(7));
    let together = drop(&x, &rate, &seed, AT);
    let halves = host_integers(&seed);
    for r in 0..7 {
        let own = integers(halves[2 * r..2 * r + 2].to_vec(), [1, 2]);
        let alone = drop(&member(&x, r), &rates(&[0.4]), &own, AT);
        assert_eq!(bits(&alone), bits(&member(&together, r)));
    }
}

#[test]
fn seed_site_epoch_and_step_each_draw_another_mask() {
    let x = floats(vec![1.0; 256], [1, 256]);
    let rate = rates(&[0.5]);
    let mask = |low, high, at| host(&drop(&x, &rate, &integers(vec![low, high], [1, 2]), at));
    let base = mask(7, 9, AT);
    assert_eq!(base, mask(7, 9, AT));
    for other in [
        mask(8, 9, AT),
        mask(7, 10, AT),
        mask(7, 9, At { site: 4, ..AT }),
        mask(7, 9, At { epoch: 6, ..AT }),
        mask(7, 9, At { step: 9, ..AT }),
    ] {
        let agreeing = base.iter().zip(&other).filter(|(a, b)| a == b).count();
        // 128 of 256 expected, standard deviation 8.
        assert!((88..168).contains(&agreeing), "{agreeing}");
    }
}
