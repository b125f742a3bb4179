//! [`blend`](crate::blend) as broadcasts, with the gradients written out.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::Shape;

/// `z + a (f - z)`.
pub fn blend<B: Backend>(
    z: FloatTensor<B>,
    f: FloatTensor<B>,
    share: FloatTensor<B>,
) -> FloatTensor<B> {
    let way = B::float_sub(f, z.clone());
    B::float_add(z, B::float_mul(way, by_row::<B>(share)))
}

/// `(dz, df, d share)`.
pub fn blend_backward<B: Backend>(
    z: FloatTensor<B>,
    f: FloatTensor<B>,
    share: FloatTensor<B>,
    grad: FloatTensor<B>,
) -> (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>) {
    let flat = share.shape();
    let df = B::float_mul(grad.clone(), by_row::<B>(share));
    let dz = B::float_sub(grad.clone(), df.clone());
    let dshare = B::float_sum_dim(B::float_mul(grad, B::float_sub(f, z)), 1);
    (dz, df, B::float_reshape(dshare, flat))
}

/// `[R, 1, C]`.
fn by_row<B: Backend>(share: FloatTensor<B>) -> FloatTensor<B> {
    let [members, width] = share.shape().dims();
    B::float_reshape(share, Shape::new([members, 1, width]))
}
