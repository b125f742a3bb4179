//! The share of rows that certificates hold at each radius.

use std::sync::atomic::Ordering;

use decay_audit::Estimate;
use decay_robust::attack::Trial;
use decay_robust::certificate::{
    Certificate, LabelledRows, NotApplicable, Perturbations, Smoothing, TargetModel,
};
use decay_robust::{RobustError, smoothed_radii};
use serde::Serialize;

use super::shares::{mean_share, shares};
use crate::error::Error;

/// Draws of noise that bound a class's probability.
const SMOOTHING_DRAWS: usize = 2000;

/// What certifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "&'static str")]
pub enum Certifier {
    /// Bounds of the models themselves.
    Bounds(Certificate),
    /// Votes under noise, of the smoothed models.
    Smoothing,
}

impl Certifier {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bounds(certificate) => certificate.name(),
            Self::Smoothing => "smoothing",
        }
    }
}

impl From<Certifier> for &'static str {
    fn from(certifier: Certifier) -> Self {
        certifier.name()
    }
}

/// What one certificate holds.
#[derive(Debug, Clone, Serialize)]
pub struct Certified {
    /// By what.
    pub certificate: Certifier,
    /// Share of the rows that are certified at each radius, mean over models.
    pub accuracy: Vec<Estimate>,
}

/// How many of the radii hold for each row.
type Holds = Vec<usize>;

/// Every certificate that applies; reasons why others do not go to `skipped`.
pub(super) fn certified(
    trial: &Trial<'_>,
    radii: &[f64],
    skipped: &mut Vec<String>,
) -> Result<Vec<Certified>, Error> {
    let population = &trial.population;
    let pairs = population.states.iter().zip(population.scales);
    let targets = pairs.map(|(state, scale)| TargetModel::new(population.network, state, scale));
    let targets = match targets.collect::<Result<Vec<_>, _>>() {
        Ok(targets) => targets,
        Err(reason) => {
            note(skipped, format!("No certificates: {reason}."));
            return Ok(Vec::new());
        }
    };
    let x: Vec<f64> = trial.rows.x.iter().map(|&x| f64::from(x)).collect();
    let mut all = Vec::new();
    for certificate in Certificate::ALL {
        let applied = targets.iter().map(|own| certificate.applies_to(own));
        if let Err(reason) = applied.collect::<Result<(), NotApplicable>>() {
            note(skipped, format!("{reason}."));
            continue;
        }
        let holds = targets
            .iter()
            .map(|own| holds(certificate, own, &x, trial, radii));
        all.push(accuracy(
            trial,
            radii,
            Certifier::Bounds(certificate),
            holds.collect::<Result<_, _>>()?,
        )?);
    }
    Ok(all)
}

/// What randomised smoothing certifies: of another classifier, the smoothed one.
pub(super) fn smoothed(trial: &Trial<'_>, radii: &[f64], sigma: f64) -> Result<Certified, Error> {
    let smoothing = Smoothing {
        sigma,
        estimation: SMOOTHING_DRAWS,
        ..Smoothing::default()
    };
    let own = smoothed_radii(&trial.population, &trial.rows, &smoothing)?;
    let holds = own.iter().map(|own| below(radii, own)).collect();
    accuracy(trial, radii, Certifier::Smoothing, holds)
}

/// The radii that one certificate holds for each row of one model.
fn holds(
    certificate: Certificate,
    target: &TargetModel,
    x: &[f64],
    trial: &Trial<'_>,
    radii: &[f64],
) -> Result<Holds, Error> {
    let labels = trial.rows.labels;
    let bounds = trial.threat.bounds;
    let perturbations = Perturbations {
        norm: trial.threat.norm,
        domain: bounds.map(|(low, high)| [f64::from(low), f64::from(high)]),
        ..Perturbations::default()
    };
    let rows = LabelledRows { rows: x, labels };
    if matches!(certificate, Certificate::Interval | Certificate::Crown) {
        return shrinking(rows, radii, |standing, radius| {
            let mut held = Vec::with_capacity(standing.labels.len());
            for some in few_at_a_time(standing, trial.population.threads) {
                go_on(trial)?;
                held.extend(certificate.holds_at(target, &some, &perturbations, radius)?);
            }
            Ok(held)
        });
    }
    go_on(trial)?;
    let stop = trial.population.stop;
    let own = certificate.radii_until(stop, target, &rows, &perturbations)?;
    go_on(trial)?;
    Ok(below(radii, &own))
}

/// # Errors
/// [`RobustError::Interrupted`] once the attacks and certificates are told to stop.
fn go_on(trial: &Trial<'_>) -> Result<(), RobustError> {
    match trial.population.stop.load(Ordering::Relaxed) {
        false => Ok(()),
        true => Err(RobustError::Interrupted),
    }
}

/// The rows in parts that keep so many threads busy for a moment.
fn few_at_a_time<'r>(
    all: &LabelledRows<'r>,
    threads: usize,
) -> impl Iterator<Item = LabelledRows<'r>> {
    let few = 4 * threads.max(1);
    let width = all.rows.len() / all.labels.len().max(1);
    let rows = all.rows.chunks((few * width).max(1));
    let parts = rows.zip(all.labels.chunks(few));
    parts.map(|(rows, labels)| LabelledRows { rows, labels })
}

/// How many of the radii hold for each row, asked of those rows alone that stood at the one before.
fn shrinking(
    all: LabelledRows<'_>,
    radii: &[f64],
    holds_at: impl Fn(&LabelledRows<'_>, f64) -> Result<Vec<bool>, Error>,
) -> Result<Holds, Error> {
    let LabelledRows { rows, labels } = all;
    let width = rows.len() / labels.len().max(1);
    let mut holds = vec![0; labels.len()];
    let mut standing: Vec<usize> = (0..labels.len()).collect();
    for &radius in radii {
        let own = standing.iter();
        let own = own.flat_map(|&row| &rows[row * width..(row + 1) * width]);
        let samples = LabelledRows {
            rows: &own.copied().collect::<Vec<_>>(),
            labels: &standing.iter().map(|&row| labels[row]).collect::<Vec<_>>(),
        };
        let mut held = holds_at(&samples, radius)?.into_iter();
        standing.retain(|_| held.next().unwrap_or(false));
        standing.iter().for_each(|&row| holds[row] += 1);
    }
    Ok(holds)
}

/// How many of the radii are smaller than each row's own.
fn below(radii: &[f64], own: &[f64]) -> Holds {
    own.iter()
        .map(|own| radii.iter().filter(|radius| *radius < own).count())
        .collect()
}

fn accuracy(
    trial: &Trial<'_>,
    radii: &[f64],
    certificate: Certifier,
    holds: Vec<Holds>,
) -> Result<Certified, Error> {
    let rows = trial.rows.labels.len();
    let at = |place: usize| {
        mean_share(&shares(holds.len(), rows, |model, row| {
            holds[model][row] > place
        }))
    };
    Ok(Certified {
        certificate,
        accuracy: (0..radii.len()).map(at).collect::<Result<_, _>>()?,
    })
}

/// A reason is given once, not for every norm.
fn note(skipped: &mut Vec<String>, reason: String) {
    if !skipped.contains(&reason) {
        skipped.push(reason);
    }
}
