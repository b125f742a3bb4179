//! A network written with Burn's own layers.

use burn::module::Module;
use burn::nn::{Linear, LinearConfig, Relu};
use burn::tensor::{Device, Int, Tensor};

use crate::digits::Digit;

#[derive(Module, Debug)]
pub(crate) struct Perceptron {
    pub(crate) hidden: Linear,
    head: Linear,
}

impl Perceptron {
    pub(crate) fn new(device: &Device) -> Self {
        Self {
            hidden: LinearConfig::new(64, 64).init(device),
            head: LinearConfig::new(64, 10).init(device),
        }
    }

    /// Logits `[rows, 10]` of pixels `[rows, 64]`.
    pub(crate) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let hidden = Relu::new().forward(self.hidden.forward(x));
        self.head.forward(hidden)
    }
}

/// Pixels `[rows, 64]` and labels `[rows]`.
pub(crate) fn tensors(rows: &[Digit], device: &Device) -> (Tensor<2>, Tensor<1, Int>) {
    let pixels: Vec<f32> = rows.iter().flat_map(|row| row.pixels.clone()).collect();
    let labels: Vec<i32> = rows.iter().map(|row| row.label).collect();
    let x = Tensor::<1>::from_floats(pixels.as_slice(), device).reshape([rows.len(), 64]);
    (x, Tensor::from_ints(labels.as_slice(), device))
}
