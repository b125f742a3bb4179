//! Settings of a convolutional network.

use decay_options::{names, options};
use serde::{Deserialize, Serialize};

use super::stage::Stage;
use crate::init::Init;
use crate::nonlinearity::Nonlinearity;
use crate::normalise::Norm;

/// Stages of a convolutional network, before a dense head.
///
/// A convolution before a norm has no bias: a batch norm would take it away, and a layer norm adds its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Given")]
pub struct CnnConfig {
    /// From the image to the head.
    pub stages: Vec<Stage>,
    /// After every convolution and dense hidden layer.
    pub activation: Nonlinearity,
    /// Before the activation.
    pub norm: Norm,
    /// Starting weights.
    pub init: Init,
}

names! {
    /// Networks of the literature.
    ///
    /// | name | stages | source |
    /// | :-- | :-- | :-- |
    /// | `lenet` | two 5x5 convolutions of 6 and 16 channels with pooling, dense 120 and 84 | LeCun et al. 1998, with ReLU and max-pooling |
    /// | `simple` | two 3x3 convolutions of 32 and 64 channels with pooling, dense 128 | |
    /// | `resnet8`, `resnet20` | 3x3 convolution, three stages of 1 or 3 blocks with 16, 32, 64 channels, batch norm | He et al. 2016, section 4.2, <https://arxiv.org/abs/1512.03385>; with projections |
    pub enum Preset {
        /// LeNet-5 with ReLU and max-pooling.
        Lenet = "lenet",
        /// Two convolutions and a dense layer.
        Simple = "simple",
        /// 8 layers.
        Resnet8 = "resnet8",
        /// 20 layers.
        Resnet20 = "resnet20",
    }
}

impl Preset {
    /// Its settings.
    pub fn config(self) -> CnnConfig {
        let (text, norm) = match self {
            Self::Lenet => (
                "conv5:6 max2 conv5:16p0 max2 dense:120 dense:84".to_owned(),
                Norm::None,
            ),
            Self::Simple => ("conv3:32 max2 conv3:64 max2 dense:128".into(), Norm::None),
            Self::Resnet8 => (resnet(1), Norm::Batch),
            Self::Resnet20 => (resnet(3), Norm::Batch),
        };
        let stage = |text: &str| {
            let stage = text.parse();
            stage.unwrap_or_else(|error| unreachable!("presets are stages: {error}"))
        };
        CnnConfig {
            stages: text.split(' ').map(stage).collect(),
            activation: Nonlinearity::default(),
            norm,
            init: Init::default(),
        }
    }
}

/// A residual network with this many blocks in each of its three stages.
fn resnet(blocks: usize) -> String {
    let more = |channels| format!(" res3:{channels}").repeat(blocks - 1);
    format!(
        "conv3:16 res3:16{} res3:32/2{} res3:64/2{} global",
        more(16),
        more(32),
        more(64)
    )
}

impl Default for CnnConfig {
    fn default() -> Self {
        Preset::Simple.config()
    }
}

options! {
    /// The settings as a file gives them.
    pub(crate) struct Given = "model" {
        /// Stages and norm of a known network, see [`Preset`].
        preset: Option<Preset> = None;
        /// Of a cnn: as in conv3:32,max2,res3:64/2,global,dense:128.
        ///
        /// From the image to the head, see [`Stage`].
        stages: Option<Vec<Stage>> = None, value("STAGES"), default("those of the preset");
        /// identity, relu, tanh, sigmoid, gelu, silu, elu or mish.
        ///
        /// After every convolution and dense hidden layer.
        activation: Option<Nonlinearity> = None;
        /// none, batch or layer.
        norm: Option<Norm> = None;
        /// Starting weights, as in he_normal, xavier_uniform, torch.
        init: Option<Init> = None;
    }
}

impl From<Given> for CnnConfig {
    fn from(given: Given) -> Self {
        let base = match (given.preset, &given.stages) {
            (Some(preset), _) => preset.config(),
            (None, None) => Self::default(),
            (None, Some(_)) => Self {
                norm: Norm::None,
                ..Self::default()
            },
        };
        Self {
            stages: given.stages.unwrap_or(base.stages),
            activation: given.activation.unwrap_or(base.activation),
            norm: given.norm.unwrap_or(base.norm),
            init: given.init.unwrap_or(base.init),
        }
    }
}
