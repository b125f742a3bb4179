//! What to do next, from what the run has recorded.

use decay_report::Sweep;
use decay_report::text::{number, short};

use super::AnswerParts;
use super::baseline::Beside;
use crate::records::unfinished;

/// Most steps that are named: the first that pay.
const NAMED: usize = 2;
/// Share of the validation loss that the gap to training must be to be called large.
const GAP: f64 = 0.2;
/// Width of an accuracy's interval that leaves much open.
const WIDE: f64 = 0.1;

/// The most useful steps in a line.
pub(super) fn steps(parts: &AnswerParts<'_>, beside: Option<&Beside>) -> String {
    let found = [
        parts.sweep.and_then(wider),
        parts.sweep.and_then(|sweep| longer(sweep, parts.epochs)),
        simpler(beside),
        parts.sweep.and_then(regularised),
        more_rows(parts),
        parts
            .sweep
            .is_none()
            .then(|| "let decay tune choose the rate".to_owned()),
    ];
    let found: Vec<String> = found.into_iter().flatten().take(NAMED).collect();
    if found.is_empty() {
        return "Nothing in this record asks for a change: the best rate lies inside of the grid, the loss had settled, and training \
                and validation agree."
            .into();
    }
    let mut text = found.join("; ");
    if let Some(first) = text.get(..1) {
        text = first.to_uppercase() + &text[1..];
    }
    format!("{text}.")
}

/// The best value is at an end of the grid.
fn wider(sweep: &Sweep) -> Option<String> {
    let count = sweep.points.len();
    let ends = [(0, "smallest"), (count.wrapping_sub(1), "largest")];
    let (_, word) = ends
        .into_iter()
        .find(|(place, _)| count > 2 && sweep.best == *place)?;
    let rate = sweep.points[sweep.best].rate;
    let beyond = match word {
        "largest" => rate * 10.0,
        _ => rate / 10.0,
    };
    (rate > 0.0).then(|| {
        format!(
            "widen the grid: the best {} is the {word} that was tried, try as far as {}",
            sweep.axis,
            short(beyond)
        )
    })
}

/// The loss still fell at the end.
fn longer(sweep: &Sweep, epochs: u32) -> Option<String> {
    let fall = unfinished(sweep)?;
    Some(format!(
        "train longer: the validation loss still fell by {} % in the last quarter, try --epochs {}",
        number(100.0 * fall),
        2 * epochs
    ))
}

/// The linear model does as well, or better.
fn simpler(beside: Option<&Beside>) -> Option<String> {
    let gain = beside?.linear.as_ref()?.gain;
    if gain.high < 0.0 {
        return Some(
            "a linear model is better on these rows: train longer, or try --model linear".into(),
        );
    }
    (gain.low <= 0.0).then(|| {
        "a linear model does as well as far as these rows can tell: better columns will pay more than a larger network, or try \
         --model linear"
            .to_owned()
    })
}

/// Training rows are fitted far better than validation rows.
fn regularised(sweep: &Sweep) -> Option<String> {
    let point = &sweep.points[sweep.chosen];
    let (train, validation) = (point.train.mean, point.validation.mean);
    if sweep.metric.higher_is_better || point.gap.mean <= GAP * validation.abs() {
        return None;
    }
    Some(format!(
        "more rows, or another regulariser: {} is {} on training rows and {} on others, try --dropout 0..0.5:4",
        sweep.metric.name,
        number(train),
        number(validation)
    ))
}

/// The audit's interval is wide.
fn more_rows(parts: &AnswerParts<'_>) -> Option<String> {
    let audit = parts.audit?;
    let accuracy = audit.metric("accuracy")?;
    let width = accuracy.high - accuracy.low;
    (width > WIDE).then(|| {
        format!(
            "label more rows: {} held-out rows leave the accuracy open by {:.0} points",
            audit.found.held_out.rows,
            100.0 * width
        )
    })
}
