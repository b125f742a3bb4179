//! What is trained on and how.

use decay_claim::{Lab, Result};
use decay_data::{Dataset, Embedded};
use decay_model::{CnnConfig, MlpConfig, ModelConfig, Slide, Stage};
use decay_train::{FoldRows, TrainConfig};

/// Rows that each replicate is audited on.
const AUDITED: usize = 600;

/// Data, an over-parameterised network, and how it is trained.
pub(crate) struct Setup {
    pub(crate) name: &'static str,
    pub(crate) data: Dataset,
    pub(crate) model: ModelConfig,
    pub(crate) config: TrainConfig,
    train: usize,
}

/// Quickly a perceptron on clothes and on digits; with time a convolutional network too, and more images.
pub(crate) fn setups(lab: &Lab) -> Result<Vec<Setup>> {
    let (digits, fashion) = (Embedded::Digits.load()?, Embedded::FashionMini.load()?);
    let mut all = vec![
        perceptron("Fashion-MNIST, MLP", fashion.clone(), 400, 40),
        perceptron("digits, MLP", digits, 200, 150),
    ];
    if lab.full {
        all.push(Setup {
            name: "Fashion-MNIST, CNN",
            model: strided(),
            ..perceptron("", fashion, 400, 30)
        });
        if let Some(found) = lab.larger_data("mnist")? {
            all.push(perceptron("MNIST, MLP", found.train, 1000, 30));
        }
    }
    Ok(all)
}

fn perceptron(name: &'static str, data: Dataset, train: usize, epochs: u32) -> Setup {
    Setup {
        name,
        data,
        train,
        model: ModelConfig::Mlp(MlpConfig {
            hidden: vec![64, 64],
            ..MlpConfig::default()
        }),
        config: TrainConfig {
            epochs,
            batch: train / 10,
            lr: 2e-3,
            evaluate_every: 0,
            ..TrainConfig::default()
        },
    }
}

/// Two convolutions with stride 2 and a dense layer.
fn strided() -> ModelConfig {
    let convolution = |channels| Stage::Convolution {
        slide: Slide {
            kernel: [3, 3],
            stride: [2, 2],
            padding: [1, 1],
        },
        channels,
    };
    ModelConfig::Cnn(CnnConfig {
        stages: vec![convolution(8), convolution(16), Stage::Dense { units: 64 }],
        ..CnnConfig::default()
    })
}

impl Setup {
    /// Rows of each replicate, drawn anew.
    pub(crate) fn replicates(&self, lab: &Lab) -> Vec<FoldRows> {
        let all: Vec<usize> = (0..self.data.rows).collect();
        let draw = |replicate: usize| {
            let mut train = lab.sample(replicate as u32, &all, self.train + AUDITED);
            let validation = train.split_off(self.train);
            FoldRows { train, validation }
        };
        (0..lab.pick(10, 20)).map(draw).collect()
    }
}
