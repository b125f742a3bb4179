//! How well each class is told from the rest, at every threshold of its probability.

use serde::Serialize;

use crate::check::{finite, labels_fit, length};
use crate::ood::{Ranking, Tie, area, aupr_out};
use crate::{AuditError, Logits, Result};

/// One class against the rest, over all thresholds of a score that is high for the class.
///
/// ```text
/// false alarms = FP / (FP + TN)      found = recall = TP / (TP + FN)      precision = TP / (TP + FP)
/// ```
///
/// # Source
/// As scikit-learn's `roc_curve(drop_intermediate=False)`, `precision_recall_curve`, `roc_auc_score` and
/// `average_precision_score`; the last two points of its precision-recall curve are first here, and reversed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassCurves {
    /// `(false alarms, found)` at each threshold, the highest first; begins with `(0, 0)` and ends with `(1, 1)`.
    pub roc: Vec<(f64, f64)>,
    /// `(recall, precision)` at each threshold, the highest first; begins with `(0, 1)`.
    pub precision_recall: Vec<(f64, f64)>,
    /// Area under the first.
    pub auroc: f64,
    /// Area under steps of the second.
    pub average_precision: f64,
}

/// The curves of one score; `None` where all rows are of one side.
///
/// # Shapes
/// - `scores`, `positive`: `[rows]`
///
/// # Errors
/// Scores that are not finite, different lengths.
pub fn curves(scores: &[f64], positive: &[bool]) -> Result<Option<ClassCurves>> {
    finite("scores", scores)?;
    length("positive", positive.len(), scores.len())?;
    Ok(of_ranking(
        &Ranking::of(scores, |row| !positive[row]),
        scores.len(),
    ))
}

/// The curves of each class against the rest by its probability, `[classes]`; `None` for a class without rows or without others.
///
/// # Errors
/// Labels that do not fit.
pub fn one_vs_rest_curves(
    logits: &Logits<'_>,
    labels: &[usize],
) -> Result<Vec<Option<ClassCurves>>> {
    labels_fit(logits, labels)?;
    let scores = class_scores(logits);
    let of_class = |(class, scores): (usize, &Vec<f64>)| {
        let positive: Vec<bool> = labels.iter().map(|&label| label == class).collect();
        curves(scores, &positive)
    };
    scores.iter().enumerate().map(of_class).collect()
}

/// What rows are ordered by for each class: its log-probability, of two classes the log-odds, which do not saturate.
///
/// # Shapes
/// - returns: `[classes]` of `[rows]`
pub fn class_scores(logits: &Logits<'_>) -> Vec<Vec<f64>> {
    let classes = 0..logits.classes();
    if logits.classes() == 2 {
        let odds = |class: usize| {
            logits
                .iter_rows()
                .map(move |row| row[class] - row[1 - class])
        };
        return classes.map(|class| odds(class).collect()).collect();
    }
    let log_p = logits.log_probabilities();
    let of = |class: usize| log_p.iter().skip(class).step_by(logits.classes()).copied();
    classes.map(|class| of(class).collect()).collect()
}

/// The scores of the positive rows and those of the others.
pub(super) fn sides(scores: &[f64], positive: &[bool]) -> Result<[Vec<f64>; 2]> {
    finite("scores", scores)?;
    length("positive", positive.len(), scores.len())?;
    let of = |side: bool| {
        let rows = scores.iter().zip(positive);
        let own = rows.filter(|(_, positive)| **positive == side);
        own.map(|(score, _)| *score).collect()
    };
    Ok([of(true), of(false)])
}

/// The mean of several classes' curves at `points` equal steps of false alarms and of recall, with the means of their areas.
///
/// ```text
/// found(x) = mean_k found_k(x), linear between thresholds
/// precision(r) = mean_k precision_k at the highest threshold whose recall is at least r
/// ```
///
/// # Errors
/// No curves; fewer than two points.
pub fn macro_curves(all: &[&ClassCurves], points: usize) -> Result<ClassCurves> {
    if all.is_empty() {
        return Err(AuditError::Empty { what: "curves" });
    }
    crate::check::at_least_two("points", points)?;
    let mean = |figure: &dyn Fn(&ClassCurves) -> f64| {
        all.iter().map(|one| figure(one)).sum::<f64>() / all.len() as f64
    };
    let steps = (0..points).map(|step| step as f64 / (points - 1) as f64);
    let at = |x: f64| (x, mean(&|one| found_at(&one.roc, x)));
    let mut roc: Vec<(f64, f64)> = steps.clone().map(at).collect();
    roc.insert(0, (0.0, 0.0));
    Ok(ClassCurves {
        roc,
        precision_recall: steps
            .map(|r| (r, mean(&|one| precision_at(&one.precision_recall, r))))
            .collect(),
        auroc: mean(&|one| one.auroc),
        average_precision: mean(&|one| one.average_precision),
    })
}

/// Linear between points; of several at the same place the highest.
fn found_at(roc: &[(f64, f64)], x: f64) -> f64 {
    let after = roc.partition_point(|point| point.0 <= x);
    let (x0, y0) = roc[after.max(1) - 1];
    match roc.get(after) {
        Some(&(x1, y1)) => y0 + (y1 - y0) * (x - x0) / (x1 - x0),
        None => y0,
    }
}

/// At the first point behind the start whose recall is enough.
fn precision_at(curve: &[(f64, f64)], recall: f64) -> f64 {
    let first = curve.partition_point(|point| point.0 < recall - 1e-12);
    curve[first.min(curve.len() - 1)].1
}

fn of_ranking(ranking: &Ranking, rows: usize) -> Option<ClassCurves> {
    let mut ties: Vec<Tie> = Vec::new();
    ranking.fill(&vec![1.0; rows], &mut ties);
    let sides = ties
        .iter()
        .fold((0.0, 0.0), |(p, n), tie| (p + tie.outside, n + tie.inside));
    let (positives, negatives) = sides;
    if positives == 0.0 || negatives == 0.0 {
        return None;
    }
    let (mut roc, mut precision_recall) = (vec![(0.0, 0.0)], vec![(0.0, 1.0)]);
    let (mut found, mut alarms) = (0.0, 0.0);
    for tie in &ties {
        found += tie.outside;
        alarms += tie.inside;
        roc.push((alarms / negatives, found / positives));
        precision_recall.push((found / positives, found / (found + alarms)));
    }
    Some(ClassCurves {
        roc,
        precision_recall,
        auroc: area(&ties),
        average_precision: aupr_out(&ties),
    })
}
