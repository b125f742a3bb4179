//! Plans for the nodes of a graph.

use decay_model::{GraphLayer, ModelConfig};
use toml::Value;

use super::desk::Desk;
use crate::error::Error;

/// Units of a hidden layer.
const HIDDEN: i64 = 64;
/// Dropout of features and activations.
const DROPOUT: f64 = 0.7;
/// Learning rate of full batches.
const LEARNING_RATE: f64 = 0.01;
/// Passes over the graph, a step each.
const EPOCHS: u32 = 200;
/// Rates of a decay that is part of the gradient.
const RATES: &str = "0, 1e-4..1e-2:5";
/// Half-lives of the strongest decay in a run.
const FASTEST: u32 = 400;

pub(super) fn decide(desk: &mut Desk<'_>) -> Result<(), Error> {
    let ModelConfig::Gnn(config) = &*desk.settings.model else {
        desk.decide_adam(LEARNING_RATE)?;
        desk.decide_steps(EPOCHS, "full batches: a step for each epoch")?;
        return desk.decide_grid(FASTEST);
    };
    let convolves = config.layer == GraphLayer::Gcn;
    let hidden = vec![Value::from(HIDDEN)];
    desk.decide(
        "model.hidden",
        hidden,
        "wide, since dropout leaves a third of it",
    )?;
    desk.decide(
        "train.dropout",
        DROPOUT,
        "a few labelled nodes are soon known by heart",
    )?;
    if desk.is_open("train.optimizer")? && desk.is_open("train.decay")? {
        desk.decide(
            "train.optimizer",
            "adam",
            "decay in the gradient, as graph networks are trained",
        )?;
        desk.decide("train.lr", LEARNING_RATE, "full batches have little noise")?;
        if convolves {
            let first = vec![Value::from("convs.0.*")];
            desk.decide(
                "train.decayed",
                first,
                "the layer that sees the features, as in Kipf & Welling 2017",
            )?;
        }
        desk.decide(
            "sweep.rates",
            RATES,
            "two decades around the rates of the literature",
        )?;
    } else {
        desk.decide_adam(LEARNING_RATE)?;
        desk.decide_grid(FASTEST)?;
    }
    desk.decide(
        "sweep.folds",
        3,
        "all folds are judged on the same validation nodes, or on a third of the few labelled ones",
    )?;
    desk.decide(
        "sweep.seeds",
        1,
        "folds differ in their starting weights, too",
    )?;
    desk.decide(
        "sweep.refits",
        10,
        "starting weights matter where labels are few",
    )?;
    desk.decide_steps(EPOCHS, "every node takes part in every step")?;
    desk.keep_within(EPOCHS)
}
