//! What most programs need: `use decay::prelude::*;`.

pub use crate::audit::Audit;
pub use crate::data::{Data, read, rows};
pub use crate::error::Error;
pub use crate::event::Event;
pub use crate::experiment::{Experiment, Outcome};
pub use crate::model::{Model, Predictions};
pub use crate::settings::{
    AuditSettings, Curves, Effort, MetricName, NormName, RefitOn, RuleName, log_range, range,
};
pub use decay_data::{Scaling, TaskKind};
pub use decay_model::{
    BinsBy, Categorical, CnnConfig, Encoding, GnnConfig, Mlp, MlpConfig, MlpPreset, ModelConfig,
    Norm, Preset,
};
pub use decay_train::{DecayKind, Hyper, Keep, Loss, Optimizer, Schedule, TrainConfig};
