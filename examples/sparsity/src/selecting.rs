//! Parts of what is selected: whether it is what matters, what it is worth, and what a perceptron keeps.

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::drawing::spread;
use decay_claim::parts::{Comparison, differences, within};
use decay_claim::{Effect, Measurements, Part, Result};

use crate::verdicts::shared;
use crate::{
    AMONG, CHOOSERS, FEW, GROUPED, IN_BATCHES, L1, L2, PERCEPTRON, PERCEPTRON_INPUTS, STABLE,
    WHOLE, best_among, refitted,
};

/// Whether what is selected is what matters.
pub(crate) fn recovery_parts(measured: &Measurements, table: &str) -> Result<Vec<Part>> {
    let lasso = |metric| measured.chosen(table, WHOLE, metric, "loss", Better::Lower);
    let stable = |metric| {
        measured
            .curve(table, STABLE, metric)
            .map(|curve| curve.largest())
    };
    let part = |what: &str, metric: &str, values: Vec<f64>, side, limit| {
        let effect = Effect::new(metric, spread(&values));
        Part::of_interval(format!("{table}: {what}"), effect, side, limit)
    };
    let [finds, no_others, promise, stable_finds] = [
        "L1 selects the inputs that matter, where its loss is lowest (recall above 0.95)",
        "L1 selects no others there (precision above 0.95)",
        "stability selection keeps its promise of at most one wrong input",
        "stability selection selects the inputs that matter (recall above 0.95)",
    ];
    let (above, below) = (Side::Above, Side::Below);
    Ok(vec![
        part(finds, "recall", lasso("recall")?, above, 0.95),
        part(no_others, "precision", lasso("precision")?, above, 0.95),
        part(promise, "wrong inputs", stable("wrong")?, below, 1.0),
        part(stable_finds, "recall", stable("recall")?, above, 0.95),
    ])
}

/// Whether L1 chooses a few inputs better than others do.
pub(crate) fn chooser_parts(measured: &Measurements, tables: &[&str]) -> Result<Vec<Part>> {
    let mut family = Vec::new();
    for table in tables {
        let study = refitted(table);
        let loss = |chooser| {
            measured
                .curve(&study, chooser, "loss")
                .map(|curve| curve.at(FEW))
        };
        for (other, whose) in [
            (CHOOSERS[1], "L2's largest weights"),
            (CHOOSERS[2], "largest correlations"),
        ] {
            let statement = format!(
                "{table}: three inputs that L1 takes up first predict better than those of the three {whose}"
            );
            family.push(Comparison::below(
                statement,
                "loss / that of a constant",
                loss(CHOOSERS[0])?,
                loss(other)?,
            ));
        }
    }
    differences(&family, tables.first().map_or(0.0, |table| shared(table)))
}

pub(crate) fn irrelevant_parts(measured: &Measurements) -> Result<Vec<Part>> {
    let increase = |penalty| -> Result<Vec<f64>> {
        let [few, many] = [AMONG[0], AMONG[AMONG.len() - 1]];
        let (few, many) = (
            best_among(measured, penalty, few)?,
            best_among(measured, penalty, many)?,
        );
        Ok(many.iter().zip(few).map(|(many, few)| many - few).collect())
    };
    let statement =
        "with 252 inputs more that do not matter, the loss rises less under L1 than under L2";
    let what = "loss / that of a constant";
    differences(
        &[Comparison::below(
            statement,
            what,
            increase(L1)?,
            increase(L2)?,
        )],
        0.0,
    )
}

/// What penalties on the first layer do to a perceptron's inputs.
pub(crate) fn perceptron_parts(measured: &Measurements) -> Result<Vec<Part>> {
    let best = |metric| measured.chosen(PERCEPTRON, GROUPED, metric, "loss", Better::Lower);
    let say = |what: &str| format!("{PERCEPTRON}: {what}");
    let [keeps, drops] = [
        "group lasso keeps the inputs that matter, where its loss is lowest (recall above 0.95)",
        "group lasso drops the others there (above 0.9 of them)",
    ];
    let recall = Effect::new("recall", spread(&best("recall")?));
    let dropped = Effect::new("share of the others dropped", spread(&best("dropped")?));
    let kept = measured.curve(PERCEPTRON, L2, "inputs")?;
    let never = kept
        .with(&kept, |kept, _| PERCEPTRON_INPUTS - kept)
        .largest();
    let never = Effect::new("inputs dropped at most", spread(&never));
    let mut parts = vec![
        Part::of_interval(say(keeps), recall, Side::Above, 0.95),
        Part::of_interval(say(drops), dropped, Side::Above, 0.9),
        within(say("L2 drops no input"), never, [-1e-9, 1e-9]),
    ];
    parts.extend(perceptron_differences(measured)?);
    Ok(parts)
}

/// The group lasso against other penalties, and in batches.
fn perceptron_differences(measured: &Measurements) -> Result<Vec<Part>> {
    let best = |series: &str, metric: &str| {
        measured.chosen(PERCEPTRON, series, metric, "loss", Better::Lower)
    };
    let lower = |other: &str| -> Result<Comparison> {
        let statement =
            format!("{PERCEPTRON}: group lasso has a lower loss than {other}, each at its best");
        let [own, others] = [best(GROUPED, "loss")?, best(other, "loss")?];
        Ok(Comparison::below(statement, "loss", own, others))
    };
    let drops_more = |than: &str, other: &str| -> Result<Comparison> {
        let statement =
            format!("{PERCEPTRON}: group lasso drops more inputs that do not matter than {than}");
        let [own, others] = [best(GROUPED, "dropped")?, best(other, "dropped")?];
        Ok(Comparison::above(statement, "dropped", own, others))
    };
    let family = [
        lower(L2)?,
        lower(L1)?,
        drops_more("L1 does there", L1)?,
        drops_more("it does in batches of 30 rows", IN_BATCHES)?,
    ];
    differences(&family, 0.0)
}
