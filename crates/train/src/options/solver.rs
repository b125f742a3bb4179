//! How a minimum is found.

use decay_options::names;

names! {
    /// How members come to their weights.
    ///
    /// | name | weights | a decay rate `λ` is |
    /// | :-- | :-- | :-- |
    /// | `steps` | what an optimiser's steps have made of the starting weights | the share `lr λ` of a weight that a step removes, as [`DecayKind`](crate::DecayKind) has it |
    /// | `exact` | the minimum of the mean loss of a row and a penalty, to a relative gradient of [`decay_linear::TOLERANCE`] | the penalty `λ/2` times the sum of the squared weights, without the biases |
    ///
    /// With `exact` models are linear maps, their loss is the cross-entropy of classes or the squared error of values in units of their
    /// spread, with `train.l1` and `train.l2` the elastic net, and neither seeds nor optimisers change anything. `λ = 1 / (C n)` of scikit-learn's `C`, `2 / (C n)` for two classes.
    #[derive(Default)]
    pub enum Solver {
        /// Steps of an optimiser.
        #[default]
        Steps = "steps",
        /// The minimum.
        Exact = "exact",
    }
}
