//! How the program ends: exit codes, and the sentence about what went wrong.

use std::path::Path;

use decay::Error;
use decay_report::text::sentence;

/// 2 where other arguments or other input would help, else 1.
pub(crate) fn exit_code(error: &Error) -> u8 {
    if error.is_input() { 2 } else { 1 }
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
        error => sentence(error),
    }
}

#[cfg(test)]
mod tests {
    use super::{exit_code, words};
    use decay::Error;
    use decay_data::DataError;

    fn io() -> std::io::Error {
        std::io::Error::other("the disk is full")
    }

    #[test]
    fn only_a_failed_write_is_not_the_inputs_fault() {
        let path = || "a.csv".to_owned();
        let write = Error::from(DataError::Write {
            path: path(),
            source: io(),
        });
        let open = Error::from(DataError::Open {
            path: path(),
            source: io(),
        });
        assert_eq!((exit_code(&write), exit_code(&open)), (1, 2));
        assert_eq!(
            words(&write, "tune"),
            "a.csv: cannot be written: the disk is full"
        );
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

    #[test]
    fn a_cause_that_the_message_holds_is_not_repeated() {
        let model = decay_model::ModelError::Read {
            path: "m".into(),
            source: io(),
        };
        assert_eq!(
            words(&Error::from(model), "tune"),
            "m: cannot read: the disk is full"
        );
    }
}
