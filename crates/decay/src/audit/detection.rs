//! Detection of rows that are unlike the training data.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use decay_audit::interval::Bootstrap;
use decay_audit::ood::{Detection, Detector, Evidence, FittedDetector, Fitting, Need};
use decay_audit::{AuditError, Logits};
use decay_train::Samples;
use serde::Serialize;

use super::auditor::{Auditor, Labelled};
use super::unit::Unit;
use crate::error::Error;
use crate::targets::{self, Seen};

/// Most rows that a score is fitted on.
pub(super) const MOST_FITTED: usize = 5000;
/// Widest layer whose covariance is inverted.
const WIDEST: usize = 2048;
/// Length of ODIN's step, in the unit of perturbations; Liang et al. 2018 use 0.0014 to 0.005.
const ODIN_STEP: f64 = 0.002;

/// How each score tells one set from the held-out rows.
#[derive(Debug, Clone, Serialize)]
pub struct DetectionOn {
    /// As the user named it.
    pub data: String,
    /// Whether it is much like the training data.
    pub near: bool,
    /// Number of its rows.
    pub rows: usize,
    /// By the name of the score; those of hidden layers and of perturbed inputs are means over single models.
    pub scores: BTreeMap<&'static str, Detection>,
}

impl DetectionOn {
    /// The score with the largest AUROC.
    pub(super) fn best(&self) -> Option<(&'static str, &Detection)> {
        let scores = self
            .scores
            .iter()
            .map(|(name, detection)| (*name, detection));
        scores.max_by(|a, b| a.1.auroc.mean.total_cmp(&b.1.auroc.mean))
    }
}

/// Scores on all sets, and why some are missing.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Detections {
    /// On each set.
    pub sets: Vec<DetectionOn>,
    /// Rows that scores were fitted on.
    pub fitted_on: usize,
    /// What was not measured, and why.
    pub skipped: Vec<String>,
}

/// All models on one set of rows.
struct Witness<'a> {
    seen: Vec<Seen<'a>>,
    logits: Vec<Logits<'static>>,
    /// What they say together.
    together: Logits<'static>,
    /// Of perturbed inputs.
    perturbed: Option<Vec<Logits<'static>>>,
}

impl Auditor<'_> {
    /// Measures every score on every set.
    ///
    /// Without training rows to fit on, scores of logits alone are measured; inputs are perturbed where they have a unit.
    pub(super) fn detections(
        &self,
        inside: Labelled<'_>,
        fitting: Option<Labelled<'_>>,
        unit: Option<&Unit>,
    ) -> Result<Detections, Error> {
        let known = fitting.map(|fit| {
            let seen = self.seen(fit.samples, fit.rows, None)?;
            Ok::<_, Error>((seen, fit.labels))
        });
        let known = known.transpose()?;
        let inside = self.seen(inside.samples, inside.rows, unit)?;
        let mut found = Detections {
            fitted_on: fitting.map_or(0, |fit| fit.rows.len()),
            ..Detections::default()
        };
        let detectors = self.fitted(&inside, known.as_ref(), &mut found.skipped)?;
        for set in self.outliers {
            let rows: Vec<usize> = (0..set.rows).collect();
            let outside = self.seen(set.samples(), &rows, unit)?;
            let mut scores = BTreeMap::new();
            for (detector, fitted) in &detectors {
                let name = detector.name();
                match detection(*detector, fitted, &inside, &outside, self.targets.stop) {
                    Err(AuditError::Interrupted) => return Err(AuditError::Interrupted.into()),
                    Ok(detection) => drop(scores.insert(name, detection)),
                    Err(error) => {
                        let skipped = format!("{name} on {}: {error}.", set.name);
                        found.skipped.push(skipped);
                    }
                }
            }
            found.sets.push(DetectionOn {
                data: set.name.clone(),
                near: set.near,
                rows: set.rows,
                scores,
            });
        }
        Ok(found)
    }

    /// Every detector that the evidence serves, fitted for each model; those of all models together once.
    fn fitted(
        &self,
        inside: &Witness<'_>,
        fitting: Option<&(Witness<'_>, &[usize])>,
        skipped: &mut Vec<String>,
    ) -> Result<Vec<(Detector, Vec<FittedDetector>)>, Error> {
        let models = self.targets.models.len();
        let heads: Vec<_> = (0..models).map(|model| self.targets.head(model)).collect();
        let (witness, labels) = fitting.map_or((inside, &[][..]), |(seen, labels)| (seen, labels));
        let mut all = Vec::new();
        for detector in Detector::ALL {
            let of_several = detector.need() == Need::Members;
            let unperturbed = detector == Detector::Odin && inside.perturbed.is_none();
            // The entropy of all models together is that of their mean already.
            let known = detector == Detector::EnsembleEntropy;
            if of_several && models < 2 || unperturbed || known {
                continue;
            }
            let copies = if is_joint(detector) { 1 } else { models };
            let fit = |model: usize| {
                if self.targets.stop.load(Ordering::Relaxed) {
                    return Err(AuditError::Interrupted);
                }
                let known = Fitting {
                    evidence: witness.evidence(detector, model, fitting.is_some()),
                    labels,
                    head: heads[model].as_ref(),
                };
                known_enough(detector, &known, fitting.is_some())
                    .then(|| detector.fit(&known))
                    .transpose()
            };
            match (0..copies).map(fit).collect::<Result<Option<Vec<_>>, _>>() {
                Ok(Some(fitted)) => all.push((detector, fitted)),
                Ok(None) => {}
                Err(AuditError::Interrupted) => return Err(AuditError::Interrupted.into()),
                Err(error) => skipped.push(format!("{}: {error}.", detector.name())),
            }
        }
        Ok(all)
    }

    /// Rows as the models see them, and perturbed where they have a unit.
    fn seen(
        &self,
        samples: Samples<'_>,
        rows: &[usize],
        unit: Option<&Unit>,
    ) -> Result<Witness<'_>, Error> {
        let (models, machine) = (&self.targets, self.machine);
        let seen = models.representations(samples, rows, machine)?;
        let logits: Vec<_> = seen.iter().map(|seen| seen.logits.clone()).collect();
        let together = targets::together(&logits, None)?;
        let odin = unit.map(|unit| unit.odin(models, samples, rows, ODIN_STEP, machine));
        Ok(Witness {
            seen,
            logits,
            together,
            perturbed: odin.transpose()?,
        })
    }
}

impl Witness<'_> {
    /// What is known of the rows to a detector of one model, or of all together.
    fn evidence(&self, detector: Detector, model: usize, layers: bool) -> Evidence<'_> {
        let seen = &self.seen[model];
        let logits = if is_joint(detector) {
            &self.together
        } else {
            &seen.logits
        };
        let narrow = seen.hidden.iter().all(|layer| layer.width() <= WIDEST);
        let last = seen.hidden.last();
        Evidence {
            logits: Some(logits),
            features: last.filter(|last| layers && last.width() <= WIDEST),
            layers: if layers && narrow { &seen.hidden } else { &[] },
            members: &self.logits,
        }
    }
}

/// Whether a score speaks of all models together: of their logits or of their differences, not of layers or inputs.
pub(crate) fn is_joint(detector: Detector) -> bool {
    let need = detector.need();
    let of_logits = matches!(need, Need::Logits | Need::FittedLogits | Need::Members);
    of_logits && detector != Detector::Odin
}

/// Whether a detector has what it is fitted on; logits of held-out rows are not training rows.
fn known_enough(detector: Detector, known: &Fitting<'_>, fitted: bool) -> bool {
    let logits_alone = detector.need() != Need::FittedLogits || fitted;
    logits_alone && detector.is_served_by(known)
}

/// How a score tells the held-out rows from others, mean over its copies.
fn detection(
    detector: Detector,
    fitted: &[FittedDetector],
    inside: &Witness<'_>,
    outside: &Witness,
    stop: &AtomicBool,
) -> Result<Detection, AuditError> {
    /// Fewer than for the table of metrics: there are many scores and sets.
    const RESAMPLES: usize = 200;
    let of = |witness: &Witness, model: usize| {
        let mut evidence = witness.evidence(detector, model, true);
        if let (Detector::Odin, Some(perturbed)) = (detector, &witness.perturbed) {
            evidence.logits = perturbed.get(model);
        }
        fitted[model].score(&evidence)
    };
    let both = |model| {
        if stop.load(Ordering::Relaxed) {
            return Err(AuditError::Interrupted);
        }
        Ok((of(inside, model)?, of(outside, model)?))
    };
    let scores = (0..fitted.len()).map(both);
    let scores = scores.collect::<Result<Vec<_>, AuditError>>()?;
    let pairs = scores.iter();
    let pairs: Vec<_> = pairs.map(|(a, b)| (a.as_slice(), b.as_slice())).collect();
    let settings = Bootstrap {
        resamples: RESAMPLES,
        ..Bootstrap::default()
    };
    decay_audit::ood::detection(&pairs, settings.stopped_by(stop))
}
