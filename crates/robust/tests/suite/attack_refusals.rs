//! What cannot be attacked, and what is said about it.

use crate::members::{Members, images, labelled};
use decay_model::{InputShape, MlpConfig, ModelConfig};
use decay_robust::RobustError;
use decay_robust::attack::{Attack, Norm, Pgd, Rotation, Square, Threat};

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
