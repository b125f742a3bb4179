//! Corrupted images.

use decay_report::text::number;
use decay_report::{Finding, Line, Lines, PlainTable, Section};

use super::{figure, with_interval};
use crate::audit::{AuditResult, Shifted, Shifts};

pub(super) fn section(found: &Shifts) -> Section {
    let severities = found
        .corruptions
        .first()
        .map_or(0, |first| first.accuracy.len());
    let mean_of = |values: &dyn Fn(usize) -> f64| (0..severities).map(values).collect::<Vec<f64>>();
    let count = found.corruptions.len() as f64;
    let accuracy = mean_of(&|s| {
        found
            .corruptions
            .iter()
            .map(|c| c.accuracy[s].mean)
            .sum::<f64>()
            / count
    });
    let ece = mean_of(&|s| found.corruptions.iter().map(|c| c.ece[s]).sum::<f64>() / count);
    let line = |label: &str, colour: usize, mean: Vec<f64>| Line {
        label: label.into(),
        colour,
        mean,
        ..Line::default()
    };
    let panel = Lines {
        id: "severity".into(),
        title: "Mean over the corruptions".into(),
        x_label: "severity".into(),
        y_label: "share".into(),
        xs: (1..=severities).map(|s| s as f64).collect(),
        lines: vec![
            line("accuracy", 0, accuracy),
            line("expected calibration error", 1, ece),
        ],
        share: true,
    };
    let row = |one: &crate::audit::Shifted| {
        let mean = one.accuracy.iter().map(|a| a.mean).sum::<f64>() / severities as f64;
        let cells = one.accuracy.iter().map(|a| number(a.mean));
        let name = one.corruption.replace('_', " ");
        [name]
            .into_iter()
            .chain(cells)
            .chain([number(mean)])
            .collect()
    };
    let mut heads = vec!["corruption".to_owned()];
    heads.extend((1..=severities).map(|s| format!("severity {s}")));
    heads.push("mean".into());
    Section {
        heading: "Corrupted images".into(),
        note: format!(
            "Accuracy falls from {} to {} on average over {} corruptions at {severities} severities ({} rows).",
            with_interval(&found.clean),
            with_interval(&found.mean_accuracy),
            found.corruptions.len(),
            found.rows
        ),
        panels: vec![panel],
        caption: "Accuracy and calibration error on the same rows, corrupted.".into(),
        tables: vec![PlainTable {
            caption: "Accuracy, mean over models.".into(),
            heads,
            names: 1,
            rows: found.corruptions.iter().map(row).collect(),
        }],
    }
}

pub(super) fn finding(found: &AuditResult) -> Option<Finding> {
    let shifts = found.shifts.as_ref()?;
    let mean = |one: &Shifted| {
        one.accuracy.iter().map(|a| a.mean).sum::<f64>() / one.accuracy.len() as f64
    };
    let worst = shifts
        .corruptions
        .iter()
        .min_by(|a, b| mean(a).total_cmp(&mean(b)))?;
    Some(Finding {
        headline: format!(
            "On corrupted images accuracy falls from {} to {}.",
            number(shifts.clean.mean),
            figure(&found.metrics, &shifts.mean_accuracy)
        ),
        detail: format!(
            "Mean over {} corruptions at five severities, {} images; worst is {} with {}.",
            shifts.corruptions.len(),
            shifts.rows,
            worst.corruption.replace('_', " "),
            number(mean(worst))
        ),
    })
}

pub(super) fn csv(found: &Shifts) -> String {
    let mut csv = "corruption,severity,accuracy,low,high,ece\n".to_owned();
    for one in &found.corruptions {
        for (place, (accuracy, ece)) in one.accuracy.iter().zip(&one.ece).enumerate() {
            csv.push_str(&format!(
                "{},{},{},{},{},{ece}\n",
                one.corruption,
                place + 1,
                accuracy.mean,
                accuracy.low,
                accuracy.high
            ));
        }
    }
    csv
}
