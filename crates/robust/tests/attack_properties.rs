//! Properties of attacks that need nobody else's numbers.

mod golden;

use decay_model::{CnnConfig, InputShape, MlpConfig, ModelConfig};
use decay_robust::RobustError;
use decay_robust::attack::{
    Apgd, Attack, Ensemble, Fab, MemberOutcome, Noise, Norm, Objective, Pgd, Rotation, Square,
    Threat, Trial, project,
};
use golden::Members;
use proptest::prelude::*;

/// Six untrained convolutional networks on images of two channels, each with a scale of its own.
fn images() -> Members {
    let config = ModelConfig::Cnn(CnnConfig {
        stages: ["conv3:4", "max2", "conv3:6/2", "dense:12"]
            .iter()
            .map(|stage| stage.parse().unwrap())
            .collect(),
        ..CnnConfig::default()
    });
    let shape = InputShape::Image([2, 8, 6]);
    let network = config.init(shape, 5).unwrap();
    let states = (0..6).map(|seed| network.initial(seed)).collect();
    let mut members = Members::of(&config, shape, 5, states);
    for (r, scale) in members.scales.iter_mut().enumerate() {
        scale.center.fill(0.1 * r as f32);
        scale.factor.fill(1.0 + 0.3 * r as f32);
    }
    members
}

/// Rows between zero and one, labelled as the second member says: others are mistaken on some of them.
fn labelled(members: &Members, rows: usize) -> (Vec<f32>, Vec<usize>) {
    let features = members.shape.values();
    let x: Vec<f32> = (0..rows * features)
        .map(|i| ((i * 7919 + i / features * 104_729) % 1009) as f32 / 1009.0)
        .collect();
    let classes = 5;
    let mut labels = vec![0; rows];
    for label in 0..classes {
        let guess = vec![label; rows];
        let threat = Threat {
            radius: 0.0,
            ..Threat::default()
        };
        let trial = members.trial(&x, &guess, threat);
        let outcome = &trial.attack(&Attack::Noise(Noise { samples: 1 })).unwrap()[1];
        for (own, _) in outcome.correct.iter().enumerate().filter(|(_, c)| **c) {
            labels[own] = label;
        }
    }
    (x, labels)
}

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
    use decay_robust::Victim;
    let members = images();
    let (x, _) = labelled(&members, 3);
    let features = members.shape.values();
    let device = Device::default();
    let victim = Victim::new(&members.network, &members.states, &members.scales, &device);
    let upload = |x: &[f32]| {
        let all = x.repeat(6);
        Tensor::<3>::from_data(TensorData::new(all, [6, 3, features]), &device)
    };
    let weight = |i: usize| [1.0f32, -0.5, 0.25, 2.0, -1.5][i % 5] * (1.0 + (i / 5) as f32 / 9.0);
    let pull = |z: &[f32]| (0..z.len()).map(weight).collect();
    let (logits, gradient) = victim.gradient(upload(&x), pull);
    let gradient: Vec<f32> = gradient.into_data().iter::<f32>().collect();
    let plain: Vec<f32> = victim
        .logits(upload(&x))
        .into_data()
        .iter::<f32>()
        .collect();
    assert_eq!(logits, plain);
    let objective = |x: &[f32]| -> Vec<f64> {
        let z: Vec<f32> = victim.logits(upload(x)).into_data().iter::<f32>().collect();
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

#[test]
fn what_cannot_be_attacked_is_refused_by_name() {
    let members = images();
    let (x, labels) = labelled(&members, 3);
    let refused = |x: &[f32], labels: &[usize], threat: Threat, attack: Attack| {
        members
            .trial(x, labels, threat)
            .attack(&attack)
            .unwrap_err()
    };
    let fine = Threat::default();
    let mut spoilt = x.clone();
    spoilt[96 + 5] = f32::NAN;
    let error = refused(&spoilt, &labels, fine, Attack::Fgsm);
    assert!(
        matches!(
            error,
            RobustError::NotFinite {
                row: 1,
                feature: 5,
                ..
            }
        ),
        "{error}"
    );
    spoilt[96 + 5] = 1.5;
    let error = refused(&spoilt, &labels, fine, Attack::Fgsm);
    assert!(
        matches!(
            error,
            RobustError::OutsideBounds {
                row: 1,
                feature: 5,
                ..
            }
        ),
        "{error}"
    );
    let error = refused(&x, &[0, 5, 1], fine, Attack::Fgsm);
    assert_eq!(error.to_string(), "row 1 has label 5, allowed are 0..5");
    for radius in [-1.0, f64::NAN, f64::INFINITY] {
        let error = refused(&x, &labels, fine.at(radius), Attack::Fgsm);
        assert!(
            matches!(error, RobustError::OutOfRange { what: "radius", .. }),
            "{error}"
        );
    }
    let error = refused(&x[1..], &labels, fine, Attack::Fgsm);
    assert!(
        matches!(
            error,
            RobustError::Length {
                expected: 288,
                got: 287,
                ..
            }
        ),
        "{error}"
    );
    let l1 = Threat {
        norm: Norm::L1,
        ..fine
    };
    let error = refused(&x, &labels, l1, Attack::Square(Square::default()));
    assert_eq!(
        error.to_string(),
        "the square attack has no form in the l1 norm"
    );
    let none = Pgd {
        steps: 0,
        ..Pgd::default()
    };
    let error = refused(&x, &labels, fine, Attack::Pgd(none));
    assert_eq!(error.to_string(), "steps must be in [1, inf), got 0");
    let trial = members.trial(&x, &labels, fine);
    let error = trial.curve(&Attack::Fgsm, &[0.1, 0.1]).unwrap_err();
    assert!(
        matches!(error, RobustError::OutOfRange { what: "radius", .. }),
        "{error}"
    );
}

#[test]
fn graphs_regressions_and_broken_members_are_refused() {
    let gnn = ModelConfig::Gnn(decay_model::GnnConfig::default());
    let network = gnn.init(4usize, 3).unwrap();
    let states = vec![network.initial(1)];
    let graph = Members::of(&gnn, InputShape::Row(4), 3, states);
    let refused = |members: &Members, attack| {
        let trial = members.trial(&[0.5; 4], &[0], Threat::default());
        trial.attack(&attack).unwrap_err()
    };
    assert_eq!(refused(&graph, Attack::Fgsm), RobustError::Graph);
    let mlp = ModelConfig::Mlp(MlpConfig::default());
    let network = mlp.init(4usize, 1).unwrap();
    let one = Members::of(&mlp, InputShape::Row(4), 1, vec![network.initial(1)]);
    assert_eq!(refused(&one, Attack::Fgsm), RobustError::Classes { got: 1 });
    let network = mlp.init(4usize, 3).unwrap();
    let mut broken = Members::of(&mlp, InputShape::Row(4), 3, vec![network.initial(1)]);
    let turn = Attack::Rotation(Rotation::default());
    assert_eq!(refused(&broken, turn), RobustError::NoImage { features: 4 });
    broken.states[0].parameters[0][3] = f32::NAN;
    let error = refused(&broken, Attack::Fgsm);
    assert!(
        matches!(error, RobustError::Member { member: 0, .. }),
        "{error}"
    );
}

fn points() -> impl Strategy<Value = (Vec<f32>, Vec<f32>, f64)> {
    (1usize..12).prop_flat_map(|n| {
        let center = prop::collection::vec(0.0f32..1.0, n);
        let point = prop::collection::vec(-3.0f32..4.0, n);
        (point, center, 0.01f64..3.0)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The nearest point of a convex set: the rest of the way stands at an obtuse angle to every direction into the set.
    #[test]
    fn a_projection_is_the_nearest_point_of_the_ball((point, center, radius) in points(), others in prop::collection::vec(-1.0f32..1.0, 12 * 8)) {
        for norm in Norm::ALL {
            let threat = Threat { norm, radius, bounds: None };
            let mut nearest = point.clone();
            project(&mut nearest, &center, &threat);
            prop_assert!(norm.distance(&nearest, &center) <= radius * (1.0 + 1e-5) + 1e-6);
            for other in others.chunks_exact(12) {
                let mut inside: Vec<f32> = other.iter().zip(&center).map(|(d, x)| x + 4.0 * d).collect();
                inside.resize(center.len(), 0.0);
                project(&mut inside, &center, &threat);
                let product: f64 = (0..center.len())
                    .map(|i| f64::from(point[i] - nearest[i]) * f64::from(inside[i] - nearest[i]))
                    .sum();
                prop_assert!(product <= 1e-3, "{norm:?}: {product}");
            }
            let mut again = nearest.clone();
            project(&mut again, &center, &threat);
            for (a, b) in again.iter().zip(&nearest) {
                prop_assert!((a - b).abs() <= 1e-5);
            }
        }
    }

    #[test]
    fn clipping_to_the_box_never_leaves_the_ball((point, center, radius) in points()) {
        for norm in Norm::ALL {
            let threat = Threat { norm, radius, bounds: Some((0.0, 1.0)) };
            let mut nearest = point.clone();
            project(&mut nearest, &center, &threat);
            prop_assert!(nearest.iter().all(|v| (0.0..=1.0).contains(v)));
            prop_assert!(norm.distance(&nearest, &center) <= radius * (1.0 + 1e-5) + 1e-6);
        }
    }
}
