//! How large a network's weights are.

use decay_model::ParameterKind;

use crate::population::Population;

impl Population<'_> {
    /// Euclidean norm of a member's weight matrices together, without biases and normalisations.
    pub fn weight_norm(&self, member: usize) -> f64 {
        let specs = self.models.network.parameters().iter();
        let values = specs.zip(&self.state(member).parameters);
        let weights = values.filter(|(spec, _)| spec.kind == ParameterKind::Matrix);
        let squares = weights.flat_map(|(_, values)| values.iter().map(|&w| f64::from(w).powi(2)));
        squares.sum::<f64>().sqrt()
    }
}
