//! What a comparison finds, in numbers and in words.

use serde::{Deserialize, Serialize};

use crate::significance::holm;
use crate::{Better, Estimate, Metric, Unit};

/// Where a p-value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceTest {
    /// [`mcnemar_exact`](crate::significance::mcnemar_exact).
    McNemar,
    /// [`delong_test`](crate::significance::delong_test).
    DeLong,
    /// The smallest level at which the bootstrap interval reaches 0: twice the rarer sign's share of the
    /// replicates, `2 (1 + rarer) / (1 + resamples)`, at most 1.
    Bootstrap,
}

/// What the rows allow to be said of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The first model is better.
    FirstBetter,
    /// The second model is better.
    SecondBetter,
    /// No difference can be seen; which is not to say that there is none.
    NoDifferenceSeen,
}

/// One metric of two models `A` and `B`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The metric.
    pub metric: String,
    /// What its figures are counted in: `points` (hundredths), `nats`, or nothing.
    pub unit: String,
    /// Which way it improves.
    pub better: Better,
    /// The figure of `A`.
    pub a: f64,
    /// The figure of `B`.
    pub b: f64,
    /// `B - A` with its interval, for this metric alone.
    pub difference: Estimate,
    /// Where `p` comes from.
    pub test: DifferenceTest,
    /// Two-sided p-value of no difference, for this metric alone.
    pub p: f64,
    /// Holm's adjusted p-value over all metrics of the comparison; the verdict goes by it.
    pub p_adjusted: f64,
    /// What can be said.
    pub verdict: Verdict,
}

/// Two models on the same rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// One entry per metric.
    pub differences: Vec<Difference>,
    /// Number of rows.
    pub rows: usize,
    /// Confidence level of the intervals; a verdict needs an adjusted p-value of at most one minus it.
    pub level: f64,
    /// Number of bootstrap resamples.
    pub resamples: usize,
}

/// A metric before the p-values know of each other.
pub(crate) struct Finding {
    pub(crate) metric: &'static Metric,
    pub(crate) better: Better,
    pub(crate) a: f64,
    pub(crate) b: f64,
    pub(crate) difference: Estimate,
    pub(crate) test: DifferenceTest,
    pub(crate) p: f64,
}

/// Adjusts the p-values and reaches the verdicts.
pub(crate) fn judged(findings: Vec<Finding>, level: f64) -> Vec<Difference> {
    let raw: Vec<f64> = findings.iter().map(|finding| finding.p).collect();
    let adjusted = holm(&raw);
    findings
        .into_iter()
        .zip(adjusted)
        .map(|(finding, p_adjusted)| Difference {
            verdict: verdict(&finding, p_adjusted, level),
            unit: finding.metric.unit.word().to_owned(),
            metric: finding.metric.key.to_owned(),
            better: finding.better,
            a: finding.a,
            b: finding.b,
            difference: finding.difference,
            test: finding.test,
            p: finding.p,
            p_adjusted,
        })
        .collect()
}

fn verdict(finding: &Finding, p_adjusted: f64, level: f64) -> Verdict {
    let rises = finding.difference.mean > 0.0;
    if p_adjusted > 1.0 - level || finding.difference.mean == 0.0 {
        Verdict::NoDifferenceSeen
    } else if rises == (finding.better == Better::Higher) {
        Verdict::SecondBetter
    } else {
        Verdict::FirstBetter
    }
}

impl Difference {
    /// The verdict as a sentence, such as "B is better by 1.2 points (0.4 to 2.0), p = 0.003".
    ///
    /// The interval is the metric's own, `p` is adjusted for the other metrics.
    pub fn words(&self, name_a: &str, name_b: &str) -> String {
        let scale = if self.unit == Unit::Points.word() {
            100.0
        } else {
            1.0
        };
        let Estimate {
            mean, low, high, ..
        } = self.difference;
        let (mean, low, high) = (scale * mean, scale * low, scale * high);
        let unit = if self.unit.is_empty() {
            String::new()
        } else {
            format!(" {}", self.unit)
        };
        let p = p_in_words(self.p_adjusted);
        let better = |name: &str, [by, low, high]: [f64; 3]| {
            let digits = digits(high - low);
            format!(
                "{name} is better by {by:.digits$}{unit} ({low:.digits$} to {high:.digits$}), {p}"
            )
        };
        let (rising, falling) = ([mean, low, high], [-mean, -high, -low]);
        match (self.verdict, self.better) {
            (Verdict::NoDifferenceSeen, _) => {
                let digits = digits(high - low);
                format!("no difference can be seen ({low:.digits$} to {high:.digits$}{unit}), {p}")
            }
            (Verdict::SecondBetter, Better::Higher) => better(name_b, rising),
            (Verdict::SecondBetter, Better::Lower) => better(name_b, falling),
            (Verdict::FirstBetter, Better::Higher) => better(name_a, falling),
            (Verdict::FirstBetter, Better::Lower) => better(name_a, rising),
        }
    }
}

/// Decimals that show an interval's width with two digits.
fn digits(width: f64) -> usize {
    if width > 0.0 && width.is_finite() {
        (1.0 - width.log10().floor()).clamp(0.0, 9.0) as usize
    } else {
        3
    }
}

fn p_in_words(p: f64) -> String {
    match p {
        0.0995.. => format!("p = {p:.2}"),
        0.001.. => format!("p = {p:.3}"),
        _ => "p < 0.001".to_owned(),
    }
}
