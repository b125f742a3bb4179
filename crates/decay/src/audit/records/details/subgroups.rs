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
                "Grouped by {}: {}. Intervals are widened for {} groups, so that all of them hold together with 95 %.",
                found.column,
                found.how,
                found.groups.len()
            ),
            ..Figure::default()
        }],
        tables: vec![PlainTable {
            caption: format!(
                "All networks together on the held-out rows by {column}; intervals as in the figure."
            ),
            heads: heads(found),
            names: 1,
            rows: found.groups.iter().map(|own| cells(found, own)).collect(),
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

fn heads(found: &Grouping) -> Vec<String> {
    let accuracy = is_classification(found);
    let bias = match accuracy {
        true => "confidence less accuracy",
        false => "mean residual",
    };
    let column = found.column.as_str();
    let all = [
        column,
        "rows",
        "accuracy",
        loss(found),
        "less the rest",
        bias,
    ];
    let shown = all
        .into_iter()
        .filter(|head| accuracy || *head != "accuracy");
    shown.map(String::from).collect()
}

fn cells(found: &Grouping, own: &GroupFigures) -> Vec<String> {
    let text = |value: &Option<Estimate>| {
        let text = super::super::with_interval;
        value.as_ref().map_or("–".into(), text)
    };
    let accuracy = is_classification(found).then(|| text(&own.accuracy));
    let figures = [&own.loss, &own.against_rest, &own.bias].map(text);
    let first = [own.name.clone(), own.rows.to_string()].into_iter();
    first.chain(accuracy).chain(figures).collect()
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
            "By {column} no group is worse than the rest beyond chance; the highest loss is that of the rows with {column} {}.",
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

/// For a terminal, where the finding is told beside it and there is no room for the loss itself.
pub(super) fn table(found: &Grouping) -> String {
    let accuracy = is_classification(found);
    let bias = heads(found).pop().unwrap_or_default();
    let heads = [found.column.clone(), "rows".into()].into_iter();
    let heads = heads.chain(accuracy.then(|| "accuracy".into()));
    let heads = heads.chain([format!("{} less the rest", loss(found)), bias]);
    let mut table = Table::with_head(heads.collect(), 1);
    for own in &found.groups {
        let cells = [own.name.clone(), own.rows.to_string()].into_iter();
        let cells = cells.chain(accuracy.then(|| told(own.accuracy)));
        table.push(
            cells
                .chain([told(own.against_rest), told(own.bias)])
                .collect(),
        );
    }
    format!("by {}: {}\n{}", found.column, found.how, table.text())
}

/// `0.750 (0.601 – 0.862)`
fn told(value: Option<Estimate>) -> String {
    let short = |value: f64| match value.abs() {
        0.0..1e4 => format!("{value:.3}"),
        _ => number(value),
    };
    value.map_or("–".into(), |own| {
        let [mean, low, high] = [own.mean, own.low, own.high].map(short);
        format!("{mean} ({low} – {high})")
    })
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

#[cfg(test)]
mod tests {
    use super::{Estimate, GroupFigures, Grouping, table};

    #[test]
    fn long_values_fit_a_terminal_and_intervals_stay_whole() {
        let own = |mean, low, high| Estimate {
            mean,
            low,
            high,
            n: 9,
        };
        let group = |name: &str| GroupFigures {
            name: name.into(),
            rows: 123_456,
            accuracy: Some(own(0.75, 0.61234, 0.84321)),
            loss: Some(own(0.2, 0.1, 0.3)),
            against_rest: Some(own(-0.25, -12.34567, 12.34567)),
            bias: Some(own(0.125, -0.12345, 0.98765)),
        };
        let name = "Rue du Faubourg Saint-Honoré, the second door behind the baker's, Paris";
        let found = Grouping {
            column: "where the customer lives according to the last letter".into(),
            how: "each value".into(),
            level: 0.95,
            groups: vec![group(name), group(&"x".repeat(100)), group("Köln")],
            worst: None,
        };
        let text = table(&found);
        let rows = text.lines().skip(1);
        assert!(
            rows.clone().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        for number in [
            "-0.250",
            "(-12.346 – 12.346)",
            "(0.612 – 0.843)",
            "(-0.123 – 0.988)",
        ] {
            assert_eq!(text.matches(number).count(), 3, "{text}");
        }
    }
}
