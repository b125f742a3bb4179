//! What a setting's value may be, checked the same way wherever it comes from.

use decay_data::separator;
use decay_options::{Kind, Row, Spacing};
use toml::Value;

use super::{Budget, Grid, Key, Memory};

impl Key {
    /// A value from the text of a flag or of `--set`; whether it is allowed is left to [`Key::check`].
    pub fn parse(&self, text: &str) -> Value {
        let given = || Value::String(text.to_owned());
        let whole = |text: &str| {
            let number = text.trim().parse();
            number.map_or_else(|_| Value::String(text.to_owned()), Value::Integer)
        };
        let inner = text.trim().trim_start_matches('[').trim_end_matches(']');
        if self.hyper().is_some() && Grid::is_meant(inner) {
            return Value::String(inner.trim().to_owned());
        }
        let list = |item: &dyn Fn(&str) -> Value| {
            let items = parts(inner);
            let items = items.iter().map(|part| part.trim().trim_matches('"'));
            Value::Array(items.filter(|part| !part.is_empty()).map(item).collect())
        };
        // Lists of an option that is a list itself are parted by semicolons.
        let is_list = matches!(self.row.kind, Kind::Texts | Kind::Wholes);
        let between = if is_list { ';' } else { ',' };
        if self.has_alternatives() && inner.contains(between) {
            let items = inner.split(between).map(|item| self.parse(item.trim()));
            return Value::Array(items.collect());
        }
        match self.row.kind {
            Kind::Text
            | Kind::Separator
            | Kind::Quote
            | Kind::Choice(_)
            | Kind::Grid
            | Kind::Memory
            | Kind::Budget => given(),
            Kind::Texts | Kind::Sources | Kind::Choices(_) => {
                list(&|part| Value::String(part.to_owned()))
            }
            Kind::Wholes => list(&whole),
            Kind::Switch => text.trim().parse().map_or_else(|_| given(), Value::Boolean),
            Kind::Whole => whole(text),
            Kind::Real => text.trim().parse().map_or_else(|_| given(), Value::Float),
        }
    }

    /// Refuses a value of another type or outside the range, as the end of a sentence that starts with the key.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let row = self.row;
        if let Some(several) = self.several(value) {
            return match several.is_empty() {
                true => Err("needs at least one value".into()),
                false => several.iter().try_for_each(|one| self.check(one)),
            };
        }
        let must = |what: &str| Err(format!("must be {what}, got {}", shown(value)));
        if let Some(axis) = row.axis {
            let several = match value {
                Value::Array(_) => true,
                Value::String(text) => Grid::is_meant(text),
                _ => false,
            };
            if several {
                let example = match axis.spacing {
                    Spacing::Logarithmic => "1e-4..0.1:4",
                    Spacing::Linear => "0..0.5:6",
                };
                let wanted = format!("a number, a list of numbers or a range such as {example}");
                return grid(row, value, &wanted);
            }
        }
        match (row.kind, value) {
            (Kind::Text, Value::String(_)) | (Kind::Switch, Value::Boolean(_)) => Ok(()),
            (Kind::Text, _) => must("text"),
            (Kind::Switch, _) => must("true or false"),
            (Kind::Separator, Value::String(text)) if separator(text).is_some() => Ok(()),
            (Kind::Separator, _) => must("one character, or tab, comma, semicolon, pipe or blanks"),
            (Kind::Quote, Value::String(text)) if matches!(text.as_str(), "\"" | "'") => Ok(()),
            (Kind::Quote, _) => must("\" or '"),
            (Kind::Sources, Value::String(_)) => Ok(()),
            (Kind::Texts | Kind::Sources, Value::Array(items))
                if items.iter().all(Value::is_str) =>
            {
                Ok(())
            }
            (Kind::Texts | Kind::Sources, _) => must("a list of names"),
            (Kind::Whole, value) => whole(row, value).or_else(|what| must(&what)),
            (Kind::Wholes, Value::Array(items)) => items
                .iter()
                .try_for_each(|item| whole(row, item))
                .or_else(|what| must(&format!("a list, each {what}"))),
            (Kind::Wholes, _) => must("a list of whole numbers"),
            (Kind::Real, value) => match real(value) {
                Some(number) if row.range.allows(number) => Ok(()),
                Some(_) => must(&format!("in {}", row.range.words)),
                None => must("a number"),
            },
            (Kind::Choice(names), value) => choice(names, value),
            (Kind::Choices(names), Value::Array(items)) => {
                items.iter().try_for_each(|item| choice(names, item))
            }
            (Kind::Choices(names), _) => must(&format!("a list of {}", names.join(", "))),
            (Kind::Grid, value) => grid(row, value, "numbers or a range such as 1e-4..10:16"),
            (Kind::Memory, Value::String(text)) => Memory::try_from(text.clone()).map(drop),
            (Kind::Memory, _) => must("an amount such as 4GiB or 60%"),
            (Kind::Budget, Value::String(text)) => Budget::try_from(text.clone()).map(drop),
            (Kind::Budget, _) => must("a time or steps, such as 60s, 5m or 1000-steps"),
        }
    }
}

/// Between the commas that stand outside of quotes, as in `"Size, m",kind`.
fn parts(list: &str) -> Vec<String> {
    let mut quoted = false;
    let parts = list.split(|letter: char| {
        quoted ^= letter == '"';
        letter == ',' && !quoted
    });
    parts.map(str::to_owned).collect()
}

fn whole(row: &Row, value: &Value) -> Result<(), String> {
    match value {
        Value::Integer(number) if row.range.allows(*number as f64) => Ok(()),
        Value::Integer(_) => Err(format!("in {}", row.range.words)),
        _ => Err("a whole number".into()),
    }
}

fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Float(number) => Some(*number),
        Value::Integer(number) => Some(*number as f64),
        _ => None,
    }
}

fn choice(names: &[&str], value: &Value) -> Result<(), String> {
    let given = value.as_str().unwrap_or_default();
    if names.contains(&given) {
        return Ok(());
    }
    let hint =
        nearest(given, names.iter().copied()).map(|near| format!(" (did you mean '{near}'?)"));
    Err(format!(
        "must be one of {}, got {}{}",
        names.join(", "),
        shown(value),
        hint.unwrap_or_default()
    ))
}

/// Each number of a list or of a range.
fn grid(row: &Row, value: &Value, wanted: &str) -> Result<(), String> {
    let grid: Grid = value
        .clone()
        .try_into()
        .map_err(|_| format!("must be {wanted}, got {}", shown(value)))?;
    let spacing = row.axis.map_or(Spacing::Logarithmic, |axis| axis.spacing);
    let values = grid.values(spacing)?;
    match values.into_iter().find(|&number| !row.range.allows(number)) {
        Some(number) => Err(format!("must be in {}, got {number}", row.range.words)),
        None => Ok(()),
    }
}

/// A value as messages show it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{text}'"),
        // TOML writes `nan`; elsewhere it is `NaN`.
        Value::Float(number) => number.to_string(),
        other => other.to_string(),
    }
}

/// The name closest to a slip of the hand, if one is close enough.
pub(super) fn nearest<'a>(given: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| *distance <= 1 + given.len().min(name.len()) / 3)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::Key;
    use decay_train::Hyper;
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
    fn an_option_of_networks_takes_several_values_and_a_list_takes_several_lists() {
        for (path, text, written) in [
            (
                "model.encoding",
                "linear,piecewise",
                "[\"linear\", \"piecewise\"]",
            ),
            ("model.residual", "false, true", "[false, true]"),
            ("model.bins", "8,16", "[8, 16]"),
            ("model.hidden", "64,64", "[64, 64]"),
            ("model.hidden", "64,64;128", "[[64, 64], [128]]"),
        ] {
            assert_eq!(checked(path, text).unwrap().to_string(), written, "{path}");
        }
        let wrong = checked("model.encoding", "linear,wavy").unwrap_err();
        assert!(wrong.contains("'wavy'"), "{wrong}");
        assert!(checked("model.kind", "mlp,cnn").is_err());
        assert!(checked("model.bins", "16,1").is_err());
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
