//! Scale and geometry of a linear model's margins, apart.

use decay_robust::certificate::{Hyperplanes, Margins};

use crate::measurements::{MeasurementKey, Measurements};
use crate::population::Population;

/// The planes of a linear member, beside those of the first member of its replicate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Planes {
    /// On the held-out rows.
    pub margins: Margins,
    /// The radius of the first member's planes, rescaled to the size of these: what scale alone does, which is nothing.
    pub rescaled_radius: f64,
    /// Between what decides here and there.
    pub cosine: f64,
}

impl Planes {
    /// Notes `accuracy`, `margin`, `norm`, `radius`, `radius, rescaled only` and `cosine`.
    pub fn note(&self, key: MeasurementKey<'_>, out: &mut Measurements) {
        let found = &self.margins;
        out.add(
            key,
            [
                ("accuracy", found.accuracy),
                ("margin", found.margin),
                ("norm", found.norm),
                ("radius", found.radius),
                ("radius, rescaled only", self.rescaled_radius),
                ("cosine", self.cosine),
            ],
        );
    }
}

impl Population<'_> {
    /// The planes of every member of a population of linear models, replicate by replicate.
    ///
    /// # Shapes
    /// - returns: `[members]` of the member and its planes
    ///
    /// # Panics
    /// If the models have hidden layers or the data are no classification.
    pub fn planes(&self) -> Vec<(usize, Planes)> {
        let of_replicate = |replicate: usize| {
            let own = self.held_out(replicate);
            let planes = |&member: &usize| Hyperplanes::new(self.state(member), &own.scale);
            let all: Vec<Hyperplanes> = own.members.iter().map(planes).collect();
            let beside = |model: &Hyperplanes| {
                let rescaled = all[0].times(model.size() / all[0].size());
                Planes {
                    margins: model.margins(&own.x, &own.labels),
                    rescaled_radius: rescaled.margins(&own.x, &own.labels).radius,
                    cosine: model.cosine(&all[0]),
                }
            };
            let found: Vec<Planes> = all.iter().map(beside).collect();
            own.members.into_iter().zip(found).collect::<Vec<_>>()
        };
        let replicates = 0..self.models.problem.folds.len();
        replicates.flat_map(of_replicate).collect()
    }
}
