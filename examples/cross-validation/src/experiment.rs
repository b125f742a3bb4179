//! Cross-validation with and without each leak, and what each chosen rate is worth on untouched rows.

use decay_audit::{Logits, mse, nll};
use decay_claim::{Lab, Measurements, Population, Result, Study, Subject, labels};
use decay_data::Target;
use decay_model::{MlpConfig, ModelConfig};
use decay_train::TrainConfig;

use crate::leak::{Leak, take_statistics};
use crate::trial::{FOLDS, Trial, trials};

/// Half-lives from half an epoch to two thousand.
const RATES: [f64; 9] = [0.0, 0.05, 0.15, 0.5, 1.5, 5.0, 15.0, 50.0, 150.0];

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    for trial in &trials(lab)? {
        for leak in Leak::ALL {
            let mut honest = train(lab, trial, leak, false)?;
            if leak == Leak::BatchNorm {
                take_statistics(&mut honest, |fold| &trial.folds[fold].train);
                note(&honest, trial, true, &mut out)?;
                take_statistics(&mut honest, |fold| trial.sample(fold));
                honest.study.series = leak.series(true);
                note(&honest, trial, false, &mut out)?;
            } else {
                note(&honest, trial, true, &mut out)?;
                note(&train(lab, trial, leak, true)?, trial, false, &mut out)?;
            }
        }
    }
    Ok(out)
}

fn train<'a>(lab: &'a Lab, trial: &'a Trial, leak: Leak, leaky: bool) -> Result<Population<'a>> {
    let model = ModelConfig::Mlp(MlpConfig {
        hidden: vec![16],
        norm: leak.norm(),
        ..MlpConfig::default()
    });
    let config = TrainConfig {
        epochs: 200,
        full_batch: true,
        lr: 0.005,
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    let study = Study {
        series: leak.series(leaky),
        ..Study::of_decay(
            trial.name,
            &trial.data,
            trial.folds.clone(),
            (model, config),
            RATES.to_vec(),
        )
    };
    lab.train_scaled(study, leak.scales(leaky, trial))
}

/// What cross-validation promises, and if asked for what the model of the whole sample keeps.
fn note(
    population: &Population<'_>,
    trial: &Trial,
    test: bool,
    out: &mut Measurements,
) -> Result<()> {
    let losses = losses(population, trial)?;
    for first in (0..population.len()).step_by(FOLDS + 1) {
        let whole = population.subject(first + FOLDS);
        let subject = Subject {
            replicate: whole.replicate / (FOLDS + 1),
            half_life: rounded(whole.half_life),
            ..whole
        };
        let folds = &losses[first..first + FOLDS];
        let promised = folds.iter().sum::<f64>() / FOLDS as f64;
        out.add(subject, [("promised", rounded(promised))]);
        if test {
            out.add(subject, [("test", rounded(losses[first + FOLDS]))]);
        }
    }
    Ok(())
}

/// Five decimals are far more than replicates agree on, and keep the file small.
fn rounded(value: f64) -> f64 {
    (value * 1e5).round() / 1e5
}

/// Mean loss of every member on its validation rows, in units of what the best constant loses.
fn losses(population: &Population<'_>, trial: &Trial) -> Result<Vec<f64>> {
    let of = |(member, outputs): (usize, Vec<f32>)| {
        let rows = &population.rows(member).validation;
        let loss = match &trial.data.target {
            Target::Classes { names, .. } => {
                let logits = Logits::from_f32(&outputs, rows.len(), names.len())?;
                nll(&logits, &labels(&trial.data, rows))?
            }
            Target::Values { values, .. } => {
                let scale = population.problem.scales[population.replicate(member)].target;
                let unscale = |x: f32| scale.map_or(f64::from(x), |s| s.invert(f64::from(x)));
                let predicted: Vec<f64> = outputs.into_iter().map(unscale).collect();
                let truth: Vec<f64> = rows.iter().map(|&row| values[row]).collect();
                mse(&predicted, &truth)?
            }
        };
        Ok(loss / trial.unit)
    };
    population
        .validation_outputs()?
        .into_iter()
        .enumerate()
        .map(of)
        .collect()
}
