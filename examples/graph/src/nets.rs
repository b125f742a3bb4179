//! Graphs with their splits, and the networks on them.

use decay_claim::{Lab, Result, joined_to_nearest};
use decay_data::{Dataset, Embedded};
use decay_model::{GnnConfig, GraphLayer, ModelConfig};
use decay_train::{DecayKind, FoldRows, Optimizer, TrainConfig};

use crate::{APPNP, GCN, MLP, SETS};

/// Units of hidden layers.
const UNITS: usize = 16;
/// Neighbours that every digit is joined to.
const NEAREST: usize = 10;

/// A data set's nodes.
pub(crate) struct Nodes {
    pub(crate) name: &'static str,
    pub(crate) data: Dataset,
    /// Nodes to choose by, and to test.
    pub(crate) held: [usize; 2],
    pub(crate) replicates: usize,
}

/// Cora, if it is there, and the embedded digits, each joined to those nearest to it.
pub(crate) fn sets(lab: &Lab) -> Result<Vec<Nodes>> {
    let replicates = lab.pick(5, 100);
    let nodes = |name, data, held| Nodes {
        name,
        data,
        held,
        replicates,
    };
    let cora = lab.larger_data("cora")?;
    let cora = cora.map(|found| nodes(SETS[0], found.train, [500, 1000]));
    let digits = joined_to_nearest(Embedded::Digits.load()?, NEAREST);
    let digits = nodes(SETS[1], digits, [400, 600]);
    Ok(cora.into_iter().chain([digits]).collect())
}

impl Nodes {
    /// Random splits with so many labels of each class to train on.
    pub(crate) fn splits(&self, lab: &Lab, labels: usize) -> Result<Vec<FoldRows>> {
        lab.node_splits(&self.data, labels, self.held, self.replicates)
    }
}

/// A network of one hidden layer by its name. APPNP without steps is a perceptron.
pub(crate) fn net(name: &str) -> ModelConfig {
    let (layer, steps) = match name {
        MLP => (GraphLayer::Appnp, 0),
        GCN => (GraphLayer::Gcn, 0),
        APPNP => (GraphLayer::Appnp, 10),
        _ => panic!("'{name}' is no network of this claim"),
    };
    ModelConfig::Gnn(GnnConfig {
        layer,
        steps,
        hidden: vec![UNITS],
        ..GnnConfig::default()
    })
}

/// A graph convolutional network with so many layers.
pub(crate) fn deep(layers: usize) -> ModelConfig {
    ModelConfig::Gnn(GnnConfig {
        hidden: vec![UNITS; layers - 1],
        ..GnnConfig::default()
    })
}

/// As graph networks are trained: Adam with the decay in the gradient, dropout of one half, the graph as one batch.
pub(crate) fn config(laplacian: f64) -> TrainConfig {
    TrainConfig {
        epochs: 100,
        lr: 0.02,
        optimizer: Optimizer::Adam,
        decay: Some(DecayKind::Coupled),
        dropout: 0.5,
        laplacian,
        evaluate_every: 0,
        ..TrainConfig::default()
    }
}
