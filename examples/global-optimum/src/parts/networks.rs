//! What the numbers say of perceptrons.

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::drawing::spread;
use decay_claim::parts::{Comparison, differences, falls, within};
use decay_claim::{Effect, Measurements, Part, Result};

use super::below;
use crate::{NETS, RATES};

/// The smallest rate.
const LITTLE: f64 = RATES[1];

/// What is measured of perceptrons whose biases do not decay.
pub(super) fn network(measured: &Measurements, study: &'static str) -> Result<Vec<Part>> {
    let said = |statement: &str| format!("{study}: {statement}");
    let unsettled = measured.curve(study, "", "from a minimum")?;
    let end = "the largest slope or negative curvature that is left";
    let mut parts = quality(measured, study)?;
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
    let family = [worth(measured, study)?, barriers(measured, study)?].concat();
    parts.extend(differences(&family, 0.0)?);
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
        falls(said("the number of optima falls with λ"), &optima)?,
        above(
            "without decay there are several optima",
            "optima among 16 starts",
            &optima.at(0.0),
            1.0,
        ),
        one_optimum(measured, study)?,
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

/// What decay and a choice among starts are worth. Without decay some losses have no bound: little decay
/// stands for none.
fn worth(measured: &Measurements, study: &'static str) -> Result<Vec<Comparison>> {
    let curve = |metric| measured.curve(study, "", metric);
    let [apart, median, lowest] = [
        "spread of held-out loss",
        "held-out loss",
        "held-out loss of the lowest",
    ];
    let decades = |losses: Vec<f64>| losses.into_iter().map(f64::log10).collect();
    let below = |statement: &str, what: &str, a, b| {
        Comparison::below(format!("{study}: {statement}"), what, a, b)
    };
    Ok(vec![
        below(
            "starts differ less in held-out loss at the best λ than without decay",
            "variances of the target",
            at_best(measured, study, apart)?,
            curve(apart)?.at(0.0),
        ),
        below(
            "a start at the best λ predicts better than the lowest of 16 with little decay",
            "decades of held-out loss",
            decades(at_best(measured, study, median)?),
            decades(curve(lowest)?.at(LITTLE)),
        ),
        below(
            "with little decay the lowest optimum predicts better than the median start",
            "decades of held-out loss",
            decades(curve(lowest)?.at(LITTLE)),
            decades(curve(median)?.at(LITTLE)),
        ),
    ])
}

/// What matched units and decay do to barriers. Where weights run off there is nothing to connect: little decay stands for none.
fn barriers(measured: &Measurements, study: &'static str) -> Result<Vec<Comparison>> {
    let [plain, matched] = ["barrier", "barrier after matching"];
    let little = |metric| -> Result<Vec<f64>> { Ok(measured.curve(study, "", metric)?.at(LITTLE)) };
    let best = |metric| at_best(measured, study, metric);
    let below = |statement: &str, a, b| {
        Comparison::below(
            format!("{study}: {statement}"),
            "variances of the target",
            a,
            b,
        )
    };
    Ok(vec![
        below(
            "matching units lowers the barriers, with little decay",
            little(matched)?,
            little(plain)?,
        ),
        below(
            "matching units lowers the barriers, at the best λ",
            best(matched)?,
            best(plain)?,
        ),
        below(
            "the best λ lowers the barriers that matching leaves with little decay",
            best(matched)?,
            little(matched)?,
        ),
    ])
}

/// More units than the rows need: what decay does to optima that are all global without it, and what it helps to let biases decay.
pub(super) fn wide(measured: &Measurements) -> Result<Vec<Part>> {
    let [_, (spared, ..), (decaying, ..)] = NETS;
    let said = |statement: &str| format!("{spared}: {statement}");
    let excess = measured.curve(spared, "", "excess of the worst")?;
    let above = "objective of the worst start above the lowest";
    let at = |rate: f64| excess.only(|own| own == rate);
    let told = at_best(measured, spared, "told by live units")?;
    let fewer = Comparison::below(
        format!("{decaying}: at the best λ there are fewer optima than without"),
        "optima among 16 starts",
        at_best(measured, decaying, "optima")?,
        at_best(measured, spared, "optima")?,
    );
    let mut parts = vec![
        below(
            &said("without decay every start ends at one loss, to 1e-6"),
            above,
            &at(0.0),
            1e-6,
        ),
        below(
            &said("with little decay every start ends at one objective, to 1e-6"),
            above,
            &at(LITTLE),
            1e-6,
        ),
        Part::of_interval(
            said(
                "at the best λ dead units tell nine in ten starts that are at the lowest optimum from those that are not",
            ),
            Effect::new("share of starts", spread(&told)),
            Side::Above,
            0.9,
        ),
        one_optimum(measured, decaying)?,
    ];
    parts.extend(differences(&[fewer], 0.0)?);
    Ok(parts)
}
