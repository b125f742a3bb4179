//! The columns of a file in the features that were made of them.

use std::ops::Range;

use decay_data::{ColumnKind, ColumnSchema, Dataset, Inputs, Schema, civil};
use decay_report::text::short;

/// One column of a file.
#[derive(Debug, Clone)]
pub(super) struct Column<'a> {
    pub(super) name: &'a str,
    /// All features that it became.
    pub(super) features: Range<usize>,
    /// What they are: one, or the parts of a date.
    pub(super) parts: Vec<&'a ColumnSchema>,
}

/// The columns of a table in order; none of images and graphs.
pub(super) fn columns(schema: &Schema) -> Vec<Column<'_>> {
    if !matches!(schema.inputs, Inputs::Columns(_)) {
        return Vec::new();
    }
    let mut columns: Vec<Column<'_>> = Vec::new();
    let mut next = 0;
    for part in schema.columns() {
        let (name, end) = (schema.source_of(part), next + part.width());
        match columns.last_mut().filter(|last| last.name == name) {
            Some(last) => {
                last.features.end = end;
                last.parts.push(part);
            }
            None => columns.push(Column {
                name,
                features: next..end,
                parts: vec![part],
            }),
        }
        next = end;
    }
    columns
}

impl Column<'_> {
    /// The single part of a column that is no date.
    pub(super) fn only(&self) -> Option<&ColumnSchema> {
        match self.parts.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The part of a date that is called so, as `year`.
    pub(super) fn part(&self, name: &str) -> Option<Column<'_>> {
        let mut start = self.features.start;
        for part in &self.parts {
            let features = start..start + part.width();
            start = features.end;
            if part.name.rsplit('.').next() == Some(name) {
                return Some(Column {
                    name: self.name,
                    features,
                    parts: vec![part],
                });
            }
        }
        None
    }

    /// A row's number, or the place of its label; `None` where it is missing or unknown, and of dates.
    pub(super) fn value(&self, data: &Dataset, row: usize) -> Option<f64> {
        let at = |feature: usize| data.value(row, feature);
        match &self.only()?.kind {
            ColumnKind::Numeric { offset, unit } => {
                let stored = f64::from(at(self.features.start));
                stored.is_finite().then_some(stored * unit + offset)
            }
            ColumnKind::Categorical { levels } => {
                let mut places = 0..levels.len();
                let place = places.find(|place| at(self.features.start + place) > 0.5);
                place.map(|place| place as f64)
            }
        }
    }

    /// What stands in a row, in words; of a date its day.
    pub(super) fn text(&self, data: &Dataset, row: usize) -> String {
        let (mut start, mut text) = (self.features.start, String::new());
        for part in &self.parts {
            let own = Column {
                name: self.name,
                features: start..start + part.width(),
                parts: vec![part],
            };
            start += part.width();
            if self.parts.len() > 1 && part.name.ends_with(".instant") {
                return own.value(data, row).map_or("–".into(), day);
            }
            let more = if text.is_empty() { "" } else { ", " };
            text.push_str(&format!("{more}{}", own.text_of_part(data, row)));
        }
        text
    }

    fn text_of_part(&self, data: &Dataset, row: usize) -> String {
        match (self.value(data, row), self.only().map(|part| &part.kind)) {
            (Some(place), Some(ColumnKind::Categorical { levels })) => {
                levels[place as usize].clone()
            }
            (Some(value), _) => plain(value),
            (None, _) => "–".into(),
        }
    }
}

/// A value as a table would hold it: large ones with all digits before the point.
pub(crate) fn plain(value: f64) -> String {
    match value.abs() {
        1e4..1e15 => format!("{value:.0}"),
        _ => short(value),
    }
}

/// The day of an instant in seconds since 1970, as `2024-01-31`.
fn day(seconds: f64) -> String {
    let (year, month, day) = civil((seconds / 86_400.0).floor() as i64);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::{day, plain};

    #[test]
    fn days_are_those_of_the_calendar() {
        let known = [
            (0.0, "1970-01-01"),
            (951_782_400.0, "2000-02-29"),
            (1_709_251_199.0, "2024-02-29"),
            (-86_400.0, "1969-12-31"),
        ];
        for (seconds, text) in known {
            assert_eq!(day(seconds), text);
        }
    }

    #[test]
    fn large_values_keep_their_digits() {
        assert_eq!(
            [0.25, 355_800.0, -73_265.4].map(plain),
            ["0.25", "355800", "-73265"]
        );
    }
}
