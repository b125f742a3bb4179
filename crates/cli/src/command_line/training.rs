//! Commands that take settings, each of which has a flag.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command};

use super::flag;
use crate::terminal::ProgressKind;
use decay::settings::{DataSettings, KEYS, Key, Kind, Scope};

/// A command that takes settings; of a flag given twice the last counts.
pub(super) fn trains(name: &'static str, scope: Scope) -> Command {
    Command::new(name)
        .args_override_self(true)
        .args(settings(scope))
}

/// Which numbers may be lists.
pub(super) fn sweepable() -> String {
    let hypers = KEYS.iter().filter(|key| key.hyper().is_some());
    let flags: Vec<String> = hypers
        .map(|key: &Key| format!("--{}", key.flag()))
        .collect();
    format!(
        "A list or a range sweeps an option alone (with one decay rate) or against the decay rate, as in --dropout \
         0..0.5:6 or --lr 1e-4,1e-3. Two options at most; possible with: {}.",
        flags.join(", ")
    )
}

pub(super) fn data() -> Command {
    let own = |key: &&Key| match key.row.path {
        "data.path" => false,
        "run.memory" => true,
        _ => key.row.table() == "data",
    };
    Command::new("data")
        .about("What the columns of a table are taken for; without FILE, the data sets that are part of the program")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .value_parser(clap::value_parser!(OsString))
                .help("A table: CSV, Parquet, Arrow, JSON lines, ARFF, NPY"),
        )
        .args_override_self(true)
        .args(KEYS.iter().filter(own).map(setting))
}

/// Flags that say how new rows are read, where that is not as the training rows were.
pub(super) fn reader() -> impl Iterator<Item = Arg> {
    let own = |key: &&Key| DataSettings::is_of_reader(key.row.path);
    KEYS.iter().filter(own).map(setting)
}

pub(super) fn where_to_compute() -> [Arg; 3] {
    let threads = flag("threads", "N", "Threads of the CPU; all cores by default");
    [
        flag(
            "device",
            "NAME",
            "Where to compute, see `decay devices` [auto]",
        ),
        threads.value_parser(clap::value_parser!(u64)),
        flag("memory", "AMOUNT", "Memory to use at most [60%]"),
    ]
}

/// A flag for every setting of a command, `--config` and `--set`.
pub(super) fn settings(scope: Scope) -> Vec<Arg> {
    let mut all = vec![
        flag("config", "FILE", "Settings as TOML; flags override it"),
        Arg::new("set")
            .long("set")
            .value_name("KEY=VALUE")
            .action(ArgAction::Append)
            .help("A setting by its key, as in train.lr=0.01; overrides everything"),
        progress(),
    ];
    for key in KEYS.iter().filter(|key| key.is_for(scope)) {
        all.push(setting(key));
    }
    all
}

fn progress() -> Arg {
    flag(
        "progress",
        "KIND",
        "What is told on stderr while it runs: bars on a terminal and lines elsewhere (auto), bars, lines, json, none [auto]",
    )
    .value_parser(ProgressKind::NAMES)
}

/// The flag of a setting, with its whole key as another name.
fn setting(key: &'static Key) -> Arg {
    let mut arg = Arg::new(key.row.path)
        .long(key.flag())
        .value_name(key.row.value)
        .allow_hyphen_values(true)
        .help_heading(heading(key.row.path))
        .help(key.help.as_str());
    if key.row.flag.is_some() {
        arg = arg.alias(key.row.path);
    }
    if matches!(key.row.kind, Kind::Switch) {
        arg = arg
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true");
    }
    arg
}

fn heading(path: &'static str) -> &'static str {
    match path.split_once('.').map_or(path, |(table, _)| table) {
        "data" => "Data",
        "model" => "Model",
        "train" => "Training",
        "audit" => "Audit",
        "run" => "Run",
        _ => "Decay",
    }
}
