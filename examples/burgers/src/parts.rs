//! What the numbers say of each part of the claim.

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::drawing::spread;
use decay_claim::measuring::choices::Choices;
use decay_claim::parts::{Comparison, below_decade, differences, falls, u_shaped};
use decay_claim::{Effect, Judgement, Measurements, Part, Result};

use crate::{BASIS, DENSE, IDENTITIES, KNOWING, MANY, NETWORK, SOLVERS, SPARSE};

/// Every surrogate of few samples.
pub(crate) const ALL: [&str; 5] = [BASIS[0].0, BASIS[1].0, KNOWING[0].0, KNOWING[1].0, NETWORK];

pub(crate) fn judge(measured: &Measurements) -> Result<Judgement> {
    let mut parts = as_stated(measured)?;
    parts.extend(every_point(measured)?);
    parts.extend(oscillation(measured)?);
    parts.extend(compared(measured)?);
    parts.extend(identities(measured)?);
    Ok(Judgement::of(parts))
}

/// A figure of each replicate at the rate that its own samples choose.
fn chosen(measured: &Measurements, study: &str, series: &str, metric: &str) -> Result<Vec<f64>> {
    let [left_out, figure] = ["left out", metric].map(|m| measured.curve(study, series, m));
    Ok(Choices::of(&left_out?, &figure?).truth)
}

/// A figure at the smallest rate.
fn undecayed(measured: &Measurements, series: &str, metric: &str) -> Result<Vec<f64>> {
    let [first, _] = measured.curve(SPARSE, series, metric)?.ends();
    Ok(first)
}

/// Few samples: smoothness follows λ, and a λ in between is best.
fn as_stated(measured: &Measurements) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for series in ALL {
        let curve = |metric| measured.curve(SPARSE, series, metric);
        parts.push(falls(
            format!("{series}: the energy ∫u_x² falls with λ"),
            &curve("energy")?,
        )?);
        parts.push(u_shaped(
            format!("{series}: some decay is best for the whole field"),
            &curve("error")?,
            Better::Lower,
            0.0,
        )?);
    }
    for (series, _) in BASIS {
        parts.push(u_shaped(
            format!("{MANY}, {series}: some decay is best for the whole field"),
            &measured.curve(MANY, series, "error")?,
            Better::Lower,
            0.0,
        )?);
    }
    Ok(parts)
}

/// Every point of a grid: there plain decay has one factor for all waves.
fn every_point(measured: &Measurements) -> Result<Vec<Part>> {
    let part = |series: &str| -> Result<Part> {
        let [_, kept] = measured.curve(DENSE, series, "kept")?.ends();
        let what = "share of ∫u_x²/∫u² that the largest λ leaves";
        let effect = Effect::new(what, spread(&kept));
        let statement = format!(
            "every point of the grid seen, {series}: decay makes the field smoother, not only smaller"
        );
        Ok(Part::of_interval(statement, effect, Side::Below, 0.99))
    };
    let mut parts = vec![part(BASIS[0].0)?, part(BASIS[1].0)?];
    for (series, _) in BASIS {
        let of = |metric| measured.curve(DENSE, series, metric);
        let (error, before) = (of("error")?, of("error before")?);
        let best = Choices::of(&error, &error).truth;
        let pairs = best.iter().zip(&before.values[0]);
        let gains: Vec<f64> = pairs.map(|(best, before)| 1.0 - best / before).collect();
        let effect = Effect::new(
            "share of the error that the best λ takes off",
            spread(&gains),
        );
        let statement = format!(
            "every point of the grid seen, {series}: the best λ takes off a tenth of the error at least"
        );
        parts.push(Part::of_interval(statement, effect, Side::Above, 0.1));
    }
    Ok(parts)
}

/// Whether spurious oscillation goes, at the λ that samples choose, and how little of it is left.
fn oscillation(measured: &Measurements) -> Result<Vec<Part>> {
    let mut family = Vec::new();
    for series in ALL {
        for (metric, what) in [("variation", "total variation"), ("overshoot", "overshoot")] {
            let before = undecayed(measured, series, metric)?;
            let after = chosen(measured, SPARSE, series, metric)?;
            let pairs = before.iter().zip(&after);
            let less: Vec<f64> = pairs.map(|(before, after)| gone(*before, *after)).collect();
            family.push(Comparison::above(
                format!("{series}: the λ of cross-validation has less {what} than the smallest"),
                format!("share of the {what} that is gone"),
                less.clone(),
                vec![0.0; less.len()],
            ));
        }
    }
    let mut parts = differences(&family, 0.0)?;
    let few = ALL.map(|series| (SPARSE, series));
    let many = BASIS.map(|(series, _)| (MANY, series));
    for (study, series) in few.into_iter().chain(many) {
        let left = chosen(measured, study, series, "variation")?;
        let effect = Effect::new("total variation over the truth's", spread(&left));
        let statement = format!(
            "{study}, {series}: at the λ of cross-validation oscillation adds less than a tenth to the total variation"
        );
        parts.push(Part::of_interval(statement, effect, Side::Below, 1.1));
    }
    Ok(parts)
}

/// The difference over the larger: within -1 and 1, since without decay some fields oscillate without bounds, and 0 of nothing.
fn gone(before: f64, after: f64) -> f64 {
    let larger = before.max(after);
    if larger > 0.0 {
        (before - after) / larger
    } else {
        0.0
    }
}

/// Surrogates against each other at the λ that samples choose, and what that choice loses.
fn compared(measured: &Measurements) -> Result<Vec<Part>> {
    let [plain, slope, knowing, both, network] = ALL;
    let below = |study: &str, a: &str, b: &str| -> Result<Comparison> {
        Ok(Comparison::below(
            format!("{study}: {a} errs less than {b}, each at the λ of cross-validation"),
            "relative error of the whole field",
            chosen(measured, study, a, "error")?,
            chosen(measured, study, b, "error")?,
        ))
    };
    let family = [
        below(SPARSE, slope, plain)?,
        below(MANY, slope, plain)?,
        below(SPARSE, knowing, plain)?,
        below(SPARSE, knowing, slope)?,
        below(SPARSE, both, knowing)?,
        below(SPARSE, network, plain)?,
    ];
    let mut parts = differences(&family, 0.0)?;
    for series in ALL {
        let error = measured.curve(SPARSE, series, "error")?;
        let best = Choices::of(&error, &error).truth;
        let found = chosen(measured, SPARSE, series, "error")?;
        let lost: Vec<f64> = found.iter().zip(best).map(|(a, b)| a / b - 1.0).collect();
        let effect = Effect::new("error over that of the best λ, less 1", spread(&lost));
        let statement =
            format!("{series}: the λ of cross-validation loses less than a tenth against the best");
        parts.push(Part::of_interval(statement, effect, Side::Below, 0.1));
    }
    Ok(parts)
}

fn identities(measured: &Measurements) -> Result<Vec<Part>> {
    let largest = |study, series: &str, metric| -> Result<Vec<f64>> {
        Ok(measured.curve(study, series, metric)?.largest())
    };
    let mut parts = Vec::new();
    for (series, limit, text) in [(SOLVERS.1[0], 1e-8, "1e-8"), (SOLVERS.1[1], 1e-6, "1e-6")] {
        let statement = format!("{}, {series}: both solutions agree to {text}", SOLVERS.0);
        let values = largest(SOLVERS.0, series, "difference")?;
        parts.push(below_decade(
            statement,
            "the largest difference",
            &values,
            limit,
        ));
    }
    for (metric, text) in [("slope", "∫u_x² = Σk²|c|²"), ("size", "∫u² = Σ|c|²")] {
        for (series, _) in BASIS {
            let values = largest(IDENTITIES, series, metric)?;
            let statement = format!("{text} to 1e-10, of fields fitted with {series}");
            let what = "the largest relative difference";
            parts.push(below_decade(statement, what, &values, 1e-10));
        }
    }
    Ok(parts)
}
