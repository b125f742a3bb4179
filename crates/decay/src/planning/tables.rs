//! Plans for rows of columns.

use decay_train::Hyper;
use toml::Value;

use super::{Desk, Fingerprint};
use crate::error::Error;

/// Units of the hidden layers, for few rows and for many.
const HIDDEN: [[i64; 2]; 2] = [[64, 64], [128, 128]];
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
/// Fewest steps that a budget may leave.
const LEAST: u32 = 200;

pub(super) fn decide(desk: &mut Desk<'_>, seen: &Fingerprint) -> Result<(), Error> {
    let wide = usize::from(seen.rows > SMALL);
    let hidden = HIDDEN[wide].map(Value::from).to_vec();
    let why = [
        "few rows fill a small network",
        "wide enough; decay makes it narrower where that is better",
    ];
    desk.decide("model.hidden", hidden, why[wide])?;
    if wide == 1 && seen.numbers > 0 {
        desk.decide(
            "model.encoding",
            "periodic",
            "many rows can show the bends that waves of a number fit",
        )?;
    }
    desk.decide(
        "train.dropout",
        DROPOUT,
        "units that cannot rely on each other: errors of regressions fell by 3 %",
    )?;
    let (batch, why) = match seen.rows {
        0..=1000 => (64, "few rows need steps more than they need averages"),
        1001..=6000 => (
            128,
            "some steps to an epoch, each of an average worth having",
        ),
        _ => (256, "many rows: large steps compute faster"),
    };
    desk.decide("train.batch", batch, why)?;
    adam(desk, LEARNING_RATE)?;
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
    within(desk, steps as u32)?;
    grid(desk)
}

/// Adam with decoupled decay and a cosine, unless another optimiser was asked for.
pub(super) fn adam(desk: &mut Desk<'_>, rate: f64) -> Result<(), Error> {
    if desk.is_open("train.optimizer")? {
        desk.decide("train.lr", rate, "fast at first, since it falls to nothing")?;
        desk.decide(
            "train.schedule",
            "cosine",
            "ends at a minimum instead of hovering around it",
        )?;
    }
    Ok(())
}

/// Takes away from the population, then from the steps, until the run is as short as it may be.
pub(super) fn within(desk: &mut Desk<'_>, steps: u32) -> Result<(), Error> {
    if desk.excess()? > 1.0 && desk.is_planned("sweep.folds") {
        desk.decide("sweep.folds", 3, "less, to be done in time")?;
    }
    let excess = desk.excess()?;
    if excess > 1.0 {
        let less = (f64::from(steps) / excess) as u32;
        desk.decide_steps(
            less.max(LEAST),
            "fewer than would be best, to be done in time",
        )?;
    }
    Ok(())
}

/// Rates by what they do in the course of the run: from hardly anything to forgetting all but its last steps.
pub(super) fn grid(desk: &mut Desk<'_>) -> Result<(), Error> {
    let train = &desk.settings.train;
    let varies = train.lists().any(|(hyper, _)| hyper == Hyper::Lr);
    // A half-life is another rate at every learning rate, and none where there is no step.
    if varies || train.steps_per_epoch(desk.fold_rows()) == 0 {
        return Ok(());
    }
    let epochs = f64::from(train.epochs);
    let ends = [SLOWEST * epochs, epochs / FASTEST].map(|end| format!("{end:.3}"));
    let text = format!("inf, {}..{}:{}", ends[0], ends[1], RATES - 1);
    desk.decide(
        "sweep.half_lives",
        text,
        "none, and half-lives from three times the run to a four-hundredth of it",
    )
}

/// Half-life of the weakest decay, in runs.
const SLOWEST: f64 = 3.0;
/// Half-lives of the strongest decay in a run.
const FASTEST: f64 = 400.0;
/// Rates of the grid, no decay among them.
pub(super) const RATES: usize = 8;
