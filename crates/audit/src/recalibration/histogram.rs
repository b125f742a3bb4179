//! Histogram binning: what followed similar probabilities before.

use serde::{Deserialize, Serialize};

use crate::calibration::{BinEdge, EqualWidth};
use crate::finite::{finite, length};
use crate::{AuditError, Result};

/// The share of occurrences within each of `n` bins of equal width.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistogramBins {
    /// `[bins]`, by rising probability.
    pub repaired: Vec<f64>,
}

impl HistogramBins {
    /// Counts what occurred, bins closed on the right. A bin without rows keeps the probability of its centre.
    ///
    /// # Errors
    /// No bins, empty input, different lengths, a probability outside `[0, 1]`.
    ///
    /// # Source
    /// Zadrozny & Elkan 2001; bins of equal width as in Guo et al. 2017, section 4.1.
    pub fn fit(probability: &[f64], occurs: &[bool], bins: usize) -> Result<Self> {
        finite("probability", probability)?;
        length("occurs", occurs.len(), probability.len())?;
        let outside = probability.iter().find(|p| !(0.0..=1.0).contains(*p));
        let refused = match outside {
            _ if bins == 0 => Some(("bins", "[1, inf)", 0.0)),
            Some(&p) => Some(("probability", "[0, 1]", p)),
            None => None,
        };
        if let Some((what, range, value)) = refused {
            return Err(AuditError::OutOfRange { what, range, value });
        }
        let width = EqualWidth::new(bins, BinEdge::RightClosed);
        let mut counts = vec![(0.0, 0.0); bins];
        for (p, occurs) in probability.iter().zip(occurs) {
            let (rows, hits) = &mut counts[width.bin(*p)];
            *rows += 1.0;
            *hits += f64::from(*occurs);
        }
        let share = |(bin, (rows, hits)): (usize, &(f64, f64))| match *rows {
            0.0 => (bin as f64 + 0.5) / bins as f64,
            rows => hits / rows,
        };
        Ok(Self {
            repaired: counts.iter().enumerate().map(share).collect(),
        })
    }

    /// The repaired probability.
    pub fn at(&self, probability: f64) -> f64 {
        let width = EqualWidth::new(self.repaired.len(), BinEdge::RightClosed);
        self.repaired[width.bin(probability)]
    }
}
