//! One member as its certificates see it, a chain of maps that fit together.

use decay_kernels::Window;
use decay_model::maps::{ConvolutionMap, DenseMap, Map};
use decay_model::{MemberState, Network, Nonlinearity};

use super::error::{CertificateError, finite, same_length};
use super::interval::Interval;
use crate::InputScale;

/// A classifier as a chain of maps in double precision, from inputs in the unit of perturbations to logits.
#[derive(Debug, Clone)]
pub struct TargetModel {
    /// Everything before the head.
    body: Vec<Map>,
    /// The last layer, whose differences of outputs the certificates bound.
    head: DenseMap,
    inputs: usize,
}

impl TargetModel {
    /// One member behind its scaling of the inputs, `x -> (x - center) factor -> network`.
    ///
    /// # Errors
    /// What [`Network::maps`] refuses; [`CertificateError::Length`], [`CertificateError::NotFinite`], [`CertificateError::NoHead`].
    pub fn new(
        network: &Network,
        state: &MemberState,
        scale: &InputScale,
    ) -> Result<Self, CertificateError> {
        same_length("center", scale.factor.len(), scale.center.len())?;
        let factor: Vec<f64> = scale.factor.iter().copied().map(f64::from).collect();
        let inputs = factor.len();
        let shifts = scale.center.iter().zip(&factor);
        let offset = shifts.map(|(&c, f)| -f64::from(c) * f).collect();
        let scale = Map::Scale { factor, offset };
        let maps = [scale].into_iter().chain(network.maps(state)?);
        Self::from_maps(maps.collect(), inputs)
    }

    /// A chain of maps on rows of `inputs` values.
    ///
    /// # Errors
    /// [`CertificateError::NotFinite`] for a weight that is no number, [`CertificateError::NoHead`] if the last map is not dense with
    /// at least 2 outputs, [`CertificateError::Length`] if the chain does not take that many inputs, or a map not what the one before it gives.
    pub fn from_maps(mut maps: Vec<Map>, inputs: usize) -> Result<Self, CertificateError> {
        check_finite(&maps)?;
        outputs_of(&maps, inputs)?;
        let head = match maps.pop() {
            Some(Map::Dense(head)) if head.bias.len() >= 2 => head,
            Some(Map::Dense(head)) => {
                let found = format!("this one has {}", head.bias.len());
                return Err(CertificateError::NoHead { found });
            }
            other => {
                let found = format!(
                    "this one ends in {}",
                    other.as_ref().map_or("nothing", name)
                );
                return Err(CertificateError::NoHead { found });
            }
        };
        Ok(Self {
            body: maps,
            head,
            inputs,
        })
    }

    /// Everything before the last layer.
    pub fn body(&self) -> &[Map] {
        &self.body
    }

    /// The last layer.
    pub fn head(&self) -> &DenseMap {
        &self.head
    }

    /// Values of a row.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of outputs.
    pub fn classes(&self) -> usize {
        self.head.bias.len()
    }

    /// Bounds from below of `z_label - z_k` at a point for every other `k`, in order: the margins less what rounding may do.
    pub fn margins(&self, x: &[f64], label: usize) -> Vec<f64> {
        let before = Interval::point(x).through_all(&self.body);
        before.margins(&self.head, label)
    }

    /// The first map that is neither dense nor diagonal, the identity apart; with `relu` a ReLU passes, too.
    pub(super) fn first_unlike_perceptron(&self, relu: bool) -> Option<&'static str> {
        let passes = |map: &&Map| match map {
            Map::Dense(_) | Map::Scale { .. } | Map::Nonlinearity(Nonlinearity::Identity) => true,
            Map::Nonlinearity(Nonlinearity::Relu) => relu,
            _ => false,
        };
        let found = self.body.iter().find(|map| !passes(map));
        found.map(name)
    }
}

/// Values behind all maps of a chain that is given `inputs` values.
///
/// # Errors
/// [`CertificateError::Length`] for the first map that wants another number.
pub(super) fn outputs_of(maps: &[Map], inputs: usize) -> Result<usize, CertificateError> {
    maps.iter()
        .try_fold(inputs, |inputs, map| outputs(map, inputs))
}

fn outputs(map: &Map, inputs: usize) -> Result<usize, CertificateError> {
    let pooled = |window: &Window, channels: usize| {
        same_length(
            "inputs of pooling",
            pixels(window.size()) * channels,
            inputs,
        )?;
        Ok(pixels(window.output()) * channels)
    };
    match map {
        Map::Dense(map) => {
            same_length("inputs of a dense layer", map.inputs(), inputs)?;
            same_length("weights", inputs * map.bias.len(), map.weight.len())?;
            Ok(map.bias.len())
        }
        Map::Convolution(map) => convolved(map, inputs),
        Map::Scale { factor, offset } => {
            same_length("offset of a diagonal map", factor.len(), offset.len())?;
            let whole = inputs.next_multiple_of(factor.len().max(1));
            same_length("inputs of a diagonal map", whole, inputs)?;
            Ok(inputs)
        }
        Map::MaxPool { window, channels } => pooled(window, *channels),
        Map::AveragePool { window, channels } => pooled(window, *channels),
        Map::Nonlinearity(_) => Ok(inputs),
        Map::Clip { clipped } => {
            same_length("inputs of a clip", clipped.len(), inputs)?;
            Ok(inputs)
        }
        Map::ChannelsLast { channels } => {
            let whole = inputs.next_multiple_of((*channels).max(1));
            same_length("inputs of an image", whole, inputs)?;
            Ok(inputs)
        }
        Map::Residual { body, shortcut } => {
            let (through, around) = (outputs_of(body, inputs)?, outputs_of(shortcut, inputs)?);
            same_length("outputs of a shortcut", through, around)?;
            Ok(through)
        }
    }
}

fn convolved(map: &ConvolutionMap, inputs: usize) -> Result<usize, CertificateError> {
    let wanted = pixels(map.window.size()) * map.inputs;
    same_length("inputs of a convolution", wanted, inputs)?;
    let weights = pixels(map.window.kernel()) * map.inputs * map.bias.len();
    same_length("weights", weights, map.weight.len())?;
    Ok(pixels(map.window.output()) * map.bias.len())
}

fn pixels(size: [usize; 2]) -> usize {
    size[0] * size[1]
}

/// What a map is called in messages.
pub(super) fn name(map: &Map) -> &'static str {
    match map {
        Map::Dense(_) => "a dense layer",
        Map::Convolution(_) => "a convolution",
        Map::Scale { .. } => "a diagonal map",
        Map::Nonlinearity(f) => match f {
            Nonlinearity::Identity => "the identity",
            Nonlinearity::Relu => "ReLU",
            Nonlinearity::Tanh => "tanh",
            Nonlinearity::Sigmoid => "the sigmoid",
            Nonlinearity::Gelu => "GELU",
            Nonlinearity::Silu => "SiLU",
            Nonlinearity::Elu => "ELU",
            Nonlinearity::Mish => "Mish",
        },
        Map::Clip { .. } => "a smooth clip",
        Map::MaxPool { .. } => "max-pooling",
        Map::AveragePool { .. } => "average-pooling",
        Map::ChannelsLast { .. } => "an image of several channels",
        Map::Residual { .. } => "a residual block",
    }
}

/// Refuses the first weight that is no finite number.
pub(super) fn check_finite(maps: &[Map]) -> Result<(), CertificateError> {
    for map in maps {
        match map {
            Map::Dense(DenseMap { weight, bias }) => finite("weights", weight.iter().chain(bias))?,
            Map::Convolution(map) => finite("weights", map.weight.iter().chain(&map.bias))?,
            Map::Scale { factor, offset } => finite("scale", factor.iter().chain(offset))?,
            Map::Residual { body, shortcut } => {
                check_finite(body)?;
                check_finite(shortcut)?;
            }
            Map::Nonlinearity(_)
            | Map::Clip { .. }
            | Map::MaxPool { .. }
            | Map::AveragePool { .. }
            | Map::ChannelsLast { .. } => {}
        }
    }
    Ok(())
}
