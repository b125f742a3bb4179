//! Which transformations are drawn, and on what that depends.

use decay_random::At;

use super::Subject;
use super::values::{
    Floats, Integers, assert_same, bits, draws, floats, host, host_integers, however_spread,
    integers, member, seeds,
};
use crate::augment::{Transform, column};
use crate::{AugmentOps, Augmentation, reference};

const AT: At = At {
    site: 0,
    epoch: 5,
    step: 8,
};
const MIXED: [Augmentation; 4] = [
    Augmentation {
        flip: 0.3,
        rotation: 40.0,
        shift: 3,
        cutout: 5,
        brightness: 0.4,
    },
    Augmentation {
        flip: 0.0,
        rotation: 0.0,
        shift: 0,
        cutout: 0,
        brightness: 0.0,
    },
    Augmentation {
        flip: 1.0,
        rotation: 180.0,
        shift: 20,
        cutout: 4,
        brightness: 2.0,
    },
    Augmentation {
        flip: 0.5,
        rotation: 0.0,
        shift: 1,
        cutout: 0,
        brightness: 0.0,
    },
];

fn table(strengths: &[Augmentation]) -> Floats {
    let rows = strengths.iter().flat_map(Augmentation::row).collect();
    floats(rows, [strengths.len(), Augmentation::COUNT])
}

fn draw(strengths: &[Augmentation], seed: &Integers, batch: [usize; 3], at: At) -> Floats {
    Subject::draw_transforms(table(strengths), seed.clone(), batch, at)
}

/// One column of the drawn table over all images.
fn of(drawn: &[f32], column: usize) -> Vec<f64> {
    let rows = drawn.chunks_exact(Transform::COUNT);
    rows.map(|row| f64::from(row[column])).collect()
}

fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let square = |x: &f64| (x - mean).powi(2);
    (mean, values.iter().map(square).sum::<f64>() / n)
}

/// Whole numbers and decisions are exact on every backend, angles and brightness to rounding.
#[test]
fn agrees_with_the_reference() {
    let seed = seeds(4);
    for batch in [1, 5, 130] {
        for [height, width] in [[1, 1], [7, 5], [32, 28]] {
            let batch = [batch, height, width];
            let actual = draw(&MIXED, &seed, batch, AT);
            let strengths = table(&MIXED);
            let expected =
                reference::augment::draw_transforms::<Subject>(strengths, seed.clone(), batch, AT);
            let (a, e) = (host(&actual), host(&expected));
            for exact in [
                column::FLIP,
                column::DOWN,
                column::RIGHT,
                column::CUT_TOP,
                column::CUT_BOTTOM,
                column::CUT_LEFT,
                column::CUT_RIGHT,
            ] {
                assert_eq!(of(&a, exact), of(&e, exact), "column {exact}");
            }
            for close in [column::COSINE, column::SINE, column::BRIGHTNESS] {
                for (a, e) in of(&a, close).iter().zip(of(&e, close)) {
                    assert!((a - e).abs() < 1e-6, "column {close}: {a}, expected {e}");
                }
            }
        }
    }
}

/// Of squares of side 5 that no edge cuts, the centre; otherwise what the other edge says.
fn centres(from: Vec<f64>, to: Vec<f64>, last: f64) -> Vec<f64> {
    let centre = |(from, to): (f64, f64)| match from > 0.0 {
        true => from + 2.0,
        false => (to - 3.0).min(last),
    };
    from.into_iter().zip(to).map(centre).collect()
}

/// Means and variances to five standard errors; the bounds are hard.
#[test]
fn parameters_have_their_distributions() {
    let n = 40_000;
    let drawn = host(&draw(&MIXED[..1], &seeds(1), [n, 30, 20], AT));
    let of = |column| of(&drawn, column);
    let angles: Vec<f64> = of(column::SINE)
        .iter()
        .map(|s| s.asin().to_degrees())
        .collect();
    let squared = of(column::SINE).into_iter().zip(of(column::COSINE));
    assert!(
        squared
            .into_iter()
            .all(|(s, c)| (s * s + c * c - 1.0).abs() < 1e-6 && c > 0.0)
    );
    let rows = centres(of(column::CUT_TOP), of(column::CUT_BOTTOM), 29.0);
    let columns = centres(of(column::CUT_LEFT), of(column::CUT_RIGHT), 19.0);
    let whole = |count: f64| (count * count - 1.0) / 12.0;
    for (name, values, mean, variance, bound) in [
        ("flip", of(column::FLIP), 0.3, 0.21, 1.0),
        ("angle", angles, 0.0, 40.0 * 40.0 / 3.0, 40.001),
        ("down", of(column::DOWN), 0.0, whole(7.0), 3.0),
        ("right", of(column::RIGHT), 0.0, whole(7.0), 3.0),
        ("cut row", rows, 14.5, whole(30.0), 29.0),
        ("cut column", columns, 9.5, whole(20.0), 19.0),
        ("brightness", of(column::BRIGHTNESS), 0.0, 0.16 / 3.0, 0.4),
    ] {
        let (m, v) = moments(&values);
        let error = (variance / n as f64).sqrt();
        assert!((m - mean).abs() < 5.0 * error, "{name}: mean {m}");
        assert!((v / variance - 1.0).abs() < 0.035, "{name}: variance {v}");
        let largest = values
            .iter()
            .fold(0.0f64, |max, value| max.max(value.abs()));
        assert!(
            largest <= bound && largest > 0.98 * bound,
            "{name}: largest {largest}"
        );
    }
}

/// No word is used twice: parameters of an image, and of neighbouring images, are uncorrelated.
#[test]
fn parameters_are_independent() {
    let n = 20_000;
    let drawn = host(&draw(&MIXED[..1], &seeds(1), [n, 30, 20], AT));
    let names = [
        column::FLIP,
        column::SINE,
        column::DOWN,
        column::RIGHT,
        column::CUT_TOP,
        column::CUT_LEFT,
        column::BRIGHTNESS,
    ];
    let standard: Vec<Vec<f64>> = names
        .iter()
        .map(|&name| {
            let values = of(&drawn, name);
            let (mean, variance) = moments(&values);
            values
                .iter()
                .map(|x| (x - mean) / variance.sqrt())
                .collect()
        })
        .collect();
    for (i, a) in standard.iter().enumerate() {
        for (j, b) in standard.iter().enumerate() {
            for lag in [0, 1] {
                if lag == 0 && i == j {
                    continue;
                }
                let products = a.iter().zip(&b[lag..]).map(|(a, b)| a * b);
                let correlation = products.sum::<f64>() / n as f64;
                assert!(
                    correlation.abs() < 5.0 / (n as f64).sqrt(),
                    "{i} and {j}, {lag} apart: {correlation}"
                );
            }
        }
    }
}

/// A vector of strengths draws what each member draws alone.
#[test]
fn a_draw_belongs_to_the_seed_and_not_to_the_place_in_the_population() {
    let seed = seeds(4);
    let [together] = however_spread(|| [draw(&MIXED, &seed, [9, 7, 5], AT)]);
    let halves = host_integers(&seed);
    for r in 0..4 {
        let own = integers(halves[2 * r..2 * r + 2].to_vec(), [1, 2]);
        let alone = draw(&MIXED[r..=r], &own, [9, 7, 5], AT);
        assert_eq!(bits(&alone), bits(&member(&together, r)));
        let fewer = host(&draw(&MIXED[r..=r], &own, [4, 7, 5], AT));
        assert_eq!(
            fewer,
            host(&alone)[..4 * Transform::COUNT],
            "a smaller batch"
        );
    }
}

#[test]
fn seed_epoch_and_step_each_draw_other_transformations() {
    let draw = |low, high, at| {
        let seed = integers(vec![low, high], [1, 2]);
        host(&draw(&MIXED[..1], &seed, [64, 30, 20], at))
    };
    let base = draw(7, 9, AT);
    assert_eq!(base, draw(7, 9, AT));
    for other in [
        draw(8, 9, AT),
        draw(7, 10, AT),
        draw(7, 9, At { epoch: 6, ..AT }),
        draw(7, 9, At { step: 9, ..AT }),
    ] {
        let agreeing = of(&base, column::DOWN)
            .iter()
            .zip(of(&other, column::DOWN))
            .filter(|&(&a, b)| a == b)
            .count();
        // 64 / 7 expected, standard deviation 2.8.
        assert!(agreeing < 24, "{agreeing}");
    }
}

#[test]
fn strength_zero_changes_no_bit() {
    assert!(Augmentation::default().is_off() && !MIXED[3].is_off());
    let mut values = host(&draws([2, 9, 3 * 7 * 5], 1));
    values.iter_mut().step_by(4).for_each(|value| *value = -0.0);
    let x = floats(values, [2, 9, 3 * 7 * 5]);
    let off = [Augmentation::default(); 2];
    let transforms = draw(&off, &seeds(2), [9, 7, 5], AT);
    let border = floats(vec![9.0; 6], [2, 3]);
    let y = Subject::transform(x.clone(), border, transforms, [3, 7, 5]);
    assert_eq!(bits(&y), bits(&x));
}

#[test]
fn augmented_batches_agree_with_the_reference() {
    let seed = seeds(4);
    for image in [[1, 1, 1], [3, 7, 5], [2, 6, 9], [1, 28, 28]] {
        let [channels, height, width] = image;
        let x = draws([4, 9, channels * height * width], 1);
        let border = draws([4, channels], 2);
        let run = |transforms: &Floats| {
            Subject::transform(x.clone(), border.clone(), transforms.clone(), image)
        };
        let transforms = draw(&MIXED, &seed, [9, height, width], AT);
        let [actual] = however_spread(|| [run(&transforms)]);
        let (x, border) = (x.clone(), border.clone());
        let expected = reference::augment::transform::<Subject>(x, border, transforms, image);
        assert_same("augment", &actual, &expected, 2e-6);
    }
}
