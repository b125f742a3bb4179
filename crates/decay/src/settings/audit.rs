//! The `[audit]` table: what is measured on rows that no choice has seen.

use decay_model::Network;
use serde::{Deserialize, Deserializer, Serialize};

use super::Grid;

/// How thorough the audit is. Keys, ranges and meanings are listed in `keys.rs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuditSettings {
    pub near: Vec<String>,
    pub features: bool,
    pub corruptions: bool,
    pub attacks: Effort,
    pub norms: Vec<NormName>,
    pub radii: Option<Grid>,
    pub certificates: bool,
    pub smoothing: f64,
    pub rows: Option<usize>,
    pub population: Curves,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self {
            near: Vec::new(),
            features: true,
            corruptions: true,
            attacks: Effort::Quick,
            norms: vec![NormName::Linf, NormName::L2],
            radii: None,
            certificates: true,
            smoothing: 0.0,
            rows: None,
            population: Curves::Figures,
        }
    }
}

impl AuditSettings {
    /// Most rows for what takes long; a convolution costs more than a row of a table.
    pub fn rows_for(&self, network: &Network) -> usize {
        let usual = match network {
            Network::Cnn(_) => 200,
            Network::Mlp(_) | Network::Gnn(_) => 500,
        };
        self.rows.unwrap_or(usual)
    }
}

/// Which attacks are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// None.
    None,
    /// Projected gradient descent of 20 steps, and APGD on the two losses.
    Quick,
    /// The ensemble of AutoAttack.
    Standard,
}

/// Norm of a perturbation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NormName {
    Linf,
    L2,
    L1,
}

/// What is drawn of the whole population over the swept axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Curves {
    /// Nothing.
    None,
    /// Calibration and detection.
    Figures,
    /// And accuracy under attack.
    Attacks,
}

/// A list of sources, or one alone.
pub(super) fn one_or_many<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    Ok(match OneOrMany::deserialize(from)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    })
}
