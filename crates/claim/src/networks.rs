//! The architectures that claims train, by their layers.

use decay_model::{CnnConfig, MlpConfig, ModelConfig, Stage};

/// A perceptron with hidden layers of these widths.
pub fn perceptron(hidden: &[usize]) -> ModelConfig {
    ModelConfig::Mlp(MlpConfig {
        hidden: hidden.to_vec(),
        ..MlpConfig::default()
    })
}

/// A convolutional network of stages in their text form, such as `conv3:8/2`.
///
/// # Panics
/// If one is no stage: a claim writes them itself.
pub fn convolutional(stages: &[&str]) -> ModelConfig {
    let stage = |text: &&str| -> Stage { text.parse().unwrap_or_else(|error| panic!("{error}")) };
    ModelConfig::Cnn(CnnConfig {
        stages: stages.iter().map(stage).collect(),
        ..CnnConfig::default()
    })
}

#[cfg(test)]
mod tests {
    use decay_model::{InputShape, ModelConfig};

    use super::{convolutional, perceptron};

    fn parameters(model: &ModelConfig, shape: InputShape) -> usize {
        let state = model.init(shape, 10).unwrap().initial(1);
        state.parameters.iter().map(Vec::len).sum()
    }

    #[test]
    fn layers_are_those_that_are_named() {
        let mlp = perceptron(&[5, 3]);
        let row = InputShape::Row(4);
        assert_eq!(parameters(&mlp, row), 5 * 5 + 6 * 3 + 4 * 10);
        let cnn = convolutional(&["conv3:8/2", "dense:6"]);
        let image = InputShape::Image([1, 8, 8]);
        assert_eq!(parameters(&cnn, image), 10 * 8 + 129 * 6 + 7 * 10);
    }
}
