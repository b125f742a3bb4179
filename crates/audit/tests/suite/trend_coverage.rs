//! Intervals over five and twenty replicates cover what they promise, and noise is not called a trend.

use crate::synthetic::normals;
use decay_audit::Estimate;
use decay_audit::compare::Better;
use decay_audit::interval::{Bootstrap, percentile_interval};
use decay_audit::trend::{
    Figure, Side, Support, TrendShape, expanded_percentile_interval, monotone_trend, optimum_shift,
    support, u_trend,
};

const SIZES: [usize; 2] = [5, 20];

/// `[rates][replicates]`: a curve, an effect of each replicate at all rates, and noise of each value.
fn curves(seed: u64, shape: &[f64], noise: f64, replicates: usize) -> Vec<Vec<f64>> {
    let own = normals(seed, 1000, replicates);
    let rate = |(k, level): (usize, &f64)| -> Vec<f64> {
        let values = normals(seed, k as u64, replicates);
        let value = |(v, own): (f64, &f64)| level + noise * v + own;
        values.into_iter().zip(&own).map(value).collect()
    };
    shape.iter().enumerate().map(rate).collect()
}

fn rates(n: usize) -> Vec<f64> {
    (0..n).map(|k| 10f64.powf(k as f64 / 2.0 - 4.0)).collect()
}

fn lower(values: &[Vec<f64>]) -> Figure<'_> {
    let better = Better::Lower;
    Figure { values, better }
}

fn resamples(resamples: usize) -> Bootstrap {
    Bootstrap {
        resamples,
        ..Bootstrap::default()
    }
}

fn covers(interval: &Estimate, truth: f64) -> bool {
    interval.low <= truth && truth <= interval.high
}

/// Share of seeds that pass.
fn share(trials: u64, passes: impl Fn(u64) -> bool) -> f64 {
    (0..trials).filter(|&seed| passes(seed)).count() as f64 / trials as f64
}

/// Why five samples need more than the percentiles: the figures in the function's documentation.
#[test]
fn expanded_intervals_cover_a_mean_where_plain_ones_do_not() {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    for (n, plain, expanded) in [(5, 0.80..0.86, 0.90..0.94), (20, 0.905..0.945, 0.925..0.97)] {
        let one = |seed: u64| {
            let values = normals(seed, 0, n);
            let replicates = resamples(2000).replicates(n, |drawn| {
                mean(&drawn.iter().map(|&i| values[i]).collect::<Vec<_>>())
            });
            [
                percentile_interval(&replicates, 0.95).unwrap(),
                expanded_percentile_interval(&replicates, n, 0.95).unwrap(),
            ]
        };
        let found: Vec<_> = (0..1000).map(one).collect();
        let covered = |which: usize| {
            let holds = |pair: &&[(f64, f64); 2]| pair[which].0 <= 0.0 && 0.0 <= pair[which].1;
            found.iter().filter(holds).count() as f64 / found.len() as f64
        };
        let (got_plain, got_expanded) = (covered(0), covered(1));
        assert!(plain.contains(&got_plain), "{n}: plain {got_plain}");
        assert!(
            expanded.contains(&got_expanded),
            "{n}: expanded {got_expanded}"
        );
    }
}

/// The expected coefficient of a level curve is 0 by symmetry; that of a slope is averaged over many replicates.
#[test]
fn monotone_intervals_cover_the_expected_coefficient() {
    for rise in [0.0, 2.0] {
        let shape: Vec<f64> = (0..9).map(|k| rise * f64::from(k) / 8.0).collect();
        let trend = |seed, n, r| {
            monotone_trend(&rates(9), &curves(seed, &shape, 1.0, n), &resamples(r)).unwrap()
        };
        let truth = trend(1_000_000, 20_000, 2).mean.mean;
        assert!(rise > 0.0 || truth.abs() < 0.01, "{truth}");
        for n in SIZES {
            let found: Vec<_> = (0..1000).map(|seed| trend(seed, n, 1000)).collect();
            let covered = |of: fn(&decay_audit::trend::Monotone) -> &Estimate| {
                found.iter().filter(|f| covers(of(f), truth)).count() as f64 / 1000.0
            };
            let (student, expanded) = (covered(|f| &f.mean), covered(|f| &f.bootstrap));
            assert!(
                (0.92..0.97).contains(&student),
                "rise {rise}, n {n}: {student}"
            );
            assert!(
                (0.88..0.97).contains(&expanded),
                "rise {rise}, n {n}: {expanded}"
            );
        }
    }
}

/// A parabola has one curvature wherever the window lies.
#[test]
fn curvature_intervals_cover_the_true_curvature() {
    let rates = rates(11);
    let shape: Vec<f64> = rates
        .iter()
        .map(|r| 0.5 * (r.log10() + 1.6).powi(2))
        .collect();
    for n in SIZES {
        let covered = share(1000, |seed| {
            let values = curves(seed, &shape, 0.2, n);
            let found = u_trend(&rates, lower(&values), 0.0, 0.05, &resamples(2)).unwrap();
            covers(&found.parabola.curvature, 0.5)
        });
        assert!((0.92..0.975).contains(&covered), "n {n}: {covered}");
    }
}

#[test]
fn flat_noise_is_rarely_called_u_shaped_and_a_bowl_nearly_always() {
    let rates = rates(9);
    let bowl: Vec<f64> = rates
        .iter()
        .map(|r| 0.5 * (r.log10() + 2.2).powi(2))
        .collect();
    for n in SIZES {
        let called = |shape: &[f64], noise: f64| {
            share(400, |seed| {
                let values = curves(seed, shape, noise, n);
                let found = u_trend(&rates, lower(&values), 0.0, 0.05, &resamples(2)).unwrap();
                found.shape == TrendShape::UShaped
            })
        };
        let (flat, bowl) = (called(&[0.0; 9], 1.0), called(&bowl, 0.3));
        assert!(flat <= 0.05, "n {n}: flat curves called U-shaped {flat}");
        assert!(bowl >= 0.95, "n {n}: bowls called U-shaped {bowl}");
    }
}

/// Two steps apart: covered, and found; none apart: rarely found on either side.
#[test]
fn shifts_are_covered_found_and_not_invented() {
    let rates = rates(9);
    let bowl = |best: f64| -> Vec<f64> {
        (0..9)
            .map(|k| 0.15 * (f64::from(k) - best).powi(2))
            .collect()
    };
    for n in SIZES {
        let shift = |seed: u64, a: f64| {
            let (a, b) = (
                curves(seed, &bowl(a), 0.3, n),
                curves(seed + 5000, &bowl(3.0), 0.3, n),
            );
            optimum_shift(&rates, lower(&a), lower(&b), &resamples(500))
                .unwrap()
                .steps
        };
        let apart: Vec<Estimate> = (0..400).map(|seed| shift(seed, 5.0)).collect();
        let share_apart = |passes: &dyn Fn(&Estimate) -> bool| {
            apart.iter().filter(|steps| passes(steps)).count() as f64 / apart.len() as f64
        };
        let covered = share_apart(&|steps| covers(steps, 2.0));
        let found = share_apart(&|steps| support(steps, 0.0, Side::Above) == Support::Supported);
        let invented = share(400, |seed| {
            support(&shift(seed, 3.0), 0.0, Side::Above) != Support::Undecided
        });
        assert!(covered >= 0.95, "n {n}: covered {covered}");
        assert!(found >= 0.65, "n {n}: found {found}");
        assert!(invented <= 0.05, "n {n}: invented {invented}");
    }
}
