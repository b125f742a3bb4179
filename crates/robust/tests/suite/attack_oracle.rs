//! Attacks against torch, torchattacks, AutoAttack and exact distances (`tests/oracle/robust.json`).

use crate::golden::{self, Case, case};
use crate::members::{Members, assert_close, flags};
use decay_robust::attack::{
    Apgd, Attack, Ensemble, Fab, MemberOutcome, Norm, Objective, Pgd, Square, Threat,
};

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
