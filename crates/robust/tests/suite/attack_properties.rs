//! Properties of attacks that need nobody else's numbers.

use crate::members::{images, labelled};
use decay_robust::attack::{
    Apgd, Attack, Ensemble, Fab, MemberOutcome, Noise, Norm, Objective, Pgd, Rotation, Square,
    Threat, Trial,
};

fn threat(norm: Norm) -> Threat {
    let radius = match norm {
        Norm::Linf => 0.03,
        Norm::L2 => 0.25,
        Norm::L1 => 1.5,
    };
    Threat {
        norm,
        radius,
        bounds: Some((0.0, 1.0)),
    }
}

fn every_attack(norm: Norm) -> Vec<Attack> {
    let pgd = Pgd {
        steps: 8,
        restarts: 2,
        ..Pgd::default()
    };
    let apgd = |objective| {
        Attack::Apgd(Apgd {
            objective,
            steps: 12,
            targets: 3,
            ..Apgd::default()
        })
    };
    let mut all = vec![
        Attack::Fgsm,
        Attack::Pgd(pgd),
        apgd(Objective::CrossEntropy),
        apgd(Objective::Dlr),
        apgd(Objective::TargetedDlr),
        Attack::Fab(Fab {
            steps: 8,
            targets: 2,
            restarts: 2,
            ..Fab::default()
        }),
        Attack::Noise(Noise { samples: 4 }),
        Attack::Rotation(Rotation {
            angles: 5,
            ..Rotation::default()
        }),
        Attack::Ensemble(Ensemble::Standard {
            steps: 6,
            targets: 2,
            queries: 20,
        }),
    ];
    if norm != Norm::L1 {
        all.push(Attack::Square(Square {
            queries: 40,
            ..Square::default()
        }));
    }
    all
}

fn outcomes(trial: &Trial, attack: &Attack) -> Vec<MemberOutcome> {
    trial.attack(attack).unwrap()
}

#[test]
fn a_member_attacked_alone_fares_as_among_others() {
    let members = images();
    let (x, labels) = labelled(&members, 23);
    for norm in Norm::ALL {
        let trial = members.trial(&x, &labels, threat(norm));
        for attack in every_attack(norm) {
            let together = outcomes(&trial, &attack);
            let broken = together
                .iter()
                .map(|o| o.correct.len() as f64 * (o.clean_accuracy() - o.robust_accuracy()));
            println!(
                "{} {norm:?}: {} rows broken",
                attack.name(),
                broken.sum::<f64>()
            );
            for r in [1, 4] {
                let mut alone = trial;
                alone.population.states = &members.states[r..=r];
                alone.population.scales = &members.scales[r..=r];
                alone.population.seeds = &members.seeds[r..=r];
                alone.population.threads = 1;
                let alone = &outcomes(&alone, &attack)[0];
                assert_eq!(alone, &together[r], "{} {norm:?} {r}", attack.name());
            }
        }
    }
}

/// Every example is misclassified where the attack says so, lies in the ball and in the box, and is as far away as it says.
#[test]
fn examples_are_what_the_outcome_says() {
    let members = images();
    let (x, labels) = labelled(&members, 23);
    let features = members.shape.values();
    for norm in Norm::ALL {
        let threat = threat(norm);
        let trial = members.trial(&x, &labels, threat);
        for attack in every_attack(norm) {
            let outcomes = outcomes(&trial, &attack);
            let name = format!("{} {norm:?}", attack.name());
            for (r, outcome) in outcomes.iter().enumerate() {
                let examples = outcome.adversarial.as_ref().unwrap();
                let mut again = members.trial(examples, &labels, threat);
                again.threat.radius = 0.0;
                let verdict = again.attack(&Attack::Noise(Noise { samples: 1 })).unwrap();
                for row in 0..labels.len() {
                    if !outcome.correct[row] {
                        continue;
                    }
                    let own = row * features..(row + 1) * features;
                    let distance = norm.distance(&examples[own.clone()], &x[own.clone()]);
                    assert!(
                        examples[own].iter().all(|v| (0.0..=1.0).contains(v)),
                        "{name}"
                    );
                    if !outcome.robust[row] {
                        assert!(!verdict[r].correct[row], "{name} {r} {row}");
                        assert_eq!(outcome.distance[row], Some(distance));
                    }
                    let free = matches!(attack, Attack::Rotation(_))
                        || matches!(attack, Attack::Fab(_)) && outcome.robust[row];
                    assert!(
                        free || distance <= threat.radius * (1.0 + 1e-5),
                        "{name}: {distance}"
                    );
                }
            }
        }
    }
}

/// Input gradients through convolutions, pools and each member's scale, by central differences of the logits' difference.
#[test]
fn an_input_gradient_is_that_of_finite_differences() {
    use burn::tensor::{Device, Tensor, TensorData};
    use decay_robust::TargetPopulation;
    let members = images();
    let (x, _) = labelled(&members, 3);
    let features = members.shape.values();
    let device = Device::default();
    let targets =
        TargetPopulation::new(&members.network, &members.states, &members.scales, &device);
    let upload = |x: &[f32]| {
        let all = x.repeat(6);
        Tensor::<3>::from_data(TensorData::new(all, [6, 3, features]), &device)
    };
    let weight = |i: usize| [1.0f32, -0.5, 0.25, 2.0, -1.5][i % 5] * (1.0 + (i / 5) as f32 / 9.0);
    let pull = |z: &[f32]| (0..z.len()).map(weight).collect();
    let (logits, gradient) = targets.gradient(upload(&x), pull);
    let gradient: Vec<f32> = gradient.into_data().iter::<f32>().collect();
    let plain: Vec<f32> = targets
        .logits(upload(&x))
        .into_data()
        .iter::<f32>()
        .collect();
    assert_eq!(logits, plain);
    let objective = |x: &[f32]| -> Vec<f64> {
        let z: Vec<f32> = targets
            .logits(upload(x))
            .into_data()
            .iter::<f32>()
            .collect();
        let terms = z
            .iter()
            .enumerate()
            .map(|(i, &z)| f64::from(weight(i)) * f64::from(z));
        terms
            .collect::<Vec<_>>()
            .chunks(5)
            .map(|row| row.iter().sum())
            .collect()
    };
    let (mut checked, mut off) = (0, 0);
    for feature in (0..features).step_by(5) {
        let step = 1.0 / 1024.0;
        let shifted = |by: f32| {
            let mut x = x.clone();
            for row in 0..3 {
                x[row * features + feature] += by;
            }
            objective(&x)
        };
        for (pair, (up, down)) in shifted(step).iter().zip(shifted(-step)).enumerate() {
            let slope = (up - down) / f64::from(2.0 * step);
            let got = f64::from(gradient[pair * features + feature]);
            checked += 1;
            off += usize::from((got - slope).abs() > 2e-3 * slope.abs().max(1.0));
        }
    }
    // A step across a kink of ReLU or of a maximum is no derivative.
    assert!(off * 50 <= checked, "{off} of {checked}");
}

#[test]
fn a_curve_never_rises_and_begins_with_the_clean_accuracy() {
    let members = images();
    let (x, labels) = labelled(&members, 23);
    for norm in Norm::ALL {
        let trial = members.trial(&x, &labels, threat(norm));
        let top = threat(norm).radius;
        let radii: Vec<f64> = (0..6).map(|k| top * f64::from(k) / 2.0).collect();
        for attack in every_attack(norm)
            .into_iter()
            .filter(|a| !matches!(a, Attack::Rotation(_)))
        {
            let clean = outcomes(&trial, &attack);
            for (curve, clean) in trial.curve(&attack, &radii).unwrap().iter().zip(&clean) {
                assert_eq!(curve.robust_accuracy[0], clean.clean_accuracy());
                assert_eq!(curve.clean_accuracy(), clean.clean_accuracy());
                let falls = curve.robust_accuracy.windows(2).all(|w| w[1] <= w[0]);
                assert!(falls, "{}: {curve:?}", attack.name());
            }
        }
    }
}

#[test]
fn more_restarts_targets_and_queries_break_no_fewer_rows() {
    let members = images();
    let (x, labels) = labelled(&members, 23);
    let trial = members.trial(&x, &labels, threat(Norm::Linf));
    let nested = |few: Attack, many: Attack| {
        for (few, many) in outcomes(&trial, &few).iter().zip(outcomes(&trial, &many)) {
            for (few, many) in few.robust.iter().zip(&many.robust) {
                assert!(*few || !many);
            }
        }
    };
    let pgd = |restarts| {
        Attack::Pgd(Pgd {
            steps: 3,
            restarts,
            ..Pgd::default()
        })
    };
    nested(pgd(1), pgd(4));
    let apgd = |targets| {
        Attack::Apgd(Apgd {
            objective: Objective::TargetedDlr,
            steps: 3,
            targets,
            ..Apgd::default()
        })
    };
    nested(apgd(1), apgd(4));
    let noise = |samples| Attack::Noise(Noise { samples });
    nested(noise(1), noise(20));
}

#[test]
fn settings_survive_a_file() {
    for norm in Norm::ALL {
        for attack in every_attack(norm) {
            let text = serde_json::to_string(&attack).unwrap();
            assert_eq!(
                serde_json::from_str::<Attack>(&text).unwrap(),
                attack,
                "{text}"
            );
        }
    }
    let sparse: Attack = serde_json::from_str(r#"{"kind":"pgd","steps":7}"#).unwrap();
    let want = Pgd {
        steps: 7,
        ..Pgd::default()
    };
    assert_eq!(sparse, Attack::Pgd(want));
}
