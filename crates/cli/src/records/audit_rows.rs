//! Audited metrics for `audit.json`, the page and the terminal.

use decay_audit::{Audit, Estimate};
use decay_report::{Direction, MetricRow};
use serde::Serialize;

use crate::pipeline::HeldOutAudit;
use crate::table::{Table, number};

/// The file `audit.json`: metrics under their names at the top level, then what they rest on.
#[derive(Serialize)]
struct AuditFile<'a> {
    #[serde(flatten)]
    audit: &'a Audit,
    rows: usize,
    ood_data: Option<&'a str>,
    ood_rows: usize,
}

/// The bytes of `audit.json`.
pub(crate) fn audit_file(held_out: &HeldOutAudit) -> Result<Vec<u8>, decay_report::ReportError> {
    let outliers = held_out.outliers.as_ref();
    let file = AuditFile {
        audit: &held_out.audit,
        rows: held_out.rows,
        ood_data: outliers.map(|(name, _)| name.as_str()),
        ood_rows: outliers.map_or(0, |(_, rows)| *rows),
    };
    decay_report::to_json("audit.json", &file)
}

/// How a metric is shown: name, label and direction, in the order of the page.
const SHOWN: [(&str, &str, Direction); 19] = [
    ("accuracy", "accuracy", Direction::Higher),
    ("nll", "negative log-likelihood (nats)", Direction::Lower),
    ("brier", "Brier score", Direction::Lower),
    ("ece", "expected calibration error", Direction::Lower),
    (
        "ece_equal_mass",
        "calibration error, equal-mass bins",
        Direction::Lower,
    ),
    (
        "ece_classwise",
        "calibration error, class by class",
        Direction::Lower,
    ),
    ("mce", "maximum calibration error", Direction::Lower),
    (
        "nll_tempered",
        "NLL after temperature scaling (nats)",
        Direction::Lower,
    ),
    (
        "ece_tempered",
        "calibration error after temperature scaling",
        Direction::Lower,
    ),
    (
        "auroc_msp",
        "OOD AUROC, maximum probability",
        Direction::Higher,
    ),
    ("auroc_entropy", "OOD AUROC, entropy", Direction::Higher),
    (
        "auroc_max_logit",
        "OOD AUROC, largest logit",
        Direction::Higher,
    ),
    ("auroc_energy", "OOD AUROC, energy", Direction::Higher),
    (
        "aupr_out_msp",
        "OOD AUPR, maximum probability",
        Direction::Higher,
    ),
    (
        "fpr95_msp",
        "OOD false positives at 95 % recall, maximum probability",
        Direction::Lower,
    ),
    ("mse", "mean squared error", Direction::Lower),
    ("rmse", "root mean squared error", Direction::Lower),
    ("mae", "mean absolute error", Direction::Lower),
    ("r2", "R²", Direction::Higher),
];

/// Rows of the page's table.
pub(crate) fn metric_rows(held_out: &HeldOutAudit) -> Vec<MetricRow> {
    let row = |(name, label, direction): &(&str, &str, Direction)| {
        let Estimate { mean, low, high, n } = *held_out.audit.metrics.get(*name)?;
        Some(MetricRow {
            name: (*name).to_owned(),
            label: (*label).to_owned(),
            mean,
            low,
            high,
            n,
            direction: *direction,
            note: note(name, held_out),
        })
    };
    SHOWN.iter().filter_map(row).collect()
}

fn note(name: &str, held_out: &HeldOutAudit) -> String {
    let ood = ["auroc", "aupr", "fpr95"]
        .iter()
        .any(|start| name.starts_with(start));
    let spread = held_out
        .audit
        .over_members
        .get(name)
        .and_then(|spread| spread.sd);
    let mut parts = Vec::new();
    if let (true, Some((data, _))) = (ood, &held_out.outliers) {
        parts.push(format!("against {data}"));
    }
    if let (true, Some(temperature)) = (
        name.ends_with("tempered"),
        held_out.audit.metrics.get("temperature"),
    ) {
        parts.push(format!("T = {:.3}", temperature.mean));
    }
    if let Some(sd) = spread {
        parts.push(format!("sd over models {}", number(sd)));
    }
    parts.join(", ")
}

/// The audit as a table on the terminal.
pub(crate) fn audit_table(held_out: &HeldOutAudit) -> String {
    let percent = (held_out.audit.level * 100.0).round();
    let mut table = Table::with_head(
        vec![
            "held-out metric".into(),
            "estimate".into(),
            format!("{percent} % interval"),
            "n".into(),
        ],
        1,
    );
    for row in metric_rows(held_out) {
        table.push(vec![
            row.label,
            number(row.mean),
            format!("{} to {}", number(row.low), number(row.high)),
            row.n.to_string(),
        ]);
    }
    table.text()
}
