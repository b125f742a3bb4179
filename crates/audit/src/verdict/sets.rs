//! What prediction sets achieve.

use super::Sentence;
use super::wording::{percent, percent_with_interval};
use crate::Estimate;

/// Sets that are to hold the truth with probability `asked`: their size, what they held, and whether that is too little.
///
/// | wording | condition |
/// | :-- | :-- |
/// | less than asked for, more than asked for | the interval of the coverage excludes `asked` |
/// | neither | it does not |
///
/// Rows that calibrate sets and rows that judge them are halves of the same, so that any model's sets hold about what is asked for; only
/// their size says something of the model.
pub fn sets_verdict(asked: f64, coverage: Estimate, size: Estimate) -> Sentence {
    let kept = if coverage.high < asked {
        ", less than asked for"
    } else if coverage.low > asked {
        ", more than asked for"
    } else {
        ""
    };
    Sentence {
        headline: format!(
            "Prediction sets that are to hold the true class in {} of cases have {:.2} classes on average.",
            percent(asked),
            size.mean
        ),
        detail: format!(
            "Sets of {:.2} to {:.2} classes, calibrated on one half of the rows, held the label in {} of the other half{kept}. Calibrated \
             sets of any model hold about as much as is asked for; how many classes they name is what the model decides.",
            size.low,
            size.high,
            percent_with_interval(&coverage)
        ),
    }
}
