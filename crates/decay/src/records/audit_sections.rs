//! The parts of an audit beside its table of metrics, for the page.

use decay_audit::Estimate;
use decay_audit::ood::Detector;
use decay_audit::recalibration::Recalibrated;
use decay_report::{Line, Lines, PlainTable, Section};
use decay_robust::attack::MaskingSign;

use crate::audit::{
    AuditResult, DetectionOn, Detections, HeldOutAudit, InNorm, Robustness, Shifts,
};
use decay_report::text::{number, short};

/// Every part that was measured.
pub(crate) fn audit_sections(found: &AuditResult) -> Vec<Section> {
    let parts = [
        selective(&found.metrics),
        found.detections.as_ref().map(detection),
        found.shifts.as_ref().map(shifts),
        found.robustness.as_ref().map(robustness),
    ];
    parts.into_iter().flatten().collect()
}

fn with_interval(estimate: &Estimate) -> String {
    let Estimate {
        mean, low, high, ..
    } = *estimate;
    format!("{} ({} – {})", number(mean), number(low), number(high))
}

/// Selective prediction and recalibration.
fn selective(metrics: &HeldOutAudit) -> Option<Section> {
    if metrics.selective.is_empty() {
        return None;
    }
    let line = Line {
        label: "error rate of the answers".into(),
        mean: metrics.selective.iter().map(|(_, risk)| *risk).collect(),
        ..Line::default()
    };
    let panel = Lines {
        id: "selective".into(),
        title: "Answering the surest cases only".into(),
        x_label: "share of the cases answered".into(),
        y_label: "error rate".into(),
        xs: metrics
            .selective
            .iter()
            .map(|(coverage, _)| *coverage)
            .collect(),
        lines: vec![line],
        share: false,
    };
    Some(Section {
        heading: "Confidence put to use".into(),
        note: String::new(),
        panels: vec![panel],
        caption: "Cases in the order of the first model's confidence: its error rate if it answers the surest share and \
                  leaves the others to somebody else."
            .into(),
        tables: recalibration(&metrics.recalibrated).into_iter().collect(),
    })
}

fn recalibration(methods: &[Recalibrated]) -> Option<PlainTable> {
    if methods.len() < 2 {
        return None;
    }
    let row = |one: &Recalibrated| {
        let name = one.method.map_or("as it is", |method| method.name());
        vec![
            name.to_owned(),
            one.nll.map_or_else(|| "∞".to_owned(), number),
            number(one.brier),
            number(one.ece),
            number(one.smooth_ece),
            number(one.accuracy),
        ]
    };
    let heads = [
        "recalibration",
        "NLL",
        "Brier",
        "ECE",
        "smooth ECE",
        "accuracy",
    ];
    Some(PlainTable {
        caption: "Repairs of the first model's probabilities, each judged on rows that it was not fitted on (five folds \
                  of the held-out rows)."
            .into(),
        heads: heads.map(String::from).to_vec(),
        names: 1,
        rows: methods.iter().map(row).collect(),
    })
}

fn detection(found: &Detections) -> Section {
    let mut note = "Each score tries to tell rows of other data from the held-out rows. Intervals of the AUROC after DeLong, the others \
                    from resampled rows."
        .to_owned();
    if found.fitted_on > 0 {
        note.push_str(&format!(
            " Scores of hidden layers are fitted on {} training rows; no score has seen other data.",
            found.fitted_on
        ));
    }
    for reason in &found.skipped {
        note.push_str(&format!(" Not measured: {reason}"));
    }
    Section {
        heading: "Detection of other data".into(),
        note,
        tables: found.sets.iter().map(detection_table).collect(),
        ..Section::default()
    }
}

fn detection_table(set: &DetectionOn) -> PlainTable {
    let mut scores: Vec<_> = set.scores.iter().collect();
    scores.sort_by(|a, b| b.1.auroc.mean.total_cmp(&a.1.auroc.mean));
    let row = |(name, detection): &(&&'static str, &decay_audit::ood::Detection)| {
        vec![
            Detector::label_of(name),
            with_interval(&detection.auroc),
            with_interval(&detection.aupr_in),
            with_interval(&detection.aupr_out),
            with_interval(&detection.fpr95),
        ]
    };
    let near = if set.near {
        ", near the training data"
    } else {
        ""
    };
    let heads = [
        "score",
        "AUROC",
        "AUPR, held-out",
        "AUPR, other",
        "false alarms at 95 %",
    ];
    PlainTable {
        caption: format!(
            "{} rows of {}{near}, the best score first. The last column is the share of other rows taken for familiar where \
             95 % of the held-out rows are.",
            set.rows, set.data
        ),
        heads: heads.map(String::from).to_vec(),
        names: 1,
        rows: scores.iter().map(row).collect(),
    }
}

fn shifts(found: &Shifts) -> Section {
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

fn robustness(found: &Robustness) -> Section {
    let mut note = match found.attack {
        "none" => format!(
            "Certificates for {} rows and {} models; no attacks.",
            found.rows, found.models
        ),
        attack => format!(
            "{} rows, {} models; radii are {}. Attack: {attack}. An attack bounds robust accuracy from above, a certificate \
             from below.",
            found.rows,
            found.models,
            found.unit.plural()
        ),
    };
    if let Some((degrees, estimate)) = &found.rotation {
        note.push_str(&format!(
            " Turned by the worst angle of up to {degrees} degrees, accuracy is {}.",
            with_interval(estimate)
        ));
    }
    for reason in &found.skipped {
        note.push_str(&format!(" Not measured: {reason}"));
    }
    let tables = [robust_table(found), masking_table(found)];
    Section {
        heading: "Robustness".into(),
        note,
        panels: found.norms.iter().map(|one| panel(one, found.unit.words())).collect(),
        caption: "Accuracy that is left at each radius, mean over models; bands are 95 % intervals over rows, dashed lines \
                  lower bounds."
            .into(),
        tables: tables.into_iter().flatten().collect(),
    }
}

/// The sign of a norm in labels.
fn sign(norm: &str) -> &'static str {
    match norm {
        "linf" => "ℓ∞",
        "l2" => "ℓ2",
        _ => "ℓ1",
    }
}

fn panel(one: &InNorm, unit: &str) -> Lines {
    let line = |label: &str, colour: usize, dashed: bool, estimates: &[Estimate]| Line {
        label: label.to_owned(),
        dashed,
        colour,
        mean: estimates.iter().map(|e| e.mean).collect(),
        low: estimates.iter().map(|e| e.low).collect(),
        high: estimates.iter().map(|e| e.high).collect(),
    };
    let mut lines = Vec::new();
    if !one.attacked.is_empty() {
        lines.push(line("random noise", 4, false, &one.noise));
        lines.push(line("attacked", 1, false, &one.attacked));
    }
    // The certificates that say most; the others are in the table.
    for (colour, name) in [
        (0, "linear"),
        (0, "crown"),
        (2, "interval"),
        (3, "pairwise_lipschitz"),
    ] {
        let shown = one
            .certified
            .iter()
            .find(|certified| certified.certificate == name);
        if let Some(certified) = shown {
            lines.push(line(
                &certificate_label(name),
                colour,
                true,
                &certified.accuracy,
            ));
        }
    }
    Lines {
        id: format!("robust-{}", one.norm),
        title: format!("{} perturbations", sign(one.norm)),
        x_label: format!("{} radius ({unit})", sign(one.norm)),
        y_label: "accuracy".into(),
        xs: one.radii.clone(),
        lines,
        share: true,
    }
}

fn certificate_label(name: &str) -> String {
    match name {
        "linear" => "exact".into(),
        "crown" => "certified, CROWN".into(),
        "interval" => "certified, intervals".into(),
        "lipschitz" => "certified, Lipschitz product".into(),
        "pairwise_lipschitz" => "certified, Lipschitz by pairs".into(),
        "smoothing" => "certified, smoothed model".into(),
        other => other.replace('_', " "),
    }
}

fn robust_table(found: &Robustness) -> Option<PlainTable> {
    let mut rows = Vec::new();
    for one in &found.norms {
        for (place, radius) in one.radii.iter().enumerate() {
            let best = one
                .certified
                .iter()
                .map(|certified| certified.accuracy[place]);
            let best = best.max_by(|a, b| a.mean.total_cmp(&b.mean));
            let shown = |estimate: Option<&Estimate>| {
                estimate.map_or_else(|| "–".to_owned(), with_interval)
            };
            rows.push(vec![
                sign(one.norm).to_owned(),
                short(*radius),
                shown(one.noise.get(place)),
                shown(one.attacked.get(place)),
                shown(best.as_ref()),
            ]);
        }
    }
    let heads = ["norm", "radius", "random noise", "attacked", "certified"];
    (!rows.is_empty()).then(|| PlainTable {
        caption: "Accuracy by radius, with 95 % intervals over rows; of the certificates the best on average.".into(),
        heads: heads.map(String::from).to_vec(),
        names: 1,
        rows,
    })
}

/// What a check must not find.
fn sentence(sign: MaskingSign) -> &'static str {
    match sign {
        MaskingSign::MoreStepsHelpTheDefender => "more steps leave more rows standing",
        MaskingSign::BlackBoxBeatsWhiteBox => "an attack without gradients breaks more",
        MaskingSign::UnboundedAttackFails => "rows stand where anything is allowed",
        MaskingSign::LargerRadiusHelpsTheDefender => "twice the radius leaves more rows standing",
        MaskingSign::RestartsMatter => "other starts break more",
        MaskingSign::LossMatters => "another loss breaks more",
    }
}

/// Checks that failed for any model, and how many passed.
fn masking_table(found: &Robustness) -> Option<PlainTable> {
    let mut rows = Vec::new();
    for one in &found.norms {
        let checks = one.masking.first().map_or(0, |report| report.checks.len());
        for check in 0..checks {
            let all: Vec<_> = one
                .masking
                .iter()
                .map(|report| report.checks[check])
                .collect();
            let passed = all.iter().filter(|check| check.passed).count();
            let worst = all
                .iter()
                .map(|c| c.stronger - c.reference)
                .fold(f64::NEG_INFINITY, f64::max);
            rows.push(vec![
                sign(one.norm).to_owned(),
                sentence(all[0].sign).to_owned(),
                format!("{passed} of {}", all.len()),
                number(worst),
            ]);
        }
    }
    let heads = [
        "norm",
        "what must not be",
        "models that pass",
        "largest excess",
    ];
    (!rows.is_empty()).then(|| PlainTable {
        caption: "Checks that gradients do not mislead the attack (Carlini et al. 2019); an excess is in shares of the rows."
            .into(),
        heads: heads.map(String::from).to_vec(),
        names: 2,
        rows,
    })
}
