//! Filters against what is known of them in other ways.

use decay_claim::measuring::energy::EnergyMap;
use decay_claim::measuring::ridge::normal_equations;
use decay_claim::testing::quiet_lab;
use decay_claim::{halved_clothes, labels};
use nalgebra::{DMatrix, DVector};

use crate::filters::{PIXELS, SIDE, Source, World};
use crate::images::{border_pixels, bordered};
use crate::{BLACK, GROWTH, SHUFFLED, WHOLE};

fn worlds() -> Vec<World> {
    let growths = GROWTH.map(World::of_growth);
    let others = [
        World::faded(),
        World::noisy(),
        World::idle(),
        World::equal(),
    ];
    growths.into_iter().chain(others).collect()
}

/// `E[x xᵀ]` and `E[x y]`, written out of what the worlds are said to be.
fn moments(world: &World) -> (DMatrix<f64>, DVector<f64>) {
    let own = DMatrix::from_diagonal(&DVector::from_column_slice(&world.variances));
    match &world.source {
        Source::Shared { signal } => {
            let a = DVector::from_column_slice(signal);
            (&a * a.transpose() + own, a)
        }
        Source::Own { truth, .. } => {
            let c = &own * DVector::from_column_slice(truth);
            (own, c)
        }
    }
}

fn cosine(a: &DVector<f64>, b: &DVector<f64>) -> f64 {
    a.dot(b) / (a.norm() * b.norm())
}

/// Cholesky of all moments knows nothing of Sherman and Morrison.
#[test]
fn filters_of_endless_rows_solve_the_normal_equations() {
    for world in worlds() {
        let (square, c) = moments(&world);
        for rate in [0.0, 0.3, 7.0, 1e3] {
            let bound = &square + DMatrix::identity(PIXELS, PIXELS) * rate;
            let solved = bound.cholesky().unwrap().solve(&c);
            let found = DVector::from_vec(world.endless(rate));
            let angle = 1.0 - cosine(&solved, &found);
            assert!(angle.abs() < 1e-12, "{rate}: {angle}");
        }
    }
}

/// Rows are what the world says: moments of many, and a filter that is the ridge of all of them, untransformed.
#[test]
fn samples_are_of_their_world() {
    let lab = quiet_lab();
    for (place, world) in worlds().into_iter().enumerate() {
        let many = World {
            rows: 20_000,
            ..world.clone()
        };
        let sample = many.draw(&lab, place as u32);
        let (square, c) = moments(&world);
        let n = many.rows as f64;
        assert!((sample.x.tr_mul(&sample.x) / n - &square).norm() < 0.12 * square.norm());
        let (found, size) = (sample.x.tr_mul(&sample.y) / n, sample.y.norm_squared() / n);
        // The standard error of a covariance of two normal numbers is at most that of independent ones times √2.
        for pixel in 0..PIXELS {
            let error = (2.0 * square[(pixel, pixel)] * size / n).sqrt();
            let off = (found[pixel] - c[pixel]).abs();
            assert!(off < 5.0 * error, "{place}, {pixel}: {off}");
        }
        let few = World { rows: 150, ..world }.draw(&lab, place as u32);
        let identity = DMatrix::identity(PIXELS, PIXELS);
        let ridge = normal_equations(&few.x, &few.y, 0.4 * 150.0, &identity).unwrap();
        assert!((&few.filters(&[0.4])[0] - &ridge).norm() < 1e-10 * ridge.norm());
    }
}

/// Entropy in nats of the filter of endless rows.
fn entropy(world: &World, rate: f64) -> f64 {
    let map = EnergyMap::of_weights(&world.endless(rate), 1, SIDE);
    map.entropy() * (PIXELS as f64).ln()
}

/// The covariance is the slope of the entropy, and its sign is what the worlds are there for.
#[test]
fn entropy_falls_where_large_weights_stand_on_large_variances() {
    for world in worlds() {
        for rate in [0.05, 1.0, 20.0] {
            let step = 1e-4 * rate;
            let difference =
                (entropy(&world, rate + step) - entropy(&world, rate - step)) / (2.0 * step);
            let slope = world.slope_of_entropy(rate);
            assert!((slope - difference).abs() < 1e-6, "{slope} {difference}");
        }
    }
    let slope = |world: World| world.slope_of_entropy(1.0);
    assert!(slope(World::faded()) < -1e-3 && slope(World::noisy()) > 1e-3);
    assert!(slope(World::equal()).abs() < 1e-12 && slope(World::idle()).abs() < 1e-12);
    assert!(slope(World::of_growth(GROWTH[0])) < -1e-3);
    assert!(slope(World::of_growth(GROWTH[4])) > 1e-3);
    assert!(slope(World::of_growth(1.0)).abs() < 1e-12);
}

/// Correlation of a pixel with whether the label is one of the first five.
fn correlation(pixel: &[f64], label: &[f64]) -> f64 {
    let centred = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        DVector::from_iterator(values.len(), values.iter().map(|value| value - mean))
    };
    let (a, b) = (centred(pixel), centred(label));
    if a.norm() > 0.0 { cosine(&a, &b) } else { 0.0 }
}

/// A shuffled border keeps the values of each pixel and loses what they say; the centre stays.
#[test]
fn borders_are_what_they_are_called() {
    let lab = quiet_lab();
    let original = halved_clothes().unwrap();
    let column = |data: &decay_data::Dataset, pixel| -> Vec<f64> {
        let rows = 0..data.rows;
        rows.map(|row| f64::from(data.value(row, pixel))).collect()
    };
    let all: Vec<usize> = (0..original.rows).collect();
    let label = labels(&original, &all).into_iter();
    let label: Vec<f64> = label.map(|label| f64::from(u8::from(label < 5))).collect();
    let [shuffled, black, whole] =
        [SHUFFLED, BLACK, WHOLE].map(|border| bordered(&lab, border).unwrap());
    let (border, mut told) = (border_pixels(), [0.0f64; 2]);
    assert_eq!(border.len(), 196 - 80);
    for pixel in 0..196 {
        let [before, mixed] = [&original, &shuffled].map(|data| column(data, pixel));
        assert_eq!(column(&whole, pixel), before);
        if border.contains(&pixel) {
            let sorted = |mut values: Vec<f64>| {
                values.sort_by(f64::total_cmp);
                values
            };
            let found = [&before, &mixed].map(|values| correlation(values, &label).abs());
            told = [told[0].max(found[0]), told[1].max(found[1])];
            assert_eq!(sorted(before), sorted(mixed));
            assert!(column(&black, pixel).iter().all(|value| *value == 0.0));
        } else {
            assert_eq!((&mixed, column(&black, pixel)), (&before, before.clone()));
        }
    }
    assert!(told[0] > 0.3 && told[1] < 0.1, "{told:?}");
}
