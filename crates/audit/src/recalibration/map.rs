//! The five maps behind one interface.

use serde::{Deserialize, Serialize};

use super::{HistogramBins, IsotonicSteps, Sigmoid, VectorScaling, column, normalise};
use crate::calibration::optimal_temperature;
use crate::check::labels_fit;
use crate::logits::log_odds;
use crate::{AuditError, Logits, Result};

/// Bins of histogram binning.
const HISTOGRAM_BINS: usize = 15;

/// A way to repair probabilities.
///
/// | method | parameters | order of classes |
/// | :-- | :-- | :-- |
/// | `temperature` | 1 | kept |
/// | `vector` | 2 per class | may change |
/// | `platt` | 2 per class, one-vs-rest | may change |
/// | `isotonic` | a rising step function per class | may change |
/// | `histogram` | a value per bin and class | may change |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// One factor on all logits.
    Temperature,
    /// A factor and an offset for each logit.
    Vector,
    /// A logistic function of each class's log-odds.
    Platt,
    /// A rising function of each class's probability.
    Isotonic,
    /// The frequency of each class within bins of its probability.
    Histogram,
}

impl Method {
    /// Every method, the simplest first.
    pub const ALL: [Self; 5] = [
        Self::Temperature,
        Self::Vector,
        Self::Platt,
        Self::Isotonic,
        Self::Histogram,
    ];

    /// The method's name in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Temperature => "temperature",
            Self::Vector => "vector",
            Self::Platt => "platt",
            Self::Isotonic => "isotonic",
            Self::Histogram => "histogram",
        }
    }

    /// The method's name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Temperature => "Temperature scaling",
            Self::Vector => "Vector scaling",
            Self::Platt => "Platt scaling",
            Self::Isotonic => "Isotonic regression",
            Self::Histogram => "Histogram binning",
        }
    }
}

/// A fitted map from logits to probabilities.
///
/// One-vs-rest maps repair each class's probability by itself and divide by the sum over classes; for two
/// classes both sides are mirror images, and the sum is 1 already.
///
/// # Source
/// Temperature and vector scaling: Guo et al. 2017, <https://arxiv.org/abs/1706.04599>; logistic: Platt
/// 1999; isotonic and histogram: Zadrozny & Elkan 2001, 2002, <https://doi.org/10.1145/775047.775151>.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Recalibration {
    /// `softmax(z / T)`.
    Temperature {
        /// `T`.
        temperature: f64,
    },
    /// `softmax(w ⊙ z + b)`.
    Vector(VectorScaling),
    /// A sigmoid of each class's log-odds, normalised.
    Platt {
        /// `[classes]`.
        classes: Vec<Sigmoid>,
    },
    /// A rising function of each class's probability, normalised.
    Isotonic {
        /// `[classes]`.
        classes: Vec<IsotonicSteps>,
    },
    /// A value for each class and bin of its probability, normalised.
    Histogram {
        /// `[classes]`.
        classes: Vec<HistogramBins>,
    },
}

impl Recalibration {
    /// Fits a map.
    ///
    /// # Errors
    /// Labels that do not fit; for the temperature and the vector labels of probability exactly 0.
    pub fn fit(method: Method, logits: &Logits<'_>, labels: &[usize]) -> Result<Self> {
        labels_fit(logits, labels)?;
        let each = 0..logits.classes();
        let occurs = |class: usize| -> Vec<bool> { labels.iter().map(|&y| y == class).collect() };
        Ok(match method {
            Method::Temperature => Self::Temperature {
                temperature: optimal_temperature(logits, labels)?.value,
            },
            Method::Vector => Self::Vector(VectorScaling::fit(logits, labels)?),
            Method::Platt => Self::Platt {
                classes: each
                    .map(|k| Sigmoid::fit(&class_log_odds(logits, k), &occurs(k)))
                    .collect::<Result<_>>()?,
            },
            Method::Isotonic => {
                let p = logits.probabilities();
                let fit = |k| IsotonicSteps::fit(&column(&p, k, logits.classes()), &occurs(k));
                Self::Isotonic {
                    classes: each.map(fit).collect::<Result<_>>()?,
                }
            }
            Method::Histogram => {
                let p = logits.probabilities();
                let fit = |k| {
                    HistogramBins::fit(&column(&p, k, logits.classes()), &occurs(k), HISTOGRAM_BINS)
                };
                Self::Histogram {
                    classes: each.map(fit).collect::<Result<_>>()?,
                }
            }
        })
    }

    /// Repaired probabilities `[rows, classes]`; every row sums to 1.
    ///
    /// A class whose logit is `-inf` keeps probability 0 under temperature, vector and Platt scaling.
    ///
    /// # Errors
    /// Logits with another number of classes than the map was fitted on, a temperature or a scaled logit
    /// out of range.
    pub fn apply(&self, logits: &Logits<'_>) -> Result<Vec<f64>> {
        let fitted = self.classes().unwrap_or(logits.classes());
        if fitted != logits.classes() {
            return Err(AuditError::Length {
                what: "classes",
                expected: fitted,
                got: logits.classes(),
            });
        }
        let k = logits.classes();
        let mut p = match self {
            Self::Temperature { temperature } => {
                return Ok(logits.tempered(*temperature)?.probabilities());
            }
            Self::Vector(map) => return Ok(map.scaled(logits)?.probabilities()),
            Self::Platt { classes } => platt(logits, classes),
            Self::Isotonic { classes } => by_class(logits, |class, p| classes[class].at(p)),
            Self::Histogram { classes } => by_class(logits, |class, p| classes[class].at(p)),
        };
        normalise(&mut p, k);
        Ok(p)
    }

    /// Repaired log-probabilities as logits, for every metric that takes logits.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn apply_as_logits(&self, logits: &Logits<'_>) -> Result<Logits<'static>> {
        let log: Vec<f64> = self.apply(logits)?.iter().map(|p| p.ln()).collect();
        Logits::new(log, logits.rows(), logits.classes())
    }

    /// The method that made this map.
    pub fn method(&self) -> Method {
        match self {
            Self::Temperature { .. } => Method::Temperature,
            Self::Vector(_) => Method::Vector,
            Self::Platt { .. } => Method::Platt,
            Self::Isotonic { .. } => Method::Isotonic,
            Self::Histogram { .. } => Method::Histogram,
        }
    }

    fn classes(&self) -> Option<usize> {
        match self {
            Self::Temperature { .. } => None,
            Self::Vector(map) => Some(map.scale.len()),
            Self::Platt { classes } => Some(classes.len()),
            Self::Isotonic { classes } => Some(classes.len()),
            Self::Histogram { classes } => Some(classes.len()),
        }
    }
}

fn class_log_odds(logits: &Logits<'_>, class: usize) -> Vec<f64> {
    logits.iter_rows().map(|row| log_odds(row, class)).collect()
}

fn platt(logits: &Logits<'_>, classes: &[Sigmoid]) -> Vec<f64> {
    let one = |row: &[f64], class: usize| match row[class] {
        f64::NEG_INFINITY => 0.0,
        _ => classes[class].at(log_odds(row, class)),
    };
    logits
        .iter_rows()
        .flat_map(|row| (0..row.len()).map(move |class| one(row, class)))
        .collect()
}

fn by_class(logits: &Logits<'_>, map: impl Fn(usize, f64) -> f64) -> Vec<f64> {
    let classes = logits.classes();
    let mut p = logits.probabilities();
    for (place, p) in p.iter_mut().enumerate() {
        *p = map(place % classes, *p);
    }
    p
}
