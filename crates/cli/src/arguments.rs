//! The command line: flags of the commands that train come from the list of settings.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::failure::Failure;
use crate::settings::{Given, KEYS, Kind, Scope};

/// What the user asks for.
#[derive(Debug)]
pub(crate) enum Action {
    Demonstrate(Given),
    Tune(Given),
    Fit(Given),
    Predict(PredictRequest),
    Audit(AuditRequest),
    Report { run: PathBuf },
    Devices,
    Data,
}

/// Where and with what a finished model computes.
#[derive(Debug, Clone)]
pub(crate) struct Computing {
    pub(crate) device: String,
    pub(crate) threads: Option<usize>,
    pub(crate) memory: Option<String>,
}

/// `decay predict`.
#[derive(Debug, Clone)]
pub(crate) struct PredictRequest {
    pub(crate) model: PathBuf,
    pub(crate) data: String,
    pub(crate) out: Option<PathBuf>,
    pub(crate) logits: bool,
    pub(crate) computing: Computing,
}

/// `decay audit`.
#[derive(Debug, Clone)]
pub(crate) struct AuditRequest {
    pub(crate) model: PathBuf,
    pub(crate) data: String,
    pub(crate) ood: Option<String>,
    pub(crate) out: Option<PathBuf>,
    pub(crate) computing: Computing,
}

/// Parses the program's arguments; help, version and usage errors end the program.
pub(crate) fn parse() -> Result<Action, Failure> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    match action(&arguments) {
        Ok(action) => Ok(action),
        Err(error) => {
            // Help goes to stdout with code 0, a usage error to stderr with code 2; a closed pipe is ignored.
            let _ = error.print();
            std::process::exit(error.exit_code());
        }
    }
}

fn action(arguments: &[OsString]) -> Result<Action, clap::Error> {
    let matches = command().try_get_matches_from(arguments)?;
    Ok(match matches.subcommand() {
        Some(("tune", matches)) => Action::Tune(given(matches)),
        Some(("fit", matches)) => Action::Fit(given(matches)),
        Some(("predict", matches)) => Action::Predict(PredictRequest {
            model: path(matches, "model").unwrap_or_default(),
            data: text(matches, "data").unwrap_or_default(),
            out: path(matches, "out"),
            logits: matches.get_flag("logits"),
            computing: computing(matches),
        }),
        Some(("audit", matches)) => Action::Audit(AuditRequest {
            model: path(matches, "model").unwrap_or_default(),
            data: text(matches, "data").unwrap_or_default(),
            ood: text(matches, "ood"),
            out: path(matches, "out"),
            computing: computing(matches),
        }),
        Some(("report", matches)) => Action::Report {
            run: path(matches, "run").unwrap_or_default(),
        },
        Some(("devices", _)) => Action::Devices,
        Some(("data", _)) => Action::Data,
        _ => Action::Demonstrate(given(&matches)),
    })
}

fn command() -> Command {
    let about = "Chooses weight decay without leakage, refits, audits and reports.";
    let command = Command::new("decay")
        .version(env!("CARGO_PKG_VERSION"))
        .about(about)
        .after_help("Without a command: a demonstration on embedded images of handwritten digits.")
        .args_conflicts_with_subcommands(true)
        .args_override_self(true)
        .subcommand(
            Command::new("tune")
                .args_override_self(true)
                .about("Choose the decay rate by cross-validation, refit, audit, report")
                .args(settings(Scope::Tune)),
        )
        .subcommand(
            Command::new("fit")
                .args_override_self(true)
                .about("Train several models at one decay rate, audit, report")
                .args(settings(Scope::Fit)),
        )
        .subcommand(
            Command::new("predict")
                .about("Probabilities or values for new rows, as CSV")
                .args(model_and_data())
                .arg(flag("out", "FILE", "Where to write the CSV [stdout]"))
                .arg(
                    Arg::new("logits")
                        .long("logits")
                        .action(ArgAction::SetTrue)
                        .help("The network's raw outputs instead"),
                )
                .args(where_to_compute()),
        )
        .subcommand(
            Command::new("audit")
                .about("Measure a trained model on labelled rows that it has not seen")
                .args(model_and_data())
                .arg(flag("ood", "FILE|DIR|NAME", "Out-of-distribution data"))
                .arg(flag("out", "DIR", "Folder for audit.json"))
                .args(where_to_compute()),
        )
        .subcommand(
            Command::new("report")
                .about("Write report.html anew from a run's records")
                .arg(flag("run", "DIR", "The run's directory").required(true)),
        )
        .subcommand(Command::new("devices").about("Where this build can compute"))
        .subcommand(Command::new("data").about("Data sets that are part of the program"));
    command.args(settings(Scope::Tune))
}

fn flag(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value)
        .value_parser(clap::value_parser!(OsString))
        .help(help)
}

fn model_and_data() -> [Arg; 2] {
    [
        flag("model", "RUN", "Directory of the run that made the model").required(true),
        flag("data", "FILE|DIR|NAME", "Rows").required(true),
    ]
}

fn where_to_compute() -> [Arg; 3] {
    let threads = flag("threads", "N", "Threads of the CPU; all cores by default");
    [
        flag("device", "NAME", "Where to compute [auto]"),
        threads.value_parser(clap::value_parser!(u64).range(1..)),
        flag("memory", "AMOUNT", "Memory to use at most [60%]"),
    ]
}

/// A flag for every setting of a command, `--config` and `--set`.
fn settings(scope: Scope) -> Vec<Arg> {
    let mut all = vec![
        flag("config", "FILE", "Settings as TOML; flags override it"),
        Arg::new("set")
            .long("set")
            .value_name("KEY=VALUE")
            .action(ArgAction::Append)
            .help("A setting by its key, as in train.lr=0.01; overrides everything"),
    ];
    for key in KEYS
        .iter()
        .filter(|key| key.scope == Scope::Both || key.scope == scope)
    {
        let mut arg = Arg::new(key.path)
            .long(key.flag())
            .value_name(key.value)
            .allow_hyphen_values(true)
            .help_heading(heading(key.path))
            .help(key.help);
        if key.short.is_some() {
            arg = arg.alias(key.path);
        }
        if matches!(key.kind, Kind::Switch) {
            arg = arg
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("true");
        }
        all.push(arg);
    }
    all
}

fn heading(path: &'static str) -> &'static str {
    match path.split_once('.').map_or(path, |(table, _)| table) {
        "data" => "Data",
        "model" => "Model",
        "train" => "Training",
        "run" => "Run",
        _ => "Decay",
    }
}

fn given(matches: &ArgMatches) -> Given {
    let flags = KEYS.iter().filter_map(|key| {
        // A setting of another command is not among this command's flags.
        let value = matches.try_get_one::<String>(key.path).ok().flatten()?;
        Some((key, value.clone()))
    });
    Given {
        config: path(matches, "config"),
        flags: flags.collect(),
        sets: matches
            .get_many::<String>("set")
            .map_or_else(Vec::new, |sets| sets.cloned().collect()),
    }
}

fn path(matches: &ArgMatches, name: &str) -> Option<PathBuf> {
    matches.get_one::<OsString>(name).map(PathBuf::from)
}

fn text(matches: &ArgMatches, name: &str) -> Option<String> {
    let value = matches.get_one::<OsString>(name)?;
    Some(value.to_string_lossy().into_owned())
}

fn computing(matches: &ArgMatches) -> Computing {
    let threads = matches.get_one::<u64>("threads");
    Computing {
        device: text(matches, "device").unwrap_or_else(|| "auto".into()),
        threads: threads.and_then(|&n| usize::try_from(n).ok()),
        memory: text(matches, "memory"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, action, command};
    use crate::settings::{KEYS, Scope};
    use std::ffi::OsString;

    fn parsed(line: &str) -> Result<Action, clap::Error> {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        action(&words)
    }

    #[test]
    fn the_command_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn every_setting_has_a_flag_under_its_name_and_its_path() {
        for key in KEYS {
            let command = if key.scope == Scope::Fit {
                "fit"
            } else {
                "tune"
            };
            for flag in [key.flag(), key.path] {
                let Ok(Action::Tune(given) | Action::Fit(given)) =
                    parsed(&format!("decay {command} --{flag}=x"))
                else {
                    panic!("--{flag}")
                };
                assert_eq!(given.flags.len(), 1, "--{flag}");
                assert_eq!(
                    (given.flags[0].0.path, given.flags[0].1.as_str()),
                    (key.path, "x")
                );
            }
        }
    }

    #[test]
    fn switches_need_no_value_and_settings_of_another_command_are_refused() {
        let Ok(Action::Demonstrate(given)) = parsed("decay --quiet --epochs 2") else {
            panic!()
        };
        let flags: Vec<_> = given
            .flags
            .iter()
            .map(|(key, text)| (key.path, text.as_str()))
            .collect();
        assert_eq!(flags, [("train.epochs", "2"), ("run.quiet", "true")]);
        assert!(parsed("decay fit --rates 1..2:3").is_err());
        assert!(parsed("decay tune --rate 1").is_err());
    }
}
