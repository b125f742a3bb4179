//! Claim: dropout on a linear model is an extra L2 penalty, weighted by the data, and plain decay for isotropic inputs.

#![forbid(unsafe_code)]

mod experiment;
mod linear;
#[cfg(test)]
mod tests;

use decay_audit::compare::Better;
use decay_claim::drawing::{
    Horizontal, Mark, Series, grid_panels, panel, picture, series_along, spread,
};
use decay_claim::measuring::small::Small;
use decay_claim::parts::{Comparison, below_decade, differences, power_law, within};
use decay_claim::{
    About, Claim, Drawing, Effect, Grid, Judgement, Lab, Measurements, Part, Result,
};

/// The claim.
pub struct Dropout;

const SQUARED: &str = "squared loss";
/// Inputs of the linear models.
const INPUTS: [&str; 3] = ["whitened", "standardised, correlated", "of unequal size"];
const RANDOM: &str = "random masks";
/// Dropout of the models with random masks.
const P: f64 = 0.3;
const LOGISTIC: &str = "logistic loss";
const NETS: [&str; 2] = ["Fashion-MNIST", "digits"];
/// Series and strength of the perceptrons' dropout.
const DROPOUTS: [(&str, f64); 5] = [
    ("no dropout", 0.0),
    ("p = 0.1", 0.1),
    ("p = 0.2", 0.2),
    ("p = 0.35", 0.35),
    ("p = 0.5", 0.5),
];
impl Claim for Dropout {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Dropout is a penalty",
            statement: "Dropout on a linear model is an extra L2 penalty that the data weigh, and plain decay for isotropic inputs: exactly \
                        for the squared loss, to first order in the penalty for others.",
            source: "Wager, Wang & Liang 2013; Srivastava et al. 2014, section 9.1",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        experiment::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        let mut parts = linear_parts(measured)?;
        for net in NETS {
            parts.extend(net_parts(measured, net)?);
        }
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let over_p = || Horizontal::linear("dropout p");
        let near = |(place, series): (usize, &&str)| -> Result<Series> {
            let curve = measured.curve(SQUARED, series, "decay")?;
            let shown = curve.with(&curve, |far, _| far.max(1e-6));
            Ok(series_along(*series, place, &shown.rates, &shown.values))
        };
        let near = INPUTS.iter().enumerate().map(near).collect::<Result<_>>()?;
        let ratio = measured.curve(LOGISTIC, "", "ratio")?;
        let ratio = series_along("second order over exact", 3, &ratio.rates, &ratio.values);
        let (steps, far) = measured.along(RANDOM, "", "distance", P)?;
        let random = series_along("standardised, random masks", 4, &steps, &far);
        let [decay, second, masks] = [
            "difference from the nearest plain decay",
            "logistic loss",
            "random masks, p = 0.3",
        ];
        let [predictions, penalty, far] = [
            "of the predictions, relative",
            "penalty: second order / exact",
            "distance to the ridge, relative",
        ];
        let (steps, exact) = (Horizontal::log("step"), Mark::level(1.0, "exact"));
        let linear = vec![
            panel(decay, over_p(), predictions, near).logarithmic(),
            panel(second, over_p(), penalty, vec![ratio]).marked(exact),
            panel(masks, steps, far, vec![random]).logarithmic(),
        ];
        let figures = [("NLL", "NLL (nats)"), ("error", "error")];
        let nets = grid_panels(measured, &NETS, &DROPOUTS, &figures)?;
        Ok(vec![
            Drawing {
                file: "linear",
                caption: "Dropout is plain decay where inputs have one size, correlated or not; the second-order penalty of a logistic model; random masks on their way to the ridge.".into(),
                picture: picture("Dropout on linear models", 2, linear),
            },
            Drawing {
                file: "overlap",
                caption: "Dropout and decay in a perceptron: the more of one, the less the other gains.".into(),
                picture: picture("Dropout and decay", 2, nets),
            },
        ])
    }
}

/// What dropout is to a linear model.
fn linear_parts(measured: &Measurements) -> Result<Vec<Part>> {
    let below = |statement: &str, series, metric, limit: f64| -> Result<Part> {
        let largest = measured.curve(SQUARED, series, metric)?.largest();
        let what = "the largest relative difference over p";
        Ok(below_decade(statement, what, &largest, limit))
    };
    let plain = |inputs: &str, series| {
        let statement = format!("{inputs} inputs: plain decay predicts the same, to a millionth");
        below(&statement, series, "decay", 1e-6)
    };
    let [exact, trained, random] = [
        "squared loss: dropout adds p/(1-p) Σ ||x_j||² w_j² exactly",
        "training with every mask ends at that ridge, to 1e-4 of its norm",
        "training with random masks closes in on it as 1/√t",
    ];
    let (steps, far) = measured.along(RANDOM, "", "distance", P)?;
    let (last, first) = (steps.len() - 1, steps.len().saturating_sub(7));
    let (steps, ends) = ([steps[first], steps[last]], [&far[first][..], &far[last]]);
    let ratio = measured.curve(LOGISTIC, "", "ratio")?;
    let second = |p: f64| {
        let what = "penalty to second order, over the exact one";
        let statement =
            format!("logistic loss, p = {p}: the penalty to second order is right to a tenth");
        within(
            statement,
            Effect::new(what, spread(&ratio.at(p))),
            [0.9, 1.1],
        )
    };
    Ok(vec![
        below(exact, INPUTS[2], "identity", 1e-10)?,
        below(trained, INPUTS[1], "trained", 1e-4)?,
        power_law(random, "distance", steps, ends, [-0.7, -0.3]),
        plain("whitened", INPUTS[0])?,
        plain("standardised but correlated", INPUTS[1])?,
        plain("unequal", INPUTS[2])?,
        second(0.1),
        second(0.3),
        second(0.5),
    ])
}

/// How much of the gain of either is left beside the other.
fn net_parts(measured: &Measurements, net: &str) -> Result<Vec<Part>> {
    let grid = Grid::of(measured, net, &DROPOUTS, "NLL")?;
    let best = |wanted| grid.chosen_by_others(Better::Lower, wanted);
    let neither = best(|p, rate| p == 0.0 && rate == 0.0);
    let (dropout, decay) = (best(|_, rate| rate == 0.0), best(|p, _| p == 0.0));
    let both = best(|_, _| true);
    let gain = |best: &[f64]| -> Vec<f64> {
        let pairs = neither.iter().zip(best);
        pairs.map(|(from, to)| from - to).collect()
    };
    let pairs = gain(&dropout).into_iter().zip(gain(&decay));
    let sum = pairs.map(|(a, b)| a + b).collect();
    let still = |what: &str, other: &str, alone: Vec<f64>| {
        let statement = format!("{net}: {what} still gains beside {other}");
        Comparison::below(statement, "nats", both.clone(), alone)
    };
    let overlap = format!("{net}: together they gain less than the sum of what each gains alone");
    let family = [
        Comparison::below(overlap, "nats", gain(&both), sum),
        still("dropout", "decay", decay),
        still("decay", "dropout", dropout),
    ];
    differences(&family, Small::OVERLAP)
}
