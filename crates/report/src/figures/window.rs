//! Which part of the data a vertical axis shows, so that one extreme does not flatten the rest.

use crate::plot::scale::Domain;
use crate::plot::{Range, Vertical};

/// A positive axis becomes logarithmic when its largest value exceeds the smallest by this factor.
const LOG_FROM: f64 = 30.0;

/// A logarithmic axis reaches at most this factor away from its anchor; what lies beyond is marked at the edge.
const LOG_REACH: f64 = 1e4;

impl Domain {
    /// A vertical axis of this domain and no other values.
    pub(super) fn labelled(self, label: impl Into<String>) -> Vertical {
        Vertical {
            label: label.into(),
            log: self.log,
            range: Range::Exactly(self.low, self.high),
        }
    }
}

/// Finite values in ascending order.
fn sorted(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut finite: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).collect();
    finite.sort_by(f64::total_cmp);
    finite
}

fn quantile(sorted: &[f64], q: f64) -> f64 {
    match sorted {
        [] => f64::NAN,
        _ => sorted[((sorted.len() - 1) as f64 * q).round() as usize],
    }
}

/// The domain of a loss or a norm: linear, or logarithmic when positive and spanning more than 30 times.
///
/// A logarithmic domain reaches at most four decades from `anchor` (the median where `anchor` is not
/// positive); a linear one with values of either sign is [`fenced`].
pub(super) fn wide(values: impl IntoIterator<Item = f64>, anchor: f64) -> Domain {
    let values = sorted(values);
    let (Some(&low), Some(&high)) = (values.first(), values.last()) else {
        return Domain::linear(0.0, 1.0);
    };
    if low < 0.0 || (low == 0.0 && high > 0.0 && anchor <= 0.0) {
        return fenced(values, &[]);
    }
    // Exact zeros have no place on a logarithmic axis; they must not decide against one either.
    let smallest = values.iter().copied().find(|v| *v > 0.0).unwrap_or(low);
    if high <= LOG_FROM * smallest {
        let mut domain = Domain::linear(low, high).padded(0.06);
        domain.low = domain.low.max(0.0);
        return domain;
    }
    let median = quantile(&values, 0.5).max(smallest);
    let anchor = if anchor > 0.0 && anchor.is_finite() {
        anchor
    } else {
        median
    };
    let (bottom, top) = (anchor / LOG_REACH, anchor * LOG_REACH);
    Domain::log(smallest.clamp(bottom, top), high.clamp(bottom, top)).padded(0.05)
}

/// A linear domain that ends at Tukey's fences, widened to four interquartile ranges, where values lie beyond.
///
/// `include` are values that it must contain, such as zero.
pub(super) fn fenced(values: impl IntoIterator<Item = f64>, include: &[f64]) -> Domain {
    let values = sorted(values);
    let (low, high) = (quantile(&values, 0.0), quantile(&values, 1.0));
    let (q1, q3) = (quantile(&values, 0.25), quantile(&values, 0.75));
    let reach = 4.0 * (q3 - q1);
    let (mut low, mut high) = if reach > 0.0 {
        (low.max(q1 - reach), high.min(q3 + reach))
    } else {
        (low, high)
    };
    for value in include {
        low = low.min(*value);
        high = high.max(*value);
    }
    Domain::linear(low, high).padded(0.06)
}

/// The part of a validation curve around its minimum: from the lower edge of the bands to a little above
/// the bulk of the means.
///
/// `means` and `lows` are the curve and its lower band, `threshold` a line that must stay inside.
pub(super) fn near_best(means: &[f64], lows: &[f64], threshold: f64) -> Domain {
    let means = sorted(means.iter().copied());
    let best = quantile(&means, 0.0);
    let bottom = sorted(lows.iter().copied())
        .first()
        .copied()
        .unwrap_or(best)
        .min(best);
    let bulk = 1.25 * (quantile(&means, 0.7) - best);
    let rule = 3.0 * (threshold - best);
    let height = [bulk, rule]
        .into_iter()
        .filter(|h| h.is_finite())
        .fold(0.0, f64::max);
    let most = quantile(&means, 1.0) - best;
    Domain::linear(bottom, best + height.min(1.1 * most)).padded(0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(domain: Domain, value: f64) -> bool {
        (domain.low..=domain.high).contains(&value)
    }

    #[test]
    fn a_loss_axis_is_logarithmic_beyond_thirty_times() {
        assert!(!wide([0.1, 1.0, 2.9], 0.1).log);
        let log = wide([0.1, 1.0, 3.1], 0.1);
        assert!(log.log && contains(log, 0.1) && contains(log, 3.1));
    }

    #[test]
    fn a_diverging_extreme_does_not_squash_the_rest() {
        let domain = wide([0.1, 0.2, 0.3, 1e30], 0.1);
        assert!(domain.high < 1e5, "{domain:?}");
        let domain = wide([-1.0, -0.9, -0.8, -0.7, -0.6, 1e9], -1.0);
        assert!(
            !domain.log && domain.high < 5.0 && domain.low <= -1.0,
            "{domain:?}"
        );
    }

    #[test]
    fn zeros_and_nan_leave_a_usable_axis() {
        for values in [
            vec![],
            vec![f64::NAN],
            vec![0.0],
            vec![0.0, 0.0, 5.0],
            vec![0.0, 1e-9, 1.0],
        ] {
            let domain = wide(values.clone(), f64::NAN);
            assert!(domain.high > domain.low, "{values:?} gave {domain:?}");
        }
    }

    #[test]
    fn the_fence_contains_what_it_must() {
        let domain = fenced([0.1, 0.11, 0.12, 0.13, 50.0], &[0.0]);
        assert!(contains(domain, 0.0) && contains(domain, 0.13) && domain.high < 1.0);
    }

    #[test]
    fn near_the_best_shows_the_valley_and_not_the_collapse() {
        let means = [0.11, 0.11, 0.105, 0.1, 0.09, 0.095, 0.12, 0.8, 2.3];
        let lows: Vec<f64> = means.iter().map(|m| m - 0.003).collect();
        let domain = near_best(&means, &lows, 0.093);
        assert!(
            domain.low < 0.087 && contains(domain, 0.12) && domain.high < 0.2,
            "{domain:?}"
        );
    }
}
