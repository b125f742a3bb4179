//! What may be learned from a fold's training rows only, and what happens when all rows of the sample take part.

use decay_claim::measuring::screening::standard_scales;
use decay_claim::measuring::trials::Trial;
use decay_train::FoldScales;

/// Features that a selection keeps.
const KEPT: usize = 5;

/// A step of the preparation that belongs into the fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Leak {
    /// What leaks, in a word.
    pub(crate) name: &'static str,
    /// The leak as something that somebody does.
    pub(crate) deed: &'static str,
    /// Names of the series with the step inside the fold and outside.
    pub(crate) series: [&'static str; 2],
}

/// The features with the largest correlation with the target.
pub(crate) const SELECTION: Leak = Leak {
    name: "selection",
    deed: "selecting features before splitting",
    series: ["selection per fold", "selection before"],
};
/// Mean and standard deviation of features and target.
pub(crate) const SCALING: Leak = Leak {
    name: "scaling",
    deed: "standardising before splitting",
    series: ["scaling per fold", "scaling before"],
};
/// Mean and variance of hidden units.
pub(crate) const BATCH_NORM: Leak = Leak {
    name: "batch norm",
    deed: "sharing batch-norm statistics",
    series: ["batch norm per fold", "batch norm shared"],
};
pub(crate) const LEAKS: [Leak; 3] = [SELECTION, SCALING, BATCH_NORM];

impl Leak {
    /// Scales of every fold.
    pub(crate) fn scales(self, leaky: bool, trial: &Trial) -> Vec<FoldScales> {
        let (data, folds) = (&trial.data, &trial.folds);
        let of = |fold: usize| {
            let (own, all) = (folds.rows[fold].train.as_slice(), folds.sample(fold));
            let source = |leak| if leaky && self == leak { all } else { own };
            let screened = (self == SELECTION).then_some((source(SELECTION), KEPT));
            standard_scales(data, source(SCALING), screened)
        };
        (0..folds.rows.len()).map(of).collect()
    }
}

#[cfg(test)]
mod tests;
