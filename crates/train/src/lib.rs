//! Update rules, schedules, the population loop and its checkpoints.
//!
//! A [`Problem`] holds data and folds on one or several devices, a [`Plan`] lists members, and [`train`] turns a [`Job`] of both into
//! weights and losses. Members advance in chunks, each one tensor program; chunks are sized by memory and, on a
//! CPU, by cache. No result depends on how the population is cut, nor on how many devices of a kind share it.

mod burn_optimizer;
mod engine;
mod error;
#[cfg(test)]
#[path = "../tests/golden/mod.rs"]
mod golden;
mod options;
mod plan;
mod problem;
mod regularisers;
mod schedule;
mod step;

pub use burn::tensor::Device;
pub use burn_optimizer::{DecoupledDecay, DecoupledDecayState};
pub use decay_kernels::{
    Adapter, AdapterKind, BACKENDS, Backend, Choice, DeviceError, Opened, adapters, devices,
    host_reads,
};
pub use engine::early_stopping::Status;
pub use engine::evaluate::{Evaluation, Losses};
pub use engine::history::{Record, Split};
pub use engine::job::{Event, Job, Outcome, Trained};
pub use engine::resources::{Resources, available_memory};
pub use engine::snapshot::Snapshot;
pub use engine::train;
pub use engine::workers::{Representations, outputs, representations};
pub use error::TrainError;
pub use options::TrainConfig;
pub use options::augmentation::Augmentation;
pub use options::decay::DecayKind;
pub use options::decay_factor::DecayFactor;
pub use options::half_life::{half_life, rate_of_half_life};
pub use options::hyper::{Hyper, Spacing, Strength};
pub use options::keep::Keep;
pub use options::optimizer::Optimizer;
pub use options::tau::{rate_of_tau, tau_epochs};
pub use plan::axis::Axis;
pub use plan::{Member, Plan, check_rate, member_seed};
pub use problem::inputs::Samples;
pub use problem::{FoldRows, FoldScales, Problem};
pub use schedule::Schedule;
pub use step::diagnostics::LayerRecord;
