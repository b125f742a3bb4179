//! Trends over rates on their limits, and what they refuse.

use crate::sweep::{LOSSES, RATES, close, ends, higher, lower, settings, table};
use decay_audit::Estimate;
use decay_audit::interval::Bootstrap;
use decay_audit::trend::{
    Contrast, Monotone, OptimumShift, PairedDifference, Side, Support, UTrend,
    expanded_percentile_interval, monotone_trend, optimum_shift, paired_differences, support,
    u_trend,
};

/// Level curves of a replicate have no order, and an interval cannot leave what a coefficient can be.
#[test]
fn constant_curves_count_as_zero() {
    let values = table(&[[1.0, 2.0, 5.0], [1.0, 3.0, 6.0], [1.0, 4.0, 7.0]]);
    let found = monotone_trend(&[0.0, 1.0, 2.0], &values, &settings()).unwrap();
    close(&found.coefficients, &[0.0, 1.0, 1.0]);
    close(&[found.of_mean_curve], &[1.0]);
    assert_eq!(found.mean.high, 1.0);
    let flat = monotone_trend(&[0.0, 1.0, 2.0], &vec![vec![3.0; 4]; 3], &settings()).unwrap();
    assert_eq!((ends(&flat.mean), flat.of_mean_curve), ([0.0; 3], 0.0));
}

#[test]
fn equal_replicates_have_no_spread() {
    let equal: Vec<Vec<f64>> = LOSSES.iter().map(|row| vec![row[0]; 5]).collect();
    let trend = monotone_trend(&RATES, &equal, &settings()).unwrap();
    let width = |e: &Estimate| e.high - e.low;
    assert!(width(&trend.mean) < 1e-12 && width(&trend.bootstrap) < 1e-12);
    let shape = u_trend(&RATES, lower(&equal), 0.0, 0.05, &settings()).unwrap();
    assert!(width(&shape.parabola.curvature) < 1e-12);
    let shift = optimum_shift(&RATES, higher(&equal), lower(&equal), &settings()).unwrap();
    assert_eq!(ends(&shift.steps), [3.0; 3]);
    assert_eq!((shift.above, shift.equal, shift.below), (1.0, 0.0, 0.0));
}

/// A sparse grid, or an optimum at the end or at rate 0, still gives four rates.
#[test]
fn the_window_widens_to_four_rates() {
    let window = |rates: &[f64], best: usize| {
        let level = |k: usize| if k == best { 0.0 } else { 1.0 };
        let values: Vec<Vec<f64>> = (0..rates.len()).map(|k| vec![level(k); 3]).collect();
        let found = u_trend(rates, lower(&values), 0.0, 0.05, &settings()).unwrap();
        (found.parabola.window, found.parabola.points)
    };
    let sparse = [0.0, 1e-12, 1e-8, 1e-5, 1.0, 1e2];
    assert_eq!(window(&sparse, 2), ((1e-12, 1.0), 4));
    assert_eq!(window(&sparse, 5), ((1e-8, 1e2), 4));
    assert_eq!(window(&sparse, 0), ((1e-12, 1.0), 4));
    // Two decades above the smallest positive rate, which stands in for rate 0.
    let dense = [0.0, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1];
    assert_eq!(window(&dense, 0), ((1e-4, 1e-2), 5));
}

/// Rate 0 is some steps away from others, at no finite ratio.
#[test]
fn rate_zero_has_steps_but_no_ratio() {
    let rates = [0.0, 0.1, 1.0];
    let at = |best: usize| {
        let level = |k: usize| if k == best { 0.0 } else { 1.0 };
        (0..3).map(|k| vec![level(k); 4]).collect::<Vec<_>>()
    };
    let shift = |a: usize, b: usize| {
        optimum_shift(&rates, lower(&at(a)), lower(&at(b)), &settings()).unwrap()
    };
    let from_zero = shift(2, 0);
    assert_eq!(
        (ends(&from_zero.steps), from_zero.log_ratio),
        ([2.0; 3], None)
    );
    assert_eq!((from_zero.rate_a, from_zero.rate_b), (1.0, 0.0));
    assert_eq!(
        support(&from_zero.steps, 0.0, Side::Above),
        Support::Supported
    );
    let down = shift(1, 2);
    close(&ends(&down.log_ratio.unwrap()), &[-1.0; 3]);
    assert_eq!(down.below, 1.0);
    let none = shift(0, 0);
    assert_eq!(ends(&none.log_ratio.unwrap()), [0.0; 3]);
    assert_eq!(
        (none.equal, support(&none.steps, 0.0, Side::Above)),
        (1.0, Support::Undecided)
    );
}

#[test]
fn records_survive_json() {
    let losses = table(&LOSSES);
    let monotone = monotone_trend(&RATES, &losses, &settings()).unwrap();
    let shape = u_trend(&RATES, lower(&losses), 0.0, 0.05, &settings()).unwrap();
    let shift = optimum_shift(&RATES, lower(&losses), higher(&losses), &settings()).unwrap();
    let json = |value: &dyn Fn() -> serde_json::Result<String>| value().unwrap();
    let text = json(&|| serde_json::to_string(&monotone));
    assert_eq!(serde_json::from_str::<Monotone>(&text).unwrap(), monotone);
    let text = json(&|| serde_json::to_string(&shape));
    assert_eq!(serde_json::from_str::<UTrend>(&text).unwrap(), shape);
    let text = json(&|| serde_json::to_string(&shift));
    assert_eq!(serde_json::from_str::<OptimumShift>(&text).unwrap(), shift);
    // Differences that do not vary have an infinite t, which JSON could not hold.
    let (a, b) = ([3.0, 4.0], [1.0, 2.0]);
    let contrast = Contrast {
        name: "x",
        a: &a,
        b: &b,
    };
    let found = paired_differences(&[contrast], 0.0, 0.95).unwrap();
    assert_eq!((found[0].effect_size, found[0].p_greater), (None, 0.0));
    let text = json(&|| serde_json::to_string(&found));
    assert_eq!(
        serde_json::from_str::<Vec<PairedDifference>>(&text).unwrap(),
        found
    );
}

#[test]
fn bad_input_is_refused_with_the_reason() {
    let good = vec![vec![1.0, 2.0]; 5];
    let rates = [0.0, 0.1, 1.0, 2.0, 3.0];
    let monotone = |rates: &[f64], values: &[Vec<f64>]| {
        let error = monotone_trend(rates, values, &settings());
        error.unwrap_err().to_string()
    };
    assert!(monotone(&[0.0, 0.1, 0.1, 2.0, 3.0], &good).contains("ascending order, got 0.1"));
    assert!(monotone(&[-1.0, 0.1, 0.2, 2.0, 3.0], &good).contains("[0, inf), got -1"));
    assert!(monotone(&rates, &good[..4]).contains("values must have 5 entries, got 4"));
    assert!(monotone(&rates[..2], &good[..2]).contains("rates must be in [3, inf)"));
    assert!(monotone(&rates, &vec![vec![1.0]; 5]).contains("replicates must be in [2, inf)"));
    let mut ragged = good.clone();
    ragged[3].push(1.0);
    assert!(monotone(&rates, &ragged).contains("replicates of a rate must have 2 entries, got 3"));
    let mut nan = good.clone();
    nan[4][1] = f64::NAN;
    assert!(monotone(&rates, &nan).contains("values of a rate: entry 1 is NaN"));
    let one_resample = Bootstrap {
        resamples: 1,
        ..settings()
    };
    assert!(monotone_trend(&rates, &good, &one_resample).is_err());
    assert!(u_trend(&rates, lower(&good), 0.0, 0.05, &one_resample).is_err());
    assert!(optimum_shift(&rates, lower(&good), lower(&good), &one_resample).is_err());
    let u = |rates: &[f64], ratio: f64, alpha: f64| {
        let found = u_trend(
            rates,
            lower(&good[..rates.len()]),
            ratio,
            alpha,
            &settings(),
        );
        found.unwrap_err().to_string()
    };
    assert!(
        u(&rates[..4], 0.0, 0.05).contains("positive rates must be in [4, inf) in number, got 3")
    );
    assert!(u(&rates, -0.1, 0.05).contains("test_per_train must be in [0, inf)"));
    assert!(u(&rates, 0.0, 1.0).contains("alpha must be in (0, 1)"));
    let three = vec![vec![1.0; 3]; 5];
    let shift = optimum_shift(&rates, lower(&good), lower(&three), &settings()).unwrap_err();
    assert!(
        shift
            .to_string()
            .contains("replicates of b must have 2 entries, got 3")
    );
    let refuse = |a: &[f64], b: &[f64], level: f64| {
        let contrast = Contrast { name: "x", a, b };
        paired_differences(&[contrast], 0.0, level)
            .unwrap_err()
            .to_string()
    };
    assert!(refuse(&[1.0], &[2.0], 0.95).contains("pairs must be in [2, inf)"));
    assert!(refuse(&[1.0, 2.0], &[2.0], 0.95).contains("b must have 2 entries, got 1"));
    assert!(refuse(&[1.0, 2.0], &[2.0, 5.0], 1.5).contains("level must be in (0, 1)"));
    let none = paired_differences(&[], 0.0, 0.95).unwrap_err().to_string();
    assert!(none.contains("contrasts must not be empty"));
    assert!(expanded_percentile_interval(&[1.0, 2.0], 1, 0.95).is_err());
}

#[test]
fn support_needs_the_whole_interval() {
    let at = |low, high| Estimate {
        mean: 0.5 * (low + high),
        low,
        high,
        n: 5,
    };
    let cases = [
        (at(0.1, 0.2), Support::Supported, Support::Contradicted),
        (at(-0.2, -0.1), Support::Contradicted, Support::Supported),
        (at(-0.1, 0.1), Support::Undecided, Support::Undecided),
        (at(0.0, 0.1), Support::Undecided, Support::Undecided),
        (at(-0.1, 0.0), Support::Undecided, Support::Undecided),
    ];
    for (interval, above, below) in cases {
        assert_eq!(support(&interval, 0.0, Side::Above), above, "{interval:?}");
        assert_eq!(support(&interval, 0.0, Side::Below), below, "{interval:?}");
    }
    assert_eq!(
        support(&at(1.0, 2.0), f64::NAN, Side::Above),
        Support::Undecided
    );
}
