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
use decay_claim::parts::{Comparison, below_decade, differences, falls, power_law};
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
        let (title, early) = ("linear regression, λ = 0.01", "the first 500 steps of GD");
        let arrived = Mark::level(CLOSE, "a distance of 1e-6");
        let ways = [
            panel(title, Horizontal::log("step"), y, along).marked(arrived),
            panel(early, Horizontal::linear("step"), y, first),
        ];
        let of = |study, metric| move |series: &'static str| measured.curve(study, series, metric);
        let named = |(series, colour)| (series, colour, series);
        let of_lines = [(LINES[0], 4), (LINES[1], 5), (LINES[2], 6)].map(named);
        let of_nets = [(NETS[0], 4), (NETS[1], 7), (NETS[2], 1), (ONE_LAYER, 2)].map(named);
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
    let along = |series| measured.along(CONVERGENCE, series, "squared distance", RATE);
    let farthest = |study, series| -> Result<Vec<f64>> {
        Ok(measured.curve(study, series, "distance")?.largest())
    };
    let ended = |series, power: f64| -> Result<Vec<f64>> {
        let last = along(series)?.1.pop().unwrap_or_default();
        Ok(last.into_iter().map(|square| square.powf(power)).collect())
    };
    // Over five doublings: one and a half decades of steps.
    let slope = |statement: &str, series, limits| -> Result<Part> {
        let (steps, squares) = along(series)?;
        let (last, first) = (steps.len() - 1, steps.len().saturating_sub(6));
        let ends = [&squares[first][..], &squares[last]];
        let steps = [steps[first], steps[last]];
        Ok(power_law(
            statement,
            "squared distance",
            steps,
            ends,
            limits,
        ))
    };
    let [closed, single, constant, hovers, falling] = [
        "gradient descent comes within 1e-6 of the closed form at every rate",
        "the library comes within 1e-5 of it in single precision",
        "SGD with a constant rate comes within 1e-6 of it",
        "SGD with a constant rate hovers: its distance no longer falls",
        "SGD with a rate ~ 1/t closes in as 1/t",
    ];
    let far = "the largest distance";
    let mut parts = vec![
        below_decade(closed, far, &farthest(LINE, LINES[0])?, 1e-6),
        below_decade(single, far, &farthest(LIBRARY, "")?, 1e-5),
        below_decade(constant, "the distance at the end", &ended(SGD, 0.5)?, 1e-6),
        slope(hovers, SGD, [-0.25, 0.25])?,
        slope(falling, DECAYING, [-1.25, -0.75])?,
    ];
    let logs = |series| -> Result<Vec<f64>> {
        Ok(ended(series, 1.0)?.into_iter().map(f64::log10).collect())
    };
    let pair = |a, b| -> Result<Comparison> {
        let statement = format!("{a}, ends nearer than {b}");
        Ok(Comparison::below(
            statement,
            "decades of squared distance",
            logs(a)?,
            logs(b)?,
        ))
    };
    let pairs = [pair(HALVED, SGD)?, pair(DECAYING, HALVED)?];
    parts.extend(differences(&pairs, 0.0)?);
    Ok(parts)
}

/// What is said of the listings as they are printed.
fn listing_parts(measured: &Measurements) -> Result<Vec<Part>> {
    // Each at the rate that is best for the other replicates.
    let error = |study, series| {
        measured.chosen(study, series, "excess error", "excess error", Better::Lower)
    };
    let as_good = |statement: &str, study, wrong, right| -> Result<Comparison> {
        let what = "excess squared error above the right program's";
        Ok(Comparison::below(
            statement,
            what,
            error(study, wrong)?,
            error(study, right)?,
        ))
    };
    let slope =
        |series| -> Result<Vec<f64>> { Ok(measured.curve(LINE, series, "slope")?.at(RATE)) };
    let [intercept, divided, sigmoid, layers, normalised] = [
        "the listing's line: leaving out the intercept costs nothing",
        "the listing's penalty with the gradient 2λθ/n shrinks the slope as λ/2 θ² does, or more",
        "the listing's MLP: a sigmoid on a regression costs nothing",
        "the listing's MLP: one layer is enough for a curve",
        "the listing's penalty on normalised weights shrinks them by a hundredth at least",
    ];
    let above = "slope above the right program's";
    let family = [
        as_good(intercept, LINE, LINES[1], LINES[0])?,
        Comparison::below(divided, above, slope(LINES[2])?, slope(LINES[0])?),
        as_good(sigmoid, NET, NETS[2], NETS[0])?,
        as_good(layers, NET, ONE_LAYER, NETS[0])?,
    ];
    let mut parts = differences(&family, 0.0)?;
    let [_, kept] = measured.curve(NET, NETS[1], "norm")?.over_first().ends();
    let removed: Vec<f64> = kept.into_iter().map(|kept| 1.0 - kept).collect();
    let what = "share of the norm that the largest rate removes";
    let effect = Effect::new(what, spread(&removed));
    parts.push(Part::of_interval(normalised, effect, Side::Above, 0.01));
    Ok(parts)
}
