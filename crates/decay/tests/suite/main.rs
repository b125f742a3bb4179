//! The library as its users call it.

mod experiment;
mod model;
mod networks;
mod plan;
mod stopping;
