//! An audit as files, sections of the page and sentences, a file for each of its parts.

mod confidence;
mod corruptions;
mod details;
mod detection;
mod metrics;
mod robustness;

pub(in crate::audit) use details::table as table_of_details;
pub(crate) use metrics::{note, rows, table, terminal_rows};

use std::collections::BTreeMap;

use decay_audit::recalibration::Recalibrated;
use decay_audit::{Estimate, Figures};
use decay_report::text::{number, plus_minus};
use decay_report::{Alone, Finding, ReportError, Section};
use serde::Serialize;

use super::{Detections, HeldOutFigures, Measurements, Robustness, Shifts};

/// Every part that was measured.
pub(crate) fn sections(found: &Measurements) -> Vec<Section> {
    let networks = found.held_out.figures.members;
    let detection = |found| detection::section(found, networks);
    let first = details::sections(found).into_iter();
    let parts = [
        confidence::section(&found.held_out),
        found.detections.as_ref().map(detection),
        found.shifts.as_ref().map(corruptions::section),
        found.robustness.as_ref().map(robustness::section),
    ];
    first.chain(parts.into_iter().flatten()).collect()
}

/// What the audit found: accuracy and confidence, or errors; then outliers.
pub(crate) fn findings(found: &Measurements) -> Vec<Finding> {
    let accuracy = confidence::accuracy(&found.held_out);
    let accuracy = accuracy.or_else(|| confidence::labels(&found.held_out));
    let accuracy = accuracy.into_iter();
    let errors = confidence::errors(found);
    let others = [
        detection::finding(found),
        corruptions::finding(found),
        robustness::finding(found),
        confidence::left_out(&found.held_out),
    ];
    let verdict = confidence::verdict(&found.held_out);
    let others = others.into_iter().flatten();
    accuracy
        .chain(verdict)
        .chain(errors)
        .chain(details::findings(found))
        .chain(others)
        .collect()
}

/// The file `audit.json`: metrics under their names at the top level, then what they rest on, then the other parts.
#[derive(Serialize)]
struct AuditFile<'a> {
    #[serde(flatten)]
    figures: &'a Figures,
    /// Of several targets those of each.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    targets: BTreeMap<&'a str, &'a Figures>,
    rows: usize,
    ood_data: Option<&'a str>,
    ood_rows: usize,
    recalibrated: &'a [Recalibrated],
    #[serde(flatten)]
    details: details::DetailsFile<'a>,
    detection: Option<&'a Detections>,
    shifts: Option<&'a Shifts>,
    robustness: Option<&'a Robustness>,
    verdict: &'a [Finding],
}

/// Names and bytes of the files.
pub(crate) fn files(
    found: &Measurements,
    verdict: &[Finding],
) -> Result<Vec<(&'static str, Vec<u8>)>, ReportError> {
    let held_out = &found.held_out;
    let outliers = held_out.outliers.as_ref();
    let file = AuditFile {
        figures: &held_out.figures,
        targets: held_out
            .targets
            .iter()
            .map(|(name, own)| (name.as_str(), own))
            .collect(),
        rows: held_out.rows,
        ood_data: outliers.map(|(name, _)| name.as_str()),
        ood_rows: outliers.map_or(0, |(_, rows)| *rows),
        recalibrated: &held_out.recalibrated,
        details: found.into(),
        detection: found.detections.as_ref(),
        shifts: found.shifts.as_ref(),
        robustness: found.robustness.as_ref(),
        verdict,
    };
    let tables = [
        (
            "detection.csv",
            found.detections.as_ref().map(detection::csv),
        ),
        (
            "corruptions.csv",
            found.shifts.as_ref().map(corruptions::csv),
        ),
        (
            "robustness.csv",
            found.robustness.as_ref().map(robustness::csv),
        ),
    ];
    let tables = details::tables(found).into_iter().chain(tables);
    let tables = tables.filter_map(|(name, csv)| Some((name, csv?.into_bytes())));
    let json = decay_report::to_json("audit.json", &file)?;
    Ok([("audit.json", json)].into_iter().chain(tables).collect())
}

/// `value,low,high`, as fields of a CSV file.
fn fields(estimate: &Estimate) -> String {
    format!("{},{},{}", estimate.mean, estimate.low, estimate.high)
}

fn with_interval(estimate: &Estimate) -> String {
    let Estimate {
        mean, low, high, ..
    } = *estimate;
    format!("{} ({} – {})", number(mean), number(low), number(high))
}

/// `0.975 (95 % interval 0.961 to 0.988)`
fn figure(held_out: &HeldOutFigures, estimate: &Estimate) -> String {
    let percent = (held_out.figures.level * 100.0).round();
    format!(
        "{} ({percent} % interval {} to {})",
        number(estimate.mean),
        number(estimate.low),
        number(estimate.high)
    )
}

/// Who answered, on how many rows, and what one of several networks does alone.
fn basis(held_out: &HeldOutFigures, figures: &Figures, key: &str) -> String {
    let rows = held_out.rows;
    let alone = HeldOutFigures::alone(figures, key).map_or_else(String::new, |alone| {
        let Alone { mean, sd } = alone;
        let spread = plus_minus(mean, sd.unwrap_or(0.0));
        format!(" One network alone: {spread}, mean and standard deviation over the networks.")
    });
    let who = who(held_out.figures.members);
    let rows = held_out.origin.in_words(rows);
    format!("{who} {rows}.{alone}")
}

/// `All 5 networks together`, or `One network`.
fn who(networks: usize) -> String {
    match networks {
        1 => "One network".to_owned(),
        networks => format!("All {networks} networks together"),
    }
}
