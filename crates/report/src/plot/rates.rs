//! The scale of decay rates, with a place for rate 0 and half-lives as a second axis.

use super::frame::Frame;
use super::scale::{Domain, Scale};
use super::svg::Svg;
use super::ticks::{Tick, log_ticks};
use crate::format;

/// Name of the axis of half-lives.
pub(crate) const HALF_LIFE: &str = "half-life (epochs)";
/// Space between the frame and the first and last value.
const MARGIN: f64 = 12.0;
/// Space for the tick of rate 0 and the break after it.
const ZERO_WIDTH: f64 = 36.0;

/// A rate and its half-life in epochs, where it has one.
pub(crate) type Rate = (f64, Option<f64>);

/// Places decay rates.
pub(super) struct RateScale {
    scale: Scale,
    /// Position of 0, which a logarithmic axis does not have.
    zero: Option<f64>,
}

impl RateScale {
    /// Logarithmic, or linear if the positive rates span less than 8 times.
    pub(super) fn new(rates: &[Rate], frame: &Frame) -> Self {
        let positive: Vec<f64> = rates.iter().filter_map(positive).collect();
        let low = positive.iter().copied().fold(f64::NAN, f64::min);
        let high = positive.iter().copied().fold(f64::NAN, f64::max);
        let has_zero = rates.iter().any(|(rate, _)| *rate == 0.0);
        let (start, end) = (frame.left + MARGIN, frame.right - MARGIN);
        if positive.len() > 1 && high / low < 8.0 {
            let domain = Domain::linear(if has_zero { 0.0 } else { low }, high);
            return Self {
                scale: Scale::new(domain, start, end),
                zero: None,
            };
        }
        let first = if has_zero { start + ZERO_WIDTH } else { start };
        Self {
            scale: Scale::new(Domain::log(low, high), first, end),
            zero: has_zero.then_some(start),
        }
    }

    /// Position of a rate.
    pub(super) fn at(&self, rate: f64) -> Option<f64> {
        match self.zero {
            Some(zero) if rate == 0.0 => Some(zero),
            _ => self.scale.at(rate),
        }
    }

    /// Where rate 0 stands, if it has a place of its own.
    pub(super) fn zero(&self) -> Option<f64> {
        self.zero
    }

    /// Ticks of the lower axis. Without a positive rate the scale stands for nothing but 0.
    pub(super) fn ticks(&self, rates: &[Rate]) -> Vec<(f64, Tick)> {
        let mut ticks = self.scale.placed(8);
        if let Some(zero) = self.zero {
            ticks.push((zero, Tick::labelled(0.0, "0")));
        }
        let any_positive = rates.iter().any(|rate| positive(rate).is_some());
        ticks.retain(|(_, tick)| any_positive || tick.value == 0.0);
        ticks
    }

    /// The break between rate 0 and the others.
    pub(super) fn draw_break(&self, svg: &mut Svg, frame: &Frame) {
        if let Some(zero) = self.zero {
            let (middle, y) = (zero + 0.5 * ZERO_WIDTH, frame.bottom);
            for x in [middle - 3.0, middle + 2.0] {
                svg.line("axis", (x - 2.0, y + 5.0), (x + 3.0, y - 5.0));
            }
        }
    }

    /// Round half-lives, placed by linear interpolation of `ln half-life` between the rates; `∞` at rate 0.
    pub(super) fn half_life_ticks(&self, rates: &[Rate]) -> Vec<(f64, Tick)> {
        let known = self.half_lives(rates);
        let mut ticks: Vec<(f64, Tick)> = match known[..] {
            [] => return Vec::new(),
            [(ln, x)] => vec![(x, Tick::labelled(ln.exp(), format::short(ln.exp())))],
            [(first, _), .., (last, _)] => {
                let ticks = log_ticks(first.exp(), last.exp(), 7).into_iter();
                let place = |tick: Tick| Some((between(&known, tick.value.ln())?, tick));
                ticks.filter_map(place).collect()
            }
        };
        let endless = |&(rate, epochs): &Rate| rate == 0.0 && epochs.is_none_or(f64::is_infinite);
        if let Some(zero) = self.zero.filter(|_| rates.iter().any(endless)) {
            ticks.push((zero, Tick::labelled(f64::INFINITY, "∞")));
        }
        ticks
    }

    /// `(ln half-life, position)`, ascending.
    fn half_lives(&self, rates: &[Rate]) -> Vec<(f64, f64)> {
        let place = |&(rate, epochs): &Rate| {
            let epochs = epochs.filter(|epochs| drawable(*epochs))?;
            Some((epochs.ln(), self.at(rate)?))
        };
        let mut pairs: Vec<(f64, f64)> = rates.iter().filter_map(place).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        pairs.dedup_by(|a, b| a.0 == b.0);
        pairs
    }
}

/// Whether there is an axis of half-lives.
pub(crate) fn has_half_lives(rates: &[Rate]) -> bool {
    let epochs = rates.iter().filter_map(|(_, epochs)| *epochs);
    epochs.into_iter().any(drawable)
}

fn positive((rate, _): &Rate) -> Option<f64> {
    (*rate > 0.0 && rate.is_finite()).then_some(*rate)
}

/// Whether a half-life can stand on an axis.
fn drawable(epochs: f64) -> bool {
    (1e-100..1e100).contains(&epochs)
}

/// The position of a value between two neighbours of ascending pairs.
fn between(pairs: &[(f64, f64)], value: f64) -> Option<f64> {
    pairs.windows(2).find_map(|pair| {
        let ((first, start), (last, end)) = (pair[0], pair[1]);
        let share = (value - first) / (last - first);
        let inside = (-1e-9..=1.0 + 1e-9).contains(&share);
        inside.then_some(start + share * (end - start))
    })
}
