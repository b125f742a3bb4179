//! The mathematics of the worlds, and the verdict.

mod verdict;
mod worlds;
