//! What a run is asked to do: one tree of settings from defaults, file, flags and `--set`.
//!
//! ```text
//! defaults < config file < flags < --set
//! ```

mod audit;
mod budget;
mod grid;
mod keys;
mod layers;
mod memory;
mod metric;
mod model;
mod stated;
mod train;
mod tree;
mod values;

pub use audit::{AuditSettings, Curves, Effort, NormName};
pub use budget::{Allowance, Budget};
pub use decay_options::{Kind, Scope};
pub use grid::{Grid, log_range, range};
pub use keys::{KEYS, Key};
pub(crate) use layers::table_of;
pub use layers::{Given, resolve};
pub use memory::Memory;
pub use metric::MetricName;
pub use model::{Alternative, ModelSettings};
pub(crate) use stated::Stated;
pub use train::TrainSettings;
pub use tree::{DataSettings, RefitOn, RuleName, RunSettings, Settings};
