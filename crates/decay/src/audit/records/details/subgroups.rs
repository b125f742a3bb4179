//! Figures by the values of a column.

use decay_audit::Estimate;
use decay_report::text::{Table, number};
use decay_report::{Drawn, Figure, Finding, PlainTable, Ranked, RankedRow, Section};

use super::{field, line};
use crate::audit::details::{GroupFigures, Grouping};

pub(super) fn section(found: &Grouping) -> Section {
    let column = &found.column;
    let row = |own: &GroupFigures| {
        let gap = own.against_rest?;
        Some(RankedRow {
            name: own.name.clone(),
            mean: gap.mean,
            low: gap.low,
            high: gap.high,
        })
    };
    let note = finding(found).map_or_else(String::new, |own| format!("{own}"));
    Section {
        heading: format!("By {column}"),
        note,
        figures: vec![Figure {
            charts: vec![Drawn::Ranked(Ranked {
                id: "subgroups".into(),
                title: format!("Loss by {column}, less that of all other rows"),
                label: format!("{} less that of the other rows", loss(found)),
                rows: found.groups.iter().filter_map(row).collect(),
            })],
            caption: format!(
                "Intervals are widened for {} groups, so that all of them hold together with 95 %.",
                found.groups.len()
            ),
            ..Figure::default()
        }],
        tables: vec![PlainTable {
            caption: format!(
                "All networks together on the held-out rows by {column}; intervals as in the figure."
            ),
            heads: heads(found).to_vec(),
            names: 1,
            rows: found.groups.iter().map(|own| cells(own).to_vec()).collect(),
        }],
        ..Section::default()
    }
}

fn is_classification(found: &Grouping) -> bool {
    found.groups.iter().any(|own| own.accuracy.is_some())
}

fn loss(found: &Grouping) -> &'static str {
    let of_values = found.groups.iter().any(|own| own.bias.is_some());
    match is_classification(found) || !of_values {
        true => "NLL",
        false => "squared error / variance",
    }
}

fn heads(found: &Grouping) -> [String; 6] {
    let bias = match is_classification(found) {
        true => "confidence less accuracy",
        false => "mean residual",
    };
    let loss = loss(found);
    [
        found.column.as_str(),
        "rows",
        "accuracy",
        loss,
        "less the rest",
        bias,
    ]
    .map(String::from)
}

fn cells(own: &GroupFigures) -> [String; 6] {
    let text = |value: &Option<Estimate>| {
        value
            .as_ref()
            .map_or("–".into(), super::super::with_interval)
    };
    [
        own.name.clone(),
        own.rows.to_string(),
        text(&own.accuracy),
        text(&own.loss),
        text(&own.against_rest),
        text(&own.bias),
    ]
}

/// Which group is worst, and whether that is more than chance.
pub(super) fn finding(found: &Grouping) -> Option<Finding> {
    let worst = &found.groups[found.worst?];
    let (gap, column) = (worst.against_rest?, &found.column);
    let loss = loss(found);
    let accuracy = worst.accuracy.map_or_else(String::new, |own| {
        format!(" Its accuracy is {}.", super::super::with_interval(&own))
    });
    let headline = if gap.low > 0.0 {
        format!(
            "By {column} the model is worst for {}, by more than chance explains.",
            worst.name
        )
    } else {
        format!(
            "By {column} no group is worse than the rest beyond chance; the highest loss has {}.",
            worst.name
        )
    };
    Some(Finding {
        headline,
        detail: format!(
            "Its {loss} is {} above that of all other rows ({} rows; 95 % interval {} to {}, widened for {} groups).{accuracy}",
            number(gap.mean),
            worst.rows,
            number(gap.low),
            number(gap.high),
            found.groups.len()
        ),
    })
}

/// For a terminal.
pub(super) fn table(found: &Grouping) -> String {
    let mut table = Table::with_head(heads(found).to_vec(), 1);
    for own in &found.groups {
        table.push(cells(own).to_vec());
    }
    let worst = finding(found).map_or_else(String::new, |own| format!("{own}\n"));
    format!("{}{worst}", table.text())
}

pub(super) fn csv(found: &Grouping) -> String {
    let parts = ["accuracy", "loss", "against_rest", "bias"];
    let mut csv = "group,rows".to_owned();
    for part in parts {
        csv.push_str(&format!(",{part},{part}_low,{part}_high"));
    }
    csv.push('\n');
    for own in &found.groups {
        let parts = [own.accuracy, own.loss, own.against_rest, own.bias];
        let numbers = parts.iter().flat_map(|part| {
            let part = part.as_ref();
            [
                part.map(|own| own.mean),
                part.map(|own| own.low),
                part.map(|own| own.high),
            ]
        });
        let numbers: Vec<String> = numbers.map(field).collect();
        let rows = own.rows.to_string();
        let fields = [own.name.as_str(), &rows].into_iter();
        csv.push_str(&line(fields.chain(numbers.iter().map(String::as_str))));
    }
    csv
}
