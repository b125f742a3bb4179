//! Networks as populations: every parameter has a leading member axis.
//!
//! A [`ModelConfig`] makes a [`Network`], which knows its parameters but holds no values; a [`State`] holds those of a
//! population on a device and a [`MemberState`] those of one member on the host. A forward pass takes both, so that the same
//! network serves one member, a chunk of a population or all of it.

#![forbid(unsafe_code)]

mod cnn;
mod embedding;
mod encoding;
mod error;
mod fitting;
mod gnn;
#[cfg(test)]
mod golden;
mod graph;
mod init;
mod input;
mod inventory;
mod leaves;
pub mod maps;
mod mlp;
mod mode;
mod network;
mod nonlinearity;
mod normalise;
mod own;
mod parameter;
mod precision;
mod representation;
mod state;
mod stored;
mod weights_file;

pub use cnn::{Cnn, CnnConfig, Preset, Slide, Stage};
pub use embedding::Categorical;
pub use encoding::{BinsBy, Encoding};
pub use error::ModelError;
pub use fitting::RowTargets;
pub use gnn::{Gnn, GnnConfig, GraphFeatures, GraphInput, GraphLayer, GraphOutput};
pub use graph::{Graph, GraphError, Operator};
pub use init::Init;
pub use input::{Input, InputFeatures, InputShape, Output};
pub use leaves::Leaves;
pub use mlp::{Mlp, MlpConfig, MlpPreset};
pub use mode::{Mode, Noise, drop_out};
pub use network::{ModelConfig, Network};
pub use nonlinearity::Nonlinearity;
pub use normalise::Norm;
pub use own::PopulationNetwork;
pub use parameter::{BufferSpec, Layout, ParameterKind, ParameterSpec, Start};
pub use precision::Precision;
pub use representation::{Head, Representation};
pub use state::{MemberState, READ_AT_ONCE, State, stack, unstack};
pub use weights_file::{read_weights, to_safetensors, weights_of};
