//! The horizontal axis of a sweep: the rate below, its half-life above, and a place for rate 0.

use crate::format;
use crate::records::{RatePoint, Sweep};
use crate::svg::axis::placed;
use crate::svg::ticks::{Tick, log_ticks};
use crate::svg::{Domain, Frame, Scale, Svg};

/// Space between the frame and the first and last value.
const MARGIN: f64 = 12.0;
/// Space for the tick of rate 0 and the break after it.
const ZERO_WIDTH: f64 = 36.0;

/// Places values of the swept axis.
pub(super) struct RateAxis {
    scale: Scale,
    /// Position of 0, which a logarithmic axis does not have.
    zero: Option<f64>,
    /// `(ln half-life, position)`, ascending.
    half_lives: Vec<(f64, f64)>,
}

impl RateAxis {
    /// Logarithmic, or linear if that is asked for or the positive values span less than 8 times.
    pub(super) fn new(points: &[RatePoint], frame: &Frame, linear: bool) -> Self {
        let positive = || {
            points
                .iter()
                .map(|p| p.rate)
                .filter(|r| *r > 0.0 && r.is_finite())
        };
        let low = positive().fold(f64::NAN, f64::min);
        let high = positive().fold(f64::NAN, f64::max);
        let has_zero = points.iter().any(|p| p.rate == 0.0);
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
        axis.half_lives = axis.half_life_positions(points);
        axis
    }

    fn half_life_positions(&self, points: &[RatePoint]) -> Vec<(f64, f64)> {
        let mut pairs: Vec<(f64, f64)> = points
            .iter()
            .filter_map(|point| {
                let epochs = point.half_life_epochs.filter(|epochs| drawable(*epochs))?;
                Some((epochs.ln(), self.at(point.rate)?))
            })
            .collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        pairs.dedup_by(|a, b| a.0 == b.0);
        pairs
    }

    /// Position of a value.
    pub(super) fn at(&self, rate: f64) -> Option<f64> {
        match self.zero {
            Some(zero) if rate == 0.0 => Some(zero),
            _ => self.scale.at(rate),
        }
    }

    /// Whether a line between two values would cross the break after 0.
    pub(super) fn breaks_after(&self, rate: f64) -> bool {
        self.zero.is_some() && rate == 0.0
    }

    /// Whether there is an axis above.
    pub(super) fn has_half_lives(points: &[RatePoint]) -> bool {
        points
            .iter()
            .any(|point| point.half_life_epochs.is_some_and(drawable))
    }

    /// Draws both axes.
    pub(super) fn draw(&self, svg: &mut Svg, frame: &Frame, sweep: &Sweep) {
        let mut ticks = placed(&self.scale, 8);
        if let Some(zero) = self.zero {
            let label = Some("0".to_owned());
            ticks.push((zero, Tick { value: 0.0, label }));
        }
        frame.bottom_axis(svg, &ticks, &sweep.axis);
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
        if !self.half_lives.is_empty() {
            frame.top_axis(svg, &self.half_life_ticks(), "half-life (epochs)");
        }
    }

    /// Round half-lives, placed by linear interpolation of `ln half-life` between the values of the sweep.
    fn half_life_ticks(&self) -> Vec<(f64, Tick)> {
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
