//! The sweep as a table on the terminal.

use decay_report::{RatePoint, Spread, Sweep};

use decay_report::text::{Table, number, plus_minus};

/// A column: its name and what it says of a rate.
type Column = (String, fn(&RatePoint) -> String);

/// One line per rate, 80 columns wide at most; the page and `selection.json` have the rest. `*` marks the choice and `·` the lowest mean.
pub(crate) fn sweep_table(sweep: &Sweep) -> String {
    let columns = columns(sweep);
    let head = columns.iter().map(|(name, _)| name.clone());
    let mut table = Table::with_head([String::new()].into_iter().chain(head).collect(), 1);
    for (index, point) in sweep.points.iter().enumerate() {
        let mark = match index {
            i if i == sweep.chosen => "*",
            i if i == sweep.best => "·",
            _ => "",
        };
        let cells = columns.iter().map(|(_, cell)| cell(point));
        table.push([mark.to_owned()].into_iter().chain(cells).collect());
    }
    format!(
        "{}* chosen ({}), · {} mean; ± one standard error over folds{}{}{}\n",
        table.text(),
        sweep.rule,
        sweep.metric.best(),
        if columns[1].0 == "half-life" {
            "; half-lives in epochs"
        } else {
            ""
        },
        if sweep.at.is_empty() { "" } else { "; " },
        sweep.at
    )
}

/// Those that every sweep has, and those that this one has values for.
fn columns(sweep: &Sweep) -> Vec<Column> {
    let metric = &sweep.metric.name;
    let has = |pick: fn(&RatePoint) -> bool| sweep.points.iter().any(pick);
    let timed = has(|p| p.half_life_epochs.is_some());
    let name = if timed { "rate" } else { &sweep.symbol };
    let mut columns: Vec<Column> = vec![(name.to_owned(), |p| number(p.rate))];
    if timed {
        columns.push(("half-life".into(), |p| {
            number(p.half_life_epochs.unwrap_or(f64::INFINITY))
        }));
    }
    columns.extend::<[Column; 3]>([
        (format!("train {metric}"), |p| number(p.train.mean)),
        (format!("validation {metric}"), |p| {
            plus_minus(p.validation.mean, p.validation.se)
        }),
        ("gap".into(), |p| number(p.gap.mean)),
    ]);
    if has(|p| p.accuracy.is_some()) {
        columns.push(("accuracy".into(), |p| mean(p.accuracy)));
    }
    if has(|p| p.ece.is_some()) {
        columns.push(("ECE".into(), |p| mean(p.ece)));
    }
    if has(|p| p.diverged > 0) {
        columns.push(("diverged".into(), |p| p.diverged.to_string()));
    }
    columns
}

fn mean(spread: Option<Spread>) -> String {
    spread.map_or_else(|| "-".into(), |spread| number(spread.mean))
}
