//! What can be wrong with a model's description or file.

use std::path::PathBuf;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A hidden layer without units.
    #[error("model.hidden: every layer needs at least 1 unit, got {got:?}")]
    EmptyLayer {
        /// The widths given.
        got: Vec<usize>,
    },
    /// A stage of a convolutional network cannot be there.
    #[error("model.stages: stage {index}, '{stage}': {reason}")]
    Stage {
        /// The stage.
        stage: String,
        /// Its place, counted from 0.
        index: usize,
        /// What is wrong.
        reason: String,
    },
    /// The architecture reads images, the data have none.
    #[error("model.kind: a cnn needs images, the data have rows of {values} features")]
    NoImage {
        /// Features of a row.
        values: usize,
    },
    /// Too few inputs or outputs.
    #[error("a network needs at least 1 input and 1 output, got {inputs} and {outputs}")]
    NoInputsOrOutputs {
        /// Inputs asked for.
        inputs: usize,
        /// Outputs asked for.
        outputs: usize,
    },
    /// A network that is no chain of [maps](crate::maps::Map): samples are not kept apart, or a map is none of them.
    #[error("{what} is none of the maps that are known")]
    NoMaps {
        /// What stands in the way.
        what: &'static str,
    },
    /// A network that only its owner can make.
    #[error(
        "the network '{name}' is not one of decay's own: whoever opens its files must bring it"
    )]
    Own {
        /// Its name.
        name: String,
    },
    /// Values that are not those of the network.
    #[error("'{name}' must have {expected} values, got {got}")]
    Values {
        /// The parameter or buffer, or the list of them.
        name: String,
        /// What the architecture wants.
        expected: usize,
        /// What there is.
        got: usize,
    },
    /// A setting outside its range.
    #[error("{field} must be in {range}, got {value}")]
    OutOfRange {
        /// The key.
        field: &'static str,
        /// The values it may have.
        range: &'static str,
        /// What was given.
        value: f64,
    },
    /// The file is not of the kind that its name says.
    #[error("{path}: not a readable {kind} file: {reason}")]
    Format {
        /// The file.
        path: PathBuf,
        /// What it should be.
        kind: &'static str,
        /// What the reader said.
        reason: String,
    },
    /// A tensor is missing or has another shape.
    #[error(
        "{path}: tensor '{name}' must be floating-point numbers of shape {expected:?}, found {found}"
    )]
    Tensor {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// What the architecture wants.
        expected: Vec<usize>,
        /// What the file has.
        found: String,
    },
    /// A weight is not a number.
    #[error("{path}: tensor '{name}' holds {value}, every weight must be finite")]
    NotFinite {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// The value.
        value: f32,
    },
    /// The file cannot be read.
    #[error("{path}: cannot read: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
