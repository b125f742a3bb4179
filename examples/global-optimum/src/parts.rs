//! What the numbers say of each part of the claim.

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::drawing::spread;
use decay_claim::parts::{Comparison, below_decade, differences, falls, within};
use decay_claim::{Curve, Effect, Judgement, Measurements, Part, Result};

use crate::{BALANCE, CORRELATED, DEPTHS, FEW_ROWS, NETS, RATES, WHITE};

pub(crate) fn judge(measured: &Measurements) -> Result<Judgement> {
    let mut parts = linear(measured)?;
    for (study, ..) in &NETS[..2] {
        parts.extend(network(measured, study)?);
    }
    parts.extend(biases(measured)?);
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
    let shrunk = of(two, "largest singular value")?.only(|rate| rate > 1.0);
    let balance = measured.curve(BALANCE, "", "kept over law")?;
    let off_law = balance.with(&balance, |kept, _| (kept - 1.0).abs());
    Ok(vec![
        below(
            "one layer: with decay every start ends at the ridge, to 1e-6",
            off,
            &of(one, "from an optimum")?,
            limit,
        ),
        below(
            "one layer, fewer rows than columns: with decay every start ends at the ridge, to 1e-6",
            off,
            &few("from the ridge")?,
            limit,
        ),
        below(
            "the same without decay: all starts end at one loss, to 1e-6",
            off,
            &few("loss apart")?.only(|rate| rate == 0.0),
            limit,
        ),
        below(
            "the same without decay: all starts end at one function, to 1e-6",
            off,
            &few("function apart")?.only(|rate| rate == 0.0),
            limit,
        ),
        below(
            "two layers: with decay every start ends at the soft threshold of the singular values, to 1e-6",
            off,
            &of(two, "from an optimum")?,
            limit,
        ),
        below(
            "two layers: the penalty at the end is λ times the nuclear norm, to 1e-6",
            off,
            &of(two, "penalty")?,
            limit,
        ),
        below(
            "two layers: decay above the largest singular value leaves nothing, to 1e-6",
            "the largest singular value that is left",
            &shrunk,
            limit,
        ),
        below(
            "two layers, correlated inputs: every start ends at the optimum of the convex problem, to 1e-6",
            off,
            &measured.curve(CORRELATED, "", "distance")?,
            limit,
        ),
        below(
            "the imbalance of two layers is the start's times e^(-2λt), to 5 %",
            "the relative difference",
            &off_law,
            0.05,
        ),
        below(
            "two layers, without decay: every start ends at the global optimum, to 1e-6",
            above,
            &without(two)?,
            limit,
        ),
        below(
            "three layers, without decay: the same",
            above,
            &without(three)?,
            limit,
        ),
        below(
            "three layers: with decay every start ends at an optimum of the closed form, to 1e-6",
            off,
            &of(three, "from an optimum")?,
            limit,
        ),
        below(
            "three layers: with decay every start ends at the global optimum, to 1e-6",
            above,
            &of(three, "excess")?,
            limit,
        ),
        below(
            "three layers, a tenth as large starts: the same",
            above,
            &of(small, "excess")?,
            limit,
        ),
    ])
}

/// What is measured of perceptrons whose biases do not decay.
fn network(measured: &Measurements, study: &'static str) -> Result<Vec<Part>> {
    let said = |statement: &str| format!("{study}: {statement}");
    let unsettled = measured.curve(study, "", "from a minimum")?;
    let end = "the largest slope or negative curvature that is left";
    let mut parts = Vec::new();
    for (statement, decays) in [
        ("with decay every start ends at a minimum, to 1e-8", true),
        (
            "without decay every start ends at a minimum, to 1e-8",
            false,
        ),
    ] {
        let own = unsettled.only(|rate| (rate > 0.0) == decays);
        parts.push(below(&said(statement), end, &own, 1e-8));
    }
    parts.extend(quality(measured, study)?);
    parts.extend(differences(&comparisons(measured, study)?, 0.0)?);
    let matched = at_best(measured, study, "barrier after matching")?;
    parts.push(Part::of_interval(
        said("at the best λ matching leaves no barrier, to 1 % of the target's variance"),
        Effect::new("barrier", spread(&matched)),
        Side::Below,
        0.01,
    ));
    Ok(parts)
}

/// A figure at the positive rate that predicts best for the other replicates.
fn at_best(measured: &Measurements, study: &str, metric: &str) -> Result<Vec<f64>> {
    let held_out = measured.curve(study, "", "held-out loss")?;
    Ok(held_out.decay_for(Better::Lower, &measured.curve(study, "", metric)?))
}

fn one_optimum(measured: &Measurements, study: &str) -> Result<Part> {
    let number = at_best(measured, study, "optima")?;
    let effect = Effect::new("optima among 16 starts", spread(&number));
    let statement = format!("{study}: at the best λ there is one optimum");
    Ok(within(statement, effect, [0.0, 1.5]))
}

/// How many optima there are, and how good.
fn quality(measured: &Measurements, study: &'static str) -> Result<Vec<Part>> {
    let said = |statement: &str| format!("{study}: {statement}");
    let best = |metric| at_best(measured, study, metric);
    let optima = measured.curve(study, "", "optima")?;
    let above = |statement: &str, what: &str, values: &[f64], limit| {
        let effect = Effect::new(what, spread(values));
        Part::of_interval(said(statement), effect, Side::Above, limit)
    };
    let excess = Effect::new("objective above the lowest", spread(&best("excess")?));
    Ok(vec![
        above(
            "without decay there are several optima",
            "optima among 16 starts",
            &optima.at(0.0),
            1.0,
        ),
        falls(said("the number of optima falls with λ"), &optima)?,
        one_optimum(measured, study)?,
        above(
            "at the best λ dead units tell which starts are not at the lowest optimum, of nine in ten at least",
            "share of starts",
            &best("told by live units")?,
            0.9,
        ),
        Part::of_interval(
            said(
                "at the best λ the median start is at the lowest optimum, to 1 % of the target's variance",
            ),
            excess,
            Side::Below,
            0.01,
        ),
    ])
}

/// What decay, a choice among starts and matched units are worth.
fn comparisons(measured: &Measurements, study: &'static str) -> Result<Vec<Comparison>> {
    let said = |statement: &str| format!("{study}: {statement}");
    let best = |metric| at_best(measured, study, metric);
    let at = |metric, rate| -> Result<Vec<f64>> { Ok(measured.curve(study, "", metric)?.at(rate)) };
    let loss = "held-out loss, in variances of the target";
    let variance = "in variances of the target";
    let [apart, median, lowest] = [
        "spread of held-out loss",
        "held-out loss",
        "held-out loss of the lowest",
    ];
    let [plain, matched] = ["barrier", "barrier after matching"];
    // Where weights run off there is nothing to connect: barriers are compared with those of little decay.
    let little = RATES[1];
    let below = |statement, what, a, b| Comparison::below(said(statement), what, a, b);
    Ok(vec![
        below(
            "starts differ less in held-out loss at the best λ than without decay",
            variance,
            best(apart)?,
            at(apart, 0.0)?,
        ),
        below(
            "a start at the best λ predicts better than the lowest of 16 without decay",
            loss,
            best(median)?,
            at(lowest, 0.0)?,
        ),
        below(
            "with little decay the lowest optimum predicts better than the median start",
            loss,
            at(lowest, little)?,
            at(median, little)?,
        ),
        below(
            "matching units lowers the barriers, with little decay",
            variance,
            at(matched, little)?,
            at(plain, little)?,
        ),
        below(
            "matching units lowers the barriers, at the best λ",
            variance,
            best(matched)?,
            best(plain)?,
        ),
        below(
            "the best λ lowers the barriers that matching leaves with little decay",
            variance,
            best(matched)?,
            at(matched, little)?,
        ),
    ])
}

/// What it helps to let biases decay.
fn biases(measured: &Measurements) -> Result<Vec<Part>> {
    let [_, (spared, ..), (decaying, ..)] = NETS;
    let fewer = Comparison::below(
        format!("{decaying}: at the best λ there are fewer optima than without"),
        "optima among 16 starts",
        at_best(measured, decaying, "optima")?,
        at_best(measured, spared, "optima")?,
    );
    let mut parts = vec![one_optimum(measured, decaying)?];
    parts.extend(differences(&[fewer], 0.0)?);
    Ok(parts)
}
