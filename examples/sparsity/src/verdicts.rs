//! From measurements to parts.

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::drawing::spread;
use decay_claim::parts::{Comparison, below_decade, differences, rises, within};
use decay_claim::{Effect, Judgement, Measurements, Part, Result, overlap};

use crate::{
    ADAM, AMONG, CHOOSERS, COSINES, FEW, GROUPED, HOW, IN_BATCHES, L1, L2, MADE_UP, NET, PATHS,
    PENALTIES, PERCEPTRON, STABLE, STEPS, TABLES, WHOLE, best_among, refitted,
};

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
fn shared(table: &str) -> f64 {
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
    let best = |series, metric| measured.chosen(table, series, metric, "loss", Better::Lower);
    let above = |what: &str, metric, a, b| -> Result<Comparison> {
        Ok(Comparison::above(
            say(what),
            metric,
            best(a, metric)?,
            best(b, metric)?,
        ))
    };
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
    let spreads = "effective inputs";
    let family = [
        above(
            "the elastic net spreads weight further than L1, each where its loss is lowest",
            spreads,
            NET,
            L1,
        )?,
        above(
            "L2 spreads weight further than the elastic net there",
            spreads,
            L2,
            NET,
        )?,
        above(
            "two halves of the rows agree more on what the elastic net selects than on what L1 does, there",
            "stability",
            NET,
            L1,
        )?,
    ];
    parts.extend(differences(&family, shared(table))?);
    Ok(parts)
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

/// Whether what is selected is what matters.
fn recovery_parts(measured: &Measurements, table: &str) -> Result<Vec<Part>> {
    let lasso = |metric| measured.chosen(table, WHOLE, metric, "loss", Better::Lower);
    let stable = |metric| {
        measured
            .curve(table, STABLE, metric)
            .map(|curve| curve.largest())
    };
    let part = |what: &str, metric: &str, values: Vec<f64>, side, limit| {
        Part::of_interval(
            format!("{table}: {what}"),
            Effect::new(metric, spread(&values)),
            side,
            limit,
        )
    };
    Ok(vec![
        part(
            "L1 selects the inputs that matter, where its loss is lowest (recall above 0.95)",
            "recall",
            lasso("recall")?,
            Side::Above,
            0.95,
        ),
        part(
            "and no others (precision above 0.95)",
            "precision",
            lasso("precision")?,
            Side::Above,
            0.95,
        ),
        part(
            "stability selection keeps its promise of at most one wrong input",
            "wrong inputs",
            stable("wrong")?,
            Side::Below,
            1.0,
        ),
        part(
            "and selects the inputs that matter (recall above 0.95)",
            "recall",
            stable("recall")?,
            Side::Above,
            0.95,
        ),
    ])
}

/// Whether L1 chooses a few inputs better than others do.
fn chooser_parts(measured: &Measurements, tables: &[&str]) -> Result<Vec<Part>> {
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

fn irrelevant_parts(measured: &Measurements) -> Result<Vec<Part>> {
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
fn perceptron_parts(measured: &Measurements) -> Result<Vec<Part>> {
    let best = |series, metric| measured.chosen(PERCEPTRON, series, metric, "loss", Better::Lower);
    let say = |what: &str| format!("{PERCEPTRON}: {what}");
    let effect = |what: &str, values: &[f64]| Effect::new(what, spread(values));
    let recall = effect("recall", &best(GROUPED, "recall")?);
    let dropped = effect("share of the others dropped", &best(GROUPED, "dropped")?);
    let never = measured
        .curve(PERCEPTRON, L2, "inputs")?
        .with(&measured.curve(PERCEPTRON, L2, "inputs")?, |kept, _| {
            30.0 - kept
        });
    let compare = |what: &str, metric, b, below: bool| -> Result<Comparison> {
        let (a, b) = (best(GROUPED, metric)?, best(b, metric)?);
        Ok(if below {
            Comparison::below(say(what), metric, a, b)
        } else {
            Comparison::above(say(what), metric, a, b)
        })
    };
    let family = [
        compare(
            "group lasso has a lower loss than L2, each at its best",
            "loss",
            L2,
            true,
        )?,
        compare(
            "group lasso has a lower loss than L1, each at its best",
            "loss",
            L1,
            true,
        )?,
        compare(
            "group lasso drops more inputs that do not matter than L1 does there",
            "dropped",
            L1,
            false,
        )?,
        compare(
            "and more than it drops in batches of 30 rows",
            "dropped",
            IN_BATCHES,
            false,
        )?,
    ];
    let mut parts = vec![
        Part::of_interval(
            say(
                "group lasso keeps the inputs that matter, where its loss is lowest (recall above 0.95)",
            ),
            recall,
            Side::Above,
            0.95,
        ),
        Part::of_interval(
            say("and drops the others (above 0.9 of them)"),
            dropped,
            Side::Above,
            0.9,
        ),
        within(
            say("L2 drops no input"),
            effect("inputs dropped at most", &never.largest()),
            [-1e-9, 1e-9],
        ),
    ];
    parts.extend(differences(&family, 0.0)?);
    Ok(parts)
}
