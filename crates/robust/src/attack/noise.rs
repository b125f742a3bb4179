//! Random points of a ball, and the attack that any other has to beat.

use decay_random::{Stream, normals, unit};
use serde::{Deserialize, Serialize};

use super::ball::project;
use super::cases::{Attempt, Cases, Site};
use super::probe::Probe;
use super::threat::Threat;
use crate::error::at_least_one;
use crate::{Norm, RobustError};

/// Settings of random noise.
///
/// | key | default | range | meaning |
/// | :-- | :-- | :-- | :-- |
/// | `samples` | `32` | at least 1 | points of the ball that are tried, drawn evenly and then clipped to the bounds |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Noise {
    /// Points of the ball that are tried.
    pub samples: usize,
}

impl Default for Noise {
    fn default() -> Self {
        Self { samples: 32 }
    }
}

impl Noise {
    /// # Errors
    /// [`RobustError::OutOfRange`].
    pub(crate) fn check(&self) -> Result<(), RobustError> {
        at_least_one("samples", self.samples)
    }
}

pub(crate) fn run(probe: &Probe, cases: &Cases, threat: &Threat, settings: &Noise) -> Attempt {
    let mut attempt = Attempt::none(cases);
    for sample in 0..settings.samples {
        attempt.extend(cases, |rest| {
            let stream = |i| rest.stream(i, Site::Noise, sample);
            let x = rest.points(|i| inside(rest.clean(i), threat, &stream(i)));
            probe.judged(rest, x)
        });
    }
    attempt
}

/// A point drawn evenly from the ball around `center`, then clipped to the bounds.
///
/// ```text
/// linf  d_i = r u_i                   u_i uniform in [-1, 1)
/// l2    d = r v^(1/F) n / |n|         n normal, v uniform in (0, 1]
/// l1    d = r e / (sum |e| + e_0)     e_i exponential with a random sign
/// ```
///
/// # Source
/// l1: Barthe et al. 2005, theorem 1, <https://doi.org/10.1214/009117904000000874>; Muller 1959 for l2.
pub(crate) fn inside(center: &[f32], threat: &Threat, stream: &Stream) -> Vec<f32> {
    let features = center.len();
    let r = threat.radius;
    let direction: Vec<f64> = match threat.norm {
        Norm::Linf => {
            let draws = uniforms(stream, features);
            draws.into_iter().map(|u| r * (2.0 * u - 1.0)).collect()
        }
        Norm::L2 => {
            let n = gaussian(stream, features);
            let norm = n.iter().map(|n| n * n).sum::<f64>().sqrt().max(1e-12);
            let v = 1.0 - f64::from(unit(stream.word(u32::MAX)));
            let length = r * v.powf(1.0 / features as f64);
            n.into_iter().map(|n| n / norm * length).collect()
        }
        Norm::L1 => {
            let e = exponential(stream, features + 1);
            let sum = e.iter().map(|e| e.abs()).sum::<f64>().max(1e-12);
            e.into_iter().take(features).map(|e| r * e / sum).collect()
        }
    };
    moved(center, &direction, threat)
}

/// A point on the sphere around `center`, then clipped to the bounds: APGD's start.
pub(crate) fn on_sphere(center: &[f32], threat: &Threat, stream: &Stream) -> Vec<f32> {
    let features = center.len();
    let direction: Vec<f64> = match threat.norm {
        Norm::Linf => uniforms(stream, features)
            .into_iter()
            .map(|u| 2.0 * u - 1.0)
            .collect(),
        Norm::L2 => gaussian(stream, features),
        Norm::L1 => exponential(stream, features),
    };
    let narrow: Vec<f32> = direction.iter().map(|&d| d as f32).collect();
    let factor = threat.radius / threat.norm.of_f32(&narrow).max(1e-12);
    let direction: Vec<f64> = direction.into_iter().map(|d| d * factor).collect();
    moved(center, &direction, threat)
}

fn moved(center: &[f32], direction: &[f64], threat: &Threat) -> Vec<f32> {
    let sums = center.iter().zip(direction);
    let mut point: Vec<f32> = sums.map(|(&x, &d)| (f64::from(x) + d) as f32).collect();
    project(&mut point, center, threat);
    point
}

fn uniforms(stream: &Stream, count: usize) -> Vec<f64> {
    let mut draws = vec![0.0; count];
    stream.fill_uniform(&mut draws);
    draws.into_iter().map(f64::from).collect()
}

fn gaussian(stream: &Stream, count: usize) -> Vec<f64> {
    let blocks = 0..count.div_ceil(4) as u32;
    let draws = blocks.flat_map(|block| normals(stream.block(block)));
    draws.take(count).collect()
}

/// Exponential draws with random signs: the sign is the lowest bit, which the 24 bits of the size do not hold.
fn exponential(stream: &Stream, count: usize) -> Vec<f64> {
    let words = (0..count.div_ceil(4) as u32).flat_map(|block| stream.block(block));
    let draws = words.map(|word| {
        let size = -(1.0 - f64::from(unit(word))).ln();
        if word & 1 == 0 { size } else { -size }
    });
    draws.take(count).collect()
}
