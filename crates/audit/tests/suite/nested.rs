//! The lowest of many means against what it is worth.

use crate::synthetic::normals;
use decay_audit::nested_choice;

/// `[folds][settings]`: true means, an effect of each fold at all settings, and noise of each value.
fn values(seed: u64, truth: &[f64], folds: usize, noise: f64) -> Vec<Vec<f64>> {
    let of_folds = normals(seed, 1, folds);
    let fold = |(fold, shared): (usize, f64)| {
        let own = normals(seed, 2 + fold as u64, truth.len());
        let pairs = truth.iter().zip(own);
        pairs.map(|(mean, z)| mean + shared + noise * z).collect()
    };
    of_folds.into_iter().enumerate().map(fold).collect()
}

/// The lowest of 16 means is too low; the nested mean is right for a choice by one fold less.
#[test]
fn the_nested_mean_is_unbiased_where_the_lowest_is_not() {
    for (truth, name) in [
        (vec![0.0; 16], "flat"),
        ((0..16).map(|k| 0.1 * f64::from(k)).collect(), "rising"),
    ] {
        let (samples, folds, noise) = (4000, 5, 0.5);
        let (mut lowest, mut nested, mut fewer) = (0.0, 0.0, 0.0);
        for seed in 0..samples {
            let found = nested_choice(&values(seed, &truth, folds, noise)).unwrap();
            assert!(found.optimism() >= 0.0);
            let shared = normals(seed, 1, folds).iter().sum::<f64>() / folds as f64;
            lowest += found.lowest - shared;
            nested += found.nested - shared;
            // The true value of a choice by four folds.
            let other = values(seed + 100_000, &truth, folds - 1, noise);
            let means = (0..16).map(|k| other.iter().map(|fold| fold[k]).sum::<f64>());
            let best = means
                .enumerate()
                .min_by(|a, b| a.1.total_cmp(&b.1))
                .unwrap()
                .0;
            fewer += truth[best];
        }
        let [lowest, nested, fewer] = [lowest, nested, fewer].map(|sum| sum / samples as f64);
        println!("{name}: lowest {lowest:.3}, nested {nested:.3}, true {fewer:.3}");
        assert!(lowest < fewer - 0.1, "{name}: {lowest} and {fewer}");
        assert!(
            (nested - fewer).abs() < 0.02,
            "{name}: {nested} and {fewer}"
        );
    }
}

#[test]
fn by_hand() {
    // The second setting is lowest in all; without the first fold it is the first.
    let found = nested_choice(&[vec![3.0, 0.0], vec![1.0, 2.0], vec![1.0, 1.5]]).unwrap();
    assert!((found.lowest - 3.5 / 3.0).abs() < 1e-12);
    assert!((found.nested - (3.0 + 2.0 + 1.5) / 3.0).abs() < 1e-12);
    let alone = nested_choice(&[vec![1.0], vec![2.0]]).unwrap();
    assert_eq!(alone.optimism(), 0.0);
    assert!(nested_choice(&[vec![1.0]]).is_err() && nested_choice(&[vec![], vec![]]).is_err());
}
