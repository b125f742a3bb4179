//! Trends over rates against numpy, scipy and statsmodels.

use crate::sweep::{LOSSES, RATES, close, ends, lower, settings, table};
use decay_audit::interval::Bootstrap;
use decay_audit::trend::{
    Contrast, PairedDifference, TrendShape, expanded_percentile_interval, monotone_trend,
    paired_differences, u_trend,
};

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
