//! Labels of ticks that would touch are left out, the ticks stay.

use super::letters::{SMALL, width};
use crate::svg::ticks::Tick;

/// Least space between two labels.
const SPACE: f64 = 7.0;
/// Unlabelled ticks closer than this are a smear.
const MINOR_SPACE: f64 = 2.5;

/// Leaves out labels until none touch: on a logarithmic axis first those between powers of ten, then every
/// second, third, ... one. The place of 0 beside a logarithmic axis keeps its label.
pub(super) fn uncrowded(mut ticks: Vec<(f64, Tick)>, log: bool) -> Vec<(f64, Tick)> {
    ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
    let aside = |tick: &Tick| log && (tick.value == 0.0 || tick.value.is_infinite());
    let decades = ticks.iter().filter(|(_, tick)| is_decade(tick)).count();
    if log && decades > 1 && touch(&ticks) {
        let keep = |tick: &Tick| is_decade(tick) || aside(tick);
        let between = ticks.iter_mut().filter(|(_, tick)| !keep(tick));
        between.for_each(|(_, tick)| tick.label = None);
    }
    for stride in 2..=ticks.len() {
        if !touch(&ticks) {
            break;
        }
        ticks = every(&ticks, stride, aside);
    }
    let smeared = |pair: &[(f64, Tick)]| pair[1].0 - pair[0].0 < MINOR_SPACE;
    if ticks.windows(2).any(smeared) {
        ticks.retain(|(_, tick)| tick.label.is_some() || is_power(tick));
    }
    ticks
}

fn is_power(tick: &Tick) -> bool {
    let exponent = tick.value.log10();
    (exponent - exponent.round()).abs() < 1e-9
}

fn is_decade(tick: &Tick) -> bool {
    tick.label.is_some() && is_power(tick)
}

fn touch(ticks: &[(f64, Tick)]) -> bool {
    let reach = |(x, tick): &(f64, Tick)| {
        let half = width(tick.label.as_deref()?, SMALL) / 2.0;
        Some((x - half, x + half))
    };
    let spans: Vec<(f64, f64)> = ticks.iter().filter_map(reach).collect();
    spans.windows(2).any(|pair| pair[1].0 - pair[0].1 < SPACE)
}

/// The first label and each `stride`-th after it, and those that stand aside.
fn every(ticks: &[(f64, Tick)], stride: usize, aside: impl Fn(&Tick) -> bool) -> Vec<(f64, Tick)> {
    let mut count = 0;
    let mut ticks = ticks.to_vec();
    for (_, tick) in ticks.iter_mut().filter(|(_, tick)| tick.label.is_some()) {
        if aside(tick) {
            continue;
        }
        if count % stride != 0 {
            tick.label = None;
        }
        count += 1;
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::ticks::{linear_ticks, log_ticks};

    fn labels(ticks: Vec<Tick>, unit: f64, log: bool) -> Vec<String> {
        let place = |tick: Tick| match log {
            true => (unit * tick.value.log10(), tick),
            false => (unit * tick.value, tick),
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
        assert_eq!(labels(ticks(), 4.0, false).len(), 11);
        assert_eq!(
            labels(ticks(), 2.0, false),
            ["0", "20", "40", "60", "80", "100"]
        );
    }

    #[test]
    fn powers_of_ten_are_the_last_to_go() {
        let ticks = || log_ticks(0.1, 10.0, 6);
        assert_eq!(labels(ticks(), 150.0, true).len(), 7);
        assert_eq!(labels(ticks(), 50.0, true), ["0.1", "1", "10"]);
        assert_eq!(labels(ticks(), 14.0, true), ["0.1", "10"]);
    }
}
