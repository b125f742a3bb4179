//! Models that differ by their training set alone, from which bias and variance are measured.

use decay_audit::bias_variance;
use decay_data::{Dataset, Target};
use decay_train::Losses;

use crate::failure::Result;
use crate::measurements::{MeasurementKey, Measurements};
use crate::population::Population;

impl<'a> Population<'a> {
    /// What measurements of `sets` consecutive members, from `first` on, go under, where each replicate has as many training sets.
    pub fn key_of_sets(&self, first: usize, sets: usize) -> MeasurementKey<'a> {
        MeasurementKey {
            replicate: self.replicate(first) / sets,
            ..self.key(first)
        }
    }

    /// Notes for every replicate, which has `sets` training sets and one set of validation rows:
    ///
    /// | metric | meaning |
    /// | :-- | :-- |
    /// | `training loss`, `validation loss` | means over its models |
    /// | `squared bias`, `variance`, `their sum` | of [`bias_variance`], against `truth` |
    ///
    /// # Shapes
    /// - `truth`: `[rows of the data, outputs]`
    ///
    /// # Errors
    /// If the device fails or an output is not finite.
    pub fn note_bias_variance(
        &self,
        sets: usize,
        truth: &[f64],
        out: &mut Measurements,
    ) -> Result<()> {
        let outputs = self.models.problem.outputs;
        let predicted = self.validation_predictions()?;
        for first in (0..self.len()).step_by(sets) {
            let members = first..first + sets;
            let rows = self.rows(first).validation.iter();
            let unseen: Vec<f64> = rows
                .flat_map(|row| &truth[row * outputs..(row + 1) * outputs])
                .copied()
                .collect();
            let parts = bias_variance(&predicted[members.clone()], &unseen, outputs)?;
            let ended = || members.clone().map(|member| self.outcome(member));
            out.add(
                self.key_of_sets(first, sets),
                [
                    ("training loss", mean(ended().map(|end| end.train))),
                    ("validation loss", mean(ended().map(|end| end.validation))),
                    ("squared bias", parts.squared_bias),
                    ("variance", parts.variance),
                    ("their sum", parts.squared_bias + parts.variance),
                ],
            );
        }
        Ok(())
    }
}

/// What probabilities of every row are held against: 1 for its class and 0 for the others.
///
/// # Shapes
/// - returns: `[rows, classes]`
///
/// # Panics
/// If the data are no classification.
pub fn indicators(data: &Dataset) -> Vec<f64> {
    let Target::Classes { labels, names } = &data.target else {
        panic!("'{}' has no classes", data.name)
    };
    let row = |&label: &u32| (0..names.len() as u32).map(move |k| f64::from(u8::from(k == label)));
    labels.iter().flat_map(row).collect()
}

/// NaN of no models, or if one has no loss.
fn mean(losses: impl Iterator<Item = Option<Losses>>) -> f64 {
    let losses: Vec<f64> = losses
        .map(|loss| loss.map_or(f64::NAN, |loss| loss.loss))
        .collect();
    losses.iter().sum::<f64>() / losses.len() as f64
}

#[cfg(test)]
mod tests {
    use decay_data::Embedded;
    use decay_train::Losses;

    use super::{indicators, mean};
    use crate::lab::labels;

    #[test]
    fn every_row_is_certain_of_its_class() {
        let digits = Embedded::Digits.load().unwrap();
        let truth = indicators(&digits);
        let all: Vec<usize> = (0..digits.rows).collect();
        for (row, label) in truth.chunks_exact(10).zip(labels(&digits, &all)) {
            assert_eq!((row[label], row.iter().sum::<f64>()), (1.0, 1.0));
        }
    }

    #[test]
    fn a_model_without_a_loss_leaves_no_mean() {
        let loss = |loss| {
            let accuracy = None;
            Some(Losses { loss, accuracy })
        };
        assert_eq!(mean([loss(1.0), loss(4.0)].into_iter()), 2.5);
        assert!(mean([loss(1.0), None].into_iter()).is_nan());
    }
}
