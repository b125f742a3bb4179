//! Every rate on many training sets: real digits, and a function whose truth is known.

use decay_claim::measuring::training_sets::indicators;
use decay_claim::{Lab, Measurements, Result, Study, friedman, rates};
use decay_data::{Dataset, Embedded};
use decay_model::Mlp;
use decay_train::{FoldRows, Split, TrainConfig};

use crate::{DIGITS, FRIEDMAN};

/// Training sets from which each replicate measures bias and variance.
const TRAINING_SETS: usize = 6;
/// Rows of a training set.
const ROWS: usize = 100;

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    let digits = Embedded::Digits.load()?;
    let truth = indicators(&digits);
    one_study(lab, DIGITS.name, &digits, &truth, &mut out)?;
    let (made_up, truth) = friedman(lab, 1600, 10, 2.0)?;
    one_study(lab, FRIEDMAN.name, &made_up, &truth, &mut out)?;
    Ok(out)
}

/// Trains every rate on every training set; the last 600 rows of the data are only predicted.
fn one_study(
    lab: &Lab,
    name: &str,
    data: &Dataset,
    truth: &[f64],
    out: &mut Measurements,
) -> Result<()> {
    let pool: Vec<usize> = (0..data.rows - 600).collect();
    let draw = |set: usize| FoldRows {
        train: lab.sample(set as u32, &pool, ROWS),
        validation: (pool.len()..data.rows).collect(),
    };
    let sets = (0..lab.replicates() * TRAINING_SETS).map(draw).collect();
    let model = Mlp::hidden([64]);
    let config = TrainConfig {
        epochs: 200,
        batch: 20,
        lr: 5e-3,
        ..TrainConfig::default()
    };
    let rates = rates(0.01, 100.0, 13);
    let study = Study::of_decay(name, data, sets, model, config, rates);
    let population = lab.train(study)?;
    let training = population.learning_curves(Split::Train);
    let validation = population.learning_curves(Split::Validation);
    population.note_bias_variance(TRAINING_SETS, truth, out)?;
    for first in (0..population.len()).step_by(TRAINING_SETS) {
        let members = first..first + TRAINING_SETS;
        let key = population.key_of_sets(first, TRAINING_SETS);
        out.add_by_epoch(key, "training", &training[members.clone()], 12);
        out.add_by_epoch(key, "validation", &validation[members], 12);
    }
    Ok(())
}
