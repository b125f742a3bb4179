//! Accuracy under attack over radii, and what is certified.

use decay_audit::Estimate;
use decay_robust::attack::{
    Apgd, Attack, Ensemble, MaskingReport, MaskingSettings, Noise, Norm, Objective, RobustCurve,
    Rotation, Rows, Trial, UnderNoise,
};
use decay_train::Spacing;
use serde::Serialize;

use super::auditor::{Auditor, Labelled};
use super::certificates::{Certified, certified, smoothed};
use super::shares::{mean_share, shares};
use super::unit::{Arena, RadiusUnit, Unit};
use crate::error::Error;
use crate::event::Event;
use crate::settings::{Effort, NormName};

/// Most rows on which gradients are checked for being masked, with the quick attacks.
const CHECKED: usize = 100;

/// Points that are drawn for random noise.
const NOISE: Noise = Noise { samples: 20 };

/// What attacks and certificates found.
#[derive(Debug, Clone, Serialize)]
pub struct Robustness {
    /// The unit of radii; absent where nothing could be attacked.
    pub unit: Option<RadiusUnit>,
    /// Rows that were attacked.
    pub rows: usize,
    /// Models that were attacked.
    pub models: usize,
    /// Which attacks.
    pub attack: Effort,
    /// In each norm.
    pub norms: Vec<InNorm>,
    /// Accuracy on images turned by up to so many degrees, each by the worst angle of a grid.
    pub rotation: Option<(f64, Estimate)>,
    /// What was not measured, and why.
    pub skipped: Vec<String>,
}

/// One norm.
#[derive(Debug, Clone, Serialize)]
pub struct InNorm {
    /// Which.
    pub norm: NormName,
    /// Ascending.
    pub radii: Vec<f64>,
    /// Share of the rows that stand at each radius, mean over models.
    pub attacked: Vec<Estimate>,
    /// The same of each model, `[models][radii]`.
    pub by_model: Vec<Vec<f64>>,
    /// Under random noise of the same size: the mean over the points that were drawn, of rows that are right without it.
    pub noise: Vec<Estimate>,
    /// The same of rows that are right at all of the points, the worst of so many draws.
    pub noise_worst: Vec<Estimate>,
    /// Points that were drawn for each row and radius.
    pub noise_draws: usize,
    /// By each certificate that applies.
    pub certified: Vec<Certified>,
    /// Checks of each model at the middle radius.
    pub masking: Vec<MaskingReport>,
}

/// Radii if none are given, in the unit of [`Unit`].
pub(super) fn usual_radii(norm: Norm, unit: &Unit) -> &'static [f64] {
    match (unit, norm) {
        (Unit::Pixel { .. }, Norm::Linf) => &[0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2],
        (Unit::Pixel { .. }, Norm::L2) => &[0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0],
        (Unit::Pixel { .. }, Norm::L1) => &[0.5, 1.0, 2.0, 4.0, 8.0, 12.0],
        (Unit::Deviation { .. }, Norm::Linf) => &[0.02, 0.05, 0.1, 0.2, 0.3, 0.5],
        (Unit::Deviation { .. }, Norm::L2) => &[0.05, 0.1, 0.25, 0.5, 0.75, 1.0],
        (Unit::Deviation { .. }, Norm::L1) => &[0.1, 0.25, 0.5, 1.0, 1.5, 2.0],
    }
}

impl NormName {
    /// As attacks take it.
    pub(super) fn norm(self) -> Norm {
        match self {
            Self::Linf => Norm::Linf,
            Self::L2 => Norm::L2,
            Self::L1 => Norm::L1,
        }
    }

    /// Its sign in labels.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Linf => "ℓ∞",
            Self::L2 => "ℓ2",
            Self::L1 => "ℓ1",
        }
    }
}

impl Auditor<'_> {
    /// Measures what the settings ask for; `None` without attacks and certificates.
    pub(super) fn robustness(&self, rows: Labelled<'_>) -> Result<Option<Robustness>, Error> {
        if self.settings.attacks == Effort::None && !self.settings.certificates {
            return Ok(None);
        }
        let mut found = Robustness {
            unit: None,
            rows: rows.rows.len(),
            models: self.targets.models.len(),
            attack: self.settings.attacks,
            norms: Vec::new(),
            rotation: None,
            skipped: Vec::new(),
        };
        let unit = match Unit::of(self.schema, &self.targets) {
            Ok(unit) => unit,
            Err(reason) => {
                found.skipped.push(format!("No attacks: {reason}."));
                return Ok(Some(found));
            }
        };
        found.unit = Some(unit.of_radii());
        let attacked = unit.attacked(&self.targets, rows.samples, rows.rows);
        let progress = |share| (self.observe)(Event::Attacked(share));
        let arena = Arena::new(self, &unit, &attacked, rows, &progress);
        for &name in &self.settings.norms {
            let radii = self.radii(name.norm(), &unit)?;
            let one = self.in_norm(&arena, name, radii, &mut found.skipped)?;
            found.norms.push(one);
        }
        if self.settings.attacks != Effort::None && unit.is_image() {
            found.rotation = Some(rotation(&arena)?);
        }
        Ok(Some(found))
    }

    fn radii(&self, norm: Norm, unit: &Unit) -> Result<Vec<f64>, Error> {
        let Some(grid) = &self.settings.radii else {
            return Ok(usual_radii(norm, unit).to_vec());
        };
        let radii = grid.values(Spacing::Linear);
        let mut radii = radii.map_err(|reason| Error::Setting(format!("audit.radii {reason}")))?;
        radii.retain(|&radius| radius > 0.0);
        radii.sort_by(f64::total_cmp);
        radii.dedup();
        if radii.is_empty() {
            return Err(Error::Setting(
                "audit.radii: give at least one radius above 0".into(),
            ));
        }
        Ok(radii)
    }

    fn in_norm(
        &self,
        arena: &Arena<'_>,
        norm: NormName,
        radii: Vec<f64>,
        skipped: &mut Vec<String>,
    ) -> Result<InNorm, Error> {
        let trial = arena.trial(norm.norm(), radii[radii.len() / 2]);
        let mut one = InNorm {
            norm,
            attacked: Vec::new(),
            by_model: Vec::new(),
            noise: Vec::new(),
            noise_worst: Vec::new(),
            noise_draws: NOISE.samples,
            certified: Vec::new(),
            masking: Vec::new(),
            radii,
        };
        if self.settings.attacks != Effort::None {
            let curves = self.curves(&trial, &one.radii)?;
            one.attacked = standing(&curves, one.radii.len())?;
            let by_model = curves.iter().map(|curve| curve.robust_accuracy.clone());
            one.by_model = by_model.collect();
            (one.noise, one.noise_worst) = under_noise(&trial, &one.radii)?;
            one.masking = self.masking(&trial)?;
        }
        if self.settings.certificates {
            one.certified = certified(&trial, &one.radii, skipped)?;
        }
        if self.settings.smoothing > 0.0 && norm == NormName::L2 {
            one.certified
                .push(smoothed(&trial, &one.radii, self.settings.smoothing)?);
        }
        Ok(one)
    }

    /// Whether gradients mislead the attack.
    fn masking(&self, trial: &Trial<'_>) -> Result<Vec<MaskingReport>, Error> {
        let all = trial.rows.labels.len();
        let (queries, rows) = match self.settings.attacks {
            Effort::Standard => (1000, all),
            Effort::Quick | Effort::None => (100, all.min(CHECKED)),
        };
        let width = trial.population.shape.values();
        let few = Trial {
            rows: Rows {
                x: &trial.rows.x[..rows * width],
                labels: &trial.rows.labels[..rows],
            },
            ..*trial
        };
        Ok(few.masking(&MaskingSettings {
            queries,
            restarts: 3,
            ..MaskingSettings::default()
        })?)
    }

    /// Where each row falls to the strongest of the attacks.
    fn curves(&self, trial: &Trial<'_>, radii: &[f64]) -> Result<Vec<RobustCurve>, Error> {
        if self.settings.attacks == Effort::Standard {
            return Ok(trial.curve(&Attack::Ensemble(Ensemble::default()), radii)?);
        }
        let apgd = |objective| {
            Attack::Apgd(Apgd {
                objective,
                steps: 20,
                ..Apgd::default()
            })
        };
        let first = trial.curve(&apgd(Objective::CrossEntropy), radii)?;
        let second = trial.curve(&apgd(Objective::Dlr), radii)?;
        let pairs = first.iter().zip(&second);
        Ok(pairs.map(|(one, other)| weakest(one, other)).collect())
    }
}

/// Accuracy on images turned by the worst angle.
fn rotation(arena: &Arena<'_>) -> Result<(f64, Estimate), Error> {
    let rotation = Rotation::default();
    let trial = arena.trial(Norm::Linf, 1.0);
    let outcomes = trial.attack(&Attack::Rotation(rotation))?;
    let by_row = shares(outcomes.len(), arena.rows.labels.len(), |model, row| {
        outcomes[model].robust[row]
    });
    Ok((rotation.degrees, mean_share(&by_row)?))
}

/// Where each row falls to one attack or the other.
fn weakest(one: &RobustCurve, other: &RobustCurve) -> RobustCurve {
    let pairs = one.falls_at.iter().zip(&other.falls_at);
    let falls_at: Vec<Option<usize>> = pairs.map(|(a, b)| Some((*a)?.min((*b)?))).collect();
    let stands = |place: usize| {
        falls_at
            .iter()
            .filter(|at| at.is_some_and(|at| at > place))
            .count()
    };
    RobustCurve {
        robust_accuracy: (0..one.radii.len())
            .map(|place| stands(place) as f64 / falls_at.len() as f64)
            .collect(),
        radii: one.radii.clone(),
        falls_at,
    }
}

/// The shares of rows that stay right under random noise, mean over models: over its points, and at the worst of them.
fn under_noise(trial: &Trial<'_>, radii: &[f64]) -> Result<(Vec<Estimate>, Vec<Estimate>), Error> {
    let found = trial.under_noise(&NOISE, radii)?;
    let over_models = |by_model: Vec<Vec<f64>>| {
        let mean = |row: usize| by_model.iter().map(|own| own[row]).sum::<f64>();
        let rows = 0..trial.rows.labels.len();
        let by_row: Vec<f64> = rows.map(|row| mean(row) / by_model.len() as f64).collect();
        mean_share(&by_row)
    };
    let mean = |place: usize| {
        over_models(
            found
                .iter()
                .map(|own| own.shares(place).collect())
                .collect(),
        )
    };
    let worst = |place: usize| {
        let of = |own: &UnderNoise| own.worst(place).map(f64::from).collect();
        over_models(found.iter().map(of).collect())
    };
    let places = 0..radii.len();
    Ok((
        places.clone().map(mean).collect::<Result<_, _>>()?,
        places.map(worst).collect::<Result<_, _>>()?,
    ))
}

/// The share of rows that stand at each radius, mean over models.
fn standing(curves: &[RobustCurve], radii: usize) -> Result<Vec<Estimate>, Error> {
    let rows = curves.first().map_or(0, |curve| curve.falls_at.len());
    let at = |place: usize| {
        let stands = |model: usize, row: usize| {
            curves[model].falls_at[row].is_some_and(|at: usize| at > place)
        };
        mean_share(&shares(curves.len(), rows, stands))
    };
    (0..radii).map(at).collect()
}
