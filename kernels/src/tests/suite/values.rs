//! Tensors with known contents, and what they hold.

use burn::backend::ops::{FloatTensorOps, IntTensorOps};
use burn::backend::tensor::{Device, FloatTensor, IntTensor};
use burn::backend::{TensorMetadata, read_sync};
use burn::tensor::{Shape, Slice, TensorData};
use decay_random::{At, Purpose, Stream};

use super::Subject;
use crate::Window;
use crate::tests::Habits;

pub(in crate::tests) type Floats = FloatTensor<Subject>;
pub(in crate::tests) type Integers = IntTensor<Subject>;

fn device() -> Device<Subject> {
    Device::<Subject>::default()
}

/// Standard normal draws.
pub(in crate::tests) fn draws(shape: impl Into<Shape>, seed: u64) -> Floats {
    let shape = shape.into();
    let mut values = vec![0.0; shape.num_elements()];
    Stream::new(seed, Purpose::Initialise, At::default()).fill_normal(&mut values);
    floats(values, shape)
}

/// A step that no counter has by default.
pub(in crate::tests) const AT: At = At {
    site: 3,
    epoch: 5,
    step: 8,
};

/// Halves of the seeds of several members, `[R, 2]`.
pub(in crate::tests) fn seeds(members: usize) -> Integers {
    let halves = (0..2 * members as i32).map(|i| i.wrapping_mul(-1_640_531_527));
    integers(halves.collect(), [members, 2])
}

pub(in crate::tests) fn floats(values: Vec<f32>, shape: impl Into<Shape>) -> Floats {
    Subject::float_from_data(TensorData::new(values, shape.into()), &device())
}

pub(in crate::tests) fn integers(values: Vec<i32>, shape: impl Into<Shape>) -> Integers {
    Subject::int_from_data(TensorData::new(values, shape.into()), &device())
}

/// Rows of `features` bytes as the backend stores those of a data set.
pub(in crate::tests) fn bytes(values: Vec<u8>, features: usize) -> Integers {
    Subject::int_from_data(Subject::stored_bytes(values, features), &device())
}

pub(in crate::tests) fn host(tensor: &Floats) -> Vec<f32> {
    let data = read_sync(Subject::float_into_data(tensor.clone())).expect("a host copy");
    data.iter::<f32>().collect()
}

pub(in crate::tests) fn host_integers(tensor: &Integers) -> Vec<i32> {
    let data = read_sync(Subject::int_into_data(tensor.clone())).expect("a host copy");
    data.iter::<i32>().collect()
}

/// The values as bits, so that NaN equals itself and `-0` differs from `0`.
pub(in crate::tests) fn bits(tensor: &Floats) -> Vec<u32> {
    let keep = |value: f32| match value.is_nan() && !Subject::EXACT {
        true => f32::NAN,
        false => value,
    };
    let values = host(tensor).into_iter().map(keep);
    values.map(f32::to_bits).collect()
}

/// Member `r` as a population of one.
pub(in crate::tests) fn member(tensor: &Floats, r: usize) -> Floats {
    slice(tensor, 0, r, r + 1)
}

/// `start..end` along a dimension; where the backend has views, one that is neither at offset zero nor always contiguous.
pub(in crate::tests) fn slice(tensor: &Floats, dim: usize, start: usize, end: usize) -> Floats {
    let mut slices = vec![Slice::full(); tensor.rank()];
    slices[dim] = Slice::new(start as isize, Some(end as isize), 1);
    Subject::float_slice(tensor.clone(), &slices)
}

/// The same values behind swapped strides and an offset, in the middle of others.
pub(in crate::tests) fn scattered(tensor: &Floats) -> Floats {
    let rank = tensor.rank();
    let turned = Subject::float_swap_dims(tensor.clone(), rank - 2, rank - 1);
    let margin = Subject::float_mul_scalar(slice(&turned, 0, 0, 1), (-3.0).into());
    let packed = Subject::float_cat(vec![margin, turned], 0);
    let (from, to) = (1, packed.shape()[0]);
    let view = Subject::float_swap_dims(slice(&packed, 0, from, to), rank - 2, rank - 1);
    assert_eq!(bits(&view), bits(tensor));
    view
}

/// What `run` returns, which must not depend on how the backend spreads its work.
pub(in crate::tests) fn however_spread<const N: usize>(
    run: impl Fn() -> [Floats; N] + Send + Sync,
) -> [Floats; N] {
    Subject::assert_spread_is_immaterial(|| run().map(|tensor| bits(&tensor)));
    run()
}

/// Asserts the same bits; on a backend that is not [`Habits::EXACT`], the tolerance of [`assert_close`].
#[track_caller]
pub(in crate::tests) fn assert_same(
    name: &str,
    actual: &Floats,
    expected: &Floats,
    tolerance: f32,
) {
    if Subject::EXACT {
        assert_eq!(actual.shape(), expected.shape(), "{name}: shapes");
        assert_eq!(bits(actual), bits(expected), "{name}");
    } else {
        assert_close(name, actual, expected, tolerance);
    }
}

/// [`assert_same`] for sums; where their order is not fixed ([`Habits::FIXED_SUMS`]), the tolerance of [`assert_close`].
#[track_caller]
pub(in crate::tests) fn assert_same_sums(
    name: &str,
    actual: &Floats,
    expected: &Floats,
    tolerance: f32,
) {
    if Subject::FIXED_SUMS {
        assert_same(name, actual, expected, tolerance);
    } else {
        assert_close(name, actual, expected, tolerance);
    }
}

/// Asserts that two tensors differ by at most `tolerance`, times [`Habits::SLACK`], times the largest expected magnitude.
#[track_caller]
pub(in crate::tests) fn assert_close(
    name: &str,
    actual: &Floats,
    expected: &Floats,
    tolerance: f32,
) {
    assert_eq!(actual.shape(), expected.shape(), "{name}: shapes");
    let (actual, expected) = (host(actual), host(expected));
    let scale = expected
        .iter()
        .fold(1e-3f32, |max, value| max.max(value.abs()));
    for (i, (a, e)) in actual.iter().zip(&expected).enumerate() {
        let both_diverged = a.is_nan() && e.is_nan();
        assert!(
            both_diverged || (a - e).abs() <= tolerance * Subject::SLACK * scale,
            "{name}: element {i} is {a}, expected {e}"
        );
    }
}

/// A window that the tests know to be one.
pub(in crate::tests) fn window(
    size: [usize; 2],
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
) -> Window {
    Window::new(size, kernel, stride, padding).expect("a window")
}
