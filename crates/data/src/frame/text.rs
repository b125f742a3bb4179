//! CSV and JSON lines.

use serde_json::{Number, Value};

use super::{BETWEEN, Frame, FrameValues};

impl Frame {
    /// A line of names, then one for each row; fields are quoted where they must be, missing ones are empty, parts of a list stand
    /// between bars.
    pub fn csv(&self) -> String {
        let names = self.columns.iter().map(|(name, _)| field(name));
        let mut text = names.collect::<Vec<_>>().join(",") + "\n";
        for row in 0..self.rows() {
            let cells = self.columns.iter().map(|(_, values)| match values {
                FrameValues::Texts(all) => field(&all[row]),
                FrameValues::Numbers(all) => number(all[row]),
                FrameValues::Lists(all) => field(&all[row].join(BETWEEN)),
            });
            text.push_str(&cells.collect::<Vec<_>>().join(","));
            text.push('\n');
        }
        text
    }

    /// An object for each row, its keys in the order of the columns; what is missing is null.
    pub fn json_lines(&self) -> String {
        let names = self.columns.iter().map(|(name, _)| quoted(name));
        let names: Vec<String> = names.collect();
        let mut text = String::new();
        for row in 0..self.rows() {
            let pairs = self.columns.iter().zip(&names);
            let pairs = pairs.map(|((_, values), name)| format!("{name}:{}", value(values, row)));
            text.push_str(&format!("{{{}}}\n", pairs.collect::<Vec<_>>().join(",")));
        }
        text
    }
}

fn value(values: &FrameValues, row: usize) -> Value {
    match values {
        FrameValues::Texts(all) if all[row].is_empty() => Value::Null,
        FrameValues::Texts(all) => all[row].as_str().into(),
        FrameValues::Numbers(all) => Number::from_f64(all[row]).map_or(Value::Null, Value::Number),
        FrameValues::Lists(all) => all[row].clone().into(),
    }
}

fn quoted(name: &str) -> String {
    Value::from(name).to_string()
}

fn field(text: &str) -> String {
    let marks = ['"', ',', '\n', '\r'];
    if !text.contains(marks) && text.trim() == text {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// In as few digits as tell it from all others; with an exponent where there would be many zeros.
fn number(value: f64) -> String {
    let size = value.abs();
    match size {
        _ if !value.is_finite() => String::new(),
        _ if size == 0.0 || (1e-5..1e15).contains(&size) => value.to_string(),
        _ => format!("{value:e}"),
    }
}
