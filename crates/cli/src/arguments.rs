//! What the user asks for, from the words of the command line.

mod requests;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgMatches;
use clap_complete::Shell;

use crate::command_line::command;
use crate::terminal::ProgressKind;
use decay::settings::{Given, KEYS};
use decay_data::{FrameFormat, Scores};
pub(crate) use requests::{
    Action, AuditRequest, AuditSubject, CompareRequest, Computing, PredictRequest, RunsRequest,
    Training, WatchRequest,
};

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
        Some(("tune", matches)) => Action::Tune(training(matches)),
        Some(("fit", matches)) => Action::Fit(training(matches)),
        Some(("demo", matches)) => Action::Demonstrate(training(matches)),
        Some(("predict", matches)) => Action::Predict(predict(matches)),
        Some(("audit", matches)) => Action::Audit(AuditRequest {
            subject: audit_subject(matches),
            out: path(matches, "out"),
            quiet: matches.get_flag("quiet"),
            progress: progress(matches),
            given: given(matches),
        }),
        Some(("compare", matches)) => Action::Compare(CompareRequest {
            models: paths(matches, "models"),
            data: text(matches, "data"),
            labels: path(matches, "labels"),
            scores: scores(matches),
            ood: text(matches, "ood"),
            out: path(matches, "out"),
            computing: computing(matches),
            reader: flags(matches),
        }),
        Some(("report", matches)) => Action::Report { run: run(matches) },
        Some(("show", matches)) => Action::Show { run: run(matches) },
        Some(("runs", matches)) => Action::Runs(RunsRequest {
            dir: path(matches, "dir").unwrap_or_else(|| "runs".into()),
            sort: text(matches, "sort"),
            filters: texts(matches, "where"),
        }),
        Some(("watch", matches)) => Action::Watch(WatchRequest {
            run: run(matches),
            once: matches.get_flag("once"),
        }),
        Some(("completions", matches)) => {
            Action::Completions(matches.get_one("shell").copied().unwrap_or(Shell::Bash))
        }
        Some(("man", matches)) => Action::Man {
            dir: path(matches, "dir"),
        },
        Some(("devices", _)) => Action::Devices,
        Some(("data", matches)) => match text(matches, "file") {
            Some(file) => {
                let given = flags(matches);
                Action::Columns { file, given }
            }
            None => Action::Sets,
        },
        _ => Action::Demonstrate(training(&matches)),
    })
}

fn training(matches: &ArgMatches) -> Training {
    Training {
        given: given(matches),
        progress: progress(matches),
    }
}

fn progress(matches: &ArgMatches) -> ProgressKind {
    let named = text(matches, "progress").and_then(|name| ProgressKind::from_name(&name));
    named.unwrap_or_default()
}

fn predict(matches: &ArgMatches) -> PredictRequest {
    let format = text(matches, "format").and_then(|name| FrameFormat::from_name(&name));
    PredictRequest {
        model: run(matches),
        data: text(matches, "data").unwrap_or_default(),
        out: path(matches, "out"),
        format,
        keep: texts(matches, "keep-columns"),
        coverage: matches.get_one("coverage").copied(),
        digits: count(matches, "digits").unwrap_or(6),
        logits: matches.get_flag("logits"),
        features: matches.get_flag("features"),
        member: count(matches, "member"),
        computing: computing(matches),
        reader: flags(matches),
    }
}

/// The run that a command is about, by its place or by an old name of the flag.
fn run(matches: &ArgMatches) -> PathBuf {
    let named = path(matches, "run").or_else(|| path(matches, "model"));
    named.unwrap_or_default()
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
            run: run(matches),
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

fn texts(matches: &ArgMatches, name: &str) -> Vec<String> {
    let values = matches.get_many::<String>(name).into_iter().flatten();
    values.cloned().collect()
}

fn text(matches: &ArgMatches, name: &str) -> Option<String> {
    if let Ok(value) = matches.try_get_one::<String>(name) {
        return value.cloned();
    }
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
    use super::{Action, Training, action};
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
                let Ok(Action::Tune(Training { given, .. }) | Action::Fit(Training { given, .. })) =
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
        let Ok(Action::Demonstrate(Training { given, .. })) = parsed("decay --quiet --epochs 2")
        else {
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
