//! Audited metrics for `audit.json`, the page and the terminal.

use crate::audit::{AuditResult, HeldOutAudit};
use decay_audit::{Audit, Estimate};
use decay_report::text::{Table, number};
use decay_report::{Direction, MetricRow};

/// How a metric is shown: name, label and direction, in the order of the page.
#[rustfmt::skip]
const SHOWN: &[(&str, &str, Direction)] = &[
    ("accuracy", "accuracy", Direction::Higher),
    ("nll", "negative log-likelihood (nats)", Direction::Lower),
    ("brier", "Brier score", Direction::Lower),
    ("brier_reliability", "Brier score: miscalibration", Direction::Lower),
    ("brier_resolution", "Brier score: resolution", Direction::Higher),
    ("ece", "expected calibration error", Direction::Lower),
    ("ece_equal_mass", "calibration error, equal-mass bins", Direction::Lower),
    ("ece_debiased", "calibration error, debiased (root mean square)", Direction::Lower),
    ("ece_classwise", "calibration error, class by class", Direction::Lower),
    ("smooth_ece", "smooth calibration error", Direction::Lower),
    ("mce", "maximum calibration error", Direction::Lower),
    ("calibration_slope", "calibration slope (1 is perfect)", Direction::Target),
    ("multinomial_slope", "factor that suits the logits best (1 is perfect)", Direction::Target),
    ("nll_tempered", "NLL after temperature scaling (nats)", Direction::Lower),
    ("ece_tempered", "calibration error after temperature scaling", Direction::Lower),
    ("aurc", "error rate over all coverages (AURC)", Direction::Lower),
    ("accuracy_at_80", "accuracy on the surest 80 %", Direction::Higher),
    ("conformal_coverage_90", "90 % prediction sets: coverage", Direction::Target),
    ("conformal_size_90", "90 % prediction sets: mean size", Direction::Lower),
    ("aps_coverage_90", "90 % adaptive sets: coverage", Direction::Target),
    ("aps_size_90", "90 % adaptive sets: mean size", Direction::Lower),
    ("auroc_msp", "OOD AUROC, maximum probability", Direction::Higher),
    ("auroc_entropy", "OOD AUROC, entropy", Direction::Higher),
    ("auroc_max_logit", "OOD AUROC, largest logit", Direction::Higher),
    ("auroc_energy", "OOD AUROC, energy", Direction::Higher),
    ("aupr_out_msp", "OOD AUPR, maximum probability", Direction::Higher),
    ("fpr95_msp", "OOD false positives at 95 % recall, maximum probability", Direction::Lower),
    ("mse", "mean squared error", Direction::Lower),
    ("rmse", "root mean squared error", Direction::Lower),
    ("mae", "mean absolute error", Direction::Lower),
    ("r2", "R²", Direction::Higher),
    ("crps", "continuous ranked probability score", Direction::Lower),
    ("coverage_90", "90 % intervals: coverage", Direction::Target),
    ("conformal_width_90", "90 % conformal intervals: mean width", Direction::Lower),
];

/// Names of scores and curves that are no rows of the table.
#[rustfmt::skip]
const OTHER_LABELS: &[(&str, &str)] = &[
    ("msp", "maximum probability"),
    ("max_logit", "largest logit"),
    ("odin", "ODIN"),
    ("kl_matching", "KL matching"),
    ("mahalanobis", "Mahalanobis"),
    ("relative_mahalanobis", "Mahalanobis, relative"),
    ("layered_mahalanobis", "Mahalanobis, all layers"),
    ("knn", "k nearest neighbours"),
    ("vim", "ViM"),
    ("ensemble_entropy", "entropy of the models' mean"),
    ("mutual_information", "disagreement of the models"),
    ("probability_variance", "variance over the models"),
    ("robust_accuracy_linf", "accuracy under attack, ℓ∞"),
    ("robust_accuracy_l2", "accuracy under attack, ℓ2"),
    ("robust_accuracy_l1", "accuracy under attack, ℓ1"),
];

/// A metric's or score's name for people.
pub fn metric_label(name: &str) -> String {
    let shown = SHOWN.iter().map(|(name, label, _)| (*name, *label));
    let mut labels = shown.chain(OTHER_LABELS.iter().copied());
    let label = labels.find(|(known, _)| *known == name);
    label.map_or_else(|| name.replace('_', " "), |(_, label)| label.to_owned())
}

/// What the metrics rest on, in a sentence.
pub fn audit_note(metrics: &HeldOutAudit) -> String {
    let Audit {
        members,
        level,
        resamples,
        ..
    } = metrics.audit;
    format!(
        "{members} models on {} rows that took no part in training or choosing; mean over models, {} % intervals over rows \
         ({resamples} resamples where they are bootstrapped).",
        metrics.rows,
        (level * 100.0).round(),
    )
}

/// Rows of the page's table.
pub fn metric_rows(held_out: &HeldOutAudit) -> Vec<MetricRow> {
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

/// Whether a metric is on the terminal, too; the page has all.
fn is_brief(name: &str) -> bool {
    const LONG: [&str; 14] = [
        "brier_reliability",
        "brier_resolution",
        "ece_equal_mass",
        "ece_debiased",
        "ece_classwise",
        "mce",
        "calibration_slope",
        "aurc",
        "aps_coverage_90",
        "aps_size_90",
        "auroc_entropy",
        "auroc_max_logit",
        "aupr_out_msp",
        "mae",
    ];
    !LONG.contains(&name)
}

/// The audit as a table on the terminal.
pub fn audit_table(found: &AuditResult) -> String {
    let held_out = &found.metrics;
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
    for row in metric_rows(held_out)
        .into_iter()
        .filter(|row| is_brief(&row.name))
    {
        table.push(vec![
            row.label,
            number(row.mean),
            format!("{} to {}", number(row.low), number(row.high)),
            row.n.to_string(),
        ]);
    }
    table.text()
}
