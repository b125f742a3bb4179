//! Tensors with known contents, and what they hold.

use std::fmt::Debug;

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::backend::ops::FloatTensorOps;
use burn::tensor::{Shape, Slice, TensorData};
use decay_random::{At, Purpose, Stream};

/// Standard normal draws.
pub(super) fn draws(shape: impl Into<Shape>, seed: u64) -> FlexTensor {
    let shape = shape.into();
    let mut values = vec![0.0; shape.num_elements()];
    Stream::new(seed, Purpose::Initialise, At::default()).fill_normal(&mut values);
    floats(values, shape)
}

pub(super) fn floats(values: Vec<f32>, shape: impl Into<Shape>) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape.into()))
}

pub(super) fn integers(values: Vec<i32>, shape: impl Into<Shape>) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape.into()))
}

pub(super) fn host(tensor: &FlexTensor) -> Vec<f32> {
    tensor.clone().into_data().iter::<f32>().collect()
}

/// The values as bits, so that NaN equals itself and `-0` differs from `0`.
pub(super) fn bits(tensor: &FlexTensor) -> Vec<u32> {
    host(tensor).iter().map(|value| value.to_bits()).collect()
}

/// Member `r` as a population of one.
pub(super) fn member(tensor: &FlexTensor, r: usize) -> FlexTensor {
    slice(tensor, 0, r, r + 1)
}

/// `start..end` along a dimension; a view that is neither at offset zero nor always contiguous.
pub(super) fn slice(tensor: &FlexTensor, dim: usize, start: usize, end: usize) -> FlexTensor {
    let mut slices = vec![Slice::full(); tensor.layout().num_dims()];
    slices[dim] = Slice::new(start as isize, Some(end as isize), 1);
    Flex::float_slice(tensor.clone(), &slices)
}

/// The same values behind swapped strides and an offset, in the middle of others.
pub(super) fn scattered(tensor: &FlexTensor) -> FlexTensor {
    let rank = tensor.layout().num_dims();
    let turned = Flex::float_swap_dims(tensor.clone(), rank - 2, rank - 1);
    let margin = Flex::float_mul_scalar(slice(&turned, 0, 0, 1), (-3.0).into());
    let packed = Flex::float_cat(vec![margin, turned], 0);
    let (from, to) = (1, packed.layout().shape()[0]);
    let view = Flex::float_swap_dims(slice(&packed, 0, from, to), rank - 2, rank - 1);
    assert_eq!(bits(&view), bits(tensor));
    view
}

/// Runs in pools of one, two and three threads; all must agree.
pub(super) fn in_pools<T: PartialEq + Debug + Send>(run: impl Fn() -> T + Send + Sync) -> T {
    static POOLS: std::sync::LazyLock<Vec<rayon::ThreadPool>> = std::sync::LazyLock::new(|| {
        [1, 2, 3]
            .map(|n| {
                rayon::ThreadPoolBuilder::new()
                    .num_threads(n)
                    .build()
                    .unwrap()
            })
            .into()
    });
    let mut results: Vec<T> = POOLS.iter().map(|pool| pool.install(&run)).collect();
    let first = results.remove(0);
    for other in results {
        assert_eq!(first, other, "the result depends on the number of threads");
    }
    first
}

/// Asserts that two tensors differ by at most `tolerance` times the largest expected magnitude.
#[track_caller]
pub(super) fn assert_close(name: &str, actual: &FlexTensor, expected: &FlexTensor, tolerance: f32) {
    assert_eq!(
        actual.layout().shape(),
        expected.layout().shape(),
        "{name}: shapes"
    );
    let (actual, expected) = (host(actual), host(expected));
    let scale = expected
        .iter()
        .fold(1e-3f32, |max, value| max.max(value.abs()));
    for (i, (a, e)) in actual.iter().zip(&expected).enumerate() {
        assert!(
            (a - e).abs() <= tolerance * scale,
            "{name}: element {i} is {a}, expected {e}"
        );
    }
}
