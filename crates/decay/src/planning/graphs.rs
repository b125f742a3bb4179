//! Plans for the nodes of a graph.

use decay_model::ModelConfig;

use super::Desk;
use super::tables::{adam, grid, within};
use crate::error::Error;

/// Learning rate of full batches.
const LEARNING_RATE: f64 = 0.01;
/// Passes over the graph.
const EPOCHS: u32 = 200;

pub(super) fn decide(desk: &mut Desk<'_>) -> Result<(), Error> {
    if matches!(desk.settings.model, ModelConfig::Gnn(_)) {
        desk.decide(
            "train.dropout",
            0.5,
            "a node's few labelled neighbours are soon known by heart",
        )?;
    }
    adam(desk, LEARNING_RATE)?;
    desk.decide_steps(EPOCHS, "every node takes part in every step")?;
    within(desk, EPOCHS)?;
    grid(desk)
}
