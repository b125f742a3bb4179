//! Audited metrics for the page and the terminal, from the table of metrics.

use decay_audit::{Direction, Estimate, Figures, Metric, MetricTask, Shown};
use decay_report::MetricRow;
use decay_report::text::{Table, number};

use crate::audit::HeldOutFigures;

/// Which mean is told of several targets, and why, in a sentence.
pub(super) fn means(held_out: &HeldOutFigures) -> Option<String> {
    let count = held_out.targets.len();
    if held_out.task == MetricTask::Multilabel {
        return Some(
            "F1, AUROC and AUPR are means over the labels, each of which counts alike; likelihood, Brier score and calibration error \
             pool the answers to all of them."
                .into(),
        );
    }
    (count > 0).then(|| {
        format!(
            "Means over the {count} targets are of every target in units of its spread on the training rows (the standard deviation, of \
             counts the mean), since their own units do not add up; each target's own figures are in its own unit."
        )
    })
}

/// What the metrics rest on, in a sentence.
pub(crate) fn note(held_out: &HeldOutFigures) -> String {
    let Figures {
        members,
        level,
        resamples,
        ..
    } = held_out.figures;
    let mut text = format!(
        "{} {}; {} % intervals over rows ({resamples} resamples where they are bootstrapped). Where a note says so, an interval is of the \
         figure with what chance adds to it, not of what the model would show on rows without end.",
        super::who(members),
        held_out.origin.in_words(held_out.rows),
        (level * 100.0).round(),
    );
    if let Some(means) = means(held_out) {
        text.push_str(&format!(" {means}"));
    }
    if members > 1 {
        text.push_str(" Beside it what one network does alone: mean and standard deviation over the networks.");
    }
    text
}

/// Rows of the page's table.
pub(crate) fn rows(held_out: &HeldOutFigures) -> Vec<MetricRow> {
    shown(held_out, Shown::Page).collect()
}

/// The metrics that are shown at least there, in the order of the table; of several targets those of their mean, then those of each.
fn shown(held_out: &HeldOutFigures, least: Shown) -> impl Iterator<Item = MetricRow> {
    let count = held_out.targets.len();
    let mean = match held_out.task {
        // The labels of its metrics say so.
        MetricTask::Multilabel => None,
        _ => (count > 0).then(|| format!(", mean over {count} targets")),
    };
    let all = (mean.unwrap_or_default(), &held_out.figures);
    let each = held_out.targets.iter();
    let each = each.map(|(name, figures)| (format!(", {name}"), figures));
    let parts = [all].into_iter().chain(each);
    parts.flat_map(move |(of, figures)| shown_of(held_out, figures, of, least))
}

/// Those of some figures; `of` says after their label what they are of.
fn shown_of<'a>(
    held_out: &'a HeldOutFigures,
    figures: &'a Figures,
    of: String,
    least: Shown,
) -> impl Iterator<Item = MetricRow> {
    // A row of one label is right in all of its labels if it is in this one.
    let alone = !of.is_empty();
    let rows = Metric::of_task(held_out.task)
        .filter(move |metric| metric.shown >= least && !(alone && metric.key == "exact_match"));
    rows.filter_map(move |metric| {
        let Estimate { mean, low, high, n } = *figures.metrics.get(metric.key)?;
        Some(MetricRow {
            name: metric.key.to_owned(),
            label: label(metric, &of),
            mean,
            low,
            high,
            n,
            alone: HeldOutFigures::alone(figures, metric.key),
            direction: match metric.direction {
                Direction::Higher => decay_report::Direction::Higher,
                Direction::Lower => decay_report::Direction::Lower,
                Direction::Target(_) | Direction::Neutral => decay_report::Direction::Target,
            },
            note: remark(metric, held_out),
        })
    })
}

/// What a metric is called where it is of one target, or of their mean; of one label there is no mean and no pool.
fn label(metric: &Metric, of: &str) -> String {
    let plain = match of {
        "" => return metric.label.to_owned(),
        _ => metric.label.replace(" of all labels", ""),
    };
    format!("{}{of}", plain.replace(", mean over labels", ""))
}

fn remark(metric: &Metric, held_out: &HeldOutFigures) -> String {
    let mut parts = Vec::new();
    let plain = held_out.task != MetricTask::Multilabel || held_out.targets.is_empty();
    if metric.counts_chance(plain && !held_out.weighted) {
        parts.push("chance included".to_owned());
    }
    if let (Some(_), Some((data, _))) = (metric.outlier_score(), &held_out.outliers) {
        parts.push(format!("against {data}"));
    }
    if let (true, Some(temperature)) = (metric.is_tempered(), held_out.metric("temperature")) {
        parts.push(format!("T = {:.3}", temperature.mean));
    }
    parts.join(", ")
}

/// The audit as a table on the terminal, 80 columns wide at most; the page has the rest.
pub(crate) fn table(held_out: &HeldOutFigures) -> String {
    let percent = (held_out.figures.level * 100.0).round();
    let heads = [
        held_out.origin.of("Metric"),
        "estimate".to_owned(),
        format!("{percent} % interval"),
    ];
    terminal_table(heads, shown(held_out, Shown::Terminal))
}

/// The rows of a page's table that a terminal shows, too.
pub(crate) fn terminal_rows(rows: &[MetricRow]) -> String {
    let keys = [
        MetricTask::Classification,
        MetricTask::Regression,
        MetricTask::Multilabel,
    ];
    let known = |row: &&MetricRow| {
        let mut own = keys
            .iter()
            .filter_map(|&task| Metric::of_kind(task, &row.name));
        own.any(|metric| metric.shown >= Shown::Terminal)
    };
    let heads = ["metric", "estimate", "95 % interval"].map(str::to_owned);
    terminal_table(heads, rows.iter().filter(known).cloned())
}

fn terminal_table(heads: [String; 3], rows: impl Iterator<Item = MetricRow>) -> String {
    let mut table = Table::with_head(heads.into(), 1);
    for row in rows {
        table.push(vec![
            row.label,
            number(row.mean),
            format!("{} to {}", number(row.low), number(row.high)),
        ]);
    }
    table.text()
}

#[cfg(test)]
mod tests {
    use decay_audit::{Metric, MetricTask};

    use super::{MetricRow, label, terminal_rows};

    /// Every row of the table of metrics, as of a target with a long name and with the widest numbers.
    #[test]
    fn every_metric_fits_a_terminal_and_keeps_its_numbers() {
        let of = ", the number of customers that left within a year of their first contract";
        let tasks = [
            MetricTask::Classification,
            MetricTask::Regression,
            MetricTask::Multilabel,
        ];
        for metric in tasks.into_iter().flat_map(Metric::of_task) {
            for of in ["", of] {
                let row = MetricRow {
                    name: metric.key.to_owned(),
                    label: label(metric, of),
                    mean: -1.2344e-10,
                    low: -9.8764e-10,
                    high: 1.3333e-10,
                    n: 9,
                    alone: None,
                    direction: decay_report::Direction::Lower,
                    note: String::new(),
                };
                let text = super::terminal_table(
                    ["Metric on the held-out rows", "estimate", "95 % interval"].map(str::to_owned),
                    [row.clone()].into_iter(),
                );
                let lines = text.lines().map(|line| line.chars().count());
                assert!(lines.max() <= Some(80), "{text}");
                for number in ["-1.234e-10", "-9.876e-10 to 1.333e-10"] {
                    assert!(text.contains(number), "{text}");
                }
                let words: Vec<&str> = row.label.split(' ').collect();
                assert!(words.iter().all(|word| text.contains(word)), "{text}");
                let shown = terminal_rows(&[row]);
                let head = shown.lines().next().unwrap_or_default();
                assert_eq!(
                    head.split("  ").filter(|own| !own.is_empty()).count(),
                    3,
                    "{head}"
                );
                assert!(head.ends_with("95 % interval"), "{head}");
            }
        }
    }
}
