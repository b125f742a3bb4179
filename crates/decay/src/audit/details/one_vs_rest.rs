//! How well each class or label is told from the rest, by its probability.

use std::sync::atomic::AtomicBool;

use decay_audit::by_class::{
    ClassCurves, ClassFigures, ConfusionMatrix, areas, class_scores, curves, macro_curves,
};
use decay_audit::calibration::{CalibrationError, EqualWidth, ReliabilityBin, reliability_diagram};
use decay_audit::interval::Bootstrap;
use decay_audit::{Estimate, Logits};
use serde::Serialize;

use super::LEVEL;
use crate::error::Error;
use crate::targets::go_on;

/// With more classes there are no curves: each sorts all rows.
const MOST_CURVES: usize = 100;
/// Points of a mean over classes.
const POINTS: usize = 101;
/// Bins of a class's reliability: fewer than of all answers, since a class has fewer rows.
const BINS: usize = 10;
/// Rows that the resamples of all classes read together, a few seconds' work.
const MOST_RESAMPLED: usize = 400_000_000;

/// One class, or a label that applies.
#[derive(Debug, Clone, Serialize)]
pub struct OneClass {
    /// Its name.
    pub name: String,
    /// How it is found.
    #[serde(flatten)]
    pub figures: ClassFigures,
    /// Area under its ROC curve against the rest, by its probability; `None` without rows of both kinds, and of very many classes.
    pub auroc: Option<Estimate>,
    /// Average precision, likewise.
    pub average_precision: Option<Estimate>,
    /// Expected calibration error of its probability.
    pub calibration_error: Option<f64>,
    /// Its curves.
    #[serde(skip)]
    pub curves: Option<ClassCurves>,
    /// How often rows are of the class at each probability of it.
    #[serde(skip)]
    pub reliability: Vec<ReliabilityBin>,
}

/// All of them.
#[derive(Debug, Clone)]
pub struct OneVsRest {
    /// Each in the order of the model.
    pub each: Vec<OneClass>,
    /// Rows that they were found among.
    pub rows: usize,
    /// The mean of their curves and areas; `None` where no class has any.
    pub mean: Option<ClassCurves>,
}

impl OneVsRest {
    /// Each class of a classification, with how it is found.
    pub(super) fn of_classes(
        logits: &Logits<'_>,
        labels: &[usize],
        (names, figures): (&[String], Vec<ClassFigures>),
        stop: &AtomicBool,
    ) -> Result<Self, Error> {
        let classes = logits.classes();
        let (drawn, p) = (classes <= MOST_CURVES, logits.probabilities());
        let scores = if drawn {
            class_scores(logits)
        } else {
            Vec::new()
        };
        let resamples = resamples(labels.len() * classes);
        let class = |(class, (name, figures)): (usize, (&String, ClassFigures))| {
            go_on(stop)?;
            let Some(scores) = scores.get(class) else {
                return Ok(OneClass::bare(name, figures));
            };
            let is_class: Vec<bool> = labels.iter().map(|&label| label == class).collect();
            let p: Vec<f64> = p.iter().skip(class).step_by(classes).copied().collect();
            OneClass::bare(name, figures).drawn((scores, &p, &is_class), resamples, stop)
        };
        let all = names.iter().zip(figures).enumerate();
        Self::with_mean(all.map(class).collect::<Result<_, _>>()?, labels.len())
    }

    /// Each of several labels beside the rows that it does not apply to; `logits`: no and yes for every label of every row.
    pub(super) fn of_labels(
        logits: &Logits<'_>,
        flags: &[Vec<bool>],
        names: &[String],
        stop: &AtomicBool,
    ) -> Result<Self, Error> {
        let odds: Vec<f64> = logits.iter_rows().map(|row| row[1] - row[0]).collect();
        let p = logits.probabilities();
        let p: Vec<f64> = p.iter().skip(1).step_by(2).copied().collect();
        let own = |values: &[f64], label: usize| -> Vec<f64> {
            let own = values.iter().skip(label).step_by(flags.len());
            own.copied().collect()
        };
        let rows = flags.first().map_or(0, Vec::len);
        let resamples = resamples(rows * flags.len());
        let label = |(label, (name, flags)): (usize, (&String, &Vec<bool>))| {
            go_on(stop)?;
            let (odds, p) = (own(&odds, label), own(&p, label));
            let figures = found(&odds, flags)?;
            if label >= MOST_CURVES {
                return Ok(OneClass::bare(name, figures));
            }
            OneClass::bare(name, figures).drawn((&odds, &p, flags), resamples, stop)
        };
        let all = names.iter().zip(flags).enumerate();
        Self::with_mean(all.map(label).collect::<Result<_, Error>>()?, rows)
    }

    fn with_mean(each: Vec<OneClass>, rows: usize) -> Result<Self, Error> {
        let curves = each.iter().filter_map(|one| one.curves.as_ref());
        let known: Vec<&ClassCurves> = curves.collect();
        let mean = (!known.is_empty()).then(|| macro_curves(&known, POINTS));
        let mean = mean.transpose()?;
        Ok(Self { each, rows, mean })
    }
}

/// How a label is found where its odds are above 1.
fn found(odds: &[f64], flags: &[bool]) -> Result<ClassFigures, Error> {
    let of = |yes: &mut dyn Iterator<Item = bool>| yes.map(usize::from).collect::<Vec<_>>();
    let truth = of(&mut flags.iter().copied());
    let said = of(&mut odds.iter().map(|odds| *odds > 0.0));
    Ok(ConfusionMatrix::of(&truth, &said, 2)?.by_class()[1])
}

/// How often all rows are drawn anew, of which there are `rows` over all classes.
fn resamples(rows: usize) -> Bootstrap {
    let usual = Bootstrap::default();
    let most = MOST_RESAMPLED / rows.max(1);
    Bootstrap {
        resamples: most.clamp(100, usual.resamples),
        level: LEVEL,
        ..usual
    }
}

impl OneClass {
    /// Without curves.
    fn bare(name: &str, figures: ClassFigures) -> Self {
        Self {
            name: name.to_owned(),
            figures,
            auroc: None,
            average_precision: None,
            calibration_error: None,
            curves: None,
            reliability: Vec::new(),
        }
    }

    /// With what its scores and probabilities say of the rows that it is true of.
    fn drawn(
        mut self,
        (scores, p, positive): (&[f64], &[f64], &[bool]),
        resamples: Bootstrap,
        stop: &AtomicBool,
    ) -> Result<Self, Error> {
        let width = EqualWidth {
            bins: BINS,
            ..EqualWidth::default()
        };
        let p: Vec<f64> = p.iter().map(|p| p.clamp(0.0, 1.0)).collect();
        self.reliability = reliability_diagram(&p, positive, 1, width)?;
        self.calibration_error = Some(CalibrationError::of(&self.reliability).l1);
        self.curves = curves(scores, positive)?;
        let areas = areas(scores, positive, resamples.stopped_by(stop))?;
        self.auroc = areas.map(|own| own.auroc);
        self.average_precision = areas.map(|own| own.average_precision);
        Ok(self)
    }
}
