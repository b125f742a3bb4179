//! Fused tensor operations over a population of models; the only place that names backends.
//!
//! Each operation is a folder: `mod.rs` has its formula, its trait and its gradients, `reference.rs` its body in Burn's own operations, which
//! serves every backend at once ([`reference`](mod@reference) lists them), `cpu` and `gpu` the hand-written bodies. What the bodies share is
//! in `cpu`, `gpu` and `tape`. Every tensor has a leading member axis `R`, and no operation mixes members.
#![cfg_attr(
    feature = "ndarray",
    allow(
        deprecated,
        reason = "Burn prefers flex to ndarray, which stays for comparison"
    )
)]

mod activation;
mod attention;
mod augment;
mod blend;
mod clip;
mod conv;
mod conv_pool;
mod depthwise;
mod dropout;
mod embed;
mod encode;
mod gather;
mod linear;
mod loss;
mod mixup;
mod norm;
mod perturb;
mod pool;
mod smooth;
mod sparse;
mod update;
mod window;

#[cfg(feature = "flex")]
mod cpu;
mod device;
mod double;
#[cfg(feature = "cube")]
mod gpu;
pub mod reference;
mod sizes;
mod tape;
#[cfg(test)]
mod tests;

pub use activation::Activation;
pub use attention::{AttentionOps, graph_attention};
pub use augment::{AugmentOps, Augmentation, augment};
pub use blend::{BlendOps, blend};
pub use clip::{CLIP, ClipOps, clip};
pub use conv::{ConvOps, conv2d};
pub use conv_pool::{ConvPoolOps, conv2d_max_pool};
pub use decay_random::{At, Purpose};
pub use depthwise::{DepthwiseOps, depthwise};
pub use device::{
    Adapter, AdapterKind, BACKENDS, Backend, Choice, DeviceError, Opened, POOL_THREADS, adapters,
    catch_panic, computes_in_bf16, device_memory, device_name, devices, host_reads, is_gpu, read,
};
pub use double::DoubleMatrix;
pub use dropout::{DropoutOps, dropout};
pub use embed::{Categories, Category, EmbedOps, embed};
pub use encode::{Columns, EncodeOps, PERIODIC_VALUES, periodic, piecewise};
pub use gather::{Features, GatherOps, Statistics, gather};
#[cfg(feature = "cube")]
pub use gpu::Launches;
pub use linear::{LinearOps, linear};
pub use loss::{LEAST_VARIANCE, LossOps, ValueLoss, cross_entropy, squared_error, value_loss};
pub use mixup::{Mixture, MixupOps, mix};
pub use norm::{NORM_EPSILON, NormOps, Running, batch_norm};
pub use perturb::{PerturbOps, perturb};
pub use pool::{PoolOps, average_pool, max_pool};
pub use smooth::{Smooth, SmoothOps, smooth};
pub use sparse::{ByRows, Csr, EntryDropout, Kept, Sparse, SparseOps, sparse_linear};
pub use update::{Decay, Direction, Rule, Scalars, UpdateOps, update};
pub use window::{Window, WindowError};
