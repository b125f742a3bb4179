//! Tests, intervals and corrections against scipy, statsmodels, scikit-learn and MLstatkit.

use decay_audit::interval::{
    ProportionMethod, mean_interval, percentile_interval, proportion_interval,
};
use decay_audit::significance::{
    average_ranks, corrected_resampled_t_test, delong_test, holm, pearson, spearman,
};
use decay_audit::{one_standard_error_rule, summarise};

use crate::golden::cases;

const FILE: &str = "stats.json";

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = |from_end: usize| sorted[(sorted.len() - from_end) / 2];
    0.5 * (middle(1) + middle(0).max(middle(1)))
}

fn differences(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

#[test]
fn oracle_paired_t_test() {
    for case in cases(FILE, |name| name.starts_with("paired_t_")) {
        let (a, b) = (case.values("/a"), case.values("/b"));
        let test = corrected_resampled_t_test(&a, &b, 0.0).unwrap();
        case.check("/t", &[test.t]);
        case.check("/df", &[test.df]);
        case.check("/p_two_sided", &[test.p_two_sided]);
        case.check("/p_less", &[test.p_less]);
        case.check("/p_greater", &[test.p_greater]);
        case.check("/mean_difference", &[test.mean_difference]);
        let (low, high) = test.interval(0.95).unwrap();
        case.check("/ci95_low", &[low]);
        case.check("/ci95_high", &[high]);
        let d = differences(&a, &b);
        let interval = mean_interval(&d, 0.95).unwrap();
        case.check("/ci95_low", &[interval.low]);
        case.check("/ci95_high", &[interval.high]);
        let spread = summarise(&d).unwrap();
        case.check("/effect_size_dz", &[spread.mean / spread.sd.unwrap()]);
    }
}

/// Depends on ties in `bootstrap_median`: of 201 medians eleven are different, and a quantile between equal ones is that value whichever of
/// numpy's rules interpolates.
#[test]
fn oracle_bootstrap_intervals_on_given_resamples() {
    for case in cases(FILE, |name| {
        name == "bootstrap_mean" || name == "bootstrap_median"
    }) {
        let statistic = if case.name == "bootstrap_mean" {
            mean
        } else {
            median
        };
        let x = case.values("/x");
        let resample =
            |rows: &[usize]| statistic(&rows.iter().map(|&row| x[row]).collect::<Vec<_>>());
        let replicates: Vec<f64> = case
            .indices("/indices")
            .chunks_exact(x.len())
            .map(resample)
            .collect();
        let (estimate, level) = (statistic(&x), case.param("/level"));
        case.check("/estimate", &[estimate]);
        case.check("/replicates", &replicates);
        case.check(
            "/standard_error",
            &[summarise(&replicates).unwrap().sd.unwrap()],
        );
        let (low, high) = percentile_interval(&replicates, level).unwrap();
        case.check("/percentile", &[low, high]);
    }
}

#[test]
fn oracle_bootstrap_of_paired_differences() {
    for case in cases(FILE, |name| name == "bootstrap_paired_difference") {
        let d = differences(&case.values("/a"), &case.values("/b"));
        let resample = |rows: &[usize]| mean(&rows.iter().map(|&row| d[row]).collect::<Vec<_>>());
        let replicates: Vec<f64> = case
            .indices("/indices")
            .chunks_exact(d.len())
            .map(resample)
            .collect();
        case.check("/estimate", &[mean(&d)]);
        let (low, high) = percentile_interval(&replicates, case.param("/level")).unwrap();
        case.check("/percentile", &[low, high]);
        let above = replicates.iter().filter(|r| **r > 0.0).count() as f64;
        case.check("/share_above_zero", &[above / replicates.len() as f64]);
    }
}

/// Depends on ties in `correlation_ties`: equal values share their mean rank, scipy's `average`.
#[test]
fn oracle_correlation() {
    for case in cases(FILE, |name| name.starts_with("correlation_")) {
        let (x, y) = (case.values("/x"), case.values("/y"));
        let (rho, r) = (spearman(&x, &y).unwrap(), pearson(&x, &y).unwrap());
        case.check("/spearman", &[rho.coefficient]);
        case.check("/spearman_p", &[rho.p_two_sided]);
        case.check("/pearson", &[r.coefficient]);
        case.check("/pearson_p", &[r.p_two_sided]);
        case.check("/ranks_x", &average_ranks(&x));
        case.check("/ranks_y", &average_ranks(&y));
    }
}

#[test]
fn oracle_proportion_intervals() {
    let methods = [
        ("clopper_pearson", ProportionMethod::ClopperPearson),
        ("wilson", ProportionMethod::Wilson),
    ];
    for case in cases(FILE, |name| name.starts_with("proportion_intervals_")) {
        let (counts, totals) = (case.indices("/counts"), case.indices("/totals"));
        for (name, method) in methods {
            let mut ends = Vec::new();
            for (&count, &total) in counts.iter().zip(&totals) {
                let level = case.param("/level");
                let interval =
                    proportion_interval(count as u64, total as u64, level, method).unwrap();
                ends.extend([interval.low, interval.high]);
            }
            case.check(&format!("/{name}"), &ends);
        }
    }
}

#[test]
fn oracle_one_standard_error_rule() {
    for case in cases(FILE, |name| name == "one_standard_error_rule") {
        let rates = case.values("/lambda");
        let errors = case.values("/fold_errors");
        let folds: Vec<Vec<f64>> = errors
            .chunks_exact(rates.len())
            .map(<[f64]>::to_vec)
            .collect();
        let rule = one_standard_error_rule(&rates, &folds).unwrap();
        case.check("/mean", &rule.mean);
        case.check("/standard_error", &rule.standard_error);
        case.check("/best_index", &[rule.best_index as f64]);
        case.check("/threshold", &[rule.threshold]);
        case.check("/one_se_index", &[rule.one_se_index as f64]);
        case.check("/one_se_lambda", &[rates[rule.one_se_index]]);
    }
}

/// Depends on ties: nearly half of the scores are equal to another, and count half in areas and placements.
#[test]
fn oracle_delong_test() {
    for case in cases(FILE, |name| name == "auc_delong") {
        let (a, b) = (case.values("/scores_a"), case.values("/scores_b"));
        let test = delong_test(&case.flags("/labels"), &a, &b).unwrap();
        case.check("/auc_a", &[test.auroc_a]);
        case.check("/auc_b", &[test.auroc_b]);
        case.check("/covariance", &test.covariance.concat());
        case.check("/z", &[test.z]);
        case.check("/p_two_sided", &[test.p_two_sided]);
    }
}

/// Equal p-values are in any order: Holm's running maximum gives each of them the same.
#[test]
fn oracle_multiple_testing() {
    for case in cases(FILE, |name| name == "multiple_testing") {
        let p = case.values("/p");
        case.check("/holm", &holm(&p));
    }
}

/// Networks that agree have no spread, though a mean of such values may be off by its last digit.
#[test]
fn equal_values_have_no_spread() {
    for value in [0.1, 1.0 / 3.0, -0.7, 123.456] {
        for n in 2..40 {
            let spread = summarise(&vec![value; n]).unwrap();
            assert_eq!(
                (spread.mean, spread.sd, spread.se),
                (value, Some(0.0), Some(0.0))
            );
        }
    }
}
