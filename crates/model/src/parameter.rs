//! What a network's parameters are: names, kinds and shapes.

use crate::init::Init;
use decay_options::names;

names! {
    /// What a parameter does, which decides whether decay applies to it.
    pub enum ParameterKind {
        /// Weights of a linear map.
        Matrix = "matrix",
        /// Offset of a linear map.
        Bias = "bias",
        /// Factor of a normalisation layer.
        NormScale = "norm_scale",
        /// Offset of a normalisation layer.
        NormShift = "norm_shift",
        /// Frequencies, weights and scales of an encoding of the inputs.
        Encoding = "encoding",
        /// Factor of a parametric activation.
        Activation = "activation",
    }
}

/// How the values start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Start {
    /// The same value everywhere.
    Constant(f32),
    /// Uniform on `[-bound, bound)`.
    Uniform(f64),
    /// Normal with mean 0 and this standard deviation.
    Normal(f64),
}

/// How torch shapes and orders the values of a parameter, for files that torch loads.
///
/// | variant | here | torch |
/// | :-- | :-- | :-- |
/// | `Vector` | `[n]` | `[n]` |
/// | `Matrix` | `[inputs, outputs]` | `[outputs, inputs]` |
/// | `Convolution` | `[kh * kw * inputs, outputs]` | `[outputs, inputs, kh, kw]` |
/// | `Depthwise` | `[kh * kw, channels]` | `[channels, 1, kh, kw]` |
/// | `Flattened` | `[pixels * channels, outputs]` | `[outputs, channels * pixels]` |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// The same in both.
    Vector,
    /// A dense map.
    Matrix,
    /// A convolution with this kernel.
    Convolution {
        /// Height and width.
        kernel: [usize; 2],
    },
    /// A convolution of each channel with its own kernel.
    Depthwise {
        /// Height and width.
        kernel: [usize; 2],
    },
    /// A dense map of an image, whose channels lie together here and apart in torch.
    Flattened {
        /// Channels of the image.
        channels: usize,
    },
}

/// One parameter of a network, without the member axis.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterSpec {
    /// Name as torch would have it, `layers.0.weight`.
    pub name: String,
    /// What it does.
    pub kind: ParameterKind,
    /// Shape of one member's value; a matrix is `[inputs, outputs]`.
    pub shape: Vec<usize>,
    /// How torch has it.
    pub layout: Layout,
    /// How it starts.
    pub start: Start,
    /// Whether a normalisation follows: the output does not depend on the size of these weights, only on their direction.
    pub normalised: bool,
}

impl ParameterSpec {
    /// `NAME.weight` and `NAME.bias` of a linear map `[inputs, outputs]`; weights decay, biases do not unless asked.
    pub fn linear(name: &str, [inputs, outputs]: [usize; 2], init: Init) -> [Self; 2] {
        [
            Self {
                name: format!("{name}.weight"),
                kind: ParameterKind::Matrix,
                shape: vec![inputs, outputs],
                layout: Layout::Matrix,
                start: init.weight(inputs, outputs),
                normalised: false,
            },
            Self {
                name: format!("{name}.bias"),
                kind: ParameterKind::Bias,
                shape: vec![outputs],
                layout: Layout::Vector,
                start: init.bias(inputs),
                normalised: false,
            },
        ]
    }

    /// Number of values of one member.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// State that no gradient reaches, such as running statistics.
#[derive(Debug, Clone, PartialEq)]
pub struct BufferSpec {
    /// Name as torch would have it, `norms.0.running_mean`.
    pub name: String,
    /// Shape of one member's value.
    pub shape: Vec<usize>,
    /// Starting value.
    pub start: f32,
    /// Whether it is made from the training rows before the first step instead, and stays as it is, see
    /// [`Network::fitted_buffers`](crate::Network::fitted_buffers).
    pub fitted: bool,
}
