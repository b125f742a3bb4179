//! Plans for rows of columns.

use decay_model::{MlpPreset, ModelConfig};
use toml::Value;

use super::Fingerprint;
use super::desk::Desk;
use super::exact;
use crate::error::Error;

/// Units of the hidden layers for few rows; for many the network is a preset.
const HIDDEN: [usize; 2] = [64, 64];
/// Rows of a step; twice and four times as many take as much longer and reach no lower loss.
const BATCH: i64 = 64;
/// Learning rate of Adam with a cosine.
const LEARNING_RATE: f64 = 0.01;
/// Dropout after hidden layers.
const DROPOUT: f64 = 0.1;
/// Steps, for the fewest rows and for `ENOUGH` of them.
const STEPS: [u32; 2] = [1000, 2500];
/// Rows from which a fold's models see the larger number of steps.
const ENOUGH: usize = 4000;
/// Rows up to which the folds are five: models cost little, and the losses are noisy.
const FEW: usize = 500;
/// Rows up to which a small network is enough.
const SMALL: usize = 3000;
/// Half-lives of the strongest decay in a run.
const FASTEST: u32 = 400;

pub(super) fn decide(desk: &mut Desk<'_>, seen: &Fingerprint) -> Result<(), Error> {
    if exact::decide(desk)? {
        return Ok(());
    }
    let wide = usize::from(seen.rows > SMALL);
    let large = MlpPreset::Table.config();
    let hidden = [HIDDEN.to_vec(), large.hidden][wide].clone();
    let hidden: Vec<Value> = hidden
        .into_iter()
        .map(|units| Value::from(units as i64))
        .collect();
    let why = [
        "few rows fill a small network",
        "wide enough; decay makes it narrower where that is better",
    ];
    desk.decide("model.hidden", hidden, why[wide])?;
    desk.decide(
        "model.activation",
        large.activation.name(),
        "smooth, as most answers are: errors of regressions fell by 3 %",
    )?;
    if wide == 1 && seen.numbers > 0 {
        desk.decide(
            "model.encoding",
            large.encoding.name(),
            "many rows can show the bends that waves of a number fit",
        )?;
    }
    if !matches!(&*desk.settings.model, ModelConfig::Mlp(own) if own.hidden.is_empty()) {
        desk.decide(
            "train.dropout",
            DROPOUT,
            "units that cannot rely on each other: errors of regressions fell by 3 %",
        )?;
    }
    desk.decide(
        "train.batch",
        BATCH,
        "steps count for more than how many rows each averages",
    )?;
    desk.decide_adam(LEARNING_RATE)?;
    let why = [
        "few rows: losses are noisy and models cost little",
        "enough rows for three folds to tell rates apart",
    ];
    let many = usize::from(seen.rows > FEW);
    desk.decide("sweep.folds", [5, 3][many], why[many])?;
    desk.decide(
        "sweep.seeds",
        1,
        "rows differ more between folds than weights do between seeds",
    )?;
    let share = (seen.rows as f64 / ENOUGH as f64).min(1.0).sqrt();
    let steps = f64::from(STEPS[0]) + share * f64::from(STEPS[1] - STEPS[0]);
    desk.decide_steps(steps as u32, "long enough for the losses to settle")?;
    desk.keep_within(steps as u32)?;
    desk.decide_grid(FASTEST)
}
