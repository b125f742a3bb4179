//! What the validation rows say about confidence at the chosen setting.

use decay_audit::Logits;
use decay_audit::calibration::shrunk_temperature;
use decay_audit::interval::{ResidualInterval, residual_interval};
use decay_train::Loss;

use super::CrossValidation;
use crate::data::Truth;
use crate::error::Error;
use crate::targets::Said;

/// Share of new values that an interval is made for.
const LEVEL: f64 = 0.9;

/// How sure the final models may be.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Confidence {
    /// Of a classification: the temperature of out-of-fold predictions, those of a row's seeds averaged as the final models' will be.
    pub(super) temperature: Option<f64>,
    /// Of a regression by squared errors: that of a single out-of-fold prediction, in the mean.
    pub(super) sigma2: Option<f64>,
    /// Of a regression: an interval of the out-of-fold residuals of the seeds' mean, in units of their standard deviations where rows have
    /// some of their own.
    pub(super) interval: Option<ResidualInterval>,
}

impl Confidence {
    /// From the out-of-fold predictions at a setting.
    pub(super) fn of(validated: &CrossValidation, setting: usize) -> Result<Self, Error> {
        let (mut all_labels, mut width) = (Vec::new(), 0);
        for truth in &validated.truths {
            let Truth::Classes { labels, classes } = truth else {
                return Self::of_values(validated, setting);
            };
            all_labels.extend_from_slice(labels);
            width = *classes;
        }
        let plan = &validated.plan;
        let of_seed = |seed: usize| {
            let members = plan.of_setting(setting).skip(seed).step_by(plan.seeds);
            let outputs = members.flat_map(|member| &validated.outputs[member]);
            let logits: Vec<f64> = outputs.map(|&value| f64::from(value)).collect();
            Logits::new(logits, all_labels.len(), width)
        };
        let seeds: Vec<Logits<'_>> = (0..plan.seeds).map(of_seed).collect::<Result<_, _>>()?;
        Ok(Self {
            temperature: Some(shrunk_temperature(&seeds, &all_labels)?),
            ..Self::default()
        })
    }

    fn of_values(validated: &CrossValidation, setting: usize) -> Result<Self, Error> {
        let (plan, loss) = (&validated.plan, validated.loss);
        let members: Vec<usize> = plan.of_setting(setting).collect();
        let mut residuals = Vec::new();
        let (mut squares, mut count) = (0.0, 0.0);
        for (fold, truth) in validated.truths.iter().enumerate() {
            let Truth::Values(values) = truth else {
                return Ok(Self::default());
            };
            let members = &members[fold * plan.seeds..(fold + 1) * plan.seeds];
            let scale = validated.scales[fold].target;
            let own = members
                .iter()
                .map(|&member| Said::by(loss, &validated.outputs[member], scale));
            let own: Vec<Said> = own.collect();
            for (own, value) in own.iter().flat_map(|own| own.values.iter().zip(values)) {
                squares += (own - value).powi(2);
                count += 1.0;
            }
            let mean = Said::together(&own)?;
            let gaps = values.iter().zip(&mean.values);
            let gaps = gaps.map(|(value, mean)| value - mean);
            residuals.push(match mean.deviations() {
                None => gaps.collect(),
                Some(own) => gaps
                    .zip(own)
                    .map(|(gap, deviation)| gap / deviation)
                    .collect(),
            });
        }
        let variance: f64 = squares / count;
        let sigma2 = (variance.is_finite() && variance > 0.0).then_some(variance);
        Ok(Self {
            temperature: None,
            sigma2: sigma2.filter(|_| loss == Loss::Auto),
            interval: residual_interval(&residuals, LEVEL)?,
        })
    }
}
