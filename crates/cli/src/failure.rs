//! How the program ends: exit codes, and the sentence about what went wrong.

use std::path::Path;

use decay::Error;

/// 2 where other arguments or other input would help, 3 where the program is at fault, else 1.
pub(crate) fn exit_code(error: &Error) -> u8 {
    match error {
        error if error.is_fault() => 3,
        error if error.is_input() => 2,
        _ => 1,
    }
}

/// One line: the message, those causes that it does not mention itself, and how `command` goes on if it can.
pub(crate) fn words(error: &Error, command: &str) -> String {
    let resume = |run: &Path| {
        let dir = run.display().to_string();
        let dir = if dir.contains(' ') {
            format!("'{dir}'")
        } else {
            dir
        };
        format!("decay {command} --out {dir} --resume")
    };
    match error {
        Error::Interrupted { run: Some(run), .. } => {
            format!("{error}; resume with: {}", resume(run))
        }
        Error::Device { error, run } => format!(
            "{error}; continue from the last checkpoint with: {}, on another device with --device",
            resume(run)
        ),
        error if error.is_fault() => format!(
            "{}; this is a fault of decay: please report it with the command and, if you can, the data",
            error.sentence()
        ),
        Error::NoData => {
            format!("{error} with --data; decay demo shows what decay does, on data of its own")
        }
        Error::NoRows { .. } => format!("{error}; name labelled rows with --data"),
        Error::ManySettings { key, values } => format!(
            "{key} has {values} values, but decay fit trains at one setting; decay tune sweeps"
        ),
        Error::OodLogits { given, models } => {
            format!("--ood-logits must be given once for each --logits, got {given} for {models}")
        }
        Error::NoDirectory => "--resume needs the run's directory, --out DIR".into(),
        Error::Occupied(_) => {
            format!("{error}; choose another --out, or continue it with --resume")
        }
        Error::Foreign { .. } => format!("{error}; choose another --out"),
        Error::Busy(_) => format!("{error}; wait for it, or choose another --out"),
        Error::OtherKind { run, began } => format!(
            "{}: was begun by decay {began}; resume it with decay {began}",
            run.display()
        ),
        error => error.sentence(),
    }
}

#[cfg(test)]
mod tests {
    use super::{exit_code, words};
    use decay::Error;

    /// The library says what is wrong, the command with which flag it is mended.
    #[test]
    fn words_of_the_library_become_those_of_the_command() {
        let lists = Error::ManySettings {
            key: "train.dropout".into(),
            values: 2,
        };
        let logits = Error::OodLogits {
            given: 1,
            models: 2,
        };
        let rows = Error::NoRows {
            run: "a".into(),
            reason: "held out no rows",
        };
        let kind = Error::OtherKind {
            run: "a".into(),
            began: "fit".into(),
        };
        for (error, expected) in [
            (
                Error::NoData,
                "no data given; name a table, images, a graph or an embedded set with --data; decay demo shows what \
                 decay does, on data of its own",
            ),
            (rows, "a: held out no rows; name labelled rows with --data"),
            (
                lists,
                "train.dropout has 2 values, but decay fit trains at one setting; decay tune sweeps",
            ),
            (
                logits,
                "--ood-logits must be given once for each --logits, got 1 for 2",
            ),
            (
                Error::NoDirectory,
                "--resume needs the run's directory, --out DIR",
            ),
            (
                Error::Occupied("a".into()),
                "a: already holds a run; choose another --out, or continue it with --resume",
            ),
            (
                Error::Busy("a".into()),
                "a: is in use by another run; wait for it, or choose another --out",
            ),
            (kind, "a: was begun by decay fit; resume it with decay fit"),
        ] {
            assert!(!error.to_string().contains("--") && exit_code(&error) == 2);
            assert_eq!(words(&error, "tune"), expected);
        }
    }

    #[test]
    fn a_failed_device_names_the_way_on() {
        let resumable = Error::Device {
            error: "device 'cuda:1' failed: out of memory".into(),
            run: "x".into(),
        };
        assert_eq!(exit_code(&resumable), 1);
        assert_eq!(
            words(&resumable, "tune"),
            "device 'cuda:1' failed: out of memory; continue from the last checkpoint with: decay tune --out x --resume, \
             on another device with --device"
        );
    }
}
