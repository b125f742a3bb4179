//! How much a model loses without what one of its inputs says.

use crate::check::{finite, length};
use crate::interval::mean_interval;
use crate::{AuditError, Estimate, Result};

/// Permutation importance: the mean increase of the rows' losses over repeated permutations of a column, with Student's interval
/// over rows.
///
/// ```text
/// d_i = mean_r after_r,i - before_i      importance = mean_i d_i ± t(n - 1, (1 + level) / 2) sd(d) / sqrt(n)
/// ```
///
/// A row's mean over permutations carries their noise, so that the interval covers both.
///
/// # Shapes
/// - `before`: `[rows]`
/// - `after`: `[permutations]` of `[rows]`
///
/// # Errors
/// No rows, no permutations, different lengths, losses that are not finite, a level outside `(0, 1)`.
///
/// # Source
/// Breiman 2001, <https://doi.org/10.1023/A:1010933404324>; intervals as of Fisher, Rudin & Dominici 2019.
pub fn importance(before: &[f64], after: &[Vec<f64>], confidence: f64) -> Result<Estimate> {
    finite("losses", before)?;
    if after.is_empty() {
        return Err(AuditError::Empty {
            what: "permutations",
        });
    }
    let mut increase: Vec<f64> = before.iter().map(|loss| -loss).collect();
    for own in after {
        length("losses after a permutation", own.len(), before.len())?;
        finite("losses after a permutation", own)?;
        let pairs = increase.iter_mut().zip(own);
        pairs.for_each(|(sum, loss)| *sum += loss / after.len() as f64);
    }
    mean_interval(&increase, confidence)
}

#[cfg(test)]
mod tests {
    use super::importance;

    #[test]
    fn it_is_the_mean_increase_over_permutations_and_rows() {
        let before = [1.0, 2.0, 3.0];
        let found = importance(&before, &[vec![2.0, 2.0, 4.0], vec![2.0, 4.0, 4.0]], 0.95).unwrap();
        assert!((found.mean - 1.0).abs() < 1e-15);
        // Every row loses 1, so that there is no spread.
        assert!((found.high - found.low).abs() < 1e-15);
        assert_eq!(found.n, 3);
    }

    #[test]
    fn what_changes_no_loss_has_no_importance() {
        let before = [0.25, 0.5, 0.125];
        let found = importance(&before, &[before.to_vec(), before.to_vec()], 0.95).unwrap();
        assert_eq!((found.low, found.mean, found.high), (0.0, 0.0, 0.0));
    }

    #[test]
    fn losses_of_other_rows_are_refused() {
        assert!(importance(&[1.0, 2.0], &[vec![1.0]], 0.95).is_err());
        assert!(importance(&[1.0, 2.0], &[], 0.95).is_err());
    }
}
