//! What flows through a graph network, and what dropout does to it.

use std::sync::Arc;

use burn::tensor::Tensor;
use decay_kernels::{Activation, At, Csr, EntryDropout, dropout, linear, sparse_linear};

use crate::gnn::GraphFeatures;
use crate::mode::Mode;
use crate::precision::Precision;

/// Numbers of edge masks start here, beyond those of layers.
pub(super) const EDGE_SITES: u32 = 1 << 16;

/// The input of a layer.
#[derive(Debug, Clone)]
// As `GraphFeatures`: there is one at a time.
#[allow(clippy::large_enum_variant)]
pub(super) enum Signal {
    /// The features, mostly zeros, and how their entries are dropped.
    Sparse(Arc<Csr>, Option<EntryDropout>),
    /// The features.
    Dense(Tensor<3>),
    /// What the layer before returned.
    Hidden(Tensor<3>),
}

impl From<&GraphFeatures> for Signal {
    fn from(features: &GraphFeatures) -> Self {
        match features {
            GraphFeatures::Sparse(features) => Self::Sparse(features.clone(), None),
            GraphFeatures::Dense(features) => Self::Dense(features.clone()),
        }
    }
}

impl Signal {
    /// What the layer before returned, if there was one.
    pub(super) fn dense(&self) -> Option<Tensor<3>> {
        match self {
            Self::Hidden(x) => Some(x.clone()),
            Self::Sparse(..) | Self::Dense(_) => None,
        }
    }

    /// As layer `index` sees it while training.
    pub(super) fn dropped(self, index: usize, mode: Mode<'_>) -> Self {
        let Mode::Train(noise) = mode else {
            return self;
        };
        let Some(rate) = noise.dropout.clone() else {
            return self;
        };
        let (seeds, at) = (noise.seeds.clone(), at_site(index as u32, noise.at));
        match self {
            Self::Sparse(features, _) => {
                Self::Sparse(features, Some(EntryDropout { rate, seeds, at }))
            }
            Self::Dense(x) => {
                // Members that share their features do not share their masks.
                let ([members], [_, nodes, width]) = (rate.dims(), x.dims());
                let x = x.expand([members, nodes, width]);
                Self::Dense(dropout(x, rate, seeds, at))
            }
            Self::Hidden(x) => Self::Hidden(dropout(x, rate, seeds, at)),
        }
    }

    /// `act(x W + b)`, in single precision.
    pub(super) fn times(
        &self,
        weight: Tensor<3>,
        bias: Option<Tensor<2>>,
        activation: Activation,
        precision: Precision,
    ) -> Tensor<3> {
        match self {
            Self::Sparse(features, dropout) => {
                let weight = precision.widen(weight);
                sparse_linear(features, weight, bias, activation, dropout.clone())
            }
            Self::Dense(x) | Self::Hidden(x) => {
                let [members, _, outputs] = weight.dims();
                let bias =
                    bias.unwrap_or_else(|| Tensor::zeros([members, outputs], &weight.device()));
                let x = precision.cast(x.clone());
                precision.widen(linear(x, weight, bias, activation))
            }
        }
    }
}

/// How the entries of the operator are dropped where nodes mix for the `mixing`-th time.
pub(super) fn edge_dropout(mixing: usize, mode: Mode<'_>) -> Option<EntryDropout> {
    let Mode::Train(noise) = mode else {
        return None;
    };
    Some(EntryDropout {
        rate: noise.edge_dropout.clone()?,
        seeds: noise.seeds.clone(),
        at: at_site(EDGE_SITES + mixing as u32, noise.at),
    })
}

fn at_site(site: u32, at: At) -> At {
    At { site, ..at }
}
