//! The library as its users call it.

mod experiment;
mod integrity;
mod learning_curve;
mod model;
mod networks;
mod plan;
mod stopping;
