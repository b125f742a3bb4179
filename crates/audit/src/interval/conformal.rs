//! Intervals for new values from residuals on rows that a model had not seen.

use serde::{Deserialize, Serialize};

use crate::check::finite;
use crate::conformal::{conformal_rank, kth_smallest};
use crate::{AuditError, Result};

/// What is added to a prediction for the ends of its interval, and how often that holds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ResidualInterval {
    /// Share of new values that the interval is made for.
    pub level: f64,
    /// Added for the lower end; in the unit of the residuals.
    pub low: f64,
    /// Added for the upper end.
    pub high: f64,
    /// Share of the residuals of each group that intervals made of the other groups hold.
    pub coverage: f64,
}

/// Fewest residuals whose tails say something.
const FEWEST: usize = 20;

/// An interval of residuals `value - prediction`, each tail by its own quantile, with its coverage across groups.
///
/// ```text
/// high = the k-th smallest residual    k = ceil((n + 1) (1 + level) / 2)
/// low  = the k-th largest
/// ```
///
/// Groups are the folds of a cross-validation, whose models had not seen their own group. Exchangeable rows are held with probability
/// `level` or a little more. `None` for fewer than 20 residuals or two groups.
///
/// # Errors
/// A level outside `(0, 1)`, residuals that are not finite.
///
/// # Source
/// Vovk, Gammerman & Shafer 2005, "Algorithmic learning in a random world"; Barber et al. 2021, "Predictive inference with the jackknife+",
/// <https://arxiv.org/abs/1905.02928>, for residuals of a cross-validation.
pub fn residual_interval(groups: &[Vec<f64>], level: f64) -> Result<Option<ResidualInterval>> {
    if !(level > 0.0 && level < 1.0) {
        return Err(AuditError::OutOfRange {
            what: "level",
            range: "(0, 1)",
            value: level,
        });
    }
    for group in groups {
        finite("residuals", group)?;
    }
    let all = groups.concat();
    if all.len() < FEWEST || groups.len() < 2 {
        return Ok(None);
    }
    let (low, high) = ends(all.clone(), level);
    let held = (0..groups.len()).map(|own| {
        let others = groups.iter().enumerate().filter(|(group, _)| *group != own);
        let others: Vec<f64> = others.flat_map(|(_, group)| group).copied().collect();
        let (low, high) = ends(others, level);
        let inside = |residual: &&f64| (low..=high).contains(*residual);
        groups[own].iter().filter(inside).count()
    });
    let held: usize = held.sum();
    Ok(Some(ResidualInterval {
        level,
        low,
        high,
        coverage: held as f64 / all.len() as f64,
    }))
}

/// The extremes where the tails hold less than one residual.
fn ends(mut residuals: Vec<f64>, level: f64) -> (f64, f64) {
    let n = residuals.len();
    let rank = conformal_rank(n, (1.0 - level) / 2.0).min(n);
    let low = kth_smallest(&mut residuals, n + 1 - rank);
    (low, kth_smallest(&mut residuals, rank))
}

#[cfg(test)]
mod tests {
    use super::residual_interval;

    #[test]
    fn tails_are_counted_and_may_differ() {
        // 1 to 99 in two groups: five of a hundred gaps on each side.
        let groups = [(1..=50), (51..=99)].map(|part| part.map(f64::from).collect::<Vec<_>>());
        let found = residual_interval(&groups, 0.9).unwrap().unwrap();
        assert_eq!((found.low, found.high), (5.0, 95.0));
        assert!(found.coverage < 0.2, "groups that have nothing in common");
        let skewed: Vec<f64> = (1..=99).map(|k| f64::from(k).exp2().min(1e6)).collect();
        let found = residual_interval(&[skewed.clone(), skewed], 0.8)
            .unwrap()
            .unwrap();
        assert!(found.low < 4000.0 && found.high == 1e6);
    }

    #[test]
    fn exchangeable_residuals_are_held_as_often_as_promised() {
        let draw = |k: usize| (k as f64 * 0.618_033_988_749_895).fract() - 0.5;
        let groups: Vec<Vec<f64>> = (0..5)
            .map(|group| (0..200).map(|k| draw(group * 200 + k)).collect())
            .collect();
        let found = residual_interval(&groups, 0.9).unwrap().unwrap();
        assert!((found.coverage - 0.9).abs() < 0.02, "{}", found.coverage);
    }

    #[test]
    fn too_few_rows_make_no_interval() {
        assert_eq!(
            residual_interval(&[vec![1.0; 10], vec![2.0; 9]], 0.9).unwrap(),
            None
        );
        assert!(residual_interval(&[vec![1.0; 30]], 1.0).is_err());
        assert!(residual_interval(&[vec![f64::NAN; 30]], 0.9).is_err());
    }
}
