//! The setting that the validation rows choose, and the shape of its curve.

use decay_audit::{
    CurveShape, NestedChoice, ValidationCurve, nested_choice, one_standard_error_rule, paired_rule,
    u_shape_test,
};
use decay_train::{Plan, Strength};

use super::CrossValidation;
use crate::error::Error;
use crate::settings::RuleName;

/// Significance level of the test for the curve's shape.
const ALPHA: f64 = 0.05;

/// Validation errors of a setting, `[folds][seeds]`; `None` if a member diverged.
type Errors = Option<Vec<Vec<f64>>>;

/// What was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The chosen setting.
    pub chosen: usize,
    /// The setting with the best mean.
    pub best: usize,
    /// The settings that differ from these two in the first axis alone, in its order: all of a sweep with one axis.
    pub row: Vec<usize>,
    /// Worst mean that the rule accepts; NaN if it has none.
    pub threshold: f64,
    /// The rule that was applied.
    pub rule: RuleName,
    /// Whether a rule for the larger value was asked for in vain, since the hyper-parameter has no order of strength.
    pub without_order: bool,
    /// Values of the row's axis left out because a member diverged.
    pub excluded: Vec<f64>,
    /// Settings of the whole sweep left out for that.
    pub lost: usize,
    /// The best mean of all settings beside what choosing it is worth on folds that did not choose.
    pub nested: NestedChoice,
    /// Whether the row's curve is U-shaped; `None` with fewer than two values.
    pub shape: Option<CurveShape>,
}

/// Chooses among the settings at which no member diverged.
///
/// A fold's error is the mean over its seeds; folds are what the standard error counts. With two axes the lowest mean of all
/// decides the row, and the rule moves within it along the first axis. A hyper-parameter without an order of strength leaves
/// the one-standard-error rule nothing to prefer, and the lowest mean is chosen.
pub(crate) fn choose(validated: &CrossValidation, rule: RuleName) -> Result<Decision, Error> {
    let settings = 0..validated.plan.settings();
    let errors: Vec<Errors> = settings.map(|setting| validated.errors(setting)).collect();
    let mut choice = decide(&validated.plan, &errors, rule)?;
    let metric = validated.metric;
    choice.threshold = metric.loss(choice.threshold);
    if metric.shown().higher_is_better {
        choice.shape = choice.shape.map(CurveShape::of_negated);
        choice.nested = choice.nested.of_negated();
    }
    Ok(choice)
}

fn decide(plan: &Plan, errors: &[Errors], rule: RuleName) -> Result<Decision, Error> {
    let means = errors.iter().enumerate();
    let means = means.filter_map(|(setting, errors)| Some((setting, grand_mean(errors.as_ref()?))));
    // The first of several that are equal.
    let Some((best, _)) = means.min_by(|a, b| a.1.total_cmp(&b.1)) else {
        return Err(Error::Diverged(
            "every rate had a model whose loss stopped being a number; lower train.lr".into(),
        ));
    };
    let (axis, row) = (&plan.axes[0], row_of(plan, best));
    let (mut included, mut values, mut excluded) = (Vec::new(), Vec::new(), Vec::new());
    for (place, &setting) in row.iter().enumerate() {
        match &errors[setting] {
            Some(errors) => {
                included.push(place);
                values.push(errors.clone());
            }
            None => excluded.push(axis.values[place]),
        }
    }
    let along: Vec<f64> = included.iter().map(|&place| axis.values[place]).collect();
    let folds = by_fold(&values, plan.folds);
    let decided = one_standard_error_rule(&along, &folds)?;
    let without_order = axis.hyper.strength() == Strength::Unordered && rule != RuleName::Min;
    let rule = if without_order { RuleName::Min } else { rule };
    let (chosen, threshold) = match rule {
        RuleName::OneSe => (row[included[decided.one_se_index]], decided.threshold),
        RuleName::Paired => {
            let place = paired_rule(&along, &folds)?;
            (row[included[place]], f64::NAN)
        }
        RuleName::Min => (best, f64::NAN),
    };
    Ok(Decision {
        chosen,
        best,
        row,
        threshold,
        rule,
        without_order,
        excluded,
        lost: errors.iter().filter(|errors| errors.is_none()).count(),
        nested: nested(plan, errors)?,
        shape: shape(&along, &values, plan.folds)?,
    })
}

/// The best mean of all settings at which no member diverged, and what choosing it is worth.
fn nested(plan: &Plan, errors: &[Errors]) -> Result<NestedChoice, Error> {
    let whole: Vec<_> = errors.iter().flatten().cloned().collect();
    Ok(nested_choice(&by_fold(&whole, plan.folds))?)
}

/// The settings that differ from one in the first axis alone, and itself.
fn row_of(plan: &Plan, setting: usize) -> Vec<usize> {
    let count = plan.axes[0].values.len();
    let stride = plan.settings() / count;
    let place = |place: usize| place * stride + setting % stride;
    (0..count).map(place).collect()
}

/// The verdict on the curve; `None` with fewer than two values.
fn shape(
    along: &[f64],
    values: &[Vec<Vec<f64>>],
    folds: usize,
) -> Result<Option<CurveShape>, Error> {
    let curve = ValidationCurve {
        rates: along,
        values,
        test_per_train: 1.0 / (folds - 1) as f64,
    };
    Ok((along.len() > 1)
        .then(|| u_shape_test(&curve, ALPHA))
        .transpose()?)
}

/// `[settings][folds][seeds]` to `[folds][settings]`, seeds averaged.
pub(super) fn by_fold(values: &[Vec<Vec<f64>>], folds: usize) -> Vec<Vec<f64>> {
    (0..folds)
        .map(|fold| values.iter().map(|setting| mean(&setting[fold])).collect())
        .collect()
}

fn grand_mean(errors: &[Vec<f64>]) -> f64 {
    mean(&errors.iter().map(|seeds| mean(seeds)).collect::<Vec<_>>())
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::{Decision, Errors, RuleName, decide};
    use decay_train::{Axis, Hyper, Member, Plan, TrainConfig};

    fn plan(axes: &[(Hyper, &[f64])]) -> Plan {
        let like = Member::new(&TrainConfig::default(), 0.01, 0, 0);
        let axes = axes
            .iter()
            .map(|(hyper, values)| Axis::new(*hyper, values).unwrap());
        Plan::over(&like, axes.collect(), 2, 1, 0).unwrap()
    }

    /// Two folds around a mean.
    fn around(mean: f64, spread: f64) -> Errors {
        Some(vec![vec![mean - spread], vec![mean + spread]])
    }

    /// Rates down, dropout across.
    const RATES: &[f64] = &[0.01, 0.1, 1.0];
    const DROPOUTS: &[f64] = &[0.0, 0.5];

    fn chosen(means: [[f64; 2]; 3], spread: f64, rule: RuleName) -> Decision {
        let plan = plan(&[(Hyper::Decay, RATES), (Hyper::Dropout, DROPOUTS)]);
        let mut errors: Vec<Errors> = means
            .as_flattened()
            .iter()
            .map(|&m| around(m, spread))
            .collect();
        for (place, mean) in means.as_flattened().iter().enumerate() {
            if mean.is_nan() {
                errors[place] = None;
            }
        }
        decide(&plan, &errors, rule).unwrap()
    }

    #[test]
    fn the_lowest_cell_decides_the_row_and_the_rule_moves_along_the_rates() {
        let means = [[0.9, 0.7], [0.6, 0.5], [0.55, 0.52]];
        let choice = chosen(means, 0.03, RuleName::OneSe);
        assert_eq!(
            (choice.best, choice.chosen),
            (3, 5),
            "rate 0.1, then 1, both at dropout 0.5"
        );
        assert_eq!(choice.row, [1, 3, 5]);
        assert!((choice.threshold - 0.53).abs() < 1e-12);
        assert_eq!(chosen(means, 0.01, RuleName::OneSe).chosen, 3);
        let lowest = chosen(means, 0.03, RuleName::Min);
        assert_eq!(lowest.chosen, 3);
        assert!(lowest.threshold.is_nan());
        assert_eq!(lowest.shape.unwrap().best_rate, 0.1);
    }

    #[test]
    fn a_diverged_cell_is_left_out_of_its_row_and_counted() {
        let nan = f64::NAN;
        let choice = chosen([[0.9, 0.7], [0.6, 0.5], [nan, nan]], 0.3, RuleName::OneSe);
        assert_eq!((choice.best, choice.chosen), (3, 3));
        assert_eq!((choice.excluded, choice.lost), (vec![1.0], 2));
        let plan = plan(&[(Hyper::Decay, RATES)]);
        assert!(decide(&plan, &[None, None, None], RuleName::Min).is_err());
    }

    #[test]
    fn a_learning_rate_has_no_order_and_a_dropout_has() {
        let errors: Vec<Errors> = [0.5, 0.5001].map(|mean| around(mean, 0.1)).into();
        let of = |hyper| decide(&plan(&[(hyper, &[0.1, 0.2])]), &errors, RuleName::OneSe).unwrap();
        let lr = of(Hyper::Lr);
        assert_eq!((lr.chosen, lr.rule), (0, RuleName::Min));
        let dropout = of(Hyper::Dropout);
        assert_eq!((dropout.chosen, dropout.rule), (1, RuleName::OneSe));
    }
}
