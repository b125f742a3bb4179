//! A member's convolutional network as maps.

use super::convolution::{Convolution, Residual};
use super::{Cnn, Layer};
use crate::error::ModelError;
use crate::maps::{ConvolutionMap, Map, wide};
use crate::state::MemberState;

impl Cnn {
    /// See [`Network::maps`](crate::Network::maps).
    pub(crate) fn maps(&self, state: &MemberState) -> Result<Vec<Map>, ModelError> {
        let mut channels = self.image[0];
        let mut maps = match channels {
            1 => Vec::new(),
            _ => vec![Map::ChannelsLast { channels }],
        };
        for layer in &self.layers {
            match layer {
                Layer::Convolution(layer) => channels = layer.push(state, channels, &mut maps)?,
                Layer::Residual(block) => channels = block.push(state, channels, &mut maps)?,
                &Layer::MaxPool(window) => maps.push(Map::MaxPool { window, channels }),
                &Layer::AveragePool(window) => maps.push(Map::AveragePool { window, channels }),
                Layer::Dense(layer) => {
                    maps.push(layer.linear.map(state));
                    if let Some(norm) = &layer.norm {
                        maps.push(norm.map(state)?);
                    }
                    maps.extend(layer.nonlinearity.map(Map::Nonlinearity));
                }
            }
        }
        Ok(maps)
    }
}

impl Convolution {
    /// Appends the maps of this layer; its output channels.
    fn push(
        &self,
        state: &MemberState,
        inputs: usize,
        maps: &mut Vec<Map>,
    ) -> Result<usize, ModelError> {
        let taps = self.window.kernel().iter().product::<usize>();
        let stored = wide(&state.parameters[self.weight]);
        let channels = if self.depthwise {
            inputs
        } else {
            stored.len() / (taps * inputs)
        };
        let bias = self.bias.map(|bias| wide(&state.parameters[bias]));
        maps.push(Map::Convolution(ConvolutionMap {
            window: self.window,
            inputs,
            weight: if self.depthwise {
                across_channels(&stored, channels)
            } else {
                stored
            },
            bias: bias.unwrap_or_else(|| vec![0.0; channels]),
        }));
        if let Some(norm) = &self.norm {
            maps.push(norm.map(state)?);
        }
        maps.push(Map::Nonlinearity(self.nonlinearity));
        if let Some(window) = self.pool {
            maps.push(Map::MaxPool { window, channels });
        }
        Ok(channels)
    }
}

/// Depthwise weights `[taps, channels]` as `[taps, channels, channels]` with zeros between different channels.
fn across_channels(weight: &[f64], channels: usize) -> Vec<f64> {
    let mut all = vec![0.0; weight.len() * channels];
    for (i, &weight) in weight.iter().enumerate() {
        all[i * channels + i % channels] = weight;
    }
    all
}

impl Residual {
    /// Appends the block; its output channels.
    fn push(
        &self,
        state: &MemberState,
        inputs: usize,
        maps: &mut Vec<Map>,
    ) -> Result<usize, ModelError> {
        let (mut body, mut shortcut) = (Vec::new(), Vec::new());
        let middle = self.first.push(state, inputs, &mut body)?;
        let channels = self.second.push(state, middle, &mut body)?;
        if let Some(way) = &self.shortcut {
            way.push(state, inputs, &mut shortcut)?;
        }
        maps.push(Map::Residual { body, shortcut });
        maps.push(Map::Nonlinearity(self.nonlinearity));
        Ok(channels)
    }
}
