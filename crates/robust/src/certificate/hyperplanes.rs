//! A linear classifier, with the scale of its margins apart from their geometry.

use decay_model::MemberState;

use crate::InputScale;

/// A linear classifier of inputs in the unit of perturbations.
#[derive(Debug, Clone, PartialEq)]
pub struct Hyperplanes {
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
pub struct Margins {
    /// Share of the rows that are classified correctly.
    pub accuracy: f64,
    /// In logits.
    pub margin: f64,
    /// Of the difference of two classes' weights.
    pub norm: f64,
    /// In the unit of perturbations.
    pub radius: f64,
}

impl Hyperplanes {
    /// The only layer of a member behind its scaling.
    ///
    /// # Shapes
    /// - parameters of `state`: weights `[inputs, classes]`, biases `[classes]`
    ///
    /// # Panics
    /// If the member has no such layer.
    pub fn new(state: &MemberState, scale: &InputScale) -> Self {
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
    pub fn size(&self) -> f64 {
        let deciding = self.deciding();
        dot(&deciding, &deciding).sqrt()
    }

    /// Cosine between what decides here and there.
    pub fn cosine(&self, other: &Self) -> f64 {
        dot(&self.deciding(), &other.deciding()) / (self.size() * other.size())
    }

    /// All weights and biases times a factor, which leaves every decision as it is.
    pub fn times(&self, factor: f64) -> Self {
        let scaled = |values: &Vec<f64>| values.iter().map(|value| value * factor).collect();
        Self {
            weights: self.weights.iter().map(scaled).collect(),
            biases: scaled(&self.biases),
        }
    }

    /// Margins of labelled rows.
    ///
    /// # Shapes
    /// - `x`: `[rows, inputs]`, flat, in the unit of perturbations
    /// - `labels`: `[rows]`
    pub fn margins(&self, x: &[f32], labels: &[usize]) -> Margins {
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

#[cfg(test)]
mod tests {
    use super::Hyperplanes;
    use crate::InputScale;
    use crate::certificate::{Certificate, LabelledRows, Norm, Perturbations, TargetModel};
    use decay_model::{MemberState, MlpConfig, ModelConfig, Network};

    fn linear() -> (Network, MemberState, InputScale) {
        let config = MlpConfig {
            hidden: Vec::new(),
            ..MlpConfig::default()
        };
        let network = ModelConfig::Mlp(config).init(4, 3).unwrap();
        let mut state = network.initial(5);
        state.parameters[1] = vec![0.3, -0.1, 0.2];
        let scale = InputScale {
            center: vec![0.1, 0.2, -0.3, 0.5],
            factor: vec![2.0; 4],
        };
        (network, state, scale)
    }

    fn rows() -> Vec<f32> {
        (0..40)
            .map(|i| ((i * 37 % 23) as f32 - 11.0) / 11.0)
            .collect()
    }

    /// One row a call, so that every row's own distance is compared.
    #[test]
    fn distances_are_those_of_the_exact_certificate() {
        let (network, state, scale) = linear();
        let target = TargetModel::new(&network, &state, &scale).unwrap();
        let planes = Hyperplanes::new(&state, &scale);
        let threat = Perturbations {
            norm: Norm::L2,
            ..Perturbations::default()
        };
        let mut right = 0;
        for (row, label) in rows()
            .chunks_exact(4)
            .flat_map(|row| [0, 1, 2].map(|label| (row, label)))
        {
            let found = planes.margins(row, &[label]);
            let wide: Vec<f64> = row.iter().copied().map(f64::from).collect();
            let samples = LabelledRows {
                rows: &wide,
                labels: &[label],
            };
            let exact = Certificate::Linear
                .radii(&target, &samples, &threat)
                .unwrap()[0];
            assert!(
                (found.radius - exact).abs() < 1e-9,
                "{} {exact}",
                found.radius
            );
            assert!((found.margin - found.norm * found.radius).abs() < 1e-9);
            right += usize::from(found.radius > 0.0);
        }
        assert_eq!(right, 10, "one label a row is right");
    }

    /// The control of the claim: `|w|` alone says nothing of the distance.
    #[test]
    fn rescaling_changes_margins_and_neither_decisions_nor_distances() {
        let (_, state, scale) = linear();
        let planes = Hyperplanes::new(&state, &scale);
        let (x, labels) = (rows(), [0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);
        let before = planes.margins(&x, &labels);
        for factor in [1e-3, 0.37, 8.0] {
            let scaled = planes.times(factor);
            let after = scaled.margins(&x, &labels);
            assert_eq!(after.accuracy, before.accuracy);
            assert!((after.radius / before.radius - 1.0).abs() < 1e-12);
            assert!((after.margin / before.margin / factor - 1.0).abs() < 1e-12);
            assert!((after.norm / before.norm / factor - 1.0).abs() < 1e-12);
            assert!((scaled.size() / planes.size() / factor - 1.0).abs() < 1e-12);
            assert!((scaled.cosine(&planes) - 1.0).abs() < 1e-12);
        }
        assert!(before.accuracy > 0.0 && before.accuracy < 1.0);
    }

    /// What all classes have in common decides nothing and is no part of the direction.
    #[test]
    fn directions_are_those_between_classes() {
        let (_, state, scale) = linear();
        let mut shifted = state.clone();
        for (place, w) in shifted.parameters[0].iter_mut().enumerate() {
            *w += (place / 3) as f32;
        }
        let [a, b] = [&state, &shifted].map(|state| Hyperplanes::new(state, &scale));
        assert!((a.cosine(&b) - 1.0).abs() < 1e-6, "{}", a.cosine(&b));
    }
}
