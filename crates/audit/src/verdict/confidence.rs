//! Whether a model claims more or less than it holds.

use super::Sentence;
use super::wording::{percent, points, points_with_interval};
use crate::Estimate;

/// Calibration errors below this are small whatever their interval says.
const SMALL: f64 = 0.02;

/// The figures that speak about confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confidence {
    /// Share of rows predicted correctly.
    pub accuracy: Estimate,
    /// Mean probability of the predicted class.
    pub confidence: Estimate,
    /// Mean confidence less accuracy, with the interval of the difference.
    pub gap: Estimate,
    /// Smooth calibration error.
    pub calibration_error: Estimate,
    /// Temperature found on other rows.
    pub temperature: Option<f64>,
    /// Smooth calibration error after division by it.
    pub error_after: Option<Estimate>,
}

/// Over-confident, under-confident, miscalibrated, well calibrated, or not to be told.
///
/// | wording | condition |
/// | :-- | :-- |
/// | over-confident, under-confident | the interval of the gap excludes 0 |
/// | well calibrated | it does not, and the calibration error is at most 2 points at the upper end |
/// | miscalibrated both ways | it does not, and the calibration error exceeds 2 points at the lower end |
/// | no sign | neither can be told |
pub fn confidence_verdict(figures: &Confidence) -> Sentence {
    let says = format!(
        "it says {} and is right in {}",
        percent(figures.confidence.mean),
        percent(figures.accuracy.mean)
    );
    let (gap, error) = (figures.gap, figures.calibration_error);
    let error_text = points_with_interval(error.mean, error.low, error.high);
    if gap.low > 0.0 {
        let size = points_with_interval(gap.mean, gap.low, gap.high);
        return Sentence {
            headline: format!("Over-confident by {size}."),
            detail: sentence(&says, figures),
        };
    }
    if gap.high < 0.0 {
        let size = points_with_interval(-gap.mean, -gap.high, -gap.low);
        return Sentence {
            headline: format!("Under-confident by {size}."),
            detail: sentence(&says, figures),
        };
    }
    let (headline, what) = if error.high <= SMALL {
        ("Well calibrated.", "its calibration error is")
    } else if error.low > SMALL {
        (
            "Too sure of some cases and not sure enough of others.",
            "on the whole the two cancel, but its calibration error is",
        )
    } else {
        (
            "No sign of over- or under-confidence.",
            "these rows cannot tell more; its calibration error is",
        )
    };
    Sentence {
        headline: headline.to_owned(),
        detail: sentence(&format!("{says}; {what} {error_text}"), figures),
    }
}

/// The sentence with what a temperature does, where it helps beyond doubt or does not.
fn sentence(what: &str, figures: &Confidence) -> String {
    let mut text = String::from("On average ");
    text.push_str(what);
    text.push_str(&remedy(figures));
    text.push('.');
    text
}

fn remedy(figures: &Confidence) -> String {
    let (Some(temperature), Some(after)) = (figures.temperature, figures.error_after) else {
        return String::new();
    };
    let before = figures.calibration_error;
    // Beyond doubt where the intervals before and after are apart.
    let verb = if after.high < before.low {
        "repairs its calibration error from"
    } else if after.low > before.high {
        "makes its calibration error worse, from"
    } else {
        return String::new();
    };
    format!(
        "; dividing its logits by {temperature:.2} {verb} {} to {} points",
        points(before.mean),
        points(after.mean)
    )
}
