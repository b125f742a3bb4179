//! What can be wrong with what is attacked or with what attacks it.

use burn::tensor::Device;
use decay_kernels::{device_name, is_gpu};

/// Why a population cannot be attacked: what, where, its value and what is allowed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RobustError {
    /// A setting or value outside its range.
    #[error("{what} must be in {range}, got {value}")]
    OutOfRange {
        /// The setting's name.
        what: &'static str,
        /// The allowed range.
        range: &'static str,
        /// The offending value.
        value: f64,
    },
    /// Two lists that must have the same length do not.
    #[error("{what} must have {expected} entries, got {got}")]
    Length {
        /// The list's name.
        what: &'static str,
        /// The length that the other lists ask for.
        expected: usize,
        /// The length found.
        got: usize,
    },
    /// A network that reads a graph: a perturbed node would perturb its neighbours.
    #[error("attacks are on networks of rows, this one reads a graph")]
    Graph,
    /// A NaN or an infinity among the inputs.
    #[error("row {row}, feature {feature} is {value}, every input must be finite")]
    NotFinite {
        /// The row, counted from 0.
        row: usize,
        /// The feature, counted from 0.
        feature: usize,
        /// The offending value.
        value: f32,
    },
    /// An input outside the box that perturbed inputs must stay in.
    #[error("row {row}, feature {feature} is {value}, outside the bounds {low}..={high}")]
    OutsideBounds {
        /// The row, counted from 0.
        row: usize,
        /// The feature, counted from 0.
        feature: usize,
        /// The offending value.
        value: f32,
        /// The lower bound.
        low: f32,
        /// The upper bound.
        high: f32,
    },
    /// A class label that no output stands for.
    #[error("row {row} has label {label}, allowed are 0..{classes}")]
    Label {
        /// The row, counted from 0.
        row: usize,
        /// The offending label.
        label: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A network with one output, which has no classes to confuse.
    #[error("attacks need at least two classes, the network has {got} output(s)")]
    Classes {
        /// The network's outputs.
        got: usize,
    },
    /// A rate or scale of a member that is no number.
    #[error("member {member} has a {what} that is not finite")]
    Member {
        /// The member, counted from 0.
        member: usize,
        /// What of it.
        what: &'static str,
    },
    /// An attack that does not exist in a norm.
    #[error("{attack} has no form in the {norm} norm")]
    Unsupported {
        /// The attack.
        attack: &'static str,
        /// The norm.
        norm: &'static str,
    },
    /// A rotation of rows that are no images.
    #[error("only images can be turned, these are rows of {features} features")]
    NoImage {
        /// Features of a row.
        features: usize,
    },
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// A computation on the CPU that panicked, which no input should make it do.
    #[error("a computation of this program failed: {reason}")]
    Fault {
        /// The first line of what it said.
        reason: String,
    },
    /// A GPU that failed.
    #[error("device '{device}' failed: {reason}")]
    Device {
        /// Its name.
        device: String,
        /// The first line of what it said.
        reason: String,
    },
    /// Threads that could not be started.
    #[error("cannot start {threads} threads: {reason}; lower --threads, or allow more processes")]
    Threads {
        /// How many.
        threads: usize,
        /// What the system said.
        reason: String,
    },
}

impl RobustError {
    /// A panic while a device computed: drivers of GPUs have no other way to say that one is lost.
    pub(crate) fn of_panic(device: &Device, reason: String) -> Self {
        if is_gpu(device) {
            let device = device_name(device);
            return Self::Device { device, reason };
        }
        Self::Fault { reason }
    }
}

/// # Errors
/// [`RobustError::Length`] unless the lengths agree.
pub(crate) fn same_length(
    what: &'static str,
    expected: usize,
    got: usize,
) -> Result<(), RobustError> {
    if expected == got {
        return Ok(());
    }
    Err(RobustError::Length {
        what,
        expected,
        got,
    })
}

/// # Errors
/// [`RobustError::OutOfRange`] unless the value is within its range.
pub(crate) fn check_range(
    what: &'static str,
    range: &'static str,
    value: f64,
    is_within: bool,
) -> Result<(), RobustError> {
    if is_within {
        return Ok(());
    }
    Err(RobustError::OutOfRange { what, range, value })
}

/// # Errors
/// [`RobustError::NotFinite`] with the place of the first such value of rows with so many inputs.
pub(crate) fn check_finite_rows(x: &[f32], inputs: usize) -> Result<(), RobustError> {
    match x.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(index) => Err(RobustError::NotFinite {
            row: index / inputs,
            feature: index % inputs,
            value: x[index],
        }),
    }
}

/// # Errors
/// [`RobustError::OutOfRange`] for zero.
pub(crate) fn at_least_one(what: &'static str, value: usize) -> Result<(), RobustError> {
    check_range(what, "[1, inf)", value as f64, value > 0)
}

/// # Errors
/// [`RobustError::OutOfRange`] unless `0 < value <= most` and finite.
pub(crate) fn positive(what: &'static str, value: f64, most: f64) -> Result<(), RobustError> {
    let range = if most.is_finite() {
        "(0, 1]"
    } else {
        "(0, inf)"
    };
    let is_within = value > 0.0 && value <= most && value.is_finite();
    check_range(what, range, value, is_within)
}
