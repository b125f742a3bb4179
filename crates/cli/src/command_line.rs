//! The command line: flags of the commands that train come from the list of settings.

mod help;
mod questions;
mod records;
mod training;

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command};

use decay::settings::Scope;
use training::{settings, trains};

/// The program's commands with their flags.
pub(crate) fn command() -> Command {
    let decay = Command::new("decay")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Chooses weight decay without leakage, refits, audits and reports.")
        .args_conflicts_with_subcommands(true)
        .args_override_self(true)
        .args(settings(Scope::Tune))
        .subcommands([
            trains("tune", Scope::Tune)
                .about("Choose the decay rate by cross-validation, refit, audit, report"),
            trains("fit", Scope::Fit)
                .about("Train several models at one decay rate, audit, report"),
            trains("demo", Scope::Tune)
                .about("Show what tune does, on embedded images of handwritten digits"),
            questions::predict(),
            questions::audit(),
            questions::compare(),
            records::show(),
            records::runs(),
            records::watch(),
            records::report(),
            Command::new("devices").about("Where this build can compute"),
            training::data(),
            help::completions(),
            help::man(),
        ]);
    help::explained(decay)
}

/// The directory of a run, named by its place; `--model` and `--run` are what it was called before.
fn run_argument() -> [Arg; 2] {
    let run = Arg::new("run")
        .value_name("RUN")
        .value_parser(clap::value_parser!(OsString))
        .help("Directory of a run, or a model.json");
    let before = flag("model", "RUN", "The same as RUN");
    [
        run.required_unless_present("model").conflicts_with("model"),
        before.alias("run").hide(true),
    ]
}

/// A flag that may be given several times.
fn several(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    flag(name, value, help).action(ArgAction::Append)
}

/// A flag that takes names between commas.
fn listed(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    flag(name, value, help)
        .value_parser(clap::value_parser!(String))
        .value_delimiter(',')
        .action(ArgAction::Append)
}

fn flag(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value)
        .value_parser(clap::value_parser!(OsString))
        .help(help)
}

fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .help(help)
}
