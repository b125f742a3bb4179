//! The ways to a ridge against each other and against the gradient.

use decay_random::{At, Purpose, Stream};
use nalgebra::{DMatrix, DVector};

use super::{Singular, descend, learnt, normal_equations, stepped, with_noise};

fn draws(site: u32, count: usize) -> Vec<f64> {
    let at = At {
        site,
        ..At::default()
    };
    let mut values = vec![0.0f32; count];
    Stream::new(7, Purpose::Experiment, at).fill_normal(&mut values);
    values.into_iter().map(f64::from).collect()
}

#[test]
fn singular_values_cholesky_and_descent_give_one_solution() {
    let a = DMatrix::from_vec(9, 4, draws(3, 36));
    let b = DVector::from_vec(draws(4, 9));
    let singular = Singular::new(&a, &b).unwrap();
    let ridge = normal_equations(&a, &b, 0.3, &DMatrix::identity(4, 4)).unwrap();
    let near = |x: &DVector<f64>| assert!((x - &ridge).norm() < 1e-12 * ridge.norm());
    near(&singular.ridge(0.3));
    near(&descend(&a, &b, 0.3, singular.gains(), 300));
    assert!(singular.from_nearest(&ridge) < 1e-3);
    // At a ridge the gradient of the penalised squares is 0.
    let gradient = a.tr_mul(&(&a * &ridge - &b)) + &ridge * 0.3;
    assert!(gradient.norm() < 1e-12);
}

#[test]
fn stopped_descent_is_that_many_steps() {
    let a = DMatrix::from_vec(5, 3, draws(5, 15));
    let b = DVector::from_vec(draws(6, 5));
    let singular = Singular::new(&a, &b).unwrap();
    let largest = 1.0 / singular.gains()[0];
    for (lr, steps) in [(0.05, 7), (largest, 1), (largest, 30)] {
        let found = singular.stopped(lr, steps as f64);
        let wanted = stepped(&a, &b, lr, steps);
        assert!((found - &wanted).norm() < 1e-12 * wanted.norm());
    }
}

/// `x <- x - 0.1 (x - 1)` by hand, and a share that rounding has made larger than 1.
#[test]
fn steps_learn_a_share_of_what_is_left() {
    let one = DMatrix::from_element(1, 1, 1.0);
    let two = stepped(&one, &DVector::from_element(1, 1.0), 0.1, 2)[0];
    assert!((two - 0.19).abs() < 1e-15 && (learnt(0.1, 2.0) - 0.19).abs() < 1e-15);
    assert_eq!(learnt(1.0 + f64::EPSILON, 3.0), 1.0);
}

/// Ali, Kolter & Tibshirani 2019: with `λ = 1/(η t)` the ridge keeps at least 1/1.2985 of what descent has learnt, and
/// never more than it.
#[test]
fn descent_learns_more_than_the_ridge_of_the_same_time_and_at_most_a_third_more() {
    let (lr, steps) = (1e-4, 20_000.0);
    for place in 1..1000 {
        let gain = f64::from(place) / 1000.0;
        let kept = gain / (gain + 1.0 / (lr * steps));
        let ratio = learnt(lr * gain, steps) / kept;
        assert!((1.0..1.2986).contains(&ratio), "{gain} {ratio}");
    }
}

#[test]
fn noise_on_the_operator_is_a_ridge_of_its_variance_and_no_other() {
    let a = DMatrix::from_vec(9, 4, draws(7, 36));
    let b = DVector::from_vec(draws(8, 9));
    let identity = DMatrix::identity(4, 4);
    let ridge = |a: &_, b: &_, rate| normal_equations(a, b, rate, &identity).unwrap();
    let wanted = ridge(&a, &b, 0.04);
    let far = |variance: f64| {
        let (a, b) = with_noise(&a, &b, variance);
        (ridge(&a, &b, 0.0) - &wanted).norm() / wanted.norm()
    };
    assert!(
        far(0.04) < 1e-12 && far(0.09) > 1e-3,
        "{} {}",
        far(0.04),
        far(0.09)
    );
    // The squares themselves, at weights that solve nothing.
    let x = DVector::from_vec(draws(9, 4));
    let squares = |a: &DMatrix<f64>, b: &DVector<f64>| (a * &x - b).norm_squared();
    let (noisy, seen) = with_noise(&a, &b, 0.04);
    let sum = squares(&a, &b) + 0.04 * x.norm_squared();
    assert!((squares(&noisy, &seen) - sum).abs() < 1e-12 * sum);
}
