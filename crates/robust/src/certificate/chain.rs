//! Whether maps fit together.

use decay_kernels::Window;
use decay_model::Nonlinearity;
use decay_model::maps::{ConvolutionMap, DenseMap, Map};

use super::error::{CertificateError, finite, same_length};

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
        },
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
            | Map::MaxPool { .. }
            | Map::AveragePool { .. }
            | Map::ChannelsLast { .. } => {}
        }
    }
    Ok(())
}
