//! A field and what is seen of it.

use std::f64::consts::TAU;

use decay_claim::Lab;

use crate::equation::{END, Start, VISCOSITY};
use crate::field::{Field, SIDE, TIMES};

/// Samples of a field where they are few and where they are more than coefficients, and the standard deviation of their noise.
pub(crate) const SAMPLES: [usize; 2] = [200, 1000];
const NOISE: f64 = 0.1;
/// The same where every point of the grid is seen: more, or 4096 of them would leave nothing to do.
const DENSE_NOISE: f64 = 0.5;
/// A field and what is seen of it.
pub(crate) struct Task {
    pub(crate) start: Start,
    pub(crate) truth: Field,
    points: Vec<[f64; 2]>,
    values: Vec<f64>,
    /// Every point of the grid.
    pub(crate) dense: Vec<f64>,
}

impl Task {
    pub(crate) fn draw(lab: &Lab, replicate: usize) -> Self {
        let site = 8 * replicate as u32;
        let start = Start::draw(lab, site);
        let uniform = |site| {
            let mut values = vec![0.0f32; SAMPLES[1]];
            lab.stream(site).fill_uniform(&mut values);
            values.into_iter().map(f64::from)
        };
        let pairs = uniform(site + 1).zip(uniform(site + 2));
        // Not at time 0, where the closed form divides by it.
        let points: Vec<[f64; 2]> = pairs.map(|(x, t)| [TAU * x, END * t.max(1e-6)]).collect();
        let noise = lab.normal(site + 3, SAMPLES[1]).into_iter();
        let seen = points.iter().zip(noise);
        let values = seen.map(|(&point, e)| start.cole_hopf(point, VISCOSITY) + NOISE * e);
        let truth = Field(start.solve(SIDE, TIMES));
        let noise = lab.normal(site + 4, SIDE * TIMES).into_iter();
        let dense = truth.0.iter().zip(noise);
        Self {
            values: values.collect(),
            dense: dense.map(|(u, e)| u + DENSE_NOISE * e).collect(),
            start,
            truth,
            points,
        }
    }

    /// The first so many samples: where they lie, and what was seen there.
    pub(crate) fn samples(&self, count: usize) -> Samples<'_> {
        Samples {
            points: &self.points[..count],
            values: &self.values[..count],
        }
    }
}

/// Some of what is seen of a field.
pub(crate) struct Samples<'a> {
    pub(crate) points: &'a [[f64; 2]],
    pub(crate) values: &'a [f64],
}
