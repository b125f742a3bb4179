//! Splits per class and by groups.

use std::collections::BTreeSet;

use decay_data::{
    GivenSplit, Quota, Target, group_holdout, group_kfold, random_per_class, stratified_holdout,
    stratified_holdout_of,
};
use proptest::prelude::*;

fn classes(labels: Vec<u32>, count: usize) -> Target {
    let names = (0..count).map(|class| class.to_string()).collect();
    Target::Classes { labels, names }
}

fn all(rows: usize) -> Vec<usize> {
    (0..rows).collect()
}

const GROUPS: [u32; 12] = [0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 4, 4];

/// Golden values from a separate implementation in Python of the documented steps.
#[test]
fn splits_never_change() {
    let target = classes((0..24).map(|row| row % 3).collect(), 3);
    let split = random_per_class(&target, &all(24), 2, Quota::PerClass(1), Quota::Rest, 7).unwrap();
    assert_eq!(split.train, [5, 8, 16, 18, 21, 22]);
    assert_eq!(split.validation, [3, 13, 14]);
    assert_eq!(
        split.test,
        [0, 1, 2, 4, 6, 7, 9, 10, 11, 12, 15, 17, 19, 20, 23]
    );
    let split =
        random_per_class(&target, &all(24), 2, Quota::Total(5), Quota::Total(6), 7).unwrap();
    assert_eq!(split.train, [5, 8, 16, 18, 21, 22]);
    assert_eq!(split.validation, [0, 1, 2, 14, 20]);
    assert_eq!(split.test, [6, 10, 15, 17, 19, 23]);
    let folds = group_kfold(&GROUPS, &all(12), 3, 7).unwrap();
    let validation: Vec<Vec<usize>> = folds.into_iter().map(|fold| fold.validation).collect();
    assert_eq!(
        validation,
        [vec![3, 4, 10, 11], vec![0, 1, 2, 9], vec![5, 6, 7, 8]]
    );
    let holdout = group_holdout(&GROUPS, &all(12), 0.4, 7).unwrap();
    assert_eq!(holdout.test, [0, 1, 2, 3, 4, 9]);
    assert_eq!(holdout.train, [5, 6, 7, 8, 10, 11]);
}

#[test]
fn impossible_splits_per_class() {
    let target = classes(vec![0, 0, 0, 1, 1], 2);
    let refused = |per_class, validation, test| {
        let split = random_per_class(&target, &all(5), per_class, validation, test, 0);
        split.unwrap_err().to_string()
    };
    let none = Quota::Total(0);
    assert_eq!(
        refused(3, none, Quota::Rest),
        "class '1' has 2 rows, 3 are wanted"
    );
    assert_eq!(
        refused(1, Quota::PerClass(2), Quota::Rest),
        "class '1' has 2 rows, 3 are wanted"
    );
    assert_eq!(
        refused(1, Quota::Total(4), Quota::Rest),
        "3 rows are left for validation, 4 are wanted"
    );
    assert_eq!(
        refused(1, Quota::Rest, Quota::Rest),
        "0 rows are left for test, 1 are wanted"
    );
    assert_eq!(
        refused(0, none, Quota::Rest),
        "0 rows are left for train, 1 are wanted"
    );
    let values = Target::value("price", vec![0.5; 4]);
    let split = random_per_class(&values, &all(4), 1, none, Quota::Rest, 0);
    assert_eq!(
        split.unwrap_err().to_string(),
        "a split per class needs classes, and 'price' has none"
    );
}

#[test]
fn impossible_group_splits() {
    let kfold = |rows: &[usize], folds| {
        group_kfold(&GROUPS, rows, folds, 0)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(kfold(&all(12), 6), "5 groups cannot be split into 6 parts");
    assert_eq!(
        kfold(&all(12), 1),
        "cross-validation needs at least 2 folds, got 1"
    );
    assert_eq!(
        kfold(&[0, 12], 2),
        "row 12 is outside the data, which has 12 rows"
    );
    assert_eq!(kfold(&[0, 3, 0], 2), "row 0 is listed twice");
    let holdout = |rows: &[usize], share| {
        group_holdout(&GROUPS, rows, share, 0)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        holdout(&[0, 1, 2], 0.5),
        "1 groups cannot be split into 2 parts"
    );
    assert_eq!(
        holdout(&all(12), 1.0),
        "the held-out fraction must be in (0, 1), got 1"
    );
}

#[test]
fn both_sides_of_a_group_holdout_have_a_group() {
    let groups = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1];
    for seed in 0..20 {
        let few = group_holdout(&groups, &all(10), 0.01, seed).unwrap();
        assert_eq!(few.test, [6, 7, 8, 9]);
        let many = group_holdout(&groups, &all(10), 0.99, seed).unwrap();
        assert!(!many.train.is_empty() && !many.test.is_empty());
    }
}

#[test]
fn holdout_of_all_rows_is_the_holdout() {
    let target = classes((0..50).map(|row| row % 3).collect(), 3);
    let whole = stratified_holdout(&target, 0.3, 5).unwrap();
    assert_eq!(
        stratified_holdout_of(&target, &all(50), 0.3, 5).unwrap(),
        whole
    );
    let some: Vec<usize> = (10..40).collect();
    let part = stratified_holdout_of(&target, &some, 0.3, 5).unwrap();
    assert_eq!((part.test.len(), part.train.len()), (9, 21));
    assert!(
        part.test
            .iter()
            .chain(&part.train)
            .all(|row| some.contains(row))
    );
}

fn rows_of(split: &GivenSplit) -> Vec<usize> {
    [
        split.train.clone(),
        split.validation.clone(),
        split.test.clone(),
    ]
    .concat()
}

proptest! {
    #[test]
    fn parts_per_class_are_apart_and_exact(
        labels in prop::collection::vec(0..3_u32, 60..120), seed in any::<u64>(), reverse in any::<bool>(),
    ) {
        let count = |rows: &[usize], class| rows.iter().filter(|&&row| labels[row] == class).count();
        let mut rows: Vec<usize> = (0..labels.len()).filter(|row| row % 7 != 0).collect();
        prop_assume!((0..3).all(|class| count(&rows, class) > 8));
        let target = classes(labels.clone(), 3);
        let split = random_per_class(&target, &rows, 5, Quota::PerClass(3), Quota::Rest, seed).unwrap();
        for class in 0..3 {
            prop_assert_eq!(count(&split.train, class), 5);
            prop_assert_eq!(count(&split.validation, class), 3);
        }
        let mut used = rows_of(&split);
        used.sort_unstable();
        prop_assert_eq!(&used, &rows);
        let other = random_per_class(&target, &rows, 5, Quota::Total(9), Quota::Total(4), seed).unwrap();
        prop_assert_eq!(&other.train, &split.train);
        prop_assert_eq!((other.validation.len(), other.test.len()), (9, 4));
        let used: BTreeSet<usize> = rows_of(&other).into_iter().collect();
        prop_assert_eq!(used.len(), 28);
        if reverse {
            rows.reverse();
        }
        let again = random_per_class(&target, &rows, 5, Quota::PerClass(3), Quota::Rest, seed).unwrap();
        prop_assert_eq!(again, split);
    }

    #[test]
    fn groups_stay_together(
        groups in prop::collection::vec(0..9_u32, 30..90), folds in 2..5_usize, seed in any::<u64>(),
    ) {
        let rows: Vec<usize> = (0..groups.len()).filter(|row| row % 5 != 0).collect();
        let different: BTreeSet<u32> = rows.iter().map(|&row| groups[row]).collect();
        prop_assume!(different.len() >= folds);
        let made = group_kfold(&groups, &rows, folds, seed).unwrap();
        prop_assert_eq!(made.len(), folds);
        let mut validated = Vec::new();
        for fold in &made {
            let inside: BTreeSet<u32> = fold.validation.iter().map(|&row| groups[row]).collect();
            prop_assert!(!fold.validation.is_empty());
            prop_assert!(fold.train.iter().all(|&row| !inside.contains(&groups[row])));
            prop_assert_eq!(fold.train.len() + fold.validation.len(), rows.len());
            validated.extend(fold.validation.clone());
        }
        validated.sort_unstable();
        prop_assert_eq!(&validated, &rows);
        // Dealing the largest first to the smallest fold leaves no gap wider than the largest group.
        let sizes = made.iter().map(|fold| fold.validation.len());
        let largest = different.iter().map(|g| rows.iter().filter(|&&row| groups[row] == *g).count());
        prop_assert!(sizes.clone().max().unwrap() - sizes.min().unwrap() <= largest.max().unwrap());
        let holdout = group_holdout(&groups, &rows, 0.3, seed).unwrap();
        let inside: BTreeSet<u32> = holdout.test.iter().map(|&row| groups[row]).collect();
        prop_assert!(!holdout.test.is_empty() && !holdout.train.is_empty());
        prop_assert!(holdout.train.iter().all(|&row| !inside.contains(&groups[row])));
        prop_assert_eq!(holdout.train.len() + holdout.test.len(), rows.len());
    }
}
