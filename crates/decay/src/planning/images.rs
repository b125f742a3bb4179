//! Plans for images.

use decay_data::Scaling;
use decay_model::ModelConfig;
use toml::Value;

use super::desk::Desk;
use super::exact;
use crate::error::Error;

/// Units of a perceptron's hidden layers.
const HIDDEN: [i64; 2] = [128, 128];
/// Learning rates of perceptrons and of convolutions.
const LEARNING_RATES: [f64; 2] = [5e-3, 3e-3];
/// Passes over the images that a perceptron and a convolution are trained for.
const EPOCHS: [u32; 2] = [40, 20];
/// Half-lives of the strongest decay in a run.
const FASTEST: u32 = 40;

pub(super) fn decide(desk: &mut Desk<'_>) -> Result<(), Error> {
    if desk.data.dataset.default_scaling == Scaling::Standard {
        desk.decide("data.scaling", "global", "pixels of an image share a scale")?;
    }
    if exact::decide(desk)? {
        return Ok(());
    }
    let convolves = usize::from(matches!(*desk.settings.model, ModelConfig::Cnn(_)));
    if convolves == 0 {
        desk.decide(
            "model.hidden",
            HIDDEN.map(Value::from).to_vec(),
            "wide enough for small images",
        )?;
    }
    desk.decide_adam(LEARNING_RATES[convolves])?;
    let (folds, refits) = if convolves == 0 { (5, 5) } else { (3, 3) };
    desk.decide(
        "sweep.folds",
        folds,
        "of images some hundred rows tell rates apart",
    )?;
    desk.decide("sweep.seeds", 1, "the folds' spread is the larger one")?;
    desk.decide(
        "sweep.refits",
        refits,
        "together they answer better than one",
    )?;
    let of_epoch = desk.settings.train.steps_per_epoch(desk.fold_rows());
    let steps = EPOCHS[convolves] * of_epoch;
    desk.decide_steps(steps, "long enough for the losses to settle")?;
    desk.keep_within(steps)?;
    desk.decide_grid(FASTEST)
}
