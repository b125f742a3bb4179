//! Outlier scores from logits, all with one sign: higher is more out-of-distribution.

use serde::{Deserialize, Serialize};

use crate::logits::{log_sum_exp, maximum, positive_temperature};
use crate::probabilities::Softmax;
use crate::{Logits, Result};

/// The temperature of [`odin`] in its paper.
pub const ODIN_TEMPERATURE: f64 = 1000.0;

/// The scores an audit reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OodScore {
    /// [`msp`].
    Msp,
    /// [`predictive_entropy`].
    Entropy,
    /// [`max_logit`].
    MaxLogit,
    /// [`energy`] at temperature 1.
    Energy,
}

impl OodScore {
    /// Every score, in the order in which they are reported.
    pub const ALL: [Self; 4] = [Self::Msp, Self::Entropy, Self::MaxLogit, Self::Energy];

    /// The name that metrics carry, as in `auroc_msp`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Msp => "msp",
            Self::Entropy => "entropy",
            Self::MaxLogit => "max_logit",
            Self::Energy => "energy",
        }
    }

    /// The score of every row, `[rows]`.
    pub fn of(self, logits: &Logits<'_>) -> Vec<f64> {
        match self {
            Self::Msp => msp(logits),
            Self::MaxLogit => max_logit(logits),
            Self::Entropy | Self::Energy => self.of_softmax(&Softmax::of(logits), logits),
        }
    }

    /// The same from the logits' softmax.
    pub(crate) fn of_softmax(self, softmax: &Softmax, logits: &Logits<'_>) -> Vec<f64> {
        let minus = |values: &[f64]| values.iter().map(|v| -v).collect();
        match self {
            Self::Msp => minus(&softmax.confidence),
            Self::Entropy => softmax.entropy(logits),
            Self::MaxLogit => max_logit(logits),
            Self::Energy => minus(&softmax.log_sum),
        }
    }
}

/// Minus the maximum softmax probability, `-max_k p_k`, in `[-1, -1/classes]`.
///
/// # Source
/// Hendrycks & Gimpel 2017, <https://arxiv.org/abs/1610.02136>.
pub fn msp(logits: &Logits<'_>) -> Vec<f64> {
    logits.confidences().iter().map(|p| -p).collect()
}

/// Entropy of the prediction in nats, `-Σ_k p_k ln p_k`, in `[0, ln classes]`.
pub fn predictive_entropy(logits: &Logits<'_>) -> Vec<f64> {
    OodScore::Entropy.of(logits)
}

/// Minus the largest logit, `-max_k z_k`.
///
/// # Source
/// Hendrycks et al. 2022, <https://arxiv.org/abs/1911.11132>.
pub fn max_logit(logits: &Logits<'_>) -> Vec<f64> {
    logits.iter_rows().map(|row| -maximum(row)).collect()
}

/// Free energy, `-T ln Σ_k exp(z_k / T)`.
///
/// # Errors
/// Unless `0 < T < inf`.
///
/// # Source
/// Liu et al. 2020, <https://arxiv.org/abs/2010.03759>.
pub fn energy(logits: &Logits<'_>, temperature: f64) -> Result<Vec<f64>> {
    positive_temperature(temperature)?;
    let tempered = logits.tempered(temperature)?;
    Ok(tempered
        .iter_rows()
        .map(|row| -temperature * log_sum_exp(row))
        .collect())
}

/// Minus the maximum softmax probability at a high temperature, `-max_k softmax(z / T)_k`.
///
/// Of ODIN's two parts this is the second. The first moves the input a small step toward a surer
/// prediction; a caller who wants it hands in the logits of the moved inputs. At `T = 1000` the scores
/// differ in their fourth digit: they need `f64`.
///
/// # Errors
/// Unless `0 < T < inf`.
///
/// # Source
/// Liang et al. 2018, <https://arxiv.org/abs/1706.02690>.
pub fn odin(logits: &Logits<'_>, temperature: f64) -> Result<Vec<f64>> {
    Ok(msp(&logits.tempered(temperature)?))
}
