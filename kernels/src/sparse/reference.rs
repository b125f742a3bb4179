//! [`sparse_linear`](crate::sparse_linear()) as a selection of rows, a product and a sum over each row's entries.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::{DType, FloatDType, IndexingUpdateOp, Shape, TensorData};
use decay_random::{At, Purpose, Stream, unit};

use super::by_rows::{ByRows, ENTRIES_PER_WORD, Kept};
use crate::Activation;
use crate::dropout::kept_scale;
use crate::reference::{host_floats, host_integers, member_seeds};

/// The words of [`Kept::Some`], drawn on the host.
pub fn kept_entries<B: Backend>(
    rate: FloatTensor<B>,
    seed: IntTensor<B>,
    entries: usize,
    at: At,
) -> IntTensor<B> {
    let device = rate.device();
    let (rate, seeds) = (host_floats::<B>(rate), member_seeds::<B>(seed));
    let words = entries.div_ceil(ENTRIES_PER_WORD);
    let kept = rate.iter().zip(seeds).flat_map(|(&rate, seed)| {
        let stream = Stream::new(seed, Purpose::Dropout, at);
        let word = move |w: u32| {
            let first = w * ENTRIES_PER_WORD as u32;
            let kept = |bit: u32| u32::from(unit(stream.word(first + bit)) >= rate) << bit;
            (0..ENTRIES_PER_WORD as u32).map(kept).sum::<u32>() as i32
        };
        (0..words as u32).map(word)
    });
    let kept = TensorData::new(kept.collect(), [rate.len(), words]);
    B::int_from_data(kept.convert_dtype(DType::I32), &device)
}

/// `(A o keep / (1 - p)) x`.
pub fn product<B: Backend>(matrix: ByRows<B>, x: FloatTensor<B>, kept: Kept<B>) -> FloatTensor<B> {
    let [members, _, width] = x.shape().dims();
    let (rows, entries) = (matrix.offsets.shape()[0] - 1, matrix.values.shape()[0]);
    let values = B::float_reshape(matrix.values, Shape::new([1, entries]));
    let weights = match factors::<B>(kept, matrix.numbers, &x) {
        Some(factors) => B::float_mul(factors, values),
        None => B::float_expand(values, Shape::new([members, entries])),
    };
    let weights = B::float_reshape(weights, Shape::new([members, entries, 1]));
    let device = x.device();
    let picked = B::float_mul(B::float_select(x, 1, matrix.columns), weights);
    let zeros = B::float_zeros(Shape::new([members, rows, width]), &device, FloatDType::F32);
    B::float_select_assign(zeros, 1, matrix.rows, picked, IndexingUpdateOp::Add)
}

/// `keep / (1 - p)` of entries that masks have under `numbers`, `[R, E]`; nothing where all are kept.
pub(crate) fn factors<B: Backend>(
    kept: Kept<B>,
    numbers: IntTensor<B>,
    like: &FloatTensor<B>,
) -> Option<FloatTensor<B>> {
    let Kept::Some { words, rate } = kept else {
        return None;
    };
    let [members, per_member] = words.shape().dims();
    let (words, rate) = (host_integers::<B>(words), host_floats::<B>(rate));
    let numbers = host_integers::<B>(numbers);
    let mut factors = Vec::with_capacity(members * numbers.len());
    for (r, &rate) in rate.iter().enumerate() {
        let words = &words[r * per_member..][..per_member];
        factors.extend(numbers.iter().map(|&number| {
            let number = number as usize;
            let bit = words[number / ENTRIES_PER_WORD] >> (number % ENTRIES_PER_WORD) & 1;
            bit as f32 * kept_scale(rate)
        }));
    }
    let data = TensorData::new(factors, [members, numbers.len()]);
    Some(B::float_from_data(
        data.convert_dtype(DType::F32),
        &like.device(),
    ))
}

/// `act((A o keep / (1 - p)) x + b)`.
pub fn forward<B: Backend>(
    matrix: ByRows<B>,
    x: FloatTensor<B>,
    bias: FloatTensor<B>,
    kept: Kept<B>,
    activation: Activation,
) -> FloatTensor<B> {
    let [members, width] = bias.shape().dims();
    let bias = B::float_reshape(bias, Shape::new([members, 1, width]));
    activation.apply::<B>(B::float_add(product::<B>(matrix, x, kept), bias))
}

/// `(dx, db)`, from the transpose.
pub fn backward<B: Backend>(
    transpose: ByRows<B>,
    y: FloatTensor<B>,
    grad: FloatTensor<B>,
    kept: Kept<B>,
    activation: Activation,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let [members, _, width] = grad.shape().dims();
    let grad = activation.pull_back::<B>(y, grad);
    let db = B::float_reshape(
        B::float_sum_dim(grad.clone(), 1),
        Shape::new([members, width]),
    );
    (product::<B>(transpose, grad, kept), db)
}
