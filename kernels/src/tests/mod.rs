//! Every kernel against its reference body, against other people's numbers, and by the properties that name it.
//!
//! `suite` is compiled once for each backend of the build, as a child of the module that names the backend as `Subject`.

// The suite's files are meant to be loaded once per backend.
#![allow(clippy::duplicate_mod)]

use burn::backend::Backend;
use burn::tensor::TensorData;

#[cfg(feature = "flex")]
mod cpu;
#[cfg(feature = "cube")]
mod gpu;
#[cfg(feature = "cube")]
mod half;
#[cfg(feature = "ndarray")]
mod ndarray;

/// In what a backend differs from the others, so far as the suite has to know.
trait Habits: Backend {
    /// Whether the same operations in the same order give the same bits: each is rounded correctly, none is fused into another, and
    /// a NaN that is copied keeps its bits.
    const EXACT: bool = true;
    /// Whether the order in which a loss is summed depends neither on the strides nor on the number of members.
    const FIXED_SUMS: bool = true;
    /// Factor on every tolerance: GPUs promise fewer digits of quotients, exponentials and logarithms than CPUs.
    const SLACK: f32 = 1.0;
    /// Multiply-adds of the largest product that a test may ask for.
    const LARGEST_PRODUCT: usize = 1 << 40;
    /// Of the sizes of products, every how many-th is tried: GPUs spend seconds on tuning each.
    const SIZES_STEP: usize = 1;

    /// Rows of `features` bytes as the backend stores those of a data set.
    fn stored_bytes(values: Vec<u8>, features: usize) -> TensorData {
        let rows = values.len() / features;
        TensorData::new(values, [rows, features])
    }

    /// Asserts that `run` returns the same however its work is spread; by default that cannot be chosen.
    fn assert_spread_is_immaterial<T: PartialEq + std::fmt::Debug + Send>(
        _run: impl Fn() -> T + Send + Sync,
    ) {
    }
}
