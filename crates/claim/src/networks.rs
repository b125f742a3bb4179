//! Architectures in the shortest words.

use decay_model::{CnnConfig, MlpConfig, ModelConfig};

/// A perceptron with hidden layers of these widths, a linear model without any.
pub fn perceptron(hidden: &[usize]) -> ModelConfig {
    ModelConfig::Mlp(MlpConfig {
        hidden: hidden.to_vec(),
        ..MlpConfig::default()
    })
}

/// A convolutional network of stages as a configuration writes them, such as `conv3:8`.
///
/// # Panics
/// If a text is no stage.
pub fn convolutional(stages: &[&str]) -> ModelConfig {
    let stage = |text: &&str| match text.parse() {
        Ok(stage) => stage,
        Err(error) => panic!("{error}"),
    };
    ModelConfig::Cnn(CnnConfig {
        stages: stages.iter().map(stage).collect(),
        ..CnnConfig::default()
    })
}

#[cfg(test)]
mod tests {
    use decay_model::{InputShape, ModelConfig};

    use super::{convolutional, perceptron};

    #[test]
    fn layers_are_as_they_are_named() {
        let widths = |model: ModelConfig, input: InputShape| {
            let network = model.init(input, 3).unwrap();
            let shapes = network.parameters().iter().map(|spec| spec.shape.clone());
            shapes.collect::<Vec<_>>()
        };
        let row = InputShape::Row(4);
        assert_eq!(widths(perceptron(&[]), row), [vec![4, 3], vec![3]]);
        assert_eq!(widths(perceptron(&[5]), row)[..2], [vec![4, 5], vec![5]]);
        let ModelConfig::Cnn(config) = convolutional(&["conv3:8", "max2"]) else {
            panic!("no convolutional network");
        };
        let texts: Vec<String> = config.stages.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["conv3:8", "max2"]);
    }
}
