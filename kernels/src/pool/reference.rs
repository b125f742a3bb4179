//! Pooling as comparisons and sums over the taps of a window.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::{IntDType, Shape, Slice, TensorData};

use crate::Window;
use crate::reference::booleans;
use crate::sizes::{dims, expect_shape};
use crate::window::Images;
use crate::window::reference::{nearest_taps, scattered, seen, selected};

/// `(y, places)`, the largest value of each window and the tap that holds it.
pub fn maximum<B: Backend>(x: FloatTensor<B>, window: Window) -> (FloatTensor<B>, IntTensor<B>) {
    let images = Images::of("max pool: the input", &x, window.size);
    let pixels = nearest_taps::<B>(window, images.count, &x);
    let values = selected::<B>(x, pixels, window.taps());
    let mut best = tap::<B>(&values, 0);
    let mut places = B::int_zeros(best.shape(), &best.device(), IntDType::I32);
    for t in 1..window.taps() {
        let value = tap::<B>(&values, t);
        let format = booleans::<B>(&value);
        let better = B::bool_or(
            B::float_greater(value.clone(), best.clone(), format),
            B::float_is_nan(value.clone(), format),
        );
        best = B::float_mask_where(best, better.clone(), value);
        places = B::int_mask_fill(places, better, (t as i32).into());
    }
    (best, places)
}

/// Tap `t` of every window, `[R, rows, C]`.
fn tap<B: Backend>(values: &FloatTensor<B>, t: usize) -> FloatTensor<B> {
    let [members, rows, _, channels] = dims(values);
    let at = Slice::from(t..t + 1);
    let taken = B::float_slice(
        values.clone(),
        &[Slice::full(), Slice::full(), at, Slice::full()],
    );
    B::float_reshape(taken, Shape::new([members, rows, channels]))
}

/// `dx`: the gradient of each window goes to the pixel that was its largest.
pub fn maximum_backward<B: Backend>(
    places: IntTensor<B>,
    grad: FloatTensor<B>,
    window: Window,
) -> FloatTensor<B> {
    let images = Images::of("max pool: the gradient", &grad, window.output());
    let shape: [usize; 3] = dims(&grad);
    expect_shape("max pool: places", &places, shape);
    let pixels = nearest_taps::<B>(window, images.count, &grad);
    let [members, rows, channels] = shape;
    let flat = Shape::new([members, rows, 1, channels]);
    let format = booleans::<B>(&grad);
    let parts = (0..window.taps()).map(|t| {
        let elsewhere = B::int_not_equal_elem(places.clone(), (t as i32).into(), format);
        let part = B::float_mask_fill(grad.clone(), elsewhere, 0.0.into());
        B::float_reshape(part, flat.clone())
    });
    let parts = B::float_cat(parts.collect(), 2);
    scattered::<B>(parts, pixels, images.count * window.inputs())
}

/// Mean over each window.
pub fn average<B: Backend>(
    x: FloatTensor<B>,
    window: Window,
    count_padding: bool,
) -> FloatTensor<B> {
    let images = Images::of("average pool: the input", &x, window.size);
    let shares = shares::<B>(&x, images.count, window, count_padding);
    let [members, channels] = [images.members, images.channels];
    let rows = images.count * window.outputs();
    let patches = crate::window::reference::patches::<B>(x, window);
    let patches = B::float_reshape(
        patches,
        Shape::new([members, rows, window.taps(), channels]),
    );
    let sums = B::float_reshape(
        B::float_sum_dim(patches, 2),
        Shape::new([members, rows, channels]),
    );
    B::float_mul(sums, shares)
}

/// `dx`: each pixel of a window gets the same share of its gradient.
pub fn average_backward<B: Backend>(
    grad: FloatTensor<B>,
    window: Window,
    count_padding: bool,
) -> FloatTensor<B> {
    let images = Images::of("average pool: the gradient", &grad, window.output());
    let shares = shares::<B>(&grad, images.count, window, count_padding);
    let share = B::float_mul(grad, shares);
    crate::window::reference::fold::<B>(B::float_repeat_dim(share, 2, window.taps()), window)
}

/// `1 / (number of pixels)` of each window, `[1, rows, 1]`.
fn shares<B: Backend>(
    like: &FloatTensor<B>,
    images: usize,
    window: Window,
    count_padding: bool,
) -> FloatTensor<B> {
    let of_image: Vec<f32> = seen(window)
        .into_iter()
        .map(|seen| {
            if count_padding {
                window.taps() as f32
            } else {
                seen
            }
        })
        .map(f32::recip)
        .collect();
    let rows = images * of_image.len();
    let shares = TensorData::new(of_image.repeat(images), [1, rows, 1]);
    let shares = B::float_from_data(shares, &like.device());
    B::float_cast(shares, like.dtype().into())
}
