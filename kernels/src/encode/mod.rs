//! Numbers of a table as several values each, before the first layer.

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::Tensor;

use crate::tape::{Pullback, record};

#[cfg(feature = "flex")]
mod cpu;
pub mod reference;

/// Values that [`periodic`] makes of a number beside the number itself.
pub const PERIODIC_VALUES: usize = 3;

/// Which columns of the inputs are numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// Of the `C` columns, in ascending order.
    pub numbers: Arc<[usize]>,
    /// All others, in ascending order.
    pub others: Arc<[usize]>,
}

impl Columns {
    /// `numbers` of `count` columns.
    ///
    /// # Panics
    /// If they are not in ascending order, or beyond the last one.
    pub fn new(numbers: &[usize], count: usize) -> Self {
        assert!(
            numbers.is_sorted_by(|a, b| a < b) && numbers.last().is_none_or(|&last| last < count),
            "columns {numbers:?} of {count}"
        );
        let others = (0..count).filter(|column| numbers.binary_search(column).is_err());
        Self {
            numbers: numbers.into(),
            others: others.collect(),
        }
    }

    /// All columns.
    pub fn count(&self) -> usize {
        self.numbers.len() + self.others.len()
    }
}

/// Each number as its place in each of `T` bins, the other columns before them as they are.
///
/// ```text
/// y[f, t] = clamp((x[f] - e[f, t]) / (e[f, t + 1] - e[f, t]), 0, 1)        no lower end at t = 0, no upper end in the last bin
/// ```
///
/// A bin whose edges coincide is empty and has `y = 0`; empty bins stand behind all others. The edges get no gradient.
///
/// # Shapes
/// - `x`: `[R, B, C]`, `F` of which are numbers
/// - `edges`: `[R, F * (T + 1)]`, ascending for each number
/// - returns: `[R, B, C - F + F * T]`
///
/// # Source
/// Gorishniy et al. 2022, eq. 1, <https://arxiv.org/abs/2203.05556>.
pub fn piecewise(x: Tensor<3>, edges: Tensor<2>, columns: &Columns) -> Tensor<3> {
    Tensor::from_dispatch(Dispatch::piecewise(
        x.into_dispatch(),
        edges.into_dispatch(),
        columns.clone(),
    ))
}

/// All columns, and behind them [`PERIODIC_VALUES`] values of each number: a linear map of `K` waves.
///
/// ```text
/// y[f] = offset[f] + sum over k of weight[f, k] cos(2 pi (frequency[f, k] x[f] + phase[f, k]))
/// ```
///
/// # Shapes
/// - `x`: `[R, B, C]`, `F` of which are numbers
/// - `frequency`, `phase`: `[R, F * K]`; `weight`: `[R, F * K * V]`; `offset`: `[R, F * V]`, with `V` of [`PERIODIC_VALUES`]
/// - returns: `[R, B, C + F * V]`
///
/// # Source
/// Gorishniy et al. 2022, section 3.3, <https://arxiv.org/abs/2203.05556>; with phases and the number itself Holzmueller et al. 2024,
/// appendix A, <https://arxiv.org/abs/2407.04491>.
pub fn periodic(
    x: Tensor<3>,
    frequency: Tensor<2>,
    phase: Tensor<2>,
    weight: Tensor<2>,
    offset: Tensor<2>,
    columns: &Columns,
) -> Tensor<3> {
    Tensor::from_dispatch(Dispatch::periodic(
        x.into_dispatch(),
        frequency.into_dispatch(),
        phase.into_dispatch(),
        weight.into_dispatch(),
        offset.into_dispatch(),
        columns.clone(),
    ))
}

/// [`piecewise`], [`periodic`] and their gradients as backend primitives.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Autodiff
)]
// The macro that dispatches the methods wants results as plain tuples of tensors.
#[allow(clippy::too_many_arguments, clippy::type_complexity)]
pub trait EncodeOps: Backend {
    /// See [`piecewise`].
    fn piecewise(
        x: FloatTensor<Self>,
        edges: FloatTensor<Self>,
        columns: Columns,
    ) -> FloatTensor<Self> {
        reference::piecewise::<Self>(x, edges, columns)
    }

    /// `dx` of [`piecewise`].
    fn piecewise_backward(
        x: FloatTensor<Self>,
        edges: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        columns: Columns,
    ) -> FloatTensor<Self> {
        reference::piecewise_backward::<Self>(x, edges, grad, columns)
    }

    /// See [`periodic`].
    fn periodic(
        x: FloatTensor<Self>,
        frequency: FloatTensor<Self>,
        phase: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        offset: FloatTensor<Self>,
        columns: Columns,
    ) -> FloatTensor<Self> {
        reference::periodic::<Self>(x, frequency, phase, weight, offset, columns)
    }

    /// `dx` of [`periodic`].
    fn periodic_backward_input(
        x: FloatTensor<Self>,
        frequency: FloatTensor<Self>,
        phase: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        columns: Columns,
    ) -> FloatTensor<Self> {
        reference::periodic_backward_input::<Self>(x, frequency, phase, weight, grad, columns)
    }

    /// `(d frequency, d phase, d weight, d offset)` of [`periodic`].
    fn periodic_backward_parameters(
        x: FloatTensor<Self>,
        frequency: FloatTensor<Self>,
        phase: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        columns: Columns,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    ) {
        reference::periodic_backward_parameters::<Self>(x, frequency, phase, weight, grad, columns)
    }
}

#[cfg(feature = "cube")]
impl EncodeOps for burn_cubecl::CubeBackend {}

#[derive(Debug, Clone)]
struct Binned<B: Backend> {
    x: FloatTensor<B>,
    edges: FloatTensor<B>,
    columns: Columns,
}

impl<B: EncodeOps> Pullback<B, 1> for Binned<B> {
    fn gradients(self, grad: FloatTensor<B>, _: [bool; 1]) -> [Option<FloatTensor<B>>; 1] {
        let dx = B::piecewise_backward(self.x, self.edges, grad, self.columns);
        [Some(dx)]
    }
}

#[derive(Debug, Clone)]
struct Waves<B: Backend> {
    x: FloatTensor<B>,
    frequency: FloatTensor<B>,
    phase: FloatTensor<B>,
    weight: FloatTensor<B>,
    columns: Columns,
}

impl<B: EncodeOps> Pullback<B, 5> for Waves<B> {
    fn gradients(self, grad: FloatTensor<B>, wanted: [bool; 5]) -> [Option<FloatTensor<B>>; 5] {
        let dx = wanted[0].then(|| {
            B::periodic_backward_input(
                self.x.clone(),
                self.frequency.clone(),
                self.phase.clone(),
                self.weight.clone(),
                grad.clone(),
                self.columns.clone(),
            )
        });
        if wanted[1..] == [false; 4] {
            return [dx, None, None, None, None];
        }
        let (frequency, phase, weight, offset) = B::periodic_backward_parameters(
            self.x,
            self.frequency,
            self.phase,
            self.weight,
            grad,
            self.columns,
        );
        [dx, Some(frequency), Some(phase), Some(weight), Some(offset)]
    }
}

impl<B: EncodeOps, C: CheckpointStrategy> EncodeOps for Autodiff<B, C> {
    fn piecewise(
        x: FloatTensor<Self>,
        edges: FloatTensor<Self>,
        columns: Columns,
    ) -> FloatTensor<Self> {
        record::<B, C, _, 1>([x.node()], |tracked| {
            let (x, edges) = (x.into_primitive(), edges.into_primitive());
            let saved = tracked.then(|| Binned::<B> {
                x: x.clone(),
                edges: edges.clone(),
                columns: columns.clone(),
            });
            (B::piecewise(x, edges, columns), saved)
        })
    }

    fn periodic(
        x: FloatTensor<Self>,
        frequency: FloatTensor<Self>,
        phase: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        offset: FloatTensor<Self>,
        columns: Columns,
    ) -> FloatTensor<Self> {
        let nodes = [&x, &frequency, &phase, &weight, &offset].map(|input| input.node());
        record::<B, C, _, 5>(nodes, |tracked| {
            let [x, frequency, phase, weight, offset] =
                [x, frequency, phase, weight, offset].map(|input| input.into_primitive());
            let saved = tracked.then(|| Waves::<B> {
                x: x.clone(),
                frequency: frequency.clone(),
                phase: phase.clone(),
                weight: weight.clone(),
                columns: columns.clone(),
            });
            let y = B::periodic(x, frequency, phase, weight, offset, columns);
            (y, saved)
        })
    }
}
