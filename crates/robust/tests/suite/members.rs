//! Populations to attack, and their networks from the reference values of attacks.

use std::sync::atomic::AtomicBool;

use burn::tensor::Device;
use decay_model::{
    CnnConfig, InputShape, MemberState, MlpConfig, ModelConfig, Network, Nonlinearity,
};
use decay_robust::InputScale;
use decay_robust::attack::{Attack, Noise, Population, Rows, Threat, Trial};

use crate::golden::Case;

impl Case {
    pub(crate) fn bounds(&self) -> Option<(f32, f32)> {
        let pair = self.params["clip"].as_array()?;
        let end = |i: usize| pair[i].as_f64().unwrap() as f32;
        Some((end(0), end(1)))
    }

    /// The perceptron of two layers, whose weights are `[out, in]`.
    pub(crate) fn perceptron(&self) -> MemberState {
        MemberState {
            parameters: vec![
                self.transposed("w1"),
                self.floats("b1"),
                self.transposed("w2"),
                self.floats("b2"),
            ],
            buffers: Vec::new(),
        }
    }
}

/// Members to attack, each with its own values and the identity for its scale.
pub(crate) struct Members {
    pub(crate) network: Network,
    pub(crate) states: Vec<MemberState>,
    pub(crate) scales: Vec<InputScale>,
    pub(crate) seeds: Vec<u64>,
    pub(crate) shape: InputShape,
    pub(crate) devices: Vec<Device>,
}

impl Members {
    /// Perceptrons with these hidden layers.
    pub(crate) fn new(
        hidden: &[usize],
        inputs: usize,
        outputs: usize,
        states: Vec<MemberState>,
    ) -> Self {
        let config = ModelConfig::Mlp(MlpConfig {
            hidden: hidden.to_vec(),
            activation: Nonlinearity::Relu,
            ..MlpConfig::default()
        });
        Self::of(&config, InputShape::Row(inputs), outputs, states)
    }

    pub(crate) fn of(
        config: &ModelConfig,
        shape: InputShape,
        outputs: usize,
        states: Vec<MemberState>,
    ) -> Self {
        Self {
            network: config.init(shape, outputs).unwrap(),
            scales: vec![InputScale::identity(shape.values()); states.len()],
            seeds: (0..states.len() as u64).map(|s| 7 * s + 3).collect(),
            states,
            shape,
            devices: vec![Device::default()],
        }
    }

    /// The oracle's perceptron as the second of two; the first has other values, and must not matter.
    pub(crate) fn of_case(case: &Case) -> Self {
        let own = case.perceptron();
        let other = |values: &Vec<f32>| values.iter().map(|v| 0.3 - 0.8 * v).collect();
        let other = MemberState {
            parameters: own.parameters.iter().map(other).collect(),
            buffers: Vec::new(),
        };
        Self::new(&[9], 6, 4, vec![other, own])
    }

    pub(crate) fn population(&self) -> Population<'_> {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Population {
            network: &self.network,
            states: &self.states,
            scales: &self.scales,
            seeds: &self.seeds,
            shape: self.shape,
            devices: &self.devices,
            threads: 2,
            stop: &NEVER,
        }
    }

    pub(crate) fn trial<'a>(
        &'a self,
        x: &'a [f32],
        labels: &'a [usize],
        threat: Threat,
    ) -> Trial<'a> {
        Trial {
            population: self.population(),
            rows: Rows { x, labels },
            threat,
            starts: None,
            keep_examples: true,
            progress: &|_| {},
        }
    }
}

pub(crate) fn flags(values: &[f64]) -> Vec<bool> {
    values.iter().map(|&v| v != 0.0).collect()
}

#[track_caller]
pub(crate) fn assert_close(name: &str, got: &[f32], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len(), "{name}");
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        let error = (f64::from(*got) - want).abs();
        assert!(error <= tolerance, "{name}, {i}: {got} for {want}");
    }
}

/// Six untrained convolutional networks on images of two channels, each with a scale of its own.
pub(crate) fn images() -> Members {
    let config = ModelConfig::Cnn(CnnConfig {
        stages: ["conv3:4", "max2", "conv3:6/2", "dense:12"]
            .iter()
            .map(|stage| stage.parse().unwrap())
            .collect(),
        ..CnnConfig::default()
    });
    let shape = InputShape::Image([2, 8, 6]);
    let network = config.init(shape, 5).unwrap();
    let states = (0..6).map(|seed| network.initial(seed)).collect();
    let mut members = Members::of(&config, shape, 5, states);
    for (r, scale) in members.scales.iter_mut().enumerate() {
        scale.center.fill(0.1 * r as f32);
        scale.factor.fill(1.0 + 0.3 * r as f32);
    }
    members
}

/// Rows between zero and one, labelled as the second member says: others are mistaken on some of them.
pub(crate) fn labelled(members: &Members, rows: usize) -> (Vec<f32>, Vec<usize>) {
    let features = members.shape.values();
    let x: Vec<f32> = (0..rows * features)
        .map(|i| ((i * 7919 + i / features * 104_729) % 1009) as f32 / 1009.0)
        .collect();
    let classes = 5;
    let mut labels = vec![0; rows];
    for label in 0..classes {
        let guess = vec![label; rows];
        let threat = Threat {
            radius: 0.0,
            ..Threat::default()
        };
        let trial = members.trial(&x, &guess, threat);
        let outcome = &trial.attack(&Attack::Noise(Noise { samples: 1 })).unwrap()[1];
        for (own, _) in outcome.correct.iter().enumerate().filter(|(_, c)| **c) {
            labels[own] = label;
        }
    }
    (x, labels)
}
