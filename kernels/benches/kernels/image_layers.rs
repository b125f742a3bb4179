//! The layers of `images` alone, in one thread.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use decay_kernels::{Activation, ConvOps, ConvPoolOps, PoolOps, Window};
use divan::Bencher;

use crate::images::{FASHION, Images, SIDES, SMALL, windows};
use crate::measure;
use crate::network::floats;

#[divan::bench(args = [0, 1, 2, 3], sample_count = 20, sample_size = 1)]
fn images_forward(bencher: Bencher, layer: usize) {
    let of = Layer::new(layer);
    measure(bencher, of.operations(), || of.forward());
}

#[divan::bench(args = [0, 1, 2, 3], sample_count = 20, sample_size = 1)]
fn images_forward_pooled(bencher: Bencher, layer: usize) {
    let of = Layer::new(layer);
    measure(bencher, of.operations(), || of.pooled());
}

#[divan::bench(args = [0, 1, 2, 3], sample_count = 20, sample_size = 1)]
fn images_backward(bencher: Bencher, layer: usize) {
    let of = Layer::new(layer);
    let y = of.forward();
    measure(bencher, 2 * of.operations(), || of.backward(y.clone()));
}

#[divan::bench(args = [0, 1, 2, 3], sample_count = 20, sample_size = 1)]
fn images_backward_pooled(bencher: Bencher, layer: usize) {
    let of = Layer::new(layer);
    let y = of.pooled();
    measure(bencher, 2 * of.operations(), || {
        of.backward_pooled(y.clone())
    });
}

#[divan::bench(args = [0, 1, 2, 3], sample_count = 20, sample_size = 1)]
fn images_parameters_pooled(bencher: Bencher, layer: usize) {
    let of = Layer::new(layer);
    let y = of.pooled();
    measure(bencher, of.operations(), || of.parameters_pooled(y.clone()));
}

/// What pooling alone costs, both ways.
#[divan::bench(args = [0, 1, 2, 3], sample_count = 20, sample_size = 1)]
fn images_max_pool(bencher: Bencher, layer: usize) {
    let of = Layer::new(layer);
    let y = of.forward();
    bencher.bench_local(|| {
        let (pooled, places) = Flex::max_pool_with_places(y.clone(), of.pool);
        Flex::max_pool_backward(places, pooled, of.pool)
    });
}

/// One layer of the networks above at batch 64.
struct Layer {
    images: Images,
    index: usize,
    x: FlexTensor,
    window: Window,
    pool: Window,
}

impl Layer {
    fn new(layer: usize) -> Self {
        let (widths, index) = ([FASHION, SMALL][layer / 2], layer % 2);
        let (window, pool) = windows(SIDES[index]);
        Self {
            images: Images::new(1, 64, widths),
            index,
            x: floats([1, 64 * SIDES[index].pow(2), widths[index][0]], 5),
            window,
            pool,
        }
    }

    fn weight(&self) -> FlexTensor {
        self.images.weights[self.index].clone()
    }

    fn operations(&self) -> usize {
        let weights = self.images.weights[self.index].layout().num_elements();
        2 * 64 * SIDES[self.index].pow(2) * weights
    }

    fn forward(&self) -> FlexTensor {
        let bias = self.images.biases[self.index].clone();
        let (x, relu) = (self.x.clone(), Activation::Relu);
        Flex::population_conv2d(x, self.weight(), bias, self.window, relu)
    }

    fn pooled(&self) -> (FlexTensor, FlexTensor) {
        let bias = self.images.biases[self.index].clone();
        let (x, relu) = (self.x.clone(), Activation::Relu);
        Flex::conv2d_max_pool_with_places(x, self.weight(), bias, self.window, relu, self.pool)
    }

    fn backward(&self, y: FlexTensor) -> (FlexTensor, FlexTensor, FlexTensor) {
        let (x, grad) = (self.x.clone(), y.clone());
        Flex::conv2d_backward(x, self.weight(), y, grad, self.window, Activation::Relu)
    }

    fn backward_pooled(
        &self,
        (y, places): (FlexTensor, FlexTensor),
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        Flex::conv2d_max_pool_backward(
            self.x.clone(),
            self.weight(),
            y.clone(),
            places,
            y,
            self.window,
            Activation::Relu,
            self.pool,
        )
    }

    fn parameters_pooled(&self, (y, places): (FlexTensor, FlexTensor)) -> (FlexTensor, FlexTensor) {
        Flex::conv2d_max_pool_backward_parameters(
            self.x.clone(),
            y.clone(),
            places,
            y,
            self.window,
            Activation::Relu,
            self.pool,
        )
    }
}
