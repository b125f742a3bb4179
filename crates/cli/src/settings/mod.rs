//! What a run is asked to do: one tree of settings from defaults, file, flags and `--set`.
//!
//! ```text
//! defaults < config file < flags < --set
//! ```

mod audit;
mod grid;
mod keys;
mod kind;
mod layers;
mod memory;
mod sweepable;
mod train;
mod tree;

pub(crate) use audit::{AuditSettings, Curves, Effort, NormName};
pub(crate) use grid::Grid;
pub(crate) use keys::{KEYS, Key, Scope};
pub(crate) use kind::Kind;
pub(crate) use layers::{Given, overlay, read_file, resolve};
pub(crate) use memory::Memory;
pub(crate) use train::TrainSettings;
pub(crate) use tree::{DataSettings, MetricName, RuleName, RunSettings, Settings};
