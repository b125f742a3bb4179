//! Folds, units and overlaps.

use decay_data::Embedded;

use super::{FOLDS, NOISE, SAMPLE, overlap, real};

#[test]
fn folds_cut_the_sample_and_leave_the_test_rows_alone() {
    let trial = real(1, Embedded::Wine, 2).unwrap();
    for replicate in trial.folds.chunks(FOLDS + 1) {
        let whole = &replicate[FOLDS];
        let mut validated: Vec<usize> = replicate[..FOLDS]
            .iter()
            .flat_map(|fold| fold.validation.clone())
            .collect();
        validated.sort_unstable();
        assert_eq!((validated.len(), &validated), (SAMPLE, &whole.train));
        assert_eq!(whole.train.len() + whole.validation.len(), trial.data.rows);
        for fold in &replicate[..FOLDS] {
            let beside = |row: &usize| !fold.validation.contains(row) && whole.train.contains(row);
            assert!(fold.train.iter().all(beside));
        }
    }
    assert_ne!(trial.sample(0), trial.sample(FOLDS + 1));
    assert_eq!(trial.sample(2), trial.folds[FOLDS].train);
}

/// Entropy of 59, 71 and 48 wines, and the variance of the diabetes target (numpy).
#[test]
fn losses_are_in_units_of_what_a_constant_loses() {
    let unit = |table| real(1, table, 1).unwrap().unit;
    let entropy = |count: f64| -count / 178.0 * (count / 178.0).ln();
    assert!((unit(Embedded::Wine) - entropy(59.0) - entropy(71.0) - entropy(48.0)).abs() < 1e-12);
    assert!(
        (unit(Embedded::Diabetes) - 5_929.884_897).abs() < 1e-5,
        "{}",
        unit(Embedded::Diabetes)
    );
}

#[test]
fn only_samples_of_the_same_table_overlap() {
    assert_eq!(overlap(NOISE), 0.0);
    assert_eq!(overlap("wine"), 20.0 / 158.0);
    assert!(overlap("diabetes") < overlap("wine"));
}
