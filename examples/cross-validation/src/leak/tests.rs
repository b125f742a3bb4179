//! What may see which rows.

use decay_claim::measuring::trials::Trial;
use decay_data::{Embedded, Storage, TargetScale};

use super::{BATCH_NORM, KEPT, LEAKS, Leak, SCALING, SELECTION};
use crate::SAMPLE;
use crate::experiment::FOLDS;

fn wine() -> Trial {
    Trial::of_table(Embedded::Wine, [SAMPLE, FOLDS], 2, 1).unwrap()
}

/// The validation rows of the first fold moved far away.
fn disturbed(trial: &Trial) -> Trial {
    let mut data = trial.data.clone();
    let features = data.features();
    let Storage::F32(values) = &mut data.features else {
        panic!("a table of numbers")
    };
    for (place, &row) in trial.folds.rows[0].validation.iter().enumerate() {
        for feature in 0..features {
            values[row * features + feature] += (1000 * (place + 1) * (feature + 1)) as f32;
        }
    }
    Trial {
        data,
        folds: trial.folds.clone(),
        ..*trial
    }
}

#[test]
fn only_a_leak_sees_the_rows_that_a_fold_validates_on() {
    let trial = wine();
    let disturbed = disturbed(&trial);
    for leak in [SELECTION, SCALING] {
        let of = |leaky, trial| leak.scales(leaky, trial).swap_remove(0);
        assert_eq!(of(false, &trial), of(false, &disturbed), "{leak:?}");
        assert_ne!(of(true, &trial), of(true, &disturbed), "{leak:?}");
    }
}

/// A regression target is scaled, too: by the fold's rows, unless that is the leak.
#[test]
fn the_target_is_scaled_by_the_rows_that_the_features_are() {
    let trial = Trial::of_table(Embedded::Diabetes, [SAMPLE, FOLDS], 1, 1).unwrap();
    let fitted = |rows: &[usize]| TargetScale::fit(&trial.data.target, rows);
    let (own, all) = (
        fitted(&trial.folds.rows[0].train),
        fitted(trial.folds.sample(0)),
    );
    let of = |leak: Leak, leaky| leak.scales(leaky, &trial)[0].targets.clone();
    assert!(own.len() == 1 && own != all);
    assert_eq!([&of(SCALING, false), &of(SCALING, true)], [&own, &all]);
    assert_eq!([&of(SELECTION, true), &of(BATCH_NORM, true)], [&own, &own]);
}

#[test]
fn the_model_of_the_whole_sample_is_the_same_with_every_leak() {
    let trial = wine();
    for leak in LEAKS {
        let of = |leaky| leak.scales(leaky, &trial).swap_remove(FOLDS);
        assert_eq!(of(false), of(true), "{leak:?}");
    }
}

#[test]
fn a_selection_leaves_as_many_features_as_it_should() {
    for leaky in [false, true] {
        for scales in SELECTION.scales(leaky, &wine()) {
            let kept = scales.features.scale.iter().filter(|&&scale| scale != 0.0);
            assert_eq!(kept.count(), KEPT);
        }
    }
}
