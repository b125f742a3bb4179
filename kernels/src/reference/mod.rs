//! Every operation in Burn's own: the body of each backend that has none of its own, and what the others are tested against.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, TensorMetadata, get_or_init_device_settings, read_sync};
use burn::tensor::BoolDType;
use decay_random::join_seed;

pub mod attention;
pub mod augment;
pub mod conv;
pub mod conv_pool;
pub mod depthwise;
pub mod gather;
pub mod linear;
pub mod loss;
pub mod mixup;
pub mod norm;
pub mod perturb;
pub mod pool;
pub mod random;
pub mod smooth;
pub mod sparse;
pub mod update;
pub mod window;

/// How the device of a tensor stores booleans: not every GPU can as single bits or bytes.
fn booleans<B: Backend>(like: &FloatTensor<B>) -> BoolDType {
    get_or_init_device_settings::<B>(&like.device()).bool_dtype
}

/// A float tensor's values on the host, row by row.
fn host_floats<B: Backend>(tensor: FloatTensor<B>) -> Vec<f32> {
    let data = read_sync(B::float_into_data(tensor)).expect("a host copy of the numbers");
    data.iter::<f32>().collect()
}

/// An integer tensor's values on the host, row by row.
fn host_integers<B: Backend>(tensor: IntTensor<B>) -> Vec<i32> {
    let data = read_sync(B::int_into_data(tensor)).expect("a host copy of the integers");
    data.iter::<i32>().collect()
}

/// Each member's seed from its halves, `[R, 2]`.
fn member_seeds<B: Backend>(halves: IntTensor<B>) -> Vec<u64> {
    let halves = host_integers::<B>(halves);
    let joined = halves.chunks_exact(2);
    joined
        .map(|halves| join_seed([halves[0] as u32, halves[1] as u32]))
        .collect()
}
