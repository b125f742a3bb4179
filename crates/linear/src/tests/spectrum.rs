//! Spectra whose answers are known.

use crate::{Coordinate, Rule, Spectrum, least};

const TAU2: f64 = 0.25;
const SIGMA2: f64 = 1e-3;

/// What a Gaussian prior and noise make of every coordinate on average, `u·b = s x + noise`, with as many directions of noise alone.
fn expected(count: usize) -> Spectrum {
    let one = |place: usize| {
        let gain = (-10.0 * place as f64 / count as f64).exp();
        let penalty = 1.0 + place as f64;
        Coordinate {
            gain,
            penalty,
            seen: gain * TAU2 / penalty + SIGMA2,
        }
    };
    Spectrum {
        coordinates: (0..count).map(one).collect(),
        beyond: count,
        unexplained: count as f64 * SIGMA2,
    }
}

#[test]
fn the_discrepancy_principle_leaves_the_noise() {
    let spectrum = expected(200);
    let rate = spectrum.choose(Rule::Discrepancy { noise: SIGMA2 });
    assert!((spectrum.residual(rate) / (400.0 * SIGMA2) - 1.0).abs() < 1e-2);
}

#[test]
fn curvature_is_that_of_differences() {
    let spectrum = expected(50);
    let logs = |t: f64| {
        let size = |own: &Coordinate| own.penalty * own.solution(t.exp());
        let size = spectrum.sum(size);
        [0.5 * spectrum.residual(t.exp()).ln(), 0.5 * size.ln()]
    };
    for t in [-8.0, -5.0, -1.0] {
        let h = 1e-3;
        let [a, b, c] = [logs(t - h), logs(t), logs(t + h)];
        let first = |k: usize| (c[k] - a[k]) / (2.0 * h);
        let second = |k: usize| (c[k] - 2.0 * b[k] + a[k]) / (h * h);
        let turn = first(0) * second(1) - second(0) * first(1);
        let expected = turn / first(0).hypot(first(1)).powi(3);
        let found = spectrum.curvature(t.exp());
        assert!(
            (found / expected - 1.0).abs() < 1e-3,
            "{t}: {found} {expected}"
        );
    }
}

#[test]
fn what_is_let_through_but_not_penalised_is_kept_and_the_reverse_lost() {
    let own = |gain, penalty| Coordinate {
        gain,
        penalty,
        seen: 4.0,
    };
    let all = [own(1.0, 0.0), own(0.0, 1.0), own(0.0, 0.0)];
    assert_eq!(all.map(|own| own.filter(3.0)), [1.0, 0.0, 0.0]);
    let spectrum = Spectrum {
        coordinates: all[..2].to_vec(),
        beyond: 0,
        unexplained: 0.0,
    };
    assert_eq!(spectrum.residual(3.0), 4.0);
}

/// Directions that nothing lets through are told of one by one, or together.
#[test]
fn directions_beyond_count_as_coordinates_that_let_nothing_through() {
    let together = expected(30);
    let mut one_by_one = together.clone();
    let own = Coordinate {
        gain: 0.0,
        penalty: 1.0,
        seen: together.unexplained / 30.0,
    };
    one_by_one.coordinates.extend([own; 30]);
    (one_by_one.beyond, one_by_one.unexplained) = (0, 0.0);
    assert_eq!(together.count(), one_by_one.count());
    for strength in [1e-6, 1e-2, 10.0] {
        let all = |own: &Spectrum| {
            [
                own.residual(strength),
                own.cross_validation(strength),
                own.curvature(strength),
                own.evidence(strength),
                own.log_evidence(2.0, 3.0),
            ]
        };
        for (a, b) in all(&together).into_iter().zip(all(&one_by_one)) {
            assert!((a - b).abs() < 1e-9 * b.abs(), "{a} {b}");
        }
    }
}

#[test]
fn the_least_of_a_parabola_in_decades_is_found_between_the_steps_of_the_grid() {
    let found = least(|rate| (rate.log10() + 2.345).powi(2));
    assert!((found.log10() + 2.345).abs() < 1e-3);
}
