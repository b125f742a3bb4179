//! Every operation in Burn's own: the body of each backend that has none of its own, and what the others are tested against.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, TensorMetadata, get_or_init_device_settings, read_sync};
use burn::tensor::BoolDType;
use decay_random::join_seed;

pub use crate::attention::reference as attention;
pub use crate::augment::reference as augment;
pub use crate::blend::reference as blend;
pub use crate::clip::reference as clip;
pub use crate::conv::reference as conv;
pub use crate::conv_pool::reference as conv_pool;
pub use crate::depthwise::reference as depthwise;
pub use crate::dropout::reference as dropout;
pub use crate::embed::reference as embed;
pub use crate::encode::reference as encode;
pub use crate::gather::reference as gather;
pub use crate::linear::reference as linear;
pub use crate::loss::reference as loss;
pub use crate::mixup::reference as mixup;
pub use crate::norm::reference as norm;
pub use crate::perturb::reference as perturb;
pub use crate::pool::reference as pool;
pub use crate::smooth::reference as smooth;
pub use crate::sparse::reference as sparse;
pub use crate::update::reference as update;
pub use crate::window::reference as window;

/// How the device of a tensor stores booleans: not every GPU can as single bits or bytes.
pub(crate) fn booleans<B: Backend>(like: &FloatTensor<B>) -> BoolDType {
    get_or_init_device_settings::<B>(&like.device()).bool_dtype
}

/// A float tensor's values on the host, row by row.
pub(crate) fn host_floats<B: Backend>(tensor: FloatTensor<B>) -> Vec<f32> {
    let data = read_sync(B::float_into_data(tensor)).expect("a host copy of the numbers");
    data.iter::<f32>().collect()
}

/// An integer tensor's values on the host, row by row.
pub(crate) fn host_integers<B: Backend>(tensor: IntTensor<B>) -> Vec<i32> {
    let data = read_sync(B::int_into_data(tensor)).expect("a host copy of the integers");
    data.iter::<i32>().collect()
}

/// Each member's seed from its halves, `[R, 2]`.
pub(crate) fn member_seeds<B: Backend>(halves: IntTensor<B>) -> Vec<u64> {
    let halves = host_integers::<B>(halves);
    let joined = halves.chunks_exact(2);
    joined
        .map(|halves| join_seed([halves[0] as u32, halves[1] as u32]))
        .collect()
}

/// Burn's older CPU backend has no bodies but these.
#[cfg(feature = "ndarray")]
#[allow(deprecated)]
mod ndarray {
    use burn::backend::NdArray;

    impl crate::AttentionOps for NdArray {}
    impl crate::AugmentOps for NdArray {}
    impl crate::BlendOps for NdArray {}
    impl crate::ClipOps for NdArray {}
    impl crate::ConvOps for NdArray {}
    impl crate::ConvPoolOps for NdArray {}
    impl crate::DepthwiseOps for NdArray {}
    impl crate::DropoutOps for NdArray {}
    impl crate::EmbedOps for NdArray {}
    impl crate::EncodeOps for NdArray {}
    impl crate::GatherOps for NdArray {}
    impl crate::LinearOps for NdArray {}
    impl crate::LossOps for NdArray {}
    impl crate::MixupOps for NdArray {}
    impl crate::NormOps for NdArray {}
    impl crate::PerturbOps for NdArray {}
    impl crate::PoolOps for NdArray {}
    impl crate::SmoothOps for NdArray {}
    impl crate::SparseOps for NdArray {}
    impl crate::UpdateOps for NdArray {}
}
