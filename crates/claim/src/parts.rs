//! The tests that claims are decided by, each as a part with its effect and interval.
//!
//! All are paired over replicates. `overlap` is test rows per training row where replicates are random splits of the same
//! rows, which makes them dependent (Nadeau & Bengio 2003), and 0 where they are independent.

use decay_audit::compare::Better;
use decay_audit::interval::Bootstrap;
use decay_audit::trend::{
    Contrast, Figure, OptimumShift, PairedDifference, Side, Support, TrendShape, UTrend,
    monotone_trend, optimum_shift, paired_differences, u_trend,
};
use decay_audit::{AuditError, Estimate};
use decay_report::text::short;

use crate::curve::Curve;
use crate::drawing::spread;
use crate::failure::Result;
use crate::judgement::{Effect, Part};

/// Confidence level of every interval.
const LEVEL: f64 = 0.95;
/// Level of every test, after correction.
const ALPHA: f64 = 0.05;

fn resampling() -> Bootstrap {
    Bootstrap {
        resamples: 4000,
        level: LEVEL,
        seed: 0,
    }
}

/// The figure rises with the rate: Spearman's correlation within each replicate is above 0.
///
/// # Errors
/// Too few rates or replicates.
pub fn rises(statement: impl Into<String>, figure: &Curve) -> Result<Part> {
    monotone(statement.into(), figure, Side::Above)
}

/// The figure falls with the rate.
///
/// # Errors
/// Too few rates or replicates.
pub fn falls(statement: impl Into<String>, figure: &Curve) -> Result<Part> {
    monotone(statement.into(), figure, Side::Below)
}

fn monotone(statement: String, figure: &Curve, claimed: Side) -> Result<Part> {
    let trend = monotone_trend(&figure.rates, &figure.values, &resampling())?;
    let effect = Effect::new("Spearman's correlation with the rate", trend.mean);
    let means = figure.means();
    let ends = means.first().zip(means.last());
    let (first, last) = ends.map_or((f64::NAN, f64::NAN), |(a, b)| (*a, *b));
    let note = format!(
        "from {} to {}; bootstrap interval {} to {}",
        short(first),
        short(last),
        short(trend.bootstrap.low),
        short(trend.bootstrap.high)
    );
    Ok(Part::of_interval(statement, effect, claimed, 0.0).noting(note))
}

/// The figure has its optimum inside the grid: both ends are significantly worse, and it bends the right way.
///
/// The effect is what the best rate gains over the smallest one, each replicate at the rate that is best for the others.
///
/// # Errors
/// Too few rates or replicates.
pub fn u_shaped(
    statement: impl Into<String>,
    figure: &Curve,
    better: Better,
    overlap: f64,
) -> Result<Part> {
    let of = Figure {
        values: &figure.values,
        better,
    };
    let found = u_trend(&figure.rates, of, overlap, ALPHA, &resampling())?;
    let support = match found.shape {
        TrendShape::UShaped | TrendShape::InvertedU => Support::Supported,
        TrendShape::Rising | TrendShape::Falling => Support::Contradicted,
        TrendShape::Unclear => Support::Undecided,
    };
    Ok(Part {
        statement: statement.into(),
        support,
        effect: Effect::new(
            "gain of the best rate over the smallest",
            gain(figure, better, overlap)?,
        ),
        note: u_note(figure, &found),
    })
}

fn u_note(figure: &Curve, found: &UTrend) -> String {
    let p = |end: Option<decay_audit::EndComparison>| {
        end.map_or("is the best".to_owned(), |end| {
            format!("p = {}", short(end.p_adjusted))
        })
    };
    let best = found.ends.best_index;
    let curvature = found.parabola.curvature;
    format!(
        "best at {} (half-life {} epochs), {}; smallest rate {}, largest {}; curvature {} [{}, {}] per squared decade",
        short(found.ends.best_rate),
        short(figure.half_lives[best]),
        short(found.best_mean),
        p(found.ends.low_end),
        p(found.ends.high_end),
        short(curvature.mean),
        short(curvature.low),
        short(curvature.high)
    )
}

/// What the best rate gains over the smallest, positive where it gains.
fn gain(figure: &Curve, better: Better, overlap: f64) -> Result<Estimate> {
    let best = figure.chosen_by_others(better, figure);
    let smallest = figure.values.first().map_or(&[][..], Vec::as_slice);
    let (a, b) = match better {
        Better::Lower => (smallest, best.as_slice()),
        Better::Higher => (best.as_slice(), smallest),
    };
    Ok(one_difference(a, b, overlap)?.difference)
}

fn one_difference(a: &[f64], b: &[f64], overlap: f64) -> Result<PairedDifference> {
    let contrast = Contrast { name: "", a, b };
    let mut found = paired_differences(&[contrast], overlap, LEVEL)?;
    Ok(found.pop().ok_or(AuditError::Empty { what: "contrasts" })?)
}

/// The first figure is best at a larger rate than the second.
///
/// # Errors
/// Too few rates or replicates.
pub fn larger_optimum(
    statement: impl Into<String>,
    a: &Curve,
    better_a: Better,
    b: &Curve,
    better_b: Better,
) -> Result<Part> {
    let [a_figure, b_figure] = [(a, better_a), (b, better_b)].map(|(curve, better)| Figure {
        values: &curve.values,
        better,
    });
    let shift: OptimumShift = optimum_shift(&a.rates, a_figure, b_figure, &resampling())?;
    let effect = Effect::new("steps of the grid between the optima", shift.steps);
    let note = format!(
        "best at {} against {}; of resamples {:.0} % above, {:.0} % equal, {:.0} % below",
        short(shift.rate_a),
        short(shift.rate_b),
        100.0 * shift.above,
        100.0 * shift.equal,
        100.0 * shift.below
    );
    Ok(Part::of_interval(statement, effect, Side::Above, 0.0).noting(note))
}

/// The effect lies within limits: supported if its interval does, contradicted if that is beyond them.
pub fn within(statement: impl Into<String>, effect: Effect, [low, high]: [f64; 2]) -> Part {
    let Estimate {
        low: from,
        high: to,
        ..
    } = effect.estimate;
    let support = match (low < from && to < high, to < low || high < from) {
        (true, _) => Support::Supported,
        (_, true) => Support::Contradicted,
        _ => Support::Undecided,
    };
    Part {
        statement: statement.into(),
        support,
        effect,
        note: format!("to lie within {} and {}", short(low), short(high)),
    }
}

/// The logarithm to base 10 of a figure that spans decades is below that of a limit.
pub fn below_decade(statement: impl Into<String>, what: &str, values: &[f64], limit: f64) -> Part {
    // What is exact has no logarithm.
    let logs: Vec<f64> = values.iter().map(|x| x.max(1e-17).log10()).collect();
    let effect = Effect::new(format!("log10 of {what}"), spread(&logs));
    Part::of_interval(statement, effect, Side::Below, limit.log10())
}

/// A figure along a second axis is a power law there: its slope in decades per decade, between two places, is within limits.
pub fn power_law(
    statement: impl Into<String>,
    what: &str,
    places: [f64; 2],
    [first, last]: [&[f64]; 2],
    limits: [f64; 2],
) -> Part {
    let decades = (places[1] / places[0]).log10();
    let slopes = first
        .iter()
        .zip(last)
        .map(|(a, b)| (b / a).log10() / decades);
    let effect = Effect::new(
        format!("decades of {what} per decade"),
        spread(&slopes.collect::<Vec<_>>()),
    );
    within(statement, effect, limits)
}

/// A figure along a second axis that is higher at its end than at its lowest: a learning curve that turns up.
///
/// Each replicate is compared with itself where the *other* replicates are lowest, or every noisy curve would turn.
///
/// # Panics
/// If the places have different numbers of replicates.
pub fn turns_up(
    statement: impl Into<String>,
    what: impl Into<String>,
    by_place: &[Vec<f64>],
) -> Comparison {
    let last = by_place.last().cloned().unwrap_or_default();
    let lowest = |replicate: usize| {
        let others = |values: &&Vec<f64>| values.iter().sum::<f64>() - values[replicate];
        let places = by_place.iter();
        let place = places.min_by(|a, b| others(a).total_cmp(&others(b)));
        place.map_or(f64::NAN, |values| values[replicate])
    };
    let lowest = (0..last.len()).map(lowest).collect();
    Comparison::above(statement, what, last, lowest)
}

/// Two arms of the same replicates, and which is said to be larger.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What is said.
    pub statement: String,
    /// What `a - b` is, with its unit.
    pub what: String,
    /// One figure a replicate.
    pub a: Vec<f64>,
    /// Its partners.
    pub b: Vec<f64>,
    /// On which side of 0 the claim puts `a - b`.
    pub claimed: Side,
}

impl Comparison {
    /// `a` is said to be larger than `b`.
    pub fn above(
        statement: impl Into<String>,
        what: impl Into<String>,
        a: Vec<f64>,
        b: Vec<f64>,
    ) -> Self {
        Self {
            statement: statement.into(),
            what: what.into(),
            a,
            b,
            claimed: Side::Above,
        }
    }

    /// `a` is said to be smaller than `b`.
    pub fn below(
        statement: impl Into<String>,
        what: impl Into<String>,
        a: Vec<f64>,
        b: Vec<f64>,
    ) -> Self {
        Self {
            claimed: Side::Below,
            ..Self::above(statement, what, a, b)
        }
    }
}

/// A family of differences, decided by Holm-corrected paired t tests.
///
/// # Errors
/// Too few replicates.
pub fn differences(family: &[Comparison], overlap: f64) -> Result<Vec<Part>> {
    // As claimed, so that one correction serves the family.
    let contrast = |comparison| {
        let Comparison { a, b, claimed, .. }: &Comparison = comparison;
        let (a, b) = match claimed {
            Side::Above => (a, b),
            Side::Below => (b, a),
        };
        Contrast { name: "", a, b }
    };
    let contrasts: Vec<_> = family.iter().map(contrast).collect();
    let found = paired_differences(&contrasts, overlap, LEVEL)?;
    let part = |(comparison, found): (&Comparison, PairedDifference)| {
        let d = found.difference;
        let estimate = match comparison.claimed {
            Side::Above => d,
            Side::Below => Estimate {
                mean: -d.mean,
                low: -d.high,
                high: -d.low,
                n: d.n,
            },
        };
        let support = match (
            found.p_greater_adjusted < ALPHA,
            found.p_less_adjusted < ALPHA,
        ) {
            (true, _) => Support::Supported,
            (_, true) => Support::Contradicted,
            _ => Support::Undecided,
        };
        let size = found.effect_size.map_or("-".to_owned(), short);
        Part {
            statement: comparison.statement.clone(),
            support,
            effect: Effect::new(comparison.what.clone(), estimate),
            note: format!(
                "p = {} as claimed, {} the other way (Holm over {}); d_z = {size}",
                short(found.p_greater_adjusted),
                short(found.p_less_adjusted),
                family.len()
            ),
        }
    };
    Ok(family.iter().zip(found).map(part).collect())
}

/// The same with a remark on each difference before its statistics.
///
/// # Errors
/// As [`differences`].
pub fn remarked_differences(family: Vec<(Comparison, String)>, overlap: f64) -> Result<Vec<Part>> {
    let (family, remarks): (Vec<_>, Vec<_>) = family.into_iter().unzip();
    let parts = differences(&family, overlap)?.into_iter().zip(remarks);
    let noting = |(part, remark): (Part, String)| {
        let note = format!("{remark}; {}", part.note);
        part.noting(note)
    };
    Ok(parts.map(noting).collect())
}

#[cfg(test)]
mod tests;
