//! Whether a classifier knows which cases are hard.

use super::wording::{p_value, percent, percent_with_interval};
use super::{ALPHA, Sentence};
use crate::Estimate;

/// An AUROC below this tells little apart (Hosmer & Lemeshow 2013, section 5.2.4).
const WEAK: f64 = 0.7;

/// Errors among the surest share `coverage` of cases beside errors among all; `order` is `failure_auroc` with the p-value of chance.
///
/// | wording | condition |
/// | :-- | :-- |
/// | these rows cannot tell | chance orders right and wrong answers so with `p >= 0.05`, or there is no order |
/// | surest where it is wrong | it does not, and the area lies below ½ |
/// | hardly tells hard cases from easy ones | it lies above, and the upper end of its interval below 0.7 |
/// | knows | it lies above, and its interval reaches 0.7 |
pub fn selective_verdict(
    coverage: f64,
    accuracy: Estimate,
    accuracy_at: Estimate,
    order: Option<(Estimate, f64)>,
) -> Sentence {
    let errors = |e: Estimate| Estimate {
        mean: 1.0 - e.mean,
        low: 1.0 - e.high,
        high: 1.0 - e.low,
        n: e.n,
    };
    let (all, surest) = (errors(accuracy), errors(accuracy_at));
    let headline = match order {
        _ if all.mean == 0.0 => "It errs on no case of these rows.",
        Some((area, p)) if p < ALPHA && area.mean < 0.5 => "It is surest where it is wrong.",
        Some((area, p)) if p < ALPHA && area.high < WEAK => {
            "Its confidence hardly tells hard cases from easy ones."
        }
        Some((_, p)) if p < ALPHA => "It knows which cases are hard.",
        _ => "These rows cannot tell whether it knows which cases are hard.",
    };
    let order = order.map_or_else(String::new, |(area, p)| {
        format!(
            " A right answer is surer than a wrong one with probability {:.2} ({}).",
            area.mean,
            p_value(p)
        )
    });
    Sentence {
        headline: headline.to_owned(),
        detail: format!(
            "Answering only its {} surest cases it errs in {} instead of {}.{order}",
            percent(coverage),
            percent_with_interval(&surest),
            percent(all.mean)
        ),
    }
}
