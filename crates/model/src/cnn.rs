//! Convolutional networks.

mod config;
mod convolution;
mod layout;
mod maps;
mod stage;

use burn::tensor::Tensor;
use decay_kernels::{Activation, Window, average_pool, linear, max_pool};

pub(crate) use config::Given;
pub use config::{CnnConfig, Preset};
pub use stage::{Slide, Stage};

use crate::inventory::{Inventory, LinearPlaces};
use crate::leaves::Leaves;
use crate::mode::{Mode, drop_out};
use crate::nonlinearity::Nonlinearity;
use crate::normalise::NormPlaces;
use crate::parameter::{BufferSpec, ParameterSpec};
use crate::state::State;
use convolution::{Convolution, Residual};

/// A convolutional network `image -> stages -> dense head`.
///
/// Between layers a member's images are channels-last, `[R, B * height * width, channels]`: a convolution is then a product of
/// patches and weights, and everything that works on rows works on pixels.
#[derive(Debug, Clone)]
pub struct Cnn {
    /// `[channels, height, width]`.
    image: [usize; 3],
    layers: Vec<Layer>,
    inventory: Inventory,
    activations: usize,
    patches: usize,
    multiplications: usize,
}

#[derive(Debug, Clone)]
enum Layer {
    Convolution(Convolution),
    Residual(Box<Residual>),
    MaxPool(Window),
    AveragePool(Window),
    /// The last of them is the head.
    Dense(Dense),
}

/// A dense layer, with dropout before it.
#[derive(Debug, Clone)]
struct Dense {
    linear: LinearPlaces,
    inputs: usize,
    norm: Option<NormPlaces>,
    /// Absent for the head, whose outputs are the network's.
    nonlinearity: Option<Nonlinearity>,
}

impl Cnn {
    /// Parameters in the order of a [`State`].
    pub fn parameters(&self) -> &[ParameterSpec] {
        &self.inventory.parameters
    }

    /// Buffers in the order of a [`State`].
    pub fn buffers(&self) -> &[BufferSpec] {
        &self.inventory.buffers
    }

    /// Outputs of every member; a training pass also moves the running statistics in `state`.
    ///
    /// # Shapes
    /// - `x`: `[R, B, channels * height * width]`
    /// - returns: `[R, B, outputs]`
    pub fn forward(
        &self,
        leaves: &Leaves,
        state: &mut State,
        x: Tensor<3>,
        mode: Mode<'_>,
    ) -> Tensor<3> {
        self.watched(leaves, state, x, mode, &mut |_| ())
    }

    /// As [`Cnn::forward`], showing what every layer puts out, of images the mean over their pixels, and what the head reads.
    pub(crate) fn watched(
        &self,
        leaves: &Leaves,
        state: &mut State,
        x: Tensor<3>,
        mode: Mode<'_>,
        watch: &mut dyn FnMut(&Tensor<3>),
    ) -> Tensor<3> {
        let batch = x.dims()[1];
        let mut x = leaves.precision().cast(channels_last(x, self.image));
        let last = self.layers.len() - 1;
        for (site, layer) in self.layers.iter().enumerate() {
            x = match layer {
                Layer::Convolution(layer) => layer.forward(leaves, state, x, mode),
                Layer::Residual(block) => block.forward(leaves, state, x, mode),
                Layer::MaxPool(window) => max_pool(x, *window),
                Layer::AveragePool(window) => average_pool(x, *window, true),
                Layer::Dense(layer) => {
                    let members = x.dims()[0];
                    let x = x.reshape([members, batch, layer.inputs]);
                    if site == last {
                        watch(&x);
                    }
                    layer.forward(leaves, state, drop_out(x, site, mode), mode)
                }
            };
            // What the layer before the head puts out is what the head reads.
            if site + 1 < last {
                watch(&pixel_mean(&x, batch));
            }
        }
        leaves.precision().widen(x)
    }

    /// Places of the last linear map.
    pub(crate) fn head(&self) -> Option<LinearPlaces> {
        match self.layers.last() {
            Some(Layer::Dense(head)) => Some(head.linear),
            _ => None,
        }
    }

    /// Values that one sample's forward and backward pass keeps, for sizing chunks.
    pub fn activations(&self) -> usize {
        self.activations
    }

    /// Values of one sample's patches in the widest convolution; a GPU stores them, a CPU never does.
    pub fn patches(&self) -> usize {
        self.patches
    }

    /// Multiplications of one sample's forward pass.
    pub fn multiplications(&self) -> usize {
        self.multiplications
    }
}

impl Dense {
    fn forward(
        &self,
        leaves: &Leaves,
        state: &mut State,
        x: Tensor<3>,
        mode: Mode<'_>,
    ) -> Tensor<3> {
        let (weight, bias) = self.linear.values(leaves);
        let nonlinearity = self.nonlinearity.unwrap_or(Nonlinearity::Identity);
        let map = |activation| linear(x, weight, bias, activation);
        nonlinearity.after(leaves.precision(), |activation| match &self.norm {
            None => map(activation),
            Some(norm) => {
                let z = leaves.precision().widen(map(Activation::Identity));
                norm.apply(leaves, state, z, mode, activation)
            }
        })
    }
}

/// `[R, B * pixels, C]` as `[R, B, C]`.
fn pixel_mean(x: &Tensor<3>, batch: usize) -> Tensor<3> {
    let [members, rows, channels] = x.dims();
    if rows == batch {
        return x.clone();
    }
    x.clone()
        .reshape([members, batch, rows / batch, channels])
        .mean_dim(2)
        .reshape([members, batch, channels])
}

/// `[R, B, C * H * W]` as `[R, B * H * W, C]`.
fn channels_last(x: Tensor<3>, [channels, height, width]: [usize; 3]) -> Tensor<3> {
    let [members, batch, _] = x.dims();
    let rows = batch * height * width;
    if channels == 1 {
        return x.reshape([members, rows, 1]);
    }
    x.reshape([members * batch, channels, height * width])
        .swap_dims(1, 2)
        .reshape([members, rows, channels])
}
