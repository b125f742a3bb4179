//! A field on the whole grid, and how smooth it is.

use std::f64::consts::TAU;

use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

use crate::equation::END;

/// Points of the circle.
pub(crate) const SIDE: usize = 128;
/// Moments, the middles of equal stretches of time.
pub(crate) const TIMES: usize = 32;
/// The first moment at which characteristics have met.
const FRONT: usize = TIMES / 2;

/// Row by row, a moment each.
#[derive(Debug, Clone)]
pub(crate) struct Field(pub(crate) Vec<f64>);

/// Place and moment of every point of the grid.
pub(crate) fn grid() -> Vec<[f64; 2]> {
    let moments = (0..TIMES).map(moment);
    moments
        .flat_map(|t| (0..SIDE).map(move |x| [place(x), t]))
        .collect()
}

pub(crate) fn place(x: usize) -> f64 {
    TAU * x as f64 / SIDE as f64
}

pub(crate) fn moment(t: usize) -> f64 {
    END * (t as f64 + 0.5) / TIMES as f64
}

impl Field {
    pub(crate) fn at(&self, t: usize) -> &[f64] {
        &self.0[t * SIDE..][..SIDE]
    }

    /// `mean u²`.
    pub(crate) fn size(&self) -> f64 {
        mean(self.0.iter().map(|u| u * u))
    }

    /// `|c_k|²` of every wave number, mean over moments: that of `k` and `-k` together, so that their sum is `mean u²`.
    pub(crate) fn spectrum(&self) -> Vec<f64> {
        let mut waves: Vec<Complex<f64>> = self.0.iter().map(|&u| Complex::from(u)).collect();
        FftPlanner::new().plan_fft_forward(SIDE).process(&mut waves);
        let count = (SIDE * SIDE * TIMES) as f64;
        let of = |k: usize| {
            let places = (0..SIDE).filter(move |place| (*place).min(SIDE - place) == k);
            let all = places.flat_map(|place| waves.iter().skip(place).step_by(SIDE));
            all.map(|wave| wave.norm_sqr()).sum::<f64>() / count
        };
        (0..=SIDE / 2).map(of).collect()
    }

    /// `mean u_x²`.
    pub(crate) fn energy(&self) -> f64 {
        let waves = self.spectrum().into_iter().enumerate();
        waves.map(|(k, size)| (k * k) as f64 * size).sum()
    }

    /// Root mean square of the difference, over that of the truth.
    pub(crate) fn error(&self, truth: &Self) -> f64 {
        let pairs = self.0.iter().zip(&truth.0);
        (mean(pairs.map(|(a, b)| (a - b).powi(2))) / truth.size()).sqrt()
    }

    /// How far a field leaves the range of the truth, above and below, as a share of that range: mean over moments with a front.
    pub(crate) fn overshoot(&self, truth: &Self) -> f64 {
        let beyond = |t| {
            let ([low, high], [bottom, top]) = (range(self.at(t)), range(truth.at(t)));
            ((high - top).max(0.0) + (bottom - low).max(0.0)) / (top - bottom)
        };
        mean((FRONT..TIMES).map(beyond))
    }

    /// Total variation along the circle over that of the truth: mean over moments with a front. Of a field that is right 1; every
    /// oscillation that does not belong adds to it.
    pub(crate) fn variation(&self, truth: &Self) -> f64 {
        mean((FRONT..TIMES).map(|t| variation(self.at(t)) / variation(truth.at(t))))
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

fn range(values: &[f64]) -> [f64; 2] {
    let of = |start, pick: fn(f64, f64) -> f64| values.iter().copied().fold(start, pick);
    [of(f64::INFINITY, f64::min), of(f64::NEG_INFINITY, f64::max)]
}

/// `Σ |u_(i+1) - u_i|`, around the circle.
fn variation(values: &[f64]) -> f64 {
    let next = values.iter().cycle().skip(1);
    values.iter().zip(next).map(|(a, b)| (b - a).abs()).sum()
}
