//! The name of a metric.

use std::str::FromStr;

use decay_audit::Metric;
use decay_options::{Kind, Value};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::Error;

/// The validation metric that chooses the rate: the name of an objective in the [table of metrics](Metric::ALL).
///
/// ```
/// use decay::prelude::*;
///
/// let metric: MetricName = "brier".parse()?;
/// assert_eq!(metric.name(), "brier");
/// # Ok::<(), decay::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "&'static str")]
pub struct MetricName(&'static str);

impl MetricName {
    /// As in files and flags.
    pub fn name(self) -> &'static str {
        self.0
    }
}

impl FromStr for MetricName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut names = Metric::OBJECTIVES.iter();
        let name = names.find(|name| **name == text);
        name.map(|name| Self(name)).ok_or_else(|| {
            let names = Metric::OBJECTIVES.join(", ");
            Error::Setting(format!("sweep.metric must be one of {names}, got '{text}'"))
        })
    }
}

impl<'de> Deserialize<'de> for MetricName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl From<MetricName> for &'static str {
    fn from(metric: MetricName) -> Self {
        metric.0
    }
}

impl Value for MetricName {
    const KIND: Kind = Kind::Choice(Metric::OBJECTIVES);

    fn shown(&self) -> Option<String> {
        Some(self.0.to_owned())
    }
}
