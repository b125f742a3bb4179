//! The GPU bodies on the default device of the most capable runtime in the build: with `wgpu` alone, wgpu's default adapter.

use burn::backend::Cube as Subject;
use burn::tensor::TensorData;

use super::Habits;

#[path = "suite/mod.rs"]
pub(super) mod suite;

impl Habits for Subject {
    const EXACT: bool = false;
    const FIXED_SUMS: bool = false;
    const SLACK: f32 = 4.0;
    /// A software device makes some 10^9 of them a second.
    const LARGEST_PRODUCT: usize = 6_000_000;
    const SIZES_STEP: usize = 13;

    fn stored_bytes(values: Vec<u8>, features: usize) -> TensorData {
        crate::gather::packed(&values, features)
    }
}
