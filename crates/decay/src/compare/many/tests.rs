//! How often the best of equal models is called better.

use std::path::PathBuf;

use decay_audit::compare::{ComparedLogits, compare_classifiers};
use decay_audit::interval::{Bootstrap, SplitMix};
use decay_audit::{AuditConfig, Logits, MetricTask};

use super::ComparedMany;

/// Models that are right in a share of the rows, each by itself, as they are compared with each other.
fn told(sample: u64, rows: usize, right: &[f64]) -> String {
    let labels = vec![0; rows];
    let model = |(place, right): (usize, &f64)| {
        let noise = SplitMix::new(sample, place as u64);
        let row = |row: usize| match noise.unit(2 * row as u64) < *right {
            true => [1.0 + noise.unit(2 * row as u64 + 1), 0.0],
            false => [0.0, 1.0 + noise.unit(2 * row as u64 + 1)],
        };
        Logits::new((0..rows).flat_map(row).collect::<Vec<_>>(), rows, 2).unwrap()
    };
    let models: Vec<Logits<'_>> = right.iter().enumerate().map(model).collect();
    let compare = |pair: [usize; 2], settings: &Bootstrap| {
        let [a, b] = pair.map(|place| ComparedLogits {
            logits: &models[place],
            outside: None,
        });
        let config = AuditConfig {
            bootstrap: Bootstrap {
                resamples: 10,
                ..*settings
            },
            ..AuditConfig::default()
        };
        Ok(compare_classifiers(a, b, &labels, &config)?)
    };
    let names: Vec<PathBuf> = (0..right.len()).map(|at| format!("m{at}").into()).collect();
    let found = ComparedMany::of(&names, MetricTask::Classification, &compare).unwrap();
    found.sentences()
}

/// Of models that are equally good the one that looks best is named, and that it is better in at most 5 % of samples: 200 have a
/// standard error of 1.5 %, three of them above it are 9.6 %.
#[test]
fn the_best_of_equal_models_is_seldom_called_better() {
    for (rows, models) in [(40, 2), (40, 5), (150, 5)] {
        let better = |sample: &u64| told(*sample, rows, &vec![0.8; models]).contains("is better");
        let alarms = (0..200).filter(better).count();
        println!("{models} models, {rows} rows: {alarms} of 200");
        assert!(
            alarms <= 19,
            "{models} models, {rows} rows: {alarms} of 200"
        );
    }
    let said = told(1, 300, &[0.6, 0.95, 0.6]);
    assert!(
        said.contains("m1 is best") && said.contains("better than all others"),
        "{said}"
    );
}
