//! Whether a figure has its optimum between the rates' ends, by test and by curvature.

use serde::{Deserialize, Serialize};

use super::curve::{Curve, Figure, sign};
use super::parabola::Parabola;
use crate::Better;
use crate::Result;
use crate::interval::Bootstrap;
use crate::{CurveShape, CurveVerdict, ValidationCurve, u_shape_test};

/// How a figure goes with the rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrendShape {
    /// Lower is better, both ends are significantly worse, and the curvature's interval lies above 0.
    UShaped,
    /// Higher is better, both ends are significantly worse, and the curvature's interval lies below 0.
    InvertedU,
    /// The optimum is at one end, and the figure at the larger end is significantly higher.
    Rising,
    /// The optimum is at one end, and the figure at the larger end is significantly lower.
    Falling,
    /// None of these can be said.
    Unclear,
}

/// The outcome of [`u_trend`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UTrend {
    /// What the figure does.
    pub shape: TrendShape,
    /// Which values are good.
    pub better: Better,
    /// The ends against the optimum, of the figure as a loss: negated where higher is better.
    pub ends: CurveShape,
    /// Mean of the figure at the optimum.
    pub best_mean: f64,
    /// Share of bootstrap resamples whose mean curve has its optimum at neither end.
    pub interior: f64,
    /// The bend around the optimum, of the figure as it is.
    pub parabola: Parabola,
}

/// Tests for an interior optimum and measures the curve's bend around it.
///
/// - The ends are compared with the optimum by [`u_shape_test`], with replicates as folds of one seed;
///   `test_per_train` is 0 for independent replicates.
/// - A [`Parabola`] in the logarithm of the rate is fitted to each replicate. Large rates make a loss
///   level off at `ln K`, and a parabola through that plateau would bend with the plateau instead of the
///   optimum: only the positive rates within two decades of the mean curve's optimum count, or its
///   nearest four.
///
/// A U needs both. The window lies around what looks like an optimum, which bends even noise the
/// right way: the curvature's interval does not know of that choice, the test of the ends does.
///
/// # Shapes
/// - `rates`: `[rates]`, ascending from 0 on, at least four of them positive
/// - `figure.values`: `[rates][replicates]`, at least two replicates
///
/// # Errors
/// Too few rates or replicates, rates that do not ascend, ragged or non-finite values, `alpha`,
/// `test_per_train` or settings out of range.
///
/// # Source
/// For demanding more of a U than a significant square: Lind & Mehlum 2010,
/// <https://doi.org/10.1111/j.1468-0084.2009.00569.x>.
pub fn u_trend(
    rates: &[f64],
    figure: Figure<'_>,
    test_per_train: f64,
    alpha: f64,
    settings: &Bootstrap,
) -> Result<UTrend> {
    settings.check()?;
    let Figure { values, better } = figure;
    let curve = Curve::new(rates, values)?;
    let losses = one_seed_losses(values, better);
    let as_loss = ValidationCurve {
        rates,
        values: &losses,
        test_per_train,
    };
    let ends = u_shape_test(&as_loss, alpha)?;
    let parabola = Parabola::around(ends.best_index, &curve, test_per_train, settings.level)?;
    Ok(UTrend {
        shape: shape(ends.verdict, &parabola, better),
        better,
        best_mean: sign(better) * ends.best_mean,
        interior: interior_share(&curve, better, settings),
        ends,
        parabola,
    })
}

/// `[rates][replicates][1]`, lower is better.
fn one_seed_losses(values: &[Vec<f64>], better: Better) -> Vec<Vec<Vec<f64>>> {
    let loss = |value: &f64| vec![sign(better) * value];
    values
        .iter()
        .map(|rate| rate.iter().map(loss).collect())
        .collect()
}

fn shape(ends: CurveVerdict, parabola: &Parabola, better: Better) -> TrendShape {
    let curvature = parabola.curvature;
    match (ends, better) {
        (CurveVerdict::UShaped, Better::Lower) if curvature.low > 0.0 => TrendShape::UShaped,
        (CurveVerdict::UShaped, Better::Higher) if curvature.high < 0.0 => TrendShape::InvertedU,
        (CurveVerdict::MonotoneRising, Better::Lower)
        | (CurveVerdict::MonotoneFalling, Better::Higher) => TrendShape::Rising,
        (CurveVerdict::MonotoneFalling, Better::Lower)
        | (CurveVerdict::MonotoneRising, Better::Higher) => TrendShape::Falling,
        _ => TrendShape::Unclear,
    }
}

fn interior_share(curve: &Curve<'_>, better: Better, settings: &Bootstrap) -> f64 {
    let last = curve.rates.len() - 1;
    let inside = settings.replicates(curve.replicates(), |drawn| {
        let best = curve.optimum_of(drawn, better);
        f64::from(u8::from(best > 0 && best < last))
    });
    crate::interval::mean(&inside)
}
