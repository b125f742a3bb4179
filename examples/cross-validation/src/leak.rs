//! What may be learned from a fold's training rows only, and what happens when all rows of the sample take part.

use decay_audit::significance::pearson;
use decay_claim::Population;
use decay_data::{Dataset, Preprocess, Scaling, Target, TargetScale};
use decay_model::Norm;
use decay_train::FoldScales;

use crate::trial::Trial;

/// Features that a selection keeps.
const KEPT: usize = 5;

/// A step of the preparation that belongs into the fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leak {
    /// The features with the largest correlation with the target.
    Selection,
    /// Mean and standard deviation of features and target.
    Scaling,
    /// Mean and variance of hidden units.
    BatchNorm,
}

impl Leak {
    pub(crate) const ALL: [Self; 3] = [Self::Selection, Self::Scaling, Self::BatchNorm];

    /// What leaks, in a word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Selection => "selection",
            Self::Scaling => "scaling",
            Self::BatchNorm => "batch norm",
        }
    }

    /// The leak as something that somebody does.
    pub(crate) fn deed(self) -> &'static str {
        match self {
            Self::Selection => "selecting features before splitting",
            Self::Scaling => "standardising before splitting",
            Self::BatchNorm => "sharing batch-norm statistics",
        }
    }

    /// Name of the series with the step inside the fold, or outside.
    pub(crate) fn series(self, leaky: bool) -> &'static str {
        match (self, leaky) {
            (Self::Selection, false) => "selection per fold",
            (Self::Selection, true) => "selection before",
            (Self::Scaling, false) => "scaling per fold",
            (Self::Scaling, true) => "scaling before",
            (Self::BatchNorm, false) => "batch norm per fold",
            (Self::BatchNorm, true) => "batch norm shared",
        }
    }

    /// Normalisation of the network in which the leak can occur.
    pub(crate) fn norm(self) -> Norm {
        match self {
            Self::BatchNorm => Norm::Batch,
            _ => Norm::None,
        }
    }

    /// Scales of every fold.
    pub(crate) fn scales(self, leaky: bool, trial: &Trial) -> Vec<FoldScales> {
        let data = &trial.data;
        let of = |fold: usize| {
            let (own, all) = (trial.folds[fold].train.as_slice(), trial.sample(fold));
            let source = |leaks: bool| if leaks && leaky { all } else { own };
            let scaled = source(self == Self::Scaling);
            let mut features = Preprocess::fit_with(data, scaled, Scaling::Standard);
            if self == Self::Selection {
                keep_best(data, source(true), &mut features);
            }
            FoldScales {
                features,
                target: TargetScale::fit(&data.target, scaled),
            }
        };
        (0..trial.folds.len()).map(of).collect()
    }
}

/// Removes all features but those with the largest squared correlation with the target, summed over classes.
fn keep_best(data: &Dataset, rows: &[usize], features: &mut Preprocess) {
    let targets: Vec<Vec<f64>> = match &data.target {
        Target::Values { values, .. } => vec![rows.iter().map(|&row| values[row]).collect()],
        Target::Classes { labels, names } => (0..names.len() as u32)
            .map(|class| {
                rows.iter()
                    .map(|&row| f64::from(u8::from(labels[row] == class)))
                    .collect()
            })
            .collect(),
    };
    let score = |feature: usize| -> f64 {
        let x: Vec<f64> = rows
            .iter()
            .map(|&row| f64::from(data.value(row, feature)))
            .collect();
        // A side without variation has no correlation, and nothing to tell.
        let squared = |y: &Vec<f64>| pearson(&x, y).map_or(0.0, |found| found.coefficient.powi(2));
        targets.iter().map(squared).sum()
    };
    let mut ranked: Vec<(usize, f64)> = (0..data.features()).map(|f| (f, score(f))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    for &(feature, _) in ranked.iter().skip(KEPT) {
        features.scale[feature] = 0.0;
    }
}

/// Gives the batch norm after the first layer the mean and variance that its units have on other rows.
pub(crate) fn take_statistics<'r>(
    population: &mut Population<'_>,
    rows: impl Fn(usize) -> &'r [usize],
) {
    for member in 0..population.len() {
        let fold = population.replicate(member);
        let scales = &population.problem.scales[fold].features;
        let x = scales.apply(population.study.data, rows(fold));
        let state = &mut population.trained.outcomes[member].state;
        state.buffers = unit_moments(&x, &state.parameters[0], &state.parameters[1]).into();
    }
}

/// Mean and variance of each unit of a dense layer, the variance as an estimate for the population.
///
/// # Shapes
/// - `x`: `[rows, inputs]`, at least two rows; `weights`: `[inputs, units]`; `bias`: `[units]`
/// - returns: means and variances, `[units]` each
fn unit_moments(x: &[f32], weights: &[f32], bias: &[f32]) -> [Vec<f32>; 2] {
    let units = bias.len();
    let inputs = weights.len() / units;
    let moments = |unit: usize| {
        let value = |row: &[f32]| -> f64 {
            let terms = row.iter().zip(weights[unit..].iter().step_by(units));
            f64::from(bias[unit]) + terms.map(|(x, w)| f64::from(x * w)).sum::<f64>()
        };
        let values: Vec<f64> = x.chunks_exact(inputs).map(value).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        (mean as f32, (squares / (n - 1.0)) as f32)
    };
    let (means, variances) = (0..units).map(moments).unzip();
    [means, variances]
}

#[cfg(test)]
mod tests;
