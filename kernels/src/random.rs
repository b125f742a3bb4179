//! Dropout whose masks are a function of member, layer, step and position.

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, Dispatch, TensorMetadata, backend_extension};
use burn::tensor::{DType, Int, Tensor, TensorData};
use decay_random::{At, Purpose, Stream, join_seed};

/// Inverted dropout with a rate per member.
///
/// ```text
/// y = x keep / (1 - p[r])        keep = 1 if u >= p[r], else 0,   u uniform on [0, 1)
/// ```
///
/// `u` of a member's element `i` is word `i` of the Philox stream of its seed, the layer and the step, so the backward pass
/// draws it again instead of storing it. Rate 0 leaves `x` untouched, rate 1 gives zero.
///
/// # Shapes
/// - `x`: `[R, ...]`; `rate`: `[R]`, in `[0, 1]`
/// - `seed`: `[R, 2]`, low and high half of each member's seed as `i32` bits
///
/// # Source
/// Srivastava et al. 2014, <https://jmlr.org/papers/v15/srivastava14a.html>.
pub fn dropout<const D: usize>(
    x: Tensor<D>,
    rate: Tensor<1>,
    seed: Tensor<2, Int>,
    at: At,
) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::dropout(
        x.into_dispatch(),
        rate.into_dispatch(),
        seed.into_dispatch(),
        at,
    ))
}

/// [`dropout`] as a backend primitive.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Autodiff
)]
pub trait RandomOps: Backend {
    /// See [`dropout`].
    fn dropout(
        x: FloatTensor<Self>,
        rate: FloatTensor<Self>,
        seed: IntTensor<Self>,
        at: At,
    ) -> FloatTensor<Self> {
        let factors = reference::factors::<Self>(&x, rate, seed, at);
        Self::float_mul(x, factors)
    }
}

mod reference {
    use super::{
        At, Backend, DType, FloatTensor, IntTensor, Purpose, Stream, TensorData, TensorMetadata,
        join_seed,
    };
    use burn::backend::read_sync;

    fn host<T: burn::tensor::Element>(data: TensorData) -> Vec<T> {
        data.iter::<T>().collect()
    }

    /// `keep / (1 - p)` of every element, drawn on the host.
    pub(super) fn factors<B: Backend>(
        x: &FloatTensor<B>,
        rate: FloatTensor<B>,
        seed: IntTensor<B>,
        at: At,
    ) -> FloatTensor<B> {
        let shape = x.shape();
        let members = shape[0];
        let per_member = shape.num_elements() / members.max(1);
        let rate: Vec<f32> =
            host(read_sync(B::float_into_data(rate)).expect("a host copy of the rates"));
        let seed: Vec<i32> =
            host(read_sync(B::int_into_data(seed)).expect("a host copy of the seeds"));
        let mut factors = vec![0.0; shape.num_elements()];
        for (r, row) in factors.chunks_mut(per_member.max(1)).enumerate() {
            let seed = join_seed([seed[2 * r] as u32, seed[2 * r + 1] as u32]);
            Stream::new(seed, Purpose::Dropout, at).fill_uniform(row);
            let scale = super::kept_scale(rate[r]);
            for value in row {
                *value = if *value >= rate[r] { scale } else { 0.0 };
            }
        }
        let data = TensorData::new(factors, shape).convert_dtype(DType::F32);
        B::float_from_data(data, &x.device())
    }
}

/// `1 / (1 - p)`, or zero where nothing is kept.
pub(crate) fn kept_scale(rate: f32) -> f32 {
    if rate < 1.0 { 1.0 / (1.0 - rate) } else { 0.0 }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)]
impl RandomOps for burn::backend::NdArray {}

#[derive(Debug)]
struct DropoutBackward;

impl<B: RandomOps> Backward<B, 1> for DropoutBackward {
    type State = (FloatTensor<B>, IntTensor<B>, At);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let (rate, seed, at) = ops.state;
        if let [Some(node)] = ops.parents {
            grads.register::<B>(node.id, B::dropout(grad, rate, seed, at));
        }
    }
}

impl<B: RandomOps, C: CheckpointStrategy> RandomOps for Autodiff<B, C> {
    fn dropout(
        x: FloatTensor<Self>,
        rate: FloatTensor<Self>,
        seed: IntTensor<Self>,
        at: At,
    ) -> FloatTensor<Self> {
        let prep = DropoutBackward
            .prepare::<C>([x.node()])
            .compute_bound()
            .stateful();
        let (x, rate) = (x.into_primitive(), rate.into_primitive());
        match prep {
            OpsKind::Tracked(prep) => {
                let state = (rate.clone(), seed.clone(), at);
                prep.finish(state, B::dropout(x, rate, seed, at))
            }
            OpsKind::UnTracked(prep) => prep.finish(B::dropout(x, rate, seed, at)),
        }
    }
}
