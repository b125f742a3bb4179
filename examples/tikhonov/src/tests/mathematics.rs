//! Blur, waves, matrices and the ends of other ways, by hand and against each other.

use nalgebra::{DMatrix, DVector};

use crate::blur::{Blur, Edges, Square};
use crate::dense::{Singular, descend, descend_product, normal_equations, soft_threshold};
use crate::fourier::{Penalty, Seen, Waves};
use crate::scene::normal;

const SIDE: Square = Square(6);

fn pixels() -> Vec<f64> {
    normal(7, 1, 36)
}

#[test]
fn a_blur_keeps_the_mean_and_its_matrix_blurs_as_it_does() {
    let mut dot = vec![0.0; 36];
    dot[2 * 6 + 3] = 1.0;
    for (_, blur) in Blur::ALL {
        let spread = blur.apply(SIDE, &dot);
        assert!((spread.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let matrix = blur.matrix(SIDE, Edges::Meet);
        let expected = &matrix * DVector::from_vec(pixels());
        let found = DVector::from_vec(blur.apply(SIDE, &pixels()));
        assert!((found - expected).norm() < 1e-12);
        assert!((matrix.transpose() - &matrix).norm() < 1e-12);
    }
    // By hand: a dot becomes a line of 9 pixels, of which 3 come round at each end of 6.
    let line = Blur::Motion.apply(SIDE, &dot);
    let row: Vec<f64> = line[12..18]
        .iter()
        .map(|share| (share * 9.0).round())
        .collect();
    assert_eq!(row, [2.0, 2.0, 1.0, 1.0, 1.0, 2.0]);
    // Beyond a dark edge nothing comes back.
    let dark = Blur::Motion.matrix(Square(12), Edges::Dark);
    assert!(
        (dark.row(0).sum() - 5.0 / 9.0).abs() < 1e-12 && (dark.row(6).sum() - 1.0).abs() < 1e-12
    );
}

#[test]
fn errors_in_waves_are_errors_in_pixels() {
    let (truth, waves) = (pixels(), Waves::new(SIDE));
    let seen = Blur::Motion.apply(SIDE, &truth);
    let seen: Vec<f64> = seen
        .iter()
        .zip(normal(7, 2, 36))
        .map(|(x, e)| x + 0.1 * e)
        .collect();
    for (_, penalty) in Penalty::ALL {
        let picture = Seen::new(&waves, Blur::Motion, &seen);
        let spectrum = picture.spectrum(penalty, &truth);
        for rate in [1e-3, 0.1, 10.0] {
            let found = picture.ridge(penalty, rate);
            let square =
                |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
            let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-10 * b, "{a} {b}");
            near(spectrum.error(rate), square(&found, &truth) / 36.0);
            near(
                spectrum.residual(rate),
                square(&Blur::Motion.apply(SIDE, &found), &seen),
            );
        }
    }
}

#[test]
fn singular_values_cholesky_and_descent_make_one_picture() {
    let a = DMatrix::from_vec(9, 4, normal(7, 3, 36));
    let b = DVector::from_vec(normal(7, 4, 9));
    let singular = Singular::new(&a, &b).unwrap();
    let ridge = normal_equations(&a, &b, 0.3, &DMatrix::identity(4, 4)).unwrap();
    let near = |x: &DVector<f64>| assert!((x - &ridge).norm() < 1e-12 * ridge.norm());
    near(&singular.ridge(0.3));
    near(&descend(&a, &b, 0.3, singular.gains(), 300));
    assert!(singular.from_nearest(&ridge) < 1e-3);
    // At a ridge the gradient of the penalised squares is 0.
    let gradient = a.tr_mul(&(&a * &ridge - &b)) + &ridge * 0.3;
    assert!(gradient.norm() < 1e-12);
    assert!(singular.left().tr_mul(singular.left()).is_identity(1e-12));
}

#[test]
fn stopped_descent_is_that_many_steps() {
    let a = DMatrix::from_vec(5, 3, normal(7, 5, 15));
    let b = DVector::from_vec(normal(7, 6, 5));
    let mut x = DVector::zeros(3);
    for _ in 0..7 {
        x -= a.tr_mul(&(&a * &x - &b)) * 0.05;
    }
    let found = Singular::new(&a, &b).unwrap().stopped(0.05, 7.0);
    assert!((found - &x).norm() < 1e-12 * x.norm());
}

/// `1/2 (z - b)² + λ |z|`: half of `u² + v²` is `|u v|` at balance.
#[test]
fn two_decaying_factors_end_at_the_soft_threshold() {
    let b = DVector::from_vec(vec![0.5, -0.3, 0.05, -0.01, 0.0]);
    let found = descend_product(&b, 0.1, 20_000);
    let expected = DVector::from_vec(vec![0.4, -0.2, 0.0, 0.0, 0.0]);
    assert!((soft_threshold(&b, 0.1) - &expected).norm() < 1e-15);
    assert!((found - expected).norm() < 1e-9);
}
