//! Every operation in Burn's own: the body of each backend that has none of its own, and what the others are tested against.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, TensorMetadata, get_or_init_device_settings};
use burn::tensor::BoolDType;

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
