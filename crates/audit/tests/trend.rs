//! Trends over rates: against scipy and statsmodels, on their limits, and what they refuse.

mod synthetic;

use decay_audit::Estimate;
use decay_audit::compare::Better;
use decay_audit::interval::Bootstrap;
use decay_audit::trend::{
    Contrast, Figure, Monotone, OptimumShift, PairedDifference, Side, Support, TrendShape, UTrend,
    expanded_percentile_interval, monotone_trend, optimum_shift, paired_differences, support,
    u_trend,
};
use synthetic::normals;

/// A sweep with a bowl and the plateau of a ten-class loss.
const RATES: [f64; 8] = [0.0, 1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 0.1, 1.0];
const LOSSES: [[f64; 5]; 8] = [
    [0.71, 0.69, 0.74, 0.70, 0.75],
    [0.69, 0.66, 0.73, 0.71, 0.72],
    [0.61, 0.58, 0.60, 0.66, 0.63],
    [0.52, 0.50, 0.57, 0.49, 0.55],
    [0.48, 0.51, 0.50, 0.45, 0.47],
    [0.50, 0.47, 0.53, 0.49, 0.52],
    [0.93, 0.88, 0.81, 0.97, 0.90],
    [2.30, 2.30, 2.31, 2.30, 2.29],
];

fn table<const N: usize>(rows: &[[f64; N]]) -> Vec<Vec<f64>> {
    rows.iter().map(|row| row.to_vec()).collect()
}

fn map(values: &[Vec<f64>], f: impl Fn(f64) -> f64) -> Vec<Vec<f64>> {
    let row = |row: &Vec<f64>| row.iter().map(|&v| f(v)).collect();
    values.iter().map(row).collect()
}

fn lower(values: &[Vec<f64>]) -> Figure<'_> {
    let better = Better::Lower;
    Figure { values, better }
}

fn higher(values: &[Vec<f64>]) -> Figure<'_> {
    let better = Better::Higher;
    Figure { values, better }
}

fn settings() -> Bootstrap {
    Bootstrap::default()
}

fn close(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    for (got, want) in got.iter().zip(want) {
        assert!((got - want).abs() < 1e-12, "{got} instead of {want}");
    }
}

fn ends(estimate: &Estimate) -> [f64; 3] {
    [estimate.mean, estimate.low, estimate.high]
}

/// ```python
/// rates = [0, 1e-4, 1e-3, 1e-2, 0.1, 1.0]
/// rho = np.array([scipy.stats.spearmanr(rates, curve).statistic for curve in v.T])
/// scipy.stats.ttest_1samp(rho, 0).confidence_interval(0.9)
/// scipy.stats.spearmanr(rates, v.mean(1)).statistic
/// ```
#[test]
fn monotone_trend_matches_scipy() {
    let rates = [0.0, 1e-4, 1e-3, 1e-2, 0.1, 1.0];
    let values = table(&[
        [4.1, 3.7, 4.4, 3.9, 3.2],
        [3.9, 3.9, 3.1, 4.0, 3.8],
        [4.0, 3.2, 3.6, 3.1, 3.9],
        [2.8, 3.2, 2.9, 3.5, 3.0],
        [2.1, 3.4, 2.2, 3.6, 3.5],
        [1.4, 2.0, 2.5, 3.3, 3.6],
    ]);
    let at_90 = Bootstrap {
        level: 0.9,
        ..settings()
    };
    let found = monotone_trend(&rates, &values, &at_90).unwrap();
    let coefficients = [
        -0.942857142857143,
        -0.753702346348183,
        -0.8857142857142858,
        -0.5428571428571429,
        -0.028571428571428574,
    ];
    close(&found.coefficients, &coefficients);
    let expected = [
        -0.6307404692696366,
        -0.9835849808299653,
        -0.2778959577093081,
    ];
    close(&ends(&found.mean), &expected);
    close(&[found.of_mean_curve], &[-1.0]);
    assert_eq!((found.mean.n, found.bootstrap.n), (5, 5));
    assert!(found.bootstrap.low >= -0.942857142857143 && found.bootstrap.high < -0.03);
}

/// ```python
/// x = np.log10(rates[2:7])                                     # within two decades of 3e-3
/// c = [np.polyfit(x - x.mean(), y, 2)[0] for y in v[2:7].T]
/// scipy.stats.ttest_1samp(c, 0).confidence_interval(0.95)
/// m = np.polyfit(x - x.mean(), v[2:7].mean(1), 2); x.mean() - m[1] / (2 * m[0])
/// ```
#[test]
fn parabola_matches_numpy() {
    let found = u_trend(&RATES, lower(&table(&LOSSES)), 0.0, 0.05, &settings()).unwrap();
    let parabola = &found.parabola;
    let curvatures = [
        0.12912737956002,
        0.11154094680396155,
        0.08308236517480058,
        0.16199201729031137,
        0.12157445224018705,
    ];
    close(&parabola.curvatures, &curvatures);
    let expected = [
        0.12146343221385611,
        0.08594621658280219,
        0.15698064784491003,
    ];
    close(&ends(&parabola.curvature), &expected);
    let expected = [0.48332639523369314, 0.081087891965051, 0.12146343221385617];
    close(&parabola.coefficients, &expected);
    close(
        &[parabola.centre, parabola.vertex.unwrap()],
        &[-2.5045757490560674, -2.838371239958558],
    );
    assert_eq!((parabola.window, parabola.points), ((1e-4, 0.1), 5));
    assert!(parabola.vertex_inside);
    assert_eq!(found.shape, TrendShape::UShaped);
    assert_eq!((found.ends.best_rate, found.interior), (3e-3, 1.0));
}

/// ```python
/// scipy.stats.ttest_rel(a, b, alternative=...), .confidence_interval(0.95), d.mean() / d.std(ddof=1)
/// statsmodels.stats.multitest.multipletests(p, method="holm")[1]
/// ```
#[test]
fn paired_differences_match_scipy_and_statsmodels() {
    let of = |name, a: usize, b: usize| Contrast {
        name,
        a: &LOSSES[a],
        b: &LOSSES[b],
    };
    let family = [of("0", 4, 0), of("1", 1, 0), of("2", 4, 5), of("3", 5, 3)];
    let found = paired_differences(&family, 0.0, 0.95).unwrap();
    let column = |f: fn(&PairedDifference) -> f64| found.iter().map(f).collect::<Vec<_>>();
    close(
        &column(|d| d.difference.mean),
        &[-0.236, -0.016, -0.02, -0.024],
    );
    let low = [
        -0.2812824492965986,
        -0.03677701267367134,
        -0.06389945165425417,
        -0.04283076688348436,
    ];
    close(&column(|d| d.difference.low), &low);
    let high = [
        -0.19071755070340132,
        0.0047770126736713485,
        0.023899451654254156,
        -0.005169233116515636,
    ];
    close(&column(|d| d.difference.high), &high);
    let effect = [
        -6.471220265863559,
        -0.956182887467515,
        -0.5656854249492379,
        -1.5825131361498905,
    ];
    close(&column(|d| d.effect_size.unwrap()), &effect);
    let p = [
        0.00013260619262414036,
        0.09930068321372679,
        0.27457662909484826,
        0.024043528799373687,
    ];
    close(&column(|d| d.p_two_sided), &p);
    let adjusted = [
        0.0005304247704965615,
        0.19860136642745357,
        0.27457662909484826,
        0.07213058639812106,
    ];
    close(&column(|d| d.p_two_sided_adjusted), &adjusted);
    let less = [
        6.630309631207018e-05,
        0.049650341606863393,
        0.13728831454742413,
        0.012021764399686843,
    ];
    close(&column(|d| d.p_less), &less);
    let adjusted = [
        0.0002652123852482807,
        0.09930068321372679,
        0.13728831454742413,
        0.03606529319906053,
    ];
    close(&column(|d| d.p_less_adjusted), &adjusted);
    let greater = [
        0.9999336969036879,
        0.9503496583931366,
        0.8627116854525758,
        0.9879782356003132,
    ];
    close(&column(|d| d.p_greater), &greater);
    close(&column(|d| d.p_greater_adjusted), &[1.0; 4]);
    assert!(found.iter().all(|d| d.difference.n == 5));
}

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

/// `scipy.stats.norm.sf(np.sqrt(n / (n - 1)) * scipy.stats.t.ppf(0.975, n - 1))` for n = 5 and 20.
#[test]
fn expanded_levels_match_scipy() {
    let uniform: Vec<f64> = (0..=1000).map(|i| f64::from(i) / 1000.0).collect();
    for (n, tail) in [(5, 0.0009541005518824907), (20, 0.015880829920347974)] {
        let (low, high) = expanded_percentile_interval(&uniform, n, 0.95).unwrap();
        close(&[low, high], &[tail, 1.0 - tail]);
    }
    // Two samples ask for all there is, and get it.
    let (low, high) = expanded_percentile_interval(&uniform, 2, 0.95).unwrap();
    close(&[low, high], &[0.0, 1.0]);
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
