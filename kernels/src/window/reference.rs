//! Windows as lists of pixels: what the references of convolution and pooling select.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::{IndexingUpdateOp, Shape, TensorData};

use crate::Window;
use crate::sizes::dims;

/// For every output pixel of every image, and every tap of its window, a pixel of the input; `outside` decides about the padding.
fn taps(window: Window, images: usize, outside: impl Fn(usize, [isize; 2]) -> usize) -> Vec<i32> {
    let [height, width] = window.size;
    let [rows, columns] = window.output();
    let mut pixels = Vec::with_capacity(images * rows * columns * window.taps());
    for image in 0..images {
        for (oh, ow) in (0..rows).flat_map(|oh| (0..columns).map(move |ow| (oh, ow))) {
            for tap in 0..window.taps() {
                let at = |axis: usize, o: usize, k: usize| {
                    (o * window.stride[axis] + k) as isize - window.padding[axis] as isize
                };
                let place = [
                    at(0, oh, tap / window.kernel[1]),
                    at(1, ow, tap % window.kernel[1]),
                ];
                let inside = (0..height as isize).contains(&place[0])
                    && (0..width as isize).contains(&place[1]);
                pixels.push(if inside {
                    (image * height + place[0] as usize) * width + place[1] as usize
                } else {
                    outside(image, place)
                } as i32);
            }
        }
    }
    pixels
}

fn indices<B: Backend>(pixels: Vec<i32>, like: &FloatTensor<B>) -> IntTensor<B> {
    let count = pixels.len();
    B::int_from_data(TensorData::new(pixels, [count]), &like.device())
}

/// The taps, with one more row than there are pixels for the padding.
fn padded_taps<B: Backend>(window: Window, images: usize, like: &FloatTensor<B>) -> IntTensor<B> {
    let last = images * window.inputs();
    indices::<B>(taps(window, images, |_, _| last), like)
}

/// The taps, with the nearest pixel in the place of padding: a window that sees it sees that pixel too.
pub(crate) fn nearest_taps<B: Backend>(
    window: Window,
    images: usize,
    like: &FloatTensor<B>,
) -> IntTensor<B> {
    let [height, width] = window.size;
    let nearest = |image: usize, [h, w]: [isize; 2]| {
        let h = h.clamp(0, height as isize - 1) as usize;
        let w = w.clamp(0, width as isize - 1) as usize;
        (image * height + h) * width + w
    };
    indices::<B>(taps(window, images, nearest), like)
}

/// How many pixels of the image each window of one image sees.
pub(crate) fn seen(window: Window) -> Vec<f32> {
    let outside = window.inputs();
    taps(window, 1, |_, _| outside)
        .chunks(window.taps())
        .map(|taps| taps.iter().filter(|&&tap| tap < outside as i32).count() as f32)
        .collect()
}

/// `[R, rows, C]` at the listed pixels, as `[R, rows', taps, C]`.
pub(crate) fn selected<B: Backend>(
    x: FloatTensor<B>,
    pixels: IntTensor<B>,
    taps: usize,
) -> FloatTensor<B> {
    let [members, _, channels] = dims(&x);
    let rows = pixels.shape()[0] / taps;
    B::float_reshape(
        B::float_select(x, 1, pixels),
        Shape::new([members, rows, taps, channels]),
    )
}

/// The adjoint of [`selected`]: `[R, rows', taps, C]` added up at the listed pixels of `rows`.
pub(crate) fn scattered<B: Backend>(
    values: FloatTensor<B>,
    pixels: IntTensor<B>,
    rows: usize,
) -> FloatTensor<B> {
    let [members, outputs, taps, channels] = dims(&values);
    let room = B::float_zeros(
        Shape::new([members, rows, channels]),
        &values.device(),
        values.dtype().into(),
    );
    let values = B::float_reshape(values, Shape::new([members, outputs * taps, channels]));
    B::float_select_assign(room, 1, pixels, values, IndexingUpdateOp::Add)
}

/// What each window sees, zero where that is padding: `[R, images * OH * OW, KH * KW * C]`.
pub fn patches<B: Backend>(x: FloatTensor<B>, window: Window) -> FloatTensor<B> {
    let [members, rows, channels] = dims(&x);
    let pixels = padded_taps::<B>(window, rows / window.inputs(), &x);
    let zeros = B::float_zeros(
        Shape::new([members, 1, channels]),
        &x.device(),
        x.dtype().into(),
    );
    let seen = selected::<B>(B::float_cat(vec![x, zeros], 1), pixels, window.taps());
    let [members, rows, taps, channels] = dims(&seen);
    B::float_reshape(seen, Shape::new([members, rows, taps * channels]))
}

/// The adjoint of [`patches`]: what every window holds of a pixel, added up.
pub fn fold<B: Backend>(patches: FloatTensor<B>, window: Window) -> FloatTensor<B> {
    let [members, rows, depth] = dims(&patches);
    let (images, channels) = (rows / window.outputs(), depth / window.taps());
    let pixels = padded_taps::<B>(window, images, &patches);
    let values = B::float_reshape(
        patches,
        Shape::new([members, rows, window.taps(), channels]),
    );
    let inside = images * window.inputs();
    let sums = scattered::<B>(values, pixels, inside + 1);
    B::float_slice(
        sums,
        &[
            (0..members).into(),
            (0..inside).into(),
            (0..channels).into(),
        ],
    )
}
