//! Convolution and pooling against torch (`layers.json`), whose channels come first.

use burn::backend::TensorMetadata;

use super::Subject;
use super::oracle::{Array, Case};
use super::values::{Floats, assert_close, floats, window};
use crate::{Activation, ConvOps, PoolOps, Window, reference};

const FILE: &str = "layers.json";
const TOLERANCE: f32 = 5e-6;

/// `[N, C, H, W]` as the images of one member, `[1, N * H * W, C]`.
fn images(array: &Array) -> Floats {
    let [n, c, h, w] = array.shape[..].try_into().expect("images");
    let values = array.values();
    let at = |i: usize| {
        let (pixel, channel) = (i / c, i % c);
        values[(pixel / (h * w) * c + channel) * h * w + pixel % (h * w)]
    };
    floats((0..values.len()).map(at).collect(), [1, n * h * w, c])
}

/// `[O, C, KH, KW]` as the matrix of one member, `[1, KH * KW * C, O]`.
fn kernels(array: &Array) -> Floats {
    let [o, c, h, w] = array.shape[..].try_into().expect("kernels");
    let values = array.values();
    let at = |i: usize| {
        let (row, output) = (i / o, i % o);
        values[(output * c + row % c) * h * w + row / c]
    };
    floats((0..values.len()).map(at).collect(), [1, h * w * c, o])
}

fn case_window(case: &Case) -> Window {
    let size: [usize; 2] = case.input("/x").shape[2..].try_into().expect("a size");
    let [kernel, stride, padding] = ["/kernel", "/stride", "/padding"].map(|key| {
        let side = case.param(key).expect("a parameter") as usize;
        [side, side]
    });
    window(size, kernel, stride, padding)
}

#[test]
fn convolutions_match_the_oracle() {
    for name in [
        "conv2d_s1_p0",
        "conv2d_s1_p1",
        "conv2d_s2_p0",
        "conv2d_s2_p1",
        "conv2d_even_input_s2_p1",
    ] {
        let case = Case::find(FILE, name);
        let window = case_window(&case);
        let (x, weight) = (images(&case.input("/x")), kernels(&case.input("/weight")));
        let (bias, grad) = (
            case.input("/bias").tensor(),
            images(&case.input("/cotangent")),
        );
        let none = Activation::Identity;
        let y = Subject::population_conv2d(x.clone(), weight.clone(), bias, window, none);
        assert_close(name, &y, &images(&case.expected("/output")), TOLERANCE);
        let (dx, dw, db) = Subject::conv2d_backward(x, weight, y, grad, window, none);
        assert_close(name, &dx, &images(&case.expected("/grad_x")), TOLERANCE);
        let expected = kernels(&case.expected("/grad_weight"));
        assert_close(name, &dw, &expected, TOLERANCE);
        assert_close(name, &db, &case.expected("/grad_bias").tensor(), TOLERANCE);
    }
}

#[test]
fn maxima_match_the_oracle() {
    for name in ["maxpool_k2_s2_p0", "maxpool_k3_s2_p1", "maxpool_k3_s1_p0"] {
        let case = Case::find(FILE, name);
        let window = case_window(&case);
        let (x, grad) = (images(&case.input("/x")), images(&case.input("/cotangent")));
        let (y, places) = Subject::max_pool_with_places(x.clone(), window);
        let (output, expected) = (
            images(&case.expected("/output")),
            images(&case.expected("/grad_x")),
        );
        assert_close(name, &y, &output, TOLERANCE);
        let dx = Subject::max_pool_backward(places, grad.clone(), window);
        assert_close(name, &dx, &expected, TOLERANCE);
        let (y, places) = reference::pool::maximum::<Subject>(x, window);
        assert_close(name, &y, &output, TOLERANCE);
        let dx = reference::pool::maximum_backward::<Subject>(places, grad, window);
        assert_close(name, &dx, &expected, TOLERANCE);
    }
}

fn check_average(name: &str, case: &Case, window: Window, count_padding: bool) {
    let (x, grad) = (images(&case.input("/x")), images(&case.input("/cotangent")));
    let y = Subject::average_pool(x.clone(), window, count_padding);
    assert_eq!(y.shape()[2], x.shape()[2]);
    assert_close(name, &y, &images(&case.expected("/output")), TOLERANCE);
    let dx = Subject::average_pool_backward(grad, window, count_padding);
    assert_close(name, &dx, &images(&case.expected("/grad_x")), TOLERANCE);
}

#[test]
fn means_match_the_oracle() {
    for (name, count_padding) in [
        ("avgpool_k2_s2_p0_include_pad", true),
        ("avgpool_k3_s2_p1_include_pad", true),
        ("avgpool_k3_s2_p1_exclude_pad", false),
        ("avgpool_k3_s1_p0_include_pad", true),
    ] {
        let case = Case::find(FILE, name);
        check_average(name, &case, case_window(&case), count_padding);
    }
    let case = Case::find(FILE, "global_avgpool");
    let size: [usize; 2] = case.input("/x").shape[2..].try_into().expect("a size");
    let whole = Window::whole(size).expect("a window");
    check_average("global_avgpool", &case, whole, false);
}
