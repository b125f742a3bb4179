//! Commands that read what runs have recorded.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command};

use super::{flag, run_argument, switch};

pub(super) fn report() -> Command {
    Command::new("report")
        .about("Write report.html anew from a run's records")
        .args(run_argument())
}

pub(super) fn show() -> Command {
    Command::new("show")
        .about("What a run came to, from its records")
        .args(run_argument())
}

pub(super) fn runs() -> Command {
    let dir = Arg::new("dir")
        .value_name("DIR")
        .value_parser(clap::value_parser!(OsString))
        .help("Where to look, folders in folders, too [runs]");
    Command::new("runs")
        .about("The runs below a directory, one a line")
        .args([
            dir,
            flag(
                "sort",
                "COLUMN",
                "A column of the list or a metric, as in accuracy or -nll for falling [when]",
            )
            .value_parser(clap::value_parser!(String))
            .allow_hyphen_values(true),
            flag(
                "where",
                "TEST",
                "Only runs of which this holds, as in 'accuracy>0.9' or 'task=regression'",
            )
            .value_parser(clap::value_parser!(String))
            .action(ArgAction::Append),
        ])
}

pub(super) fn watch() -> Command {
    Command::new("watch")
        .about("Validation losses by rate and epoch, while a run trains and afterwards; q quits")
        .args(run_argument())
        .arg(switch(
            "once",
            "One picture, as where stdout is no terminal",
        ))
}
