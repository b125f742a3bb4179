//! Results in words.

use decay_audit::{CurveShape, Estimate};
use decay_report::{Finding, Sweep};

use crate::pipeline::{Choice, HeldOutAudit};
use crate::settings::SweepSettings;
use crate::table::number;

/// What the sweep chose, and the shape of its curve.
pub(crate) fn choice_findings(
    sweep: &Sweep,
    choice: &Choice,
    settings: &SweepSettings,
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
        "{how}, over {} rates, {} folds and {} seeds.",
        sweep.points.len(),
        settings.folds,
        settings.seeds
    );
    if !choice.excluded.is_empty() {
        let rates: Vec<_> = choice.excluded.iter().map(|&rate| number(rate)).collect();
        detail.push_str(&format!(
            " Left out because a model diverged: {}.",
            rates.join(", ")
        ));
    }
    let rate = Finding {
        headline: format!("The decay rate is {}: {halves}.", number(chosen.rate)),
        detail,
    };
    let shape = choice.shape.as_ref().map(shape);
    [rate].into_iter().chain(shape).collect()
}

fn shape(shape: &CurveShape) -> Finding {
    let sentence = shape.sentence();
    let (headline, detail) = sentence.split_once(": ").unwrap_or((&sentence, ""));
    Finding {
        headline: format!("{headline}."),
        detail: capitalised(detail),
    }
}

/// What the audit found: accuracy and confidence, or errors; then outliers.
pub(crate) fn audit_findings(held_out: &HeldOutAudit, target: &str) -> Vec<Finding> {
    [
        accuracy(held_out),
        confidence(held_out),
        error(held_out, target),
        outliers(held_out),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn accuracy(held_out: &HeldOutAudit) -> Option<Finding> {
    let accuracy = held_out.audit.metrics.get("accuracy")?;
    Some(Finding {
        headline: format!("Held-out accuracy is {}.", figure(held_out, accuracy)),
        detail: basis(held_out),
    })
}

fn confidence(held_out: &HeldOutAudit) -> Option<Finding> {
    let metrics = &held_out.audit.metrics;
    let ece = metrics.get("ece")?;
    let tempered = metrics.get("ece_tempered").zip(metrics.get("temperature"));
    Some(Finding {
        headline: format!("Confidence is off by {} on average.", figure(held_out, ece)),
        detail: tempered.map_or_else(String::new, |(ece, temperature)| {
            format!(
                "Expected calibration error, 15 bins; {} after dividing the logits by {:.3}, a temperature fitted \
                 on validation rows.",
                number(ece.mean),
                temperature.mean
            )
        }),
    })
}

fn error(held_out: &HeldOutAudit, target: &str) -> Option<Finding> {
    let metrics = &held_out.audit.metrics;
    let rmse = metrics.get("rmse")?;
    let r2 = metrics.get("r2").map_or_else(String::new, |r2| {
        format!(" R² is {}.", figure(held_out, r2))
    });
    Some(Finding {
        headline: format!(
            "Held-out predictions of {target} are off by {}.",
            figure(held_out, rmse)
        ),
        detail: format!("Root mean squared error. {}{r2}", basis(held_out)),
    })
}

fn outliers(held_out: &HeldOutAudit) -> Option<Finding> {
    let auroc = held_out.audit.metrics.get("auroc_msp")?;
    let (data, rows) = held_out.outliers.as_ref()?;
    Some(Finding {
        headline: format!(
            "Rows of {data} are told apart with an AUROC of {}.",
            figure(held_out, auroc)
        ),
        detail: format!(
            "By the maximum probability, {rows} rows of {data} against the held-out rows."
        ),
    })
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

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
