//! Audited metrics for the page and the terminal, from the table of metrics.

use decay_audit::{Direction, Estimate, Figures, Metric, Shown};
use decay_report::text::{Table, number, plus_minus};
use decay_report::{Alone, MetricRow};

use crate::audit::HeldOutFigures;

/// What the metrics rest on, in a sentence.
pub(crate) fn note(held_out: &HeldOutFigures) -> String {
    let Figures {
        members,
        level,
        resamples,
        ..
    } = held_out.figures;
    let mut text = format!(
        "{} on {} rows that took no part in training or choosing; {} % intervals over rows ({resamples} resamples where they \
         are bootstrapped).",
        super::who(members),
        held_out.rows,
        (level * 100.0).round(),
    );
    if members > 1 {
        text.push_str(" Beside it what one network does alone: mean and standard deviation over the networks.");
    }
    text
}

/// Rows of the page's table.
pub(crate) fn rows(held_out: &HeldOutFigures) -> Vec<MetricRow> {
    shown(held_out, Shown::Page).collect()
}

/// The metrics that are shown at least there, in the order of the table.
fn shown(held_out: &HeldOutFigures, least: Shown) -> impl Iterator<Item = MetricRow> {
    let rows = Metric::of_task(held_out.task).filter(move |metric| metric.shown >= least);
    rows.filter_map(|metric| {
        let Estimate { mean, low, high, n } = held_out.metric(metric.key)?;
        Some(MetricRow {
            name: metric.key.to_owned(),
            label: metric.label.to_owned(),
            mean,
            low,
            high,
            n,
            alone: held_out.alone(metric.key),
            direction: match metric.direction {
                Direction::Higher => decay_report::Direction::Higher,
                Direction::Lower => decay_report::Direction::Lower,
                Direction::Target(_) | Direction::Neutral => decay_report::Direction::Target,
            },
            note: remark(metric, held_out),
        })
    })
}

fn remark(metric: &Metric, held_out: &HeldOutFigures) -> String {
    let mut parts = Vec::new();
    if let (Some(_), Some((data, _))) = (metric.outlier_score(), &held_out.outliers) {
        parts.push(format!("against {data}"));
    }
    if let (true, Some(temperature)) = (metric.is_tempered(), held_out.metric("temperature")) {
        parts.push(format!("T = {:.3}", temperature.mean));
    }
    parts.join(", ")
}

/// The audit as a table on the terminal.
pub(crate) fn table(held_out: &HeldOutFigures) -> String {
    let percent = (held_out.figures.level * 100.0).round();
    let several = held_out.figures.members > 1;
    let estimate = if several {
        format!("all {} together", held_out.figures.members)
    } else {
        "estimate".to_owned()
    };
    let head = [
        "held-out metric".to_owned(),
        estimate,
        format!("{percent} % interval"),
        "n".to_owned(),
    ];
    let alone = several.then(|| "one network alone".to_owned());
    let mut table = Table::with_head(head.into_iter().chain(alone).collect(), 1);
    for row in shown(held_out, Shown::Terminal) {
        let cells = [
            row.label,
            number(row.mean),
            format!("{} to {}", number(row.low), number(row.high)),
            row.n.to_string(),
        ];
        let alone = row
            .alone
            .map(|Alone { mean, sd }| plus_minus(mean, sd.unwrap_or(0.0)));
        let alone = several.then(|| alone.unwrap_or_else(|| "-".to_owned()));
        table.push(cells.into_iter().chain(alone).collect());
    }
    table.text()
}
