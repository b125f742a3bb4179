//! The record of a sweep: everything at each rate, averaged over seeds, then over folds.

use decay_audit::Logits;
use decay_data::TaskKind;
use decay_report::{Curve, RatePoint, Split, Spread, Sweep, Task};

use super::reliability;
use crate::failure::Failure;
use crate::pipeline::{Choice, CrossValidation, Measured, Truth};
use crate::settings::{RuleName, SweepSettings};

/// The sweep as the report, the table and `selection.json` show it.
pub(crate) fn sweep_record(
    validated: &CrossValidation,
    choice: &Choice,
    task: TaskKind,
    settings: &SweepSettings,
) -> Result<Sweep, Failure> {
    let plan = &validated.plan;
    let curves = Curves::new(validated);
    let mut points = Vec::with_capacity(plan.rates.len());
    for rate in 0..plan.rates.len() {
        points.push(point(validated, &curves, rate)?);
    }
    Ok(Sweep {
        axis: "decay rate λ".into(),
        symbol: "λ".into(),
        metric: validated.metric.shown(),
        task: match task {
            TaskKind::Classification => Task::Classification,
            TaskKind::Regression => Task::Regression,
        },
        points,
        chosen: choice.chosen,
        best: choice.best,
        rule: match settings.rule {
            RuleName::OneSe => "one standard error".into(),
            RuleName::Min => "lowest mean".into(),
        },
        threshold: choice.threshold,
    })
}

fn point(validated: &CrossValidation, curves: &Curves, rate: usize) -> Result<RatePoint, Failure> {
    let plan = &validated.plan;
    let spread = |pick: fn(&Measured) -> Option<f64>| over_folds(validated, rate, pick);
    let optional = |pick: fn(&Measured) -> Option<f64>| {
        let spread = over_folds(validated, rate, pick);
        (spread.n > 0).then_some(spread)
    };
    let diverged = plan
        .of_rate(rate)
        .filter(|&m| validated.measured[m].is_none())
        .count();
    let half_life = validated.half_lives[rate];
    Ok(RatePoint {
        rate: plan.rates[rate],
        half_life_epochs: half_life.is_finite().then_some(half_life),
        train: spread(|m| Some(m.train)),
        validation: spread(|m| Some(m.validation)),
        gap: spread(|m| Some(m.validation - m.train)),
        accuracy: optional(|m| m.accuracy),
        ece: optional(|m| m.ece),
        weight_norm: spread(|m| Some(m.weight_norm)),
        logit_scale: optional(|m| m.logit_scale),
        diverged,
        curves: curves.of_rate(rate),
        reliability: validation_reliability(validated, rate)?,
    })
}

/// Mean over folds of the mean over seeds; the spread is that of the folds.
fn over_folds(
    validated: &CrossValidation,
    rate: usize,
    pick: fn(&Measured) -> Option<f64>,
) -> Spread {
    let plan = &validated.plan;
    let members: Vec<usize> = plan.of_rate(rate).collect();
    let of_fold = |members: &[usize]| {
        let values: Vec<f64> = members
            .iter()
            .filter_map(|&member| validated.measured[member].as_ref().and_then(pick))
            .collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let folds: Vec<f64> = members.chunks(plan.seeds).filter_map(of_fold).collect();
    Spread::of(&folds)
}

fn validation_reliability(
    validated: &CrossValidation,
    rate: usize,
) -> Result<Vec<decay_report::ReliabilityBin>, Failure> {
    let plan = &validated.plan;
    let (mut confidences, mut right) = (Vec::new(), Vec::new());
    for member in plan.of_rate(rate) {
        let truth = &validated.truths[plan.members[member].fold];
        let (Truth::Classes { labels, classes }, Some(_)) = (truth, &validated.measured[member])
        else {
            continue;
        };
        let logits = Logits::from_f32(&validated.outputs[member], labels.len(), *classes)?;
        confidences.extend(logits.confidences());
        right.extend(logits.predictions().iter().zip(labels).map(|(p, y)| p == y));
    }
    if confidences.is_empty() {
        return Ok(Vec::new());
    }
    reliability(&confidences, &right, plan.seeds)
}

/// Loss by rate, split and epoch, gathered in one pass over the history.
struct Curves {
    /// `[rates][splits][epochs]`: values of the members.
    values: Vec<[Vec<Vec<f64>>; 2]>,
}

impl Curves {
    fn new(validated: &CrossValidation) -> Self {
        let plan = &validated.plan;
        let per_rate = plan.folds * plan.seeds;
        let mut values = vec![[Vec::new(), Vec::new()]; plan.rates.len()];
        for record in &validated.trained.history {
            if validated.measured[record.member].is_none() {
                continue;
            }
            let split = usize::from(record.split == decay_train::Split::Validation);
            let epochs: &mut Vec<Vec<f64>> = &mut values[record.member / per_rate][split];
            let epoch = record.epoch as usize;
            if epochs.len() < epoch {
                epochs.resize(epoch, Vec::new());
            }
            epochs[epoch - 1].push(record.losses.loss);
        }
        Self { values }
    }

    fn of_rate(&self, rate: usize) -> Vec<Curve> {
        let splits = [Split::Train, Split::Validation];
        splits
            .into_iter()
            .zip(&self.values[rate])
            .filter(|(_, epochs)| !epochs.is_empty())
            .map(|(split, epochs)| {
                let spreads: Vec<Spread> = epochs.iter().map(|values| Spread::of(values)).collect();
                Curve {
                    split,
                    mean: spreads.iter().map(|s| s.mean).collect(),
                    low: spreads.iter().map(Spread::low).collect(),
                    high: spreads.iter().map(Spread::high).collect(),
                }
            })
            .collect()
    }
}
