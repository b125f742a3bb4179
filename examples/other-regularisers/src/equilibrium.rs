//! Weights before a batch norm: the norm and the angle at which steps and decay balance.

use decay_claim::drawing::{Horizontal, Panel, dashed, panel, rate_label, series_along, spread};
use decay_claim::measuring::equilibrium::{ANGLE, BALANCED_NORM, Balance, NORM, SLANT};
use decay_claim::parts::{below_decade, within};
use decay_claim::{Effect, Lab, Measurements, Part, Result, Study};
use decay_data::Embedded;
use decay_model::{Init, Mlp, Norm};
use decay_train::{Optimizer, TrainConfig};

/// Learning rates, as measurements name them, with decay rates of which some have the same product.
pub(crate) const STEPS: [(&str, f64); 2] = [("digits, η = 0.05", 0.05), ("digits, η = 0.2", 0.2)];
pub(crate) const RATES: [[f64; 3]; 2] = [[0.02, 0.08, 0.32], [0.005, 0.02, 0.08]];
/// Starting weights, of which the first are 2.4 times as large as the second.
pub(crate) const STARTS: [(&str, Init); 2] = [("large", Init::HeNormal), ("small", Init::Torch)];
/// All decay rates, by colour.
const COLOURS: [f64; 4] = [0.005, 0.02, 0.08, 0.32];
/// Means over the steps of so many stretches of training, of which the later half counts as the end.
const BLOCKS: usize = 12;

/// Perceptrons with a batch norm, trained by plain gradient descent.
pub(crate) fn measure(lab: &Lab, out: &mut Measurements) -> Result<()> {
    let data = Embedded::Digits.load()?;
    let rows = lab.draws(data.rows, lab.pick(12, 24), [300, 100]);
    for ((name, lr), rates) in STEPS.into_iter().zip(RATES) {
        for (start, init) in STARTS {
            let mut model = Mlp::hidden([32]);
            (model.norm, model.init) = (Norm::Batch, init);
            let config = TrainConfig {
                optimizer: Optimizer::Sgd,
                diagnostics: true,
                evaluate_every: 0,
                epochs: 200,
                batch: 20,
                lr,
                ..TrainConfig::default()
            };
            let study = Study::of_decay(name, &data, rows.clone(), model, config, rates.to_vec());
            lab.train(study.in_series(start))?.note_balance(BLOCKS, out);
        }
    }
    Ok(())
}

/// Each replicate's mean of a metric over the later half of training.
fn end(
    measured: &Measurements,
    study: &str,
    start: &str,
    metric: &str,
    rate: f64,
) -> Result<Vec<f64>> {
    let (_, values) = measured.along(study, start, metric, rate)?;
    let late = &values[values.len() / 2..];
    let mean = |replicate: usize| {
        late.iter().map(|block| block[replicate]).sum::<f64>() / late.len() as f64
    };
    Ok((0..late[0].len()).map(mean).collect())
}

pub(crate) fn parts(measured: &Measurements) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for ((study, lr), rates) in STEPS.into_iter().zip(RATES) {
        for (start, _) in STARTS {
            let say = format!(
                "{study}, {start} weights: every gradient is at right angles to the weights before a batch norm"
            );
            let slant = measured.curve(study, start, SLANT)?.largest();
            parts.push(below_decade(
                say,
                "the largest relative slant",
                &slant,
                1e-2,
            ));
        }
        for rate in rates {
            let of = |start: usize, metric| end(measured, study, STARTS[start].0, metric, rate);
            let balance = Balance { lr, rate };
            let ratio = |what: &str, a: Vec<f64>, b: Vec<f64>| {
                let ratios: Vec<f64> = a.iter().zip(b).map(|(a, b)| a / b).collect();
                Effect::new(what, spread(&ratios))
            };
            let say = |what: &str| format!("{study}, λ = {rate}: {what}");
            let norm = ratio("norm over the formula", of(0, NORM)?, of(0, BALANCED_NORM)?);
            parts.push(within(
                say("the norm settles at (η/(2λ) E||g||²)^(1/4)"),
                norm,
                [0.95, 1.05],
            ));
            let angles = of(0, ANGLE)?;
            let formula = vec![balance.angle(); angles.len()];
            let angle = ratio("angle over the formula", angles, formula);
            parts.push(within(
                say("steps settle at the angle sqrt(2ηλ)"),
                angle,
                [0.95, 1.05],
            ));
            let norm = ratio(
                "norm from large over that from small weights",
                of(0, NORM)?,
                of(1, NORM)?,
            );
            parts.push(within(
                say("where the weights started is forgotten"),
                norm,
                [0.95, 1.05],
            ));
        }
    }
    Ok(parts)
}

/// Angle and norm along the steps, beside their formulas.
pub(crate) fn panels(measured: &Measurements) -> Result<Vec<Panel>> {
    let mut panels = Vec::new();
    for (metric, y) in [
        (ANGLE, "angle of a step (rad)"),
        (NORM, "norm of the weights"),
    ] {
        for ((study, lr), rates) in STEPS.into_iter().zip(RATES) {
            let mut lines = Vec::new();
            for rate in rates {
                let (places, values) = measured.along(study, STARTS[0].0, metric, rate)?;
                let formula = match metric {
                    ANGLE => vec![vec![Balance { lr, rate }.angle()]; places.len()],
                    _ => measured.along(study, STARTS[0].0, BALANCED_NORM, rate)?.1,
                };
                // A rate has one colour in all panels, and the legend needs one dashed line.
                let colour = COLOURS.iter().position(|&own| own == rate).unwrap_or(0);
                let label = if colour == 1 { "the formula" } else { "" };
                lines.push(series_along(rate_label(rate), colour, &places, &values));
                lines.push(dashed(series_along(label, colour, &places, &formula)));
            }
            panels.push(panel(study, Horizontal::linear("step"), y, lines).logarithmic());
        }
    }
    Ok(panels)
}
