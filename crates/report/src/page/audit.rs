//! Held-out metrics with their intervals, and held-out reliability.

use super::document::Document;
use crate::escape::escape;
use crate::figures;
use crate::format;
use crate::records::{Direction, MetricRow, Report};

pub(super) fn write(document: &mut Document, report: &Report) {
    let panels: Vec<_> = report
        .reliability
        .iter()
        .enumerate()
        .filter_map(|(index, one)| figures::held_out_reliability(one, index))
        .collect();
    if report.audit.is_empty() && panels.is_empty() {
        return;
    }
    document.open_section("Held-out audit");
    if !report.audit.is_empty() {
        write_table(document, report);
    }
    document.figure(
        panels,
        "Reliability on the held-out rows: accuracy by confidence, whiskers are 95 % Wilson intervals; \
         below, rows per bin on a logarithmic axis.",
    );
    document.close_section();
}

fn write_table(document: &mut Document, report: &Report) {
    let caption = match report.audit_note.as_str() {
        "" => "Metrics on the held-out rows.",
        note => note,
    };
    document.open_table("audit", caption);
    let numbers = [("estimate", true), ("interval", true)];
    let heads = [("metric", false), ("", false)].into_iter().chain(numbers);
    document.table_head(heads.chain([("", false), ("n", true), ("note", false)]));
    for metric in &report.audit {
        document.markup(&row(metric));
    }
    document.close_table();
}

fn row(metric: &MetricRow) -> String {
    let (arrow, better) = match metric.direction {
        Direction::Higher => ("↑", "higher is better"),
        Direction::Lower => ("↓", "lower is better"),
        Direction::Target => ("◎", "best at its nominal value"),
    };
    let digits = |value: f64| match decimals(metric) {
        Some(decimals) => format::fixed(value, decimals),
        None => format::significant(value, 3),
    };
    format!(
        "<tr><th scope=\"row\">{label}</th><td class=\"direction\"><abbr title=\"{better}\">{arrow}</abbr>\
         </td><td class=\"number estimate\">{mean}</td><td class=\"number\">{low} – {high}</td>\
         <td class=\"drawing\">{drawing}</td><td class=\"number\">{n}</td><td class=\"note\">{note}</td></tr>\n",
        label = escape(&metric.label),
        mean = digits(metric.mean),
        low = digits(metric.low),
        high = digits(metric.high),
        drawing = figures::interval::interval(metric).unwrap_or_default(),
        n = metric.n,
        note = escape(&metric.note),
    )
}

/// Decimals that show two digits of the half width of the interval; `None` where they would hide the value.
fn decimals(metric: &MetricRow) -> Option<usize> {
    let decimals = format::decimals_for_error((metric.high - metric.low) / 2.0)?;
    (decimals < 6 && metric.mean.abs() < 1e5).then_some(decimals)
}
