//! Whether training was long enough, by how the validation losses ran at its end.

use decay_report::text::{number, short};
use decay_report::{Finding, RatePoint, Split, Sweep};

/// Share of the training that its end is.
const END: f64 = 0.25;
/// Fewest losses that have a slope worth naming.
const FEWEST: usize = 4;
/// Fall in the last quarter, of the loss itself, below which a loss stands still.
const STILL: f64 = 0.01;

/// What the slopes of the validation losses at the end say; `None` where they were not watched, or nothing is left to choose.
///
/// A line is fitted to the last quarter of each setting's mean loss and followed for as long again: what the setting would come to with a
/// quarter more steps, at best.
pub(crate) fn length_finding(sweep: &Sweep) -> Option<Finding> {
    let ends: Vec<End> = sweep.points.iter().map(End::of).collect::<Option<_>>()?;
    let lowest = |of: fn(&End) -> f64| {
        let places = (0..ends.len()).filter(|&place| of(&ends[place]).is_finite());
        places.min_by(|&a, &b| of(&ends[a]).total_cmp(&of(&ends[b])))
    };
    let (now, then) = (lowest(|end| end.last)?, lowest(End::later)?);
    let chosen = &ends[sweep.chosen];
    let fall = -chosen.slope / chosen.last.abs();
    let share = format!("{} % in the last quarter", number(100.0 * fall.abs()));
    let moved = if fall >= 0.0 { "fell by" } else { "rose by" };
    let detail = format!(
        "The validation loss of the chosen {} {moved} {share}.",
        sweep.symbol
    );
    let symbol = &sweep.symbol;
    if now != then {
        let [from, to] = [now, then].map(|place| short(sweep.points[place].rate));
        return Some(Finding {
            headline: format!(
                "With more steps another {symbol} may be best: {to} instead of {from}, if the losses go on as they ended."
            ),
            detail: format!("{detail} Train longer, by train.epochs or --budget."),
        });
    }
    let headline = if fall > STILL {
        "Training ended while the loss still fell; the best rate would stay the same with a quarter more steps."
    } else {
        "Training was long enough: more steps would change neither the loss much nor the choice."
    };
    Some(Finding {
        headline: headline.into(),
        detail,
    })
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
