//! Claim: an L1 penalty zeroes weights and selects features, L2 spreads them, the elastic net lies between.

#![forbid(unsafe_code)]

mod beyond;
mod experiment;
mod selecting;
mod tables;
#[cfg(test)]
mod tests;
mod verdicts;

use decay_audit::compare::Better;
use decay_claim::drawing::{
    Horizontal, Panel, Series, of_shares, panel, picture, series, series_along,
};
use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result};

use crate::beyond::among_series;

/// The claim.
pub struct Sparsity;

const L1: &str = "L1";
const NET: &str = "elastic net";
const L2: &str = "L2";
const PENALTIES: [&str; 3] = [L1, NET, L2];
const COSINES: &str = "orthonormal inputs";
const TABLES: [&str; 2] = ["diabetes", "breast cancer"];
const MADE_UP: [&str; 2] = ["independent", "groups"];
/// Tables whose paths are judged and drawn.
const PATHS: [&str; 3] = [TABLES[0], TABLES[1], MADE_UP[1]];
/// Series of the made-up tables on all rows of a replicate.
const WHOLE: &str = "L1, all rows";
const STABLE: &str = "stability selection";
/// Who chooses the inputs of a small model, and how many.
const CHOOSERS: [&str; 3] = ["L1", "L2", "correlation"];
const KEPT: [usize; 5] = [1, 2, 3, 5, 8];
/// As many inputs as the choosers are compared with.
const FEW: f64 = 3.0;
/// One lasso in several ways.
const HOW: &str = "diabetes, one λ";
const STEPS: [&str; 2] = ["proximal steps", "sub-gradients"];
const ADAM: &str = "proximal steps after AdamW's";
const IRRELEVANT: &str = "three inputs matter";
const AMONG: [usize; 4] = [4, 16, 64, 256];
const PERCEPTRON: &str = "perceptron";
/// The first five matter.
const PERCEPTRON_INPUTS: f64 = 30.0;
const GROUPED: &str = "group lasso";
const IN_BATCHES: &str = "group lasso, batches of 30 rows";

/// The study of small models of a table.
fn refitted(table: &str) -> String {
    format!("{table}, few inputs")
}

impl Claim for Sparsity {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "L1 selects, L2 spreads",
            statement: "An L1 penalty makes weights exactly zero and so selects features, L2 makes none zero and spreads weight over all, the \
                        elastic net lies between; on groups of weights L1 drops whole inputs of a network.",
            source: "Tibshirani 1996; Zou & Hastie 2005; Ng 2004; Meinshausen & Bühlmann 2010; Yuan & Lin 2006; an introductory text on weight decay",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        experiment::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        verdicts::judge(measured)
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let mut paths = Vec::new();
        for (metric, y) in [
            ("zeros", "share of weights at zero"),
            ("effective inputs", "effective number of inputs"),
            ("loss", "loss / that of a constant"),
        ] {
            for table in PATHS {
                paths.push(path_panel(measured, table, metric, y)?);
            }
        }
        let mut selection = Vec::new();
        for table in MADE_UP {
            selection.push(recovery_panel(measured, table)?);
        }
        for table in [PATHS[1], PATHS[2]] {
            selection.push(chooser_panel(measured, table)?);
        }
        selection.push(among_panel(measured)?);
        selection.push(perceptron_panel(measured)?);
        Ok(vec![
            Drawing {
                file: "paths",
                caption: "L1, elastic net and L2 on three tables over their strengths: weights at exactly zero, how far weights are spread, and losses.".into(),
                picture: picture("Three penalties on linear models", 3, paths),
            },
            Drawing {
                file: "selection",
                caption: "What the lasso selects against what matters; models of few inputs by who chose these; inputs that do not matter; inputs that a perceptron keeps.".into(),
                picture: picture("Selecting", 2, selection),
            },
        ])
    }
}

fn strength() -> Horizontal {
    Horizontal::log("strength λ of the penalty")
}

/// A figure of each penalty over its strength.
fn path_panel(measured: &Measurements, table: &str, metric: &str, y: &str) -> Result<Panel> {
    let line = |(colour, penalty): (usize, &&str)| {
        Ok(series(
            *penalty,
            colour,
            &measured.curve(table, penalty, metric)?,
        ))
    };
    let lines: Result<Vec<Series>> = PENALTIES.iter().enumerate().map(line).collect();
    Ok(panel(table, strength(), y, lines?))
}

/// Precision and recall of the lasso on all rows.
fn recovery_panel(measured: &Measurements, table: &str) -> Result<Panel> {
    let line = |(colour, metric): (usize, &str)| {
        Ok(series(
            metric,
            colour,
            &measured.curve(table, WHOLE, metric)?,
        ))
    };
    let lines: Result<Vec<Series>> = [(3, "precision"), (4, "recall"), (5, "loss")]
        .map(line)
        .into_iter()
        .collect();
    Ok(of_shares(panel(
        &format!("{table}: the lasso's selection"),
        strength(),
        "share; loss",
        lines?,
    )))
}

/// Losses of models of few inputs.
fn chooser_panel(measured: &Measurements, table: &str) -> Result<Panel> {
    let study = refitted(table);
    let line = |(colour, chooser): (usize, &&str)| {
        Ok(series(
            format!("chosen by {chooser}"),
            [0, 2, 6][colour],
            &measured.curve(&study, chooser, "loss")?,
        ))
    };
    let lines: Result<Vec<Series>> = CHOOSERS.iter().enumerate().map(line).collect();
    Ok(panel(
        &study,
        Horizontal::linear("inputs"),
        "loss / that of a constant",
        lines?,
    ))
}

/// Losses among more and more inputs, at the best strength.
fn among_panel(measured: &Measurements) -> Result<Panel> {
    let line = |(colour, penalty): (usize, &str)| -> Result<Series> {
        let best = AMONG.map(|among| best_among(measured, penalty, among));
        let best = best.into_iter().collect::<Result<Vec<_>>>()?;
        Ok(series_along(
            penalty,
            colour,
            &AMONG.map(|among| among as f64),
            &best,
        ))
    };
    let lines: Result<Vec<Series>> = [(0, L1), (2, L2)].map(line).into_iter().collect();
    Ok(panel(
        IRRELEVANT,
        Horizontal::log("inputs"),
        "loss / that of a constant",
        lines?,
    ))
}

/// Each replicate's loss among so many inputs, at the strength that is best for the others.
fn best_among(measured: &Measurements, penalty: &str, among: usize) -> Result<Vec<f64>> {
    let losses = measured.curve(IRRELEVANT, &among_series(penalty, among), "loss")?;
    Ok(losses.chosen_by_others(Better::Lower, &losses))
}

/// Inputs that a perceptron keeps.
fn perceptron_panel(measured: &Measurements) -> Result<Panel> {
    let line = |(colour, penalty): (usize, &str)| -> Result<Series> {
        let kept = measured
            .curve(PERCEPTRON, penalty, "inputs")?
            .only(|rate| rate > 0.0);
        Ok(series(penalty, colour, &kept))
    };
    let all = [(1, GROUPED), (6, IN_BATCHES), (0, L1), (2, L2)];
    let lines: Result<Vec<Series>> = all.map(line).into_iter().collect();
    Ok(panel(
        "perceptron, 5 of 30 inputs matter",
        strength(),
        "inputs with a weight",
        lines?,
    ))
}
