//! What more rows gave and would give, against truths that are known.

use crate::synthetic::normals;
use decay_audit::learning_curve::{PowerLaw, extrapolated, gain_of_rows, over_folds};

const ROWS: [f64; 4] = [100.0, 200.0, 400.0, 800.0];

/// `[folds][sizes]`: a true curve, an effect of each fold at all sizes, and noise that falls with the rows.
fn losses(seed: u64, truth: impl Fn(f64) -> f64, folds: usize, noise: f64) -> Vec<Vec<f64>> {
    let of_folds = normals(seed, 1, folds);
    let fold = |(fold, shared): (usize, f64)| {
        let own = normals(seed, 2 + fold as u64, ROWS.len());
        let at = |(n, z): (f64, f64)| truth(n) + 0.05 * shared + noise * z * (100.0 / n).sqrt();
        ROWS.into_iter().zip(own).map(at).collect()
    };
    of_folds.into_iter().enumerate().map(fold).collect()
}

fn last_two(losses: &[Vec<f64>]) -> [Vec<f64>; 2] {
    [2, 3].map(|size| losses.iter().map(|fold| fold[size]).collect())
}

/// Differences 0.1, 0.2 and 0.3: mean 0.2, `t(2, 0.975) = 4.302653`, variance 0.01.
#[test]
fn a_gain_is_paired_over_folds_and_corrected() {
    let (fewer, more) = ([1.1, 5.2, 9.3], [1.0, 5.0, 9.0]);
    for (test_per_train, share) in [(0.0, 1.0 / 3.0), (0.5, 1.0 / 3.0 + 0.5)] {
        let gain = gain_of_rows(&fewer, &more, test_per_train).unwrap();
        let half = 4.302653 * (0.01f64 * share).sqrt();
        assert!((gain.mean - 0.2).abs() < 1e-12 && gain.n == 3);
        assert!((gain.high - 0.2 - half).abs() < 1e-6, "{gain:?}");
        assert!((0.2 - half - gain.low).abs() < 1e-6, "{gain:?}");
    }
    let level = over_folds(&[0.1, 0.2, 0.3], 0.5).unwrap();
    let gain = gain_of_rows(&fewer, &more, 0.5).unwrap();
    assert!((level.low - gain.low).abs() < 1e-12);
    assert!(gain_of_rows(&[1.0], &[0.5], 0.5).is_err());
}

#[test]
fn a_law_without_noise_is_found_and_others_are_none() {
    let law = PowerLaw {
        limit: 0.25,
        scale: 12.0,
        exponent: 0.7,
    };
    let found = PowerLaw::fit(&ROWS, &ROWS.map(|n| law.at(n))).unwrap();
    for (found, wanted) in [
        (found.limit, law.limit),
        (found.scale, law.scale),
        (found.exponent, law.exponent),
    ] {
        assert!((found / wanted - 1.0).abs() < 1e-5, "{found} {wanted}");
    }
    assert_eq!(PowerLaw::fit(&ROWS, &ROWS.map(f64::ln)), None, "it rises");
    assert_eq!(
        PowerLaw::fit(&ROWS, &ROWS.map(|n| -n.ln())),
        None,
        "it never settles"
    );
    assert_eq!(
        PowerLaw::fit(&ROWS[2..], &ROWS.map(|n| law.at(n))[2..]),
        None,
        "two points"
    );
}

/// Nothing to gain is called a gain in at most a few of a hundred samples, and what there is is found.
#[test]
fn noise_is_no_gain_of_rows_and_a_gain_is_found() {
    let called = |truth: fn(f64) -> f64| {
        let one = |seed: u64| {
            let [fewer, more] = last_two(&losses(seed, truth, 5, 0.04));
            gain_of_rows(&fewer, &more, 0.25).unwrap().low > 0.0
        };
        (0..2000).filter(|&seed| one(seed)).count() as f64 / 2000.0
    };
    let (nothing, much) = (called(|_| 0.5), called(|n| 0.5 + 40.0 / n));
    assert!(nothing < 0.03, "{nothing}");
    assert!(much > 0.5, "{much}");
}

/// An extrapolation that is given covers the truth, of the law and of least squares; noise gives none.
#[test]
fn an_extrapolation_covers_what_twice_the_rows_would_give() {
    let truths: [fn(f64) -> f64; 2] = [
        |n| 0.3 + 8.0 * n.powf(-0.6),
        |n| (1.0 + 1.0 / n) * (n - 2.0) / (n - 22.0),
    ];
    for (truth, noise) in truths
        .into_iter()
        .flat_map(|own| [(own, 0.001), (own, 0.004)])
    {
        let truly = truth(800.0) - truth(1600.0);
        let found: Vec<bool> = (0..1000)
            .filter_map(|seed| {
                let losses = losses(seed, truth, 5, noise);
                let found = extrapolated(&ROWS, &losses, 0.25).unwrap()?;
                assert_eq!(found.rows, 1600.0);
                Some((found.gain.low..=found.gain.high).contains(&truly))
            })
            .collect();
        let covered = found.iter().filter(|own| **own).count() as f64 / found.len() as f64;
        println!("{} of 1000, {covered} cover", found.len());
        if noise < 0.002 {
            assert!(found.len() > 300, "{}", found.len());
        }
        assert!(covered > 0.9, "{covered}");
    }
    let of_noise = (0..1000).filter(|&seed| {
        let losses = losses(seed, |_| 0.5, 5, 0.05);
        extrapolated(&ROWS, &losses, 0.25).unwrap().is_some()
    });
    let of_noise = of_noise.count();
    println!("{of_noise} of 1000 of noise");
    assert!(of_noise < 10, "{of_noise}");
}
