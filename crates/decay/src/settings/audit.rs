//! The `[audit]` table: what is measured on rows that no choice has seen.

use decay_model::Network;
use decay_options::{Kind, Range, Scope, names, options};
use serde::{Deserialize, Deserializer};

use super::Grid;

options! {
    /// How thorough the audit is.
    pub struct AuditSettings = "audit" {
        /// Further out-of-distribution data, much like the training data.
        near: Vec<String> = Vec::new(), kind(Kind::Sources), flag("near-ood"), value("SETS"), scope(Scope::Every);
        /// Detection by hidden layers and gradients, too: Mahalanobis, kNN, ViM, ODIN.
        features: bool = true, flag("features"), scope(Scope::Every);
        /// Images: accuracy under fifteen corruptions at five severities.
        corruptions: bool = true, flag("corruptions"), scope(Scope::Every);
        /// Adversarial attacks: none, quick (PGD, APGD) or standard (those of AutoAttack).
        attacks: Effort = Effort::Quick, flag("attacks"), scope(Scope::Every);
        /// Norms of the attacks: linf, l2, l1.
        norms: Vec<NormName> = vec![NormName::Linf, NormName::L2], flag("norms"), scope(Scope::Every);
        /// Radii of the attacks, in ranges of a pixel or standard deviations of a column; by norm by default.
        radii: Option<Grid> = None, flag("radii"), scope(Scope::Every);
        /// Certified radii, where a certificate applies.
        certificates: bool = true, flag("certificates"), scope(Scope::Every);
        /// Noise of randomised smoothing, as with 0.25; 0 for none.
        smoothing: f64 = 0.0, flag("smoothing"), value("SD"), scope(Scope::Every);
        /// Permutation importance of the columns of a table, and how the answers move with them.
        importance: bool = true, flag("importance"), scope(Scope::Every);
        /// Figures by the values of this column of the data, by quarters of its rows where it has many numbers, by year or month where it has dates.
        ///
        /// The model need not read it: columns of weights, groups and times will do, and those that are dropped or set aside.
        by: Option<String> = None, flag("by"), value("COLUMN"), scope(Scope::Every);
        /// Most rows for corruptions, attacks and certificates.
        rows: Option<usize> = None, flag("audit-rows"), range(Range::AT_LEAST_ONE), scope(Scope::Every),
            default("500; 200 for a cnn");
        /// Audit of all models of a sweep: none, figures (calibration, detection) or attacks.
        population: Curves = Curves::Figures, flag("population"), value("WHAT"), scope(Scope::Every);
    }
}

impl AuditSettings {
    /// Most rows for what takes long; a convolution costs more than a row of a table.
    pub fn rows_for(&self, network: &Network) -> usize {
        let usual = match network {
            Network::Cnn(_) => 200,
            Network::Mlp(_) | Network::Gnn(_) | Network::Own(_) => 500,
        };
        self.rows.unwrap_or(usual)
    }
}

names! {
    /// Which attacks are run.
    pub enum Effort {
        /// None.
        None = "none",
        /// Projected gradient descent of 20 steps, and APGD on the two losses.
        Quick = "quick",
        /// The ensemble of AutoAttack.
        Standard = "standard",
    }
}

names! {
    /// Norm of a perturbation.
    pub enum NormName {
        /// Largest change of any feature.
        Linf = "linf",
        /// Euclidean.
        L2 = "l2",
        /// Sum of all changes.
        L1 = "l1",
    }
}

names! {
    /// What is drawn of the whole population over the swept axis.
    pub enum Curves {
        /// Nothing.
        None = "none",
        /// Calibration and detection.
        Figures = "figures",
        /// And accuracy under attack.
        Attacks = "attacks",
    }
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
