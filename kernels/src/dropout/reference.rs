//! [`dropout`](crate::dropout) with masks drawn on the host.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Scalar, TensorMetadata};
use burn::tensor::{DType, TensorData};
use decay_random::{At, Purpose, Stream};

use super::kept_scale;
use crate::reference::{booleans, host_floats, member_seeds};

/// `x keep / (1 - p)`, zero where nothing is kept even if `x` is not finite.
pub fn dropout<B: Backend>(
    x: FloatTensor<B>,
    rate: FloatTensor<B>,
    seed: IntTensor<B>,
    at: At,
) -> FloatTensor<B> {
    let factors = factors::<B>(&x, rate, seed, at);
    let dropped = B::float_equal_elem(factors.clone(), Scalar::from(0.0), booleans::<B>(&factors));
    B::float_mask_fill(B::float_mul(x, factors), dropped, Scalar::from(0.0))
}

/// `keep / (1 - p)` of every element.
fn factors<B: Backend>(
    x: &FloatTensor<B>,
    rate: FloatTensor<B>,
    seed: IntTensor<B>,
    at: At,
) -> FloatTensor<B> {
    let shape = x.shape();
    let members = shape[0];
    let per_member = shape.num_elements() / members.max(1);
    let (rate, seeds) = (host_floats::<B>(rate), member_seeds::<B>(seed));
    let mut factors = vec![0.0; shape.num_elements()];
    for (r, row) in factors.chunks_mut(per_member.max(1)).enumerate() {
        Stream::new(seeds[r], Purpose::Dropout, at).fill_uniform(row);
        let scale = kept_scale(rate[r]);
        for value in row {
            *value = if *value >= rate[r] { scale } else { 0.0 };
        }
    }
    let data = TensorData::new(factors, shape).convert_dtype(DType::F32);
    B::float_from_data(data, &x.device())
}
