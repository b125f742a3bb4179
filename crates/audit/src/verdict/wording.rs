//! Numbers as they are read aloud.

use crate::Estimate;

/// `97 %`, `99.6 %`: a decimal only near the ends, where it matters, and never 100 % for less than all.
pub(super) fn percent(share: f64) -> String {
    let value = 100.0 * share;
    if value == value.round() {
        return format!("{value:.0} %");
    }
    let near_an_end = !(5.0..=95.0).contains(&value);
    let text = if near_an_end {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    };
    match text.as_str() {
        "100.0" => "over 99.9 %".to_owned(),
        "0.0" => "under 0.1 %".to_owned(),
        _ => format!("{text} %"),
    }
}

/// `6.1 points (5.2 to 7.0)`: percentage points with their interval.
pub(super) fn points_with_interval(size: f64, low: f64, high: f64) -> String {
    format!(
        "{} points ({:.1} to {:.1})",
        points(size),
        100.0 * low,
        100.0 * high
    )
}

/// `6.1`.
pub(super) fn points(share: f64) -> String {
    format!("{:.1}", 100.0 * share)
}

/// `2.5 %, 2.1 % to 3.0 %` as `2.5 % (2.1 % to 3.0 %)`.
pub(super) fn percent_with_interval(e: &Estimate) -> String {
    format!(
        "{} ({} to {})",
        percent(e.mean),
        percent(e.low),
        percent(e.high)
    )
}

/// `p = 0.03`, `p < 0.001`.
pub(super) fn p_value(p: f64) -> String {
    if p < 1e-3 {
        "p < 0.001".to_owned()
    } else if p < 0.01 {
        format!("p = {p:.3}")
    } else {
        format!("p = {p:.2}")
    }
}
