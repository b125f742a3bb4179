//! An audit as files, sections of the page and sentences, a file for each of its parts.

mod confidence;
mod corruptions;
mod detection;
mod metrics;
mod robustness;

pub(crate) use metrics::{audit_note, audit_table, metric_rows};

use decay_audit::recalibration::Recalibrated;
use decay_audit::{Audit, Estimate};
use decay_report::text::number;
use decay_report::{Finding, ReportError, Section};
use serde::Serialize;

use super::counted;
use crate::audit::{AuditResult, Detections, HeldOutAudit, Robustness, Shifts};

/// Every part that was measured.
pub(crate) fn audit_sections(found: &AuditResult) -> Vec<Section> {
    let parts = [
        confidence::section(&found.metrics),
        found.detections.as_ref().map(detection::section),
        found.shifts.as_ref().map(corruptions::section),
        found.robustness.as_ref().map(robustness::section),
    ];
    parts.into_iter().flatten().collect()
}

/// What the audit found: accuracy and confidence, or errors; then outliers.
pub(crate) fn audit_findings(found: &AuditResult, target: &str) -> Vec<Finding> {
    let held_out = &found.metrics;
    let mut findings: Vec<Finding> = confidence::accuracy(held_out).into_iter().collect();
    findings.extend(confidence::verdict(held_out));
    let others = [
        confidence::error(held_out, target),
        detection::finding(found),
        corruptions::finding(found),
        robustness::finding(found),
    ];
    findings.extend(others.into_iter().flatten());
    findings
}

/// The file `audit.json`: metrics under their names at the top level, then what they rest on, then the other parts.
#[derive(Serialize)]
struct AuditFile<'a> {
    #[serde(flatten)]
    audit: &'a Audit,
    rows: usize,
    ood_data: Option<&'a str>,
    ood_rows: usize,
    recalibrated: &'a [Recalibrated],
    detection: Option<&'a Detections>,
    shifts: Option<&'a Shifts>,
    robustness: Option<&'a Robustness>,
    verdict: Vec<Finding>,
}

/// Names and bytes of the files.
pub(crate) fn audit_files(
    found: &AuditResult,
) -> Result<Vec<(&'static str, Vec<u8>)>, ReportError> {
    let outliers = found.metrics.outliers.as_ref();
    let file = AuditFile {
        audit: &found.metrics.audit,
        rows: found.metrics.rows,
        ood_data: outliers.map(|(name, _)| name.as_str()),
        ood_rows: outliers.map_or(0, |(_, rows)| *rows),
        recalibrated: &found.metrics.recalibrated,
        detection: found.detections.as_ref(),
        shifts: found.shifts.as_ref(),
        robustness: found.robustness.as_ref(),
        verdict: audit_findings(found, ""),
    };
    let tables = [
        found
            .detections
            .as_ref()
            .map(|found| ("detection.csv", detection::csv(found))),
        found
            .shifts
            .as_ref()
            .map(|found| ("corruptions.csv", corruptions::csv(found))),
        found
            .robustness
            .as_ref()
            .map(|found| ("robustness.csv", robustness::csv(found))),
    ];
    let mut files = vec![("audit.json", decay_report::to_json("audit.json", &file)?)];
    files.extend(
        tables
            .into_iter()
            .flatten()
            .map(|(name, csv)| (name, csv.into_bytes())),
    );
    Ok(files)
}

fn with_interval(estimate: &Estimate) -> String {
    let Estimate {
        mean, low, high, ..
    } = *estimate;
    format!("{} ({} – {})", number(mean), number(low), number(high))
}

/// `0.975 (95 % interval 0.961 to 0.988)`
fn figure(held_out: &HeldOutAudit, estimate: &Estimate) -> String {
    let percent = (held_out.audit.level * 100.0).round();
    format!(
        "{} ({percent} % interval {} to {})",
        number(estimate.mean),
        number(estimate.low),
        number(estimate.high)
    )
}

fn basis(held_out: &HeldOutAudit) -> String {
    format!(
        "Mean of {} on {} rows that no choice has seen.",
        counted(held_out.audit.members, "model"),
        held_out.rows
    )
}
