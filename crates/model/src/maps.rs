//! One member's network as a list of maps, for what reasons about it on the host in double precision.

use decay_kernels::{CLIP, NORM_EPSILON, Window};

use crate::error::ModelError;
use crate::inventory::LinearPlaces;
use crate::nonlinearity::Nonlinearity;
use crate::normalise::NormPlaces;
use crate::state::MemberState;

/// One map of a network in evaluation mode.
///
/// Images are channels-last between maps, `[pixels, channels]`, row-major.
///
/// | variant | `y` |
/// | :-- | :-- |
/// | `Dense` | `x W + b` |
/// | `Convolution` | see [`ConvolutionMap`] |
/// | `Scale` | `factor x + offset`, element by element; both repeat over the pixels of an image |
/// | `Nonlinearity` | `f(x)`, element by element |
/// | `Clip` | `x / sqrt(1 + (x / 3)^2)` of some elements, the others as they are |
/// | `MaxPool`, `AveragePool` | largest value and mean of each window; padding is minus infinity for the one and zero for the other |
/// | `ChannelsLast` | `[channels, pixels]` turned to `[pixels, channels]` |
/// | `Residual` | `body(x) + shortcut(x)`; an empty shortcut is the identity |
#[derive(Debug, Clone, PartialEq)]
pub enum Map {
    /// A dense layer.
    Dense(DenseMap),
    /// A convolution.
    Convolution(ConvolutionMap),
    /// A diagonal map, such as a batch norm with its running statistics.
    Scale {
        /// `[n]`, where `n` divides the number of values.
        factor: Vec<f64>,
        /// `[n]`.
        offset: Vec<f64>,
    },
    /// A nonlinearity.
    Nonlinearity(Nonlinearity),
    /// A smooth clip of some elements, see [`clip`].
    Clip {
        /// Which elements.
        clipped: Vec<bool>,
    },
    /// Max-pooling.
    MaxPool {
        /// Its windows.
        window: Window,
        /// Channels of the image.
        channels: usize,
    },
    /// Average-pooling.
    AveragePool {
        /// Its windows.
        window: Window,
        /// Channels of the image.
        channels: usize,
    },
    /// The order of an image's values changes.
    ChannelsLast {
        /// Channels of the image.
        channels: usize,
    },
    /// Two paths that are added.
    Residual {
        /// The maps around which the shortcut leads.
        body: Vec<Map>,
        /// What the input goes through on its way around them.
        shortcut: Vec<Map>,
    },
}

/// `y = x W + b`.
#[derive(Debug, Clone, PartialEq)]
pub struct DenseMap {
    /// `[inputs, outputs]`, row-major.
    pub weight: Vec<f64>,
    /// `[outputs]`, at least one.
    pub bias: Vec<f64>,
}

impl DenseMap {
    /// Values of a row.
    pub fn inputs(&self) -> usize {
        self.weight.len() / self.bias.len().max(1)
    }
}

/// A zero-padded convolution (cross-correlation, as in every network library) of one image.
///
/// ```text
/// y[o, d] = bias[d] + sum over the taps t of window o, c of x[pixel(o, t), c] weight[t, c, d]
/// ```
///
/// A depthwise convolution is one whose weights between different channels are zero.
#[derive(Debug, Clone, PartialEq)]
pub struct ConvolutionMap {
    /// Size of the image, kernel, stride and padding.
    pub window: Window,
    /// Channels of `x`.
    pub inputs: usize,
    /// `[kh * kw, inputs, outputs]`, row-major.
    pub weight: Vec<f64>,
    /// `[outputs]`, at least one.
    pub bias: Vec<f64>,
}

/// Calls `visit(output pixel, tap, input pixel)` for every pixel of the image that some window sees, windows in order.
pub fn for_each_tap(window: Window, mut visit: impl FnMut(usize, usize, usize)) {
    let ([rows, columns], width) = (window.output(), window.size()[1]);
    let kernel_width = window.kernel()[1];
    for row in 0..rows {
        let (first_row_tap, first_row, row_taps) = window.seen(0, row);
        for column in 0..columns {
            let (first_tap, first_pixel, taps) = window.seen(1, column);
            for y in 0..row_taps {
                for x in 0..taps {
                    visit(
                        row * columns + column,
                        (first_row_tap + y) * kernel_width + first_tap + x,
                        (first_row + y) * width + first_pixel + x,
                    );
                }
            }
        }
    }
}

impl Map {
    /// The map of one sample.
    ///
    /// # Shapes
    /// - `x`: `[inputs]` of the map
    /// - returns: `[outputs]`
    pub fn apply(&self, x: &[f64]) -> Vec<f64> {
        match self {
            Self::Dense(map) => {
                let mut y = map.bias.clone();
                for (&x, weights) in x.iter().zip(map.weight.chunks_exact(map.bias.len())) {
                    add_scaled(&mut y, x, weights);
                }
                y
            }
            Self::Convolution(map) => map.apply(x),
            Self::Scale { factor, offset } => {
                let affine = factor.iter().zip(offset).cycle();
                x.iter().zip(affine).map(|(x, (f, o))| f * x + o).collect()
            }
            Self::Nonlinearity(f) => x.iter().map(|&x| f.value(x)).collect(),
            Self::Clip { clipped } => {
                let all = x.iter().zip(clipped);
                all.map(|(&x, &clipped)| if clipped { clip(x) } else { x })
                    .collect()
            }
            &Self::MaxPool { window, channels } => max_pool(window, channels, x),
            &Self::AveragePool { window, channels } => average_pool(window, channels, x),
            &Self::ChannelsLast { channels } => channels_last(channels, x),
            Self::Residual { body, shortcut } => {
                let (through, around) = (apply(body, x), apply(shortcut, x));
                through.iter().zip(around).map(|(a, b)| a + b).collect()
            }
        }
    }
}

/// All maps in order, of one sample.
///
/// # Shapes
/// - `x`: `[inputs]` of the first map
/// - returns: `[outputs]` of the last
pub fn apply(maps: &[Map], x: &[f64]) -> Vec<f64> {
    maps.iter().fold(x.to_vec(), |x, map| map.apply(&x))
}

impl ConvolutionMap {
    fn apply(&self, x: &[f64]) -> Vec<f64> {
        let outputs = self.bias.len();
        let [height, width] = self.window.output();
        let mut y = self.bias.repeat(height * width);
        for_each_tap(self.window, |output, tap, pixel| {
            let y = &mut y[output * outputs..][..outputs];
            let weights = self.weight[tap * self.inputs * outputs..].chunks_exact(outputs);
            for (&x, weights) in x[pixel * self.inputs..][..self.inputs].iter().zip(weights) {
                add_scaled(y, x, weights);
            }
        });
        y
    }
}

/// `y += a x`.
fn add_scaled(y: &mut [f64], a: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

/// `x / sqrt(1 + (x / 3)^2)`, which rises with a slope of at most 1 from -3 to 3.
pub fn clip(x: f64) -> f64 {
    x / (1.0 + (x / CLIP).powi(2)).sqrt()
}

/// The largest value that each window sees, see [`Map::MaxPool`].
pub fn max_pool(window: Window, channels: usize, x: &[f64]) -> Vec<f64> {
    let [height, width] = window.output();
    let mut y = vec![f64::NEG_INFINITY; height * width * channels];
    for_each_tap(window, |output, _, pixel| {
        for channel in 0..channels {
            let y = &mut y[output * channels + channel];
            *y = y.max(x[pixel * channels + channel]);
        }
    });
    y
}

/// The mean of each window, see [`Map::AveragePool`].
pub fn average_pool(window: Window, channels: usize, x: &[f64]) -> Vec<f64> {
    let ([height, width], kernel) = (window.output(), window.kernel());
    let share = 1.0 / (kernel[0] * kernel[1]) as f64;
    let mut y = vec![0.0; height * width * channels];
    for_each_tap(window, |output, _, pixel| {
        let y = &mut y[output * channels..][..channels];
        add_scaled(y, share, &x[pixel * channels..][..channels]);
    });
    y
}

/// Values of an image from `[channels, pixels]` to `[pixels, channels]`.
pub fn channels_last<T: Copy>(channels: usize, x: &[T]) -> Vec<T> {
    let pixels = x.len() / channels.max(1);
    let turned = |i: usize| x[i % channels * pixels + i / channels];
    (0..x.len()).map(turned).collect()
}

/// One parameter or buffer in double precision.
pub(crate) fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().copied().map(f64::from).collect()
}

impl LinearPlaces {
    /// The dense map with a member's values.
    pub(crate) fn map(&self, state: &MemberState) -> Map {
        Map::Dense(DenseMap {
            weight: wide(&state.parameters[self.weight]),
            bias: wide(&state.parameters[self.bias]),
        })
    }
}

impl NormPlaces {
    /// A batch norm with its running statistics as a diagonal map.
    ///
    /// ```text
    /// factor = scale / sqrt(variance + 1e-5)        offset = shift - mean factor
    /// ```
    ///
    /// # Errors
    /// [`ModelError::NoMaps`] for a layer norm, whose statistics depend on the sample.
    pub(crate) fn map(&self, state: &MemberState) -> Result<Map, ModelError> {
        let Some(running) = self.running else {
            return Err(ModelError::NoMaps {
                what: "a layer norm",
            });
        };
        let (scale, shift) = (
            wide(&state.parameters[self.scale]),
            wide(&state.parameters[self.shift]),
        );
        let (mean, variance) = (
            wide(&state.buffers[running.mean]),
            wide(&state.buffers[running.variance]),
        );
        let deviation = |v: &f64| (v + f64::from(NORM_EPSILON)).sqrt();
        let factor = scale.iter().zip(&variance).map(|(s, v)| s / deviation(v));
        let factor: Vec<f64> = factor.collect();
        let moved = shift.iter().zip(&mean).zip(&factor);
        let offset = moved.map(|((shift, mean), f)| shift - mean * f).collect();
        Ok(Map::Scale { factor, offset })
    }
}
