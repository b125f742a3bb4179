//! A small convolutional network, forward and backward: by the kernels, by their reference bodies and by Burn's own convolution.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::module::{conv2d as burn_conv2d, max_pool2d as burn_max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor};
use decay_kernels::{Activation, Window, conv2d_max_pool, reference};
use divan::Bencher;

use crate::ALL;
use crate::measure;
use crate::network::floats;
use crate::subject::{Kernel, Reference};

/// `[channels, outputs]` of the layers: 3 x 3, as wide as their input, each followed by a pool of 2 x 2.
pub(crate) type Widths = [[usize; 2]; 2];

pub(crate) const FASHION: Widths = [[1, 32], [32, 64]];
pub(crate) const SMALL: Widths = [[1, 8], [8, 16]];
pub(crate) const SIDES: [usize; 2] = [28, 14];

pub(crate) fn windows(side: usize) -> (Window, Window) {
    let window = |kernel, stride, padding| {
        Window::new([side; 2], [kernel; 2], [stride; 2], [padding; 2]).expect("a window")
    };
    (window(3, 1, 1), window(2, 2, 0))
}

/// Floating-point operations of a step without the gradient of the first input.
fn operations(members: usize, images: usize, widths: Widths) -> usize {
    let forward = |layer: usize| {
        let [channels, outputs] = widths[layer];
        2 * members * images * SIDES[layer].pow(2) * 9 * channels * outputs
    };
    2 * forward(0) + 3 * forward(1)
}

pub(crate) struct Images {
    x: FlexTensor,
    pub(crate) weights: [FlexTensor; 2],
    pub(crate) biases: [FlexTensor; 2],
}

impl Images {
    pub(crate) fn new(members: usize, images: usize, widths: Widths) -> Self {
        let weight = |i: usize| floats([members, 9 * widths[i][0], widths[i][1]], i + 1);
        let bias = |i: usize| floats([members, widths[i][1]], i + 3);
        Self {
            x: floats([members, images * 784, 1], 5),
            weights: [weight(0), weight(1)],
            biases: [bias(0), bias(1)],
        }
    }

    fn tensor<const D: usize>(values: &FlexTensor) -> Tensor<D> {
        Tensor::from_data(values.clone().into_data(), &Device::flex())
    }
}

/// Forward and backward passes of the network.
trait ImageSubject {
    type Network;
    fn network(images: Images) -> Self::Network;
    fn step(network: &Self::Network);
}

struct Tape {
    x: Tensor<3>,
    weights: [Tensor<3>; 2],
    biases: [Tensor<2>; 2],
}

impl ImageSubject for Kernel {
    type Network = Tape;

    fn network(images: Images) -> Tape {
        Tape {
            x: Images::tensor(&images.x),
            weights: images.weights.each_ref().map(Images::tensor),
            biases: images.biases.each_ref().map(Images::tensor),
        }
    }

    fn step(network: &Tape) {
        let leaf = |w: &Tensor<3>| Tensor::from_inner(w.clone()).require_grad();
        let mut y = Tensor::from_inner(network.x.clone());
        for (i, side) in SIDES.into_iter().enumerate() {
            let (window, pool) = windows(side);
            let bias = Tensor::from_inner(network.biases[i].clone()).require_grad();
            let weight = leaf(&network.weights[i]);
            y = conv2d_max_pool(y, weight, Some(bias), window, Activation::Relu, pool);
        }
        divan::black_box(y.sum().backward());
    }
}

impl ImageSubject for Reference {
    type Network = Images;

    fn network(images: Images) -> Images {
        images
    }

    /// Patches and products, with the kernels' `linear` for the products.
    fn step(network: &Images) {
        let mut inputs = vec![network.x.clone()];
        let mut saved = Vec::new();
        for (i, side) in SIDES.into_iter().enumerate() {
            let (window, pool) = windows(side);
            let (weight, bias) = (network.weights[i].clone(), network.biases[i].clone());
            let x = inputs[i].clone();
            let z = reference::conv::forward::<Flex>(x, weight, bias, window, Activation::Relu);
            let (y, places) = reference::pool::maximum::<Flex>(z.clone(), pool);
            inputs.push(y);
            saved.push((z, places));
        }
        let mut grad = floats(inputs[2].layout().shape().clone(), 7);
        for (i, (z, places)) in saved.into_iter().enumerate().rev() {
            let (window, pool) = windows(SIDES[i]);
            let dy = reference::pool::maximum_backward::<Flex>(places, grad.clone(), pool);
            let (x, weight) = (inputs[i].clone(), network.weights[i].clone());
            if i == 0 {
                divan::black_box(reference::conv::backward_parameters::<Flex>(
                    x,
                    z,
                    dy,
                    window,
                    Activation::Relu,
                ));
            } else {
                grad =
                    reference::conv::backward::<Flex>(x, weight, z, dy, window, Activation::Relu).0;
            }
        }
    }
}

/// Burn's convolution, channels first; it has no member axis.
struct Burn;

impl ImageSubject for Burn {
    type Network = (Tensor<4>, [Tensor<4>; 2], [Tensor<1>; 2]);

    fn network(images: Images) -> Self::Network {
        let [_, rows, _] = Images::tensor::<3>(&images.x).dims();
        let weight = |i: usize| {
            let weight = Images::tensor::<3>(&images.weights[i]);
            let [_, depth, outputs] = weight.dims();
            weight
                .reshape([3, 3, depth / 9, outputs])
                .permute([3, 2, 0, 1])
                .reshape([outputs, depth / 9, 3, 3])
        };
        (
            Images::tensor::<3>(&images.x).reshape([rows / 784, 1, 28, 28]),
            [weight(0), weight(1)],
            images.biases.each_ref().map(|b| {
                let bias = Images::tensor::<2>(b);
                let outputs = bias.dims()[1];
                bias.reshape([outputs])
            }),
        )
    }

    fn step((x, weights, biases): &Self::Network) {
        let mut y = Tensor::from_inner(x.clone());
        for (weight, bias) in weights.iter().zip(biases) {
            let weight = Tensor::from_inner(weight.clone()).require_grad();
            let bias = Tensor::from_inner(bias.clone()).require_grad();
            let options = ConvOptions::new([1, 1], [1, 1], [1, 1], 1);
            let z = burn_conv2d(y, weight, Some(bias), options);
            let z = burn::tensor::activation::relu(z);
            y = burn_max_pool2d(z, MaxPoolOptions::new([2, 2]));
        }
        divan::black_box(y.sum().backward());
    }
}

#[divan::bench(types = [Kernel, Burn, Reference], sample_count = 30, sample_size = 1)]
fn images_step_all<S: ImageSubject>(bencher: Bencher)
where
    S::Network: Sync,
{
    let network = S::network(Images::new(1, 128, FASHION));
    measure(bencher, operations(1, 128, FASHION), || {
        ALL.install(|| S::step(&network))
    });
}

#[divan::bench(types = [Kernel, Burn], sample_count = 10, sample_size = 1)]
fn images_step<S: ImageSubject>(bencher: Bencher) {
    let network = S::network(Images::new(1, 128, FASHION));
    measure(bencher, operations(1, 128, FASHION), || S::step(&network));
}

#[divan::bench(types = [Kernel, Reference], args = [1, 8, 40], sample_count = 10, sample_size = 1)]
fn images_population_step<S: ImageSubject>(bencher: Bencher, members: usize) {
    let network = S::network(Images::new(members, 64, SMALL));
    measure(bencher, operations(members, 64, SMALL), || {
        S::step(&network)
    });
}
