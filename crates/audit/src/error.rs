//! What can be wrong with the arrays handed to a metric.

/// The result of every metric of this crate.
pub type Result<T> = std::result::Result<T, AuditError>;

/// Why a metric could not be computed: which input, where, its value and what is allowed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// An input without a single entry.
    #[error("{what} must not be empty")]
    Empty {
        /// The input's name.
        what: &'static str,
    },
    /// A NaN or an infinity among the inputs.
    #[error("{what}: entry {index} is {value}, every entry must be finite")]
    NotFinite {
        /// The input's name.
        what: &'static str,
        /// Position in the flat array, counted from 0.
        index: usize,
        /// The offending value.
        value: f64,
    },
    /// Two inputs that must have the same length do not.
    #[error("{what} must have {expected} entries, got {got}")]
    Length {
        /// The input's name.
        what: &'static str,
        /// The length the other inputs ask for.
        expected: usize,
        /// The length found.
        got: usize,
    },
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
    /// A class label that no column of the logits stands for.
    #[error("labels: row {row} has label {label}, allowed are 0..{classes}")]
    Label {
        /// The row, counted from 0.
        row: usize,
        /// The offending label.
        label: usize,
        /// The number of classes.
        classes: usize,
    },
    /// Members that should agree on their shape or settings do not.
    #[error("member {member} differs from member 0 in its {what}: {got} instead of {expected}")]
    Members {
        /// What differs.
        what: &'static str,
        /// The member, counted from 0.
        member: usize,
        /// What member 0 has.
        expected: String,
        /// What this member has.
        got: String,
    },
    /// A logit that is NaN, `+inf` or beyond ±1e100; `-inf` is a class of probability 0 and allowed.
    #[error("logits: row {row}, class {class} is {value}, allowed are -inf and [-1e100, 1e100]")]
    Logit {
        /// The row, counted from 0.
        row: usize,
        /// The class, counted from 0.
        class: usize,
        /// The offending value.
        value: f64,
    },
    /// A row whose logits are all `-inf`, which leaves no class to choose.
    #[error("logits: row {row} has -inf for every class, at least one logit must be finite")]
    NoClass {
        /// The row, counted from 0.
        row: usize,
    },
    /// A label to which the model gives probability exactly 0, an infinite loss.
    #[error(
        "the negative log-likelihood is infinite: row {row} has label {label}, whose logit is -inf"
    )]
    ImpossibleLabel {
        /// The row, counted from 0.
        row: usize,
        /// The label.
        label: usize,
    },
    /// The inputs are valid but leave the metric without a value.
    #[error("{metric} is undefined: {reason}")]
    Undefined {
        /// The metric's name.
        metric: &'static str,
        /// What makes it undefined.
        reason: &'static str,
    },
}
