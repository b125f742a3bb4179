//! The linear maps of a network as operators: applied, transposed and written out.

use decay_model::maps::{ConvolutionMap, DenseMap, for_each_tap};

/// A linear map without its offset.
#[derive(Debug, Clone, Copy)]
pub enum Operator<'a> {
    /// A dense layer.
    Dense(&'a DenseMap),
    /// A zero-padded convolution on images of its size.
    Convolution(&'a ConvolutionMap),
}

impl Operator<'_> {
    /// Inputs and outputs.
    pub fn shape(&self) -> [usize; 2] {
        match self {
            Self::Dense(map) => [map.inputs(), map.bias.len()],
            Self::Convolution(map) => {
                let pixels = |size: [usize; 2]| size[0] * size[1];
                [
                    pixels(map.window.size()) * map.inputs,
                    pixels(map.window.output()) * map.bias.len(),
                ]
            }
        }
    }

    /// Calls `visit(input, first output, weights)` for every run of weights between an input and outputs that lie together.
    pub(super) fn for_each_run(&self, mut visit: impl FnMut(usize, usize, &[f64])) {
        match self {
            Self::Dense(map) => {
                for (input, weights) in map.weight.chunks_exact(map.bias.len()).enumerate() {
                    visit(input, 0, weights);
                }
            }
            Self::Convolution(map) => {
                let outputs = map.bias.len();
                for_each_tap(map.window, |output, tap, pixel| {
                    let weights = &map.weight[tap * map.inputs * outputs..];
                    let runs = weights.chunks_exact(outputs).take(map.inputs);
                    for (channel, weights) in runs.enumerate() {
                        visit(pixel * map.inputs + channel, output * outputs, weights);
                    }
                });
            }
        }
    }

    /// `A x`.
    pub fn apply(&self, x: &[f64]) -> Vec<f64> {
        let mut y = vec![0.0; self.shape()[1]];
        self.for_each_run(|input, first, weights| {
            for (y, w) in y[first..].iter_mut().zip(weights) {
                *y += x[input] * w;
            }
        });
        y
    }

    /// `A^T y`.
    pub fn apply_transposed(&self, y: &[f64]) -> Vec<f64> {
        let mut x = vec![0.0; self.shape()[0]];
        self.for_each_run(|input, first, weights| {
            let products = y[first..].iter().zip(weights).map(|(y, w)| y * w);
            x[input] += products.sum::<f64>();
        });
        x
    }

    /// The matrix `[inputs, outputs]`, row-major.
    pub(super) fn matrix(&self) -> Vec<f64> {
        let [inputs, outputs] = self.shape();
        let mut matrix = vec![0.0; inputs * outputs];
        self.for_each_run(|input, first, weights| {
            // An input meets an output through one tap only.
            matrix[input * outputs + first..][..weights.len()].copy_from_slice(weights);
        });
        matrix
    }

    /// The root of the sum of squares over the matrix.
    pub(super) fn frobenius(&self) -> f64 {
        let mut sum = 0.0;
        self.for_each_run(|_, _, weights| sum += weights.iter().map(|w| w * w).sum::<f64>());
        sum.sqrt()
    }

    /// Sums of magnitudes at each input and at each output.
    pub(super) fn absolute_sums(&self) -> [Vec<f64>; 2] {
        let [mut of_inputs, mut of_outputs] = self.shape().map(|n| vec![0.0; n]);
        self.for_each_run(|input, first, weights| {
            for (sum, w) in of_outputs[first..].iter_mut().zip(weights) {
                *sum += w.abs();
                of_inputs[input] += w.abs();
            }
        });
        [of_inputs, of_outputs]
    }
}
