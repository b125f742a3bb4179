//! Blur, waves, matrices and the ends of other ways, by hand and against each other.

use nalgebra::DVector;

use crate::blur::{Blur, Edges, Square};

use crate::fourier::{Penalty, Seen, Waves};
use crate::product::{descend_product, soft_threshold};
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
        let known = picture.known(penalty, &truth);
        for rate in [1e-3, 0.1, 10.0] {
            let found = picture.ridge(penalty, rate);
            let square =
                |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
            let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-10 * b, "{a} {b}");
            near(known.error(rate), square(&found, &truth) / 36.0);
            near(
                known.spectrum.residual(rate),
                square(&Blur::Motion.apply(SIDE, &found), &seen),
            );
        }
    }
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
