//! Results in words.

use decay_audit::Estimate;
use decay_report::{Finding, Sweep};

use crate::pipeline::{Choice, HeldOutAudit};
use crate::table::number;

/// What the sweep chose, and the shape of its curve.
pub(crate) fn choice_findings(
    sweep: &Sweep,
    choice: &Choice,
    (folds, seeds): (usize, usize),
) -> Vec<Finding> {
    let chosen = &sweep.points[choice.chosen];
    let metric = &sweep.metric.name;
    let halves = match chosen.half_life_epochs {
        Some(epochs) => format!("an undriven weight halves every {} epochs", number(epochs)),
        None => "weights do not decay".into(),
    };
    let how = match choice.threshold.is_finite() {
        true => format!(
            "The largest rate whose mean validation {metric} is within one standard error of the lowest"
        ),
        false => format!("The rate with the lowest mean validation {metric}"),
    };
    let mut detail = format!(
        "{how}, over {} rates, {folds} folds and {seeds} seeds.",
        sweep.points.len()
    );
    if !choice.excluded.is_empty() {
        let rates: Vec<_> = choice.excluded.iter().map(|&rate| number(rate)).collect();
        detail.push_str(&format!(
            " Left out because a model diverged: {}.",
            rates.join(", ")
        ));
    }
    let mut findings = vec![Finding {
        headline: format!("The decay rate is {}: {halves}.", number(chosen.rate)),
        detail,
    }];
    if let Some(shape) = &choice.shape {
        let sentence = shape.sentence();
        let (headline, detail) = sentence.split_once(": ").unwrap_or((&sentence, ""));
        findings.push(Finding {
            headline: format!("{headline}."),
            detail: capitalised(detail),
        });
    }
    findings
}

/// What the audit found.
pub(crate) fn audit_findings(held_out: &HeldOutAudit, target: &str) -> Vec<Finding> {
    let metrics = &held_out.audit.metrics;
    let basis = format!(
        "Mean of {} on {} rows that no choice has seen.",
        counted(held_out.audit.members, "model"),
        held_out.rows
    );
    let percent = (held_out.audit.level * 100.0).round();
    let figure = |e: &Estimate| {
        format!(
            "{} ({percent} % interval {} to {})",
            number(e.mean),
            number(e.low),
            number(e.high)
        )
    };
    let mut findings = Vec::new();
    if let Some(accuracy) = metrics.get("accuracy") {
        findings.push(Finding {
            headline: format!("Held-out accuracy is {}.", figure(accuracy)),
            detail: basis.clone(),
        });
    }
    if let Some(ece) = metrics.get("ece") {
        let tempered = metrics.get("ece_tempered").zip(metrics.get("temperature"));
        findings.push(Finding {
            headline: format!("Confidence is off by {} on average.", figure(ece)),
            detail: tempered.map_or_else(String::new, |(ece, temperature)| {
                format!(
                    "Expected calibration error, 15 bins; {} after dividing the logits by {:.3}, a temperature \
                     fitted on validation rows.",
                    number(ece.mean),
                    temperature.mean
                )
            }),
        });
    }
    if let Some(rmse) = metrics.get("rmse") {
        let r2 = metrics
            .get("r2")
            .map_or_else(String::new, |r2| format!(" R² is {}.", figure(r2)));
        findings.push(Finding {
            headline: format!(
                "Held-out predictions of {target} are off by {}.",
                figure(rmse)
            ),
            detail: format!("Root mean squared error. {basis}{r2}"),
        });
    }
    if let (Some(auroc), Some((data, rows))) = (metrics.get("auroc_msp"), &held_out.outliers) {
        findings.push(Finding {
            headline: format!(
                "Rows of {data} are told apart with an AUROC of {}.",
                figure(auroc)
            ),
            detail: format!(
                "By the maximum probability, {rows} rows of {data} against the held-out rows."
            ),
        });
    }
    findings
}

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
