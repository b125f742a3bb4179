//! What `--help` shows: few flags and examples; `--help-all` has all of it. Completions and manual pages.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command};
use clap_complete::Shell;

use super::training::sweepable;
use decay::settings::KEYS;

/// Flags of settings that `--help` shows; all others are in `--help-all`.
const SHORT: [&str; 27] = [
    "data",
    "labels",
    "target",
    "task",
    "group",
    "time",
    "drop",
    "holdout",
    "model",
    "model.hidden",
    "preset",
    "epochs",
    "lr",
    "batch",
    "dropout",
    "loss",
    "rate",
    "rates",
    "half-lives",
    "folds",
    "seeds",
    "attacks",
    "budget",
    "device",
    "memory",
    "out",
    "resume",
];

/// Examples of each command: what is typed, and what that does.
const EXAMPLES: [(&str, &[[&str; 2]]); 14] = [
    (
        "tune",
        &[
            [
                "decay tune --data churn.csv --target left",
                "all else is planned from the rows",
            ],
            [
                "decay tune --data churn.csv --target left --out runs/churn --budget 5m",
                "with more time",
            ],
            [
                "decay tune --data house.csv --target price --rates 1e-4..10:16 --folds 5",
                "by hand",
            ],
            [
                "decay tune --out runs/churn --resume",
                "goes on where it was stopped",
            ],
        ],
    ),
    (
        "fit",
        &[[
            "decay fit --data churn.csv --target left --rate 0.1 --seeds 5",
            "one setting, five models",
        ]],
    ),
    (
        "demo",
        &[["decay demo --out runs/demo", "a quarter of a minute"]],
    ),
    (
        "predict",
        &[
            [
                "decay predict runs/churn --data new.csv",
                "class and probabilities as CSV",
            ],
            [
                "decay predict runs/churn --data new.csv --keep-columns id,name --out p.parquet",
                "with columns of the data",
            ],
            [
                "decay predict runs/churn --data new.csv --coverage 0.95",
                "sets that hold the class of 95 % of new rows",
            ],
            [
                "zcat new.csv.gz | decay predict runs/churn --data - --format jsonl",
                "from stdin",
            ],
        ],
    ),
    (
        "audit",
        &[
            [
                "decay audit runs/churn",
                "on the rows that the run held out",
            ],
            [
                "decay audit runs/churn --data labelled.csv --out audit",
                "on others, with a page",
            ],
            [
                "decay audit --logits a.csv --labels y.csv",
                "what any program predicted",
            ],
        ],
    ),
    (
        "compare",
        &[[
            "decay compare runs/a runs/b runs/c --data labelled.csv --out compared",
            "with a page",
        ]],
    ),
    (
        "show",
        &[[
            "decay show runs/churn",
            "the first lines, the choice, the audit",
        ]],
    ),
    (
        "runs",
        &[
            ["decay runs", "all runs below the folder runs"],
            [
                "decay runs . --sort -accuracy --where 'accuracy>0.9' --where task=classification",
                "some, the best first",
            ],
        ],
    ),
    ("watch", &[["decay watch runs/churn", "q quits"]]),
    (
        "report",
        &[["decay report runs/churn", "writes runs/churn/report.html"]],
    ),
    ("devices", &[["decay devices", "names for --device"]]),
    (
        "data",
        &[["decay data churn.csv --target left", "nothing is trained"]],
    ),
    (
        "completions",
        &[[
            "decay completions bash > ~/.local/share/bash-completion/completions/decay",
            "for the next shell",
        ]],
    ),
    (
        "man",
        &[["decay man ~/.local/share/man/man1", "then: man decay-tune"]],
    ),
];

/// Gives every command its help, its examples and `--help-all`.
pub(super) fn explained(decay: Command) -> Command {
    let names: Vec<String> = decay
        .get_subcommands()
        .map(|own| own.get_name().to_owned())
        .collect();
    let mut decay = with_help(decay);
    for name in names {
        decay = decay.mut_subcommand(&name, |own| with_examples(with_help(own), &name));
    }
    decay.after_help(
        "Without a command: the demonstration. decay COMMAND --help has the usual flags and examples, --help-all all of them.",
    )
}

fn with_help(command: Command) -> Command {
    let is_minor = |arg: &Arg| {
        let minor = |key: &&decay::settings::Key| {
            key.row.path == arg.get_id().as_str() && !SHORT.contains(&key.flag())
        };
        KEYS.iter().any(|key| minor(&key))
    };
    let bare = command.get_name() == "decay";
    command
        .mut_args(move |arg| {
            let hidden = bare || is_minor(&arg);
            arg.hide_short_help(hidden)
        })
        .disable_help_flag(true)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(ArgAction::HelpShort)
                .help("The usual flags and examples"),
        )
        .arg(
            Arg::new("help-all")
                .long("help-all")
                .action(ArgAction::HelpLong)
                .help("Every flag"),
        )
}

fn with_examples(command: Command, name: &str) -> Command {
    let own = EXAMPLES.iter().find(|(command, _)| *command == name);
    let lines = own.iter().flat_map(|(_, lines)| lines.iter());
    let lines = lines.map(|[typed, what]| format!("  {typed}\n      {what}"));
    let examples = format!("Examples:\n{}", lines.collect::<Vec<_>>().join("\n"));
    let more = command.get_after_help().map(ToString::to_string);
    let more = match name {
        "tune" | "demo" => Some(sweepable()),
        _ => more,
    };
    let long = more.map_or_else(|| examples.clone(), |more| format!("{more}\n\n{examples}"));
    command.after_help(examples).after_long_help(long)
}

pub(super) fn completions() -> Command {
    Command::new("completions")
        .about("Completions for a shell, on stdout")
        .arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(clap::value_parser!(Shell))
                .help("bash, zsh, fish, powershell or elvish"),
        )
}

pub(super) fn man() -> Command {
    Command::new("man")
        .about("Manual pages: of all commands into a folder, or that of decay on stdout")
        .arg(
            Arg::new("dir")
                .value_name("DIR")
                .value_parser(clap::value_parser!(OsString))
                .help("Where decay.1, decay-tune.1, ... are written"),
        )
}

#[cfg(test)]
mod tests {
    use super::{EXAMPLES, SHORT};
    use crate::command_line::command;
    use decay::settings::KEYS;

    #[test]
    fn every_command_has_examples_that_begin_with_it() {
        for own in command().get_subcommands() {
            let examples = EXAMPLES.iter().find(|(name, _)| *name == own.get_name());
            let (name, lines) = examples.unwrap_or_else(|| panic!("{}", own.get_name()));
            for [typed, _] in *lines {
                assert!(typed.contains(&format!("decay {name}")), "{typed}");
            }
        }
    }

    /// They parse, without the shell's part.
    #[test]
    fn examples_are_what_the_command_takes() {
        for (_, lines) in EXAMPLES {
            for [typed, _] in lines {
                let own = typed
                    .split('|')
                    .next_back()
                    .unwrap()
                    .split('>')
                    .next()
                    .unwrap();
                let own = if typed.contains("--where") {
                    typed
                } else {
                    own
                };
                let words = own.split_whitespace().map(|word| word.trim_matches('\''));
                let parsed = command().try_get_matches_from(words);
                assert!(parsed.is_ok(), "{typed}: {}", parsed.unwrap_err());
            }
        }
    }

    #[test]
    fn short_help_names_flags_that_exist() {
        for flag in SHORT {
            assert!(KEYS.iter().any(|key| key.flag() == flag), "{flag}");
        }
    }
}
