//! `members.csv`: one row per member with its hyper-parameters, its fate and its final metrics.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::csv::CsvWriter;

/// How a member's training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MemberStatus {
    /// It trained to the last epoch.
    Ok,
    /// Its loss became NaN or infinite and it was frozen there.
    Frozen,
    /// Early stopping or pruning ended it.
    Stopped,
}

impl MemberStatus {
    /// The word in the `status` column.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Frozen => "frozen",
            Self::Stopped => "stopped",
        }
    }
}

/// One member of the population.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberRow {
    /// Position in the plan.
    pub member: u64,
    /// Decay rate λ of the setting; a member whose epochs have other steps may train at another.
    pub rate: f64,
    /// The rate as a half-life in epochs; `None` at rate 0.
    pub half_life_epochs: Option<f64>,
    /// Fold whose rows it was validated on; `None` for a refit on all training rows.
    pub fold: Option<u64>,
    /// Seed of its initialisation, batches and dropout.
    pub seed: u64,
    /// How its training ended.
    pub status: MemberStatus,
    /// Epochs it trained for.
    pub epochs: u64,
    /// Further columns by name, such as `train_nll`; a member that lacks one leaves the cell empty.
    pub metrics: Vec<(String, f64)>,
}

const COLUMNS: [&str; 7] = [
    "member",
    "rate",
    "half_life_epochs",
    "fold",
    "seed",
    "status",
    "epochs",
];

/// The file `members.csv`: seven fixed columns, then every metric that occurs, in the order of first
/// appearance.
pub fn members_csv(rows: &[MemberRow]) -> Vec<u8> {
    let metrics = metric_columns(rows);
    let header = COLUMNS.into_iter().chain(metrics.iter().copied());
    let mut csv = CsvWriter::with_header(header, 256 * (rows.len() + 1));
    for row in rows {
        csv.integer(row.member);
        csv.number(row.rate);
        csv.optional(row.half_life_epochs);
        match row.fold {
            Some(fold) => csv.integer(fold),
            None => csv.optional(None),
        }
        csv.integer(row.seed);
        csv.text(row.status.word());
        csv.integer(row.epochs);
        let values: HashMap<&str, f64> = row
            .metrics
            .iter()
            .map(|(name, v)| (name.as_str(), *v))
            .collect();
        for metric in &metrics {
            csv.optional(values.get(metric).copied());
        }
        csv.end_row();
    }
    csv.finish()
}

fn metric_columns(rows: &[MemberRow]) -> Vec<&str> {
    let mut seen = std::collections::HashSet::new();
    let names = rows.iter().flat_map(|row| &row.metrics);
    names
        .map(|(name, _)| name.as_str())
        .filter(|name| seen.insert(*name))
        .collect()
}
