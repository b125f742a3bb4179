//! Corrupted images.

use decay_report::text::number;
use decay_report::{Finding, Line, Lines, PlainTable, Section};

use super::{fields, figure, with_interval};
use crate::audit::{Measurements, Shifted, Shifts};

pub(super) fn section(found: &Shifts) -> Section {
    let severities = found.corruptions.first();
    let severities = severities.map_or(0, |first| first.accuracy.len());
    Section {
        heading: "Corrupted images".into(),
        note: format!(
            "Accuracy falls from {} to {} on average over {} corruptions at {severities} severities ({} rows).",
            with_interval(&found.clean),
            with_interval(&found.mean_accuracy),
            found.corruptions.len(),
            found.rows
        ),
        panels: vec![severity_panel(found, severities)],
        caption: "Accuracy and calibration error on the same rows, corrupted.".into(),
        tables: vec![corruption_table(found, severities)],
        ..Section::default()
    }
}

fn severity_panel(found: &Shifts, severities: usize) -> Lines {
    let line = |label: &str, colour: usize, of: fn(&Shifted, usize) -> f64| {
        let mean = |severity: usize| {
            let values = found.corruptions.iter().map(|one| of(one, severity));
            values.sum::<f64>() / found.corruptions.len() as f64
        };
        Line {
            label: label.into(),
            colour,
            mean: (0..severities).map(mean).collect(),
            ..Line::default()
        }
    };
    Lines {
        id: "severity".into(),
        title: "Mean over the corruptions".into(),
        x_label: "severity".into(),
        y_label: "share".into(),
        xs: (1..=severities).map(|s| s as f64).collect(),
        lines: vec![
            line("accuracy", 0, |one, s| one.accuracy[s].mean),
            line("expected calibration error", 1, |one, s| one.ece[s]),
        ],
        share: true,
    }
}

fn corruption_table(found: &Shifts, severities: usize) -> PlainTable {
    let row = |one: &Shifted| {
        let values = one.accuracy.iter().map(|accuracy| accuracy.mean);
        let cells = values.chain([one.mean()]).map(number);
        let name = one.corruption.replace('_', " ");
        [name].into_iter().chain(cells).collect()
    };
    let heads = (1..=severities).map(|s| format!("severity {s}"));
    let heads = ["corruption".to_owned()].into_iter().chain(heads);
    PlainTable {
        caption: "Accuracy, by corruption and severity.".into(),
        heads: heads.chain(["mean".to_owned()]).collect(),
        names: 1,
        rows: found.corruptions.iter().map(row).collect(),
    }
}

pub(super) fn finding(found: &Measurements) -> Option<Finding> {
    let shifts = found.shifts.as_ref()?;
    let all = shifts.corruptions.iter();
    let worst = all.min_by(|a, b| a.mean().total_cmp(&b.mean()))?;
    Some(Finding {
        headline: format!(
            "On corrupted images accuracy falls from {} to {}.",
            number(shifts.clean.mean),
            figure(&found.held_out, &shifts.mean_accuracy)
        ),
        detail: format!(
            "Mean over {} corruptions at five severities, {} images; worst is {} with {}.",
            shifts.corruptions.len(),
            shifts.rows,
            worst.corruption.replace('_', " "),
            number(worst.mean())
        ),
    })
}

pub(super) fn csv(found: &Shifts) -> String {
    let mut csv = "corruption,severity,accuracy,low,high,ece\n".to_owned();
    for one in &found.corruptions {
        for (severity, (accuracy, ece)) in (1..).zip(one.accuracy.iter().zip(&one.ece)) {
            let (name, accuracy) = (one.corruption, fields(accuracy));
            csv.push_str(&format!("{name},{severity},{accuracy},{ece}\n"));
        }
    }
    csv
}
