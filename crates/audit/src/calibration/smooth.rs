//! Smooth calibration error: kernels instead of bins, so that no confidence lies on an edge.

use std::cell::RefCell;
use std::f64::consts::PI;

use super::bins::predictions_fit;
use super::cosine::CosineTransform;
use crate::exponential::exp_nonpositive;
use crate::{AuditError, Result};

/// Intervals of the mesh that gaps are spread over; a power of two.
const INTERVALS: usize = 1024;
/// No bandwidth below this is told apart from it: the mesh ends there.
const NARROWEST: f64 = 1e-3;
/// Bisections and secants of the bandwidth.
const MOST_STEPS: usize = 60;

/// Smooth calibration error at a bandwidth, or at the one that equals it, in `[0, 1]`.
///
/// ```text
/// r_σ(t) = 1/n Σ_i (confidence_i - correct_i) K_σ(t, confidence_i)      K Gaussian, reflected at 0 and 1
/// smECE_σ = ∫_0^1 |r_σ(t)| dt                                          falls as σ grows
/// smECE   = smECE_σ*      σ* = smECE_σ*
/// ```
///
/// A consistent measure: within a constant factor of the distance to the nearest calibrated predictor,
/// and continuous in the confidences, which a binned error is not. Computed on a mesh of 1025 nodes; values
/// below 0.001, the narrowest bandwidth, are those at that bandwidth. The Python package `relplot` bisects
/// the bandwidth ten times only, hence ends within 1/1024 of this value.
///
/// # Shapes
/// - `confidence`, `correct`: `[rows]`
///
/// # Errors
/// Empty input, different lengths, a confidence outside `[0, 1]`; a bandwidth outside `[0.001, 1]`.
///
/// # Source
/// Błasiok & Nakkiran 2023, <https://arxiv.org/abs/2309.12236>, definition 3.
pub fn smooth_calibration_error(
    confidence: &[f64],
    correct: &[bool],
    bandwidth: Option<f64>,
) -> Result<f64> {
    predictions_fit(confidence, correct)?;
    let mut smoother = Smoother::new(INTERVALS);
    let once = vec![1.0; confidence.len()];
    let mesh = MeshGaps::new(confidence, correct, INTERVALS).spread(&once, correct.len() as f64);
    let Some(width) = bandwidth else {
        return Ok(smoother.fixed_point(&mesh).0);
    };
    if !(NARROWEST..=1.0).contains(&width) {
        return Err(AuditError::OutOfRange {
            what: "bandwidth",
            range: "[0.001, 1]",
            value: width,
        });
    }
    let modes = smoother.modes(mesh);
    Ok(smoother.error(&modes, width))
}

/// Smooth calibration error of weighted rows at the bandwidth that fits all rows counted once.
///
/// Resamples keep that bandwidth: another search for each would cost ten times as much, and their
/// duplicates would move it for no good reason. They also use a mesh no finer than the bandwidth needs.
pub(crate) struct SmoothGaps {
    gaps: MeshGaps,
    smoother: RefCell<Smoother>,
    bandwidth: f64,
    /// The error on the fine mesh less that on the coarse one, all rows counted once.
    refinement: f64,
}

impl SmoothGaps {
    pub(crate) fn new(confidence: &[f64], hits: &[bool]) -> Self {
        let (once, total) = (vec![1.0; confidence.len()], confidence.len() as f64);
        let fine = MeshGaps::new(confidence, hits, INTERVALS).spread(&once, total);
        let (figure, bandwidth) = Smoother::new(INTERVALS).fixed_point(&fine);
        let enough = ((8.0 / bandwidth) as usize).next_power_of_two();
        let intervals = enough.clamp(64, INTERVALS);
        let gaps = MeshGaps::new(confidence, hits, intervals);
        let mut smoother = Smoother::new(intervals);
        let modes = smoother.modes(gaps.spread(&once, total));
        Self {
            refinement: figure - smoother.error(&modes, bandwidth),
            gaps,
            smoother: RefCell::new(smoother),
            bandwidth,
        }
    }

    /// `total` is the sum of the weights.
    pub(crate) fn error(&self, weights: &[f64], total: f64) -> f64 {
        let mut smoother = self.smoother.borrow_mut();
        let modes = smoother.modes(self.gaps.spread(weights, total));
        smoother.error(&modes, self.bandwidth) + self.refinement
    }
}

/// Where each row's gap lands on the mesh: a share on the node below, the rest on the one above.
struct MeshGaps {
    nodes: Vec<u32>,
    below: Vec<f64>,
    above: Vec<f64>,
    intervals: usize,
}

impl MeshGaps {
    fn new(confidence: &[f64], correct: &[bool], intervals: usize) -> Self {
        let rows = confidence.len();
        let (mut nodes, mut below, mut above) = (
            Vec::with_capacity(rows),
            Vec::with_capacity(rows),
            Vec::with_capacity(rows),
        );
        for (c, hit) in confidence.iter().zip(correct) {
            let place = c * intervals as f64;
            let node = (place as usize).min(intervals - 1);
            let (share, gap) = (place - node as f64, c - f64::from(*hit));
            nodes.push(node as u32);
            below.push((1.0 - share) * gap);
            above.push(share * gap);
        }
        Self {
            nodes,
            below,
            above,
            intervals,
        }
    }

    /// Mean gap per node with rows counted as given; `total` is the sum of the counts.
    fn spread(&self, counts: &[f64], total: f64) -> Vec<f64> {
        let mut mesh = vec![0.0; self.intervals + 1];
        for (((&node, below), above), count) in self
            .nodes
            .iter()
            .zip(&self.below)
            .zip(&self.above)
            .zip(counts)
        {
            mesh[node as usize] += count * below;
            mesh[node as usize + 1] += count * above;
        }
        // A node in the middle stands for two halves of the even extension, one at an end for one.
        for (node, value) in mesh.iter_mut().enumerate() {
            let halves = if node == 0 || node == self.intervals {
                1.0
            } else {
                0.5
            };
            *value *= halves / total;
        }
        mesh
    }
}

/// Smooths mesh gaps at any bandwidth.
struct Smoother {
    transform: CosineTransform,
    curve: Vec<f64>,
    intervals: usize,
}

impl Smoother {
    fn new(intervals: usize) -> Self {
        Self {
            transform: CosineTransform::new(intervals),
            curve: Vec::new(),
            intervals,
        }
    }

    /// Cosine modes `Σ_i gap_i cos(π k c_i) / n` of spread gaps.
    fn modes(&mut self, mut mesh: Vec<f64>) -> Vec<f64> {
        self.transform.apply(&mut mesh);
        mesh
    }

    /// `∫ |r_σ|` by the trapezoid rule.
    fn error(&mut self, modes: &[f64], bandwidth: f64) -> f64 {
        // Sharing a gap between two nodes widens it by h²/6 on average, which the kernel takes back.
        let mesh_variance = 1.0 / (6.0 * (self.intervals * self.intervals) as f64);
        let decay = 0.5 * PI * PI * (bandwidth * bandwidth - mesh_variance);
        let damped = |(k, mode): (usize, &f64)| mode * exp_nonpositive(-decay * (k * k) as f64);
        self.curve.clear();
        self.curve.extend(modes.iter().enumerate().map(damped));
        let mut curve = std::mem::take(&mut self.curve);
        self.transform.apply(&mut curve);
        let ends = 0.5 * (curve[0].abs() + curve[self.intervals].abs());
        let inner: f64 = curve[1..self.intervals].iter().map(|r| r.abs()).sum();
        self.curve = curve;
        (ends + inner) / self.intervals as f64
    }

    /// The error that equals its own bandwidth, and that bandwidth.
    fn fixed_point(&mut self, mesh: &[f64]) -> (f64, f64) {
        let modes = self.modes(mesh.to_vec());
        let (mut low, mut high) = (NARROWEST, 1.0);
        let at_low = self.error(&modes, low);
        if at_low <= low {
            return (at_low, low);
        }
        let (mut excess_low, mut excess_high) = (at_low - low, self.error(&modes, high) - high);
        // Regula falsi with the Illinois halving: the excess falls in σ and is nearly straight.
        let mut side = 0;
        for _ in 0..MOST_STEPS {
            let middle = (low * excess_high - high * excess_low) / (excess_high - excess_low);
            let excess = self.error(&modes, middle) - middle;
            if excess.abs() < 1e-13 || high - low < 1e-14 {
                return (middle + excess, middle);
            }
            if excess > 0.0 {
                (low, excess_low) = (middle, excess);
                excess_high *= if side == 1 { 0.5 } else { 1.0 };
                side = 1;
            } else {
                (high, excess_high) = (middle, excess);
                excess_low *= if side == -1 { 0.5 } else { 1.0 };
                side = -1;
            }
        }
        let middle = 0.5 * (low + high);
        (self.error(&modes, middle), middle)
    }
}
