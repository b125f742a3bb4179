//! Every outlier score under one roof: what it needs, fitting, scoring.

use serde::{Deserialize, Serialize};

use super::{
    Disagreement, Features, KlMatching, LayeredMahalanobis, LinearHead, Mahalanobis,
    NearestNeighbours, ODIN_TEMPERATURE, OodScore, RelativeMahalanobis, Vim, odin,
};
use crate::{AuditError, Logits, Result};

/// The outlier scores, each with its defaults: higher is more out-of-distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detector {
    /// [`msp`](super::msp).
    Msp,
    /// [`predictive_entropy`](super::predictive_entropy).
    Entropy,
    /// [`max_logit`](super::max_logit).
    MaxLogit,
    /// [`energy`](super::energy) at temperature 1.
    Energy,
    /// [`odin`] at temperature 1000, on logits of perturbed inputs if the caller perturbs them.
    Odin,
    /// [`KlMatching`].
    KlMatching,
    /// [`Mahalanobis`].
    Mahalanobis,
    /// [`RelativeMahalanobis`].
    RelativeMahalanobis,
    /// [`LayeredMahalanobis`].
    LayeredMahalanobis,
    /// [`NearestNeighbours`].
    Knn,
    /// [`Vim`].
    Vim,
    /// [`Disagreement::predictive_entropy`].
    EnsembleEntropy,
    /// [`Disagreement::mutual_information`].
    MutualInformation,
    /// [`Disagreement::variance`].
    ProbabilityVariance,
}

/// What a score is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Logits alone; nothing is fitted.
    Logits,
    /// Logits, and those of fitting rows.
    FittedLogits,
    /// Features, and those of labelled fitting rows.
    LabelledFeatures,
    /// Features of several layers, and those of labelled fitting rows.
    LabelledLayers,
    /// Features, and those of fitting rows.
    Features,
    /// Features, those of fitting rows, and the head that reads them.
    FeaturesAndHead,
    /// Logits of several members; nothing is fitted.
    Members,
}

/// What is known of a set of rows; what is not stays empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// The model's logits.
    pub logits: Option<&'a Logits<'a>>,
    /// The activations that the head reads.
    pub features: Option<&'a Features<'a>>,
    /// The activations of several layers, from the first to the last.
    pub layers: &'a [Features<'a>],
    /// The logits of several models.
    pub members: &'a [Logits<'a>],
}

/// What detectors are fitted on: in-distribution rows only.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fitting<'a> {
    /// What is known of the rows.
    pub evidence: Evidence<'a>,
    /// Their classes, `[rows]`.
    pub labels: &'a [usize],
    /// The model's last layer.
    pub head: Option<&'a LinearHead>,
}

/// A score that is ready for rows.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FittedDetector {
    /// A score of logits alone.
    OfLogits(OodScore),
    /// ODIN's temperature part.
    Odin,
    /// Divergence from typical predictions.
    KlMatching(KlMatching),
    /// Distance to the nearest class.
    Mahalanobis(Mahalanobis),
    /// The same relative to all rows.
    RelativeMahalanobis(RelativeMahalanobis),
    /// The same over layers.
    LayeredMahalanobis(LayeredMahalanobis),
    /// Distance to a neighbour.
    Knn(NearestNeighbours),
    /// Virtual-logit matching.
    Vim(Vim),
    /// A column of [`Disagreement`].
    OfMembers(fn(Disagreement) -> Vec<f64>),
}

impl Detector {
    /// Every detector, in the order in which they are reported.
    pub const ALL: [Self; 14] = [
        Self::Msp,
        Self::Entropy,
        Self::MaxLogit,
        Self::Energy,
        Self::Odin,
        Self::KlMatching,
        Self::Mahalanobis,
        Self::RelativeMahalanobis,
        Self::LayeredMahalanobis,
        Self::Knn,
        Self::Vim,
        Self::EnsembleEntropy,
        Self::MutualInformation,
        Self::ProbabilityVariance,
    ];

    /// The name that metrics carry, as in `auroc_msp`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Msp => "msp",
            Self::Entropy => "entropy",
            Self::MaxLogit => "max_logit",
            Self::Energy => "energy",
            Self::Odin => "odin",
            Self::KlMatching => "kl_matching",
            Self::Mahalanobis => "mahalanobis",
            Self::RelativeMahalanobis => "relative_mahalanobis",
            Self::LayeredMahalanobis => "layered_mahalanobis",
            Self::Knn => "knn",
            Self::Vim => "vim",
            Self::EnsembleEntropy => "ensemble_entropy",
            Self::MutualInformation => "mutual_information",
            Self::ProbabilityVariance => "probability_variance",
        }
    }

    /// Its name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Msp => "maximum probability",
            Self::Entropy => "entropy",
            Self::MaxLogit => "largest logit",
            Self::Energy => "energy",
            Self::Odin => "ODIN",
            Self::KlMatching => "KL matching",
            Self::Mahalanobis => "Mahalanobis",
            Self::RelativeMahalanobis => "Mahalanobis, relative",
            Self::LayeredMahalanobis => "Mahalanobis, all layers",
            Self::Knn => "k nearest neighbours",
            Self::Vim => "ViM",
            Self::EnsembleEntropy => "entropy of the models' mean",
            Self::MutualInformation => "disagreement of the models",
            Self::ProbabilityVariance => "variance over the models",
        }
    }

    /// The name for people of a score by its name in files.
    pub fn label_of(name: &str) -> String {
        let known = Self::ALL
            .into_iter()
            .find(|detector| detector.name() == name);
        known.map_or_else(|| name.replace('_', " "), |known| known.label().to_owned())
    }

    /// What it is computed from.
    pub fn need(self) -> Need {
        match self {
            Self::Msp | Self::Entropy | Self::MaxLogit | Self::Energy | Self::Odin => Need::Logits,
            Self::KlMatching => Need::FittedLogits,
            Self::Mahalanobis | Self::RelativeMahalanobis => Need::LabelledFeatures,
            Self::LayeredMahalanobis => Need::LabelledLayers,
            Self::Knn => Need::Features,
            Self::Vim => Need::FeaturesAndHead,
            Self::EnsembleEntropy | Self::MutualInformation | Self::ProbabilityVariance => {
                Need::Members
            }
        }
    }

    /// Whether it can be fitted on these rows, and then score rows of which as much is known.
    pub fn is_served_by(self, fitting: &Fitting<'_>) -> bool {
        let Evidence {
            logits,
            features,
            layers,
            members,
        } = fitting.evidence;
        match self.need() {
            Need::Logits | Need::FittedLogits => logits.is_some(),
            Need::LabelledFeatures => features.is_some() && !fitting.labels.is_empty(),
            Need::LabelledLayers => !layers.is_empty() && !fitting.labels.is_empty(),
            Need::Features => features.is_some(),
            Need::FeaturesAndHead => features.is_some() && fitting.head.is_some(),
            Need::Members => !members.is_empty(),
        }
    }

    /// The detector with its defaults, fitted on in-distribution rows.
    ///
    /// # Errors
    /// [`AuditError::Empty`] naming what it needs and does not get, and the errors of the score's own `fit`.
    pub fn fit(self, fitting: &Fitting<'_>) -> Result<FittedDetector> {
        let (evidence, labels) = (&fitting.evidence, fitting.labels);
        let features = || present("features of the fitting rows", evidence.features);
        Ok(match self {
            Self::Msp => FittedDetector::OfLogits(OodScore::Msp),
            Self::Entropy => FittedDetector::OfLogits(OodScore::Entropy),
            Self::MaxLogit => FittedDetector::OfLogits(OodScore::MaxLogit),
            Self::Energy => FittedDetector::OfLogits(OodScore::Energy),
            Self::Odin => FittedDetector::Odin,
            Self::KlMatching => FittedDetector::KlMatching(KlMatching::fit(present(
                "logits of the fitting rows",
                evidence.logits,
            )?)),
            Self::Mahalanobis => {
                FittedDetector::Mahalanobis(Mahalanobis::fit(features()?, labels)?)
            }
            Self::RelativeMahalanobis => {
                FittedDetector::RelativeMahalanobis(RelativeMahalanobis::fit(features()?, labels)?)
            }
            Self::LayeredMahalanobis => FittedDetector::LayeredMahalanobis(
                LayeredMahalanobis::fit(evidence.layers, labels)?,
            ),
            Self::Knn => FittedDetector::Knn(NearestNeighbours::fit(features()?)),
            Self::Vim => {
                let head = present("the model's head", fitting.head)?;
                let principal = Vim::default_principal(head.width());
                FittedDetector::Vim(Vim::fit(features()?, head, principal)?)
            }
            Self::EnsembleEntropy => FittedDetector::OfMembers(|d| d.predictive_entropy),
            Self::MutualInformation => FittedDetector::OfMembers(|d| d.mutual_information),
            Self::ProbabilityVariance => FittedDetector::OfMembers(|d| d.variance),
        })
    }
}

impl FittedDetector {
    /// The score of every row, `[rows]`.
    ///
    /// # Errors
    /// [`AuditError::Empty`] naming what it needs and does not get, shapes other than at fitting.
    pub fn score(&self, rows: &Evidence<'_>) -> Result<Vec<f64>> {
        let logits = || present("logits", rows.logits);
        let features = || present("features", rows.features);
        match self {
            Self::OfLogits(score) => Ok(score.of(logits()?)),
            Self::Odin => odin(logits()?, ODIN_TEMPERATURE),
            Self::KlMatching(fitted) => fitted.score(logits()?),
            Self::Mahalanobis(fitted) => fitted.score(features()?),
            Self::RelativeMahalanobis(fitted) => fitted.score(features()?),
            Self::LayeredMahalanobis(fitted) => fitted.score(rows.layers),
            Self::Knn(fitted) => fitted.score(features()?),
            Self::Vim(fitted) => fitted.score(features()?),
            Self::OfMembers(column) => Ok(column(Disagreement::of(rows.members)?)),
        }
    }
}

fn present<'a, T>(what: &'static str, part: Option<&'a T>) -> Result<&'a T> {
    part.ok_or(AuditError::Empty { what })
}
