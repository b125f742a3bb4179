//! The sweep as a table on the terminal.

use decay_report::{RatePoint, Spread, Sweep};

use crate::table::{Table, number, plus_minus};

/// One line per rate; `*` marks the choice and `·` the lowest mean.
pub(crate) fn sweep_table(sweep: &Sweep) -> String {
    let metric = &sweep.metric.name;
    let has = |pick: fn(&RatePoint) -> bool| sweep.points.iter().any(pick);
    let (accuracy, ece, diverged) = (
        has(|p| p.accuracy.is_some()),
        has(|p| p.ece.is_some()),
        has(|p| p.diverged > 0),
    );
    let mut head: Vec<String> = vec![
        String::new(),
        "rate".into(),
        "half-life (epochs)".into(),
        format!("train {metric}"),
        format!("validation {metric}"),
        "gap".into(),
    ];
    let extra = [(accuracy, "accuracy"), (ece, "ECE"), (diverged, "diverged")];
    head.extend(
        extra
            .iter()
            .filter(|(shown, _)| *shown)
            .map(|(_, name)| (*name).to_owned()),
    );
    let mut table = Table::with_head(head, 1);
    for (index, point) in sweep.points.iter().enumerate() {
        let mark = match index {
            i if i == sweep.chosen => "*",
            i if i == sweep.best => "·",
            _ => "",
        };
        let half_life = point.half_life_epochs.unwrap_or(f64::INFINITY);
        let mut row = vec![
            mark.to_owned(),
            number(point.rate),
            number(half_life),
            shown(Some(point.train)),
            shown(Some(point.validation)),
            shown(Some(point.gap)),
        ];
        if accuracy {
            row.push(shown(point.accuracy));
        }
        if ece {
            row.push(shown(point.ece));
        }
        if diverged {
            row.push(point.diverged.to_string());
        }
        table.push(row);
    }
    format!(
        "{}* chosen ({}), · lowest mean; ± one standard error over folds\n",
        table.text(),
        sweep.rule
    )
}

fn shown(spread: Option<Spread>) -> String {
    spread.map_or_else(|| "-".into(), |spread| plus_minus(spread.mean, spread.se))
}
