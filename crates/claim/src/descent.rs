//! How a linear member is trained to the very minimum, to be held against a closed form.

use decay_data::{Preprocess, TargetScale};
use decay_train::{DecayKind, FoldScales, Optimizer, TrainConfig};

/// Inputs and one target as they are.
pub fn unchanged(inputs: usize) -> FoldScales {
    FoldScales {
        features: Preprocess {
            center: vec![0.0; inputs],
            scale: vec![1.0; inputs],
            fill: vec![0.0; inputs],
            per_row: false,
        },
        targets: vec![TargetScale::IDENTITY],
    }
}

/// Gradient descent on all rows with momentum and coupled decay, until nothing moves: so many epochs at a rate of 0.01.
pub fn full_descent(epochs: u32) -> TrainConfig {
    TrainConfig {
        epochs,
        full_batch: true,
        lr: 0.01,
        momentum: Some(0.9),
        optimizer: Optimizer::Momentum,
        decay: Some(DecayKind::Coupled),
        evaluate_every: 0,
        ..TrainConfig::default()
    }
}
