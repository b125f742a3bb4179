//! Weights before a batch norm: the norm and the angle at which steps and decay balance.

use decay_claim::drawing::{
    Horizontal, Panel, Series, dashed, panel, rate_label, series_along, spread,
};
use decay_claim::measuring::equilibrium::{
    ANGLE, BALANCED, Balance, FOURTH_POWER, SLANT, SQUARED_ANGLE,
};
use decay_claim::parts::{below_decade, within};
use decay_claim::{Effect, Lab, Measurements, Part, Result, Study};
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
/// From a power that was measured to what is told of it.
type Root = fn(f64) -> f64;
/// How near a ratio is to be to 1.
const LIMITS: [f64; 2] = [0.95, 1.05];
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
                parts.extend(settled_parts(measured, study, series, balance)?);
            }
            let [large, small] = [RUNS[0], RUNS[1]]
                .map(|(study, ..)| measured.settled(study, series, FOURTH_POWER, rate));
            let say = format!(
                "{}, {series}, λ = {rate}: large and small weights settle at the same norm",
                RUNS[0].0
            );
            parts.push(near_one(say, &large?, &small?, |x| x.powf(0.25)));
        }
    }
    Ok(parts)
}

/// Norm and angle over the later half of training against their formulas.
fn settled_parts(
    measured: &Measurements,
    study: &str,
    series: &str,
    balance: Balance,
) -> Result<Vec<Part>> {
    let of = |metric| measured.settled(study, series, metric, balance.rate);
    let say = |what: &str| format!("{study}, {series}, λ = {}: {what}", balance.rate);
    let (angles, squares, angle) = (of(ANGLE)?, of(SQUARED_ANGLE)?, balance.angle());
    let formula = |value: f64| vec![value; angles.len()];
    Ok(vec![
        near_one(
            say("the norm settles at (η/(2λ) E||g||²)^(1/4), g being the gradient at norm 1"),
            &of(FOURTH_POWER)?,
            &of(BALANCED)?,
            |x| x.powf(0.25),
        ),
        near_one(
            say("the mean angle of a step settles at sqrt(2ηλ)"),
            &angles,
            &formula(angle),
            |x| x,
        ),
        near_one(
            say("the mean square of the angle settles at 2ηλ"),
            &squares,
            &formula(angle * angle),
            f64::sqrt,
        ),
    ])
}

/// The root of a ratio is 1, to a twentieth.
fn near_one(say: String, found: &[f64], wanted: &[f64], root: Root) -> Part {
    let ratios = found.iter().zip(wanted).map(|(a, b)| root(a / b));
    let effect = Effect::new("ratio to it", spread(&ratios.collect::<Vec<_>>()));
    within(say, effect, LIMITS)
}

/// Angle and norm along the steps, beside their formulas, without and with noise.
pub(crate) fn panels(measured: &Measurements) -> Result<Vec<Panel>> {
    let figures: [(&str, &str, Root); 3] = [
        (ANGLE, "mean angle of a step (rad)", |x| x),
        (SQUARED_ANGLE, "root of its mean square (rad)", f64::sqrt),
        (FOURTH_POWER, "norm of the weights", |x| x.powf(0.25)),
    ];
    let mut panels = Vec::new();
    for (metric, y, root) in figures {
        for (study, ..) in [RUNS[0], RUNS[2]] {
            let lines = lines(measured, study, metric, root)?;
            let panel = panel(study, Horizontal::linear("step"), y, lines);
            panels.push(panel.logarithmic());
        }
    }
    Ok(panels)
}

/// A line and its formula for every learning rate and decay rate.
fn lines(measured: &Measurements, study: &str, metric: &str, root: Root) -> Result<Vec<Series>> {
    let mut lines = Vec::new();
    for (series, lr, rates) in STEPS {
        for rate in rates {
            let along = |metric| measured.along(study, series, metric, rate);
            let (places, values) = along(metric)?;
            let angle = Balance { lr, rate }.angle();
            let formula = match metric {
                FOURTH_POWER => along(BALANCED)?.1,
                ANGLE => vec![vec![angle]; places.len()],
                _ => vec![vec![angle * angle]; places.len()],
            };
            let colour = lines.len() / 2;
            let rooted = |values: Vec<Vec<f64>>| -> Vec<Vec<f64>> {
                let own = values.into_iter();
                own.map(|own| own.into_iter().map(root).collect()).collect()
            };
            let label = format!("{series}, {}", rate_label(rate));
            lines.push(series_along(label, colour, &places, &rooted(values)));
            // The legend needs one dashed line.
            let label = if colour == 0 { "the formula" } else { "" };
            let formula = series_along(label, colour, &places, &rooted(formula));
            lines.push(dashed(formula));
        }
    }
    Ok(lines)
}
