//! Every rate on many training sets: real digits, and a sine whose truth is known.

use decay_audit::Logits;
use decay_claim::{Lab, MadeUp, Measurements, Population, Result, Study, Subject, labels, made_up, rates};
use decay_data::{Dataset, Embedded, Target};
use decay_model::{MlpConfig, ModelConfig, Nonlinearity};
use decay_train::{FoldRows, Split, TrainConfig};

use crate::decomposition::decompose;
use crate::{DIGITS, SINE};

/// Training sets from which each replicate measures bias and variance.
const TRAINING_SETS: usize = 8;
/// Points of a learning curve.
const NOTED: usize = 25;
/// Standard deviation of the sine's noise.
const NOISE: f64 = 0.3;

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    let digits = Embedded::Digits.load()?;
    let rows: Vec<usize> = (0..digits.rows).collect();
    let classes = labels(&digits, &rows).into_iter();
    let truth = classes.flat_map(|label| (0..10).map(move |k| f64::from(u8::from(k == label))));
    one_study(lab, (DIGITS, &digits), (600, 100), &truth.collect::<Vec<_>>(), &mut out)?;
    let (sine, truth) = noisy_sine(lab)?;
    one_study(lab, (SINE, &sine), (400, 40), &truth, &mut out)?;
    Ok(out)
}

/// `sin(2 π x)` with noise, and without.
fn noisy_sine(lab: &Lab) -> Result<(Dataset, Vec<f64>)> {
    const ROWS: usize = 1600;
    let mut x = vec![0.0f32; ROWS];
    lab.stream(1 << 16).fill_uniform(&mut x);
    let x: Vec<f64> = x.iter().map(|&x| 2.0 * f64::from(x) - 1.0).collect();
    let truth: Vec<f64> = x.iter().map(|x| (2.0 * std::f64::consts::PI * x).sin()).collect();
    let noise = lab.normal((1 << 16) + 1, ROWS);
    let seen = truth.iter().zip(noise).map(|(t, e)| t + NOISE * e).collect();
    Ok((made_up("noisy sine", vec![x], MadeUp::Values(seen))?, truth))
}

/// Trains every rate on every training set; the last rows of the data are only predicted.
fn one_study(
    lab: &Lab,
    (name, data): (&'static str, &Dataset),
    (test, train): (usize, usize),
    truth: &[f64],
    out: &mut Measurements,
) -> Result<()> {
    let pool: Vec<usize> = (0..data.rows - test).collect();
    let draw = |set: usize| FoldRows {
        train: lab.sample(set as u32, &pool, train),
        validation: (data.rows - test..data.rows).collect(),
    };
    let sets = (0..lab.replicates() * TRAINING_SETS).map(draw).collect();
    let model = ModelConfig::Mlp(MlpConfig {
        hidden: vec![64],
        activation: Nonlinearity::Tanh,
        ..MlpConfig::default()
    });
    let config = TrainConfig {
        epochs: 150,
        batch: 20,
        lr: 5e-3,
        ..TrainConfig::default()
    };
    let study = Study::of_decay(name, data, sets, (model, config), rates(0.01, 100.0, 13));
    let population = lab.train(study)?;
    let predicted = predictions(&population)?;
    let training = population.learning_curves(Split::Train);
    let validating = population.learning_curves(Split::Validation);
    let outputs = truth.len() / data.rows;
    for first in (0..population.len()).step_by(TRAINING_SETS) {
        let members = first..first + TRAINING_SETS;
        let subject = Subject {
            replicate: population.replicate(first) / TRAINING_SETS,
            ..population.subject(first)
        };
        let losses = members.clone().map(|member| population.outcome(member));
        let of = |loss: Vec<f64>| loss.iter().sum::<f64>() / TRAINING_SETS as f64;
        let nan = f64::NAN;
        let train = losses.clone().map(|o| o.train.map_or(nan, |loss| loss.loss)).collect();
        let validation = losses.map(|o| o.validation.map_or(nan, |loss| loss.loss)).collect();
        let unseen = &truth[(data.rows - test) * outputs..];
        let parts = decompose(&predicted[members.clone()], unseen, outputs);
        out.add(subject, [
            ("training loss", of(train)),
            ("validation loss", of(validation)),
            ("squared bias", parts.squared_bias),
            ("variance", parts.variance),
        ]);
        note_learning(&training[members.clone()], "training by epoch", subject, out);
        note_learning(&validating[members], "validation by epoch", subject, out);
    }
    Ok(())
}

/// Probabilities, or values in the target's unit, of each member on the unseen rows.
fn predictions(population: &Population<'_>) -> Result<Vec<Vec<f64>>> {
    let outputs = population.validation_outputs()?;
    let of = |(member, outputs): (usize, Vec<f32>)| match &population.study.data.target {
        Target::Classes { names, .. } => {
            let logits = Logits::from_f32(&outputs, outputs.len() / names.len(), names.len())?;
            Ok(logits.probabilities())
        }
        Target::Values { .. } => {
            let scale = population.problem.scales[population.replicate(member)].target;
            let unscale = |x: f32| scale.map_or(f64::from(x), |scale| scale.invert(f64::from(x)));
            Ok(outputs.into_iter().map(unscale).collect())
        }
    };
    outputs.into_iter().enumerate().map(of).collect()
}

/// Mean losses by epoch of a replicate's members.
fn note_learning(curves: &[Vec<f64>], metric: &str, subject: Subject<'_>, out: &mut Measurements) {
    let epochs = curves.iter().map(Vec::len).min().unwrap_or(0);
    let every = (epochs / NOTED).max(1);
    for epoch in (every..=epochs).step_by(every) {
        let sum: f64 = curves.iter().map(|curve| curve[epoch - 1]).sum();
        out.add_at(subject, epoch as f64, metric, sum / curves.len() as f64);
    }
}
