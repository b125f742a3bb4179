//! Settings that take a list or a range wherever they take a number.

use decay_train::Hyper;
use toml::Value;

use super::kind::shown;
use super::{Grid, Key};

impl Key {
    /// The hyper-parameter that this setting is, if members may differ in it.
    pub fn hyper(&self) -> Option<Hyper> {
        Hyper::of_key(self.path.strip_prefix("train.")?)
    }

    /// A value from the text of a flag or of `--set`; whether it is allowed is left to [`Key::check`].
    pub fn parse(&self, text: &str) -> Value {
        let inner = text.trim().trim_start_matches('[').trim_end_matches(']');
        match self.hyper() {
            Some(_) if Grid::is_meant(inner) => Value::String(inner.trim().to_owned()),
            _ => self.kind.parse(text),
        }
    }

    /// Refuses a value of another type or outside the range, as the end of a sentence that starts with the key.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let hyper = self.hyper();
        match (hyper, value) {
            (Some(hyper), Value::Array(_)) => check_grid(hyper, value),
            (Some(hyper), Value::String(text)) if Grid::is_meant(text) => check_grid(hyper, value),
            _ => self.kind.check(value),
        }
    }
}

fn check_grid(hyper: Hyper, value: &Value) -> Result<(), String> {
    let grid: Grid = value.clone().try_into().map_err(|_| {
        format!(
            "must be a number, a list of numbers or a range such as {}, got {}",
            example(hyper),
            shown(value)
        )
    })?;
    let values = grid.values(hyper.spacing())?;
    match values.into_iter().find(|&number| !hyper.allows(number)) {
        Some(number) => Err(format!("must be in {}, got {number}", hyper.range())),
        None => Ok(()),
    }
}

fn example(hyper: Hyper) -> &'static str {
    match hyper.spacing() {
        decay_train::Spacing::Logarithmic => "1e-4..0.1:4",
        decay_train::Spacing::Linear => "0..0.5:6",
    }
}

#[cfg(test)]
mod tests {
    use super::{Hyper, Key};
    use toml::Value;

    fn checked(path: &str, text: &str) -> Result<Value, String> {
        let key = Key::find(path).unwrap();
        let value = key.parse(text);
        key.check(&value).map(|()| value)
    }

    #[test]
    fn every_hyper_parameter_but_the_decay_is_a_setting_that_takes_a_list() {
        for hyper in Hyper::ALL
            .into_iter()
            .filter(|hyper| *hyper != Hyper::Decay)
        {
            let path = format!("train.{}", hyper.key());
            let key = Key::find(&path).unwrap_or_else(|| panic!("{path}"));
            assert_eq!(key.hyper(), Some(hyper));
            let values = if hyper.allows(0.5) {
                ["0.25", "0.5"]
            } else {
                ["1", "3"]
            };
            for text in [values.join(","), format!("[{}]", values.join(", "))] {
                assert!(checked(&path, &text).is_ok(), "{path} {text}");
            }
        }
        assert!(checked("train.epochs", "1,2").is_err());
    }

    #[test]
    fn what_is_wrong_with_a_list_is_said() {
        for (path, text, parts) in [
            ("train.dropout", "0.1,1", &["[0, 1)", "got 1"][..]),
            ("train.dropout", "0..1:3", &["[0, 1)", "got 1"]),
            ("train.dropout", "0..0.5", &["number of values"]),
            ("train.dropout", "0.1,x", &["'x'"]),
            ("train.lr", "0..1:3", &["(0, inf)", "got 0"]),
            ("train.shift", "0..3:3", &["{0, 1, 2, ...}", "got 1.5"]),
            ("train.shift", "2.5", &["whole number", "2.5"]),
            ("train.lr", "fast", &["a number", "'fast'"]),
        ] {
            let message = checked(path, text).unwrap_err();
            for part in parts {
                assert!(message.contains(part), "{path} {text}: {message}");
            }
        }
        let empty = Key::find("train.dropout")
            .unwrap()
            .check(&Value::Array(Vec::new()));
        assert!(empty.unwrap_err().contains("at least one"));
    }
}
