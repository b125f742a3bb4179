//! Data sets whose replicates choose on a few rows and are judged by others.

use decay_data::{Dataset, Embedded};
use decay_train::FoldRows;

use super::folds::{Folds, holdouts};
use crate::failure::Result;
use crate::lab::Lab;
use crate::synthetic::made_up;

/// Name of the data without anything to learn.
pub const NOISE: &str = "noise";

/// Data and the folds of each replicate's sample.
#[derive(Debug, Clone)]
pub struct Trial {
    /// What measurements call it.
    pub name: &'static str,
    /// Rows and targets.
    pub data: Dataset,
    /// Folds, samples and test rows.
    pub folds: Folds,
}

impl Trial {
    /// A stratified sample of some rows of a table in each replicate, cut into folds; all other rows are to test on.
    ///
    /// Two samples have `sample / rows` of their rows in common.
    ///
    /// # Errors
    /// If the table has no other rows, or the sample fewer than folds.
    pub fn of_table(
        table: Embedded,
        [sample, folds]: [usize; 2],
        replicates: usize,
        seed: u64,
    ) -> Result<Self> {
        let data = table.load()?;
        let share = 1.0 - sample as f64 / data.rows as f64;
        let samples = holdouts(&data.target, share, 0..replicates, seed)?;
        Ok(Self {
            name: table.name(),
            folds: Folds::of_samples(&data.target, samples, folds, seed)?,
            data,
        })
    }

    /// Normal features and alternating labels, where no model is better than a coin; replicates share no row.
    ///
    /// # Errors
    /// If the sample has fewer rows than folds.
    pub fn of_noise(
        lab: &Lab,
        features: usize,
        [sample, folds, test]: [usize; 3],
        replicates: usize,
    ) -> Result<Self> {
        let (own, rows) = (sample + test, replicates * (sample + test));
        let columns = (0..features).map(|feature| lab.normal(feature as u32, rows));
        let labels: Vec<usize> = (0..rows).map(|row| row % 2).collect();
        let data = made_up(&columns.collect::<Vec<_>>(), |rows| rows.classes(&labels))?;
        let draw = |first: usize| FoldRows {
            train: (first..first + sample).collect(),
            validation: (first + sample..first + own).collect(),
        };
        let samples = (0..rows).step_by(own).map(draw).collect();
        Ok(Self {
            name: NOISE,
            folds: Folds::of_samples(&data.target, samples, folds, lab.seed)?,
            data,
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use decay_data::Embedded;

    use super::Trial;
    use crate::arguments::Arguments;
    use crate::lab::Lab;

    #[test]
    fn a_table_is_sampled_and_the_rest_tests() {
        let trial = Trial::of_table(Embedded::Wine, [20, 5], 3, 1).unwrap();
        assert_eq!((trial.name, trial.folds.rows.len()), ("wine", 18));
        let whole = &trial.folds.rows[11];
        assert_eq!((whole.train.len(), whole.validation.len()), (20, 158));
        assert!(Trial::of_table(Embedded::Wine, [3, 5], 3, 1).is_err());
    }

    #[test]
    fn replicates_of_noise_share_no_row() {
        let lab = Lab::new(&Arguments::parse_from(["claim", "--quiet"])).unwrap();
        let trial = Trial::of_noise(&lab, 7, [20, 5, 30], 3).unwrap();
        assert_eq!((trial.data.rows, trial.data.features()), (150, 7));
        let wholes = trial.folds.rows.iter().skip(5).step_by(6);
        let all: Vec<usize> = wholes
            .flat_map(|rows| [rows.train.clone(), rows.validation.clone()].concat())
            .collect();
        assert_eq!(all, (0..150).collect::<Vec<_>>());
        assert_eq!(trial.folds.sample(6).len(), 20);
    }
}
