//! What the validation rows say about confidence at the chosen setting.

use std::sync::atomic::AtomicBool;

use decay_audit::calibration::shrunk_temperature_until;
use decay_audit::interval::{CalibrationScores, ResidualInterval, residual_interval};
use decay_audit::{Logits, label_logits};
use decay_train::Loss;

use super::CrossValidation;
use crate::data::{Truth, pooled};
use crate::error::Error;
use crate::said::Said;
use crate::targets;

/// Share of new values that an interval is made for.
const LEVEL: f64 = 0.9;

/// How sure the final models may be.
#[derive(Debug, Clone, Default)]
pub(super) struct Confidence {
    /// Of a classification, and of labels: the temperature of out-of-fold predictions, those of a row's seeds averaged as the final models' will be.
    pub(super) temperature: Option<f64>,
    /// Of each target of a regression by squared errors: that of a single out-of-fold prediction, in the mean.
    pub(super) sigma2: Vec<f64>,
    /// Of each target of a regression: an interval of the out-of-fold residuals of the seeds' mean, in units of their standard deviations
    /// where rows have some of their own.
    pub(super) interval: Vec<ResidualInterval>,
    /// What the out-of-fold predictions of the seeds' mean were off by, of each target or of the classes.
    pub(super) scores: Vec<CalibrationScores>,
}

impl Confidence {
    /// From the out-of-fold predictions at a setting.
    ///
    /// # Errors
    /// Those of a temperature, and `Interrupted` of the audit once the flag is set.
    pub(super) fn of(
        validated: &CrossValidation,
        setting: usize,
        stop: &AtomicBool,
    ) -> Result<Self, Error> {
        let (mut all_labels, mut kind) = (Vec::new(), Answers::Classes(0));
        for truth in &validated.truths {
            match truth {
                Truth::Classes { labels, classes } => {
                    all_labels.extend_from_slice(labels);
                    kind = Answers::Classes(*classes);
                }
                // One temperature of all labels.
                Truth::Flags(flags) => {
                    all_labels.extend(pooled(flags));
                    kind = Answers::Labels(flags.len());
                }
                Truth::Values(_) => return Self::of_values(validated, setting),
            }
        }
        let plan = &validated.plan;
        let of_seed = |seed: usize| {
            let members = plan.of_setting(setting).skip(seed).step_by(plan.seeds);
            let outputs = members.flat_map(|member| &validated.outputs[member]);
            let outputs: Vec<f32> = outputs.copied().collect();
            match kind {
                Answers::Classes(classes) => Logits::from_f32(&outputs, all_labels.len(), classes),
                Answers::Labels(labels) => label_logits(&outputs, labels),
            }
        };
        let seeds: Vec<Logits<'_>> = (0..plan.seeds).map(of_seed).collect::<Result<_, _>>()?;
        let temperature = Some(shrunk_temperature_until(stop, &seeds, &all_labels)?);
        let scores = match kind {
            Answers::Classes(_) => vec![missed(&seeds, temperature, &all_labels)?],
            Answers::Labels(_) => Vec::new(),
        };
        Ok(Self {
            temperature,
            scores,
            ..Self::default()
        })
    }

    fn of_values(validated: &CrossValidation, setting: usize) -> Result<Self, Error> {
        let loss = validated.loss;
        let of_folds = out_of_fold(validated, setting);
        let targets = 0..of_folds.first().map_or(0, |fold| fold.truth.len());
        let sigma2: Option<Vec<f64>> = targets
            .clone()
            .map(|target| noise_variance(&of_folds, target))
            .collect();
        let (mut intervals, mut scores) = (Vec::new(), Vec::new());
        for target in targets {
            let residuals = of_folds.iter().map(|fold| fold.residuals(target));
            let residuals = residuals.collect::<Result<Vec<_>, _>>()?;
            intervals.push(residual_interval(&residuals, LEVEL)?);
            scores.push(CalibrationScores::of(residuals.concat()));
        }
        let intervals: Option<Vec<_>> = intervals.into_iter().collect();
        Ok(Self {
            temperature: None,
            sigma2: sigma2.filter(|_| loss == Loss::Auto).unwrap_or_default(),
            scores: intervals.as_ref().map_or_else(Vec::new, |_| scores),
            interval: intervals.unwrap_or_default(),
        })
    }
}

/// `1 - p` of the true class of each row, by the seeds' mean.
fn missed(
    seeds: &[Logits<'_>],
    temperature: Option<f64>,
    labels: &[usize],
) -> Result<CalibrationScores, Error> {
    let together = targets::together(seeds, temperature)?;
    let (p, classes) = (together.probabilities(), together.classes());
    let missed = labels.iter().zip(p.chunks_exact(classes));
    let missed = missed.map(|(&label, row)| 1.0 - row[label]);
    Ok(CalibrationScores::of(missed.collect()))
}

/// What outputs are of, and how many of them there are.
#[derive(Clone, Copy)]
enum Answers {
    Classes(usize),
    Labels(usize),
}

/// What a setting's models say of the validation rows of one fold, and what is true.
struct OutOfFold<'a> {
    /// `[seeds]`.
    said: Vec<Said>,
    /// `[targets]` of `[rows]`.
    truth: &'a [Vec<f64>],
}

fn out_of_fold(validated: &CrossValidation, setting: usize) -> Vec<OutOfFold<'_>> {
    let (plan, loss) = (&validated.plan, validated.loss);
    let members: Vec<usize> = plan.of_setting(setting).collect();
    let mut folds = Vec::with_capacity(validated.truths.len());
    for (fold, truth) in validated.truths.iter().enumerate() {
        let Truth::Values(truth) = truth else {
            continue;
        };
        let members = &members[fold * plan.seeds..(fold + 1) * plan.seeds];
        let scales = &validated.scales[fold].targets;
        let said = members
            .iter()
            .map(|&member| Said::by(loss, &validated.outputs[member], scales));
        folds.push(OutOfFold {
            said: said.collect(),
            truth,
        });
    }
    folds
}

impl OutOfFold<'_> {
    /// Of the seeds' mean, in units of its own deviations where rows have some.
    fn residuals(&self, target: usize) -> Result<Vec<f64>, Error> {
        let mean = Said::together(&self.said)?;
        let gaps = self.truth[target].iter().zip(mean.values(target));
        let gaps = gaps.map(|(value, mean)| value - mean);
        Ok(match mean.deviations(target) {
            None => gaps.collect(),
            Some(own) => gaps
                .zip(own)
                .map(|(gap, deviation)| gap / deviation)
                .collect(),
        })
    }
}

/// The mean square of single predictions' errors; `None` where it is 0 or not finite.
fn noise_variance(folds: &[OutOfFold<'_>], target: usize) -> Option<f64> {
    let (mut squares, mut count) = (0.0, 0.0);
    for fold in folds {
        for own in &fold.said {
            for (own, value) in own.values(target).iter().zip(&fold.truth[target]) {
                squares += (own - value).powi(2);
                count += 1.0;
            }
        }
    }
    let variance: f64 = squares / count;
    (variance.is_finite() && variance > 0.0).then_some(variance)
}
