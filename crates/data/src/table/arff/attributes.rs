//! The lines before the rows.

use crate::allowance::COLUMN;
use crate::files::{Source, TextLines};
use crate::table::settle::Declared;
use crate::table::value::moment::MomentForm;
use crate::{DataError, FormatError, Line, Result};

use super::rows::word;

/// The columns that a file declares.
pub(super) struct Attributes(pub(super) Vec<Attribute>);

pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What an attribute holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Numeric,
    Nominal(Vec<String>),
    Text,
    Date(MomentForm),
}

impl Attributes {
    /// Reads up to `@data`.
    pub(super) fn read(source: &Source) -> Result<Self> {
        let mut lines = TextLines::open(source)?;
        let mut found: Vec<Attribute> = Vec::new();
        while let Some((at, line)) = lines.next()? {
            let line = line.trim_start_matches('\u{feff}').trim();
            if line.starts_with('%') {
                continue;
            }
            if is_word(line, "@data") {
                return match found.as_slice() {
                    [] => Err(wrong(&at, "no attribute stands before @data")),
                    _ => Ok(Self(found)),
                };
            }
            if is_word(line, "@attribute") {
                // Values of a letter each take so many times the line.
                let bytes = COLUMN + 16 * line.len() as u64;
                source.allowance.take(&at.path, "its attributes", bytes)?;
                let attribute = Attribute::of(&at, line["@attribute".len()..].trim_start())?;
                if found.iter().any(|own| own.name == attribute.name) {
                    let words = format!("the attribute '{}' is declared twice", attribute.name);
                    return Err(wrong(&at, words));
                }
                found.push(attribute);
            } else if !is_word(line, "@relation") {
                let words = format!("expected @attribute or @data, got '{line}'");
                return Err(wrong(&at, words));
            }
        }
        Err(DataError::from(FormatError::ArffWithoutData {
            path: source.name(),
        }))
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.0.iter().map(|own| own.name.clone()).collect()
    }

    pub(super) fn declared(&self) -> impl Iterator<Item = Option<Declared>> {
        self.0.iter().map(|own| match own.kind {
            Kind::Numeric => Some(Declared::Numbers),
            Kind::Nominal(_) => Some(Declared::Labels),
            Kind::Date(form) => Some(Declared::Moments(form)),
            Kind::Text => None,
        })
    }
}

impl Attribute {
    /// From `NAME TYPE`.
    fn of(at: &Line, text: &str) -> Result<Self> {
        let refuse = |words: String| Err(wrong(at, words));
        let Some((name, kind)) = word(text, |letter| letter.is_whitespace() || letter == '{')
        else {
            return refuse("a quote is never closed".into());
        };
        let kind = kind.trim();
        if name.is_empty() || kind.is_empty() {
            return refuse("an attribute needs a name and a type".into());
        }
        if kind.starts_with('{') {
            let Some(values) = nominal(kind) else {
                return refuse(format!(
                    "the values of the attribute '{name}' do not end with }}"
                ));
            };
            let kind = Kind::Nominal(values);
            return Ok(Self { name, kind });
        }
        let (first, rest) = kind.split_once(char::is_whitespace).unwrap_or((kind, ""));
        let kind = match first.to_ascii_lowercase().as_str() {
            "numeric" | "real" | "integer" => Kind::Numeric,
            "string" => Kind::Text,
            "date" => Kind::Date(order(rest)),
            _ => {
                return refuse(format!(
                    "the attribute '{name}' is of type {first}; read are numeric, real, integer, string, date and values in {{}}"
                ));
            }
        };
        Ok(Self { name, kind })
    }
}

/// The values between braces.
fn nominal(text: &str) -> Option<Vec<String>> {
    let mut rest = text.strip_prefix('{')?.trim_start();
    let mut values = Vec::new();
    loop {
        if let Some(end) = rest.strip_prefix('}') {
            return end.trim_start().is_empty().then_some(values);
        }
        let (value, behind) = word(rest, |letter| matches!(letter, ',' | '}'))?;
        values.push(value);
        let behind = behind.trim_start();
        rest = match behind.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if behind.starts_with('}') => behind,
            None => return None,
        };
    }
}

/// What comes first in dates of a pattern such as `dd/MM/yyyy`.
fn order(pattern: &str) -> MomentForm {
    let place = |letter| pattern.find(letter).unwrap_or(usize::MAX);
    let (year, month, day) = (place('y'), place('M'), place('d'));
    match pattern {
        _ if year <= month.min(day) => MomentForm::Plain,
        _ if day < month => MomentForm::DayFirst,
        _ => MomentForm::MonthFirst,
    }
}

fn is_word(line: &str, word: &str) -> bool {
    let (head, rest) = line.split_at_checked(word.len()).unwrap_or((line, ""));
    head.eq_ignore_ascii_case(word) && !rest.starts_with(|next: char| next.is_alphanumeric())
}

pub(super) fn wrong(at: &Line, reason: impl Into<String>) -> DataError {
    DataError::from(FormatError::Arff {
        at: at.clone(),
        reason: reason.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Kind, MomentForm, nominal, order};

    #[test]
    fn values_in_braces() {
        let values = |text: &str| nominal(text);
        let some = |values: &[&str]| Some(values.iter().map(|own| (*own).to_owned()).collect());
        assert_eq!(values("{a, b ,c}"), some(&["a", "b", "c"]));
        assert_eq!(
            values(r#"{'dark, blue', "x}", it\'s}"#),
            some(&["dark, blue", "x}", "it's"])
        );
        assert_eq!(values("{}"), some(&[]));
        for wrong in ["{a, b", "{a} b", "{'a}", "{'a' b}"] {
            assert_eq!(values(wrong), None, "{wrong}");
        }
        assert_eq!(
            Kind::Nominal(vec!["a".into()]),
            Kind::Nominal(nominal("{a}").unwrap())
        );
    }

    #[test]
    fn patterns_of_dates() {
        for (pattern, form) in [
            ("", MomentForm::Plain),
            ("\"yyyy-MM-dd'T'HH:mm:ss\"", MomentForm::Plain),
            ("dd/MM/yyyy", MomentForm::DayFirst),
            ("\"MM/dd/yyyy HH:mm\"", MomentForm::MonthFirst),
        ] {
            assert_eq!(order(pattern), form, "{pattern}");
        }
    }
}
