//! All metrics of models that answer together at once, each with an interval, and those of one alone beside them.

mod classification;
mod population;
mod regression;
mod resampling;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calibration::{BinEdge, DEFAULT_BINS, EqualWidth, ReliabilityBin};
use crate::conformal::Halves;
use crate::interval::Bootstrap;
use crate::metric::Settings;
use crate::{AuditError, Estimate, Result, Spread};

pub use classification::{MemberLogits, audit_classification};
pub use population::{MemberFigures, PopulationMember, audit_population};
pub use regression::{MemberPredictions, audit_regression, mean_values};

pub(crate) use regression::members_fit as regressions_fit;
pub(crate) use resampling::interval_of_difference;

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
            bins: DEFAULT_BINS,
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

    /// Bins of equal width as set.
    pub(crate) fn width(&self) -> EqualWidth {
        EqualWidth {
            bins: self.bins,
            edge: self.edge,
        }
    }

    /// Halves of the held-out rows; `None` for a single row, which cannot be halved.
    fn halves(&self, rows: usize) -> Result<Option<Halves>> {
        (rows > 1)
            .then(|| Halves::new(rows, self.splits, self.bootstrap.seed))
            .transpose()
    }

    pub(crate) fn settings<'a>(
        &self,
        halves: Option<&'a Halves>,
        temperature: Option<f64>,
    ) -> Settings<'a> {
        Settings {
            width: self.width(),
            level: self.bootstrap.level,
            halves,
            temperature,
        }
    }
}

/// What an audit found, serialised with every metric under its plain name at the top level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Metrics by name of all members together, each on all rows, its interval from resampled rows.
    #[serde(flatten)]
    pub metrics: BTreeMap<String, Estimate>,
    /// The same of one member alone: the mean over members of each one's own, its interval from resampled rows.
    pub single_network: BTreeMap<String, Estimate>,
    /// The spread of a single one's metrics over members (refits with other seeds), which resampling rows misses.
    pub over_members: BTreeMap<String, Spread>,
    /// The reliability diagram of all members together; empty for a regression.
    pub reliability: Vec<ReliabilityBin>,
    /// Number of members.
    pub members: usize,
    /// Confidence level of the intervals.
    pub level: f64,
    /// Number of resamples behind each interval.
    pub resamples: usize,
}

impl Figures {
    /// From estimates of all members together, and those of single ones with their spread over members.
    fn new(
        metrics: BTreeMap<String, Estimate>,
        (single_network, over_members): resampling::Findings,
        reliability: Vec<ReliabilityBin>,
        members: usize,
        settings: &Bootstrap,
    ) -> Self {
        Self {
            metrics,
            single_network,
            over_members,
            reliability,
            members,
            level: settings.level,
            resamples: settings.resamples,
        }
    }
}
