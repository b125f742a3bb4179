//! The `decay` program: reads what is asked, calls the crates that do it, prints, and decides exit codes.
//!
//! | code | meaning |
//! | :-- | :-- |
//! | 0 | done |
//! | 1 | failed, or interrupted |
//! | 2 | bad usage or input |
//!
//! | to add | touch |
//! | :-- | :-- |
//! | an option | one line in `settings/keys.rs` and the field it names; flag, config key and `--set` follow |
//! | a command | one file in `commands/`, one line each in `command_line.rs` and `arguments.rs` |
//! | a validation metric | one line in `pipeline/validation_metric.rs` |

mod arguments;
mod audit_progress;
mod command_line;
mod commands;
mod interrupt;
mod output;
mod progress;
mod terminal;

use std::process::ExitCode;

use arguments::Action;
use decay::Error;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match arguments::parse().and_then(perform) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::note(&format!("error: {}", error.sentence()));
            // Other arguments or other input would help, or not.
            ExitCode::from(if error.is_input() { 2 } else { 1 })
        }
    }
}

fn perform(action: Action) -> Result<(), Error> {
    match action {
        Action::Demonstrate(given) | Action::Tune(given) => commands::tune::tune(&given),
        Action::Fit(given) => commands::fit::fit(&given),
        Action::Predict(request) => commands::predict::predict(&request),
        Action::Audit(request) => commands::audit::audit(&request),
        Action::Compare(request) => commands::compare::compare(&request),
        Action::Report { run } => commands::report::report(&run),
        Action::Devices => commands::devices::devices(),
        Action::Data => commands::data::data(),
    }
}
