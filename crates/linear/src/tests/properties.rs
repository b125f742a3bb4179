//! What must hold of a minimum.

use super::{Made, largest, noise};
use crate::{Logistic, Ridge, Rows, TOLERANCE};

const RATES: [f64; 5] = [10.0, 1e-3, 0.1, 1e-5, 1.0];

#[test]
fn the_gradient_is_nothing_at_every_solution() {
    for (rows, inputs) in [(700, 7), (30, 50)] {
        let made = Made::new(rows, inputs, 4);
        for (model, rate) in made.path(None, &RATES).iter().zip(RATES) {
            let (_, slope, offset) = made.objective(None, model, rate);
            let largest = largest(&slope).max(largest(&offset));
            assert!(largest < 2e-9, "{rows}, {rate}: {largest}");
        }
    }
}

#[test]
fn the_gradient_told_is_the_gradient_and_within_the_tolerance() {
    let made = Made::new(90, 6, 3);
    let model = Logistic::new(&made.rows(None), &made.labels, 3).unwrap();
    for own in model.path(&RATES).unwrap() {
        assert!(own.gradient <= TOLERANCE && own.passes < 100, "{own:?}");
    }
}

#[test]
fn an_endless_penalty_leaves_the_logarithms_of_the_shares() {
    let made = Made::new(100, 3, 3);
    let model = &made.path(None, &[1e9])[0];
    assert!(largest(&model.weights) < 1e-8);
    let count = |class: u32| made.labels.iter().filter(|label| **label == class).count() as f64;
    for class in 0..3 {
        let wanted = (count(class) / count(0)).ln();
        let found = model.bias[class as usize] - model.bias[0];
        assert!((found - wanted).abs() < 1e-7, "{found} for {wanted}");
    }
}

#[test]
fn a_larger_rate_has_smaller_weights_and_the_order_of_rates_is_kept() {
    let made = Made::new(120, 5, 3);
    let rates = [1e-4, 1e-3, 1e-2, 0.1, 1.0];
    let path = made.path(None, &rates);
    assert!(path.is_sorted_by(|a, b| a.square_norm() > b.square_norm()));
    let alone = &made.path(None, &[0.1])[0];
    for (one, other) in alone.weights.iter().zip(&path[3].weights) {
        assert!((one - other).abs() < 1e-7, "{one} {other}");
    }
}

#[test]
fn a_row_of_weight_two_is_two_rows_and_one_of_weight_zero_none() {
    let made = Made::new(40, 4, 3);
    let mut weights = vec![1.0; 40];
    (weights[3], weights[11]) = (2.0, 0.0);
    let kept = |row: &usize| *row != 11;
    let order: Vec<usize> = (0..40).filter(kept).chain([3]).collect();
    let repeated = Made {
        features: order
            .iter()
            .flat_map(|row| &made.features[row * 4..][..4])
            .copied()
            .collect(),
        labels: order.iter().map(|&row| made.labels[row]).collect(),
        ..Made::new(1, 4, 3)
    };
    let pairs = made
        .path(Some(&weights), &RATES)
        .into_iter()
        .zip(repeated.path(None, &RATES));
    for (one, other) in pairs {
        let differences = one.weights.iter().zip(&other.weights).map(|(a, b)| a - b);
        assert!(largest(&differences.collect::<Vec<_>>()) < 1e-6);
    }
    let answers = noise(5, 40);
    let own: Vec<f64> = order.iter().map(|&row| answers[row]).collect();
    let one = Ridge::new(&made.rows(Some(&weights)), &answers, 1)
        .unwrap()
        .path(&RATES)
        .unwrap();
    let other = Ridge::new(&repeated.rows(None), &own, 1)
        .unwrap()
        .path(&RATES)
        .unwrap();
    for (one, other) in one.iter().zip(&other) {
        assert!((one.weights[0] - other.weights[0]).abs() < 1e-10);
    }
}

#[test]
fn features_that_say_the_same_share_a_weight_and_constant_ones_have_none() {
    let made = Made::new(60, 1, 2);
    let tripled = made.features.iter().flat_map(|&x| [x, x, 5.0]).collect();
    let tripled = Made {
        features: tripled,
        inputs: 3,
        ..Made::new(60, 1, 2)
    };
    let model = &tripled.path(None, &[0.01])[0];
    for class in 0..2 {
        let [one, two, constant] = [0, 1, 2].map(|feature| model.weights[feature * 2 + class]);
        assert!((one - two).abs() < 1e-9 && constant.abs() < 1e-9 && one != 0.0);
    }
}

/// `e = 1/n X'X` has no inverse here; the smallest of all solutions is the limit of small rates.
#[test]
fn ridge_at_rate_0_is_the_smallest_solution() {
    let (x, y) = (noise(1, 5 * 8), noise(2, 5));
    let x: Vec<f32> = x.iter().map(|&x| x as f32).collect();
    let rows = Rows {
        features: &x,
        inputs: 8,
        weights: None,
    };
    let path = Ridge::new(&rows, &y, 1)
        .unwrap()
        .path(&[0.0, 1e-9])
        .unwrap();
    for (row, wanted) in x.chunks_exact(8).zip(&y) {
        let along = row
            .iter()
            .zip(&path[0].weights)
            .map(|(x, w)| f64::from(*x) * w);
        let found = path[0].bias[0] + along.sum::<f64>();
        assert!((found - wanted).abs() < 1e-9, "{found} for {wanted}");
    }
    for (one, other) in path[0].weights.iter().zip(&path[1].weights) {
        assert!((one - other).abs() < 1e-6);
    }
}

#[test]
fn a_path_repeats_bit_for_bit() {
    let made = Made::new(90, 6, 3);
    assert_eq!(made.path(None, &RATES), made.path(None, &RATES));
}

/// Features of two columns that no order of the rows shows in.
fn waves(rows: usize) -> Vec<f32> {
    let wave = |k: usize| (k as f32 * 0.618_034).fract() * 2.0 - 1.0;
    (0..2 * rows).map(wave).collect()
}

fn unweighted(features: &[f32]) -> Rows<'_> {
    Rows {
        features,
        inputs: 2,
        weights: None,
    }
}

#[test]
fn a_plane_is_found_and_answers_lie_on_it() {
    let x = waves(50);
    let plane = |row: &[f32]| f64::from(3.0 * row[0] - row[1]) + 0.5;
    let y: Vec<f64> = x.chunks(2).map(plane).collect();
    let model = &Ridge::new(&unweighted(&x), &y, 1)
        .unwrap()
        .path(&[0.0])
        .unwrap()[0];
    for (own, y) in model.outputs(&x).iter().zip(&y) {
        assert!((own - y).abs() < 1e-6, "{own} {y}");
    }
    // New rows, of which there are fewer.
    assert!((model.outputs(&[1.0, 1.0])[0] - 2.5).abs() < 1e-6);
}

#[test]
fn answers_part_the_classes() {
    let x = waves(90);
    let class = |row: &[f32]| match row[0] - row[1] {
        d if d > 0.4 => 2,
        d if d > -0.4 => 1,
        _ => 0,
    };
    let labels: Vec<u32> = x.chunks(2).map(class).collect();
    let model = &Logistic::new(&unweighted(&x), &labels, 3)
        .unwrap()
        .path(&[1.0 / 90.0])
        .unwrap()[0];
    let outputs = model.outputs(&x);
    let right = outputs.chunks(3).zip(&labels).filter(|(row, label)| {
        let best = (0..3).max_by(|&a, &b| row[a].total_cmp(&row[b]));
        best == Some(**label as usize)
    });
    assert!(right.count() > 80);
}
