//! Architectures in the shortest words.

use decay_model::{CnnConfig, ModelConfig};

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
    use decay_model::ModelConfig;

    use super::convolutional;

    #[test]
    fn stages_are_as_they_are_named() {
        let ModelConfig::Cnn(config) = convolutional(&["conv3:8", "max2"]) else {
            panic!("no convolutional network");
        };
        let texts: Vec<String> = config.stages.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["conv3:8", "max2"]);
    }
}
