//! Accuracy, errors and confidence.

use decay_audit::recalibration::Recalibrated;
use decay_audit::verdict::{Sentence, verdicts};
use decay_audit::{Figures, MetricTask};
use decay_report::text::number;
use decay_report::{Finding, Line, Lines, PlainTable, Section};

use super::metrics::means;
use super::{basis, figure};
use crate::audit::{HeldOutFigures, Measurements, Origin};

/// Selective prediction and recalibration.
pub(super) fn section(held_out: &HeldOutFigures) -> Option<Section> {
    if held_out.selective.is_empty() {
        return None;
    }
    let line = Line {
        label: "error rate of the answers".into(),
        mean: held_out.selective.iter().map(|(_, risk)| *risk).collect(),
        ..Line::default()
    };
    let panel = Lines {
        id: "selective".into(),
        title: "Answering the surest cases only".into(),
        x_label: "share of the cases answered".into(),
        y_label: "error rate".into(),
        xs: held_out.selective.iter().map(|(share, _)| *share).collect(),
        lines: vec![line],
        share: false,
    };
    Some(Section {
        heading: "Confidence put to use".into(),
        note: String::new(),
        panels: vec![panel],
        caption: "Cases in the order of the model's confidence: its error rate if it answers the surest share and \
                  leaves the others to somebody else."
            .into(),
        tables: recalibration(&held_out.recalibrated).into_iter().collect(),
        ..Section::default()
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
            one.gain
                .map_or_else(|| "–".to_owned(), |gain| number(gain.p_adjusted)),
            number(one.brier),
            number(one.ece),
            number(one.smooth_ece),
            number(one.accuracy),
        ]
    };
    let heads = [
        "recalibration",
        "NLL",
        "p",
        "Brier",
        "ECE",
        "smooth ECE",
        "accuracy",
    ];
    Some(PlainTable {
        caption: "Repairs of the model's probabilities before any temperature, each judged on rows that it was not fitted \
                  on (five folds of the rows of the audit); p that the loss falls by chance, paired over rows and corrected for the number of \
                  methods."
            .into(),
        heads: heads.map(String::from).to_vec(),
        names: 1,
        rows: methods.iter().map(row).collect(),
    })
}

pub(super) fn accuracy(held_out: &HeldOutFigures) -> Option<Finding> {
    let key = held_out.of_answers("accuracy");
    let accuracy = held_out.metric(&key)?;
    Some(Finding {
        headline: format!(
            "{} is {}.",
            held_out.origin.of("Accuracy"),
            figure(held_out, &accuracy)
        ),
        detail: basis(held_out, &held_out.figures, &key),
    })
}

/// What the figures say about confidence, in words.
pub(super) fn verdict(held_out: &HeldOutFigures) -> Vec<Finding> {
    let figures = &held_out.figures.metrics;
    let sentences = verdicts(
        figures,
        held_out.figures.p_values.as_ref(),
        &held_out.recalibrated,
        held_out.unfinished,
    )
    .into_iter();
    let finding = |sentence: Sentence| Finding {
        headline: sentence.headline,
        detail: sentence.detail,
    };
    sentences.map(finding).collect()
}

/// How far predictions of each target are off.
pub(super) fn errors(found: &Measurements) -> Vec<Finding> {
    let held_out = &found.held_out;
    if held_out.targets.is_empty() {
        let only = error(held_out, &found.target, &held_out.figures);
        return only.into_iter().collect();
    }
    let each = held_out.targets.iter();
    each.filter_map(|(target, figures)| error(held_out, target, figures))
        .collect()
}

/// How often labels are told right.
pub(super) fn labels(held_out: &HeldOutFigures) -> Option<Finding> {
    let [hamming, exact] = ["hamming_accuracy", "exact_match"].map(|key| held_out.of_answers(key));
    let (each, all) = (held_out.metric(&hamming)?, held_out.metric(&exact)?);
    Some(Finding {
        headline: format!(
            "Of {} rows {} of the labels are told right, and {} of the rows are right in all of them.",
            if held_out.origin == Origin::HeldOut {
                "the held-out"
            } else {
                "these"
            },
            figure(held_out, &each),
            figure(held_out, &all)
        ),
        detail: basis(held_out, &held_out.figures, &hamming),
    })
}

/// What an audit does without where there are no classes, and which mean is told of several targets.
pub(super) fn left_out(held_out: &HeldOutFigures) -> Option<Finding> {
    (held_out.task != MetricTask::Classification).then(|| Finding {
        headline: match held_out.task {
            MetricTask::Multilabel => {
                "Attacks, certificates, corruptions, the detection of other data, prediction sets and repairs of probabilities are \
                 left out: they need classes that exclude each other."
            }
            _ => "Attacks, certificates, corruptions and the detection of other data are left out: they need classes.",
        }
        .into(),
        detail: means(held_out).unwrap_or_default(),
    })
}

fn error(held_out: &HeldOutFigures, target: &str, figures: &Figures) -> Option<Finding> {
    let rmse = figures.metrics.get("rmse")?;
    let r2 = figures.metrics.get("r2").map_or_else(String::new, |r2| {
        format!(" R² is {}.", figure(held_out, r2))
    });
    Some(Finding {
        headline: format!(
            "{} are off by {}.",
            held_out.origin.of(&format!("Predictions of {target}")),
            figure(held_out, rmse)
        ),
        detail: format!(
            "Root mean squared error. {}{r2}",
            basis(held_out, figures, "rmse")
        ),
    })
}
