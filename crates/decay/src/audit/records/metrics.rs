//! Audited metrics for the page and the terminal, from the table of metrics.

use decay_audit::{Direction, Estimate, Figures, Metric, Shown};
use decay_report::MetricRow;
use decay_report::text::{Table, number};

use crate::audit::HeldOutFigures;

/// What the metrics rest on, in a sentence.
pub(crate) fn note(held_out: &HeldOutFigures) -> String {
    let Figures {
        members,
        level,
        resamples,
        ..
    } = held_out.figures;
    format!(
        "{members} models on {} rows that took no part in training or choosing; mean over models, {} % intervals over rows \
         ({resamples} resamples where they are bootstrapped).",
        held_out.rows,
        (level * 100.0).round(),
    )
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
    let spread = held_out.figures.over_members.get(metric.key);
    if let Some(sd) = spread.and_then(|spread| spread.sd) {
        parts.push(format!("sd over models {}", number(sd)));
    }
    parts.join(", ")
}

/// The audit as a table on the terminal.
pub(crate) fn table(held_out: &HeldOutFigures) -> String {
    let percent = (held_out.figures.level * 100.0).round();
    let mut table = Table::with_head(
        vec![
            "held-out metric".into(),
            "estimate".into(),
            format!("{percent} % interval"),
            "n".into(),
        ],
        1,
    );
    for row in shown(held_out, Shown::Terminal) {
        table.push(vec![
            row.label,
            number(row.mean),
            format!("{} to {}", number(row.low), number(row.high)),
            row.n.to_string(),
        ]);
    }
    table.text()
}
