//! Rows of replicates, beyond the random splits of [`Lab::splits`].

use std::ops::Range;

use decay_data::{Dataset, stratified_holdout};
use decay_train::{FoldRows, member_seed};

use crate::failure::Result;
use crate::lab::Lab;

impl Lab {
    /// The stratified splits of these replicates, with this share of the rows to validate on.
    ///
    /// # Errors
    /// If a part would have no rows.
    pub fn splits_of(
        &self,
        data: &Dataset,
        share: f64,
        replicates: Range<usize>,
    ) -> Result<Vec<FoldRows>> {
        let split = |replicate: usize| {
            let seed = member_seed(self.seed, replicate);
            let split = stratified_holdout(&data.target, share, seed)?;
            Ok(FoldRows {
                train: split.train,
                validation: split.test,
            })
        };
        replicates.map(split).collect()
    }

    /// For each replicate some of the rows, drawn anew, and others to validate on.
    pub fn draws(
        &self,
        data: &Dataset,
        (train, validation): (usize, usize),
        replicates: usize,
    ) -> Vec<FoldRows> {
        let all: Vec<usize> = (0..data.rows).collect();
        let draw = |replicate: usize| {
            let mut drawn = self.sample(replicate as u32, &all, train + validation);
            FoldRows {
                validation: drawn.split_off(train),
                train: drawn,
            }
        };
        (0..replicates).map(draw).collect()
    }
}
