//! What convolution and pooling refuse: a sentence instead of a read out of bounds.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::suite::values::{draws, window};
use crate::{Activation, ConvOps, ConvPoolOps, DepthwiseOps, PoolOps, Window};

/// 3 x 3 over images of 4 x 5.
fn same() -> Window {
    window([4, 5], [3, 3], [1, 1], [1, 1])
}

fn conv(x: [usize; 3], weight: [usize; 3], bias: [usize; 2]) -> FlexTensor {
    let (x, weight, bias) = (draws(x, 1), draws(weight, 2), draws(bias, 3));
    Flex::population_conv2d(x, weight, bias, same(), Activation::Relu)
}

#[test]
#[should_panic(expected = "conv2d: the input has 30 rows, which are no images of 4 x 5 pixels")]
fn rows_that_are_no_images() {
    conv([2, 30, 3], [2, 27, 4], [2, 4]);
}

#[test]
#[should_panic(expected = "conv2d: weight has shape [2, 9, 4], expected [2, 27, 4]")]
fn kernels_of_other_channels() {
    conv([2, 40, 3], [2, 9, 4], [2, 4]);
}

#[test]
#[should_panic(expected = "conv2d: bias has shape [2, 3], expected [2, 4]")]
fn a_bias_of_other_outputs() {
    conv([2, 40, 3], [2, 27, 4], [2, 3]);
}

#[test]
#[should_panic(expected = "conv2d: the input has 3 members, expected 2 or one that all share")]
fn images_of_other_members() {
    conv([3, 40, 3], [2, 27, 4], [2, 4]);
}

#[test]
#[should_panic(expected = "conv2d: gradient has shape [2, 20, 4], expected [2, 40, 4]")]
fn a_gradient_of_other_images() {
    let (x, y, grad) = (
        draws([2, 40, 3], 1),
        draws([2, 40, 4], 2),
        draws([2, 20, 4], 3),
    );
    Flex::conv2d_backward_parameters(x, y, grad, same(), Activation::Relu);
}

#[test]
#[should_panic(expected = "conv2d: output has shape [2, 40, 5], expected [2, 40, 4]")]
fn an_output_of_other_kernels() {
    let (x, y, grad) = (
        draws([2, 40, 3], 1),
        draws([2, 40, 5], 2),
        draws([2, 40, 4], 3),
    );
    Flex::conv2d_backward(x, draws([2, 27, 4], 4), y, grad, same(), Activation::Relu);
}

#[test]
#[should_panic(
    expected = "max pool: the window is over images of [5, 4], the convolution writes [4, 5]"
)]
fn a_pool_over_other_images() {
    let (x, weight, bias) = (draws([1, 20, 1], 1), draws([1, 9, 2], 2), draws([1, 2], 3));
    let pool = window([5, 4], [2, 2], [2, 2], [0, 0]);
    Flex::conv2d_max_pool(x, weight, bias, same(), Activation::Relu, pool);
}

#[test]
#[should_panic(expected = "max pool: places has shape [1, 4, 3], expected [1, 4, 2]")]
fn places_of_other_channels() {
    let pool = window([4, 5], [2, 2], [2, 2], [0, 0]);
    let (_, places) = Flex::max_pool_with_places(draws([1, 20, 3], 1), pool);
    Flex::max_pool_backward(places, draws([1, 4, 2], 2), pool);
}

#[test]
#[should_panic(expected = "max pool: a window of [300, 300] pixels, expected at most 65536")]
fn a_pool_of_more_pixels_than_a_place_can_name() {
    let pool = window([300, 300], [300, 300], [1, 1], [0, 0]);
    Flex::max_pool(draws([1, 90_000, 1], 1), pool);
}

#[test]
#[should_panic(
    expected = "average pool: the input has 19 rows, which are no images of 4 x 5 pixels"
)]
fn a_mean_over_part_of_an_image() {
    Flex::average_pool(draws([1, 19, 1], 1), same(), true);
}

#[test]
#[should_panic(expected = "depthwise: weight has shape [2, 27, 3], expected [2, 9, 3]")]
fn kernels_that_mix_channels() {
    let (x, weight, bias) = (draws([2, 40, 3], 1), draws([2, 27, 3], 2), draws([2, 3], 3));
    Flex::depthwise(x, weight, bias, same(), Activation::Relu);
}
