//! Whether training was long enough, by how the validation losses ran at its end.

use decay_report::text::{number, short};
use decay_report::{Finding, RatePoint, Split, Sweep};

/// Share of the training that its end is.
const END: f64 = 0.25;
/// Fewest losses that have a slope worth naming.
const FEWEST: usize = 4;
/// Share of the loss itself below which a fall, or the gain of another setting, is none.
const STILL: f64 = 0.01;

/// The share of itself by which the validation loss of the chosen setting still fell in the last quarter, if it did.
pub(crate) fn unfinished(sweep: &Sweep) -> Option<f64> {
    let (_, fall) = Length::of(sweep)?;
    (fall > STILL).then_some(fall)
}

/// What the slopes of the validation losses at the end say; `None` where they were not watched, or nothing is left to choose.
///
/// A line is fitted to the last quarter of each setting's mean loss and followed for as long again: what the setting would come to with a
/// quarter more steps, at best.
pub(crate) fn length_finding(sweep: &Sweep) -> Option<Finding> {
    let (length, fall) = Length::of(sweep)?;
    let symbol = &sweep.symbol;
    let share = number(100.0 * fall.abs());
    let moved = if fall >= 0.0 { "fell by" } else { "rose by" };
    let detail = format!(
        "The validation loss of the chosen {symbol} {moved} {share} % in the last quarter."
    );
    let headline = match length {
        Length::Other { from, to } => {
            let [from, to] = [from, to].map(|place| short(sweep.points[place].rate));
            let headline = format!(
                "With more steps another {symbol} may be best: {to} instead of {from}, if the losses go on as they ended."
            );
            let detail = format!("{detail} Train longer, by train.epochs or --budget.");
            return Some(Finding { headline, detail });
        }
        Length::Falls => format!(
            "Training ended while the loss still fell; if the losses go on as they ended, the best {symbol} stays the same with a quarter more \
             steps."
        ),
        Length::Enough => format!(
            "Training was long enough, if the losses go on as they ended: a quarter more steps changes neither the loss much nor the best {symbol}."
        ),
    };
    Some(Finding { headline, detail })
}

/// What the ends of the losses say.
#[derive(Debug, Clone, Copy)]
enum Length {
    /// Another setting will be best, of these places.
    Other { from: usize, to: usize },
    /// The loss of the chosen one still fell.
    Falls,
    /// Neither.
    Enough,
}

impl Length {
    /// With the share of itself by which the loss of the chosen setting fell.
    fn of(sweep: &Sweep) -> Option<(Self, f64)> {
        let ends: Vec<End> = sweep.points.iter().map(End::of).collect::<Option<_>>()?;
        let lowest = |of: fn(&End) -> f64| {
            let places = (0..ends.len()).filter(|&place| of(&ends[place]).is_finite());
            places.min_by(|&a, &b| of(&ends[a]).total_cmp(&of(&ends[b])))
        };
        let (from, to) = (lowest(|end| end.last)?, lowest(End::later)?);
        let chosen = &ends[sweep.chosen];
        let fall = -chosen.slope / chosen.last.abs();
        let gain = ends[from].later() - ends[to].later();
        let length = if gain > STILL * ends[from].last.abs() {
            Self::Other { from, to }
        } else if fall > STILL {
            Self::Falls
        } else {
            Self::Enough
        };
        Some((length, fall))
    }
}

/// The end of a learning curve.
struct End {
    last: f64,
    /// Change of the fitted line over the end.
    slope: f64,
}

impl End {
    fn of(point: &RatePoint) -> Option<Self> {
        let curve = point
            .curves
            .iter()
            .find(|curve| curve.split == Split::Validation)?;
        let seen: Vec<(f64, f64)> = (0..)
            .map(f64::from)
            .zip(curve.mean.iter().copied())
            .collect();
        let length = curve.mean.len() as f64;
        let end = seen
            .into_iter()
            .filter(|(at, mean)| *at >= length * (1.0 - END) && mean.is_finite());
        let end: Vec<(f64, f64)> = end.collect();
        if end.len() < FEWEST {
            return None;
        }
        let count = end.len() as f64;
        let middle = end.iter().map(|(at, _)| at).sum::<f64>() / count;
        let level = end.iter().map(|(_, mean)| mean).sum::<f64>() / count;
        let products = end.iter().map(|(at, mean)| (at - middle) * (mean - level));
        let squares = end.iter().map(|(at, _)| (at - middle).powi(2));
        let per_epoch = products.sum::<f64>() / squares.sum::<f64>();
        Some(Self {
            last: end.last()?.1,
            slope: per_epoch * length * END,
        })
    }

    fn later(&self) -> f64 {
        self.last + self.slope
    }
}

#[cfg(test)]
mod tests {
    use super::{length_finding, unfinished};
    use crate::records::made::{point, sweep};
    use decay_report::RatePoint;

    fn said(points: Vec<RatePoint>) -> String {
        let sweep = sweep(points);
        let headline = length_finding(&sweep).unwrap().headline;
        let falls = headline.contains("still fell");
        assert!(unfinished(&sweep).is_some() == falls || headline.contains("another"));
        headline
    }

    #[test]
    fn slopes_tell_whether_the_choice_would_change() {
        let settled = || point(0.1, |_| 1.0);
        assert!(said(vec![settled(), point(1.0, |_| 1.2)]).contains("long enough"));
        let overtakes = said(vec![settled(), point(1.0, |share| 1.9 - 0.8 * share)]);
        assert!(overtakes.contains("1 instead of 0.1"), "{overtakes}");
        // A second that gains less than a hundredth is no other choice.
        let even = said(vec![settled(), point(1.0, |share| 1.019 - 0.02 * share)]);
        assert!(even.contains("long enough"), "{even}");
        let falls = said(vec![point(0.1, |share| 2.0 - share), point(1.0, |_| 1.5)]);
        assert!(falls.contains("still fell"), "{falls}");
    }
}
