//! The `decay` program: reads what is asked, calls the library that does it, prints, and decides exit codes.
//!
//! | code | meaning |
//! | :-- | :-- |
//! | 0 | done |
//! | 1 | failed, or interrupted |
//! | 2 | bad usage or input |
//! | 3 | a fault of the program |
//! | 130, 143, 129 | ended at once by Ctrl-C, SIGTERM, SIGHUP: the second while a run stops in good order, else the first |
//!
//! | to add | touch |
//! | :-- | :-- |
//! | a command | one file in `commands/`, one line each in `command_line.rs` and `arguments.rs` |

#![forbid(unsafe_code)]

mod arguments;
mod command_line;
mod commands;
mod failure;
mod interrupt;
mod output;
mod terminal;

use std::process::ExitCode;

use arguments::Action;
use decay::Error;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let action = match arguments::parse() {
        Ok(action) => action,
        Err(code) => return code,
    };
    let command = match action {
        Action::Fit(_) => "fit",
        _ => "tune",
    };
    let done = interrupt::listen()
        .and_then(|()| Ok(decay_data::start_threads()?))
        .and_then(|()| perform(action));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::note(&format!("error: {}", failure::words(&error, command)));
            ExitCode::from(failure::exit_code(&error))
        }
    }
}

fn perform(action: Action) -> Result<(), Error> {
    match action {
        Action::Demonstrate(asked) => commands::run::demonstrate(&asked),
        Action::Tune(asked) => commands::run::tune(&asked),
        Action::Fit(asked) => commands::run::fit(&asked),
        Action::Predict(request) => commands::predict::predict(&request),
        Action::Audit(request) => commands::audit::audit(&request),
        Action::Compare(request) => commands::compare::compare(&request),
        Action::Report { run } => commands::report::report(&run),
        Action::Show { run } => commands::show::show(&run),
        Action::Runs(request) => commands::runs::runs(&request),
        Action::Watch(request) => commands::watch::watch(&request),
        Action::Completions(shell) => commands::help::completions(shell),
        Action::Man { dir } => commands::help::man(dir.as_deref()),
        Action::Devices => commands::devices::devices(),
        Action::Sets => commands::data::sets(),
        Action::Columns { file, given } => commands::data::columns(&file, &given),
    }
}

/// The command as typed, for a reader to repeat.
fn command_words() -> String {
    let quoted = |word: std::ffi::OsString| {
        let word = word.to_string_lossy().into_owned();
        let plain = |c: char| c.is_alphanumeric() || "-_./=:,%+".contains(c);
        if !word.is_empty() && word.chars().all(plain) {
            return word;
        }
        format!("'{}'", word.replace('\'', "'\\''"))
    };
    let words = std::env::args_os().skip(1).map(quoted);
    let words = ["decay".to_owned()].into_iter().chain(words);
    words.collect::<Vec<_>>().join(" ")
}
