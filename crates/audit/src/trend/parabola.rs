//! How strongly a curve bends around its optimum.

use serde::{Deserialize, Serialize};

use super::curve::Curve;
use crate::interval::mean;
use crate::significance::corrected_resampled_t_test;
use crate::{AuditError, Estimate, Result};

/// Decades on each side of the optimum that the parabola is fitted to.
const DECADES: f64 = 2.0;

/// Fewest rates of a fit: one more than a parabola passes through exactly.
const FEWEST: usize = 4;

/// `y = a + b x + c x²` in `x = log10 rate - centre`, by least squares for each replicate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parabola {
    /// Mean of `c` over replicates with Student's interval; positive for a bowl.
    pub curvature: Estimate,
    /// Each replicate's own `c`.
    pub curvatures: Vec<f64>,
    /// `[a, b, c]` of the mean curve.
    pub coefficients: [f64; 3],
    /// Mean of the fitted rates' logarithms.
    pub centre: f64,
    /// `log10` of the rate at which the mean curve's parabola is level; `None` if it is a line.
    pub vertex: Option<f64>,
    /// Whether the vertex lies strictly between the first and the last fitted rate.
    pub vertex_inside: bool,
    /// The first and the last fitted rate.
    pub window: (f64, f64),
    /// Number of fitted rates.
    pub points: usize,
}

impl Parabola {
    /// Fits the positive rates within two decades of the optimum, and its nearest where those are fewer than four.
    ///
    /// `test_per_train` corrects the interval as in [`corrected_resampled_t_test`].
    pub(super) fn around(
        optimum: usize,
        curve: &Curve<'_>,
        test_per_train: f64,
        level: f64,
    ) -> Result<Self> {
        let (first, last) = window(curve.rates, optimum)?;
        let x: Vec<f64> = curve.rates[first..=last]
            .iter()
            .map(|r| r.log10())
            .collect();
        let centre = mean(&x);
        let x: Vec<f64> = x.iter().map(|x| x - centre).collect();
        let replicates = 0..curve.replicates();
        let curvatures: Vec<f64> = replicates
            .map(|i| least_squares(&x, &curve.of_replicate(i)[first..=last])[2])
            .collect();
        let zeros = vec![0.0; curvatures.len()];
        let test = corrected_resampled_t_test(&curvatures, &zeros, test_per_train)?;
        let (low, high) = test.interval(level)?;
        let [a, b, c] = least_squares(&x, &curve.mean()[first..=last]);
        let vertex = Some(-b / (2.0 * c)).filter(|v| v.is_finite());
        Ok(Self {
            curvature: Estimate {
                mean: test.mean_difference,
                low,
                high,
                n: curvatures.len(),
            },
            curvatures,
            coefficients: [a, b, c],
            centre,
            vertex: vertex.map(|v| v + centre),
            vertex_inside: vertex.is_some_and(|v| x[0] < v && v < x[x.len() - 1]),
            window: (curve.rates[first], curve.rates[last]),
            points: x.len(),
        })
    }
}

/// First and last index of the rates to fit.
fn window(rates: &[f64], optimum: usize) -> Result<(usize, usize)> {
    let first_positive = usize::from(rates[0] == 0.0);
    let last_rate = rates.len() - 1;
    let positive = rates.len() - first_positive;
    if positive < FEWEST {
        return Err(AuditError::OutOfRange {
            what: "positive rates",
            range: "[4, inf) in number",
            value: positive as f64,
        });
    }
    let middle = optimum.max(first_positive);
    // A grid of whole decades must not lose its ends to rounding of the logarithm.
    let within = DECADES + 1e-9;
    let distance = |k: usize| (rates[k].log10() - rates[middle].log10()).abs();
    let (mut first, mut last) = (middle, middle);
    while last - first + 1 < positive {
        let below = (first > first_positive).then(|| distance(first - 1));
        let above = (last < last_rate).then(|| distance(last + 1));
        let nearest = below
            .unwrap_or(f64::INFINITY)
            .min(above.unwrap_or(f64::INFINITY));
        if nearest > within && last - first + 1 >= FEWEST {
            break;
        }
        if below == Some(nearest) {
            first -= 1;
        } else {
            last += 1;
        }
    }
    Ok((first, last))
}

/// The parabola's `[a, b, c]` over points whose `x` sum to 0, by polynomials that are orthogonal on them.
///
/// ```text
/// p2 = x² - (s3 / s2) x - s2 / m      c = Σ p2 y / Σ p2²      s_k = Σ x^k
/// ```
fn least_squares(x: &[f64], y: &[f64]) -> [f64; 3] {
    let m = x.len() as f64;
    let s2: f64 = x.iter().map(|x| x * x).sum();
    let s3: f64 = x.iter().map(|x| x * x * x).sum();
    let (tilt, lift) = (s3 / s2, s2 / m);
    let level = mean(y);
    let (mut slope, mut bend, mut square) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        let p2 = x * x - tilt * x - lift;
        slope += x * (y - level);
        bend += p2 * (y - level);
        square += p2 * p2;
    }
    let c = bend / square;
    [level - c * lift, slope / s2 - c * tilt, c]
}
