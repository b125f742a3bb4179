//! Attacks on linear classifiers, whose worst cases and distances are closed forms (`tests/oracle/robust.json`).

use crate::golden::{Case, case};
use crate::members::{Members, assert_close};
use decay_robust::attack::{Apgd, Attack, Fab, Norm, Objective, Pgd, Threat};

/// The linear classifier as a perceptron without hidden layers.
fn linear(case: &Case) -> Members {
    let state = decay_model::MemberState {
        parameters: vec![case.transposed("w"), case.floats("b")],
        buffers: Vec::new(),
    };
    Members::new(&[], 6, 4, vec![state])
}

#[test]
fn the_boundary_attack_finds_the_exact_distance_of_a_linear_classifier() {
    let case = case("linear_exact_distance");
    let members = linear(&case);
    let (x, labels) = (case.floats("x"), case.labels());
    for norm in Norm::ALL {
        let threat = Threat {
            norm,
            radius: 10.0,
            bounds: None,
        };
        let fab = Fab {
            within_radius: false,
            ..Fab::default()
        };
        let trial = members.trial(&x, &labels, threat);
        let outcome = &trial.attack(&Attack::Fab(fab)).unwrap()[0];
        let want = case.expected(&format!("distance_{}", norm.name()));
        for (row, (got, want)) in outcome.distance.iter().zip(want).enumerate() {
            let got = got.expect("a linear classifier can be crossed");
            let error = (got - want).abs();
            assert!(error <= 0.01 * want, "{norm:?} {row}: {got} for {want}");
            assert!(
                got >= want * (1.0 - 1e-5),
                "{norm:?} {row}: {got} for {want}"
            );
        }
    }
}

/// One percent beyond the exact distance a row falls, one percent before it stands.
#[test]
fn gradient_attacks_reach_the_exact_distance_of_a_linear_classifier() {
    let case = case("linear_exact_distance");
    let members = linear(&case);
    let (x, labels) = (case.floats("x"), case.labels());
    for norm in Norm::ALL {
        let distances = case.expected(&format!("distance_{}", norm.name()));
        for (row, &distance) in distances.iter().enumerate().filter(|(_, d)| **d > 0.0) {
            let own = &x[row * 6..(row + 1) * 6];
            for (share, stands) in [(0.99, true), (1.01, false)] {
                let threat = Threat {
                    norm,
                    radius: share * distance,
                    bounds: None,
                };
                let trial = members.trial(own, &labels[row..=row], threat);
                let robust = |attack| trial.attack(&attack).unwrap()[0].robust[0];
                let margin = Apgd {
                    objective: Objective::Difference,
                    ..Apgd::default()
                };
                let name = format!("{norm:?} {row} {share}");
                assert_eq!(robust(Attack::Apgd(margin)), stands, "APGD {name}");
                if stands {
                    let pgd = Pgd {
                        restarts: 3,
                        ..Pgd::default()
                    };
                    assert!(robust(Attack::Pgd(pgd)), "PGD {name}");
                }
                let pgd = Attack::Pgd(Pgd {
                    objective: Objective::Margin,
                    steps: 200,
                    step_size: 0.1,
                    restarts: 10,
                    ..Pgd::default()
                });
                assert_eq!(robust(pgd), stands, "PGD {name}");
            }
        }
    }
}

/// `log(1 + exp(-s f))` as the cross-entropy of the logits `0` and `f`.
#[test]
fn the_worst_case_of_a_logistic_regression_is_reached_in_one_step() {
    let case = case("linear_worst_case_logistic_loss");
    let w = case.floats("w");
    let weight = w.iter().flat_map(|&w| [0.0, w]).collect();
    let state = decay_model::MemberState {
        parameters: vec![weight, vec![0.0, case.param("b") as f32]],
        buffers: Vec::new(),
    };
    let members = Members::new(&[], 6, 2, vec![state]);
    let x = case.floats("x");
    let labels: Vec<usize> = case
        .floats("signs")
        .iter()
        .map(|&s| usize::from(s > 0.0))
        .collect();
    for (norm, name) in [(Norm::Linf, "linf"), (Norm::L2, "l2")] {
        let threat = Threat {
            norm,
            radius: case.param("eps"),
            bounds: None,
        };
        // A step of an eighth of the radius turns a random start by a ninth less each time.
        let pgd = Pgd {
            steps: 150,
            stop_early: false,
            ..Pgd::default()
        };
        for attack in [Attack::Fgsm, Attack::Pgd(pgd)] {
            let trial = members.trial(&x, &labels, threat);
            let outcome = &trial.attack(&attack).unwrap()[0];
            let got = outcome.adversarial.as_ref().unwrap();
            let want = case.expected(&format!("adversarial_{name}"));
            for row in (0..labels.len()).filter(|&row| outcome.correct[row]) {
                let own = row * 6..(row + 1) * 6;
                assert_close(
                    &format!("{name} {row}"),
                    &got[own.clone()],
                    &want[own],
                    1e-5,
                );
            }
        }
    }
}
