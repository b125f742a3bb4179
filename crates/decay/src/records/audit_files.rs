//! What an audit leaves on disk: everything as JSON, and the curves as CSV.

use decay_audit::Audit;
use decay_audit::recalibration::Recalibrated;
use decay_report::{Finding, ReportError};
use serde::Serialize;

use super::audit_findings;
use crate::audit::{AuditResult, Detections, Robustness, Shifts};
use decay_report::text::csv_field;

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
            .map(|found| ("detection.csv", detection_csv(found))),
        found
            .shifts
            .as_ref()
            .map(|found| ("corruptions.csv", shifts_csv(found))),
        found
            .robustness
            .as_ref()
            .map(|found| ("robustness.csv", robustness_csv(found))),
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

fn detection_csv(found: &Detections) -> String {
    let mut csv = "data,near,score,metric,value,low,high\n".to_owned();
    for set in &found.sets {
        for (score, detection) in &set.scores {
            for (metric, estimate) in [
                ("auroc", detection.auroc),
                ("aupr_in", detection.aupr_in),
                ("aupr_out", detection.aupr_out),
                ("fpr95", detection.fpr95),
            ] {
                csv.push_str(&format!(
                    "{},{},{score},{metric},{},{},{}\n",
                    csv_field(&set.data),
                    set.near,
                    estimate.mean,
                    estimate.low,
                    estimate.high
                ));
            }
        }
    }
    csv
}

fn shifts_csv(found: &Shifts) -> String {
    let mut csv = "corruption,severity,accuracy,low,high,ece\n".to_owned();
    for one in &found.corruptions {
        for (place, (accuracy, ece)) in one.accuracy.iter().zip(&one.ece).enumerate() {
            csv.push_str(&format!(
                "{},{},{},{},{},{ece}\n",
                one.corruption,
                place + 1,
                accuracy.mean,
                accuracy.low,
                accuracy.high
            ));
        }
    }
    csv
}

fn robustness_csv(found: &Robustness) -> String {
    let mut csv = "norm,radius,kind,accuracy,low,high\n".to_owned();
    for one in &found.norms {
        let kinds = [("noise", &one.noise), ("attacked", &one.attacked)].into_iter();
        let certified = one.certified.iter().map(|c| (c.certificate, &c.accuracy));
        for (kind, estimates) in kinds.chain(certified) {
            for (radius, estimate) in one.radii.iter().zip(estimates) {
                csv.push_str(&format!(
                    "{},{radius},{kind},{},{},{}\n",
                    one.norm, estimate.mean, estimate.low, estimate.high
                ));
            }
        }
    }
    csv
}
