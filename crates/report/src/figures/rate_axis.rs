//! The horizontal axis of a sweep: the rate below, its half-life above, and a place for rate 0.

use crate::format;
use crate::svg::axis::placed;
use crate::svg::ticks::{Tick, log_ticks};
use crate::svg::{Domain, Frame, Scale, Svg};

/// Space between the frame and the first and last value.
const MARGIN: f64 = 12.0;
/// Label of the upper axis.
pub(crate) const HALF_LIFE: &str = "half-life (epochs)";
/// Space for the tick of rate 0 and the break after it.
const ZERO_WIDTH: f64 = 36.0;

/// A rate and its half-life in epochs, where it has one.
pub(crate) type Rate = (f64, Option<f64>);

/// Places values of the swept axis.
pub(crate) struct RateAxis {
    scale: Scale,
    /// Position of 0, which a logarithmic axis does not have.
    zero: Option<f64>,
    /// `(ln half-life, position)`, ascending.
    half_lives: Vec<(f64, f64)>,
}

impl RateAxis {
    /// Logarithmic, or linear if that is asked for or the positive values span less than 8 times.
    pub(crate) fn new(rates: &[Rate], frame: &Frame, linear: bool) -> Self {
        let positive = || {
            rates
                .iter()
                .map(|(rate, _)| *rate)
                .filter(|r| *r > 0.0 && r.is_finite())
        };
        let low = positive().fold(f64::NAN, f64::min);
        let high = positive().fold(f64::NAN, f64::max);
        let has_zero = rates.iter().any(|(rate, _)| *rate == 0.0);
        let log = !linear && (positive().count() < 2 || high / low >= 8.0);
        let (start, end) = (frame.left + MARGIN, frame.right - MARGIN);
        let mut axis = if log {
            let (zero, start) = if has_zero {
                (Some(start), start + ZERO_WIDTH)
            } else {
                (None, start)
            };
            let scale = Scale::new(Domain::log(low, high), start, end);
            Self {
                scale,
                zero,
                half_lives: Vec::new(),
            }
        } else {
            let low = if has_zero { 0.0 } else { low };
            let scale = Scale::new(Domain::linear(low, high), start, end);
            Self {
                scale,
                zero: None,
                half_lives: Vec::new(),
            }
        };
        axis.half_lives = axis.half_life_positions(rates);
        axis
    }

    fn half_life_positions(&self, rates: &[Rate]) -> Vec<(f64, f64)> {
        let mut pairs: Vec<(f64, f64)> = rates
            .iter()
            .filter_map(|&(rate, half_life)| {
                let epochs = half_life.filter(|epochs| drawable(*epochs))?;
                Some((epochs.ln(), self.at(rate)?))
            })
            .collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        pairs.dedup_by(|a, b| a.0 == b.0);
        pairs
    }

    /// Position of a value.
    pub(crate) fn at(&self, rate: f64) -> Option<f64> {
        match self.zero {
            Some(zero) if rate == 0.0 => Some(zero),
            _ => self.scale.at(rate),
        }
    }

    /// Whether a line between two values would cross the break after 0.
    pub(crate) fn breaks_after(&self, rate: f64) -> bool {
        self.zero.is_some() && rate == 0.0
    }

    /// Whether there is an axis above.
    pub(crate) fn has_half_lives(rates: impl IntoIterator<Item = Rate>) -> bool {
        rates
            .into_iter()
            .any(|(_, half_life)| half_life.is_some_and(drawable))
    }

    /// Draws both axes, `label` below the lower one.
    pub(super) fn draw(&self, svg: &mut Svg, frame: &Frame, label: &str) {
        frame.bottom_axis(svg, &self.rate_ticks(), label);
        self.draw_break(svg, frame);
        if !self.half_lives.is_empty() {
            frame.top_axis(svg, &self.half_life_ticks(), HALF_LIFE);
        }
    }

    /// Where rate 0 stands, if it has a place of its own.
    pub(crate) fn zero(&self) -> Option<f64> {
        self.zero
    }

    /// Ticks of the lower axis.
    pub(crate) fn rate_ticks(&self) -> Vec<(f64, Tick)> {
        let mut ticks = placed(&self.scale, 8);
        if let Some(zero) = self.zero {
            let label = Some("0".to_owned());
            ticks.push((zero, Tick { value: 0.0, label }));
        }
        ticks
    }

    /// The break between rate 0 and the others.
    pub(crate) fn draw_break(&self, svg: &mut Svg, frame: &Frame) {
        if let Some(zero) = self.zero {
            let middle = zero + 0.5 * ZERO_WIDTH;
            for x in [middle - 3.0, middle + 2.0] {
                svg.line(
                    "axis",
                    (x - 2.0, frame.bottom + 5.0),
                    (x + 3.0, frame.bottom - 5.0),
                );
            }
        }
    }

    /// Round half-lives, placed by linear interpolation of `ln half-life` between the values of the sweep.
    pub(crate) fn half_life_ticks(&self) -> Vec<(f64, Tick)> {
        let [(first, _), .., (last, _)] = self.half_lives[..] else {
            let alone = |&(ln, x): &(f64, f64)| {
                let label = Some(format::short(ln.exp()));
                (
                    x,
                    Tick {
                        value: ln.exp(),
                        label,
                    },
                )
            };
            return self.half_lives.iter().map(alone).collect();
        };
        log_ticks(first.exp(), last.exp(), 7)
            .into_iter()
            .filter_map(|tick| Some((self.half_life_at(tick.value.ln())?, tick)))
            .collect()
    }

    fn half_life_at(&self, ln: f64) -> Option<f64> {
        self.half_lives.windows(2).find_map(|pair| {
            let [(ln0, x0), (ln1, x1)] = *pair else {
                return None;
            };
            let fraction = (ln - ln0) / (ln1 - ln0);
            (-1e-9..=1.0 + 1e-9)
                .contains(&fraction)
                .then_some(x0 + fraction * (x1 - x0))
        })
    }
}

/// Whether a half-life can stand on an axis.
fn drawable(epochs: f64) -> bool {
    (1e-100..1e100).contains(&epochs)
}
