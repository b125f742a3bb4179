//! Which inputs a member's own choices hang on, and how well that can be read.

use decay_audit::ood::figures;
use decay_audit::significance::spearman;
use decay_model::MemberState;
use decay_robust::chosen_slopes;

pub use decay_robust::Saliency;

use crate::failure::Result;
use crate::measuring::held_out::HeldOut;
use crate::population::Population;

/// Held-out rows whose predictions are explained, beside what their inputs are without them.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Members and rows of one replicate.
    pub own: HeldOut,
    /// Mean of each input over the training rows, in the same unit: an input that says nothing.
    pub typical: Vec<f32>,
    /// Inputs that vary there: no other is part of an explanation.
    pub varying: Vec<usize>,
}

impl Population<'_> {
    /// The first held-out rows of a replicate.
    ///
    /// # Panics
    /// If the data are no classification, or training rows are missing.
    pub fn explained(&self, replicate: usize, rows: usize) -> Explained {
        let inputs = self.models.problem.inputs;
        let seen = self.inputs_of(&self.models.problem.folds[replicate].train);
        let count = (seen.len() / inputs) as f64;
        let column = |input: usize| seen.iter().skip(input).step_by(inputs);
        let mean = |input| column(input).map(|&x| f64::from(x)).sum::<f64>() / count;
        let varies = |&input: &usize| column(input).any(|x| *x != seen[input]);
        let mut own = self.held_out(replicate);
        own.x.truncate(rows * inputs);
        own.labels.truncate(rows);
        Explained {
            own,
            typical: (0..inputs).map(|input| mean(input) as f32).collect(),
            varying: (0..inputs).filter(varies).collect(),
        }
    }

    /// Slopes of the chosen logit of some networks along the inputs of explained rows, `[states]`.
    ///
    /// # Errors
    /// From the device.
    pub fn saliency(&self, explained: &Explained, states: &[MemberState]) -> Result<Vec<Saliency>> {
        let scales = vec![explained.own.scale.clone(); states.len()];
        let seeds = vec![0; states.len()];
        let targets = self.targets(states, &scales, &seeds);
        Ok(chosen_slopes(&targets, &explained.own.x)?)
    }
}

impl Explained {
    /// Sizes `|s_j|` of one network's slopes, `[rows]` of `[inputs]`.
    pub fn sizes(&self, saliency: &Saliency) -> Vec<Vec<f64>> {
        let rows = saliency.slopes.chunks_exact(self.typical.len());
        let size = |slope: &f32| f64::from(slope.abs());
        rows.map(|row| row.iter().map(size).collect()).collect()
    }

    /// Mean over rows of how well sizes tell relevant inputs from others.
    ///
    /// ```text
    /// area under the ROC curve: P(|s_relevant| > |s_other|) + ½ P(equal)        ½ for a random order
    /// average precision                                                       about the relevant share for a random order
    /// ```
    ///
    /// # Shapes
    /// - `relevant`, `others`: inputs; those that do not vary are left out
    ///
    /// # Errors
    /// If none of a kind varies.
    pub fn separation(
        &self,
        sizes: &[Vec<f64>],
        [relevant, others]: [&[usize]; 2],
    ) -> Result<Separation> {
        let of = |row: &Vec<f64>, inputs: &[usize]| -> Vec<f64> {
            let varying = inputs.iter().filter(|input| self.varying.contains(input));
            varying.map(|&input| row[input]).collect()
        };
        let (mut sum, rows) = (Separation::default(), sizes.len() as f64);
        for row in sizes {
            let found = figures(&of(row, others), &of(row, relevant))?;
            sum.auroc += found.auroc / rows;
            sum.precision += found.aupr_out / rows;
        }
        Ok(sum)
    }

    /// Mean roughness of images of sizes, over the rows that have any; see [`roughness`].
    pub fn roughness(&self, sizes: &[Vec<f64>], width: usize) -> f64 {
        let each = sizes.iter().map(|row| roughness(row, width, &self.varying));
        mean_of_finite(each)
    }

    /// Mean over the rows for which two networks choose the same class of Spearman's correlation of their sizes on varying inputs; NaN
    /// without such rows.
    pub fn agreement(&self, [a, b]: [&Saliency; 2]) -> f64 {
        let (of_a, of_b) = (self.sizes(a), self.sizes(b));
        let rows = (0..a.chosen.len()).filter(|&row| a.chosen[row] == b.chosen[row]);
        let on_varying = |row: &Vec<f64>| -> Vec<f64> {
            let varying = self.varying.iter();
            varying.map(|&input| row[input]).collect()
        };
        mean_of_finite(rows.map(|row| {
            let found = spearman(&on_varying(&of_a[row]), &on_varying(&of_b[row]));
            found.map_or(f64::NAN, |found| found.coefficient)
        }))
    }
}

/// How well sizes of slopes tell relevant inputs from others.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Separation {
    /// Area under the ROC curve.
    pub auroc: f64,
    /// Average precision.
    pub precision: f64,
}

/// Total variation of a map over that of the same values in random places: 1 for noise, towards 0 for a smooth map, whatever its scale
/// and however sparse it is.
///
/// ```text
/// mean |m_i - m_j| over neighbours i, j  /  mean |m_i - m_j| over all pairs i, j
/// ```
///
/// Neighbours lie side by side or one above the other. The mean over all pairs is what a random permutation gives on average. NaN of a
/// constant map.
///
/// # Shapes
/// - `map`: `[height * width]`
/// - `places`: pixels that count, ascending
pub fn roughness(map: &[f64], width: usize, places: &[usize]) -> f64 {
    let counts = |pixel: usize| places.binary_search(&pixel).is_ok();
    let right = |&pixel: &usize| (pixel % width + 1 < width).then_some((pixel, pixel + 1));
    let below = |&pixel: &usize| Some((pixel, pixel + width));
    let pairs = places
        .iter()
        .flat_map(|pixel| [right(pixel), below(pixel)])
        .flatten();
    let differences = pairs
        .filter(|(_, next)| counts(*next))
        .map(|(pixel, next)| (map[pixel] - map[next]).abs());
    let (count, sum) = differences.fold((0.0, 0.0), |(n, sum), d| (n + 1.0, sum + d));
    sum / count / mean_difference(places.iter().map(|&pixel| map[pixel]).collect())
}

/// Gini's mean difference: `|a - b|` of two different values, on average.
fn mean_difference(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let count = values.len() as f64;
    let ranked = values.iter().enumerate();
    let sum: f64 = ranked
        .map(|(rank, value)| (2.0 * rank as f64 - count + 1.0) * value)
        .sum();
    sum / (count * (count - 1.0) / 2.0)
}

/// Mean of the values that are finite; NaN without any.
pub fn mean_of_finite(values: impl Iterator<Item = f64>) -> f64 {
    let finite = values.filter(|value| value.is_finite());
    let (count, sum) = finite.fold((0.0, 0.0), |(n, sum), value| (n + 1.0, sum + value));
    sum / count
}

#[cfg(test)]
mod tests;
