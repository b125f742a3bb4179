//! The members of one replicate and the rows that they have not seen, in the unit of a pixel's range.

use decay_claim::{Lab, Population, Result, labels};
use decay_data::{Inputs, Preprocess};
use decay_model::{InputShape, MemberState, Network};
use decay_robust::InputScale;
use decay_robust::attack::{self, Apgd, Attack, Norm, Objective, Pgd, Rows, Threat, Trial};
use decay_robust::certificate::{self, Certificate, Samples, Subject};

/// Steps from one radius to the next, and the largest radius.
const STEP: f64 = 0.05;
pub(crate) const FARTHEST: f64 = 2.5;
/// Of a certified radius, relative.
const TOLERANCE: f64 = 0.01;

/// A radius for each row, absent where it is misclassified.
pub(crate) type Radii = Vec<Option<f64>>;

/// The attacks, as measurements name the radii that they find.
fn attacks() -> [(&'static str, Attack); 3] {
    let pgd = Pgd::default();
    // The ratio of logits does not vanish where the network is sure.
    let apgd = Apgd {
        objective: Objective::Dlr,
        steps: 20,
        ..Apgd::default()
    };
    [
        ("FGSM", Attack::Fgsm),
        ("PGD", Attack::Pgd(pgd)),
        ("APGD", Attack::Apgd(apgd)),
    ]
}

/// The members of one replicate and its held-out rows.
pub(crate) struct Replicate<'a> {
    network: &'a Network,
    shape: InputShape,
    pub(crate) members: Vec<usize>,
    pub(crate) states: Vec<MemberState>,
    /// From pixels of range 1 to what the networks read.
    pub(crate) scales: Vec<InputScale>,
    seeds: Vec<u64>,
    /// `[rows, inputs]`, flat.
    pub(crate) x: Vec<f32>,
    pub(crate) labels: Vec<usize>,
}

impl<'a> Replicate<'a> {
    pub(crate) fn of(population: &'a Population<'_>, replicate: usize) -> Self {
        let (data, problem) = (population.study.data, &population.problem);
        let range = match &data.schema.inputs {
            Inputs::Pixels { max, .. } => *max,
            _ => 1.0,
        };
        let members =
            (0..population.len()).filter(|&member| population.replicate(member) == replicate);
        let members: Vec<usize> = members.collect();
        let rows = &problem.folds[replicate].validation;
        let pixels = rows
            .iter()
            .flat_map(|row| row * problem.inputs..(row + 1) * problem.inputs);
        let scale = scale(&problem.scales[replicate].features, range);
        Self {
            network: &population.network,
            shape: problem
                .image
                .map_or(InputShape::Row(problem.inputs), InputShape::Image),
            states: members
                .iter()
                .map(|&member| population.state(member).clone())
                .collect(),
            scales: vec![scale; members.len()],
            seeds: members
                .iter()
                .map(|&member| population.plan.members[member].seed)
                .collect(),
            members,
            x: pixels
                .map(|pixel| data.features.get(pixel) / range)
                .collect(),
            labels: labels(data, rows),
        }
    }

    /// The radius at which each row of each member falls to each attack, or the largest where it does not.
    ///
    /// # Shapes
    /// - returns: `[attacks]` of `[members]`
    pub(crate) fn attacked(&self, lab: &Lab) -> Result<Vec<(&'static str, Vec<Radii>)>> {
        let steps = (FARTHEST / STEP).round() as usize;
        let radii: Vec<f64> = (1..=steps).map(|place| place as f64 * STEP).collect();
        let trial = Trial {
            population: attack::Population {
                network: self.network,
                states: &self.states,
                scales: &self.scales,
                seeds: &self.seeds,
                shape: self.shape,
                devices: &lab.devices,
                threads: lab.resources.threads,
            },
            rows: Rows {
                x: &self.x,
                labels: &self.labels,
            },
            threat: Threat {
                norm: Norm::L2,
                ..Threat::default()
            },
            starts: None,
            keep_examples: false,
            progress: &|_| (),
        };
        let falls = |at: &Option<usize>| at.map(|place| radii[place.min(steps - 1)]);
        let of = |(name, attack): (&'static str, Attack)| {
            let curves = trial.curve(&attack, &radii)?.into_iter();
            Ok((
                name,
                curves
                    .map(|curve| curve.falls_at.iter().map(falls).collect())
                    .collect(),
            ))
        };
        attacks().into_iter().map(of).collect()
    }

    /// The radius that is certified for each row of each member, `[members]` of `[rows]`.
    pub(crate) fn certified(&self, certificate: Certificate) -> Result<Vec<Vec<f64>>> {
        let rows: Vec<f64> = self.x.iter().copied().map(f64::from).collect();
        let samples = Samples {
            rows: &rows,
            labels: &self.labels,
        };
        let threat = certificate::Threat {
            norm: Norm::L2,
            domain: Some([0.0, 1.0]),
            tolerance: TOLERANCE,
        };
        let radii = |(state, scale): (&MemberState, &InputScale)| {
            let subject = Subject::new(self.network, state, scale)?;
            Ok(certificate.radii(&subject, &samples, &threat)?)
        };
        self.states.iter().zip(&self.scales).map(radii).collect()
    }
}

/// `z = (range x - center) scale`.
fn scale(own: &Preprocess, range: f32) -> InputScale {
    InputScale {
        center: own.center.iter().map(|center| center / range).collect(),
        factor: own.scale.iter().map(|scale| scale * range).collect(),
    }
}
