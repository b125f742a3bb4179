//! What can be wrong with a request for certificates.

use decay_audit::AuditError;
use decay_model::ModelError;

use super::method::NotApplicable;

/// Why no certificate could be computed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The network is no chain of fixed maps, or its values are another's.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A statistic of smoothing is undefined.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The certificate says nothing about such a network.
    #[error(transparent)]
    NotApplicable(#[from] NotApplicable),
    /// Lists that belong together have different lengths.
    #[error("{what} must have {expected} entries, got {got}")]
    Length {
        /// The list.
        what: &'static str,
        /// The length that the others ask for.
        expected: usize,
        /// The length found.
        got: usize,
    },
    /// A weight or an input is NaN or infinite.
    #[error("{what}: entry {index} is {value}, every entry must be finite")]
    NotFinite {
        /// The list.
        what: &'static str,
        /// The place in it, counted from 0.
        index: usize,
        /// What stands there.
        value: f64,
    },
    /// A setting outside its range.
    #[error("{what} must be in {range}, got {value}")]
    OutOfRange {
        /// The setting.
        what: &'static str,
        /// The values it may have.
        range: &'static str,
        /// What was given.
        value: f64,
    },
    /// A row that is not in the domain of the inputs.
    #[error("row {row} has an input {value} outside the domain [{low}, {high}]")]
    OutsideDomain {
        /// The row, counted from 0.
        row: usize,
        /// The input.
        value: f64,
        /// Smallest allowed input.
        low: f64,
        /// Largest allowed input.
        high: f64,
    },
    /// A label that no output stands for.
    #[error("labels: row {row} has label {label}, allowed are 0..{classes}")]
    Label {
        /// The row, counted from 0.
        row: usize,
        /// The label.
        label: usize,
        /// Outputs of the network.
        classes: usize,
    },
    /// The network does not end in a dense layer with two outputs at least.
    #[error(
        "a certificate needs a network that ends in a dense layer with at least 2 outputs, {found}"
    )]
    NoHead {
        /// What it has instead.
        found: String,
    },
}

/// Gives `Ok` if two lengths agree.
pub(super) fn same_length(
    what: &'static str,
    expected: usize,
    got: usize,
) -> Result<(), CertificateError> {
    if expected == got {
        return Ok(());
    }
    Err(CertificateError::Length {
        what,
        expected,
        got,
    })
}

/// Refuses the first value that is no finite number.
pub(super) fn finite<'a>(
    what: &'static str,
    values: impl IntoIterator<Item = &'a f64>,
) -> Result<(), CertificateError> {
    let broken = values.into_iter().enumerate().find(|(_, v)| !v.is_finite());
    match broken {
        None => Ok(()),
        Some((index, &value)) => Err(CertificateError::NotFinite { what, index, value }),
    }
}
