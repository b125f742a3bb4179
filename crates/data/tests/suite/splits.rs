//! Splits: partitions, even strata, reproducible.

use std::collections::BTreeSet;

use decay_data::{Target, fold_notes, stratified_holdout, stratified_kfold};
use proptest::prelude::*;

fn classes(labels: Vec<u32>) -> Target {
    let names = (0..=labels.iter().copied().max().unwrap_or(0))
        .map(|class| class.to_string())
        .collect();
    Target::Classes { labels, names }
}

fn count(target: &Target, rows: &[usize], class: u32) -> usize {
    let Target::Classes { labels, .. } = target else {
        return 0;
    };
    rows.iter().filter(|&&row| labels[row] == class).count()
}

fn spread(counts: impl Iterator<Item = usize> + Clone) -> usize {
    counts.clone().max().unwrap_or(0) - counts.min().unwrap_or(0)
}

/// The splits of a run must be the same in every version and on every machine. Golden values from a
/// separate implementation in Python of the documented steps (Philox, Fisher-Yates, dealing).
#[test]
fn splits_never_change() {
    let target = classes((0..20).map(|row| row % 2).collect());
    let rows: Vec<usize> = (0..20).collect();
    let folds = stratified_kfold(&target, &rows, 4, 7).unwrap();
    assert_eq!(folds[0].validation, [4, 5, 6, 14, 17]);
    assert_eq!(
        stratified_holdout(&target, 0.2, 7).unwrap().test,
        [0, 3, 9, 14]
    );
}

#[test]
fn impossible_splits() {
    let target = Target::Classes {
        labels: vec![0, 1, 0],
        names: vec!["a".into(), "b".into()],
    };
    let kfold = |rows: &[usize], folds| {
        stratified_kfold(&target, rows, folds, 0)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(kfold(&[0, 1, 2], 4), "3 rows cannot be split into 4 folds");
    assert_eq!(
        kfold(&[0, 1, 2], 1),
        "cross-validation needs at least 2 folds, got 1"
    );
    assert_eq!(
        kfold(&[0, 3], 2),
        "row 3 is outside the data, which has 3 rows"
    );
    assert_eq!(kfold(&[0, 1, 0], 2), "row 0 is listed twice");
    for fraction in [0.0, 1.0, -0.1, f64::NAN, 2.0] {
        let message = stratified_holdout(&target, fraction, 0)
            .unwrap_err()
            .to_string();
        assert!(message.contains("must be in (0, 1)"), "{message}");
    }
    let message = stratified_holdout(&target, 0.1, 0).unwrap_err().to_string();
    assert_eq!(
        message,
        "holding out 0.1 of 3 rows leaves no row to test on"
    );
}

#[test]
fn small_classes_are_noted() {
    let target = classes(vec![0, 0, 0, 0, 1, 1]);
    let rows: Vec<usize> = (0..6).collect();
    assert_eq!(
        fold_notes(&target, &rows, 3),
        ["class '1' has 2 rows for 3 folds: some folds validate without it"]
    );
    assert!(fold_notes(&target, &rows, 2).is_empty());
}

#[test]
fn a_single_row_of_a_class_is_trained_on() {
    let target = classes(vec![0, 0, 0, 0, 1, 2, 3]);
    for seed in 0..50 {
        let holdout = stratified_holdout(&target, 0.5, seed).unwrap();
        assert!((0..4).all(|class| count(&target, &holdout.train, class) > 0));
    }
}

/// Chi-square of how often each row is in fold 0 over many seeds; 148 is the 1e-6 quantile, 63 degrees.
#[test]
fn every_row_is_as_likely_in_every_fold() {
    let target = classes((0..64).map(|row| u32::from(row % 3 == 0)).collect());
    let rows: Vec<usize> = (0..64).collect();
    let mut hits = [0_u32; 64];
    for seed in 0..4000 {
        for &row in &stratified_kfold(&target, &rows, 5, seed).unwrap()[0].validation {
            hits[row] += 1;
        }
    }
    let expected = f64::from(hits.iter().sum::<u32>()) / 64.0;
    let chi2: f64 = hits
        .iter()
        .map(|&n| (f64::from(n) - expected).powi(2) / expected)
        .sum();
    assert!(chi2 < 148.0, "{chi2} {hits:?}");
}

fn target_and_rows() -> impl Strategy<Value = (Target, Vec<usize>)> {
    let labels = prop::collection::vec(0_u32..5, 12..120).prop_map(classes);
    let values =
        prop::collection::vec(-1e3..1e3_f64, 12..120).prop_map(|values| Target::value("y", values));
    prop_oneof![labels, values].prop_flat_map(|target| {
        let all: Vec<usize> = (0..target.len()).collect();
        let rows = prop::sample::subsequence(all, 10..=target.len()).prop_shuffle();
        (Just(target), rows)
    })
}

proptest! {
    #[test]
    fn folds_partition_the_rows_and_spread_the_classes(
        (target, rows) in target_and_rows(), folds in 2_usize..8, seed in any::<u64>(),
    ) {
        let made = stratified_kfold(&target, &rows, folds, seed).unwrap();
        prop_assert_eq!(made.len(), folds);
        let all: BTreeSet<usize> = rows.iter().copied().collect();
        let validated: Vec<usize> = made.iter().flat_map(|fold| fold.validation.clone()).collect();
        prop_assert_eq!(validated.len(), rows.len());
        prop_assert_eq!(&validated.into_iter().collect::<BTreeSet<_>>(), &all);
        for fold in &made {
            let both: BTreeSet<usize> = fold.train.iter().chain(&fold.validation).copied().collect();
            prop_assert_eq!(&both, &all);
            prop_assert_eq!(fold.train.len() + fold.validation.len(), rows.len());
        }
        prop_assert!(spread(made.iter().map(|fold| fold.validation.len())) <= 1);
        for class in 0..5 {
            let counts: Vec<usize> = made.iter().map(|f| count(&target, &f.validation, class)).collect();
            prop_assert!(spread(counts.iter().copied()) <= 1, "class {}: {:?}", class, counts);
        }
    }

    /// Each tenth of a regression target is in each fold.
    #[test]
    fn folds_spread_a_regression_target(values in prop::collection::vec(0.0..1.0_f64, 100..200), seed in any::<u64>()) {
        let target = Target::value("y", values.clone());
        let rows: Vec<usize> = (0..values.len()).collect();
        let mut ranked = rows.clone();
        ranked.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        for fold in stratified_kfold(&target, &rows, 5, seed).unwrap() {
            for bin in 0..10 {
                let edge = |bin: usize| bin * rows.len() / 10;
                let inside = ranked[edge(bin)..edge(bin + 1)].iter().filter(|row| fold.validation.contains(row));
                let (inside, share) = (inside.count(), (edge(bin + 1) - edge(bin)) / 5);
                prop_assert!((share..=share + 1).contains(&inside), "bin {}: {}", bin, inside);
            }
        }
    }

    #[test]
    fn folds_depend_on_the_seed_and_not_on_the_order_of_rows(
        labels in prop::collection::vec(0_u32..3, 40..80), seed in any::<u64>(),
    ) {
        let target = classes(labels);
        let rows: Vec<usize> = (0..target.len()).collect();
        let reversed: Vec<usize> = rows.iter().rev().copied().collect();
        let made = stratified_kfold(&target, &rows, 3, seed).unwrap();
        prop_assert_eq!(&made, &stratified_kfold(&target, &reversed, 3, seed).unwrap());
        prop_assert_ne!(&made, &stratified_kfold(&target, &rows, 3, seed.wrapping_add(1)).unwrap());
        let held = stratified_holdout(&target, 0.3, seed).unwrap();
        prop_assert_ne!(held, stratified_holdout(&target, 0.3, seed.wrapping_add(1)).unwrap());
    }

    #[test]
    fn holdout_partitions_the_rows_and_takes_each_class_its_share(
        (target, _) in target_and_rows(), fraction in 0.1..0.9_f64, seed in any::<u64>(),
    ) {
        let made = stratified_holdout(&target, fraction, seed).unwrap();
        let both: BTreeSet<usize> = made.train.iter().chain(&made.test).copied().collect();
        prop_assert_eq!(both.len(), target.len());
        prop_assert_eq!(made.train.len() + made.test.len(), target.len());
        let wanted = (target.len() as f64 * fraction).round() as usize;
        let shortfall = if matches!(target, Target::Values { .. }) { 0 } else { 5 };
        prop_assert!((wanted.saturating_sub(shortfall)..=wanted).contains(&made.test.len()));
        for class in 0..5 {
            let whole = count(&target, &made.train, class) + count(&target, &made.test, class);
            let share = whole as f64 * fraction;
            let held = count(&target, &made.test, class) as f64;
            prop_assert!((held - share).abs() < 1.0 + 1e-9, "class {}: {} of {}", class, held, whole);
        }
    }
}
