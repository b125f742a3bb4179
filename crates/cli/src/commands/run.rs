//! `decay tune` and `decay fit`. Without a command, the first on embedded digits.

use decay::run::{RunKind, stored_settings};
use decay::settings::{Given, Settings, overlay, resolve};
use decay::{Error, Experiment, Outcome};
use toml::Table;

use crate::terminal::Terminal;
use crate::{command_words, interrupt, output};

/// What the demonstration adds to the defaults: grey values share a scale, and a faster learning rate has the lower
/// validation loss in 20 epochs.
const DEMONSTRATION: &str = r#"
[data]
path = "embedded:digits"
ood = "embedded:fashion-mini"
scaling = "global"

[train]
lr = 0.005
"#;

/// `decay tune`; without data, the demonstration.
pub(crate) fn tune(given: &Given) -> Result<(), Error> {
    let named = resolve(Table::new(), given)?;
    let base = if named.data.path.is_some() || named.run.resume {
        Table::new()
    } else {
        table(DEMONSTRATION)?
    };
    run(RunKind::Tune, base, given)
}

/// `decay fit`.
pub(crate) fn fit(given: &Given) -> Result<(), Error> {
    run(RunKind::Fit, Table::new(), given)
}

fn run(kind: RunKind, mut base: Table, given: &Given) -> Result<(), Error> {
    let mut settings = resolve(base.clone(), given)?;
    if settings.run.resume {
        // What the run began with lies below what is asked for now.
        let stored = stored_settings(kind, settings.run.out.as_deref())?;
        base = overlay(base, table(&stored.to_toml()?)?);
        settings = resolve(base, given)?;
    }
    let quiet = settings.run.quiet;
    let terminal = Terminal::new(quiet);
    let experiment = experiment(settings)
        .observe(|event| terminal.show(&event))
        .cancel(interrupt::listen()?)
        .command_line(command_words());
    let outcome = match kind {
        RunKind::Tune => experiment.run()?,
        RunKind::Fit => experiment.fit()?,
    };
    last_words(&outcome, quiet)
}

/// In a directory, whether or not one is named.
fn experiment(settings: Settings) -> Experiment<'static> {
    let named = settings.run.out.is_some();
    let experiment = Experiment::with(settings);
    if named {
        return experiment;
    }
    experiment.out_under("runs")
}

fn table(text: &str) -> Result<Table, Error> {
    let wrong = |error: toml::de::Error| Error::Setting(error.to_string());
    text.parse().map_err(wrong)
}

/// The audit, the findings, then the path of the page; of a quiet run the path alone.
fn last_words(outcome: &Outcome<'_>, quiet: bool) -> Result<(), Error> {
    let page = outcome.run.as_ref().map(|run| run.join("report.html"));
    let page = page.map_or_else(String::new, |page| format!("{}\n", page.display()));
    if quiet {
        return output::print(&page);
    }
    let mut text = outcome
        .audited()
        .map_or_else(String::new, |audit| audit.table());
    text.push('\n');
    for finding in &outcome.findings {
        text.push_str(&format!("{} {}\n", finding.headline, finding.detail));
    }
    output::print(&format!("{text}\n{page}"))
}
