//! How much members that should agree do not.

use super::OodScore;
use crate::logits::shapes_agree;
use crate::{Logits, Result};

/// What the members' predictions say about each row, all of `[rows]`.
///
/// ```text
/// p̄ = 1/M Σ_m p_m
/// predictive_entropy = H(p̄)
/// mutual_information = H(p̄) - 1/M Σ_m H(p_m)
/// variance           = Σ_k 1/M Σ_m (p_mk - p̄_k)²
/// ```
///
/// Entropies in nats. The mutual information between the class and the choice of the member (BALD) is
/// in `[0, ln min(M, classes)]`: the part of the entropy that comes from disagreement. The variance,
/// over `M` and summed over classes, is in `[0, 1)`. All three rise with suspicion.
///
/// # Source
/// Houlsby et al. 2011, <https://arxiv.org/abs/1112.5745>; Lakshminarayanan et al. 2017 for ensembles.
#[derive(Debug, Clone, PartialEq)]
pub struct Disagreement {
    /// Entropy of the mean prediction.
    pub predictive_entropy: Vec<f64>,
    /// The entropy less the members' mean entropy.
    pub mutual_information: Vec<f64>,
    /// Variance of the probabilities over members, summed over classes.
    pub variance: Vec<f64>,
}

impl Disagreement {
    /// Measures the members' predictions on the same rows.
    ///
    /// # Shapes
    /// - `members`: `[members]` of `[rows, classes]`
    ///
    /// # Errors
    /// No members, members of different shapes.
    pub fn of(members: &[Logits<'_>]) -> Result<Self> {
        shapes_agree(members)?;
        let (classes, count) = (members[0].classes(), members.len() as f64);
        let probabilities: Vec<Vec<f64>> = members.iter().map(Logits::probabilities).collect();
        let mean = mean_over_members(&probabilities);
        let predictive_entropy: Vec<f64> = mean.chunks_exact(classes).map(entropy).collect();
        let mut mutual_information = predictive_entropy.clone();
        for member in members {
            for (information, own) in mutual_information
                .iter_mut()
                .zip(OodScore::Entropy.of(member))
            {
                *information -= own / count;
            }
        }
        // Members that agree leave nothing but rounding, on either side of 0.
        mutual_information.iter_mut().for_each(|i| *i = i.max(0.0));
        let mut variance = vec![0.0; members[0].rows()];
        for own in &probabilities {
            let rows = own.chunks_exact(classes).zip(mean.chunks_exact(classes));
            for (variance, (own, mean)) in variance.iter_mut().zip(rows) {
                let gaps = own.iter().zip(mean).map(|(p, m)| (p - m).powi(2));
                *variance += gaps.sum::<f64>() / count;
            }
        }
        Ok(Self {
            predictive_entropy,
            mutual_information,
            variance,
        })
    }
}

fn mean_over_members(members: &[Vec<f64>]) -> Vec<f64> {
    let mut mean = vec![0.0; members[0].len()];
    for member in members {
        for (sum, p) in mean.iter_mut().zip(member) {
            *sum += p / members.len() as f64;
        }
    }
    mean
}

/// `-Σ p ln p` with `0 ln 0 = 0`.
fn entropy(row: &[f64]) -> f64 {
    let present = row.iter().filter(|p| **p > 0.0);
    0.0 - present.map(|p| p * p.ln()).sum::<f64>()
}
