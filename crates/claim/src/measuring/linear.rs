//! The loss of a linear model on its training rows in double precision, and whether weights are at the minimum of the penalised one.

use decay_data::{Target, TargetScale};

use crate::population::Population;

/// Rows and targets as a linear model was trained on them.
#[derive(Debug, Clone)]
pub struct LinearLoss {
    /// Scaled features, `[rows, inputs]`.
    features: Vec<f64>,
    inputs: usize,
    wanted: Wanted,
}

/// What the outputs are to be.
#[derive(Debug, Clone)]
enum Wanted {
    /// Scaled values: mean squared error.
    Values(Vec<f64>),
    /// Labels: mean cross-entropy of as many logits.
    Labels(Vec<usize>, usize),
}

/// Weights `[inputs, outputs]` and biases `[outputs]` of a linear model, or the slopes of its loss along them.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    /// Row-major, as a population has them.
    pub weights: Vec<f64>,
    /// One an output.
    pub biases: Vec<f64>,
}

impl LinearLoss {
    /// Of the training rows of a member's replicate.
    ///
    /// # Panics
    /// If there are several targets.
    pub fn of(population: &Population<'_>, member: usize) -> Self {
        let data = population.study.data;
        let rows = &population.rows(member).train;
        let scales = &population.models.problem.scales[population.replicate(member)];
        let features = scales.features.apply(data, rows).into_iter();
        let wanted = match &data.target {
            Target::Values { values, names } if names.len() == 1 => {
                let scaled = |&row: &usize| {
                    let scale: Option<TargetScale> = scales.targets.first().copied();
                    scale.map_or(values[row], |scale| scale.apply(values[row]))
                };
                Wanted::Values(rows.iter().map(scaled).collect())
            }
            Target::Classes { labels, names } => {
                let labels = rows.iter().map(|&row| labels[row] as usize);
                Wanted::Labels(labels.collect(), names.len())
            }
            Target::Values { .. } | Target::Flags { .. } => {
                panic!("a claim is of classes or of one number")
            }
        };
        Self {
            features: features.map(f64::from).collect(),
            inputs: data.features(),
            wanted,
        }
    }

    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        match &self.wanted {
            Wanted::Values(_) => 1,
            Wanted::Labels(_, classes) => *classes,
        }
    }

    /// Mean loss of a model, and its slopes along weights and biases, without any penalty.
    pub fn with_slopes(&self, model: &Linear) -> (f64, Linear) {
        let outputs = self.outputs();
        let rows = self.features.len() / self.inputs;
        let mut loss = 0.0;
        let mut slopes = Linear {
            weights: vec![0.0; self.inputs * outputs],
            biases: vec![0.0; outputs],
        };
        for (row, x) in self.features.chunks_exact(self.inputs).enumerate() {
            let mut z = model.biases.clone();
            for (x, weights) in x.iter().zip(model.weights.chunks_exact(outputs)) {
                z.iter_mut().zip(weights).for_each(|(z, w)| *z += x * w);
            }
            loss += self.pull(row, &mut z) / rows as f64;
            for (slope, z) in slopes.biases.iter_mut().zip(&z) {
                *slope += z / rows as f64;
            }
            for (x, slopes) in x.iter().zip(slopes.weights.chunks_exact_mut(outputs)) {
                let pairs = slopes.iter_mut().zip(&z);
                pairs.for_each(|(slope, z)| *slope += x * z / rows as f64);
            }
        }
        (loss, slopes)
    }

    /// A row's loss; its outputs become the slopes along them.
    fn pull(&self, row: usize, z: &mut [f64]) -> f64 {
        match &self.wanted {
            Wanted::Values(values) => {
                let error = z[0] - values[row];
                z[0] = 2.0 * error;
                error * error
            }
            Wanted::Labels(labels, _) => {
                let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let sum: f64 = z.iter().map(|z| (z - largest).exp()).sum();
                let loss = largest + sum.ln() - z[labels[row]];
                z.iter_mut().for_each(|z| *z = (*z - largest).exp() / sum);
                z[labels[row]] -= 1.0;
                loss
            }
        }
    }
}

/// How far one weight is from where a lasso or elastic net is at rest, `l1 |w| + l2 w² / 2` beside the loss: 0 at the minimum.
///
/// ```text
/// |g + l2 w + l1 sign(w)|   where w is not 0        max(0, |g| - l1)   where it is
/// ```
///
/// `g` is the slope of the loss. Of a convex loss these conditions, for all weights, are the minimum and not merely near one.
///
/// # Source
/// Karush, Kuhn & Tucker's conditions, as in Hastie, Tibshirani & Wainwright 2015, section 2.2.
pub fn unrest(slope: f64, weight: f64, [l1, l2]: [f64; 2]) -> f64 {
    if weight == 0.0 {
        (slope.abs() - l1).max(0.0)
    } else {
        (slope + l2 * weight + l1 * weight.signum()).abs()
    }
}

impl Population<'_> {
    /// A linear member's weights and biases.
    ///
    /// # Panics
    /// If the network is not one linear map.
    pub fn linear(&self, member: usize) -> Linear {
        let parameters = &self.state(member).parameters;
        assert_eq!(parameters.len(), 2, "weights and biases of one linear map");
        let wide = |values: &[f32]| values.iter().map(|&value| f64::from(value)).collect();
        Linear {
            weights: wide(&parameters[0]),
            biases: wide(&parameters[1]),
        }
    }

    /// The largest [`unrest`] of a linear member's weights under these strengths `[l1, l2]`, in units of the first.
    ///
    /// # Panics
    /// As [`Population::linear`].
    pub fn unrest(&self, member: usize, strengths: [f64; 2]) -> f64 {
        let model = self.linear(member);
        let (_, slopes) = LinearLoss::of(self, member).with_slopes(&model);
        let weights = model.weights.into_iter().zip(slopes.weights);
        let each = weights.map(|(weight, slope)| unrest(slope, weight, strengths));
        each.fold(0.0, f64::max) / strengths[0]
    }
}

#[cfg(test)]
mod tests {
    use super::{Linear, LinearLoss, Wanted, unrest};

    fn losses() -> [LinearLoss; 2] {
        let features = vec![0.3, -1.2, 0.8, 1.5, 0.1, -0.7];
        let of = |wanted| LinearLoss {
            features: features.clone(),
            inputs: 2,
            wanted,
        };
        [
            of(Wanted::Values(vec![1.0, -0.5, 2.0])),
            of(Wanted::Labels(vec![0, 2, 1], 3)),
        ]
    }

    /// One row by hand, then every slope against a central difference.
    #[test]
    fn slopes_are_those_of_the_loss() {
        for loss in losses() {
            let outputs = loss.outputs();
            let weights = (0..2 * outputs).map(|k| 0.4 - 0.3 * k as f64).collect();
            let biases = (0..outputs).map(|k| 0.2 * k as f64 - 0.1).collect();
            let model = Linear { weights, biases };
            let (_, slopes) = loss.with_slopes(&model);
            let moved = |place: usize, step: f64| {
                let mut model = model.clone();
                match place.checked_sub(2 * outputs) {
                    None => model.weights[place] += step,
                    Some(bias) => model.biases[bias] += step,
                }
                loss.with_slopes(&model).0
            };
            let all = slopes.weights.iter().chain(&slopes.biases);
            for (place, slope) in all.enumerate() {
                let difference = (moved(place, 1e-5) - moved(place, -1e-5)) / 2e-5;
                assert!((slope - difference).abs() < 1e-8, "{slope} {difference}");
            }
        }
        let one = LinearLoss {
            features: vec![2.0],
            inputs: 1,
            wanted: Wanted::Values(vec![7.0]),
        };
        let model = Linear {
            weights: vec![3.0],
            biases: vec![0.5],
        };
        let (loss, slopes) = one.with_slopes(&model);
        assert_eq!(
            (loss, slopes.weights[0], slopes.biases[0]),
            (0.25, -2.0, -1.0)
        );
    }

    /// `(w - 2)² + l1 |w| + l2 w² / 2` has slope `2 (w - 2)` and its minimum at `soft(4, l1) / (2 + l2)`.
    #[test]
    fn the_soft_threshold_is_at_rest_and_nothing_else_is() {
        for (l1, l2) in [(0.5, 0.0), (0.5, 3.0), (5.0, 1.0)] {
            let best = (4.0f64 - l1).max(0.0) / (2.0 + l2);
            let at = |w: f64| unrest(2.0 * (w - 2.0), w, [l1, l2]);
            assert!(at(best) < 1e-15, "{l1} {l2}");
            assert!(at(best + 0.01) > 1e-2 && at(best - 0.01) > 1e-2);
        }
    }
}
