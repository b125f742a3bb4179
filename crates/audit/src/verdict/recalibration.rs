//! Whether a map would repair a classifier's probabilities.

use super::wording::{p_value, points};
use super::{ALPHA, Sentence};
use crate::recalibration::{Gain, Method, Recalibrated};

/// The likelihood must improve by this share for a repair to be worth its parameters, and by so many nats to be noticed.
const WORTHWHILE: f64 = 0.005;
const NOTICEABLE: f64 = 0.0005;

/// The map that lowers the likelihood loss on rows that it was not fitted on; `None` without a comparison.
///
/// | wording | condition |
/// | :-- | :-- |
/// | lowers the likelihood loss | the fall, paired over rows, has `p < 0.05` after Holm's correction for the number of methods, and is at least 0.5 % and 0.0005 nats |
/// | none does | no method's |
///
/// Of several the simplest is named whose loss is within 0.5 % of the lowest among them.
pub fn recalibration_verdict(compared: &[Recalibrated]) -> Option<Sentence> {
    let before = compared.iter().find(|score| score.method.is_none())?;
    let tried: Vec<_> = compared
        .iter()
        .filter_map(|s| Some((s.method?, s)))
        .collect();
    if tried.is_empty() {
        return None;
    }
    let loss = |score: &Recalibrated| score.nll.unwrap_or(f64::INFINITY);
    let helps = |(method, score): &(Method, &'_ Recalibrated)| {
        let gain = score.gain.filter(|gain| gain.p_adjusted < ALPHA)?;
        let least = (loss(before) * WORTHWHILE).max(NOTICEABLE);
        (loss(score) < loss(before) - least).then_some((*method, gain, loss(score)))
    };
    let helping: Vec<(Method, Gain, f64)> = tried.iter().filter_map(helps).collect();
    let lowest = helping
        .iter()
        .map(|one| one.2)
        .fold(f64::INFINITY, f64::min);
    let near = helping
        .iter()
        .find(|one| one.2 <= lowest * (1.0 + WORTHWHILE));
    let Some(&(method, gain, after)) = near else {
        return Some(none_helps(tried.len()));
    };
    let ece = tried
        .iter()
        .find(|one| one.0 == method)
        .map_or(f64::NAN, |one| one.1.ece);
    Some(Sentence {
        headline: format!(
            "{} lowers the loss of its untreated probabilities.",
            method.label()
        ),
        detail: format!(
            "Before any temperature, and on rows that it was not fitted on, it takes the likelihood loss from {:.3} to {after:.3}, by {:.4} ({:.4} to {:.4}; {}, paired \
             over rows, corrected for {} methods), and the expected calibration error from {} to {} points.",
            loss(before),
            gain.fall.mean,
            gain.fall.low,
            gain.fall.high,
            p_value(gain.p_adjusted),
            tried.len(),
            points(before.ece),
            points(ece)
        ),
    })
}

fn none_helps(methods: usize) -> Sentence {
    Sentence {
        headline: "No recalibration is seen to help.".to_owned(),
        detail: format!(
            "None of {methods} methods lowers the likelihood loss, on rows that it was not fitted on, by {} %, {NOTICEABLE} nats and more than chance does \
             (paired over rows, corrected for the number of methods).",
            100.0 * WORTHWHILE
        ),
    }
}
