//! Graphs with their splits, and the networks on them.

use decay_claim::{Lab, Result, joined_to_nearest};
use decay_data::{Dataset, Embedded};
use decay_model::{GnnConfig, GraphLayer, ModelConfig};
use decay_train::{DecayKind, FoldRows, Optimizer, TrainConfig};

use crate::{APPNP, GCN, LINEAR, MLP, NETS, SETS, USUAL};

/// Units of hidden layers.
const UNITS: usize = 16;
/// What the names of networks with dropout end with.
const DROPPED: &str = ", dropout";
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
    let replicates = lab.pick(8, 100);
    let nodes = |name, data: Dataset| Nodes {
        name,
        held: [data.rows / 5; 2],
        data,
        replicates,
    };
    let cora = lab.larger_data("cora")?;
    let cora = cora.map(|found| nodes(SETS[0], found.train));
    let digits = joined_to_nearest(Embedded::Digits.load()?, NEAREST);
    Ok(cora.into_iter().chain([nodes(SETS[1], digits)]).collect())
}

impl Nodes {
    /// Random splits with so many labels of each class to train on.
    pub(crate) fn splits(&self, lab: &Lab, labels: usize) -> Result<Vec<FoldRows>> {
        lab.node_splits(&self.data, labels, self.held, self.replicates)
    }
}

/// The networks of the grid, by name.
pub(crate) fn names(lab: &Lab) -> Vec<&'static str> {
    let usual = lab.pick(&USUAL[..0], &USUAL[..]);
    NETS.iter().chain(usual).copied().collect()
}

/// A network by its name: of one hidden layer, but for the linear one, whose embeddings are its outputs. APPNP without steps is a
/// perceptron.
pub(crate) fn net(name: &str) -> ModelConfig {
    let plain = name.strip_suffix(DROPPED).unwrap_or(name);
    let (layer, steps) = match plain {
        LINEAR | MLP => (GraphLayer::Appnp, 0),
        GCN => (GraphLayer::Gcn, 0),
        APPNP => (GraphLayer::Appnp, 10),
        _ => panic!("'{name}' is no network of this claim"),
    };
    ModelConfig::Gnn(GnnConfig {
        layer,
        steps,
        hidden: if plain == LINEAR {
            Vec::new()
        } else {
            vec![UNITS]
        },
        ..GnnConfig::default()
    })
}

/// How a network of a name is trained.
pub(crate) fn config_of(name: &str, laplacian: f64) -> TrainConfig {
    TrainConfig {
        dropout: if name.ends_with(DROPPED) { 0.5 } else { 0.0 },
        ..config(laplacian)
    }
}

/// A graph convolutional network with so many layers.
pub(crate) fn deep(layers: usize) -> ModelConfig {
    ModelConfig::Gnn(GnnConfig {
        hidden: vec![UNITS; layers - 1],
        ..GnnConfig::default()
    })
}

/// As graph networks are trained, Adam with the decay in the gradient and the graph as one batch, but without dropout, so that
/// nothing else regularises.
pub(crate) fn config(laplacian: f64) -> TrainConfig {
    TrainConfig {
        epochs: 100,
        lr: 0.02,
        optimizer: Optimizer::Adam,
        decay: Some(DecayKind::Coupled),
        laplacian,
        evaluate_every: 0,
        ..TrainConfig::default()
    }
}
