//! Held-out metrics with their intervals, held-out reliability, and the further sections of an audit.

use super::document::{Document, element, number};
use crate::figures;
use crate::format;
use crate::records::{Direction, MetricRow, PlainTable, Report, Section};

/// Metrics and reliability.
pub(super) fn write(document: &mut Document, report: &Report) {
    let diagrams = report.reliability.iter().enumerate();
    let charts: Vec<_> = diagrams
        .filter_map(|(index, one)| figures::held_out_reliability(one, index))
        .collect();
    if report.audit.is_empty() && charts.is_empty() {
        return;
    }
    document.open_section("Audit");
    if !report.audit.is_empty() {
        write_metrics(document, report);
    }
    document.figure(
        charts,
        "Reliability on the rows of the audit: accuracy by confidence, whiskers are 95 % Wilson intervals; \
         below, predictions per bin on a logarithmic axis.",
    );
    document.close_section();
}

fn write_metrics(document: &mut Document, report: &Report) {
    let caption = match report.audit_note.as_str() {
        "" => "Metrics on the rows of the audit.",
        note => note,
    };
    document.open_table("audit", caption);
    let several = report.audit.iter().any(|metric| metric.alone.is_some());
    let estimate = if several { "all together" } else { "estimate" };
    let numbers = [(estimate, true), ("interval", true)];
    let heads = [("metric", false), ("", false)].into_iter().chain(numbers);
    let alone = several.then_some(("one network alone", true));
    let heads = heads.chain([("", false), ("n", true)]).chain(alone);
    let noted = report.audit.iter().any(|metric| !metric.note.is_empty());
    document.table_head(heads.chain(noted.then_some(("note", false))));
    for metric in &report.audit {
        document.markup(&row(metric, several, noted));
    }
    document.close_table();
}

/// With cells for one network alone and for a note where the table has such columns.
fn row(metric: &MetricRow, several: bool, noted: bool) -> String {
    let (arrow, better) = match metric.direction {
        Direction::Higher => ("↑", "higher is better"),
        Direction::Lower => ("↓", "lower is better"),
        Direction::Target => ("◎", "best at its nominal value"),
    };
    let digits = |value: f64| match decimals(metric) {
        Some(decimals) => format::fixed(value, decimals),
        None => format::significant(value, 3),
    };
    let [mean, low, high] = [metric.mean, metric.low, metric.high].map(digits);
    let alone = metric.alone.map_or_else(String::new, |alone| {
        let sd = alone.sd.map(|sd| format!(" ± {}", digits(sd)));
        digits(alone.mean) + &sd.unwrap_or_default()
    });
    format!(
        "<tr>{}<td class=\"direction\"><abbr title=\"{better}\">{arrow}</abbr></td>{}{}\
         <td class=\"drawing\">{}</td>{}{}{}</tr>\n",
        element("th scope=\"row\"", &metric.label),
        element("td class=\"number estimate\"", &mean),
        number(&format!("{low} – {high}")),
        figures::interval(metric).unwrap_or_default(),
        number(&metric.n.to_string()),
        if several {
            number(&alone)
        } else {
            String::new()
        },
        if noted {
            element("td class=\"note\"", &metric.note)
        } else {
            String::new()
        },
    )
}

/// Decimals that show two digits of the half width of the interval; `None` where they would hide the value.
fn decimals(metric: &MetricRow) -> Option<usize> {
    let decimals = format::decimals_for_error((metric.high - metric.low) / 2.0)?;
    (decimals < 6 && metric.mean.abs() < 1e5).then_some(decimals)
}

/// A part of an audit beside its table of metrics.
pub(super) fn write_section(document: &mut Document, section: &Section) {
    let charts: Vec<_> = section.panels.iter().filter_map(figures::lines).collect();
    let further = section.figures.iter().map(|figure| {
        let charts = figure.charts.iter().filter_map(figures::drawn);
        (charts.collect::<Vec<_>>(), figure)
    });
    let further: Vec<_> = further
        .filter(|(charts, figure)| !(charts.is_empty() && figure.images.is_empty()))
        .collect();
    let nothing = charts.is_empty() && further.is_empty() && section.tables.is_empty();
    if nothing && section.note.is_empty() {
        return;
    }
    document.open_section(&section.heading);
    document.element("p class=\"about\"", &section.note);
    document.figure(charts, &section.caption);
    for (charts, figure) in further {
        document.figure_with(charts, &figure.images, &figure.caption);
    }
    for table in &section.tables {
        write_table(document, table);
    }
    document.close_section();
}

/// A table as it is.
pub(super) fn write_table(document: &mut Document, table: &PlainTable) {
    document.open_table("plain", &table.caption);
    let heads = table.heads.iter().enumerate();
    document.table_head(heads.map(|(k, head)| (head.as_str(), k >= table.names)));
    for row in &table.rows {
        let cell = |(k, cell): (usize, &String)| match k {
            0 => element("th scope=\"row\"", cell),
            k if k < table.names => element("td", cell),
            _ => number(cell),
        };
        let cells: String = row.iter().enumerate().map(cell).collect();
        document.markup(&format!("<tr>{cells}</tr>\n"));
    }
    document.close_table();
}
