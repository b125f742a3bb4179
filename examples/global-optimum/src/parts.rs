//! What the numbers say of each part of the claim.

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::drawing::spread;
use decay_claim::parts::{Comparison, below_decade, differences, falls, within};
use decay_claim::{Curve, Effect, Judgement, Measurements, Part, Result};

use crate::{BALANCE, CORRELATED, DEPTHS, FEW_ROWS, WHITE, WIDTHS};

pub(crate) fn judge(measured: &Measurements) -> Result<Judgement> {
    let mut parts = linear(measured)?;
    for (study, _) in WIDTHS {
        parts.extend(network(measured, study)?);
    }
    Ok(Judgement::of(parts))
}

/// The largest of each replicate is below a limit.
fn below(statement: &str, what: &str, figure: &Curve, limit: f64) -> Part {
    below_decade(statement, what, &figure.largest(), limit)
}

/// A figure at the rates with decay.
fn decayed(measured: &Measurements, study: &str, series: &str, metric: &str) -> Result<Curve> {
    let all = measured.curve(study, series, metric)?;
    Ok(all.only(|rate| rate > 0.0))
}

/// What is known exactly.
fn linear(measured: &Measurements) -> Result<Vec<Part>> {
    let [one, two, three, small] = DEPTHS.map(|(series, ..)| series);
    let of = |series, metric| decayed(measured, WHITE, series, metric);
    let without = |series| -> Result<Curve> {
        let excess = measured.curve(WHITE, series, "excess")?;
        Ok(excess.only(|rate| rate == 0.0))
    };
    let few = |metric| measured.curve(FEW_ROWS, "", metric);
    let off = "the largest difference";
    let above = "what the worst start costs above the global optimum, as a share";
    let limit = 1e-6;
    let shrunk = of(two, "size")?.only(|rate| rate > 1.0);
    let balance = measured.curve(BALANCE, "", "kept over law")?;
    let off_law = balance.with(&balance, |kept, _| (kept - 1.0).abs());
    Ok(vec![
        below("one layer: with decay every start ends at the ridge, to 1e-6", off, &of(one, "from an optimum")?, limit),
        below("one layer, fewer rows than columns: with decay every start ends at the ridge, to 1e-6", off, &few("from the ridge")?, limit),
        below("the same without decay: all starts end at one loss, to 1e-6", off, &few("loss apart")?.only(|rate| rate == 0.0), limit),
        below("the same without decay: all starts end at one function, to 1e-6", off, &few("function apart")?.only(|rate| rate == 0.0), limit),
        below("two layers: with decay every start ends at the soft threshold of the singular values, to 1e-6", off, &of(two, "from an optimum")?, limit),
        below("two layers: the penalty at the end is λ times the nuclear norm, to 1e-6", off, &of(two, "penalty")?, limit),
        below("two layers: decay above the largest singular value leaves nothing, to 1e-6", "the largest weight of the product", &shrunk, limit),
        below("two layers, correlated inputs: every start ends at the optimum of the convex problem, to 1e-6", off, &measured.curve(CORRELATED, "", "distance")?, limit),
        below("the imbalance of two layers is the start's times e^(-2λt), to 5 %", "the relative difference", &off_law, 0.05),
        below("two layers, without decay: every start ends at the global optimum, to 1e-6", above, &without(two)?, limit),
        below("three layers, without decay: the same", above, &without(three)?, limit),
        below("three layers: with decay every start ends at an optimum of the closed form, to 1e-6", off, &of(three, "from an optimum")?, limit),
        below("three layers: with decay every start ends at the global optimum, to 1e-6", above, &of(three, "excess")?, limit),
        below("three layers, a tenth as large starts: the same", above, &of(small, "excess")?, limit),
    ])
}

/// What is measured of perceptrons of one width.
fn network(measured: &Measurements, study: &'static str) -> Result<Vec<Part>> {
    let curve = |metric| measured.curve(study, "", metric);
    let said = |statement: &str| format!("{study}: {statement}");
    let held_out = curve("held-out loss")?;
    let at_best = |figure: &Curve| held_out.decay_for(Better::Lower, figure);
    let [optima, excess] = [curve("optima")?, curve("excess")?];
    let end = "the largest slope or negative curvature that is left";
    let unsettled = decayed(measured, study, "", "from a minimum")?;
    let number = |values: &[f64]| Effect::new("optima among 16 starts", spread(values));
    let mut parts = vec![
        below(&said("with decay every start ends at a minimum, to 1e-8"), end, &unsettled, 1e-8),
        Part::of_interval(said("without decay there are several optima"), number(&optima.at(0.0)), Side::Above, 1.0),
        falls(said("the number of optima falls with λ"), &optima)?,
        within(said("at the best λ there is one optimum"), number(&at_best(&optima)), [0.0, 1.5]),
        Part::of_interval(
            said("at the best λ the mean start is at the lowest optimum, to 1 % of the target's variance"),
            Effect::new("objective above the lowest", spread(&at_best(&excess))),
            Side::Below,
            0.01,
        ),
    ];
    let spread_of = curve("spread of held-out loss")?;
    let lowest = curve("held-out loss of the lowest")?;
    let (plain, matched) = (curve("barrier")?, curve("barrier after matching")?);
    let (loss, variance) = ("held-out loss, in variances of the target", "in variances of the target");
    let family = [
        Comparison::below(said("starts differ less in held-out loss at the best λ than without decay"), variance, at_best(&spread_of), spread_of.at(0.0)),
        Comparison::below(said("without decay the lowest optimum predicts better than the mean start"), loss, lowest.at(0.0), held_out.at(0.0)),
        Comparison::below(said("at the best λ the lowest optimum predicts better than the mean start"), loss, at_best(&lowest), at_best(&held_out)),
        Comparison::below(said("matching units lowers the barriers, without decay"), variance, matched.at(0.0), plain.at(0.0)),
        Comparison::below(said("matching units lowers the barriers, at the best λ"), variance, at_best(&matched), at_best(&plain)),
        Comparison::below(said("decay lowers the barriers that matching leaves"), variance, at_best(&matched), matched.at(0.0)),
    ];
    parts.extend(differences(&family, 0.0)?);
    parts.push(Part::of_interval(
        said("at the best λ matching leaves no barrier, to 1 % of the target's variance"),
        Effect::new("barrier", spread(&at_best(&matched))),
        Side::Below,
        0.01,
    ));
    Ok(parts)
}
