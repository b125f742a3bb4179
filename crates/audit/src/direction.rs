//! What a metric is counted in and which way it improves.

use serde::{Deserialize, Serialize};

/// What a metric is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A plain number.
    None,
    /// A share of the rows, whose differences are told in points, hundredths.
    Points,
    /// Natural logarithms of probabilities.
    Nats,
}

impl Unit {
    /// The word behind a number; empty for a plain one.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Points => "points",
            Self::Nats => "nats",
        }
    }
}

/// Which way a metric improves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// Accuracy, AUROC.
    Higher,
    /// Losses and errors.
    Lower,
}

/// Which values of a metric are good.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Direction {
    /// High ones.
    Higher,
    /// Low ones.
    Lower,
    /// Those near this one.
    Target(f64),
    /// The metric describes and does not judge.
    Neutral,
}

impl Direction {
    /// The better end, if there is one.
    pub fn better(self) -> Option<Better> {
        match self {
            Self::Higher => Some(Better::Higher),
            Self::Lower => Some(Better::Lower),
            Self::Target(_) | Self::Neutral => None,
        }
    }
}
