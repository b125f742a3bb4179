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

pub use audit::{AuditSettings, Curves, Effort, NormName};
pub use grid::Grid;
pub use keys::{KEYS, Key, Scope};
pub use kind::Kind;
pub use layers::{Given, overlay, read_file, resolve};
pub use memory::Memory;
pub use train::TrainSettings;
pub use tree::{DataSettings, MetricName, RuleName, RunSettings, Settings};
