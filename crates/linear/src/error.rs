//! What can be wrong with rows, answers and rates.

/// Why nothing was solved.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LinearError {
    /// Arrays that do not belong together.
    #[error("{what}: {wanted} values wanted, got {found}")]
    Length {
        /// Which array.
        what: &'static str,
        /// How many it should hold.
        wanted: usize,
        /// How many it holds.
        found: usize,
    },
    /// Nothing to learn from.
    #[error("no row has a weight above 0")]
    NoRows,
    /// A weight that weighs nothing.
    #[error("weights must be finite numbers of at least 0, got {0}")]
    Weight(f64),
    /// A label that is no class.
    #[error("labels must be below the number of classes, {classes}, got {label}")]
    Label {
        /// The label.
        label: u32,
        /// How many classes there are.
        classes: usize,
    },
    /// A penalty that is none.
    #[error("rates must be finite numbers of at least 0, got {0}")]
    Rate(f64),
    /// A feature or an answer that is not a number.
    #[error("every {0} must be a finite number")]
    NotFinite(&'static str),
    /// Told to stop.
    #[error("stopped")]
    Stopped,
}

/// Refuses an array of another length.
pub(crate) fn check_length(
    what: &'static str,
    wanted: usize,
    found: usize,
) -> Result<(), LinearError> {
    match wanted == found {
        true => Ok(()),
        false => Err(LinearError::Length {
            what,
            wanted,
            found,
        }),
    }
}

/// Refuses answers that are not `[rows, targets]` finite numbers.
pub(crate) fn check_answers(
    answers: &[f64],
    rows: usize,
    targets: usize,
) -> Result<(), LinearError> {
    check_length("answers", rows * targets, answers.len())?;
    match answers.iter().all(|answer| answer.is_finite()) {
        true => Ok(()),
        false => Err(LinearError::NotFinite("answer")),
    }
}

/// Refuses a rate that is no penalty.
pub(crate) fn check_rates(rates: &[f64]) -> Result<(), LinearError> {
    let wrong = |rate: &&f64| !(0.0..f64::INFINITY).contains(*rate);
    rates
        .iter()
        .find(wrong)
        .map_or(Ok(()), |&rate| Err(LinearError::Rate(rate)))
}
