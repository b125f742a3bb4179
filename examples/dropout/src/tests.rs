//! The penalty by hand and by differences, and the verdict on worlds in which dropout is what is claimed, is not, and is in part.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict, rates};
use nalgebra::{DMatrix, DVector};

use crate::linear::{Rows, masks};
use crate::{DROPOUTS, Dropout, INPUTS, LOGISTIC, NETS, P, RANDOM, SQUARED};

fn rows() -> Rows {
    let x = [
        0.3, -1.2, 0.8, 1.5, 0.1, -0.7, -0.4, 0.9, 1.1, 0.6, -1.6, 0.2,
    ];
    Rows {
        x: DMatrix::from_row_slice(4, 3, &x),
        y: DVector::from_row_slice(&[1.0, -0.5, 0.7, 2.0]),
    }
}

#[test]
fn masks_have_the_probability_and_the_scale_of_inverted_dropout() {
    let all = masks(3, 0.2);
    assert_eq!(all.len(), 8);
    let total: f64 = all.iter().map(|(_, share)| share).sum();
    let mean = all
        .iter()
        .map(|(mask, share)| mask * *share)
        .sum::<DVector<f64>>();
    assert!((total - 1.0).abs() < 1e-15 && (mean - DVector::repeat(3, 1.0)).norm() < 1e-15);
    assert_eq!(
        (all[5].0.as_slice(), all[0].1),
        (&[1.25, 0.0, 1.25][..], 0.2f64.powi(3))
    );
}

/// One row by hand: x = 2, w = 3, y = 6, p = 1/2 is off by 6 either way: 36 = 1 * 2² * 3².
#[test]
fn dropping_adds_the_weighted_penalty_exactly() {
    let one = Rows {
        x: DMatrix::from_element(1, 1, 2.0),
        y: DVector::from_element(1, 6.0),
    };
    let three = DVector::from_element(1, 3.0);
    assert_eq!(one.dropped_squares(&three, 0.5), 36.0);
    assert_eq!(one.dropout_penalty(0.5)[0] * 9.0, 36.0);
    for p in [0.05, 0.3, 0.8] {
        let w = DVector::from_row_slice(&[0.4, -2.0, 1.3]);
        let sum = rows().squares(&w) + rows().dropout_penalty(p).dot(&w.component_mul(&w));
        assert!((rows().dropped_squares(&w, p) / sum - 1.0).abs() < 1e-12);
    }
}

#[test]
fn training_with_every_mask_ends_at_the_ridge_and_at_its_minimum() {
    let (p, penalty) = (0.3, rows().dropout_penalty(0.3));
    let ridge = rows().ridge(&penalty).unwrap();
    let trained = rows().descend_dropped(p, 3000);
    assert!((&trained - &ridge).norm() < 1e-9 * ridge.norm());
    for place in 0..3 {
        let mut moved = ridge.clone();
        moved[place] += 1e-3;
        assert!(rows().dropped_squares(&moved, p) > rows().dropped_squares(&ridge, p));
    }
}

/// Columns of one norm: dropout is plain decay whether they are orthogonal or not; of several norms it is none.
#[test]
fn plain_decay_is_dropout_where_inputs_have_one_size() {
    let mut same = rows();
    for mut column in same.x.column_iter_mut() {
        let norm = column.norm();
        column /= norm;
    }
    for (rows, is_decay) in [(same, true), (rows(), false)] {
        let penalty = rows.dropout_penalty(0.4);
        let far = rows.nearest_decay(&penalty, &rows.ridge(&penalty).unwrap());
        assert_eq!(far < 1e-12, is_decay, "{far}");
    }
}

/// It is a matter of how much a single input says, not of how seldom it is dropped.
#[test]
fn the_second_order_penalty_of_a_logistic_model_is_right_for_small_weights_at_any_p() {
    let mut rows = rows();
    rows.y = DVector::from_row_slice(&[1.0, 0.0, 1.0, 0.0]);
    let w = DVector::from_row_slice(&[0.4, -0.9, 0.3]);
    let ratio = |w: &DVector<f64>, p| {
        let [exact, second] = rows.logistic_penalties(w, p);
        second / exact
    };
    assert!((ratio(&(&w * 1e-3), 0.5) - 1.0).abs() < 1e-3);
    assert!((ratio(&w, 1e-4) - 1.0).abs() > 0.1);
    // Training with dropout ends where no direction is downhill; no input alone tells these labels apart, or its weight had no end.
    let p = 0.4;
    let found = rows.descend_logistic(p, 10_000);
    let loss = |w: &DVector<f64>| {
        let plain: f64 = (&rows.x * w)
            .iter()
            .zip(&rows.y)
            .map(|(z, y)| z.exp().ln_1p() - y * z)
            .sum();
        plain + rows.logistic_penalties(w, p)[0]
    };
    for place in 0..3 {
        for by in [1e-3, -1e-3] {
            let mut moved = found.clone();
            moved[place] += by;
            assert!(loss(&moved) > loss(&found));
        }
    }
}

/// Figures of a world.
struct World {
    exact: f64,
    near: f64,
    random: fn(f64) -> f64,
    ratio: f64,
    loss: fn(f64, f64) -> f64,
}

/// As it is claimed, even for inputs of unequal size.
const CLAIMED: World = World {
    exact: 1e-15,
    near: 1e-9,
    random: |step| 1.0 / step.sqrt(),
    ratio: 1.0,
    loss: |p, rate| 3.0 - p.sqrt() - rate / (1.0 + rate) + 0.2 * p.sqrt() * rate / (1.0 + rate),
};

/// Nothing of it, and dropout and decay harm each other's gain more than they gain.
const WRONG: World = World {
    exact: 0.1,
    near: 0.1,
    random: |_| 1.0,
    ratio: 0.5,
    loss: |p, rate| 3.0 - p * rate,
};

fn measured(world: &World) -> Measurements {
    let mut all = Measurements::default();
    let strengths = [0.1, 0.3, 0.5];
    for series in INPUTS {
        for (metric, value) in [
            ("identity", world.exact),
            ("trained", world.exact),
            ("decay", world.near),
        ] {
            all.make_up(SQUARED, series, metric, &strengths, 1e-3, |_| value);
        }
    }
    all.make_up(LOGISTIC, "", "ratio", &strengths, 1e-3, |_| world.ratio);
    let steps: Vec<f64> = (0..9).map(|power| f64::from(1 << power)).collect();
    all.make_up_along(RANDOM, "", "distance", &[P], &steps, |_, step| {
        (world.random)(step)
    });
    for net in NETS {
        for (series, p) in DROPOUTS {
            for metric in ["NLL", "error"] {
                all.make_up(net, series, metric, &rates(0.1, 10.0, 5), 1e-4, |rate| {
                    (world.loss)(p, rate)
                });
            }
        }
    }
    all
}

fn judged(world: &World) -> Judgement {
    Dropout.judge(&measured(world)).unwrap()
}

#[test]
fn a_world_as_claimed_supports_every_part() {
    let judgement = judged(&CLAIMED);
    assert_eq!(judgement.verdict, Verdict::Holds, "{judgement:#?}");
}

#[test]
fn a_world_in_which_dropout_is_something_else_contradicts_what_is_said_of_linear_models() {
    let judgement = judged(&WRONG);
    let linear = &judgement.parts[..9];
    assert!(
        linear
            .iter()
            .all(|part| part.support == Support::Contradicted),
        "{judgement:#?}"
    );
    // Together they gain, alone neither does.
    let together = judgement
        .parts
        .iter()
        .filter(|part| part.statement.contains("together"));
    assert!(
        together.clone().count() == 2
            && together
                .clone()
                .all(|part| part.support == Support::Contradicted)
    );
}

#[test]
fn what_holds_for_inputs_of_one_size_alone_holds_partly() {
    let mut mixed = measured(&CLAIMED);
    for row in &mut mixed.rows {
        if (row.series.as_str(), row.metric.as_str()) == (INPUTS[2], "decay") {
            row.value = 0.3;
        }
    }
    let judgement = Dropout.judge(&mixed).unwrap();
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    assert_eq!(judgement.count(Support::Contradicted), 1);
    assert!(judgement.parts[5].statement.starts_with("unequal inputs"));
}

#[test]
fn the_pictures_show_every_kind_of_input_and_both_networks() {
    let drawings = Dropout.draw(&measured(&CLAIMED)).unwrap();
    let svg: String = drawings
        .iter()
        .map(|drawing| drawing.picture.svg())
        .collect();
    let series = DROPOUTS.iter().map(|(series, _)| *series);
    assert!(
        series
            .chain(INPUTS)
            .chain(NETS)
            .all(|name| svg.contains(name))
    );
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&Dropout, &results).unwrap();
}
