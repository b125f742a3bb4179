//! What the user asks for, from the words of the command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgMatches;

use crate::command_line::command;
use decay::Error;
use decay::device::Machine;
use decay::settings::{Given, KEYS, Memory};
use decay_data::Scores;

/// What the user asks for.
#[derive(Debug)]
pub(crate) enum Action {
    Demonstrate(Given),
    Tune(Given),
    Fit(Given),
    Predict(PredictRequest),
    Audit(AuditRequest),
    Compare(CompareRequest),
    Report {
        run: PathBuf,
    },
    Devices,
    /// What is embedded.
    Sets,
    /// What the columns of a table are taken for.
    Columns {
        file: String,
        given: Given,
    },
}

/// Where and with what a finished model computes.
#[derive(Debug, Clone)]
pub(crate) struct Computing {
    pub(crate) device: String,
    pub(crate) threads: Option<usize>,
    pub(crate) memory: Option<String>,
}

impl Computing {
    /// The device with threads and memory.
    pub(crate) fn machine(&self) -> Result<Machine, Error> {
        Machine::new(&self.device, self.threads, &self.memory()?, &|_| ())
    }

    /// What is granted, or the usual share.
    pub(crate) fn memory(&self) -> Result<Memory, Error> {
        let given = self.memory.clone().map(Memory::try_from).transpose();
        let given = given.map_err(|reason| Error::Setting(format!("--memory {reason}")))?;
        Ok(given.unwrap_or_default())
    }
}

/// `decay predict`.
#[derive(Debug, Clone)]
pub(crate) struct PredictRequest {
    pub(crate) model: PathBuf,
    pub(crate) data: String,
    pub(crate) out: Option<PathBuf>,
    pub(crate) logits: bool,
    pub(crate) features: bool,
    /// Counted from 1; all without.
    pub(crate) member: Option<usize>,
    pub(crate) computing: Computing,
    /// How the rows are read.
    pub(crate) reader: Given,
}

/// `decay audit`.
#[derive(Debug, Clone)]
pub(crate) struct AuditRequest {
    pub(crate) subject: AuditSubject,
    pub(crate) out: Option<PathBuf>,
    pub(crate) quiet: bool,
    /// Settings of `[audit]`, `[data]` and `[run]`.
    pub(crate) given: Given,
}

/// What is audited.
#[derive(Debug, Clone)]
pub(crate) enum AuditSubject {
    /// A model, on given rows or on those that its run held out.
    Model {
        run: PathBuf,
        weights: Option<PathBuf>,
        data: Option<String>,
        /// Of rows that are an array without them.
        labels: Option<PathBuf>,
    },
    /// What another program computed.
    Logits {
        /// One file for each model.
        logits: Vec<PathBuf>,
        labels: PathBuf,
        scores: Scores,
        /// On other data, one file for each model.
        ood: Vec<PathBuf>,
    },
}

/// `decay compare`.
#[derive(Debug, Clone)]
pub(crate) struct CompareRequest {
    pub(crate) models: [PathBuf; 2],
    pub(crate) data: Option<String>,
    pub(crate) labels: Option<PathBuf>,
    pub(crate) scores: Scores,
    pub(crate) ood: Option<String>,
    pub(crate) out: Option<PathBuf>,
    pub(crate) computing: Computing,
    /// How the rows are read.
    pub(crate) reader: Given,
}

/// Parses the program's arguments; with help, the version or a usage error the program ends with a code.
pub(crate) fn parse() -> Result<Action, ExitCode> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    action(&arguments).map_err(|error| {
        // Help goes to stdout with code 0, a usage error to stderr with code 2; a closed pipe is ignored.
        let _ = error.print();
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    })
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
            features: matches.get_flag("features"),
            member: count(matches, "member"),
            computing: computing(matches),
            reader: flags(matches),
        }),
        Some(("audit", matches)) => Action::Audit(AuditRequest {
            subject: audit_subject(matches),
            out: path(matches, "out"),
            quiet: matches.get_flag("quiet"),
            given: given(matches),
        }),
        Some(("compare", matches)) => Action::Compare(CompareRequest {
            models: ["first", "second"].map(|name| path(matches, name).unwrap_or_default()),
            data: text(matches, "data"),
            labels: path(matches, "labels"),
            scores: scores(matches),
            ood: text(matches, "ood"),
            out: path(matches, "out"),
            computing: computing(matches),
            reader: flags(matches),
        }),
        Some(("report", matches)) => Action::Report {
            run: path(matches, "run").unwrap_or_default(),
        },
        Some(("devices", _)) => Action::Devices,
        Some(("data", matches)) => match text(matches, "file") {
            Some(file) => {
                let given = flags(matches);
                Action::Columns { file, given }
            }
            None => Action::Sets,
        },
        _ => Action::Demonstrate(given(&matches)),
    })
}

fn given(matches: &ArgMatches) -> Given {
    Given {
        config: path(matches, "config"),
        sets: matches
            .get_many::<String>("set")
            .map_or_else(Vec::new, |sets| sets.cloned().collect()),
        ..flags(matches)
    }
}

/// What is given by flags alone.
fn flags(matches: &ArgMatches) -> Given {
    let flags = KEYS.iter().filter_map(|key| {
        // A setting of another command is not among this command's flags.
        let value = matches.try_get_one::<String>(key.row.path).ok().flatten()?;
        Some((key, value.clone()))
    });
    Given {
        flags: flags.collect(),
        ..Given::default()
    }
}

fn scores(matches: &ArgMatches) -> Scores {
    if matches.get_flag("probabilities") {
        Scores::Probabilities
    } else {
        Scores::Unsaid
    }
}

fn audit_subject(matches: &ArgMatches) -> AuditSubject {
    let (logits, labels) = (paths(matches, "logits"), path(matches, "labels"));
    match labels {
        Some(labels) if !logits.is_empty() => AuditSubject::Logits {
            logits,
            labels,
            scores: scores(matches),
            ood: paths(matches, "ood-logits"),
        },
        labels => AuditSubject::Model {
            run: path(matches, "run")
                .or_else(|| path(matches, "model"))
                .unwrap_or_default(),
            weights: path(matches, "weights"),
            data: text(matches, "data"),
            labels,
        },
    }
}

fn paths(matches: &ArgMatches, name: &str) -> Vec<PathBuf> {
    let values = matches.get_many::<OsString>(name).into_iter().flatten();
    values.map(PathBuf::from).collect()
}

fn path(matches: &ArgMatches, name: &str) -> Option<PathBuf> {
    matches.get_one::<OsString>(name).map(PathBuf::from)
}

fn text(matches: &ArgMatches, name: &str) -> Option<String> {
    let value = matches.get_one::<OsString>(name)?;
    Some(value.to_string_lossy().into_owned())
}

fn count(matches: &ArgMatches, name: &str) -> Option<usize> {
    let count = matches.get_one::<u64>(name);
    count.and_then(|&n| usize::try_from(n).ok())
}

fn computing(matches: &ArgMatches) -> Computing {
    Computing {
        device: text(matches, "device").unwrap_or_else(|| "auto".into()),
        threads: count(matches, "threads"),
        memory: text(matches, "memory"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, action};
    use crate::command_line::command;
    use decay::settings::{KEYS, Scope};
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
        for key in KEYS.iter() {
            let command = if key.row.scope == Scope::Fit {
                "fit"
            } else {
                "tune"
            };
            for flag in [key.flag(), key.row.path] {
                let Ok(Action::Tune(given) | Action::Fit(given)) =
                    parsed(&format!("decay {command} --{flag}=x"))
                else {
                    panic!("--{flag}")
                };
                assert_eq!(given.flags.len(), 1, "--{flag}");
                assert_eq!(
                    (given.flags[0].0.row.path, given.flags[0].1.as_str()),
                    (key.row.path, "x")
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
            .map(|(key, text)| (key.row.path, text.as_str()))
            .collect();
        assert_eq!(flags, [("train.epochs", "2"), ("run.quiet", "true")]);
        assert!(parsed("decay fit --rates 1..2:3").is_err());
        assert!(parsed("decay tune --rate 1").is_err());
    }
}
