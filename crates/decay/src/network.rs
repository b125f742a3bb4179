//! Networks: those of decay, and what a network of your own must offer.
//!
//! A network computes for all members of a population at once: every tensor has a leading axis of members. [`PopulationNetwork`]
//! is the trait to implement; `examples/own-network` does so in Burn's operations.

pub use decay_model::maps;
pub use decay_model::{
    BufferSpec, Head, Init, Input, InputFeatures, InputShape, Layout, Leaves, MemberState, Mode,
    ModelConfig, Network, Noise, ParameterKind, ParameterSpec, PopulationNetwork, Precision,
    Representation, RowTargets, Start, State, drop_out,
};

use decay_data::Schema;

use crate::error::Error;

/// The network of an architecture for rows of this schema, with so many outputs.
pub(crate) fn network_of(
    architecture: &ModelConfig,
    schema: &Schema,
    outputs: usize,
) -> Result<Network, Error> {
    let inputs = InputFeatures::new(schema.shape().as_slice(), schema.numbers())
        .with_categories(schema.categories());
    Ok(architecture.init(inputs, outputs)?)
}
