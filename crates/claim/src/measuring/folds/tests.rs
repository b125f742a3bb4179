//! Which rows are whose, and what losses are measured in.

use clap::Parser;
use decay_data::Embedded;
use decay_model::Mlp;
use decay_train::TrainConfig;

use super::{Folds, constant_loss, holdouts, relative_losses};
use crate::arguments::Arguments;
use crate::lab::Lab;
use crate::measurements::Measurements;
use crate::study::Study;

const SAMPLE: usize = 20;
const FOLDS: usize = 5;

fn folds(table: Embedded) -> Folds {
    let data = table.load().unwrap();
    let share = 1.0 - SAMPLE as f64 / data.rows as f64;
    let samples = holdouts(&data.target, share, 0..2, 1).unwrap();
    Folds::of_samples(&data.target, samples, FOLDS, 1).unwrap()
}

#[test]
fn folds_cut_the_sample_and_leave_the_test_rows_alone() {
    let folds = folds(Embedded::Wine);
    for replicate in folds.rows.chunks(FOLDS + 1) {
        let whole = &replicate[FOLDS];
        let mut validated: Vec<usize> = replicate[..FOLDS]
            .iter()
            .flat_map(|fold| fold.validation.clone())
            .collect();
        validated.sort_unstable();
        assert_eq!((validated.len(), &validated), (SAMPLE, &whole.train));
        assert_eq!(whole.train.len() + whole.validation.len(), 178);
        for fold in &replicate[..FOLDS] {
            let beside = |row: &usize| !fold.validation.contains(row) && whole.train.contains(row);
            assert!(fold.train.iter().all(beside));
        }
    }
    assert_ne!(folds.sample(0), folds.sample(FOLDS + 1));
    assert_eq!(folds.sample(2), folds.rows[FOLDS].train);
}

/// Entropy of 59, 71 and 48 wines, and the variance of the diabetes target (numpy).
#[test]
fn losses_are_in_units_of_what_a_constant_loses() {
    let unit = |table: Embedded| constant_loss(&table.load().unwrap().target);
    let entropy = |count: f64| -count / 178.0 * (count / 178.0).ln();
    let wine = entropy(59.0) + entropy(71.0) + entropy(48.0);
    assert!((unit(Embedded::Wine) - wine).abs() < 1e-12);
    let diabetes = unit(Embedded::Diabetes);
    assert!((diabetes - 5_929.884_897).abs() < 1e-5, "{diabetes}");
}

/// Of a regression, too, whose outputs are scaled: what is noted are means of what training saw.
#[test]
fn promises_are_means_of_the_folds_and_what_is_kept_is_the_whole_samples() {
    let lab = Lab::new(&Arguments::parse_from(["claim", "--quiet"])).unwrap();
    for table in [Embedded::Wine, Embedded::Diabetes] {
        let (data, folds) = (table.load().unwrap(), folds(table));
        let config = TrainConfig {
            epochs: 2,
            ..TrainConfig::default()
        };
        let (rows, rates) = (folds.rows.clone(), vec![0.0, 1.0]);
        let study = Study::of_decay("s", &data, rows, Mlp::hidden([4]), config, rates);
        let population = lab.train(study).unwrap();
        let seen = |member: usize| population.outcome(member).validation.unwrap().loss;
        let unit = constant_loss(&data.target);
        for (member, loss) in relative_losses(&population).unwrap().iter().enumerate() {
            let expected = seen(member) / unit;
            assert!(
                (loss - expected).abs() < 1e-5 * expected,
                "{loss} {expected}"
            );
        }
        let mut out = Measurements::default();
        folds.note(&population, true, &mut out).unwrap();
        // Members: both replicates at the first rate, then both at the second.
        let promised: f64 = (18..23).map(seen).sum::<f64>() / 5.0 / unit;
        let rows = &out.rows[6..];
        assert_eq!((rows[0].rate, rows[0].replicate, rows.len()), (1.0, 1, 2));
        assert!((rows[0].value - promised).abs() < 1e-4, "{table:?}");
        assert!((rows[1].value - seen(23) / unit).abs() < 1e-4);
        assert_eq!([&*rows[0].metric, &rows[1].metric], ["promised", "test"]);
        let mut out = Measurements::default();
        folds.note(&population, false, &mut out).unwrap();
        assert!(out.rows.iter().all(|row| row.metric == "promised"));
    }
}

#[test]
fn nodes_are_split_by_class_and_fewer_are_among_more() {
    let lab = Lab::new(&Arguments::parse_from(["claim", "--quiet"])).unwrap();
    let data = Embedded::Wine.load().unwrap();
    let of = |per_class| lab.node_splits(&data, per_class, [30, 50], 3).unwrap();
    let (few, more) = (of(5), of(20));
    for (few, more) in few.iter().zip(&more) {
        assert_eq!((few.train.len(), few.validation.len()), (15, 80));
        assert_eq!((more.train.len(), more.validation.len()), (60, 80));
        assert!(few.train.iter().all(|node| more.train.contains(node)));
        let mut all = [few.train.as_slice(), &few.validation].concat();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 95);
        let class = |class| {
            let labels = crate::labels(&data, &few.train).into_iter();
            labels.filter(|&label| label == class).count()
        };
        assert_eq!([0, 1, 2].map(class), [5; 3]);
    }
    assert!(few[0] != few[1] && few[1] != few[2]);
    // Those to choose by come first, and do not depend on how many test.
    let shorter = lab.node_splits(&data, 5, [30, 20], 3).unwrap();
    let first = |splits: &[decay_train::FoldRows]| splits[0].validation[..30].to_vec();
    assert_eq!(first(&few), first(&shorter));
    assert!(lab.node_splits(&data, 50, [30, 50], 1).is_err());
}
