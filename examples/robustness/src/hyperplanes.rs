//! A linear classifier, with the scale of its margins apart from their geometry.

use decay_model::MemberState;
use decay_robust::InputScale;

/// A linear classifier of inputs in the unit of perturbations.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hyperplanes {
    /// `[classes]` of `[inputs]`.
    weights: Vec<Vec<f64>>,
    biases: Vec<f64>,
}

/// Means over the correctly classified rows; 0 without any.
///
/// With `j` the class whose plane is nearest, each row has
///
/// ```text
/// radius (distance to the plane) = margin / norm      margin = z_y - z_j      norm = |w_y - w_j|
/// ```
///
/// and the means keep that relation: `norm` is the mean of norms by radius, `Σ margin / Σ radius`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Margins {
    pub(crate) accuracy: f64,
    pub(crate) margin: f64,
    pub(crate) norm: f64,
    pub(crate) radius: f64,
}

impl Hyperplanes {
    /// The only layer of a member behind its scaling.
    pub(crate) fn new(state: &MemberState, scale: &InputScale) -> Self {
        let (weight, bias) = (&state.parameters[0], &state.parameters[1]);
        let classes = bias.len();
        let of = |class: usize| {
            let own = weight
                .iter()
                .skip(class)
                .step_by(classes)
                .zip(&scale.factor);
            own.map(|(&w, &factor)| f64::from(w) * f64::from(factor))
                .collect()
        };
        let weights: Vec<Vec<f64>> = (0..classes).map(of).collect();
        let centre: Vec<f64> = scale.center.iter().copied().map(f64::from).collect();
        let biases = bias
            .iter()
            .zip(&weights)
            .map(|(&b, w)| f64::from(b) - dot(w, &centre));
        Self {
            biases: biases.collect(),
            weights,
        }
    }

    /// What decides between classes: the weights less their mean over classes.
    fn deciding(&self) -> Vec<f64> {
        let classes = self.weights.len() as f64;
        let mean = |input: usize| self.weights.iter().map(|w| w[input]).sum::<f64>() / classes;
        let means: Vec<f64> = (0..self.weights[0].len()).map(mean).collect();
        let centred = |w: &Vec<f64>| {
            w.iter()
                .zip(&means)
                .map(|(w, m)| w - m)
                .collect::<Vec<f64>>()
        };
        self.weights.iter().flat_map(centred).collect()
    }

    /// Norm of what decides between classes.
    pub(crate) fn size(&self) -> f64 {
        let deciding = self.deciding();
        dot(&deciding, &deciding).sqrt()
    }

    /// Cosine between what decides here and there.
    pub(crate) fn cosine(&self, other: &Self) -> f64 {
        dot(&self.deciding(), &other.deciding()) / (self.size() * other.size())
    }

    /// All weights and biases times a factor, which leaves every decision as it is.
    pub(crate) fn times(&self, factor: f64) -> Self {
        let scaled = |values: &Vec<f64>| values.iter().map(|value| value * factor).collect();
        Self {
            weights: self.weights.iter().map(scaled).collect(),
            biases: scaled(&self.biases),
        }
    }

    /// Margins of rows `[rows, inputs]`, flat.
    pub(crate) fn margins(&self, x: &[f32], labels: &[usize]) -> Margins {
        let (mut correct, mut margins, mut radii) = (0.0, 0.0, 0.0);
        for (x, &label) in x.chunks_exact(self.weights[0].len()).zip(labels) {
            let (margin, radius) = self.nearest(x, label);
            if radius > 0.0 {
                correct += 1.0;
                margins += margin;
                radii += radius;
            }
        }
        let mean = |sum: f64, count: f64| if count > 0.0 { sum / count } else { 0.0 };
        Margins {
            accuracy: correct / labels.len() as f64,
            margin: mean(margins, correct),
            norm: mean(margins, radii),
            radius: mean(radii, correct),
        }
    }

    /// Margin and signed distance of a row to the nearest plane that bounds its class.
    fn nearest(&self, x: &[f32], label: usize) -> (f64, f64) {
        let x: Vec<f64> = x.iter().copied().map(f64::from).collect();
        let logit = |class: usize| dot(&self.weights[class], &x) + self.biases[class];
        let others = (0..self.weights.len()).filter(|&class| class != label);
        let to = |class: usize| {
            let slope = self.weights[label].iter().zip(&self.weights[class]);
            let norm = slope.map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
            let margin = logit(label) - logit(class);
            (margin, margin / norm)
        };
        let nearest = others.map(to).min_by(|a, b| a.1.total_cmp(&b.1));
        nearest.unwrap_or((0.0, 0.0))
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
