//! Two models on the same resamples.

use super::difference::{Comparison, DifferenceTest, Finding, judged};
use crate::audit::{interval_of_difference, regression_prepared, targets_fit};
use crate::check::{labels_possible, length};
use crate::distribution::normal_quantile;
use crate::interval::{Bootstrap, Draw, covering};
use crate::metric::{LabelTruth, Metric, Prepared};
use crate::ood::OodScore;
use crate::significance::{delong_test, mcnemar_exact};
use crate::{AuditConfig, Better, Logits, MemberPredictions, Result, TargetPredictions};

/// One of two classifiers.
#[derive(Debug, Clone, Copy)]
pub struct ComparedLogits<'a> {
    /// `[rows, classes]`.
    pub logits: &'a Logits<'a>,
    /// `[out-of-distribution rows, classes]`; for both models or for none.
    pub outside: Option<&'a Logits<'a>>,
}

/// Compares two classifiers on the same rows.
///
/// | metric | interval of `B - A` | p-value |
/// | :-- | :-- | :-- |
/// | `accuracy` | paired bootstrap | McNemar, exact |
/// | `nll`, `brier`, `aurc` | paired bootstrap | bootstrap |
/// | `ece`, `ece_equal_mass`, `ece_classwise`, `smooth_ece` | paired bootstrap, centred | bootstrap, centred |
/// | `auroc_*` by every [`OodScore`], if `outside` is given | DeLong, paired | DeLong, paired |
///
/// # Shapes
/// - `a`, `b`: the same rows, classes and outside rows; `labels`: `[rows]`
///
/// # Errors
/// Labels that do not fit, models of different shapes, outside rows for one model only or fewer than
/// two, settings out of range.
///
/// # Source
/// Efron & Tibshirani 1993 for the bootstrap; see [`mcnemar_exact`] and [`delong_test`].
pub fn compare_classifiers(
    a: ComparedLogits<'_>,
    b: ComparedLogits<'_>,
    labels: &[usize],
    config: &AuditConfig,
) -> Result<Comparison> {
    config.check()?;
    length("rows of B", b.logits.rows(), a.logits.rows())?;
    length("classes of B", b.logits.classes(), a.logits.classes())?;
    let (mut first, mut second) = (
        prepared(a.logits, labels, config)?,
        prepared(b.logits, labels, config)?,
    );
    let (rows, settings) = (labels.len(), &config.bootstrap);
    let mut findings = paired_findings(&mut first, &mut second, rows, settings)?;
    let test = mcnemar_exact(&a.logits.hits(labels)?, &b.logits.hits(labels)?)?;
    for finding in findings.iter_mut().filter(|f| f.metric.key == "accuracy") {
        (finding.p, finding.test) = (test.p, DifferenceTest::McNemar);
    }
    findings.extend(detection_findings(a, b, settings.level)?);
    Ok(comparison(findings, rows, settings))
}

/// Compares two regressions on the same rows: `rmse`, `mae` and the score of what they say beside a value, such as `nll`.
///
/// Intervals and p-values by paired bootstrap. `mse` and `r2` on the same rows differ in the same
/// direction as `rmse` and ask no question of their own.
///
/// # Shapes
/// - `a`, `b`: `[rows]` predictions; `targets`: `[rows]`
///
/// # Errors
/// Lengths that differ, values that are not finite, variances not positive, models of different kinds,
/// settings out of range.
pub fn compare_regressions(
    a: MemberPredictions<'_>,
    b: MemberPredictions<'_>,
    targets: &[f64],
    settings: &Bootstrap,
) -> Result<Comparison> {
    let members = &[a, b];
    compare_targets(&[TargetPredictions { members, targets }], settings)
}

/// The same of several targets at once, by the mean of each metric over the targets; the members of each are the two models.
///
/// The caller brings predictions and targets to units that can be added.
///
/// # Errors
/// As [`compare_regressions`]; no targets, targets of different rows, and other than two members.
pub fn compare_targets(all: &[TargetPredictions<'_>], settings: &Bootstrap) -> Result<Comparison> {
    settings.check()?;
    let (rows, models) = targets_fit(all)?;
    length("models", models, 2)?;
    let plain = AuditConfig::default().settings(None, None);
    let [mut first, mut second] = [0, 1].map(|model| regression_prepared(all, model, plain));
    let findings = paired_findings(&mut first, &mut second, rows, settings)?;
    Ok(comparison(findings, rows, settings))
}

/// Compares two models of labels on the same rows, by every metric of labels that models are compared by.
///
/// Intervals and p-values by paired bootstrap over rows, each with all of its labels.
///
/// # Shapes
/// - `a`, `b`: `[rows * labels]`, as [`label_logits`](crate::label_logits) makes them; `flags`: `[labels]` of `[rows]`
///
/// # Errors
/// Logits that do not fit the labels or make them impossible, settings out of range.
pub fn compare_labels(
    a: &Logits<'_>,
    b: &Logits<'_>,
    flags: &[Vec<bool>],
    settings: &Bootstrap,
) -> Result<Comparison> {
    settings.check()?;
    let truth = LabelTruth::new(flags)?;
    let plain = AuditConfig::default().settings(None, None);
    labels_possible(a, &truth.pooled)?;
    labels_possible(b, &truth.pooled)?;
    let mut first = Prepared::labels(a.borrowed(), None, &truth, plain)?;
    let mut second = Prepared::labels(b.borrowed(), None, &truth, plain)?;
    let findings = paired_findings(&mut first, &mut second, truth.rows(), settings)?;
    Ok(comparison(findings, truth.rows(), settings))
}

fn comparison(findings: Vec<Finding>, rows: usize, settings: &Bootstrap) -> Comparison {
    Comparison {
        differences: judged(findings, settings.level),
        rows,
        level: settings.level,
        resamples: settings.resamples,
    }
}

fn prepared<'a>(
    logits: &'a Logits<'_>,
    labels: &'a [usize],
    config: &AuditConfig,
) -> Result<Prepared<'a>> {
    labels_possible(logits, labels)?;
    let settings = config.settings(None, None);
    let logits = logits.borrowed();
    Ok(Prepared::classifier(logits, None, labels, settings))
}

/// Every metric that models are compared by, of `B - A` with both models on the same rows and resamples.
fn paired_findings(
    a: &mut Prepared<'_>,
    b: &mut Prepared<'_>,
    rows: usize,
    settings: &Bootstrap,
) -> Result<Vec<Finding>> {
    let mut draw = Draw::all(rows, 0);
    let figures = a.resampled(&draw).into_iter().zip(b.resampled(&draw));
    let compared: Vec<_> = figures
        .filter_map(|((metric, a), (_, b))| Some((metric, metric.direction.better()?, a, b)))
        .filter(|(metric, ..)| metric.compared)
        .collect();
    let metrics: Vec<&Metric> = compared.iter().map(|(metric, ..)| *metric).collect();
    let mut replicates = vec![Vec::with_capacity(settings.resamples); metrics.len()];
    let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
    for index in 0..settings.resamples {
        draw.redraw(settings.seed, index as u64);
        of_a.clear();
        of_b.clear();
        a.evaluate(&metrics, &draw, &mut of_a);
        b.evaluate(&metrics, &draw, &mut of_b);
        for (column, (a, b)) in replicates.iter_mut().zip(of_a.iter().zip(&of_b)) {
            column.push(b - a);
        }
    }
    let finding = |((metric, better, a, b), mut replicates): (
        (&'static Metric, Better, f64, f64),
        Vec<f64>,
    )| {
        let difference = interval_of_difference(metric, b - a, &mut replicates, settings.level)?;
        Ok(Finding {
            metric,
            better,
            a,
            b,
            difference: covering(b - a, difference.interval, rows),
            test: DifferenceTest::Bootstrap,
            p: sign_p(&replicates, difference.bias),
        })
    };
    compared.into_iter().zip(replicates).map(finding).collect()
}

/// Twice the share of the rarer sign among replicates less `offset`, as if one more had each sign.
fn sign_p(replicates: &[f64], offset: f64) -> f64 {
    let count = |keep: &dyn Fn(f64) -> bool| {
        replicates.iter().filter(|&&r| keep(r - offset)).count() as f64
    };
    let rarer = count(&|r| r <= 0.0).min(count(&|r| r >= 0.0));
    (2.0 * (1.0 + rarer) / (1.0 + replicates.len() as f64)).min(1.0)
}

fn detection_findings(
    a: ComparedLogits<'_>,
    b: ComparedLogits<'_>,
    level: f64,
) -> Result<Vec<Finding>> {
    let rows_of = |model: ComparedLogits<'_>| model.outside.map_or(0, Logits::rows);
    length("out-of-distribution rows of B", rows_of(b), rows_of(a))?;
    let (Some(outside_a), Some(outside_b)) = (a.outside, b.outside) else {
        return Ok(Vec::new());
    };
    let is_outside: Vec<bool> = (0..a.logits.rows() + outside_a.rows())
        .map(|row| row >= a.logits.rows())
        .collect();
    let z = normal_quantile(0.5 + level / 2.0);
    let finding = |(metric, score): (&'static Metric, OodScore)| {
        let joined = |inside, outside| [score.of(inside), score.of(outside)].concat();
        let (of_a, of_b) = (joined(a.logits, outside_a), joined(b.logits, outside_b));
        let test = delong_test(&is_outside, &of_a, &of_b)?;
        let difference = test.auroc_b - test.auroc_a;
        let [[var_a, cross], [_, var_b]] = test.covariance;
        let half = z * (var_a + var_b - 2.0 * cross).max(0.0).sqrt();
        let interval = (difference - half, difference + half);
        Ok(Finding {
            metric,
            better: Better::Higher,
            a: test.auroc_a,
            b: test.auroc_b,
            difference: covering(difference, interval, is_outside.len()),
            test: DifferenceTest::DeLong,
            p: test.p_two_sided,
        })
    };
    let of_scores = Metric::ALL.iter().filter(|metric| metric.compared);
    of_scores
        .filter_map(|metric| Some((metric, metric.outlier_score()?)))
        .map(finding)
        .collect()
}
