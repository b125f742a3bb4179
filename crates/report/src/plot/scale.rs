//! From data to the page: a linear or logarithmic scale.

use super::ticks::{Tick, linear_ticks, log_ticks};

/// The part of the data that a scale shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Domain {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) log: bool,
}

/// Domains stay within this magnitude, so that no length or quotient overflows.
const LARGEST: f64 = 1e150;

impl Domain {
    /// Linear or logarithmic from `low` to `high`.
    pub(crate) fn new(low: f64, high: f64, log: bool) -> Self {
        if log {
            Self::log(low, high)
        } else {
            Self::linear(low, high)
        }
    }

    /// Linear from `low` to `high`; an empty range is widened so that a scale exists.
    pub(crate) fn linear(low: f64, high: f64) -> Self {
        let (low, high) = if !(low.is_finite() || high.is_finite()) {
            (0.0, 1.0)
        } else if !low.is_finite() {
            (high, high)
        } else if low <= high && high.is_finite() {
            (low, high)
        } else {
            (low, low)
        };
        let (low, high) = (low.clamp(-LARGEST, LARGEST), high.clamp(-LARGEST, LARGEST));
        let smallest = 1e-9 * low.abs().max(high.abs()).max(1e-300);
        let widen = if high - low > smallest {
            0.0
        } else {
            0.5 * low.abs().max(1e-9)
        };
        Self {
            low: low - widen,
            high: high + widen,
            log: false,
        }
    }

    /// Logarithmic from `low` to `high`, both positive; narrower than a twentieth of a decade it is widened to
    /// a decade on either side.
    pub(crate) fn log(low: f64, high: f64) -> Self {
        let high = if high.is_finite() { high } else { low };
        if !(low > 0.0 && low.is_finite()) {
            return Self {
                low: 0.1,
                high: 10.0,
                log: true,
            };
        }
        let held = |value: f64| value.clamp(1.0 / LARGEST, LARGEST);
        let (low, high) = (held(low), held(high));
        let widen = if high / low > 1.12 { 1.0 } else { 10.0 };
        Self {
            low: low / widen,
            high: high.max(low) * widen,
            log: true,
        }
    }

    /// The same domain with a margin, as a fraction of its length, on both sides.
    pub(crate) fn padded(self, margin: f64) -> Self {
        let Self { low, high, log } = self;
        let (low, high) = if log {
            let factor = (high / low).powf(margin);
            (low / factor, high * factor)
        } else {
            let length = (high - low) * margin;
            (low - length, high + length)
        };
        Self { low, high, log }
    }
}

/// The smallest and the largest of finite values.
pub(crate) fn extremes(values: &[f64]) -> Option<(f64, f64)> {
    let low = values.iter().copied().reduce(f64::min)?;
    let high = values.iter().copied().reduce(f64::max)?;
    Some((low, high))
}

/// Maps a domain to an interval of the page; the interval may run downwards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    pub(crate) domain: Domain,
    start: f64,
    end: f64,
}

/// How far outside of its interval a scale puts a value, so that a path stays drawable.
const OVERSHOOT: f64 = 500.0;

impl Scale {
    pub(crate) fn new(domain: Domain, start: f64, end: f64) -> Self {
        Self { domain, start, end }
    }

    /// Length of the interval.
    pub(super) fn length(&self) -> f64 {
        (self.end - self.start).abs()
    }

    /// Position of a value; `None` if it is not finite. On a logarithmic scale what is not positive lies
    /// beyond the lower end.
    pub(crate) fn at(&self, value: f64) -> Option<f64> {
        let Domain { low, high, log } = self.domain;
        if !value.is_finite() {
            return None;
        }
        let share = if !log {
            (value - low) / (high - low)
        } else if value > 0.0 {
            (value / low).ln() / (high / low).ln()
        } else {
            f64::NEG_INFINITY
        };
        let position = self.start + share * (self.end - self.start);
        let (first, last) = (self.start.min(self.end), self.start.max(self.end));
        Some(position.clamp(first - OVERSHOOT, last + OVERSHOOT))
    }

    /// About `target` labelled ticks inside the domain with their positions, ascending in value.
    pub(crate) fn placed(&self, target: usize) -> Vec<(f64, Tick)> {
        let Domain { low, high, log } = self.domain;
        let ticks = if log {
            log_ticks(low, high, target)
        } else {
            linear_ticks(low, high, target)
        };
        let place = |tick: Tick| Some((self.at(tick.value)?, tick));
        ticks.into_iter().filter_map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_scale_maps_ends_to_ends_and_may_run_downwards() {
        let scale = Scale::new(Domain::linear(2.0, 4.0), 300.0, 100.0);
        assert_eq!(scale.at(2.0), Some(300.0));
        assert_eq!(scale.at(3.0), Some(200.0));
        assert_eq!(scale.at(4.0), Some(100.0));
        assert_eq!(scale.at(f64::NAN), None);
        assert_eq!(scale.at(f64::INFINITY), None);
    }

    #[test]
    fn a_log_scale_gives_each_decade_the_same_length() {
        let scale = Scale::new(Domain::log(1e-4, 10.0), 0.0, 500.0);
        for decade in 0..=5 {
            let position = scale.at(10f64.powi(decade - 4)).unwrap();
            assert!((position - 100.0 * f64::from(decade)).abs() < 1e-9);
        }
        assert_eq!(scale.at(0.0), Some(-OVERSHOOT));
        assert_eq!(scale.at(1e300), Some(500.0 + OVERSHOOT));
    }

    #[test]
    fn degenerate_domains_still_have_a_length() {
        for (low, high) in [
            (0.0, 0.0),
            (3.0, 3.0),
            (-1e300, -1e300),
            (f64::NAN, 1.0),
            (f64::MIN, f64::MAX),
            (5e-324, f64::MAX),
            (1.0, 0.0),
        ] {
            for domain in
                [Domain::linear(low, high), Domain::log(low, high)].map(|d| d.padded(0.05))
            {
                assert!(domain.high > domain.low, "{low} {high} gave {domain:?}");
                let scale = Scale::new(domain, 0.0, 1.0);
                assert!(
                    scale.at(domain.low).is_some_and(f64::is_finite),
                    "{low} {high}"
                );
            }
        }
    }

    #[test]
    fn padding_widens_both_ends() {
        let linear = Domain::linear(0.0, 10.0).padded(0.1);
        assert_eq!((linear.low, linear.high), (-1.0, 11.0));
        let log = Domain::log(1.0, 100.0).padded(0.5);
        assert!((log.low - 0.1).abs() < 1e-12 && (log.high - 1000.0).abs() < 1e-9);
    }
}
