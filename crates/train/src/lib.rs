//! Update rules, schedules, the population loop, checkpoints and selection.

mod batches;
mod chunk;
mod config;
mod error;
mod evaluate;
mod half_life;
mod optimizer;
mod plan;
mod problem;
mod schedule;
mod snapshot;

pub use config::TrainConfig;
pub use error::TrainError;
pub use evaluate::Losses;
pub use half_life::{half_life, rate_of_half_life};
pub use optimizer::Optimizer;
pub use plan::{Member, Plan, check_rate, member_seed};
pub use problem::{FoldRows, FoldScales, Problem};
pub use schedule::Schedule;
pub use snapshot::Snapshot;
