//! Where an axis is labelled: 1-2-5 steps on a linear axis, decades or 1-2-5 on a logarithmic one; labels that would touch
//! are left out, the ticks stay.

use super::letters::{SMALL, width};
use crate::format;

/// A tick; without a label it is a minor one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tick {
    pub(crate) value: f64,
    pub(crate) label: Option<String>,
}

impl Tick {
    /// A tick with a label.
    pub(crate) fn labelled(value: f64, label: impl Into<String>) -> Self {
        let label = Some(label.into());
        Self { value, label }
    }
}

/// More ticks than this are never drawn, whatever the domain.
const MOST: i64 = 64;

/// The step of the form 1, 2 or 5 times a power of ten that gives at most `target` intervals.
pub(crate) fn nice_step(length: f64, target: usize) -> f64 {
    let raw = length / target.max(1) as f64;
    let power = 10f64.powf(raw.log10().floor());
    let factor = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|factor| factor * power >= raw * (1.0 - 1e-9))
        .unwrap_or(10.0);
    factor * power
}

/// Multiples of a 1-2-5 step in `[low, high]`, all with the same number of decimals.
pub(crate) fn linear_ticks(low: f64, high: f64, target: usize) -> Vec<Tick> {
    let step = nice_step(high - low, target);
    if !(step.is_finite() && step > 0.0) {
        return Vec::new();
    }
    let slack = step * 1e-6;
    let first = ((low - slack) / step).ceil();
    let last = ((high + slack) / step).floor();
    let decimals = (-step.log10().floor()).max(0.0) as usize;
    let largest = low.abs().max(high.abs());
    let plain = decimals <= 5 && largest < 1e5;
    // As many digits as tell a tick from the next.
    let digits = (largest.log10().floor() - step.log10().floor() + 1.0).clamp(3.0, 16.0) as usize;
    (0..=((last - first) as i64).min(MOST))
        .map(|index| {
            let multiple = first + index as f64;
            // A quotient of whole numbers is the decimal's nearest float; a product with 0.1 is not.
            let value = if step < 1.0 {
                multiple / (1.0 / step).round()
            } else {
                multiple * step
            };
            let label = if plain {
                format::fixed(value, decimals)
            } else {
                format::trimmed(value, digits)
            };
            Tick::labelled(value, label)
        })
        .collect()
}

/// Ticks in `[low, high]`, both positive.
///
/// | decades shown | labelled | minor |
/// | :-- | :-- | :-- |
/// | under 0.7 | a linear 1-2-5 step | none |
/// | under 2.2 | 1, 2, 5 of every decade | none |
/// | up to `target` | every decade | 2..9 |
/// | more | every second, third, ... decade | the other decades |
pub(crate) fn log_ticks(low: f64, high: f64, target: usize) -> Vec<Tick> {
    let decades = (high / low).log10();
    if decades < 0.7 {
        return linear_ticks(low, high, target);
    }
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let stride = ((decades / target.max(1) as f64).ceil() as i32).max(1);
    let inside = |value: f64| value >= low * (1.0 - 1e-9) && value <= high * (1.0 + 1e-9);
    let powers = decades >= 2.2 && (low < 0.9e-3 || high > 1.1e4);
    let mut ticks = Vec::new();
    for exponent in first..=last {
        for factor in 1..=9 {
            let value = decimal(factor, exponent);
            if !inside(value) {
                continue;
            }
            let (labelled, minor) = if decades < 2.2 {
                (matches!(factor, 1 | 2 | 5), false)
            } else {
                let labelled = factor == 1 && exponent.rem_euclid(stride) == 0;
                (labelled, stride == 1 || factor == 1)
            };
            let label = labelled.then(|| {
                if powers {
                    format::power_of_ten(exponent)
                } else {
                    format::short(value)
                }
            });
            if labelled || minor {
                ticks.push(Tick { value, label });
            }
        }
    }
    ticks
}

/// The float nearest to `factor * 10^exponent`.
fn decimal(factor: i32, exponent: i32) -> f64 {
    let power = 10f64.powi(exponent.abs());
    if exponent < 0 {
        f64::from(factor) / power
    } else {
        f64::from(factor) * power
    }
}

/// Least space between two labels.
const SPACE: f64 = 7.0;
/// Unlabelled ticks closer than this are a smear.
const MINOR_SPACE: f64 = 2.5;

/// The ticks of a horizontal axis from left to right, their labels [`apart`], without minor ones that would be a smear.
pub(crate) fn uncrowded(mut ticks: Vec<(f64, Tick)>, log: bool) -> Vec<(f64, Tick)> {
    ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut ticks = apart(ticks, log, |label| width(label, SMALL));
    let smeared = |pair: &[(f64, Tick)]| pair[1].0 - pair[0].0 < MINOR_SPACE;
    if ticks.windows(2).any(smeared) {
        ticks.retain(|(_, tick)| tick.label.is_some() || is_power(tick));
    }
    ticks
}

/// Leaves out labels, so long along the axis, until none touch: on a logarithmic axis first those between powers of ten, then
/// every second, third, ... one. The place of 0 beside a logarithmic axis keeps its label.
pub(crate) fn apart(
    mut ticks: Vec<(f64, Tick)>,
    log: bool,
    length: impl Fn(&str) -> f64,
) -> Vec<(f64, Tick)> {
    let touch = |ticks: &[(f64, Tick)]| {
        let reach = |(at, tick): &(f64, Tick)| Some((*at, length(tick.label.as_deref()?) / 2.0));
        let all: Vec<(f64, f64)> = ticks.iter().filter_map(reach).collect();
        let close =
            |pair: &[(f64, f64)]| (pair[1].0 - pair[0].0).abs() - pair[0].1 - pair[1].1 < SPACE;
        all.windows(2).any(close)
    };
    let aside = |tick: &Tick| log && (tick.value == 0.0 || tick.value.is_infinite());
    let is_decade = |tick: &Tick| tick.label.is_some() && is_power(tick);
    let decades = ticks.iter().filter(|(_, tick)| is_decade(tick)).count();
    if log && decades > 1 && touch(&ticks) {
        let between = ticks.iter_mut().map(|(_, tick)| tick);
        let between = between.filter(|tick| !(is_decade(tick) || aside(tick)));
        between.for_each(|tick| tick.label = None);
    }
    for stride in 2..=ticks.len() {
        if !touch(&ticks) {
            break;
        }
        let labelled = ticks.iter_mut().map(|(_, tick)| tick);
        let labelled = labelled.filter(|tick| tick.label.is_some() && !aside(tick));
        let others = labelled.enumerate().filter(|(k, _)| k % stride != 0);
        others.for_each(|(_, tick)| tick.label = None);
    }
    ticks
}

fn is_power(tick: &Tick) -> bool {
    let exponent = tick.value.log10();
    (exponent - exponent.round()).abs() < 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks
            .iter()
            .filter_map(|tick| tick.label.as_deref())
            .collect()
    }

    #[test]
    fn linear_steps_are_one_two_or_five() {
        assert_eq!(nice_step(1.0, 5), 0.2);
        assert_eq!(nice_step(10.0, 4), 5.0);
        assert_eq!(nice_step(0.003, 6), 0.0005);
        assert_eq!(nice_step(7.0, 5), 2.0);
        assert_eq!(nice_step(95.0, 10), 10.0);
    }

    #[test]
    fn linear_ticks_share_their_decimals_and_stay_inside() {
        assert_eq!(
            labels(&linear_ticks(0.08, 0.31, 5)),
            ["0.10", "0.15", "0.20", "0.25", "0.30"]
        );
        assert_eq!(
            labels(&linear_ticks(-1.0, 1.0, 4)),
            ["−1.0", "−0.5", "0.0", "0.5", "1.0"]
        );
        assert_eq!(labels(&linear_ticks(1.0, 20.0, 5)), ["5", "10", "15", "20"]);
        assert_eq!(linear_ticks(0.0, 1.0, 10)[3].value, 0.3);
    }

    #[test]
    fn neighbours_on_a_tiny_range_have_labels_of_their_own() {
        for (low, high) in [(0.98, 0.98000004), (1e9, 1e9 + 10.0), (1e-9, 2e-9)] {
            let ticks = linear_ticks(low, high, 6);
            let all = labels(&ticks);
            let mut different = all.clone();
            different.dedup();
            assert!(all.len() > 2);
            assert_eq!(all, different, "{low} to {high}");
        }
    }

    #[test]
    fn five_decades_are_labelled_by_powers_with_minor_ticks_between() {
        let ticks = log_ticks(1e-4, 10.0, 7);
        assert_eq!(
            labels(&ticks),
            ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹"]
        );
        assert_eq!(ticks.len(), 6 + 5 * 8);
    }

    #[test]
    fn one_or_two_decades_are_labelled_one_two_five() {
        assert_eq!(labels(&log_ticks(0.09, 1.1, 6)), ["0.1", "0.2", "0.5", "1"]);
        assert_eq!(
            labels(&log_ticks(0.01, 1.0, 6)),
            ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]
        );
    }

    #[test]
    fn less_than_a_decade_gets_linear_steps_and_many_decades_a_stride() {
        assert_eq!(
            labels(&log_ticks(1.0, 2.0, 5)),
            ["1.0", "1.2", "1.4", "1.6", "1.8", "2.0"]
        );
        let wide = log_ticks(1e-20, 1e20, 6);
        assert!(
            (4..=8).contains(&labels(&wide).len()),
            "{:?}",
            labels(&wide)
        );
        assert_eq!(wide.len(), 41);
    }

    #[test]
    fn decades_are_exact_floats() {
        let values: Vec<f64> = log_ticks(1e-4, 1.0, 6)
            .into_iter()
            .filter(|tick| tick.label.is_some())
            .map(|tick| tick.value)
            .collect();
        assert_eq!(values, [1e-4, 1e-3, 1e-2, 0.1, 1.0]);
    }

    #[test]
    fn hopeless_domains_give_no_ticks_rather_than_a_hang() {
        assert!(linear_ticks(0.0, f64::INFINITY, 5).is_empty());
        assert!(linear_ticks(1.0, 1.0, 5).is_empty());
        assert!(linear_ticks(f64::NAN, 1.0, 5).is_empty());
        assert!(linear_ticks(1e300, 1.0000001e300, 5).len() <= 65);
    }

    fn uncrowded_labels(ticks: Vec<Tick>, unit: f64, log: bool) -> Vec<String> {
        let place = |tick: Tick| {
            let value = if log { tick.value.log10() } else { tick.value };
            (unit * value, tick)
        };
        let ticks = uncrowded(ticks.into_iter().map(place).collect(), log);
        ticks
            .into_iter()
            .filter_map(|(_, tick)| tick.label)
            .collect()
    }

    #[test]
    fn room_keeps_all_and_less_room_keeps_an_even_choice() {
        let ticks = || linear_ticks(0.0, 100.0, 10);
        assert_eq!(uncrowded_labels(ticks(), 4.0, false).len(), 11);
        assert_eq!(
            uncrowded_labels(ticks(), 2.0, false),
            ["0", "20", "40", "60", "80", "100"]
        );
    }

    #[test]
    fn powers_of_ten_are_the_last_to_go() {
        let ticks = || log_ticks(0.1, 10.0, 6);
        assert_eq!(uncrowded_labels(ticks(), 150.0, true).len(), 7);
        assert_eq!(uncrowded_labels(ticks(), 50.0, true), ["0.1", "1", "10"]);
        assert_eq!(uncrowded_labels(ticks(), 14.0, true), ["0.1", "10"]);
    }
}
