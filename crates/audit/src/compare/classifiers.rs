//! Two classifiers on the same labelled rows.

use super::difference::{Better, Comparison, DifferenceTest, Finding, judged};
use super::mcnemar_exact;
use super::paired::paired_findings;
use crate::accuracy::correct;
use crate::audit::{Judged, Panels, calibration_panels};
use crate::distribution::normal_quantile;
use crate::finite::length;
use crate::interval::covering;
use crate::labels::labels_possible;
use crate::ood::OodScore;
use crate::significance::delong_test;
use crate::{AuditConfig, Logits, Result};

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
    let (mut panels_a, mut panels_b) = (
        panels(a.logits, labels, config)?,
        panels(b.logits, labels, config)?,
    );
    let settings = &config.bootstrap;
    let rows = labels.len();
    let mut findings = paired_findings(&mut panels_a, &mut panels_b, rows, settings, better)?;
    let test = mcnemar_exact(&correct(a.logits, labels)?, &correct(b.logits, labels)?)?;
    for finding in findings.iter_mut().filter(|f| f.metric == "accuracy") {
        (finding.p, finding.test) = (test.p, DifferenceTest::McNemar);
    }
    findings.extend(detection_findings(a, b, settings.level)?);
    Ok(Comparison {
        differences: judged(findings, settings.level),
        rows,
        level: settings.level,
        resamples: settings.resamples,
    })
}

/// The metrics that have a better end. A largest gap is left out: which bin has it changes with every
/// resample, which a bootstrap cannot follow.
fn better(metric: &str) -> Option<Better> {
    match metric {
        "accuracy" => Some(Better::Higher),
        "nll" | "brier" | "ece" | "ece_equal_mass" | "ece_classwise" | "smooth_ece" | "aurc" => {
            Some(Better::Lower)
        }
        _ => None,
    }
}

fn panels(logits: &Logits<'_>, labels: &[usize], config: &AuditConfig) -> Result<Panels> {
    labels_possible(logits, labels)?;
    calibration_panels(&Judged::new(logits, labels), None, config)
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
    let finding = |score: OodScore| {
        let joined = |inside, outside| [score.of(inside), score.of(outside)].concat();
        let (of_a, of_b) = (joined(a.logits, outside_a), joined(b.logits, outside_b));
        let test = delong_test(&is_outside, &of_a, &of_b)?;
        let difference = test.auroc_b - test.auroc_a;
        let [[var_a, cross], [_, var_b]] = test.covariance;
        let half = z * (var_a + var_b - 2.0 * cross).max(0.0).sqrt();
        let interval = (difference - half, difference + half);
        Ok(Finding {
            metric: format!("auroc_{}", score.name()),
            better: Better::Higher,
            a: test.auroc_a,
            b: test.auroc_b,
            difference: covering(difference, interval, is_outside.len()),
            test: DifferenceTest::DeLong,
            p: test.p_two_sided,
        })
    };
    OodScore::ALL.into_iter().map(finding).collect()
}
