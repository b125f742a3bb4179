//! Which inputs a model uses, and how far its weights are spread over them.

use decay_model::ParameterKind;

use crate::population::Population;

/// How many weights of one size would have the same ratio of norms: `(Σ|w| / ||w||)²`, in `[1, n]`; 0 if all are zero.
///
/// Hoyer 2004's sparseness is one less its root, scaled: <https://www.jmlr.org/papers/v5/hoyer04a.html>.
pub fn effective_number(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().map(|w| w.abs()).sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    if squares > 0.0 {
        sum * sum / squares
    } else {
        0.0
    }
}

/// How much of what was selected is true, and how much of what is true was selected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recovery {
    /// Share of the selected that are true; 1 if none is selected.
    pub precision: f64,
    /// Share of the true that are selected; 1 if none is true.
    pub recall: f64,
    /// Selected without being true.
    pub wrong: usize,
}

impl Recovery {
    /// Of a selection against the truth.
    ///
    /// # Panics
    /// If the two are of different inputs.
    pub fn of(selected: &[bool], truth: &[bool]) -> Self {
        assert_eq!(selected.len(), truth.len(), "selections of the same inputs");
        let count = |flags: &[bool]| flags.iter().filter(|&&flag| flag).count();
        let pairs = selected.iter().zip(truth);
        let right = pairs.filter(|(selected, truth)| **selected && **truth);
        let right = right.count();
        let share = |of: usize| {
            if of == 0 {
                1.0
            } else {
                right as f64 / of as f64
            }
        };
        Self {
            precision: share(count(selected)),
            recall: share(count(truth)),
            wrong: count(selected) - right,
        }
    }
}

/// How much selections agree, corrected for chance and for their size: 1 if all are the same, about 0 if each is drawn at random.
///
/// ```text
/// 1 - mean_f s_f² / (k/d (1 - k/d))       s_f² = M / (M - 1) p_f (1 - p_f)
/// ```
///
/// `p_f` is the share of the `M` selections that have feature `f`, `k` their mean size, `d` the number of features. Selections of
/// nothing, and of everything, agree: 1.
///
/// # Source
/// Nogueira, Sechidis & Brown 2018, definition 4, <https://jmlr.org/papers/v18/17-514.html>.
///
/// # Panics
/// With fewer than two selections, or of different features.
pub fn selection_stability(selections: &[Vec<bool>]) -> f64 {
    let count = selections.len() as f64;
    assert!(count > 1.0, "one selection agrees with nothing");
    let shares = selection_shares(selections);
    let features = shares.len() as f64;
    let size = shares.iter().sum::<f64>() / features;
    let variances = shares.iter().map(|p| count / (count - 1.0) * p * (1.0 - p));
    let chance = size * (1.0 - size);
    if chance == 0.0 {
        return 1.0;
    }
    1.0 - variances.sum::<f64>() / features / chance
}

/// Share of the selections that each feature is in.
///
/// # Panics
/// If they are of different features.
pub fn selection_shares(selections: &[Vec<bool>]) -> Vec<f64> {
    let features = selections.first().map_or(0, Vec::len);
    let mut shares = vec![0.0; features];
    for selection in selections {
        assert_eq!(selection.len(), features, "selections of the same features");
        for (share, &selected) in shares.iter_mut().zip(selection) {
            *share += f64::from(u8::from(selected)) / selections.len() as f64;
        }
    }
    shares
}

/// How many features that do not matter are selected in more than a share `threshold` of half-samples, on average at most:
/// `q² / ((2 π - 1) d)` for selections of `q` out of `d` features on average.
///
/// # Source
/// Meinshausen & Bühlmann 2010, theorem 1, <https://arxiv.org/abs/0809.2932>; of selections by one strength of the penalty.
pub fn false_selections_bound(selections: &[Vec<bool>], threshold: f64) -> f64 {
    let shares = selection_shares(selections);
    let size: f64 = shares.iter().sum();
    size * size / ((2.0 * threshold - 1.0) * shares.len() as f64)
}

impl Population<'_> {
    /// How large a member's weights on each input are: their norm, but of a linear model of two classes `|w_1 - w_0|`, since nothing
    /// else decides.
    ///
    /// # Panics
    /// If the first parameter is not the matrix of a perceptron's first layer.
    pub fn input_weights(&self, member: usize) -> Vec<f64> {
        let specs = self.models.network.parameters();
        assert_eq!(specs[0].kind, ParameterKind::Matrix, "{}", specs[0].name);
        let linear = specs.len() == 2;
        let size = |weights: &[f32]| match *weights {
            [a, b] if linear => f64::from(b - a).abs(),
            _ => {
                let squares = weights.iter().map(|&w| f64::from(w).powi(2));
                squares.sum::<f64>().sqrt()
            }
        };
        let outputs = specs[0].shape[1];
        let weights = self.state(member).parameters[0].chunks_exact(outputs);
        weights.map(size).collect()
    }

    /// Inputs that a member uses: those with a weight that is not exactly zero.
    ///
    /// # Panics
    /// As [`Population::input_weights`].
    pub fn selected_inputs(&self, member: usize) -> Vec<bool> {
        let sizes = self.input_weights(member).into_iter();
        sizes.map(|size| size != 0.0).collect()
    }

    /// Share of the first layer's weights that are exactly zero.
    pub fn zero_share(&self, member: usize) -> f64 {
        let weights = &self.state(member).parameters[0];
        weights.iter().filter(|&&w| w == 0.0).count() as f64 / weights.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Recovery, effective_number, false_selections_bound, selection_shares, selection_stability,
    };

    #[test]
    fn equal_weights_count_fully_and_one_weight_once() {
        assert_eq!(effective_number(&[-2.0, 2.0, 2.0, 2.0]), 4.0);
        assert_eq!(effective_number(&[0.0, 0.0, -7.0]), 1.0);
        assert!((effective_number(&[3.0, 4.0]) - 49.0 / 25.0).abs() < 1e-15);
        assert_eq!(effective_number(&[0.0; 3]), 0.0);
    }

    #[test]
    fn precision_is_of_the_selected_and_recall_of_the_true() {
        let found = Recovery::of(
            &[true, true, false, false, true],
            &[true, false, true, false, false],
        );
        assert_eq!((found.precision, found.recall), (1.0 / 3.0, 0.5));
        assert_eq!(found.wrong, 2);
        let nothing = Recovery::of(&[false; 2], &[true, false]);
        assert_eq!((nothing.precision, nothing.recall), (1.0, 0.0));
    }

    /// By hand: features in 2, 1 and 0 of 2 selections have variances 0, 1/2 and 0; half of all are selected.
    #[test]
    fn stability_is_corrected_for_chance() {
        let selections = [vec![true, true, false], vec![true, false, false]];
        assert_eq!(selection_shares(&selections), [1.0, 0.5, 0.0]);
        let found = selection_stability(&selections);
        assert!((found - (1.0 - 0.5 / 3.0 / 0.25)).abs() < 1e-15, "{found}");
        let same = vec![vec![true, false, true]; 4];
        assert_eq!(selection_stability(&same), 1.0);
        assert_eq!(selection_stability(&[vec![false; 3], vec![false; 3]]), 1.0);
        // All selections of 2 out of 4, each once: what drawing at random gives.
        let pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)];
        let selections = pairs.map(|(a, b)| (0..4).map(|f| f == a || f == b).collect());
        assert!((selection_stability(&selections) + 0.2).abs() < 1e-12);
    }

    /// Three of ten features on average and a threshold of 0.75: 9 / (0.5 * 10).
    #[test]
    fn the_bound_is_that_of_the_theorem() {
        let of = |count: usize| (0..10).map(|feature| feature < count).collect();
        let bound = false_selections_bound(&[of(2), of(4)], 0.75);
        assert!((bound - 1.8).abs() < 1e-12, "{bound}");
    }
}
