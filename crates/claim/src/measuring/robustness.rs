//! How far the decision boundary is from rows that a member has not seen: what attacks find, what is certified.

mod figures;

use std::sync::atomic::AtomicBool;

use decay_data::{Inputs, Preprocess};
use decay_model::{InputShape, MemberState};
use decay_robust::attack::{self, Apgd, Attack, Objective, Pgd, Rows, Trial};
use decay_robust::certificate::{Certificate, LabelledRows, Perturbations, TargetModel};
use decay_robust::{InputScale, Norm};

use crate::failure::Result;
use crate::lab::labels;
use crate::population::Population;

pub use figures::{
    ATTACKED, CERTIFIED, PROVEN, RADIUS, STANDING, over_all_rows, radius_panels, standing_panel,
};

/// The members of one replicate and the rows that they have not seen, pixels in the unit of their range.
#[derive(Debug, Clone)]
pub struct HeldOut {
    /// In the order of the settings.
    pub members: Vec<usize>,
    /// Values that exist: pixels have a range.
    pub domain: Option<[f64; 2]>,
    /// From that unit to what the networks read.
    pub scale: InputScale,
    /// `[rows, inputs]`, flat.
    pub x: Vec<f32>,
    /// `[rows]`.
    pub labels: Vec<usize>,
}

/// How the distance to the boundary is searched.
///
/// | key | default | meaning |
/// | :-- | :-- | :-- |
/// | `attacks` | FGSM, PGD, APGD | APGD in 20 steps on the ratio of logits, which does not vanish where the network is sure |
/// | `certificate` | `Crown` | bounds the distance from below |
/// | `norm` | `L2` | measures it |
/// | `step` | `0.05` | from one attacked radius to the next |
/// | `farthest` | `2.5` | the largest radius; what stands there counts as this far |
/// | `tolerance` | `0.01` | of a certified radius, relative |
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// Each on its own; the strongest on each row counts.
    pub attacks: Vec<Attack>,
    /// Proves distances.
    pub certificate: Certificate,
    /// Measures distances.
    pub norm: Norm,
    /// From one attacked radius to the next.
    pub step: f64,
    /// The largest radius.
    pub farthest: f64,
    /// Of a certified radius, relative.
    pub tolerance: f64,
}

impl Default for Search {
    fn default() -> Self {
        let apgd = Apgd {
            objective: Objective::Dlr,
            steps: 20,
            ..Apgd::default()
        };
        Self {
            attacks: vec![
                Attack::Fgsm,
                Attack::Pgd(Pgd::default()),
                Attack::Apgd(apgd),
            ],
            certificate: Certificate::Crown,
            norm: Norm::L2,
            step: 0.05,
            farthest: 2.5,
            tolerance: 0.01,
        }
    }
}

impl Search {
    /// The default with another certificate.
    pub fn with(certificate: Certificate) -> Self {
        Self {
            certificate,
            ..Self::default()
        }
    }
}

/// A radius for each row, absent where it is misclassified.
#[derive(Debug, Clone, PartialEq)]
pub struct Radii(pub Vec<Option<f64>>);

impl Radii {
    /// Over the rows that are classified correctly; 0 without any.
    pub fn mean(&self) -> f64 {
        let right = self.0.iter().flatten();
        let (count, sum) = right.fold((0.0, 0.0), |(n, sum), radius| (n + 1.0, sum + radius));
        if count > 0.0 { sum / count } else { 0.0 }
    }

    /// Of all rows, those whose radius is larger; at 0 the accuracy.
    pub fn share_beyond(&self, at: f64) -> f64 {
        let beyond = self.0.iter().flatten().filter(|radius| **radius > at);
        beyond.count() as f64 / self.0.len() as f64
    }
}

/// How far the boundary is from the held-out rows of a member.
#[derive(Debug, Clone, PartialEq)]
pub struct Distances {
    /// The radius at which each row falls to each attack, in their order.
    pub attacked: Vec<Radii>,
    /// What the strongest attack found on each row.
    pub nearest: Radii,
    /// What is certified of the rows that are right, as far as attacks look.
    pub certified: Radii,
}

impl Distances {
    fn new(attacked: Vec<Radii>, certified: &[f64], farthest: f64) -> Self {
        let nearest = (0..certified.len()).map(|row| {
            let found = attacked.iter().map(|radii| radii.0[row]);
            found.reduce(|a, b| Some(a?.min(b?))).flatten()
        });
        let nearest = Radii(nearest.collect());
        let pairs = nearest.0.iter().zip(certified);
        let proven = pairs.map(|(attacked, own)| attacked.map(|_| own.min(farthest)));
        Self {
            certified: Radii(proven.collect()),
            attacked,
            nearest,
        }
    }
}

impl Population<'_> {
    /// The members and held-out rows of a replicate.
    ///
    /// # Panics
    /// If the data are no classification.
    pub fn held_out(&self, replicate: usize) -> HeldOut {
        let (data, problem) = (self.study.data, &self.models.problem);
        let (range, domain) = match &data.schema.inputs {
            Inputs::Pixels { max, .. } => (*max, Some([0.0, 1.0])),
            _ => (1.0, None),
        };
        let rows = &problem.folds[replicate].validation;
        let values = rows
            .iter()
            .flat_map(|row| row * problem.inputs..(row + 1) * problem.inputs);
        let own = |&member: &usize| self.replicate(member) == replicate;
        HeldOut {
            members: (0..self.len()).filter(own).collect(),
            domain,
            scale: scale(&problem.scales[replicate].features, range),
            x: values.map(|at| data.features.get(at) / range).collect(),
            labels: labels(data, rows),
        }
    }

    /// How far attacks and a certificate put the boundary of every member, replicate by replicate under a bar.
    ///
    /// # Shapes
    /// - returns: `[members]` of the member and its distances
    ///
    /// # Errors
    /// From the device, or if an attack or the certificate does not apply to the network.
    ///
    /// # Panics
    /// If the data are no classification.
    pub fn distances(&self, search: &Search) -> Result<Vec<(usize, Distances)>> {
        let what = format!("{}, attacks and certificates", self.study.name);
        let all = self
            .lab
            .each(&what, self.models.problem.folds.len(), |replicate| {
                let own = self.held_out(replicate);
                let states: Vec<MemberState> = own
                    .members
                    .iter()
                    .map(|&member| self.state(member).clone())
                    .collect();
                let attacked = self.attacked(search, &own, &states)?;
                let certified = self.certified(search, &own, &states)?.into_iter();
                let member = |(place, certified): (usize, Vec<f64>)| {
                    let radii = attacked.iter().map(|of| of[place].clone());
                    let found = Distances::new(radii.collect(), &certified, search.farthest);
                    (own.members[place], found)
                };
                Ok(certified.enumerate().map(member).collect::<Vec<_>>())
            })?;
        Ok(all.concat())
    }

    /// The seeds of some members.
    pub(crate) fn seeds(&self, members: &[usize]) -> Vec<u64> {
        let all = &self.models.plan.members;
        members.iter().map(|&member| all[member].seed).collect()
    }

    /// Members as attacks and slopes see them.
    pub(crate) fn targets<'t>(
        &'t self,
        states: &'t [MemberState],
        scales: &'t [InputScale],
        seeds: &'t [u64],
    ) -> attack::Population<'t> {
        static NEVER: AtomicBool = AtomicBool::new(false);
        let row = InputShape::Row(self.models.problem.inputs);
        attack::Population {
            network: &self.models.network,
            states,
            scales,
            seeds,
            shape: self.models.problem.image.map_or(row, InputShape::Image),
            devices: &self.models.machine.devices,
            threads: self.models.machine.resources.threads,
            stop: &NEVER,
        }
    }

    /// The radius at which each row of each member falls to each attack, or the largest where it does not: `[attacks]` of `[members]`.
    fn attacked(
        &self,
        search: &Search,
        own: &HeldOut,
        states: &[MemberState],
    ) -> Result<Vec<Vec<Radii>>> {
        let steps = (search.farthest / search.step).round() as usize;
        let radii: Vec<f64> = (1..=steps)
            .map(|place| place as f64 * search.step)
            .collect();
        let scales = vec![own.scale.clone(); states.len()];
        let seeds = self.seeds(&own.members);
        let trial = Trial {
            population: self.targets(states, &scales, &seeds),
            rows: Rows {
                x: &own.x,
                labels: &own.labels,
            },
            threat: attack::Threat {
                norm: search.norm,
                bounds: own.domain.map(|[low, high]| (low as f32, high as f32)),
                ..attack::Threat::default()
            },
            starts: None,
            keep_examples: false,
            progress: &|_| (),
        };
        let fall = |at: &Option<usize>| at.map(|place| radii[place.min(steps - 1)]);
        let of = |attack| {
            let curves = trial.curve(attack, &radii)?.into_iter();
            let members = curves.map(|curve| Radii(curve.falls_at.iter().map(fall).collect()));
            Ok(members.collect())
        };
        search.attacks.iter().map(of).collect()
    }

    /// The radius that is certified for each row of each member, `[members]` of `[rows]`.
    fn certified(
        &self,
        search: &Search,
        own: &HeldOut,
        states: &[MemberState],
    ) -> Result<Vec<Vec<f64>>> {
        let rows: Vec<f64> = own.x.iter().copied().map(f64::from).collect();
        let samples = LabelledRows {
            rows: &rows,
            labels: &own.labels,
        };
        let perturbations = Perturbations {
            norm: search.norm,
            domain: own.domain,
            tolerance: search.tolerance,
        };
        let radii = |state: &MemberState| {
            let target = TargetModel::new(&self.models.network, state, &own.scale)?;
            Ok(search
                .certificate
                .radii(&target, &samples, &perturbations)?)
        };
        states.iter().map(radii).collect()
    }
}

/// `z = (range x - center) scale`.
fn scale(own: &Preprocess, range: f32) -> InputScale {
    InputScale {
        center: own.center.iter().map(|center| center / range).collect(),
        factor: own.scale.iter().map(|scale| scale * range).collect(),
    }
}

#[cfg(test)]
mod tests;
