//! Rules on spectra whose answers are known.

use super::{Coordinate, Rule, Spectrum, least};

const TAU2: f64 = 0.25;
const SIGMA2: f64 = 1e-3;

/// What a Gaussian prior and noise make of every coordinate on average, `u·b = s x + noise`.
fn expected(count: usize) -> Spectrum {
    let one = |place: usize| {
        let gain = (-10.0 * place as f64 / count as f64).exp();
        let penalty = 1.0 + place as f64;
        let truth = TAU2 / penalty;
        Coordinate {
            gain,
            penalty,
            seen: gain * truth + SIGMA2,
            truth,
            cross: gain * truth,
        }
    };
    Spectrum((0..count).map(one).collect())
}

#[test]
fn noise_over_prior_is_best_where_the_prior_is_right_and_the_evidence_finds_it() {
    let spectrum = expected(200);
    let claimed = SIGMA2 / TAU2;
    let near = |rate: f64| assert!((rate / claimed).log10().abs() < 2e-3, "{rate} {claimed}");
    near(spectrum.oracle().0);
    near(spectrum.choose(Rule::Evidence));
    near(spectrum.choose(Rule::Prior {
        noise: SIGMA2,
        prior: TAU2,
    }));
    // The least error is the variance that is left: Σ σ² / (s² + λ l²).
    let left = spectrum
        .0
        .iter()
        .map(|own| SIGMA2 / (own.gain + claimed * own.penalty));
    let (_, error) = spectrum.oracle();
    assert!((error / (left.sum::<f64>() / 200.0) - 1.0).abs() < 1e-5);
}

#[test]
fn the_discrepancy_principle_leaves_the_noise() {
    let spectrum = expected(200);
    let rate = spectrum.choose(Rule::Discrepancy { noise: SIGMA2 });
    assert!((spectrum.residual(rate) / (200.0 * SIGMA2) - 1.0).abs() < 1e-2);
}

/// With the true risk `E ||A x_λ - A x||²` in place of its estimate.
#[test]
fn cross_validation_is_least_near_the_least_error_of_prediction() {
    let spectrum = expected(400);
    let risk = |rate: f64| -> f64 {
        let own = |own: &Coordinate| {
            let f = own.filter(rate);
            (1.0 - f).powi(2) * own.gain * own.truth + f * f * SIGMA2
        };
        spectrum.0.iter().map(own).sum()
    };
    let (chosen, best) = (spectrum.choose(Rule::CrossValidation), least(risk));
    assert!((chosen / best).log10().abs() < 0.05, "{chosen} {best}");
}

#[test]
fn curvature_is_that_of_differences() {
    let spectrum = expected(50);
    let logs = |t: f64| {
        let size = |own: &Coordinate| own.penalty * own.solution(t.exp());
        let size: f64 = spectrum.0.iter().map(size).sum();
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
        truth: 4.0,
        cross: 4.0 * gain,
    };
    let [kept, lost, nothing] = [own(1.0, 0.0), own(0.0, 1.0), own(0.0, 0.0)];
    assert_eq!(
        [kept, lost, nothing].map(|own| own.filter(3.0)),
        [1.0, 0.0, 0.0]
    );
    assert_eq!(
        [kept, lost, nothing].map(|own| own.error(3.0)),
        [0.0, 4.0, 4.0]
    );
    let spectrum = Spectrum(vec![kept, lost]);
    assert_eq!(spectrum.residual(3.0), 4.0);
    assert_eq!(spectrum.error(3.0), 2.0);
}

#[test]
fn the_least_of_a_parabola_in_decades_is_found_between_the_steps_of_the_grid() {
    let found = least(|rate| (rate.log10() + 2.345).powi(2));
    assert!((found.log10() + 2.345).abs() < 1e-3);
}
