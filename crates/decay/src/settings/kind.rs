//! What a setting's value may be, checked the same way wherever it comes from.

use decay_train::Spacing;
use toml::Value;

use super::{Grid, Memory};

/// Type and range of a setting.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Text,
    Texts,
    /// Files, folders or embedded sets: a list, or one alone.
    Sources,
    /// One character, or `\t`.
    Separator,
    Switch,
    /// A whole number of at least this.
    Whole(u64),
    /// Whole numbers of at least this.
    Wholes(u64),
    /// A number in a range, given as text and as a test that NaN fails.
    Real(&'static str, fn(f64) -> bool),
    Choice(&'static [&'static str]),
    Choices(&'static [&'static str]),
    Grid(&'static str, fn(f64) -> bool),
    Memory,
}

impl Kind {
    /// A value from the text of a flag or of `--set`; whether it is allowed is left to [`Kind::check`].
    pub fn parse(self, text: &str) -> Value {
        let given = || Value::String(text.to_owned());
        let list = |item: fn(&str) -> Value| {
            let text = text.trim().trim_start_matches('[').trim_end_matches(']');
            let items = text.split(',').map(|part| part.trim().trim_matches('"'));
            Value::Array(items.filter(|part| !part.is_empty()).map(item).collect())
        };
        let whole = |text: &str| match text.trim().parse::<i64>() {
            Ok(value) => Value::Integer(value),
            Err(_) => Value::String(text.to_owned()),
        };
        match self {
            Self::Text | Self::Separator | Self::Choice(_) | Self::Grid(..) | Self::Memory => {
                given()
            }
            Self::Texts | Self::Sources | Self::Choices(_) => {
                list(|part| Value::String(part.to_owned()))
            }
            Self::Wholes(_) => list(|part| match part.parse::<i64>() {
                Ok(value) => Value::Integer(value),
                Err(_) => Value::String(part.to_owned()),
            }),
            Self::Switch => text.trim().parse().map_or_else(|_| given(), Value::Boolean),
            Self::Whole(_) => whole(text),
            Self::Real(..) => text.trim().parse().map_or_else(|_| given(), Value::Float),
        }
    }

    /// Refuses a value of another type or outside the range, as the end of a sentence that starts with the key.
    pub fn check(self, value: &Value) -> Result<(), String> {
        let must = |what: &str| Err(format!("must be {what}, got {}", shown(value)));
        match (self, value) {
            (Self::Text, Value::String(_)) | (Self::Switch, Value::Boolean(_)) => Ok(()),
            (Self::Text, _) => must("text"),
            (Self::Switch, _) => must("true or false"),
            (Self::Separator, Value::String(text)) if separates(text) => Ok(()),
            (Self::Separator, _) => must("one character"),
            (Self::Sources, Value::String(_)) => Ok(()),
            (Self::Texts | Self::Sources, Value::Array(items))
                if items.iter().all(Value::is_str) =>
            {
                Ok(())
            }
            (Self::Texts | Self::Sources, _) => must("a list of names"),
            (Self::Whole(least), value) => whole(least, value).or_else(|what| must(&what)),
            (Self::Wholes(least), Value::Array(items)) => items
                .iter()
                .try_for_each(|item| whole(least, item))
                .or_else(|what| must(&format!("a list, each {what}"))),
            (Self::Wholes(_), _) => must("a list of whole numbers"),
            (Self::Real(range, holds), value) => match real(value) {
                Some(number) if holds(number) => Ok(()),
                Some(_) => must(&format!("in {range}")),
                None => must("a number"),
            },
            (Self::Choice(names), value) => choice(names, value),
            (Self::Choices(names), Value::Array(items)) => {
                items.iter().try_for_each(|item| choice(names, item))
            }
            (Self::Choices(names), _) => must(&format!("a list of {}", names.join(", "))),
            (Self::Grid(range, holds), value) => grid(range, holds, value),
            (Self::Memory, Value::String(text)) => Memory::try_from(text.clone()).map(drop),
            (Self::Memory, _) => must("an amount such as 4GiB or 60%"),
        }
    }
}

fn separates(text: &str) -> bool {
    text.len() == 1 && text.is_ascii()
}

fn whole(least: u64, value: &Value) -> Result<(), String> {
    match value {
        Value::Integer(number) if u64::try_from(*number).is_ok_and(|n| n >= least) => Ok(()),
        Value::Integer(_) => Err(format!("in [{least}, inf)")),
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

fn grid(range: &str, holds: fn(f64) -> bool, value: &Value) -> Result<(), String> {
    let grid: Grid = value.clone().try_into().map_err(|_| {
        format!(
            "must be numbers or a range such as 1e-4..10:16, got {}",
            shown(value)
        )
    })?;
    match grid
        .values(Spacing::Logarithmic)?
        .into_iter()
        .find(|&number| !holds(number))
    {
        Some(number) => Err(format!("must be in {range}, got {number}")),
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
pub fn nearest<'a>(given: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| *distance <= 1 + given.len().min(name.len()) / 3)
        .map(|(_, name)| name)
}
