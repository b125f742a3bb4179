//! A classification class by class.

use std::sync::atomic::AtomicBool;

use decay_audit::Logits;
use decay_audit::by_class::{
    ClassCurves, ClassFigures, Confused, ConfusionMatrix, macro_curves, one_vs_rest_curves,
};
use decay_audit::calibration::{CalibrationError, EqualWidth, ReliabilityBin, reliability_diagram};
use serde::Serialize;

use crate::error::Error;
use crate::targets::go_on;

/// With more classes there are no curves: each sorts all rows.
const MOST_CURVES: usize = 100;
/// Points of a mean over classes.
const POINTS: usize = 101;
/// Bins of a class's reliability: fewer than of all answers, since a class has fewer rows.
const BINS: usize = 10;
/// The largest confusions that are kept.
const CONFUSED: usize = 20;

/// One class.
#[derive(Debug, Clone, Serialize)]
pub struct OneClass {
    /// Its name.
    pub name: String,
    /// How it is found.
    #[serde(flatten)]
    pub figures: ClassFigures,
    /// Area under its ROC curve against the rest, by its probability; `None` without rows of both kinds, and of very many classes.
    pub auroc: Option<f64>,
    /// Average precision, likewise.
    pub average_precision: Option<f64>,
    /// Expected calibration error of its probability.
    pub calibration_error: Option<f64>,
    /// Its curves.
    #[serde(skip)]
    pub curves: Option<ClassCurves>,
    /// How often rows are of the class at each probability of it.
    #[serde(skip)]
    pub reliability: Vec<ReliabilityBin>,
}

impl OneClass {
    fn new(
        name: &str,
        figures: ClassFigures,
        curves: Option<ClassCurves>,
        reliability: Option<Vec<ReliabilityBin>>,
    ) -> Self {
        let error = |bins: &Vec<ReliabilityBin>| CalibrationError::of(bins).l1;
        Self {
            name: name.to_owned(),
            figures,
            auroc: curves.as_ref().map(|own| own.auroc),
            average_precision: curves.as_ref().map(|own| own.average_precision),
            calibration_error: reliability.as_ref().map(error),
            curves,
            reliability: reliability.unwrap_or_default(),
        }
    }
}

/// All of them.
#[derive(Debug, Clone, Serialize)]
pub struct ByClass {
    /// Each class in the order of the model.
    pub by_class: Vec<OneClass>,
    /// Rows by class and predicted class.
    pub confusion: ConfusionMatrix,
    /// The most frequent mistakes, by places of classes.
    pub confused: Vec<Confused>,
    /// Mean over classes of the area under the ROC curve.
    pub auroc_macro: Option<f64>,
    /// Mean over classes of the average precision.
    pub average_precision_macro: Option<f64>,
    /// The curves' mean, of more than two classes.
    #[serde(skip)]
    pub mean: Option<ClassCurves>,
}

impl ByClass {
    /// Of what a model says of rows; each row counts once.
    pub(in crate::audit) fn of(
        logits: &Logits<'_>,
        labels: &[usize],
        names: &[String],
        stop: &AtomicBool,
    ) -> Result<Self, Error> {
        let classes = logits.classes();
        let confusion = ConfusionMatrix::of(labels, &logits.predictions(), classes)?;
        go_on(stop)?;
        let drawn = classes <= MOST_CURVES;
        let curves = drawn.then(|| one_vs_rest_curves(logits, labels));
        let curves = curves.transpose()?.unwrap_or_else(|| vec![None; classes]);
        go_on(stop)?;
        let reliability = drawn.then(|| reliabilities(logits, labels));
        let mut reliability = reliability.transpose()?.into_iter().flatten();
        let known: Vec<&ClassCurves> = curves.iter().flatten().collect();
        let mean = (!known.is_empty()).then(|| macro_curves(&known, POINTS));
        let mean = mean.transpose()?;
        let parts = names.iter().zip(confusion.by_class()).zip(curves);
        let class = |((name, figures), curves): ((&String, _), _)| {
            OneClass::new(name, figures, curves, reliability.next())
        };
        Ok(Self {
            by_class: parts.map(class).collect(),
            confused: confusion.largest_confusions(CONFUSED),
            confusion,
            auroc_macro: mean.as_ref().map(|mean| mean.auroc),
            average_precision_macro: mean.as_ref().map(|mean| mean.average_precision),
            mean: mean.filter(|_| classes > 2),
        })
    }
}

/// Of each class's probability.
fn reliabilities(logits: &Logits<'_>, labels: &[usize]) -> Result<Vec<Vec<ReliabilityBin>>, Error> {
    let p = logits.probabilities();
    let width = EqualWidth {
        bins: BINS,
        ..EqualWidth::default()
    };
    let of_class = |class: usize| {
        let own = p.iter().skip(class).step_by(logits.classes());
        let own: Vec<f64> = own.map(|p| p.clamp(0.0, 1.0)).collect();
        let is_class: Vec<bool> = labels.iter().map(|&label| label == class).collect();
        Ok(reliability_diagram(&own, &is_class, 1, width)?)
    };
    (0..logits.classes()).map(of_class).collect()
}
