//! Which repair helps.

use super::Sentence;
use super::wording::points;
use crate::recalibration::{Method, Recalibrated};

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
    let name = chosen.method.map_or("", words);
    Some(Sentence {
        headline: format!("{name} repairs it best."),
        detail: format!(
            "On rows it has not seen it takes the calibration error from {} to {} points and the likelihood loss {} {:.3}.",
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

fn words(method: Method) -> &'static str {
    match method {
        Method::Temperature => "Temperature scaling",
        Method::Vector => "Vector scaling",
        Method::Platt => "Platt scaling",
        Method::Isotonic => "Isotonic regression",
        Method::Histogram => "Histogram binning",
    }
}
