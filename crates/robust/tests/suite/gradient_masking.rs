//! The signs of masked gradients, on networks that do not mask and on ones that were made to.

use std::sync::atomic::AtomicBool;

use crate::members::Members;
use decay_data::{Embedded, Scaling, Target};
use decay_model::{InputShape, MemberState, MlpConfig, ModelConfig};
use decay_robust::attack::{
    Apgd, Attack, Ensemble, MaskingReport, MaskingSettings, MaskingSign, Norm, Objective, Pgd,
    Threat, Trial,
};
use decay_train::{Device, FoldRows, Job, Plan, Problem, Resources, TrainConfig, train};

/// Two perceptrons on the digits, at different decay rates, with every fifth row held out.
fn digits() -> (Members, Vec<f32>, Vec<usize>) {
    let data = Embedded::Digits.load().unwrap();
    let shape = InputShape::from(data.shape.as_slice());
    let (validation, rows): (Vec<_>, Vec<_>) = (0..data.rows).partition(|row| row % 5 == 0);
    let fold = FoldRows {
        train: rows,
        validation: validation.clone(),
    };
    let devices = [Device::default()];
    let problem = Problem::new(&data, vec![fold], Scaling::UnitRange, &devices).unwrap();
    let config = TrainConfig {
        epochs: 20,
        ..TrainConfig::default()
    };
    let model = ModelConfig::Mlp(MlpConfig {
        hidden: vec![32],
        ..MlpConfig::default()
    });
    let network = model.init(shape, 10).unwrap();
    let plan = Plan::grid(&config, &[1e-4, 1e-1], 1, 1, 3).unwrap();
    let trained = train(&Job {
        network: &network,
        problem: &problem,
        members: &plan.members,
        config: &config,
        resources: &Resources::detect(&devices, Some(2), None),
        checkpoints: None,
        resume: false,
        train_losses: false,
        cancel: &AtomicBool::new(false),
        observe: &|_| {},
    });
    let states = trained.unwrap().outcomes.into_iter().map(|o| o.state);
    let members = Members::of(&model, shape, 10, states.collect());
    let Target::Classes { labels, .. } = &data.target else {
        panic!("digits are classes")
    };
    let held: Vec<usize> = validation.into_iter().take(150).collect();
    let pixel = |&row: &usize| (0..64).map(move |f| (row, f));
    let x = held
        .iter()
        .flat_map(pixel)
        .map(|(row, f)| data.value(row, f) / 16.0);
    let x = x.collect();
    let labels = held.iter().map(|&row| labels[row] as usize).collect();
    (members, x, labels)
}

/// Logits ten thousand times as large: the softmax saturates, the classes stay.
fn saturated(states: &[MemberState]) -> Vec<MemberState> {
    let scaled = |state: &MemberState| {
        let mut state = state.clone();
        for values in state.parameters.iter_mut().rev().take(2) {
            values.iter_mut().for_each(|v| *v *= 1e4);
        }
        state
    };
    states.iter().map(scaled).collect()
}

fn threat() -> Threat {
    Threat {
        norm: Norm::Linf,
        radius: 0.1,
        bounds: Some((0.0, 1.0)),
    }
}

fn show(report: &MaskingReport) {
    for check in &report.checks {
        println!(
            "  {:?}: {:.3} against {:.3}, {}",
            check.sign, check.stronger, check.reference, check.passed
        );
    }
}

#[test]
fn an_honest_network_shows_no_sign_and_a_saturated_one_does() {
    let (honest, x, labels) = digits();
    let masked = Members {
        states: saturated(&honest.states),
        ..digits().0
    };
    let settings = MaskingSettings::default();
    let reports = |members: &Members| {
        let trial = members.trial(&x, &labels, threat());
        trial.masking(&settings).unwrap()
    };
    for report in reports(&honest) {
        println!("honest");
        show(&report);
        assert!(report.passed(), "{report:?}");
    }
    for report in reports(&masked) {
        println!("saturated");
        show(&report);
        let sign = |sign| report.checks.iter().any(|c| c.sign == sign && !c.passed);
        assert!(sign(MaskingSign::BlackBoxBeatsWhiteBox), "{report:?}");
        assert!(sign(MaskingSign::UnboundedAttackFails), "{report:?}");
        assert!(sign(MaskingSign::LossMatters), "{report:?}");
        assert!(!report.passed());
    }
}

/// The ensemble's second attack does not care for the logits' scale, and no single attack beats the ensemble that contains it.
#[test]
fn the_ensemble_sees_through_saturation() {
    let (honest, x, labels) = digits();
    let masked = Members {
        states: saturated(&honest.states),
        ..digits().0
    };
    let ensemble = Attack::Ensemble(Ensemble::Standard {
        steps: 40,
        targets: 9,
        queries: 300,
    });
    let accuracies = |trial: Trial, attack: &Attack| -> Vec<f64> {
        let outcomes = trial.attack(attack).unwrap();
        outcomes.iter().map(|o| o.robust_accuracy()).collect()
    };
    let plain = accuracies(honest.trial(&x, &labels, threat()), &ensemble);
    let seen = accuracies(masked.trial(&x, &labels, threat()), &ensemble);
    let fooled = accuracies(
        masked.trial(&x, &labels, threat()),
        &Attack::Pgd(Pgd::default()),
    );
    println!("ensemble {plain:?}, saturated {seen:?}, PGD there {fooled:?}");
    for ((plain, seen), fooled) in plain.iter().zip(&seen).zip(&fooled) {
        assert!((plain - seen).abs() <= 0.03, "{plain} and {seen}");
        assert!(*fooled > seen + 0.2, "{fooled} and {seen}");
    }
    let single = Attack::Apgd(Apgd {
        objective: Objective::TargetedDlr,
        steps: 40,
        ..Apgd::default()
    });
    let single = accuracies(honest.trial(&x, &labels, threat()), &single);
    for (ensemble, single) in plain.iter().zip(&single) {
        assert!(*ensemble <= single + 0.01, "{ensemble} over {single}");
    }
}

/// A curve in one run agrees with a fresh attack at each radius, or is lower: it starts from where the smaller radius ended.
#[test]
fn a_curve_is_at_most_as_high_as_attacks_at_each_radius() {
    let (members, x, labels) = digits();
    let trial = members.trial(&x, &labels, threat());
    let attack = Attack::Apgd(Apgd {
        objective: Objective::CrossEntropy,
        steps: 25,
        ..Apgd::default()
    });
    let radii = [0.0, 0.02, 0.05, 0.1, 0.2, 0.4];
    let curves = trial.curve(&attack, &radii).unwrap();
    for (place, &radius) in radii.iter().enumerate() {
        let at = Trial {
            threat: threat().at(radius),
            ..trial
        };
        for (curve, fresh) in curves.iter().zip(at.attack(&attack).unwrap()) {
            let (curve, fresh) = (curve.robust_accuracy[place], fresh.robust_accuracy());
            println!("radius {radius}: {curve:.3} as a curve, {fresh:.3} alone");
            assert!(curve <= fresh + 0.02, "{radius}: {curve} over {fresh}");
        }
    }
    assert!(curves.iter().all(|c| c.robust_accuracy[5] == 0.0));
}
