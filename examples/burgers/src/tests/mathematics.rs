//! Identities of basis, field and fits.

use nalgebra::{DMatrix, DVector};

use crate::basis::{Derivative, Penalty, SIZE, VALUE, WAVES, matrix};
use crate::equation::VISCOSITY;
use crate::field::{Field, grid};
use crate::surrogate::{Equation, Seen};
use crate::task::Samples;

/// Numbers in `[-1, 1]` that look like chance.
fn numbers(count: usize, seed: f64) -> Vec<f64> {
    let number = |place: usize| (12.9898 * place as f64 + seed).sin() * 43758.5453;
    (0..count)
        .map(|place| 2.0 * number(place).rem_euclid(1.0) - 1.0)
        .collect()
}

/// Fields with fewer of the high waves.
fn coefficients(seed: f64) -> DVector<f64> {
    let slope = Penalty::Slope.weights();
    DVector::from_vec(numbers(SIZE, seed)).zip_map(&slope, |c, p| 0.1 * c / p)
}

fn points(count: usize) -> Vec<[f64; 2]> {
    let pairs = numbers(count, 3.0).into_iter().zip(numbers(count, 8.0));
    pairs.map(|(x, t)| [3.0 + 3.0 * x, 1.0 + t]).collect()
}

#[test]
fn derivatives_are_limits_of_differences() {
    const STEP: f64 = 1e-4;
    let at = |dx: f64, dt: f64| {
        let moved = points(7).into_iter().map(|[x, t]| [x + dx, t + dt]);
        matrix(&moved.collect::<Vec<_>>(), VALUE)
    };
    let of = |x, t| matrix(&points(7), Derivative { x, t });
    let slope = (at(STEP, 0.0) - at(-STEP, 0.0)) / (2.0 * STEP);
    let change = (at(0.0, STEP) - at(0.0, -STEP)) / (2.0 * STEP);
    let bend = (at(STEP, 0.0) + at(-STEP, 0.0) - at(0.0, 0.0) * 2.0) / (STEP * STEP);
    assert!((slope - of(1, 0)).amax() < 1e-3);
    assert!((change - of(0, 1)).amax() < 1e-3);
    assert!((bend - of(2, 0)).amax() < 1e-2);
}

/// `∫u_x² = Σ k²|c_k|²`, `∫u² = Σ|c_k|²`, to 1e-10; and plain decay is the latter, not the former.
#[test]
fn energies_are_sums_over_coefficients() {
    let grid = matrix(&grid(), VALUE);
    for seed in [0.0, 1.0, 2.0] {
        let c = DVector::from_vec(numbers(SIZE, seed));
        let field = Field((&grid * &c).data.into());
        let sum = |penalty: Penalty| penalty.weights().dot(&c.map(|c| c * c));
        assert!((field.energy() / sum(Penalty::Slope) - 1.0).abs() < 1e-10);
        assert!((field.size() / sum(Penalty::Size) - 1.0).abs() < 1e-10);
        assert!((field.spectrum().iter().sum::<f64>() / field.size() - 1.0).abs() < 1e-10);
        assert!(field.energy() / sum(Penalty::Size) > 10.0);
    }
    let highest = Penalty::Slope.weights().max();
    assert!(highest == (WAVES * WAVES) as f64);
}

/// On the whole grid the normal equations shrink each coefficient by itself, plain decay all of them alike.
#[test]
fn where_every_point_is_seen_each_wave_has_a_factor_of_its_own() {
    let points = grid();
    let values = numbers(points.len(), 5.0);
    let (points, values) = (&points[..], &values[..]);
    let seen = Seen::new(&Samples { points, values });
    let projected = seen.a.tr_mul(&seen.b);
    for penalty in [Penalty::Size, Penalty::Slope] {
        let weights = penalty.weights();
        let fit = seen.ridge(0.03, &weights).unwrap();
        let expected = projected.zip_map(&weights, |c, p| c / (1.0 + 0.03 * p));
        assert!((fit.coefficients - expected).norm() < 1e-10 * projected.norm());
    }
}

#[test]
fn slopes_of_the_residual_are_limits_of_differences() {
    let equation = Equation::new(&points(40));
    let (c, along) = (coefficients(1.0), coefficients(2.0));
    let moved = |step: f64| equation.residual(&(&c + &along * step));
    let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
    let slope = equation.slopes(&c) * &along;
    assert!((slope - &difference).norm() < 1e-8 * difference.norm());
}

/// The residual of one wave by hand: `u = √2 sin kx` has `u u_x = k sin 2kx`, `-ν u_xx = ν k² u`.
#[test]
fn the_residual_is_burgers() {
    let [x, t] = [0.7f64, 0.4];
    let mut c = DVector::zeros(SIZE);
    c[5] = 1.0;
    let wave = 2f64.sqrt() * (3.0 * x).sin();
    let expected = 3.0 * (6.0 * x).sin() + VISCOSITY * 9.0 * wave;
    let found = Equation::new(&[[x, t]]).residual(&c)[0];
    assert!((found - expected).abs() < 1e-12, "{found} {expected}");
}

/// Without weight of the equation it is the ridge; with it nothing nearby is lower.
#[test]
fn steps_of_gauss_and_newton_end_at_a_minimum() {
    let points = points(200);
    let values = numbers(200, 4.0);
    let (points, values) = (&points[..], &values[..]);
    let seen = Seen::new(&Samples { points, values });
    let weights = Penalty::Slope.weights();
    let equation = Equation::new(&super::mathematics::points(300));
    let start = DVector::zeros(SIZE);
    let fit = |weight| {
        equation
            .fit(&seen, [0.01, weight], &weights, &start, 200)
            .unwrap()
    };
    let ridge = seen.ridge(0.01, &weights).unwrap();
    let without = fit(0.0);
    assert!(
        (&without.coefficients - &ridge.coefficients).norm() < 1e-9 * ridge.coefficients.norm()
    );
    assert!((without.left_out / ridge.left_out - 1.0).abs() < 1e-9);
    let cost = |c: &DVector<f64>| {
        (&seen.a * c - &seen.b).norm_squared()
            + 0.03 * equation.residual(c).norm_squared()
            + 0.01 * c.component_mul(&weights).dot(c)
    };
    let found = fit(0.03).coefficients;
    let (least, size) = (cost(&found), found.norm());
    for seed in [1.0, 2.0, 3.0] {
        let along = DVector::from_vec(numbers(SIZE, seed)).normalize() * size;
        let [up, down] = [1e-4, -1e-4].map(|step| cost(&(&found + &along * step)));
        assert!(up > least && down > least, "{up} {down} {least}");
    }
}

/// Twice a field varies twice as much, leaves the range by the range, and errs by itself.
#[test]
fn figures_of_a_doubled_field() {
    let truth = grid().into_iter().map(|[x, t]| x.sin() * (1.0 + t));
    let truth = Field(truth.collect());
    let doubled = Field(truth.0.iter().map(|u| 2.0 * u).collect());
    for (found, expected) in [
        (doubled.variation(&truth), 2.0),
        (doubled.overshoot(&truth), 1.0),
        (doubled.error(&truth), 1.0),
        (doubled.energy() / truth.energy(), 4.0),
        (truth.overshoot(&doubled), 0.0),
        (truth.energy() / truth.size(), 1.0),
    ] {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
    let gram = matrix(&grid(), VALUE);
    let gram: DMatrix<f64> = gram.columns(0, 40).tr_mul(&gram.columns(0, 40)) / gram.nrows() as f64;
    assert!((gram - DMatrix::identity(40, 40)).amax() < 1e-12);
}
