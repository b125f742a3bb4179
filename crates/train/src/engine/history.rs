//! What is recorded of every epoch.

use serde::{Deserialize, Serialize};

use crate::engine::evaluate::Losses;

/// Which rows a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// Mean over the batches of an epoch, each before its update.
    Train,
    /// The fold's validation rows, after the epoch.
    Validation,
}

/// One member's losses in one epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Place of the member in the plan.
    pub member: usize,
    /// Epoch, counted from 1.
    pub epoch: u32,
    /// Which rows.
    pub split: Split,
    /// The losses.
    pub losses: Losses,
}
