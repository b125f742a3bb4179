//! Update rules, schedules, the population loop and its checkpoints.
//!
//! A [`Problem`] holds data and folds on one or several devices, a [`Plan`] lists members, and [`train`] turns a [`Job`] of both into
//! weights and losses. Members advance in chunks, each one tensor program; chunks are sized by memory and, on a
//! CPU, by cache. No result depends on how the population is cut, nor on how many devices of a kind share it.

#![forbid(unsafe_code)]

mod burn_optimizer;
mod engine;
mod error;
mod event;
mod exact;
#[cfg(test)]
#[path = "../tests/suite/golden.rs"]
mod golden;
mod objective;
#[macro_use]
mod options;
mod plan;
mod problem;
mod regularisers;
mod schedule;
mod step;

pub use burn::tensor::Device;
pub use burn_optimizer::{DecoupledDecay, DecoupledDecayState, DecoupledKind};
pub use decay_kernels::{
    Adapter, AdapterKind, At, BACKENDS, Backend, Choice, DeviceError, Opened, adapters, devices,
    host_reads, is_gpu,
};
pub use decay_options::{Spacing, Strength};
pub use engine::evaluate::{Evaluation, Representations, outputs, representations};
pub use engine::job::{Job, Outcome, Trained};
pub use engine::losses::Losses;
pub use engine::progress::{Record, Split, Status};
pub use engine::resources::{PROCESS_MEMORY, Resources, available_memory};
pub use engine::task_gradients::{TaskGradients, task_gradients};
pub use engine::train;
pub use error::TrainError;
pub use event::Event;
pub use exact::{RowsAlone, shapes_minimum, solvable};
pub use objective::{Combination, HeadLoss, Heads, Objective, PcGrad, Seen, Sum};
pub use options::TrainConfig;
pub use options::class_weights::ClassWeights;
pub use options::decay::{DecayFactor, DecayKind};
pub use options::hyper::{Hyper, Member, check_rate};
pub use options::loss::Loss;
pub use options::optimizer::Optimizer;
pub use options::solver::Solver;
pub use options::time_scale::{Keep, half_life, rate_of_half_life, rate_of_tau, tau_epochs};
pub use plan::{Axis, Plan, member_seed};
pub use problem::inputs::Samples;
pub use problem::{FoldRows, FoldScales, Problem};
pub use schedule::Schedule;
pub use step::agreement::TaskRecord;
pub use step::diagnostics::LayerRecord;
