//! What the validation rows say about confidence at the chosen setting.

use decay_audit::Logits;
use decay_audit::calibration::optimal_temperature;

use super::CrossValidation;
use crate::data::Truth;
use crate::error::Error;

/// The temperature of out-of-fold predictions at a setting: one per seed, over all folds together, averaged on the
/// log scale. `None` for a regression, and where the likelihood has no optimum (all rows right, or no better
/// than chance).
pub(super) fn validated_temperature(
    validated: &CrossValidation,
    setting: usize,
) -> Result<Option<f64>, Error> {
    let plan = &validated.plan;
    let start = plan.of_setting(setting).start;
    let mut sum = 0.0;
    for seed in 0..plan.seeds {
        let (mut logits, mut all_labels, mut width) = (Vec::new(), Vec::new(), 0);
        for (fold, truth) in validated.truths.iter().enumerate() {
            let Truth::Classes { labels, classes } = truth else {
                return Ok(None);
            };
            let outputs = &validated.outputs[start + fold * plan.seeds + seed];
            logits.extend(outputs.iter().map(|&value| f64::from(value)));
            all_labels.extend_from_slice(labels);
            width = *classes;
        }
        let logits = Logits::new(logits, all_labels.len(), width)?;
        let found = optimal_temperature(&logits, &all_labels)?;
        if found.bound.is_some() {
            return Ok(None);
        }
        sum += found.value.ln();
    }
    Ok(Some((sum / plan.seeds as f64).exp()))
}

/// The mean squared error of out-of-fold predictions, the noise variance of a regression.
pub(super) fn validated_variance(validated: &CrossValidation, setting: usize) -> Option<f64> {
    let losses: Option<Vec<f64>> = validated
        .plan
        .of_setting(setting)
        .map(|member| {
            validated.trained.outcomes[member]
                .validation
                .map(|losses| losses.loss)
        })
        .collect();
    let regression = validated
        .truths
        .iter()
        .all(|truth| matches!(truth, Truth::Values(_)));
    let losses = losses.filter(|losses| regression && !losses.is_empty())?;
    let variance = losses.iter().sum::<f64>() / losses.len() as f64;
    (variance.is_finite() && variance > 0.0).then_some(variance)
}
