//! One CSV row at a time into a byte buffer, quoted as RFC 4180 asks.

use std::io::Write as _;

use crate::text::quoted;

/// Rows of fields, separated by commas and ended by `\n`.
pub(crate) struct CsvWriter {
    bytes: Vec<u8>,
    row_is_empty: bool,
}

impl CsvWriter {
    /// Starts a file with its header row.
    pub(crate) fn with_header<'a>(
        columns: impl IntoIterator<Item = &'a str>,
        capacity: usize,
    ) -> Self {
        let mut writer = Self {
            bytes: Vec::with_capacity(capacity),
            row_is_empty: true,
        };
        for column in columns {
            writer.text(column);
        }
        writer.end_row();
        writer
    }

    fn separate(&mut self) {
        if !self.row_is_empty {
            self.bytes.push(b',');
        }
        self.row_is_empty = false;
    }

    /// A text field, quoted only where it must be.
    pub(crate) fn text(&mut self, field: &str) {
        self.separate();
        self.bytes.extend_from_slice(quoted(field).as_bytes());
    }

    /// A whole number.
    pub(crate) fn integer(&mut self, value: u64) {
        self.separate();
        self.print(format_args!("{value}"));
    }

    /// The shortest decimal that reads back as the same `f64`; `NaN`, `inf` and `-inf` by these names,
    /// which Rust, numpy and pandas all parse.
    pub(crate) fn number(&mut self, value: f64) {
        self.separate();
        self.print(format_args!("{value:?}"));
    }

    /// A number, or an empty field.
    pub(crate) fn optional(&mut self, value: Option<f64>) {
        match value {
            Some(value) => self.number(value),
            None => self.separate(),
        }
    }

    fn print(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Writing to a Vec cannot fail.
        let _ = self.bytes.write_fmt(arguments);
    }

    /// Ends the row.
    pub(crate) fn end_row(&mut self) {
        self.bytes.push(b'\n');
        self.row_is_empty = true;
    }

    /// The file.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}
