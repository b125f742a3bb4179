//! Whether a classifier is as sure as it is right.

use super::wording::{p_value, percent, points, points_with_interval};
use super::{ALPHA, Sentence};
use crate::significance::holm;
use crate::{Chance, Estimate};

/// Calibration errors below this are small.
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
    /// Expected calibration error, with the interval of the model's own.
    pub calibration_error: Estimate,
    /// How often chance shows as much of both in a calibrated model.
    pub chance: Chance,
    /// Whether the losses still fell when training ended, before which a model is less sure than it will be.
    pub unfinished: bool,
    /// Temperature found on other rows, by which the logits are divided.
    pub temperature: Option<f64>,
    /// Expected calibration error before that.
    pub error_before: Option<Estimate>,
}

/// What is claimed.
#[derive(Clone, Copy, PartialEq)]
enum Claim {
    Over,
    Under,
    InPlaces,
    Small,
    Nothing,
}

/// Over-confident, under-confident, off in places, well calibrated, or not to be told.
///
/// | wording | condition |
/// | :-- | :-- |
/// | over-confident, under-confident | chance explains the gap with `p < 0.05`, and its interval excludes 0 |
/// | off in places | it does not, and chance explains the expected calibration error with `p < 0.05`, whose interval excludes 0 |
/// | well calibrated | neither, and the calibration error is at most 2 points at the upper end of its interval |
/// | no sign | else |
///
/// Both questions are asked of every model, so that both p-values are corrected by Holm: a calibrated model is called anything else in at
/// most 5 % of samples.
pub fn confidence_verdict(figures: &Confidence) -> Sentence {
    let Confidence {
        gap,
        calibration_error: error,
        ..
    } = figures;
    let claim = claim(figures);
    let headline = match claim {
        Claim::Over => {
            let size = points_with_interval(gap.mean, gap.low, gap.high);
            format!("Over-confident by {size}.")
        }
        Claim::Under => {
            let size = points_with_interval(-gap.mean, -gap.high, -gap.low);
            match figures.unfinished {
                true => format!("Not trained to the end, and under-confident by {size}."),
                false => format!("Under-confident by {size}."),
            }
        }
        Claim::InPlaces => "Its confidence is off in places, though not on average.".to_owned(),
        Claim::Small => "Well calibrated.".to_owned(),
        Claim::Nothing => "No sign of over- or under-confidence.".to_owned(),
    };
    let seen = points_with_interval(error.mean, error.low, error.high);
    let chance = p_value(figures.chance.ece);
    let about_error = match claim {
        Claim::Over | Claim::Under => String::new(),
        Claim::InPlaces => format!(
            "; the expected calibration error is {seen}, which chance gives a calibrated model seldom ({chance})"
        ),
        Claim::Small => format!("; the expected calibration error is {seen}"),
        Claim::Nothing => format!(
            "; the expected calibration error is {seen}, which chance gives a calibrated model, too ({chance})"
        ),
    };
    Sentence {
        headline,
        detail: format!(
            "On average it says {} and is right in {}{about_error}{}.",
            percent(figures.confidence.mean),
            percent(figures.accuracy.mean),
            remedy(figures)
        ),
    }
}

fn claim(figures: &Confidence) -> Claim {
    let (gap, error, chance) = (figures.gap, figures.calibration_error, figures.chance);
    let p = holm(&[chance.confidence_gap, chance.ece]);
    if p[0] < ALPHA && gap.low > 0.0 {
        Claim::Over
    } else if p[0] < ALPHA && gap.high < 0.0 {
        Claim::Under
    } else if p[1] < ALPHA && error.low > 0.0 {
        Claim::InPlaces
    } else if error.high <= SMALL {
        Claim::Small
    } else {
        Claim::Nothing
    }
}

/// What the temperature has done, where the intervals before and after are apart.
fn remedy(figures: &Confidence) -> String {
    let (Some(temperature), Some(before)) = (figures.temperature, figures.error_before) else {
        return String::new();
    };
    let after = figures.calibration_error;
    let verb = if after.high < before.low {
        "has taken its expected calibration error from"
    } else if after.low > before.high {
        "has made its expected calibration error worse, from"
    } else {
        return String::new();
    };
    format!(
        "; dividing its logits by {temperature:.2} {verb} {} to {} points",
        points(before.mean),
        points(after.mean)
    )
}
