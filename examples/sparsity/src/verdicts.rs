//! From measurements to parts.

use decay_audit::compare::Better;
use decay_claim::drawing::spread;
use decay_claim::parts::{Comparison, below_decade, differences, rises, within};
use decay_claim::{Effect, Judgement, Measurements, Part, Result, overlap};

use crate::selecting::{chooser_parts, irrelevant_parts, perceptron_parts, recovery_parts};
use crate::{ADAM, COSINES, HOW, L1, L2, MADE_UP, NET, PATHS, PENALTIES, STEPS, TABLES};

pub(crate) fn judge(measured: &Measurements) -> Result<Judgement> {
    let mut parts = vec![closed_form(measured)?];
    for table in PATHS {
        parts.extend(path_parts(measured, table)?);
    }
    parts.extend(step_parts(measured)?);
    for table in MADE_UP {
        parts.extend(recovery_parts(measured, table)?);
    }
    parts.extend(chooser_parts(measured, &TABLES)?);
    parts.extend(chooser_parts(measured, &PATHS[2..])?);
    parts.extend(irrelevant_parts(measured)?);
    parts.extend(perceptron_parts(measured)?);
    Ok(Judgement::of(parts))
}

/// Rows that are validated on for each that is trained on, where replicates are halves of one table.
pub(crate) fn shared(table: &str) -> f64 {
    if TABLES.contains(&table) {
        overlap(0.5)
    } else {
        0.0
    }
}

/// The largest figure of each replicate over several series.
fn largest(measured: &Measurements, study: &str, all: &[&str], metric: &str) -> Result<Vec<f64>> {
    let mut found: Vec<f64> = Vec::new();
    for series in all {
        let own = measured.curve(study, series, metric)?.largest();
        found.resize(own.len(), 0.0);
        found
            .iter_mut()
            .zip(own)
            .for_each(|(found, own)| *found = found.max(own));
    }
    Ok(found)
}

fn closed_form(measured: &Measurements) -> Result<Part> {
    let statement =
        "orthonormal inputs: L1, elastic net and L2 end at soft(2 x·y/n, λ1) / (2 + λ2), to 1e-6";
    let far = largest(measured, COSINES, &PENALTIES, "distance")?;
    Ok(below_decade(
        statement,
        "the largest distance of a weight",
        &far,
        1e-6,
    ))
}

/// What the penalties do to the weights of one table.
fn path_parts(measured: &Measurements, table: &str) -> Result<Vec<Part>> {
    let say = |what: &str| format!("{table}: {what}");
    let zeros = |series| measured.curve(table, series, "zeros");
    let [rest, more, none, wider] = [
        "L1 and elastic net meet their optimality conditions to a thousandth of λ",
        "L1 makes more weights zero the stronger it is",
        "L2 makes no weight zero at any strength",
        "L2 spreads weight the stronger it is: the effective number of inputs rises",
    ];
    let unrest = largest(measured, table, &[L1, NET], "unrest")?;
    let never = Effect::new(
        "largest share of weights at zero",
        spread(&zeros(L2)?.largest()),
    );
    let mut parts = vec![
        below_decade(say(rest), "the largest violation over λ", &unrest, 1e-3),
        rises(say(more), &zeros(L1)?)?,
        within(say(none), never, [-1e-9, 1e-9]),
        rises(say(wider), &measured.curve(table, L2, "effective inputs")?)?,
    ];
    parts.extend(path_differences(measured, table)?);
    Ok(parts)
}

/// How far the penalties spread weight, and how stable their selections are, each where its loss is lowest.
fn path_differences(measured: &Measurements, table: &str) -> Result<Vec<Part>> {
    let best = |series, metric| measured.chosen(table, series, metric, "loss", Better::Lower);
    let above = |what: &str, metric, a, b| -> Result<Comparison> {
        let (a, b) = (best(a, metric)?, best(b, metric)?);
        Ok(Comparison::above(format!("{table}: {what}"), metric, a, b))
    };
    let [between, spreads, agree] = [
        "the elastic net spreads weight further than L1, each where its loss is lowest",
        "L2 spreads weight further than the elastic net there",
        "two halves of the rows agree more on what the elastic net selects than on what L1 does, there",
    ];
    let family = [
        above(between, "effective inputs", NET, L1)?,
        above(spreads, "effective inputs", L2, NET)?,
        above(agree, "stability", NET, L1)?,
    ];
    differences(&family, shared(table))
}

/// Which steps give zeros.
fn step_parts(measured: &Measurements) -> Result<Vec<Part>> {
    let zeros = |what: &str, series, limits| -> Result<Part> {
        let shares = measured.curve(HOW, series, "zeros")?.largest();
        let effect = Effect::new(
            "share of the weights that must be zero and are",
            spread(&shares),
        );
        Ok(within(format!("{HOW}: {what}"), effect, limits))
    };
    let [all, none] = [[0.999, 1.001], [-0.001, 0.001]];
    Ok(vec![
        zeros(
            "proximal steps make every weight zero that is zero at the minimum",
            STEPS[0],
            all,
        )?,
        zeros("sub-gradient steps make none zero", STEPS[1], none)?,
        zeros(
            "proximal steps after AdamW's make the same weights zero",
            ADAM,
            all,
        )?,
    ])
}
