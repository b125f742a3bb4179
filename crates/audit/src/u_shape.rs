//! Whether a validation curve over decay rates is U-shaped, decided by a test and said in words.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::check::{ascending_rates, at_least_two, finite, length, level};
use crate::interval::mean;
use crate::one_standard_error::first_minimum;
use crate::significance::{corrected_resampled_t_test, holm};
use crate::{Better, Result};

/// Validation values of a sweep, lower is better, paired across rates.
#[derive(Debug, Clone, Copy)]
pub struct ValidationCurve<'a> {
    /// The rates, strictly ascending, at least two.
    pub rates: &'a [f64],
    /// `[rates][folds][seeds]`: every rate on the same folds and seeds.
    pub values: &'a [Vec<Vec<f64>>],
    /// Rows of a fold's validation part per row of its training part: `1 / (k - 1)` for `k` folds.
    pub test_per_train: f64,
}

/// The shape that the data support.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CurveVerdict {
    /// The best rate lies inside and both ends are significantly worse.
    UShaped,
    /// The smallest rate is best and the largest significantly worse.
    MonotoneRising,
    /// The largest rate is best and the smallest significantly worse.
    MonotoneFalling,
    /// At least one end cannot be told from the best rate.
    FlatOrUnclear,
}

/// One end of the curve against the optimum.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EndComparison {
    /// The rate at this end.
    pub rate: f64,
    /// Mean over folds of `value at the end - value at the optimum of the other folds`.
    pub difference: f64,
    /// The statistic of the corrected paired t test.
    pub t: f64,
    /// One-sided p-value of the end being worse.
    pub p: f64,
    /// The p-value after Holm's correction for the ends compared.
    pub p_adjusted: f64,
}

/// The outcome of [`u_shape_test`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CurveShape {
    /// What the curve is.
    pub verdict: CurveVerdict,
    /// Position of the rate with the smallest mean.
    pub best_index: usize,
    /// That rate.
    pub best_rate: f64,
    /// Its mean value over folds and seeds.
    pub best_mean: f64,
    /// The smallest rate against the optimum; `None` if it is the optimum.
    pub low_end: Option<EndComparison>,
    /// The largest rate against the optimum; `None` if it is the optimum.
    pub high_end: Option<EndComparison>,
    /// Number of rates.
    pub rates: usize,
    /// Number of folds, the sample size of the tests.
    pub folds: usize,
    /// Significance level.
    pub alpha: f64,
    /// Which values are good; of a figure of which more is better its negative was tested.
    #[serde(default = "lower", skip_serializing_if = "is_lower")]
    pub better: Better,
}

fn lower() -> Better {
    Better::Lower
}

fn is_lower(better: &Better) -> bool {
    *better == Better::Lower
}

/// Tests whether a validation curve has an interior optimum with significantly worse ends.
///
/// ```text
/// v_kf = mean over seeds       d_f = v_end,f - v_k*(f),f       k*(f) = argmin_k Σ_{g != f} v_kg
/// t    = mean(d) / sqrt((1/n + n_test/n_train) var(d))         n = folds, n - 1 degrees of freedom
/// ```
///
/// - Seeds within a fold share its rows, so they are averaged first and only folds count.
/// - Folds share most of their training rows, hence the correction of Nadeau & Bengio.
/// - The optimum is the luckiest of many rates. Each fold is therefore compared with the optimum of the
///   *other* folds, or a flat curve would pass as U-shaped too often.
/// - The tests are one-sided; Holm's correction covers the ends compared.
///
/// # Errors
/// Fewer than two rates or folds, rates that do not ascend, ragged or non-finite values (leave out the
/// rates at which members diverged), `alpha` outside `(0, 1)`.
///
/// # Source
/// Nadeau & Bengio 2003, <https://doi.org/10.1023/A:1024068626366>.
pub fn u_shape_test(curve: &ValidationCurve<'_>, alpha: f64) -> Result<CurveShape> {
    level("alpha", alpha)?;
    let by_rate = fold_means(curve)?;
    let means: Vec<f64> = by_rate.iter().map(|folds| mean(folds)).collect();
    let best_index = first_minimum(&means);
    let last = curve.rates.len() - 1;
    let ends: Vec<usize> = [0, last]
        .into_iter()
        .filter(|&end| end != best_index)
        .collect();
    let mut compared = Vec::with_capacity(ends.len());
    for &end in &ends {
        compared.push(compare(curve, &by_rate, end)?);
    }
    let p: Vec<f64> = compared.iter().map(|end| end.p).collect();
    for (end, adjusted) in compared.iter_mut().zip(holm(&p)) {
        end.p_adjusted = adjusted;
    }
    let at = |end: usize| {
        ends.iter()
            .position(|&e| e == end)
            .map(|place| compared[place])
    };
    let (low_end, high_end) = (at(0), at(last));
    Ok(CurveShape {
        verdict: verdict(low_end, high_end, alpha),
        best_index,
        best_rate: curve.rates[best_index],
        best_mean: means[best_index],
        low_end,
        high_end,
        rates: curve.rates.len(),
        folds: by_rate[0].len(),
        alpha,
        better: Better::Lower,
    })
}

fn verdict(low: Option<EndComparison>, high: Option<EndComparison>, alpha: f64) -> CurveVerdict {
    let worse = |end: Option<EndComparison>| end.map(|end| end.p_adjusted < alpha);
    match (worse(low), worse(high)) {
        (Some(true), Some(true)) => CurveVerdict::UShaped,
        (None, Some(true)) => CurveVerdict::MonotoneRising,
        (Some(true), None) => CurveVerdict::MonotoneFalling,
        _ => CurveVerdict::FlatOrUnclear,
    }
}

/// `[rates][folds]`, seeds averaged.
fn fold_means(curve: &ValidationCurve<'_>) -> Result<Vec<Vec<f64>>> {
    let rates = curve.rates;
    ascending_rates(rates)?;
    length("values", curve.values.len(), rates.len())?;
    let folds = curve.values[0].len();
    at_least_two("folds", folds)?;
    let seeds = curve.values[0][0].len();
    let mut out = Vec::with_capacity(rates.len());
    for rate in curve.values {
        length("folds of a rate", rate.len(), folds)?;
        for fold in rate {
            length("seeds of a fold", fold.len(), seeds)?;
            finite("validation values", fold)?;
        }
        out.push(rate.iter().map(|fold| mean(fold)).collect());
    }
    Ok(out)
}

fn compare(curve: &ValidationCurve<'_>, by_rate: &[Vec<f64>], end: usize) -> Result<EndComparison> {
    let at_optimum: Vec<f64> = (0..by_rate[0].len())
        .map(|fold| by_rate[best_without(by_rate, fold)][fold])
        .collect();
    let test = corrected_resampled_t_test(&by_rate[end], &at_optimum, curve.test_per_train)?;
    Ok(EndComparison {
        rate: curve.rates[end],
        difference: test.mean_difference,
        t: test.t,
        p: test.p_greater,
        p_adjusted: test.p_greater,
    })
}

/// The rate that is best on all folds but one.
fn best_without(by_rate: &[Vec<f64>], fold: usize) -> usize {
    let others = |folds: &Vec<f64>| {
        folds
            .iter()
            .enumerate()
            .filter(|(f, _)| *f != fold)
            .map(|(_, v)| v)
            .sum::<f64>()
    };
    first_minimum(&by_rate.iter().map(others).collect::<Vec<_>>())
}

impl CurveShape {
    /// The shape of a figure of which more is better, from the test of its negative.
    pub fn of_negated(self) -> Self {
        Self {
            best_mean: -self.best_mean,
            better: Better::Higher,
            ..self
        }
    }

    /// The verdict in words, with the numbers behind it.
    pub fn sentence(&self) -> String {
        self.sentence_about("rate")
    }

    /// The same of another hyper-parameter, whose values are called by this noun.
    pub fn sentence_about(&self, noun: &str) -> String {
        let up = self.better == Better::Higher;
        let best = format!(
            "the {} mean of {} {noun}s is {:.4}, at {}",
            if up { "highest" } else { "lowest" },
            self.rates,
            self.best_mean,
            short(self.best_rate)
        );
        let claim = match self.verdict {
            CurveVerdict::UShaped if up => "The validation curve is an inverted U".to_owned(),
            CurveVerdict::UShaped => "The validation curve is U-shaped".to_owned(),
            CurveVerdict::MonotoneRising if up => {
                format!("The validation curve falls with the {noun}")
            }
            CurveVerdict::MonotoneFalling if up => {
                format!("The validation curve rises with the {noun}")
            }
            CurveVerdict::MonotoneRising => format!("The validation curve rises with the {noun}"),
            CurveVerdict::MonotoneFalling => format!("The validation curve falls with the {noun}"),
            CurveVerdict::FlatOrUnclear if up => {
                "The data do not show an inverted U of the validation curve".to_owned()
            }
            CurveVerdict::FlatOrUnclear => {
                "The data do not show a U-shaped validation curve".to_owned()
            }
        };
        let describe = |name: &str, end: Option<EndComparison>| match end {
            Some(end) => self.end_in_words(&format!("{name} {noun}"), end),
            None => format!("the {name} {noun} is that one itself"),
        };
        format!(
            "{claim}: {best}; {}; {} (each fold against the {noun} that is best on the other folds; paired over {} folds, one-sided, \
             Nadeau-Bengio and Holm corrected).",
            describe("smallest", self.low_end),
            describe("largest", self.high_end),
            self.folds
        )
    }

    fn end_in_words(&self, name: &str, end: EndComparison) -> String {
        let p = end.p_adjusted;
        let p = if p < 1e-3 {
            "p < 0.001".to_owned()
        } else {
            format!("p = {p:.3}")
        };
        if end.p_adjusted < self.alpha {
            format!(
                "the {name}, {}, is worse on unseen folds by {:.4} ({p})",
                short(end.rate),
                end.difference
            )
        } else {
            format!(
                "the {name}, {}, is not significantly worse on unseen folds ({:+.4}, {p})",
                short(end.rate),
                end.difference
            )
        }
    }
}

/// `0.1913`, `19.44`, `1.000e-5`: four digits.
fn short(value: f64) -> String {
    if value != 0.0 && !(1e-3..1e5).contains(&value.abs()) {
        return format!("{value:.3e}");
    }
    let decimals = (3.0 - value.abs().max(1e-3).log10().floor()).max(0.0) as usize;
    let text = format!("{value:.decimals$}");
    match text.split_once('.') {
        Some(_) => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        None => text,
    }
}

impl fmt::Display for CurveShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())
    }
}
