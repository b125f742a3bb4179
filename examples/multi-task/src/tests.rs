//! The mathematics by hand, and the verdict.

mod mathematics;
mod verdict;
