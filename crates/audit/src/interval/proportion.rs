//! Intervals for a proportion.

use serde::{Deserialize, Serialize};

use super::Estimate;
use crate::check::level;
use crate::distribution::{beta_quantile, normal_quantile};
use crate::{AuditError, Result};

/// How to put an interval around `count / total`.
///
/// | method | low and high |
/// | :-- | :-- |
/// | `Wilson` | where the score test stops rejecting; good at all sizes, the default |
/// | `ClopperPearson` | exact binomial tails; never covers less than promised, so it is wide |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProportionMethod {
    /// Wilson 1927.
    #[default]
    Wilson,
    /// Clopper & Pearson 1934.
    ClopperPearson,
}

/// Two-sided interval for the probability behind `count` successes in `total` trials.
///
/// # Errors
/// No trials, more successes than trials, a level outside `(0, 1)`.
///
/// # Source
/// Brown, Cai & DasGupta 2001, <https://doi.org/10.1214/ss/1009213286>.
pub fn proportion_interval(
    count: u64,
    total: u64,
    confidence: f64,
    method: ProportionMethod,
) -> Result<Estimate> {
    level("level", confidence)?;
    if total == 0 {
        return Err(AuditError::Empty { what: "total" });
    }
    if count > total {
        let value = count as f64;
        return Err(AuditError::OutOfRange {
            what: "count",
            range: "[0, total]",
            value,
        });
    }
    let (c, n, alpha) = (count as f64, total as f64, 1.0 - confidence);
    let z = normal_quantile(1.0 - alpha / 2.0);
    let (low, high) = match method {
        ProportionMethod::Wilson => wilson(c, n, z),
        ProportionMethod::ClopperPearson => clopper_pearson(c, n, alpha),
    };
    Ok(Estimate {
        mean: c / n,
        low,
        high,
        n: total as usize,
    })
}

/// Wilson's interval around a share of `rows` rows, such as a mean over models of each row's hits, which need not be whole.
///
/// # Errors
/// No rows, a share outside `[0, 1]`, a level outside `(0, 1)`.
pub fn share_interval(share: f64, rows: usize, confidence: f64) -> Result<Estimate> {
    level("level", confidence)?;
    if rows == 0 {
        return Err(AuditError::Empty { what: "rows" });
    }
    // A mean of shares may round to just beyond 1.
    if !(-1e-9..=1.0 + 1e-9).contains(&share) {
        return Err(AuditError::OutOfRange {
            what: "share",
            range: "[0, 1]",
            value: share,
        });
    }
    let share = share.clamp(0.0, 1.0);
    let n = rows as f64;
    let (low, high) = wilson(share * n, n, normal_quantile(0.5 + confidence / 2.0));
    Ok(Estimate {
        mean: share,
        low: low.min(share),
        high: high.max(share),
        n: rows,
    })
}

/// Wilson's interval for a success count that need not be whole, `trials > 0`, at the normal quantile `z`.
pub(crate) fn wilson(successes: f64, trials: f64, z: f64) -> (f64, f64) {
    let share = successes / trials;
    let shrink = 1.0 + z * z / trials;
    let centre = (share + z * z / (2.0 * trials)) / shrink;
    let half = z / shrink
        * (share * (1.0 - share) / trials + z * z / (4.0 * trials * trials))
            .max(0.0)
            .sqrt();
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

fn clopper_pearson(c: f64, n: f64, alpha: f64) -> (f64, f64) {
    let low = if c == 0.0 {
        0.0
    } else {
        beta_quantile(c, n - c + 1.0, alpha / 2.0)
    };
    let high = if c == n {
        1.0
    } else {
        beta_quantile(c + 1.0, n - c, 1.0 - alpha / 2.0)
    };
    (low, high)
}
