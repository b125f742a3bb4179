//! Every setting in one list: the rows of all tables, in the order of the help.

use std::sync::LazyLock;

use decay_model::ModelConfig;
use decay_options::{Options, Row, Scope};
use decay_train::{Hyper, TrainConfig};

use super::audit::AuditSettings;
use super::tree::{DataSettings, FitSettings, RunSettings, SweepSettings};

/// One setting.
#[derive(Debug, Clone)]
pub struct Key {
    /// What its table says of it.
    pub row: &'static Row,
    /// What it means, and its default.
    pub help: String,
}

/// Every setting, in the order of the help.
pub static KEYS: LazyLock<Vec<Key>> = LazyLock::new(|| {
    let tables = [
        DataSettings::defaults(),
        ModelConfig::rows(),
        TrainConfig::defaults(),
        SweepSettings::defaults(),
        FitSettings::defaults(),
        AuditSettings::defaults(),
        RunSettings::defaults(),
    ];
    let key = |(row, default): (&'static Row, Option<String>)| {
        let default = default.map_or(String::new(), |default| format!(" [{default}]"));
        Key {
            row,
            help: row.help() + &default,
        }
    };
    tables.into_iter().flatten().map(key).collect()
});

impl Key {
    /// The flag that the help shows.
    pub fn flag(&self) -> &'static str {
        self.row.flag.unwrap_or(self.row.path)
    }

    /// Whether a command takes it: one that trains, or `decay audit`.
    pub fn is_for(&self, command: Scope) -> bool {
        match self.row.scope {
            Scope::Every => true,
            Scope::Both => command != Scope::Audit,
            own => own == command,
        }
    }

    /// The setting with this path.
    pub fn find(path: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.row.path == path)
    }

    /// The hyper-parameter that this setting is, if members may differ in it.
    pub fn hyper(&self) -> Option<Hyper> {
        Hyper::of_key(self.row.path.strip_prefix("train.")?)
    }
}

#[cfg(test)]
mod tests;
