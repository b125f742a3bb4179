//! The share of rows that certificates hold at each radius.

use decay_audit::Estimate;
use decay_robust::attack::Trial;
use decay_robust::certificate::{
    Certificate, CertificateError, LabelledRows, NotApplicable, Perturbations, Smoothing,
    TargetModel,
};
use decay_robust::smoothed_radii;
use serde::Serialize;

use super::shares::{mean_share, shares};
use crate::error::Error;

/// Draws of noise that bound a class's probability.
const SMOOTHING_DRAWS: usize = 2000;

/// One certificate.
#[derive(Debug, Clone, Serialize)]
pub struct Certified {
    pub certificate: &'static str,
    /// Share of the rows that are certified at each radius, mean over models.
    pub accuracy: Vec<Estimate>,
}

/// A population that is to be certified at some radii.
pub(super) struct Certifying<'a> {
    pub(super) trial: &'a Trial<'a>,
    pub(super) radii: &'a [f64],
}

/// How many of the radii hold for each row.
type Holds = Vec<usize>;

impl Certifying<'_> {
    /// Every certificate that applies; reasons why others do not go to `skipped`.
    pub(super) fn all(&self, skipped: &mut Vec<String>) -> Result<Vec<Certified>, Error> {
        let population = &self.trial.population;
        let pairs = population.states.iter().zip(population.scales);
        let targets =
            pairs.map(|(state, scale)| TargetModel::new(population.network, state, scale));
        let targets = match targets.collect::<Result<Vec<_>, _>>() {
            Ok(targets) => targets,
            Err(reason) => {
                note(skipped, format!("No certificates: {reason}."));
                return Ok(Vec::new());
            }
        };
        let x: Vec<f64> = self.trial.rows.x.iter().map(|&x| f64::from(x)).collect();
        let mut all = Vec::new();
        for certificate in Certificate::ALL {
            if let Err(reason) = applies(certificate, &targets) {
                note(skipped, format!("{reason}."));
                continue;
            }
            let holds = targets
                .iter()
                .map(|target| self.holds(certificate, target, &x));
            let holds = holds.collect::<Result<Vec<_>, _>>();
            let holds = holds.map_err(|error| Error::Failed(error.to_string()))?;
            all.push(self.accuracy(certificate.name(), &holds)?);
        }
        Ok(all)
    }

    /// What randomised smoothing certifies: of another classifier, the smoothed one.
    pub(super) fn smoothing(&self, sigma: f64) -> Result<Certified, Error> {
        let smoothing = Smoothing {
            sigma,
            estimation: SMOOTHING_DRAWS,
            ..Smoothing::default()
        };
        let radii = smoothed_radii(&self.trial.population, &self.trial.rows, &smoothing)?;
        let holds: Vec<Holds> = radii.iter().map(|own| self.below(own)).collect();
        self.accuracy("smoothing", &holds)
    }

    /// The radii that one certificate holds for each row of one model.
    ///
    /// A row that is not certified at a radius is not asked about at larger ones.
    fn holds(
        &self,
        certificate: Certificate,
        target: &TargetModel,
        x: &[f64],
    ) -> Result<Holds, CertificateError> {
        let rows = &self.trial.rows;
        let perturbations = Perturbations {
            norm: self.trial.threat.norm,
            domain: self
                .trial
                .threat
                .bounds
                .map(|(low, high)| [f64::from(low), f64::from(high)]),
            ..Perturbations::default()
        };
        let all = LabelledRows {
            rows: x,
            labels: rows.labels,
        };
        if !matches!(certificate, Certificate::Interval | Certificate::Crown) {
            return Ok(self.below(&certificate.radii(target, &all, &perturbations)?));
        }
        let width = x.len() / rows.labels.len().max(1);
        let mut holds = vec![0; rows.labels.len()];
        let mut standing: Vec<usize> = (0..rows.labels.len()).collect();
        for &radius in self.radii {
            let own: Vec<f64> = standing
                .iter()
                .flat_map(|&row| &x[row * width..(row + 1) * width])
                .copied()
                .collect();
            let labels: Vec<usize> = standing.iter().map(|&row| rows.labels[row]).collect();
            let samples = LabelledRows {
                rows: &own,
                labels: &labels,
            };
            let held = certificate.holds_at(target, &samples, &perturbations, radius)?;
            standing = standing
                .into_iter()
                .zip(held)
                .filter(|(_, held)| *held)
                .map(|(row, _)| row)
                .collect();
            standing.iter().for_each(|&row| holds[row] += 1);
        }
        Ok(holds)
    }

    /// How many of the radii are smaller than each row's own.
    fn below(&self, own: &[f64]) -> Holds {
        own.iter()
            .map(|own| self.radii.iter().filter(|radius| *radius < own).count())
            .collect()
    }

    fn accuracy(&self, certificate: &'static str, holds: &[Holds]) -> Result<Certified, Error> {
        let rows = self.trial.rows.labels.len();
        let at = |place: usize| {
            mean_share(&shares(holds.len(), rows, |model, row| {
                holds[model][row] > place
            }))
        };
        Ok(Certified {
            certificate,
            accuracy: (0..self.radii.len()).map(at).collect::<Result<_, _>>()?,
        })
    }
}

fn applies(certificate: Certificate, targets: &[TargetModel]) -> Result<(), NotApplicable> {
    targets
        .iter()
        .try_for_each(|target| certificate.applies_to(target))
}

/// A reason is given once, not for every norm.
pub(super) fn note(skipped: &mut Vec<String>, reason: String) {
    if !skipped.contains(&reason) {
        skipped.push(reason);
    }
}
