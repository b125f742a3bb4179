//! Weights before a batch norm: the norm and the angle at which steps and decay balance.

use decay_claim::drawing::{Horizontal, Panel, panel, rate_label};
use decay_claim::measuring::equilibrium::{Balance, SLANT, Told};
use decay_claim::parts::below_decade;
use decay_claim::{Lab, Measurements, Part, Result, Study};
use decay_data::Embedded;
use decay_model::{Init, Mlp, Norm};
use decay_train::{Optimizer, TrainConfig};

/// Starting weights, and noise on the inputs, by the name of the study.
pub(crate) const RUNS: [(&str, Init, f64); 3] = [
    ("batch norm", Init::HeNormal, 0.0),
    ("batch norm from small weights", Init::Torch, 0.0),
    ("batch norm with input noise", Init::HeNormal, 1.0),
];
/// Learning rates, by the name of the series, with two decay rates each: the products are the same.
pub(crate) const STEPS: [(&str, f64, [f64; 2]); 2] = [
    ("η = 0.05", 0.05, [0.08, 0.32]),
    ("η = 0.2", 0.2, [0.02, 0.08]),
];
/// Stretches of training that numbers are means over.
const BLOCKS: usize = 12;

/// Perceptrons with a batch norm on digits, trained by plain gradient descent.
pub(crate) fn measure(lab: &Lab, out: &mut Measurements) -> Result<()> {
    let data = Embedded::Digits.load()?;
    // One step an epoch with half of the rows, so that every step is watched and none is special.
    let rows = lab.draws(data.rows, lab.pick(12, 24), [99, 100]);
    for (name, init, input_noise) in RUNS {
        for (series, lr, rates) in STEPS {
            let mut model = Mlp::hidden([32]);
            (model.norm, model.init) = (Norm::Batch, init);
            let config = TrainConfig {
                optimizer: Optimizer::Sgd,
                diagnostics: true,
                evaluate_every: 0,
                epochs: 2000,
                batch: 50,
                drop_last: true,
                lr,
                input_noise,
                ..TrainConfig::default()
            };
            let study = Study::of_decay(name, &data, rows.clone(), model, config, rates.to_vec());
            lab.train(study.in_series(series))?
                .note_balance(BLOCKS, out);
        }
    }
    Ok(())
}

/// Whether gradients are at right angles, and whether norm and angle come to their formulas from anywhere.
pub(crate) fn parts(measured: &Measurements) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for (study, ..) in RUNS {
        let slants = STEPS.map(|(series, ..)| measured.curve(study, series, SLANT));
        let [a, b] = slants.map(|slant| slant.map(|slant| slant.largest()));
        let largest: Vec<f64> = a?.iter().zip(b?).map(|(a, b)| a.max(b)).collect();
        let say = format!("{study}: every gradient is at right angles to the weights");
        let what = "the largest relative slant";
        parts.push(below_decade(say, what, &largest, 1e-4));
    }
    for (series, lr, rates) in STEPS {
        for rate in rates {
            let balance = Balance { lr, rate };
            for (study, ..) in [RUNS[0], RUNS[2]] {
                parts.extend(balance.parts(measured, study, series)?);
            }
            let starts = [RUNS[0].0, RUNS[1].0];
            let who = "large and small weights";
            parts.push(balance.same_norm(measured, starts, series, who)?);
        }
    }
    Ok(parts)
}

/// Angle and norm along the steps, beside their formulas, without and with noise.
pub(crate) fn panels(measured: &Measurements) -> Result<Vec<Panel>> {
    let mut panels = Vec::new();
    for (told, y) in [
        (Told::ANGLE, "mean angle of a step (rad)"),
        (Told::SQUARED_ANGLE, "root of its mean square (rad)"),
        (Told::NORM, "norm of the weights"),
    ] {
        for (study, ..) in [RUNS[0], RUNS[2]] {
            let mut lines = Vec::new();
            for (series, lr, rates) in STEPS {
                for rate in rates {
                    let (balance, colour) = (Balance { lr, rate }, lines.len() / 2);
                    let label = format!("{series}, {}", rate_label(rate));
                    // The legend needs one dashed line.
                    let formula = if colour == 0 { "the formula" } else { "" };
                    let labels = [label.as_str(), formula];
                    lines.extend(balance.lines(measured, [study, series], told, labels, colour)?);
                }
            }
            let panel = panel(study, Horizontal::linear("step"), y, lines);
            panels.push(panel.logarithmic());
        }
    }
    Ok(panels)
}
