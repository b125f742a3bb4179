//! Figures in sentences for readers who are no statisticians.
//!
//! A sentence never claims what its interval does not exclude: a gap whose interval holds 0 is not called
//! over-confidence, and a difference within noise is not called better.

mod wording;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::wording::{percent, percent_with_interval, points, points_with_interval};
use crate::Estimate;
use crate::recalibration::Recalibrated;

/// A finding in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// What was found, in a few words.
    pub headline: String,
    /// The figures behind it and what follows.
    pub detail: String,
}

/// Every sentence that a classifier's figures allow, under the names that an [`Figures`](crate::Figures) give them.
///
/// They speak of the classifier as it answers: of the figures after temperature scaling where there are any.
/// `recalibrated` is a comparison of maps, none of them a temperature found before, on rows that they were not fitted on,
/// if there is one.
pub fn verdicts(
    metrics: &BTreeMap<String, Estimate>,
    recalibrated: &[Recalibrated],
) -> Vec<Sentence> {
    let metric = |name: &str| metrics.get(name).copied();
    let tempered = |name: &str| metric(&format!("{name}_tempered"));
    let has_temperature = tempered("accuracy").is_some();
    let answered = |name: &str| {
        if has_temperature {
            tempered(name)
        } else {
            metric(name)
        }
    };
    let confidence = || {
        Some(confidence_verdict(&Confidence {
            accuracy: answered("accuracy")?,
            confidence: answered("confidence")?,
            gap: answered("confidence_gap")?,
            calibration_error: answered("smooth_ece")?,
            temperature: metric("temperature").map(|t| t.mean),
            error_before: tempered("smooth_ece").and_then(|_| metric("smooth_ece")),
        }))
    };
    let selective = || {
        Some(selective_verdict(
            0.8,
            answered("accuracy")?,
            answered("accuracy_at_80")?,
            answered("failure_auroc"),
        ))
    };
    let sets = || {
        let (coverage, size) = (
            metric("conformal_coverage_90")?,
            metric("conformal_size_90")?,
        );
        Some(sets_verdict(0.9, coverage, size))
    };
    [
        confidence(),
        recalibration_verdict(recalibrated),
        selective(),
        sets(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

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
    /// Temperature found on other rows, by which the logits are divided.
    pub temperature: Option<f64>,
    /// Smooth calibration error before that.
    pub error_before: Option<Estimate>,
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

/// The sentence with what the temperature has done, where it has helped beyond doubt or has not.
fn sentence(what: &str, figures: &Confidence) -> String {
    let mut text = String::from("On average ");
    text.push_str(what);
    text.push_str(&remedy(figures));
    text.push('.');
    text
}

fn remedy(figures: &Confidence) -> String {
    let (Some(temperature), Some(before)) = (figures.temperature, figures.error_before) else {
        return String::new();
    };
    let after = figures.calibration_error;
    // Beyond doubt where the intervals before and after are apart.
    let verb = if after.high < before.low {
        "has taken its calibration error from"
    } else if after.low > before.high {
        "has made its calibration error worse, from"
    } else {
        return String::new();
    };
    format!(
        "; dividing its logits by {temperature:.2} {verb} {} to {} points",
        points(before.mean),
        points(after.mean)
    )
}

/// The likelihood must improve by this share for a repair to be worth its parameters.
const WORTHWHILE: f64 = 0.005;

/// The map with the lowest likelihood loss on rows that it was not fitted on; `None` without a comparison.
///
/// The simplest map within 0.5 % of the lowest loss is named, and none where that is no map at all.
pub fn recalibration_verdict(compared: &[Recalibrated]) -> Option<Sentence> {
    let before = compared.iter().find(|score| score.method.is_none())?;
    let loss = |score: &Recalibrated| score.nll.unwrap_or(f64::INFINITY);
    let tried: Vec<&Recalibrated> = compared.iter().filter(|s| s.method.is_some()).collect();
    let lowest = tried.iter().map(|s| loss(s)).fold(f64::INFINITY, f64::min);
    if tried.is_empty() {
        return None;
    }
    // Written so that a loss of infinity on both sides is no gain.
    let helps = lowest < loss(before) * (1.0 - WORTHWHILE);
    if !helps {
        return Some(Sentence {
            headline: "No recalibration helps.".to_owned(),
            detail: format!(
                "Of {} methods none lowers the likelihood loss on rows it has not seen by more than {} %.",
                tried.len(),
                100.0 * WORTHWHILE
            ),
        });
    }
    let near = |score: &&&Recalibrated| loss(score) <= lowest * (1.0 + WORTHWHILE);
    let chosen = tried.iter().find(near)?;
    let name = chosen.method.map_or("", |method| method.label());
    Some(Sentence {
        headline: format!("{name} repairs it best."),
        detail: format!(
            "Beside no repair at all, on rows it has not seen, it takes the calibration error from {} to {} points and the \
             likelihood loss {} {:.3}.",
            points(before.smooth_ece),
            points(chosen.smooth_ece),
            before.nll.map_or_else(
                || "from infinity to".to_owned(),
                |nll| format!("from {nll:.3} to")
            ),
            loss(chosen)
        ),
    })
}

/// An AUROC below this tells little apart (Hosmer & Lemeshow 2013, section 5.2.4).
const WEAK: f64 = 0.7;

/// Errors among the surest share `coverage` of cases beside errors among all.
///
/// | wording | condition |
/// | :-- | :-- |
/// | knows, or surest where it is wrong | the intervals of both error rates are apart |
/// | these rows cannot tell | they are not, and the interval of `failure_auroc` holds chance, or there is none |
/// | surest where it is wrong | it lies below chance |
/// | hardly tells hard cases from easy ones | it lies above, and below 0.7 |
/// | knows | it lies above and reaches 0.7 |
pub fn selective_verdict(
    coverage: f64,
    accuracy: Estimate,
    accuracy_at: Estimate,
    failure_auroc: Option<Estimate>,
) -> Sentence {
    let errors = |e: Estimate| Estimate {
        mean: 1.0 - e.mean,
        low: 1.0 - e.high,
        high: 1.0 - e.low,
        n: e.n,
    };
    let (all, surest) = (errors(accuracy), errors(accuracy_at));
    let knows = "It knows which cases are hard.";
    let inverted = "It is surest where it is wrong.";
    let headline = if all.mean == 0.0 {
        // An error rate of 0 on both sides leaves nothing to tell.
        "It errs on no case."
    } else if surest.high < all.low {
        knows
    } else if surest.low > all.high {
        inverted
    } else {
        match failure_auroc {
            Some(area) if area.high < 0.5 => inverted,
            Some(area) if area.low > 0.5 && area.high < WEAK => {
                "Its confidence hardly tells hard cases from easy ones."
            }
            Some(area) if area.low > 0.5 => knows,
            _ => "These rows cannot tell whether it knows which cases are hard.",
        }
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
