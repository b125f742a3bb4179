//! Figures of every member of a population that more than one claim asks for.

pub mod detection;
pub mod planes;
pub mod robustness;
