//! Attacks against torch, torchattacks, AutoAttack and exact distances (`tests/oracle/robust.json`).

mod golden;

use decay_robust::attack::{
    Apgd, Attack, Ensemble, Fab, MemberOutcome, Norm, Objective, Pgd, Square, Threat,
};
use golden::{Case, Members, assert_close, case, flags};

fn threat(case: &Case, norm: &str, radius: f64) -> Threat {
    Threat {
        norm: if norm == "linf" { Norm::Linf } else { Norm::L2 },
        radius,
        bounds: case.bounds(),
    }
}

/// The adversarial examples of rows that are misclassified from the start are the rows themselves here.
fn compare(name: &str, case: &Case, outcome: &MemberOutcome, want: &[f64]) {
    let x = case.floats("x");
    let got = outcome.adversarial.as_ref().unwrap();
    let clean = flags(&golden::case("model").expected("correct"));
    assert_eq!(outcome.correct, clean);
    for (row, _) in clean.iter().enumerate().filter(|(_, correct)| **correct) {
        let own = row * 6..(row + 1) * 6;
        assert_close(name, &got[own.clone()], &want[own], 1e-5);
    }
    for (row, _) in clean.iter().enumerate().filter(|(_, correct)| !**correct) {
        assert_eq!(got[row * 6..][..6], x[row * 6..][..6]);
    }
}

#[test]
fn the_fast_gradient_method_matches_torch() {
    for norm in ["linf", "l2"] {
        for set in ["free", "box"] {
            let case = case(&format!("fgsm_{norm}_{set}"));
            let members = Members::of_case(&case);
            let (x, labels) = (case.floats("x"), case.labels());
            let threat = threat(&case, norm, case.param("eps"));
            let outcomes = members.trial(&x, &labels, threat).attack(&Attack::Fgsm);
            let outcome = &outcomes.unwrap()[1];
            compare(&case.name, &case, outcome, &case.expected("adversarial"));
            let correct = flags(&case.expected("correct"));
            let robust: Vec<bool> = outcome
                .correct
                .iter()
                .zip(&correct)
                .map(|(a, b)| *a && *b)
                .collect();
            assert_eq!(outcome.robust, robust, "{}", case.name);
        }
    }
}

/// Every iterate, from the points where torch started.
#[test]
fn projected_gradients_match_torch_step_by_step() {
    for norm in ["linf", "l2"] {
        for set in ["free", "box"] {
            let case = case(&format!("pgd_{norm}_{set}"));
            let members = Members::of_case(&case);
            let (x, labels, start) = (case.floats("x"), case.labels(), case.floats("start"));
            let radius = case.param("eps");
            let iterates = case.expected("iterates");
            for steps in 1..=case.param("steps") as usize {
                let mut trial = members.trial(&x, &labels, threat(&case, norm, radius));
                trial.starts = Some(&start);
                let pgd = Pgd {
                    steps,
                    step_size: case.param("alpha") / radius,
                    stop_early: false,
                    ..Pgd::default()
                };
                let outcomes = trial.attack(&Attack::Pgd(pgd)).unwrap();
                let want = &iterates[(steps - 1) * x.len()..steps * x.len()];
                let name = format!("{} {steps}", case.name);
                compare(&name, &case, &outcomes[1], want);
            }
        }
    }
}

/// At every radius: PGD is met exactly; APGD and the ensemble stay above the truth and within half a point of the libraries.
#[test]
fn robust_accuracies_are_those_of_the_libraries() {
    for norm in ["linf", "l2"] {
        let case = case(&format!("robust_accuracy_{norm}"));
        let members = Members::of_case(&case);
        let (x, labels) = (case.floats("x"), case.labels());
        let pgd10 = flags(&case.expected("pgd10_correct"));
        let floor = match norm {
            "linf" => case.expected("exact"),
            _ => vec![0.0; 6],
        };
        for (place, radius) in case.list("eps").into_iter().enumerate() {
            let trial = members.trial(&x, &labels, threat(&case, norm, radius));
            let accuracy = |attack: Attack| trial.attack(&attack).unwrap()[1].clone();
            let pgd = accuracy(Attack::Pgd(Pgd {
                steps: 10,
                step_size: 0.25,
                random_start: false,
                stop_early: false,
                ..Pgd::default()
            }));
            assert_eq!(pgd.robust, pgd10[place * 31..(place + 1) * 31], "{radius}");
            let apgd = accuracy(Attack::Apgd(Apgd {
                objective: Objective::CrossEntropy,
                steps: 50,
                restarts: 2,
                ..Apgd::default()
            }));
            let ensemble = accuracy(Attack::Ensemble(Ensemble::default()));
            for (name, got) in [("apgd_ce", &apgd), ("autoattack", &ensemble)] {
                let (got, want) = (got.robust_accuracy(), case.expected(name)[place]);
                assert!(
                    got <= want + 0.005,
                    "{norm} {radius} {name}: {got} > {want}"
                );
                assert!(got >= floor[place] - 1e-9, "{norm} {radius} {name}: {got}");
            }
        }
    }
}

/// No perturbation is smaller than the exact distance; the ensemble's last word and the boundary attack come within one percent of it.
#[test]
fn distances_are_bounded_by_the_exact_ones() {
    let case = case("exact_linf_distance");
    let members = Members::of_case(&case);
    let (x, labels) = (case.floats("x"), case.labels());
    let trial = members.trial(&x, &labels, threat(&case, "linf", 1.0));
    let fab = Fab {
        within_radius: false,
        restarts: 5,
        ..Fab::default()
    };
    let outcome = &trial.attack(&Attack::Fab(fab)).unwrap()[1];
    let (mut near, mut total) = (0, 0);
    for (got, want) in outcome.distance.iter().zip(case.expected("distance")) {
        match got {
            Some(got) if want > 0.0 => {
                assert!(*got >= want * (1.0 - 1e-5), "{got} below {want}");
                near += usize::from(*got <= 1.01 * want);
                total += 1;
            }
            Some(got) => assert!(want == 0.0 && *got == 0.0, "{got} for {want}"),
            None => assert!(want < 0.0, "nothing found, {want}"),
        }
    }
    println!("within one percent of the exact distance: {near} of {total}");
    assert!(near * 10 >= total * 9, "{near} of {total}");
}

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

/// Far weaker than a gradient, but never below the truth, and better than nothing.
#[test]
fn the_square_attack_lies_between_the_truth_and_the_clean_accuracy() {
    let case = case("robust_accuracy_linf");
    let members = Members::of_case(&case);
    let (x, labels) = (case.floats("x"), case.labels());
    for (place, radius) in case.list("eps").into_iter().enumerate().skip(1) {
        let square = Square {
            queries: 2000,
            ..Square::default()
        };
        for norm in ["linf", "l2"] {
            let trial = members.trial(&x, &labels, threat(&case, norm, radius));
            let got = trial.attack(&Attack::Square(square)).unwrap()[1].robust_accuracy();
            let truth = case.expected("exact")[place];
            if norm == "linf" {
                println!("radius {radius}: square {got:.3}, exact {truth:.3}");
                assert!(
                    got >= truth - 1e-9 && got <= truth + 0.07,
                    "{radius}: {got}"
                );
            } else {
                assert!(got >= truth - 1e-9, "{radius}: {got}");
            }
        }
    }
}
