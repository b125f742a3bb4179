//! What trends over rates must see and what they must not.

use crate::sweep::{LOSSES, RATES, close, ends, higher, lower, map, settings, table};
use crate::synthetic::normals;
use decay_audit::Estimate;
use decay_audit::trend::{
    Contrast, PairedDifference, TrendShape, monotone_trend, optimum_shift, paired_differences,
    u_trend,
};

/// Overlapping training rows widen the interval by `sqrt(1 + n test_per_train)`, here `sqrt(1 + 5/4)`.
#[test]
fn overlap_widens_intervals_and_leaves_effects() {
    let contrast = Contrast {
        name: "ends",
        a: &LOSSES[2],
        b: &LOSSES[3],
    };
    let at = |ratio| {
        paired_differences(&[contrast], ratio, 0.95)
            .unwrap()
            .remove(0)
    };
    let (plain, corrected) = (at(0.0), at(0.25));
    let width = |d: &PairedDifference| d.difference.high - d.difference.low;
    close(&[width(&corrected)], &[1.5 * width(&plain)]);
    assert_eq!(plain.effect_size, corrected.effect_size);
    let losses = table(&LOSSES);
    let bend = |ratio| u_trend(&RATES, lower(&losses), ratio, 0.05, &settings()).unwrap();
    let (plain, corrected) = (bend(0.0).parabola, bend(0.25).parabola);
    let half = |e: Estimate| e.high - e.mean;
    close(&[half(corrected.curvature)], &[1.5 * half(plain.curvature)]);
}

fn noise(seed: u64, rates: usize, replicates: usize) -> Vec<Vec<f64>> {
    let one = |k| normals(seed, k, replicates);
    (0..rates as u64).map(one).collect()
}

#[test]
fn ranks_see_order_alone() {
    let values = noise(7, 6, 8);
    let rates = [0.0, 0.1, 0.2, 0.4, 0.8, 1.6];
    let trend = |values: &[Vec<f64>]| monotone_trend(&rates, values, &settings()).unwrap();
    let found = trend(&values);
    let warped = trend(&map(&values, |v| (0.3 * v).exp() - 9.0));
    assert_eq!(found.coefficients, warped.coefficients);
    assert_eq!(
        (found.mean, found.bootstrap),
        (warped.mean, warped.bootstrap)
    );
    let backwards: Vec<Vec<f64>> = values.iter().rev().cloned().collect();
    let turned = trend(&backwards);
    for (there, back) in found.coefficients.iter().zip(&turned.coefficients) {
        assert!((there + back).abs() < 1e-12 && *there != 0.0);
    }
    close(
        &[found.mean.low, found.mean.high],
        &[-turned.mean.high, -turned.mean.low],
    );
}

/// A constant moves no optimum and bends no curve; a change of sign turns a U over.
#[test]
fn shape_and_shift_ignore_constants_and_follow_the_sign() {
    let losses = table(&LOSSES);
    let moved = map(&losses, |v| v + 3.7);
    let trend = |figure| u_trend(&RATES, figure, 0.0, 0.05, &settings()).unwrap();
    let (found, shifted) = (trend(lower(&losses)), trend(lower(&moved)));
    close(&found.parabola.curvatures, &shifted.parabola.curvatures);
    let negated = map(&losses, |v| -v);
    let hill = trend(higher(&negated));
    assert_eq!(hill.shape, TrendShape::InvertedU);
    assert_eq!(hill.parabola.curvature.high, -found.parabola.curvature.low);
    assert_eq!(hill.best_mean, -found.best_mean);
    assert_eq!(hill.ends, found.ends);
    let other = noise(3, 8, 5);
    let shift = |a| optimum_shift(&RATES, a, lower(&other), &settings()).unwrap();
    assert_eq!(shift(lower(&losses)), shift(lower(&moved)));
    assert_eq!(shift(lower(&losses)), shift(higher(&negated)));
}

#[test]
fn slopes_rise_and_fall_as_the_figure_does() {
    let rising: Vec<Vec<f64>> = noise(5, 8, 6)
        .iter()
        .enumerate()
        .map(|(k, row)| row.iter().map(|v| k as f64 + 0.1 * v).collect())
        .collect();
    let falling = map(&rising, |v| -v);
    let shape = |figure| {
        u_trend(&RATES, figure, 0.0, 0.05, &settings())
            .unwrap()
            .shape
    };
    assert_eq!(shape(lower(&rising)), TrendShape::Rising);
    assert_eq!(shape(higher(&rising)), TrendShape::Rising);
    assert_eq!(shape(lower(&falling)), TrendShape::Falling);
    assert_eq!(shape(higher(&falling)), TrendShape::Falling);
}

/// Both ends are worse, but the two dips bend the other way between them: not a U.
#[test]
fn worse_ends_without_a_bend_are_unclear() {
    let rates: Vec<f64> = (0..7).map(|k| 10f64.powf(f64::from(k) / 3.0)).collect();
    let curve = [1.0, 0.0, 4.0, 4.0, 4.0, 0.1, 1.0];
    let values: Vec<Vec<f64>> = noise(2, 7, 6)
        .iter()
        .zip(curve)
        .map(|(row, level)| row.iter().map(|v| level + 0.01 * v).collect())
        .collect();
    let found = u_trend(&rates, lower(&values), 0.0, 0.05, &settings()).unwrap();
    assert_eq!(found.ends.verdict, decay_audit::CurveVerdict::UShaped);
    assert!(found.parabola.curvature.high < 0.0);
    assert_eq!(found.shape, TrendShape::Unclear);
}

/// A plateau at `ln K` begins two decades above the optimum; through all rates the vertex would be far off.
#[test]
fn the_parabola_looks_past_the_plateau() {
    let rates: Vec<f64> = (-7..=4).map(|k| 10f64.powi(k)).collect();
    let loss = |x: f64| (0.3 + 0.2 * (x + 4.0).powi(2)).min(10f64.ln());
    let values: Vec<Vec<f64>> = (-7..=4)
        .zip(noise(9, 12, 5))
        .map(|(k, row)| row.iter().map(|v| loss(f64::from(k)) + 0.01 * v).collect())
        .collect();
    let found = u_trend(&rates, lower(&values), 0.0, 0.05, &settings()).unwrap();
    assert_eq!(
        (found.parabola.window, found.parabola.points),
        ((1e-6, 1e-2), 5)
    );
    assert!((found.parabola.vertex.unwrap() + 4.0).abs() < 0.05);
    assert!((found.parabola.curvature.mean - 0.2).abs() < 0.01);
}

/// Both figures have their optimum where the replicate says; drawn together they never part.
#[test]
fn what_figures_share_within_a_replicate_stays_shared() {
    let rates: Vec<f64> = (0..9).map(|k| 10f64.powi(k - 6)).collect();
    let places = [2.0, 3.0, 4.0, 5.0, 6.0];
    let bowl = |offset: f64| -> Vec<Vec<f64>> {
        let row = |k: i32| places.map(|p| (f64::from(k) - p - offset).powi(2)).to_vec();
        (0..9).map(row).collect()
    };
    let shift = optimum_shift(&rates, lower(&bowl(1.0)), lower(&bowl(0.0)), &settings()).unwrap();
    assert_eq!(ends(&shift.steps), [1.0; 3]);
    close(&ends(&shift.log_ratio.unwrap()), &[1.0; 3]);
}
