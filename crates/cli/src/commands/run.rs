//! `decay tune` and `decay fit`. Without a command, the first on embedded digits.

use decay::run::{RunKind, stored_settings};
use decay::settings::{Given, Settings, resolve};
use decay::{Error, Event, Experiment, Outcome};
use toml::Table;

use crate::arguments::Training;
use crate::terminal::{ProgressKind, Terminal};
use crate::{command_words, interrupt, output};

/// The data of the demonstration; all else is planned, as for everybody.
const DEMONSTRATION: &str = r#"
[data]
path = "embedded:digits"
ood = "embedded:fashion-mini"
"#;

/// `decay tune`.
pub(crate) fn tune(asked: &Training) -> Result<(), Error> {
    let settings = settings(RunKind::Tune, &asked.given)?;
    run(RunKind::Tune, settings, asked.progress)
}

/// `decay demo`, and `decay` without a command: what `tune` does, on embedded data where none are named.
pub(crate) fn demonstrate(asked: &Training) -> Result<(), Error> {
    let mut settings = settings(RunKind::Tune, &asked.given)?;
    if settings.data.path.is_none() {
        settings = resolve(table(DEMONSTRATION)?, &asked.given)?;
    }
    run(RunKind::Tune, settings, asked.progress)
}

/// `decay fit`.
pub(crate) fn fit(asked: &Training) -> Result<(), Error> {
    let settings = settings(RunKind::Fit, &asked.given)?;
    run(RunKind::Fit, settings, asked.progress)
}

fn run(kind: RunKind, settings: Settings, progress: ProgressKind) -> Result<(), Error> {
    let (quiet, named) = (settings.run.quiet, settings.run.out.is_some());
    let terminal = Terminal::new(quiet, progress);
    let mut experiment = Experiment::with(settings)
        .observe(|event| {
            if matches!(event, Event::Begun(_)) {
                interrupt::keep();
            }
            terminal.show(&event);
        })
        .cancel(interrupt::flag())
        .command_line(command_words());
    if !named {
        experiment = experiment.out_under("runs");
    }
    let outcome = match kind {
        RunKind::Tune => experiment.run()?,
        RunKind::Fit => experiment.fit()?,
    };
    last_words(&outcome, quiet)
}

/// What is asked for, over what the run began with.
fn settings(kind: RunKind, given: &Given) -> Result<Settings, Error> {
    let settings = resolve(Table::new(), given)?;
    if settings.run.resume {
        let stored = stored_settings(kind, settings.run.out.as_deref())?;
        return resolve(table(&stored.to_toml()?)?, given);
    }
    Ok(settings)
}

fn table(text: &str) -> Result<Table, Error> {
    let wrong = |error: toml::de::Error| Error::Setting(error.to_string());
    text.parse().map_err(wrong)
}

/// The answer, the audit, the findings, then the path of the page; of a quiet run the path alone.
fn last_words(outcome: &Outcome, quiet: bool) -> Result<(), Error> {
    let page = outcome.run.as_ref().map(|run| run.join("report.html"));
    let page = page.map_or_else(String::new, |page| format!("{}\n", page.display()));
    if quiet {
        return output::print(&page);
    }
    let mut text = String::new();
    for line in &outcome.answer {
        text.push_str(&format!("{line}\n"));
    }
    if let Some(audit) = outcome.audited() {
        text.push_str(&format!("\n{}", audit.table()));
    }
    text.push('\n');
    for finding in &outcome.findings {
        text.push_str(&format!("{finding}\n"));
    }
    output::print_words(&format!("{text}\n{page}"))
}
