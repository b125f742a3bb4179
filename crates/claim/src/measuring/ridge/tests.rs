//! The ways to a ridge against each other and against the gradient.

use decay_random::{At, Purpose, Stream};
use nalgebra::{DMatrix, DVector};

use super::{Singular, descend, normal_equations};

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
    let mut x = DVector::zeros(3);
    for _ in 0..7 {
        x -= a.tr_mul(&(&a * &x - &b)) * 0.05;
    }
    let found = Singular::new(&a, &b).unwrap().stopped(0.05, 7.0);
    assert!((found - &x).norm() < 1e-12 * x.norm());
}
