//! The record of a sweep: everything at each value of the row that the choice was made in, averaged over seeds, then over folds.

use decay_audit::Logits;
use decay_data::TaskKind;
use decay_report::{Curve, RatePoint, Split, Spread, Sweep, Task};
use decay_train::{Hyper, Spacing};

use crate::audit::reliability;
use crate::data::Truth;
use crate::error::Error;
use crate::experiment::{CrossValidation, Decision, Measured};
use crate::settings::RuleName;
use decay_report::text::short;

/// The sweep as the report, the table and `selection.json` show it.
pub(crate) fn sweep_record(
    validated: &CrossValidation,
    choice: &Decision,
    task: TaskKind,
) -> Result<Sweep, Error> {
    let plan = &validated.plan;
    let curves = Curves::new(validated);
    let hyper = plan.axes[0].hyper;
    let mut points = Vec::with_capacity(choice.row.len());
    for &setting in &choice.row {
        points.push(point(validated, &curves, setting)?);
    }
    let place = |setting: usize| choice.row.iter().position(|&s| s == setting);
    Ok(Sweep {
        axis: hyper.label().into(),
        symbol: hyper.symbol().into(),
        at: fixed(validated, choice),
        linear: hyper.spacing() == Spacing::Linear,
        metric: validated.metric.shown(),
        task: match task {
            TaskKind::Classification => Task::Classification,
            TaskKind::Regression => Task::Regression,
            TaskKind::Multilabel => Task::Multilabel,
        },
        points,
        audited: Vec::new(),
        chosen: place(choice.chosen).unwrap_or_default(),
        best: place(choice.best).unwrap_or_default(),
        rule: match choice.rule {
            RuleName::OneSe => "one standard error".into(),
            RuleName::Paired => "one standard error of the difference".into(),
            RuleName::Min => format!("{} mean", validated.metric.shown().best()),
        },
        threshold: choice.threshold,
    })
}

/// What a reader must know beside the first axis: the row, or the rate where decay is not swept.
fn fixed(validated: &CrossValidation, choice: &Decision) -> String {
    let other = validated.plan.values(choice.chosen).into_iter().nth(1);
    let rate = (validated.plan.axes[0].hyper != Hyper::Decay)
        .then(|| (Hyper::Decay, validated.rate(choice.chosen)));
    let fixed: Vec<String> = [other, rate]
        .into_iter()
        .flatten()
        .map(|(hyper, value)| format!("{} = {}", hyper.symbol(), short(value)))
        .collect();
    if fixed.is_empty() {
        return String::new();
    }
    format!("at {}", fixed.join(", "))
}

fn point(validated: &CrossValidation, curves: &Curves, setting: usize) -> Result<RatePoint, Error> {
    let plan = &validated.plan;
    let (hyper, value) = plan.values(setting)[0];
    let finite = |epochs: f64| (hyper == Hyper::Decay && epochs.is_finite()).then_some(epochs);
    let spread = |pick: fn(&Measured) -> Option<f64>| over_folds(validated, setting, pick);
    let optional = |pick: fn(&Measured) -> Option<f64>| {
        let spread = over_folds(validated, setting, pick);
        (spread.n > 0).then_some(spread)
    };
    let diverged = plan
        .of_setting(setting)
        .filter(|&m| validated.measured[m].is_none())
        .count();
    Ok(RatePoint {
        rate: value,
        half_life_epochs: finite(validated.units.half_lives[setting]),
        tau_epochs: finite(validated.units.taus[setting]),
        train: spread(|m| Some(m.train)),
        validation: spread(|m| Some(m.validation)),
        gap: spread(|m| Some(m.validation - m.train)),
        accuracy: optional(|m| m.accuracy),
        ece: optional(|m| m.ece),
        weight_norm: spread(|m| Some(m.weight_norm)),
        logit_scale: optional(|m| m.logit_scale),
        diverged,
        curves: curves.of_setting(setting),
        reliability: validation_reliability(validated, setting)?,
    })
}

/// Mean over folds of the mean over seeds; the spread is that of the folds.
pub(super) fn over_folds(
    validated: &CrossValidation,
    setting: usize,
    pick: fn(&Measured) -> Option<f64>,
) -> Spread {
    let plan = &validated.plan;
    let members: Vec<usize> = plan.of_setting(setting).collect();
    let folds = members.chunks(plan.seeds).map(|members| {
        let measured = members
            .iter()
            .filter_map(|&m| validated.measured[m].as_ref());
        measured.filter_map(pick).collect()
    });
    Spread::of_means(folds)
}

fn validation_reliability(
    validated: &CrossValidation,
    setting: usize,
) -> Result<Vec<decay_report::ReliabilityBin>, Error> {
    let plan = &validated.plan;
    let (mut confidences, mut right) = (Vec::new(), Vec::new());
    for member in plan.of_setting(setting) {
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

/// Loss by setting, split and epoch, gathered in one pass over the history.
struct Curves {
    /// `[settings][splits][epochs]`: values of the members.
    values: Vec<[Vec<Vec<f64>>; 2]>,
}

impl Curves {
    fn new(validated: &CrossValidation) -> Self {
        let plan = &validated.plan;
        let mut values = vec![[Vec::new(), Vec::new()]; plan.settings()];
        for record in &validated.trained.history {
            if validated.measured[record.member].is_none() {
                continue;
            }
            let split = usize::from(record.split == decay_train::Split::Validation);
            let epochs: &mut Vec<Vec<f64>> = &mut values[plan.setting_of(record.member)][split];
            let epoch = record.epoch as usize;
            if epochs.len() < epoch {
                epochs.resize(epoch, Vec::new());
            }
            epochs[epoch - 1].push(record.losses.loss);
        }
        Self { values }
    }

    fn of_setting(&self, setting: usize) -> Vec<Curve> {
        let splits = [Split::Train, Split::Validation];
        splits
            .into_iter()
            .zip(&self.values[setting])
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
