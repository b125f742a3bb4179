//! Settings of an audit.

use serde::{Deserialize, Serialize};

use crate::calibration::BinEdge;
use crate::interval::Bootstrap;
use crate::{AuditError, Result};

/// Settings of an audit.
///
/// | key | default | range | meaning |
/// | :-- | :-- | :-- | :-- |
/// | `bins` | `15` | `[1, inf)` | bins of every calibration error |
/// | `edge` | `right-closed` | `left-closed`, `right-closed` | which end belongs to a bin |
/// | `splits` | `10` | `[1, inf)` | random halves behind each conformal figure |
/// | `bootstrap` | 1000 resamples, 95 %, seed 0 | see [`Bootstrap`] | the intervals |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditConfig {
    /// Number of bins.
    pub bins: usize,
    /// Which end belongs to a bin.
    pub edge: BinEdge,
    /// Random halves behind each conformal figure.
    pub splits: usize,
    /// How the intervals are made.
    pub bootstrap: Bootstrap,
}

impl Default for AuditConfig {
    fn default() -> Self {
        Self {
            bins: 15,
            edge: BinEdge::default(),
            splits: 10,
            bootstrap: Bootstrap::default(),
        }
    }
}

impl AuditConfig {
    pub(crate) fn check(&self) -> Result<()> {
        for (what, value) in [("bins", self.bins), ("splits", self.splits)] {
            if value == 0 {
                return Err(AuditError::OutOfRange {
                    what,
                    range: "[1, inf)",
                    value: 0.0,
                });
            }
        }
        self.bootstrap.check()
    }
}
