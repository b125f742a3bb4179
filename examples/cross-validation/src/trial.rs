//! Small tables: a few rows to choose a rate with, all others to see what the choice is worth.

use decay_claim::{Lab, MadeUp, Result, made_up};
use decay_data::{Dataset, Embedded, Target, stratified_holdout, stratified_kfold};
use decay_train::{FoldRows, member_seed};

/// Name of the data without anything to learn.
pub(crate) const NOISE: &str = "noise";
/// The tables with something to learn.
const TABLES: [Embedded; 3] = [Embedded::Wine, Embedded::BreastCancer, Embedded::Diabetes];
/// Rows to choose with.
pub(crate) const SAMPLE: usize = 20;
/// Folds, which divide the sample.
pub(crate) const FOLDS: usize = 5;
/// Features without meaning.
const NOISE_FEATURES: usize = 100;
/// Rows that the choice on noise is judged by.
const NOISE_TEST: usize = 80;

/// A table and its replicates.
pub(crate) struct Trial {
    pub(crate) name: &'static str,
    pub(crate) data: Dataset,
    /// Of each replicate the folds, then all of its sample against the test rows.
    pub(crate) folds: Vec<FoldRows>,
    /// Loss of the best constant prediction: entropy of the classes, or variance of the values.
    pub(crate) unit: f64,
}

/// All trials, the one whose truth is known first.
pub(crate) fn trials(lab: &Lab) -> Result<Vec<Trial>> {
    let replicates = lab.pick(20, 60);
    let mut all = vec![noise(lab, replicates)?];
    for table in TABLES {
        all.push(real(lab.seed, table, replicates)?);
    }
    Ok(all)
}

/// Correlation `ρ` of replicates as `ρ / (1 - ρ)`: the share of rows that two samples of a table have in common.
///
/// Samples of noise share none.
pub(crate) fn overlap(study: &str) -> f64 {
    let table = TABLES.into_iter().find(|table| table.name() == study);
    table.map_or(0.0, |table| SAMPLE as f64 / (table.rows() - SAMPLE) as f64)
}

pub(crate) fn real(seed: u64, table: Embedded, replicates: usize) -> Result<Trial> {
    let data = table.load()?;
    let fraction = 1.0 - SAMPLE as f64 / data.rows as f64;
    let draw = |replicate| {
        let rows = stratified_holdout(&data.target, fraction, member_seed(seed, replicate))?;
        Ok(FoldRows {
            train: rows.train,
            validation: rows.test,
        })
    };
    let samples = (0..replicates).map(draw).collect::<Result<Vec<_>>>()?;
    Trial::new(seed, table.name(), data, samples)
}

/// Normal features and alternating labels: no model is better than a coin.
fn noise(lab: &Lab, replicates: usize) -> Result<Trial> {
    const OWN: usize = SAMPLE + NOISE_TEST;
    let rows = replicates * OWN;
    let columns = (0..NOISE_FEATURES).map(|feature| lab.normal(feature as u32, rows));
    let labels = (0..rows).map(|row| row % 2).collect();
    let data = made_up(NOISE, columns.collect(), MadeUp::Labels(labels))?;
    let draw = |replicate: usize| FoldRows {
        train: (replicate * OWN..replicate * OWN + SAMPLE).collect(),
        validation: (replicate * OWN + SAMPLE..(replicate + 1) * OWN).collect(),
    };
    Trial::new(lab.seed, NOISE, data, (0..replicates).map(draw).collect())
}

impl Trial {
    fn new(seed: u64, name: &'static str, data: Dataset, samples: Vec<FoldRows>) -> Result<Self> {
        let mut folds = Vec::new();
        for (replicate, sample) in samples.into_iter().enumerate() {
            let seed = member_seed(seed, replicate);
            let cut = stratified_kfold(&data.target, &sample.train, FOLDS, seed)?;
            folds.extend(cut.into_iter().map(|fold| FoldRows {
                train: fold.train,
                validation: fold.validation,
            }));
            folds.push(sample);
        }
        Ok(Self {
            name,
            unit: constant_loss(&data.target),
            data,
            folds,
        })
    }

    /// All rows of the sample that a fold is of.
    pub(crate) fn sample(&self, fold: usize) -> &[usize] {
        &self.folds[fold / (FOLDS + 1) * (FOLDS + 1) + FOLDS].train
    }
}

fn constant_loss(target: &Target) -> f64 {
    let rows = target.len() as f64;
    match target {
        Target::Classes { labels, names } => (0..names.len() as u32)
            .map(|class| labels.iter().filter(|&&label| label == class).count() as f64 / rows)
            .map(|share| -share * share.ln())
            .sum(),
        Target::Values { values, .. } => {
            let mean = values.iter().sum::<f64>() / rows;
            values
                .iter()
                .map(|value| (value - mean).powi(2))
                .sum::<f64>()
                / rows
        }
    }
}

#[cfg(test)]
mod tests;
