//! Cross-validation whose promises are held against rows that it never saw.

use std::ops::Range;

use decay_audit::{Logits, mse, nll};
use decay_data::{Dataset, Quota, Target, random_per_class, stratified_holdout, stratified_kfold};
use decay_train::{FoldRows, Loss, member_seed};

use crate::failure::Result;
use crate::lab::{Lab, labels};
use crate::measurements::{MeasurementKey, Measurements};
use crate::population::Population;

/// A random stratified split for each of these replicates, with this share of the rows to validate on.
///
/// # Errors
/// If a part would have no rows.
pub fn holdouts(
    target: &Target,
    share: f64,
    replicates: Range<usize>,
    seed: u64,
) -> Result<Vec<FoldRows>> {
    let split = |replicate: usize| {
        let split = stratified_holdout(target, share, member_seed(seed, replicate))?;
        Ok(FoldRows {
            train: split.train,
            validation: split.test,
        })
    };
    replicates.map(split).collect()
}

impl Lab {
    /// For each replicate so many nodes of each class to train on, at random, and to validate on some of the others: first so many to
    /// choose by, then so many to test. With more nodes of a class those of fewer are among them.
    ///
    /// # Errors
    /// If a class has too few nodes, or not enough are left.
    pub fn node_splits(
        &self,
        data: &Dataset,
        per_class: usize,
        [choosing, testing]: [usize; 2],
        replicates: usize,
    ) -> Result<Vec<FoldRows>> {
        let [choosing, testing] = [choosing, testing].map(Quota::Total);
        let (target, nodes) = (&data.target, data.labelled_rows());
        let split = |replicate: usize| {
            let seed = member_seed(self.seed, replicate);
            let parts = random_per_class(target, &nodes, per_class, choosing, testing, seed)?;
            Ok(FoldRows {
                train: parts.train,
                validation: [parts.validation, parts.test].concat(),
            })
        };
        (0..replicates).map(split).collect()
    }

    /// Rows cut at random into two halves, each of which is trained on and validated by the other.
    ///
    /// # Source
    /// Shah & Samworth 2013, <https://arxiv.org/abs/1105.5578>: complementary pairs.
    pub fn halves(&self, site: u32, rows: &[usize]) -> [FoldRows; 2] {
        let mut one = self.sample(site, rows, rows.len());
        let other = one.split_off(rows.len() / 2);
        let half = |train: &Vec<usize>, validation: &Vec<usize>| FoldRows {
            train: train.clone(),
            validation: validation.clone(),
        };
        [half(&one, &other), half(&other, &one)]
    }
}

/// The folds of every replicate's sample, and behind them all of the sample against its test rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    /// Of each replicate [`Folds::count`] folds, then the sample: what a study takes as its replicates.
    pub rows: Vec<FoldRows>,
    /// Folds of a sample.
    pub count: usize,
}

impl Folds {
    /// Cuts the training rows of each sample into stratified folds.
    ///
    /// # Errors
    /// As [`stratified_kfold`].
    pub fn of_samples(
        target: &Target,
        samples: Vec<FoldRows>,
        count: usize,
        seed: u64,
    ) -> Result<Self> {
        let mut rows = Vec::new();
        for (replicate, sample) in samples.into_iter().enumerate() {
            let seed = member_seed(seed, replicate);
            let cut = stratified_kfold(target, &sample.train, count, seed)?;
            rows.extend(cut.into_iter().map(|fold| FoldRows {
                train: fold.train,
                validation: fold.validation,
            }));
            rows.push(sample);
        }
        Ok(Self { rows, count })
    }

    /// All rows of the sample that one of [`Folds::rows`] is of.
    pub fn sample(&self, place: usize) -> &[usize] {
        &self.rows[place / (self.count + 1) * (self.count + 1) + self.count].train
    }

    /// Notes what cross-validation promises of every replicate, and if asked for what the model of the whole sample keeps.
    ///
    /// | metric | meaning |
    /// | :-- | :-- |
    /// | `promised` | mean over folds of the validation loss, in units of [`constant_loss`] |
    /// | `test` | loss of the model of the whole sample on its test rows, in the same unit |
    ///
    /// The population's replicates must be [`Folds::rows`].
    ///
    /// # Errors
    /// If the device fails or an output is not finite.
    pub fn note(
        &self,
        population: &Population<'_>,
        kept: bool,
        out: &mut Measurements,
    ) -> Result<()> {
        let losses = relative_losses(population)?;
        let step = self.count + 1;
        for (place, losses) in losses.chunks_exact(step).enumerate() {
            let whole = population.key(place * step + self.count);
            let key = MeasurementKey {
                replicate: whole.replicate / step,
                ..whole
            };
            let promised = losses[..self.count].iter().sum::<f64>() / self.count as f64;
            out.add_rounded(key, [("promised", promised)]);
            if kept {
                out.add_rounded(key, [("test", losses[self.count])]);
            }
        }
        Ok(())
    }
}

/// Mean loss of every member on its validation rows, in units of what the best constant loses: negative log-likelihood or squared error.
///
/// # Errors
/// If the device fails or an output is not finite.
pub fn relative_losses(population: &Population<'_>) -> Result<Vec<f64>> {
    let target = &population.study.data.target;
    let unit = constant_loss(target);
    let of = |(member, outputs): (usize, Vec<f32>)| {
        let rows = &population.rows(member).validation;
        let loss = match target {
            Target::Classes { names, .. } => {
                let logits = Logits::from_f32(&outputs, rows.len(), names.len())?;
                nll(&logits, &labels(population.study.data, rows))?
            }
            Target::Values { values, .. } => {
                let scales = &population.models.problem.scales[population.replicate(member)];
                let predicted = Loss::Auto.values(&outputs, &scales.targets);
                let truth: Vec<f64> = rows.iter().map(|&row| values[row]).collect();
                mse(&predicted, &truth)?
            }
            Target::Flags { .. } => panic!("a claim is of classes or of one number"),
        };
        Ok(loss / unit)
    };
    let outputs = population.models.outputs(|rows| &rows.validation)?;
    outputs.into_iter().enumerate().map(of).collect()
}

/// Loss of the best constant prediction: entropy of the classes in nats, or variance of the values.
pub fn constant_loss(target: &Target) -> f64 {
    let rows = target.len() as f64;
    match target {
        Target::Classes { labels, names } => (0..names.len() as u32)
            .map(|class| labels.iter().filter(|&&label| label == class).count() as f64 / rows)
            .map(|share| -share * share.ln())
            .sum(),
        Target::Values { values, .. } => {
            let mean = values.iter().sum::<f64>() / rows;
            let squares = values.iter().map(|value| (value - mean).powi(2));
            squares.sum::<f64>() / rows
        }
        Target::Flags { .. } => panic!("a claim is of classes or of one number"),
    }
}

#[cfg(test)]
mod tests;
