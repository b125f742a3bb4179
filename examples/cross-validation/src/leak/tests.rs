//! What may see which rows, and statistics worked out by hand.

use decay_data::{Embedded, Storage};

use super::{KEPT, Leak, unit_moments};
use crate::trial::{FOLDS, Trial, real};

fn wine() -> Trial {
    real(1, Embedded::Wine, 2).unwrap()
}

/// The validation rows of the first fold moved far away.
fn disturbed(trial: &Trial) -> Trial {
    let mut data = trial.data.clone();
    let features = data.features();
    let Storage::F32(values) = &mut data.features else {
        panic!("a table of numbers")
    };
    for (place, &row) in trial.folds[0].validation.iter().enumerate() {
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
    for leak in [Leak::Selection, Leak::Scaling] {
        let of = |leaky, trial| leak.scales(leaky, trial).swap_remove(0);
        assert_eq!(of(false, &trial), of(false, &disturbed), "{leak:?}");
        assert_ne!(of(true, &trial), of(true, &disturbed), "{leak:?}");
    }
}

#[test]
fn the_model_of_the_whole_sample_is_the_same_with_every_leak() {
    let trial = wine();
    for leak in Leak::ALL {
        let of = |leaky| leak.scales(leaky, &trial).swap_remove(FOLDS);
        assert_eq!(of(false), of(true), "{leak:?}");
    }
}

#[test]
fn a_selection_keeps_the_features_that_tell_most() {
    let mut trial = wine();
    let features = trial.data.features();
    let labels: Vec<usize> =
        decay_claim::labels(&trial.data, &(0..trial.data.rows).collect::<Vec<_>>());
    let Storage::F32(values) = &mut trial.data.features else {
        panic!("a table of numbers")
    };
    // The last features are the label itself, with an offset that correlation must not mind.
    for (row, label) in labels.into_iter().enumerate() {
        for feature in features - KEPT..features {
            values[row * features + feature] = (label * feature) as f32 - 500.0;
        }
    }
    for scales in Leak::Selection.scales(false, &trial) {
        let kept = scales.features.scale.iter().map(|&scale| scale != 0.0);
        let wanted = (0..features).map(|feature| feature >= features - KEPT);
        assert!(kept.eq(wanted), "{:?}", scales.features.scale);
    }
}

/// Three rows of two inputs, units `x + 10 y + 1` and `-x + 0.5`.
#[test]
fn moments_of_units_are_those_of_their_values() {
    let x = [1.0, 0.0, 2.0, 1.0, 6.0, 2.0];
    let [means, variances] = unit_moments(&x, &[1.0, -1.0, 10.0, 0.0], &[1.0, 0.5]);
    // Values 2, 13, 27 and -0.5, -1.5, -5.5.
    assert_eq!(means, [14.0, -2.5]);
    assert_eq!(variances, [157.0, 7.0]);
}
