//! The reference bodies on Burn's older CPU backend.

use super::Habits;

#[path = "suite/mod.rs"]
mod suite;

#[allow(deprecated)]
type Subject = burn::backend::NdArray;

impl Habits for Subject {
    const FIXED_SUMS: bool = false;
}
