//! All metrics of models that answer together at once, each with an interval, and those of one alone beside them.

mod classification;
mod population;
mod regression;
mod resampling;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use crate::calibration::{BinEdge, DEFAULT_BINS, EqualWidth, ReliabilityBin};
use crate::conformal::Halves;
use crate::interval::{Bootstrap, Resampling};
use crate::metric::Settings;
use crate::{AuditError, Chance, Estimate, Result, Spread};

pub use classification::{MemberLogits, audit_classification, audit_labels};
pub use population::{MemberFigures, PopulationMember, audit_population};
pub use regression::{
    MemberPredictions, TargetPredictions, audit_regression, audit_targets, mean_values,
};

pub(crate) use regression::{prepared as regression_prepared, targets_fit};
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

    /// The same with rows that count as much as these weights say, `[rows]`: finite, at least 0, not all 0.
    ///
    /// Weighted are figures that are means over rows, sums over bins of equal width, ranks of classes and errors; intervals resample rows
    /// and weigh what was drawn. Every row counts once in figures of an order of the rows (`aurc`, `failure_auroc`, `accuracy_at_80`,
    /// equal-mass bins), in those with an interval of their own (slopes, conformal sets and intervals, `coverage_*`), in detection and in
    /// reliability diagrams.
    pub fn weighted<'a>(&'a self, weights: Option<&'a [f64]>) -> WeightedAudit<'a> {
        WeightedAudit {
            config: self,
            weights,
            resampling: (&self.bootstrap).into(),
        }
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
            weights: None,
        }
    }
}

/// Settings of an audit with the sample weights of its rows, if they have any; see [`AuditConfig::weighted`].
#[derive(Debug, Clone, Copy)]
pub struct WeightedAudit<'a> {
    config: &'a AuditConfig,
    weights: Option<&'a [f64]>,
    resampling: Resampling<'a>,
}

impl<'a> From<&'a AuditConfig> for WeightedAudit<'a> {
    fn from(config: &'a AuditConfig) -> Self {
        config.weighted(None)
    }
}

impl<'a> WeightedAudit<'a> {
    /// The same, which ends with [`AuditError::Interrupted`] before the next resample or member once the flag is set.
    pub fn stopped_by(self, stop: &'a AtomicBool) -> Self {
        Self {
            resampling: self.config.bootstrap.stopped_by(stop),
            ..self
        }
    }

    fn check(&self, rows: usize) -> Result<()> {
        self.config.check()?;
        let Some(weights) = self.weights else {
            return Ok(());
        };
        crate::check::length("weights", weights.len(), rows)?;
        let refused = weights
            .iter()
            .copied()
            .find(|w| !(0.0..f64::INFINITY).contains(w));
        let nothing = weights.iter().all(|&weight| weight == 0.0);
        match refused.or(nothing.then_some(0.0)) {
            Some(value) => Err(AuditError::OutOfRange {
                what: "weights",
                range: "[0, inf), not all 0",
                value,
            }),
            None => Ok(()),
        }
    }

    fn settings(self, halves: Option<&'a Halves>, temperature: Option<f64>) -> Settings<'a> {
        Settings {
            weights: self.weights,
            ..self.config.settings(halves, temperature)
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
    /// How often chance alone shows what the answers of all members together show; of a classifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_values: Option<Chance>,
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
            p_values: None,
            reliability,
            members,
            level: settings.level,
            resamples: settings.resamples,
        }
    }
}
