//! What is gained by answering the surest cases only.

use super::Sentence;
use super::wording::{percent, percent_with_interval};
use crate::Estimate;

/// Errors among the surest share `coverage` of cases beside errors among all.
pub fn selective_verdict(coverage: f64, accuracy: Estimate, accuracy_at: Estimate) -> Sentence {
    let errors = |e: Estimate| Estimate {
        mean: 1.0 - e.mean,
        low: 1.0 - e.high,
        high: 1.0 - e.low,
        n: e.n,
    };
    let (all, surest) = (errors(accuracy), errors(accuracy_at));
    let headline = if surest.high < all.low {
        "It knows which cases are hard."
    } else if surest.low > all.high {
        "It is surest where it is wrong."
    } else {
        "Its confidence hardly tells hard cases from easy ones."
    };
    // An error rate of 0 on both sides leaves nothing to tell.
    let headline = if all.mean == 0.0 {
        "It errs on no case."
    } else {
        headline
    };
    Sentence {
        headline: headline.to_owned(),
        detail: format!(
            "Answering only its {} surest cases it errs in {} instead of {}.",
            percent(coverage),
            percent_with_interval(&surest),
            percent(all.mean)
        ),
    }
}
