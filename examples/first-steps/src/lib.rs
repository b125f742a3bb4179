//! Claim: the first programs of an introductory text, a regression and an MLP with an L2 penalty, done right and as printed.

#![forbid(unsafe_code)]

mod experiment;
mod programs;
#[cfg(test)]
mod tests;

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::drawing::{
    Horizontal, Mark, Panel, Series, figures_panel, panel, picture, series_along, spread,
};
use decay_claim::parts::{Comparison, differences, falls, within};
use decay_claim::{About, Claim, Drawing, Effect, Judgement, Lab, Measurements, Part, Result};

/// The claim.
pub struct FirstSteps;

const LINE: &str = "linear regression";
/// A linear regression as it should be, and with each mistake.
const LINES: [&str; 3] = ["right", "no intercept", "penalty's gradient 2λθ/n"];
const CONVERGENCE: &str = "convergence";
const GD: &str = "GD";
const SGD: &str = "SGD, constant rate";
const HALVED: &str = "SGD, half that rate";
const DECAYING: &str = "SGD, rate ~ 1/t";
const NET: &str = "MLP on a curve";
/// An MLP as it should be, and with each mistake.
const NETS: [&str; 3] = ["right", "normalised penalty", "sigmoid output"];
const ONE_LAYER: &str = "one layer";
const LIBRARY: &str = "the library";
/// At which convergence is watched and mistakes are compared.
const RATE: f64 = 0.01;
/// Square of the distance at which a method has arrived.
const CLOSE: f64 = 1e-12;

impl Claim for FirstSteps {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "First steps, done right",
            statement: "A linear regression with an L2 penalty reaches one optimum by gradient descent, by stochastic gradient descent and \
                        with decaying learning rates, and an MLP with the penalty has smaller weights: as two short listings show.",
            source: "an introductory text on weight decay, whose listings have mistakes",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        experiment::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        let mut parts = optimum_parts(measured)?;
        let norm = measured.curve(NET, NETS[0], "norm")?;
        parts.push(falls("the right MLP: its weights shrink", &norm)?);
        parts.extend(listing_parts(measured)?);
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let methods = [(GD, 0), (SGD, 1), (HALVED, 2), (DECAYING, 3)].into_iter();
        let along = methods.map(|(method, colour)| -> Result<Series> {
            let (steps, squares) = measured.along(CONVERGENCE, method, "squared distance", RATE)?;
            Ok(series_along(method, colour, &steps, &squares))
        });
        let along = along.collect::<Result<_>>()?;
        let y = "squared distance to the closed form";
        let (steps, squares) = measured.along(CONVERGENCE, GD, "square", RATE)?;
        let first = vec![series_along(GD, 0, &steps, &squares)];
        let title = "linear regression, λ = 0.01";
        let arrived = Mark::level(CLOSE, "a distance of 1e-6");
        let ways = [
            panel(title, Horizontal::log("step"), y, along).marked(arrived),
            panel(
                "the first 500 steps of GD",
                Horizontal::linear("step"),
                y,
                first,
            ),
        ];
        let of = |study, metric| move |series: &'static str| measured.curve(study, series, metric);
        let of_lines = [
            (LINES[0], 4, LINES[0]),
            (LINES[1], 5, LINES[1]),
            (LINES[2], 6, LINES[2]),
        ];
        let of_nets = [
            (NETS[0], 4, NETS[0]),
            (NETS[1], 7, NETS[1]),
            (NETS[2], 1, NETS[2]),
            (ONE_LAYER, 2, ONE_LAYER),
        ];
        let error = "excess squared error";
        Ok(vec![
            Drawing {
                file: "convergence",
                caption: "GD gains a factor with every step; SGD hovers at a distance that its rate decides, or closes in as 1/t.".into(),
                picture: picture("Three ways to the same optimum", 1, ways.map(Panel::logarithmic).into()),
            },
            Drawing {
                file: "mistakes",
                caption: "What each mistake of the listings costs on new rows, and what it does to the shrinkage.".into(),
                picture: picture("The listings' mistakes", 2, vec![
                    figures_panel(LINE, error, &of_lines, of(LINE, "excess error"))?.logarithmic(),
                    figures_panel(LINE, "slope (truth: 3)", &of_lines, of(LINE, "slope"))?,
                    figures_panel(NET, error, &of_nets, of(NET, "excess error"))?.logarithmic(),
                    figures_panel(NET, "norm of the weights", &of_nets[..3], of(NET, "norm"))?,
                ]),
            },
        ])
    }
}

/// Whether and how fast the optimum is reached.
fn optimum_parts(measured: &Measurements) -> Result<Vec<Part>> {
    let last = |values: Vec<Vec<f64>>| values.concat().into_iter().fold(0.0, f64::max);
    let digits = |study, series| -> Result<Effect> {
        let curve = measured.curve(study, series, "distance")?;
        let farthest = |replicate: usize| {
            let own = curve.values.iter().map(|values| vec![values[replicate]]);
            last(own.collect()).max(1e-16).log10()
        };
        let all: Vec<f64> = (0..curve.replicates()).map(farthest).collect();
        Ok(Effect::new("log10 of the largest distance", spread(&all)))
    };
    let along = |series| measured.along(CONVERGENCE, series, "squared distance", RATE);
    let logs = |series, back: usize| -> Result<Vec<f64>> {
        let (_, values) = along(series)?;
        let place = values.len().saturating_sub(1 + back);
        Ok(values[place].iter().map(|square| square.log10()).collect())
    };
    // Five doublings: one and a half decades of steps.
    let slope = |series| -> Result<Effect> {
        let pairs = logs(series, 0)?.into_iter().zip(logs(series, 5)?);
        let all: Vec<f64> = pairs.map(|(b, a)| (b - a) / 32f64.log10()).collect();
        Ok(Effect::new(
            "decades of squared distance per decade of steps",
            spread(&all),
        ))
    };
    let reached = |series| -> Result<Effect> {
        let all: Vec<f64> = logs(series, 0)?.into_iter().map(|log| log / 2.0).collect();
        Ok(Effect::new(
            "log10 of the distance at the end",
            spread(&all),
        ))
    };
    let below =
        |statement: &str, effect, limit| Part::of_interval(statement, effect, Side::Below, limit);
    let mut parts = vec![
        below(
            "gradient descent comes within 1e-6 of the closed form at every rate",
            digits(LINE, LINES[0])?,
            -6.0,
        ),
        below(
            "the library comes within 1e-5 of it in single precision",
            digits(LIBRARY, "")?,
            -5.0,
        ),
        below(
            "SGD with a constant rate comes within 1e-6 of it",
            reached(SGD)?,
            -6.0,
        ),
        within(
            "SGD with a constant rate hovers: its distance no longer falls",
            slope(SGD)?,
            [-0.25, 0.25],
        ),
        within(
            "SGD with a rate ~ 1/t closes in as 1/t",
            slope(DECAYING)?,
            [-1.25, -0.75],
        ),
    ];
    let pair = |a, b| -> Result<Comparison> {
        let (statement, what) = (
            format!("{a}, ends nearer than {b}"),
            "decades of squared distance",
        );
        Ok(Comparison::below(statement, what, logs(a, 0)?, logs(b, 0)?))
    };
    parts.extend(differences(
        &[pair(HALVED, SGD)?, pair(DECAYING, HALVED)?],
        0.0,
    )?);
    Ok(parts)
}

/// What is said of the listings as they are printed.
fn listing_parts(measured: &Measurements) -> Result<Vec<Part>> {
    let at = |study, series, metric| -> Result<Vec<f64>> {
        Ok(measured.curve(study, series, metric)?.at(RATE))
    };
    // Each at the rate that is best for the other replicates.
    let as_good = |statement: &str, study, wrong, right| -> Result<Comparison> {
        let error = |series| -> Result<Vec<f64>> {
            measured.chosen(study, series, "excess error", "excess error", Better::Lower)
        };
        let what = "excess squared error above the right program's";
        Ok(Comparison::below(
            statement,
            what,
            error(wrong)?,
            error(right)?,
        ))
    };
    let slopes = [at(LINE, LINES[2], "slope")?, at(LINE, LINES[0], "slope")?];
    let [divided, right] = slopes;
    let family = [
        as_good(
            "the listing's line: leaving out the intercept costs nothing",
            LINE,
            LINES[1],
            LINES[0],
        )?,
        Comparison::below(
            "the listing's penalty with the gradient 2λθ/n shrinks the slope as λ/2 θ² does, or more",
            "slope above the right program's",
            divided,
            right,
        ),
        as_good(
            "the listing's MLP: a sigmoid on a regression costs nothing",
            NET,
            NETS[2],
            NETS[0],
        )?,
        as_good(
            "the listing's MLP: one layer is enough for a curve",
            NET,
            ONE_LAYER,
            NETS[0],
        )?,
    ];
    let mut parts = differences(&family, 0.0)?;
    let [none, most] = measured.curve(NET, NETS[1], "norm")?.ends();
    let removed: Vec<f64> = none
        .iter()
        .zip(most)
        .map(|(none, most)| 1.0 - most / none)
        .collect();
    let effect = Effect::new(
        "share of the norm that the largest rate removes",
        spread(&removed),
    );
    let statement =
        "the listing's penalty on normalised weights shrinks them by a hundredth at least";
    parts.push(Part::of_interval(statement, effect, Side::Above, 0.01));
    Ok(parts)
}
