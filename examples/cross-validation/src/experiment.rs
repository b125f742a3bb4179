//! Cross-validation with and without each leak, and what each chosen rate is worth on untouched rows.

use decay_claim::measuring::batch_norm::take_statistics;
use decay_claim::measuring::trials::Trial;
use decay_claim::{Lab, Measurements, Population, Result, Study};
use decay_model::{Mlp, Norm};
use decay_train::TrainConfig;

use crate::leak::{BATCH_NORM, LEAKS, Leak};
use crate::{SAMPLE, TABLES};

/// Half-lives from half an epoch to two thousand.
const RATES: [f64; 9] = [0.0, 0.05, 0.15, 0.5, 1.5, 5.0, 15.0, 50.0, 150.0];
/// Folds, which divide the sample.
pub(crate) const FOLDS: usize = 5;
/// Features without meaning.
const NOISE_FEATURES: usize = 100;
/// Rows that the choice on noise is judged by.
const NOISE_TEST: usize = 80;

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let (mut out, replicates) = (Measurements::default(), lab.pick(20, 60));
    let rows = [SAMPLE, FOLDS, NOISE_TEST];
    let mut trials = vec![Trial::of_noise(lab, NOISE_FEATURES, rows, replicates)?];
    let rows = [SAMPLE, FOLDS];
    for table in TABLES {
        trials.push(Trial::of_table(table, rows, replicates, lab.seed)?);
    }
    for trial in &trials {
        for leak in LEAKS {
            let mut honest = train(lab, trial, leak, false)?;
            if leak == BATCH_NORM {
                take_statistics(&mut honest, |fold| &trial.folds.rows[fold].train);
            }
            trial.folds.note(&honest, true, &mut out)?;
            if leak == BATCH_NORM {
                take_statistics(&mut honest, |fold| trial.folds.sample(fold));
                honest.study.series = leak.series[1];
            } else {
                honest = train(lab, trial, leak, true)?;
            }
            trial.folds.note(&honest, false, &mut out)?;
        }
    }
    Ok(out)
}

fn train<'a>(lab: &'a Lab, trial: &'a Trial, leak: Leak, leaky: bool) -> Result<Population<'a>> {
    let mut model = Mlp::hidden([16]);
    if leak == BATCH_NORM {
        model.norm = Norm::Batch;
    }
    let config = TrainConfig {
        epochs: 200,
        full_batch: true,
        lr: 0.005,
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    let (data, rows) = (&trial.data, trial.folds.rows.clone());
    let study = Study::of_decay(trial.name, data, rows, model, config, RATES.to_vec());
    let study = study.in_series(leak.series[usize::from(leaky)]);
    lab.train_scaled(study, leak.scales(leaky, trial))
}
