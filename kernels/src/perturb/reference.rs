//! [`perturb`](crate::perturb) with noise drawn on the host.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::{DType, TensorData};
use decay_random::{At, Purpose, Stream, normals};

use crate::reference::{host_floats, member_seeds};

/// `x + sd z`.
pub fn perturb<B: Backend>(
    x: FloatTensor<B>,
    sd: FloatTensor<B>,
    seed: IntTensor<B>,
    purpose: Purpose,
    at: At,
) -> FloatTensor<B> {
    let shape = x.shape();
    let per_member = shape.num_elements() / shape[0].max(1);
    let (sd, seeds) = (host_floats::<B>(sd), member_seeds::<B>(seed));
    // Adding -0 changes no bit, as adding 0 to -0 would.
    let mut noise = vec![-0.0f32; shape.num_elements()];
    for (r, row) in noise.chunks_mut(per_member.max(1)).enumerate() {
        if sd[r] > 0.0 {
            let stream = Stream::new(seeds[r], purpose, at);
            for (block, values) in (0u32..).zip(row.chunks_mut(4)) {
                for (value, z) in values.iter_mut().zip(normals(stream.block(block))) {
                    *value = sd[r] * z as f32;
                }
            }
        }
    }
    let noise = TensorData::new(noise, shape).convert_dtype(DType::F32);
    let noise = B::float_from_data(noise, &x.device());
    B::float_add(x, noise)
}
