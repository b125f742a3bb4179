//! What prediction sets promise and cost.

use super::Sentence;
use super::wording::{percent, percent_with_interval};
use crate::Estimate;

/// Sets that hold the truth with probability `promised`: their size, and whether these rows agree.
pub fn sets_verdict(promised: f64, coverage: Estimate, size: Estimate) -> Sentence {
    let kept = if coverage.high < promised {
        "less than promised"
    } else if coverage.low > promised {
        "more than promised"
    } else {
        "as promised"
    };
    let classes = |value: f64| format!("{value:.2}");
    Sentence {
        headline: format!(
            "To hold the truth in {} of cases it must name {} classes on average.",
            percent(promised),
            classes(size.mean)
        ),
        detail: format!(
            "Sets of {} to {} classes, calibrated on one half of the rows, held the label in {} of the other: {kept}.",
            classes(size.low),
            classes(size.high),
            percent_with_interval(&coverage)
        ),
    }
}
