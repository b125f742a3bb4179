//! A model beside the simplest ones: what is told of it, and how often chance is taken for more.

use decay_audit::distribution::normal_quantile;
use decay_audit::interval::SplitMix;

use super::{of_accuracies, of_errors, of_frequencies};

#[test]
fn the_most_frequent_class_of_training_is_what_a_constant_says() {
    let names = ["no", "yes"].map(str::to_owned);
    let beside = of_frequencies(&[0, 0, 1], &[0, 1, 1, 1], &names);
    assert_eq!(
        (beside.constant, beside.class.as_deref()),
        (0.25, Some("no"))
    );
}

#[test]
fn gains_are_paired() {
    let linear = of_accuracies(&[true, true, false, true], &[0, 1, 0, 1], &[0, 0, 1, 1]).unwrap();
    assert_eq!((linear.figure, linear.gain.mean), (0.5, 0.25));
    let linear = of_errors(&[1.0, 1.0], &[2.0, 0.0], &[0.0, 0.0]).unwrap();
    assert_eq!((linear.figure, linear.gain.mean), (2.0_f64.sqrt(), 0.5));
    assert!(linear.gain.low < 0.0);
}

/// 1000 samples of a rate of 5 % have a standard error of 0.7 %: three of them above it are 7.1 %.
fn alarms(of: impl Fn(u64) -> bool) -> f64 {
    (0..1000).filter(|&sample| of(sample)).count() as f64 / 1000.0
}

/// Both err in a tenth of the rows; in a share of the rows each is right or wrong by itself. Exactly, the rate is at most 5.4 % of 20 rows
/// and 4.8 % of 40 and more, whatever the share.
#[test]
fn equally_good_classifiers_are_seldom_told_apart() {
    for (rows, apart) in [(20, 0.3), (60, 0.1), (180, 0.05), (180, 0.5)] {
        let found = |sample: u64| {
            let noise = SplitMix::new(sample, 0);
            let draw = |row: usize, what: u64| noise.unit(4 * row as u64 + what);
            let hit = |row: usize, own: u64| match draw(row, 0) < apart {
                true => draw(row, own) < 0.5,
                false => draw(row, 3) < 0.9,
            };
            let model: Vec<bool> = (0..rows).map(|row| hit(row, 1)).collect();
            let linear: Vec<usize> = (0..rows).map(|row| usize::from(hit(row, 2))).collect();
            let labels = vec![1; rows];
            of_accuracies(&model, &linear, &labels)
                .unwrap()
                .beyond_chance
        };
        let rate = alarms(found);
        println!("{rows} rows, {apart} apart: {rate}");
        assert!(rate <= 0.071, "{rows} rows, {apart} apart: {rate}");
    }
}

/// Errors of few rows are large, as of prices.
#[test]
fn equally_good_regressions_are_seldom_told_apart() {
    for rows in [20, 60, 200] {
        let found = |sample: u64| {
            let noise = SplitMix::new(sample, 0);
            let error = |place: u64| {
                let size = (2.0 * normal_quantile(noise.unit(2 * place).max(1e-9))).exp();
                size * (noise.unit(2 * place + 1) - 0.5)
            };
            let squares: Vec<f64> = (0..rows).map(|row| error(row).powi(2)).collect();
            let answers: Vec<f64> = (rows..2 * rows).map(error).collect();
            let values = vec![0.0; answers.len()];
            of_errors(&squares, &answers, &values)
                .unwrap()
                .beyond_chance
        };
        let rate = alarms(found);
        println!("{rows} rows: {rate}");
        assert!(rate <= 0.071, "{rows} rows: {rate}");
    }
}

#[test]
fn a_better_classifier_is_found() {
    let model: Vec<bool> = (0..100).map(|row| row % 10 != 0).collect();
    let answers: Vec<usize> = (0..100).map(|row| usize::from(row % 3 == 1)).collect();
    let found = of_accuracies(&model, &answers, &[1; 100]).unwrap();
    assert!(found.gain.low > 0.0 && found.beyond_chance, "{found:?}");
}
