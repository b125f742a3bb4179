//! The rate that the validation rows choose, and the shape of their curve.

use decay_audit::{CurveShape, ValidationCurve, one_standard_error_rule, u_shape_test};

use super::CrossValidation;
use crate::failure::Failure;
use crate::settings::RuleName;

/// Significance level of the test for the curve's shape.
const ALPHA: f64 = 0.05;

/// What was chosen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    /// Index of the chosen rate in the plan.
    pub(crate) chosen: usize,
    /// Index of the rate with the lowest mean.
    pub(crate) best: usize,
    /// Largest mean that the rule accepts; NaN if it has none.
    pub(crate) threshold: f64,
    /// Rates left out because a member diverged.
    pub(crate) excluded: Vec<f64>,
    /// Whether the curve is U-shaped; `None` with fewer than two rates.
    pub(crate) shape: Option<CurveShape>,
}

/// Chooses among the rates at which no member diverged.
///
/// A fold's error is the mean over its seeds; folds are what the standard error counts.
pub(crate) fn choose(validated: &CrossValidation, rule: RuleName) -> Result<Choice, Failure> {
    let plan = &validated.plan;
    let (mut included, mut values, mut excluded) = (Vec::new(), Vec::new(), Vec::new());
    for (rate, &value) in plan.rates.iter().enumerate() {
        match validated.errors(rate) {
            Some(errors) => {
                included.push(rate);
                values.push(errors);
            }
            None => excluded.push(value),
        }
    }
    if included.is_empty() {
        return Err(Failure::Failed(
            "every rate had a model whose loss stopped being a number; lower train.lr".into(),
        ));
    }
    let rates: Vec<f64> = included.iter().map(|&rate| plan.rates[rate]).collect();
    let decided = one_standard_error_rule(&rates, &by_fold(&values, plan.folds))?;
    let (place, threshold) = match rule {
        RuleName::OneSe => (decided.one_se_index, decided.threshold),
        RuleName::Min => (decided.best_index, f64::NAN),
    };
    Ok(Choice {
        chosen: included[place],
        best: included[decided.best_index],
        threshold,
        excluded,
        shape: shape(&rates, &values, plan.folds)?,
    })
}

/// The verdict on the curve; `None` with fewer than two rates.
fn shape(
    rates: &[f64],
    values: &[Vec<Vec<f64>>],
    folds: usize,
) -> Result<Option<CurveShape>, Failure> {
    let curve = ValidationCurve {
        rates,
        values,
        test_per_train: 1.0 / (folds - 1) as f64,
    };
    Ok((rates.len() > 1)
        .then(|| u_shape_test(&curve, ALPHA))
        .transpose()?)
}

/// `[rates][folds][seeds]` to `[folds][rates]`, seeds averaged.
fn by_fold(values: &[Vec<Vec<f64>>], folds: usize) -> Vec<Vec<f64>> {
    let mean = |seeds: &Vec<f64>| seeds.iter().sum::<f64>() / seeds.len() as f64;
    (0..folds)
        .map(|fold| values.iter().map(|rate| mean(&rate[fold])).collect())
        .collect()
}
