//! Columns that are written for other programs: CSV, JSON lines or Parquet.

mod parquet_file;
mod text;

use crate::Result;

decay_options::names! {
    /// How columns are written.
    #[derive(Default)]
    pub enum FrameFormat {
        /// A line of names, then a line for each row.
        #[default]
        Csv = "csv",
        /// An object for each row.
        JsonLines = "jsonl",
        /// Columns with types, of Parquet.
        Parquet = "parquet",
    }
}

/// What stands between the parts of a list in CSV, which knows none.
const BETWEEN: &str = "|";

/// Columns of the same length, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Frame {
    /// Names with their values.
    pub columns: Vec<(String, FrameValues)>,
}

/// The values of one column.
#[derive(Debug, Clone, PartialEq)]
pub enum FrameValues {
    /// As they are; an empty one is missing.
    Texts(Vec<String>),
    /// One that is not finite is missing.
    Numbers(Vec<f64>),
    /// Several texts a row, as the classes of a prediction set.
    Lists(Vec<Vec<String>>),
}

impl FrameFormat {
    /// By its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// By the end of a file's name: `.parquet` or `.pq`, `.jsonl`, `.ndjson` or `.json`, else CSV.
    pub fn of_extension(extension: &str) -> Self {
        match extension.to_ascii_lowercase().as_str() {
            "parquet" | "pq" => Self::Parquet,
            "jsonl" | "ndjson" | "json" => Self::JsonLines,
            _ => Self::Csv,
        }
    }
}

impl FrameValues {
    /// How many there are.
    pub fn rows(&self) -> usize {
        match self {
            Self::Texts(all) => all.len(),
            Self::Numbers(all) => all.len(),
            Self::Lists(all) => all.len(),
        }
    }
}

impl Frame {
    /// Rows of every column.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, values)| values.rows())
    }

    /// Adds a column at the end.
    pub fn push(&mut self, name: impl Into<String>, values: FrameValues) {
        self.columns.push((name.into(), values));
    }

    /// Numbers to so many significant digits.
    ///
    /// ```
    /// use decay_data::{Frame, FrameValues};
    ///
    /// let mut frame = Frame::default();
    /// frame.push("p", FrameValues::Numbers(vec![0.123_456_789, 1234.567_89]));
    /// frame.round(4);
    /// assert_eq!(frame.columns[0].1, FrameValues::Numbers(vec![0.1235, 1235.0]));
    /// ```
    pub fn round(&mut self, digits: usize) {
        for (_, values) in &mut self.columns {
            if let FrameValues::Numbers(all) = values {
                all.iter_mut()
                    .for_each(|value| *value = rounded(*value, digits));
            }
        }
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// [`DataError::Read`](crate::DataError::Read) if Parquet's writer refuses the columns.
    pub fn bytes(&self, format: FrameFormat) -> Result<Vec<u8>> {
        match format {
            FrameFormat::Csv => Ok(self.csv().into_bytes()),
            FrameFormat::JsonLines => Ok(self.json_lines().into_bytes()),
            FrameFormat::Parquet => parquet_file::bytes(self),
        }
    }
}

fn rounded(value: f64, digits: usize) -> f64 {
    if !value.is_finite() || digits >= 17 {
        return value;
    }
    let text = format!("{value:.*e}", digits.max(1) - 1);
    text.parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::{Frame, FrameFormat, FrameValues};

    fn frame() -> Frame {
        let mut frame = Frame::default();
        let texts = ["a,b", "", "say \"x\""].map(str::to_owned);
        frame.push("id", FrameValues::Texts(texts.to_vec()));
        frame.push("p", FrameValues::Numbers(vec![0.25, f64::NAN, 1.5e-9]));
        let sets = [
            vec!["yes".to_owned(), "no".into()],
            vec![],
            vec!["no".into()],
        ];
        frame.push("set", FrameValues::Lists(sets.to_vec()));
        frame
    }

    #[test]
    fn text_quotes_what_must_be_and_leaves_out_what_is_missing() {
        assert_eq!(
            frame().csv(),
            "id,p,set\n\"a,b\",0.25,yes|no\n,,\n\"say \"\"x\"\"\",1.5e-9,no\n"
        );
        assert_eq!(
            frame().json_lines(),
            "{\"id\":\"a,b\",\"p\":0.25,\"set\":[\"yes\",\"no\"]}\n{\"id\":null,\"p\":null,\"set\":[]}\n\
             {\"id\":\"say \\\"x\\\"\",\"p\":1.5e-9,\"set\":[\"no\"]}\n"
        );
    }

    #[test]
    fn parquet_is_read_back_by_our_own_reader() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p.parquet");
        let mut plain = frame();
        plain.columns.pop();
        std::fs::write(&path, plain.bytes(FrameFormat::Parquet).unwrap()).unwrap();
        let options = crate::Options {
            keep: Some(vec!["id".into(), "p".into()]),
            ..crate::Options::default()
        };
        let table = crate::Table::read(&path, &options).unwrap();
        assert_eq!((table.rows(), table.names.len()), (3, 2));
        // Lists are written, too.
        assert!(
            frame()
                .bytes(FrameFormat::Parquet)
                .unwrap()
                .starts_with(b"PAR1")
        );
    }

    #[test]
    fn names_tell_formats() {
        for (end, format) in [
            ("parquet", FrameFormat::Parquet),
            ("PQ", FrameFormat::Parquet),
            ("ndjson", FrameFormat::JsonLines),
            ("txt", FrameFormat::Csv),
        ] {
            assert_eq!(FrameFormat::of_extension(end), format, "{end}");
        }
    }
}
