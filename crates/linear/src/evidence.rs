//! How probable the rows are under a Gaussian prior, and the prior that makes them most probable.

use std::f64::consts::PI;

use crate::spectrum::Spectrum;

/// Most steps of [`Spectrum::maximise_evidence`]; it takes some tens where the rows tell anything.
const MOST_STEPS: usize = 100_000;
/// Relative change of both precisions at which it ends.
const SETTLED: f64 = 1e-13;
/// Precision of the weights, relative to the noise's, beyond which they are held at 0 and the rows tell nothing more.
const FIXED: f64 = 1e12;

/// Gamma priors on both precisions, `p(a) ~ a^(shape - 1) exp(-scale a)`; all 0 is flat in the logarithm.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Hyperprior {
    /// Shape and inverse scale of the noise's precision.
    pub noise: [f64; 2],
    /// Shape and inverse scale of the weights' precision.
    pub weights: [f64; 2],
}

/// The most probable precisions, and what they say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// `1 / σ²`.
    pub noise_precision: f64,
    /// `1 / τ²`.
    pub weight_precision: f64,
    /// `γ = Σ f`, how many weights the rows determine rather than the prior.
    pub determined: f64,
    /// `ln p(b)`.
    pub log_evidence: f64,
}

impl Evidence {
    /// `λ = σ² / τ²`, the strength of the penalty that is this prior.
    pub fn strength(&self) -> f64 {
        self.weight_precision / self.noise_precision
    }
}

impl Spectrum {
    /// Logarithm of the probability of what was seen, up to a constant, with the `σ²` that makes it largest: `u·b` has variance
    /// `σ² / (1 - f)`. What is not penalised has no prior and says nothing.
    pub fn evidence(&self, strength: f64) -> f64 {
        let (mut count, mut squares, mut logs) = (self.beyond as f64, self.unexplained, 0.0);
        for own in self.coordinates.iter().filter(|own| own.penalty > 0.0) {
            let share = own.over(strength, strength * own.penalty);
            count += 1.0;
            squares += share * own.seen;
            logs += share.ln();
        }
        0.5 * (logs - count * (squares / count).ln())
    }

    /// `ln p(b)` if the entries of `L x` have precision `1/τ²` and the noise `1/σ²`; every coordinate must be penalised.
    ///
    /// ```text
    /// ln N(b; 0, A (LᵀL)⁻¹ Aᵀ τ² + σ² I)
    /// ```
    pub fn log_evidence(&self, noise_precision: f64, weight_precision: f64) -> f64 {
        let gaussian = |precision: f64, seen: f64| 0.5 * (precision.ln() - precision * seen);
        let own = self.sum(|own| {
            let variance = own.gain / (own.penalty * weight_precision) + 1.0 / noise_precision;
            gaussian(1.0 / variance, own.seen)
        });
        let beyond = self.beyond as f64 * noise_precision.ln();
        own + 0.5 * (beyond - noise_precision * self.unexplained)
            - 0.5 * self.count() as f64 * (2.0 * PI).ln()
    }

    /// The precisions of noise and weights under which the rows are most probable:
    ///
    /// ```text
    /// 1/τ² = γ / ||L x||²        1/σ² = (n - γ) / ||A x - b||²        γ = Σ s² / (s² + λ l²)
    /// ```
    ///
    /// in turns, with the numbers of a hyperprior beside those of the rows. `None` if nothing was seen that could tell them apart: no
    /// direction is let through, or nothing but 0 was seen.
    ///
    /// # Source
    /// MacKay 1992, "Bayesian Interpolation", eq. 4.9 and 4.10; Tipping 2001, eq. 16 and 17.
    pub fn maximise_evidence(&self, prior: Hyperprior) -> Option<Evidence> {
        let seen = self.sum(|own| own.seen) + self.unexplained;
        let through = self.coordinates.iter().any(|own| own.gain > 0.0);
        if !through || seen == 0.0 {
            return None;
        }
        let count = self.count() as f64;
        let exact = FIXED * count / seen;
        let (mut noise, mut weights) = (count / seen, 1.0);
        for _ in 0..MOST_STEPS {
            let strength = weights / noise;
            let determined = self.degrees_of_freedom(strength);
            let size = self.sum(|own| own.penalty * own.solution(strength));
            let ratio = |shape: f64, numbers: f64, scale: f64, squares: f64| {
                (numbers + 2.0 * shape) / (squares + 2.0 * scale)
            };
            let [shape, scale] = prior.weights;
            let next_weights = ratio(shape, determined, scale, size);
            let [shape, scale] = prior.noise;
            let next_noise = ratio(shape, count - determined, scale, self.residual(strength));
            let next = [next_noise, next_weights.min(FIXED * next_noise)];
            let settled = [noise, weights]
                .iter()
                .zip(next)
                .all(|(before, next)| (next / before - 1.0).abs() < SETTLED);
            [noise, weights] = next;
            if !(noise < exact && weights > 0.0) {
                return None;
            }
            if settled {
                break;
            }
        }
        Some(Evidence {
            noise_precision: noise,
            weight_precision: weights,
            determined: self.degrees_of_freedom(weights / noise),
            log_evidence: self.log_evidence(noise, weights),
        })
    }
}
