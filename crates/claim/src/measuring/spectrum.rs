//! How many directions a weight matrix really uses.

use decay_model::ParameterKind;
use nalgebra::DMatrix;

use crate::population::Population;

/// `exp(-Σ p_k ln p_k)`, `p_k = σ_k / Σ σ`: how many directions a matrix really uses, in `[1, n]`; `None` if every singular value is
/// zero.
///
/// # Source
/// Roy & Vetterli 2007, <https://ieeexplore.ieee.org/document/7098875>.
pub fn effective_rank(singular_values: &[f64]) -> Option<f64> {
    let whole: f64 = singular_values.iter().sum();
    let shares = singular_values.iter().map(|value| value / whole);
    let nats: f64 = shares.filter(|p| *p > 0.0).map(|p| -p * p.ln()).sum();
    (whole > 0.0).then(|| nats.exp())
}

/// Singular values of a matrix, the largest first.
///
/// # Shapes
/// - `weights`: `[inputs, outputs]`, row-major
/// - returns: `[min(inputs, outputs)]`
pub fn singular_values(weights: &[f64], outputs: usize) -> Vec<f64> {
    let matrix = DMatrix::from_row_slice(weights.len() / outputs, outputs, weights);
    let mut values = matrix.singular_values().as_slice().to_vec();
    values.sort_by(|a, b| b.total_cmp(a));
    values
}

impl Population<'_> {
    /// Singular values of a member's largest weight matrix; a convolution's is `[taps, channels]`.
    pub fn spectrum(&self, member: usize) -> Vec<f64> {
        let (place, outputs) = self.largest_matrix();
        let weights = self.state(member).parameters[place].iter();
        singular_values(&weights.map(|&w| f64::from(w)).collect::<Vec<_>>(), outputs)
    }

    /// The same of what training added to it, see [`Population::learned`].
    pub fn learned_spectrum(&self, member: usize) -> Vec<f64> {
        let (place, outputs) = self.largest_matrix();
        singular_values(&self.learned(member, place), outputs)
    }

    /// Place and outputs of the weight matrix with the most weights.
    ///
    /// # Panics
    /// If the network has none.
    fn largest_matrix(&self) -> (usize, usize) {
        let specs = self.models.network.parameters().iter().enumerate();
        let matrices = specs.filter(|(_, spec)| spec.kind == ParameterKind::Matrix);
        let largest = matrices.max_by_key(|(_, spec)| spec.shape.iter().product::<usize>());
        let found = largest.map(|(place, spec)| (place, spec.shape[1]));
        found.unwrap_or_else(|| panic!("a network without weight matrices"))
    }
}

#[cfg(test)]
mod tests {
    use decay_data::Embedded;
    use decay_model::Mlp;
    use decay_train::TrainConfig;

    use super::{effective_rank, singular_values};
    use crate::study::Study;
    use crate::testing::quiet_lab;

    /// Their squares add up to those of the 13 x 8 weights; what is learned without decay is the way from the start.
    #[test]
    fn spectra_are_those_of_the_largest_matrix() {
        let (lab, data) = (quiet_lab(), Embedded::Wine.load().unwrap());
        let config = TrainConfig {
            epochs: 3,
            ..TrainConfig::default()
        };
        let rows = lab.draws(data.rows, 1, [90, 40]);
        let study = Study::of_decay("wine", &data, rows, Mlp::hidden([8, 5]), config, vec![0.0]);
        let population = lab.train(study).unwrap();
        let squares = |values: &[f64]| values.iter().map(|x| x * x).sum::<f64>();
        let (start, end) = (population.start(0), population.state(0));
        let pairs = end.parameters[0].iter().zip(&start.parameters[0]);
        let way: Vec<f64> = pairs
            .clone()
            .map(|(w, start)| f64::from(w - start))
            .collect();
        let end: Vec<f64> = pairs.map(|(&w, _)| f64::from(w)).collect();
        for (found, weights) in [
            (population.spectrum(0), end),
            (population.learned_spectrum(0), way),
        ] {
            assert!(found.len() == 8 && found.is_sorted_by(|a, b| a >= b));
            assert!((squares(&found) / squares(&weights) - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn equal_values_count_fully_and_zeros_not_at_all() {
        assert!((effective_rank(&[2.0; 5]).unwrap() - 5.0).abs() < 1e-12);
        assert!((effective_rank(&[3.0, 0.0, 0.0]).unwrap() - 1.0).abs() < 1e-12);
        let expected = (-(0.75 * 0.75f64.ln() + 0.25 * 0.25f64.ln())).exp();
        let [small, large] = [[3.0, 1.0], [300.0, 100.0]].map(|own| effective_rank(&own).unwrap());
        assert!((small - expected).abs() < 1e-12 && (large - expected).abs() < 1e-12);
        assert_eq!(effective_rank(&[0.0; 3]), None);
    }

    /// `diag(3, 4)` turned by the rotation (0.6, 0.8) and put on two of three inputs.
    #[test]
    fn a_rotation_changes_no_singular_value() {
        let weights = [3.0 * 0.6, 3.0 * 0.8, 0.0, 0.0, -4.0 * 0.8, 4.0 * 0.6];
        let found = singular_values(&weights, 2);
        assert!((found[0] - 4.0).abs() < 1e-12 && (found[1] - 3.0).abs() < 1e-12);
        assert_eq!(singular_values(&weights, 3).len(), 2);
    }
}
