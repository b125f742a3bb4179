//! Wilcoxon's signed-rank test: paired differences without assuming that they are normal.

use serde::{Deserialize, Serialize};

use super::average_ranks;
use crate::Result;
use crate::distribution::normal_upper_tail;
use crate::finite::paired;

/// Up to this many pairs the distribution is enumerated, as in scipy.
const LARGEST_EXACT: usize = 50;

/// A signed-rank test of paired differences against a median of 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SignedRank {
    /// The smaller of the rank sums of positive and negative differences.
    pub statistic: f64,
    /// Probability of a statistic at least as far from its mean.
    pub p_two_sided: f64,
    /// Pairs that differ; the others are left out.
    pub n: usize,
    /// Whether the p-value is exact and not from the normal approximation.
    pub exact: bool,
}

/// Wilcoxon's signed-rank test of `a - b`, two-sided.
///
/// Exact for up to 50 pairs without zero or tied differences; otherwise zeros are left out and the
/// normal approximation with tie correction and without continuity correction is used. Without any
/// difference the p-value is 1.
///
/// # Errors
/// No pairs, different lengths, values that are not finite.
///
/// # Source
/// Wilcoxon 1945, <https://doi.org/10.2307/3001968>.
pub fn wilcoxon_signed_rank(a: &[f64], b: &[f64]) -> Result<SignedRank> {
    paired(("a", a), ("b", b))?;
    let differences: Vec<f64> = a
        .iter()
        .zip(b)
        .map(|(a, b)| a - b)
        .filter(|d| *d != 0.0)
        .collect();
    let n = differences.len();
    let sizes: Vec<f64> = differences.iter().map(|d| d.abs()).collect();
    let ranks = average_ranks(&sizes);
    let positive: f64 = ranks
        .iter()
        .zip(&differences)
        .filter(|(_, d)| **d > 0.0)
        .map(|(r, _)| r)
        .sum();
    let total = (n * (n + 1)) as f64 / 2.0;
    let statistic = positive.min(total - positive);
    let untied = n == a.len() && tie_sizes(&sizes).iter().all(|&size| size == 1);
    let exact = untied && n <= LARGEST_EXACT;
    let p_two_sided = if n == 0 {
        1.0
    } else if exact {
        (2.0 * share_at_most(statistic, n)).min(1.0)
    } else {
        normal_approximation(statistic, n as f64, &tie_sizes(&sizes))
    };
    Ok(SignedRank {
        statistic,
        p_two_sided,
        n,
        exact,
    })
}

/// Share of the `2^n` sign patterns whose positive ranks sum to at most `statistic`.
fn share_at_most(statistic: f64, n: usize) -> f64 {
    let most = n * (n + 1) / 2;
    let mut patterns = vec![0.0; most + 1];
    patterns[0] = 1.0;
    for rank in 1..=n {
        for sum in (rank..=most).rev() {
            patterns[sum] += patterns[sum - rank];
        }
    }
    patterns[..=statistic as usize].iter().sum::<f64>() / 2f64.powi(n as i32)
}

fn normal_approximation(statistic: f64, n: f64, ties: &[usize]) -> f64 {
    let centre = n * (n + 1.0) / 4.0;
    let tied: f64 = ties.iter().map(|&t| (t * t * t - t) as f64).sum();
    let variance = n * (n + 1.0) * (2.0 * n + 1.0) / 24.0 - tied / 48.0;
    2.0 * normal_upper_tail((statistic - centre).abs() / variance.sqrt())
}

fn tie_sizes(values: &[f64]) -> Vec<usize> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.chunk_by(|a, b| a == b).map(<[f64]>::len).collect()
}

#[cfg(test)]
mod tests {
    use super::wilcoxon_signed_rank;

    /// Six positive differences: one of 2^6 patterns on each side.
    #[test]
    fn six_wins_out_of_six_are_exactly_one_in_thirty_two() {
        let a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let test = wilcoxon_signed_rank(&a, &[0.0; 6]);
        assert!(test.is_ok_and(|t| t.exact && t.statistic == 0.0 && t.p_two_sided == 0.03125));
    }

    #[test]
    fn ties_and_zeros_fall_back_to_the_normal_approximation() {
        let a = [1.0, 1.0, 2.0, 0.0, -1.0, 3.0, 3.0, 2.5];
        let test = wilcoxon_signed_rank(&a, &[0.0; 8]);
        // By hand: seven differences, ranks 2 2 4 -2 6.5 6.5 5, W = 2, variance 35 - 30/48.
        let z = (2.0 - 14.0_f64).abs() / (35.0_f64 - 30.0 / 48.0).sqrt();
        let p = 2.0 * crate::distribution::normal_upper_tail(z);
        assert!(test.is_ok_and(|t| !t.exact && t.n == 7 && (t.p_two_sided - p).abs() < 1e-15));
    }

    #[test]
    fn identical_samples_are_no_evidence() {
        let test = wilcoxon_signed_rank(&[1.0, 2.0], &[1.0, 2.0]);
        assert!(test.is_ok_and(|t| t.p_two_sided == 1.0));
    }
}
