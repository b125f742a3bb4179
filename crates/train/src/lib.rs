//! Update rules, schedules, the population loop and its checkpoints.
//!
//! A [`Problem`] holds data and folds on one or several devices, a [`Plan`] lists members, and [`train`] turns a [`Job`] of both into
//! weights and losses. Members advance in chunks, each one tensor program; chunks are sized by memory and, on a
//! CPU, by cache. No result depends on how the population is cut, nor on how many devices of a kind share it.

mod augmentation;
mod averaging;
mod axis;
mod batches;
mod burn_optimizer;
mod checkpoint;
mod chunk;
mod compatibility;
mod confidence;
mod config;
mod constants;
mod constraint;
mod decay;
mod decay_factor;
mod descent;
mod diagnostics;
mod early_stopping;
mod engine;
mod error;
mod evaluate;
#[cfg(test)]
#[path = "../tests/golden/mod.rs"]
mod golden;
mod gradients;
mod groups;
mod half_life;
mod history;
mod inputs;
mod jacobian;
mod job;
mod keep;
mod knob;
mod member_losses;
mod muon;
mod name_pattern;
mod noise;
mod objective;
mod optimizer;
mod plan;
mod problem;
mod progress;
mod ranges;
mod resident;
mod resources;
mod schedule;
mod snapshot;
mod strengths;
mod tau;
mod timetable;
mod workers;
mod writer;

pub use augmentation::Augmentation;
pub use axis::Axis;
pub use burn::tensor::Device;
pub use burn_optimizer::{DecoupledDecay, DecoupledDecayState};
pub use config::TrainConfig;
pub use decay::DecayKind;
pub use decay_factor::DecayFactor;
pub use decay_kernels::{
    Adapter, AdapterKind, BACKENDS, Backend, Choice, DeviceError, Opened, adapters, devices,
    host_reads,
};
pub use diagnostics::LayerRecord;
pub use early_stopping::Status;
pub use engine::train;
pub use error::TrainError;
pub use evaluate::{Evaluation, Losses};
pub use half_life::{half_life, rate_of_half_life};
pub use history::{Record, Split};
pub use inputs::Samples;
pub use job::{Event, Job, Outcome, Trained};
pub use keep::Keep;
pub use knob::{Knob, Spacing, Strength};
pub use optimizer::Optimizer;
pub use plan::{Member, Plan, check_rate, member_seed};
pub use problem::{FoldRows, FoldScales, Problem};
pub use resources::{Resources, available_memory};
pub use schedule::Schedule;
pub use snapshot::Snapshot;
pub use tau::{rate_of_tau, tau_epochs};
pub use workers::{Representations, outputs, representations};
