//! Rules on a spectrum whose truth is that of a Gaussian prior.

use decay_linear::{Coordinate, Rule, Spectrum, least};

use super::{Known, Truth};

const TAU2: f64 = 0.25;
const SIGMA2: f64 = 1e-3;

/// What a Gaussian prior and noise make of every coordinate on average, `u·b = s x + noise`.
fn expected(count: usize) -> Known {
    let one = |place: usize| {
        let gain = (-10.0 * place as f64 / count as f64).exp();
        let penalty = 1.0 + place as f64;
        let square = TAU2 / penalty;
        let own = Coordinate {
            gain,
            penalty,
            seen: gain * square + SIGMA2,
        };
        let cross = gain * square;
        (own, Truth { square, cross })
    };
    let (coordinates, truths) = (0..count).map(one).unzip();
    let spectrum = Spectrum {
        coordinates,
        beyond: 0,
        unexplained: 0.0,
    };
    Known { spectrum, truths }
}

#[test]
fn noise_over_prior_is_best_where_the_prior_is_right_and_the_evidence_finds_it() {
    let known = expected(200);
    let claimed = SIGMA2 / TAU2;
    let near = |rate: f64| assert!((rate / claimed).log10().abs() < 2e-3, "{rate} {claimed}");
    near(known.oracle().0);
    near(known.spectrum.choose(Rule::Evidence));
    near(known.spectrum.choose(Rule::Prior {
        noise: SIGMA2,
        prior: TAU2,
    }));
    // The least error is the variance that is left: Σ σ² / (s² + λ l²).
    let left = known.spectrum.sum(|own| own.over(claimed, SIGMA2));
    let (_, error) = known.oracle();
    assert!((error / (left / 200.0) - 1.0).abs() < 1e-5);
}

/// With the true risk `E ||A x_λ - A x||²` in place of its estimate.
#[test]
fn cross_validation_is_least_near_the_least_error_of_prediction() {
    let known = expected(400);
    let risk = |strength: f64| -> f64 {
        let own = |(own, truth): (&Coordinate, &Truth)| {
            let f = own.filter(strength);
            (1.0 - f).powi(2) * own.gain * truth.square + f * f * SIGMA2
        };
        let pairs = known.spectrum.coordinates.iter().zip(&known.truths);
        pairs.map(own).sum()
    };
    let (chosen, best) = (known.spectrum.choose(Rule::CrossValidation), least(risk));
    assert!((chosen / best).log10().abs() < 0.05, "{chosen} {best}");
}

#[test]
fn what_is_let_through_but_not_penalised_is_kept_and_the_reverse_lost() {
    let own = |gain, penalty| Coordinate {
        gain,
        penalty,
        seen: 4.0,
    };
    let known = |own: &[Coordinate]| Known {
        truths: own
            .iter()
            .map(|own| Truth {
                square: 4.0,
                cross: 4.0 * own.gain,
            })
            .collect(),
        spectrum: Spectrum {
            coordinates: own.to_vec(),
            beyond: 0,
            unexplained: 0.0,
        },
    };
    let all = [own(1.0, 0.0), own(0.0, 1.0), own(0.0, 0.0)];
    assert_eq!(all.map(|own| known(&[own]).error(3.0)), [0.0, 4.0, 4.0]);
    assert_eq!(known(&all[..2]).error(3.0), 2.0);
}
