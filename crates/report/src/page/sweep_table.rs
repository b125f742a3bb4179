//! The table of the sweep, one row per rate.

use super::document::{Document, element, number, tags};
use crate::format;
use crate::records::{RatePoint, Spread, Sweep};

/// A column of means with their standard errors, all with the same decimals so that they align.
struct Column {
    name: String,
    decimals: usize,
    pick: fn(&RatePoint) -> Option<Spread>,
}

impl Column {
    /// `None` where no row has a value. The decimals show two digits of the median standard error.
    fn new(sweep: &Sweep, name: String, pick: fn(&RatePoint) -> Option<Spread>) -> Option<Self> {
        let spreads: Vec<Spread> = sweep.points.iter().filter_map(pick).collect();
        if spreads.is_empty() {
            return None;
        }
        let errors = spreads.iter().map(|spread| spread.se);
        let mut decimals: Vec<usize> = errors.filter_map(format::decimals_for_error).collect();
        decimals.sort_unstable();
        let middle = decimals.get(decimals.len() / 2).copied().unwrap_or(4);
        Some(Self {
            name,
            decimals: middle.clamp(1, 4),
            pick,
        })
    }

    fn cell(&self, point: &RatePoint) -> String {
        let Some(spread) = (self.pick)(point) else {
            return number(format::MISSING);
        };
        let mean = self.number(spread.mean);
        if !spread.se.is_finite() {
            return number(&mean);
        }
        let se = self.number(spread.se);
        format!("<td class=\"number\">{mean} <span class=\"error\">± {se}</span></td>")
    }

    /// Large numbers, and small ones that the decimals would hide, in three significant digits.
    fn number(&self, value: f64) -> String {
        let hidden = value.abs() < 0.5 * 10f64.powi(-(self.decimals as i32)) && value != 0.0;
        if hidden || value.abs() >= 1e4 {
            format::short(if hidden { one_digit(value) } else { value })
        } else {
            format::fixed(value, self.decimals)
        }
    }
}

fn one_digit(value: f64) -> f64 {
    format!("{value:.0e}").parse().unwrap_or(value)
}

pub(super) fn write(document: &mut Document, sweep: &Sweep) {
    let metric = &sweep.metric.name;
    let columns: Vec<Column> = [
        Column::new(sweep, format!("train {metric}"), |p| Some(p.train)),
        Column::new(sweep, format!("validation {metric}"), |p| {
            Some(p.validation)
        }),
        Column::new(sweep, "gap".into(), |p| Some(p.gap)),
        Column::new(sweep, "accuracy".into(), |p| p.accuracy),
        Column::new(sweep, "ECE".into(), |p| p.ece),
    ]
    .into_iter()
    .flatten()
    .collect();
    let diverged = sweep.points.iter().any(|point| point.diverged > 0);
    document.open_table("sweep", &caption(sweep));
    let mut heads = vec![("", false), (sweep.symbol.as_str(), true)];
    if is_timed(sweep) {
        heads.extend([("half-life (epochs)", true), ("τ (epochs)", true)]);
    }
    heads.extend(columns.iter().map(|column| (column.name.as_str(), true)));
    if diverged {
        heads.push(("diverged", true));
    }
    document.table_head(heads);
    for (index, point) in sweep.points.iter().enumerate() {
        document.markup(&row(sweep, &columns, index, point, diverged));
    }
    document.close_table();
}

/// Whether the values have half-lives, as those of no other hyper-parameter have.
fn is_timed(sweep: &Sweep) -> bool {
    let mut points = sweep.points.iter();
    points.any(|point| point.half_life_epochs.is_some())
}

fn caption(sweep: &Sweep) -> String {
    let unit = match sweep.metric.unit.as_str() {
        "" => String::new(),
        unit => format!(" {} in {unit}.", sweep.metric.name),
    };
    format!("Means ± standard error for every {}.{unit}", sweep.axis)
}

fn row(
    sweep: &Sweep,
    columns: &[Column],
    index: usize,
    point: &RatePoint,
    diverged: bool,
) -> String {
    let (chosen, best) = (index == sweep.chosen, index == sweep.best);
    let class = if chosen { " class=\"chosen\"" } else { "" };
    let mut row = format!("<tr data-i=\"{index}\" data-axis=\"0\"{class}>");
    row += &tags([(chosen, "chosen"), (best, sweep.metric.best())]);
    row += &element(
        "th scope=\"row\" class=\"number\"",
        &format::short(point.rate),
    );
    if is_timed(sweep) {
        for epochs in [point.half_life_epochs, point.tau_epochs] {
            row += &number(&format::half_life(point.rate, epochs));
        }
    }
    row.extend(columns.iter().map(|column| column.cell(point)));
    if diverged {
        row += &number(&point.diverged.to_string());
    }
    row + "</tr>\n"
}
