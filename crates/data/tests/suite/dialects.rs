//! Random tables in random dialects are read back, without a word about how they are written.

use decay_data::{Cells, Options, Table};
use proptest::prelude::*;

use crate::files::Files;

/// How a table is written.
#[derive(Debug, Clone)]
struct Dialect {
    delimiter: char,
    quote: char,
    quote_all: bool,
    comma: bool,
    header: bool,
    end: &'static str,
    coding: Coding,
    missing: &'static str,
    comments: usize,
    trailing: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Coding {
    Utf8,
    Mark,
    Utf16,
    Utf16Big,
    Latin1,
}

fn dialect() -> impl Strategy<Value = Dialect> {
    let codings = [
        Coding::Utf8,
        Coding::Mark,
        Coding::Utf16,
        Coding::Utf16Big,
        Coding::Latin1,
    ];
    let spellings = [
        "", "NA", "<NA>", "-", "--", "#N/A", "n.a.", ".", "missing", "\\N", "NaT", "nil",
        "1.#QNAN", "#DIV/0!", "(null)", "TBD",
    ];
    let first = (
        prop::sample::select(vec![',', ';', '\t', '|', ' ']),
        prop::sample::select(vec!['"', '\'']),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    );
    let second = (
        prop::sample::select(vec!["\n", "\r\n"]),
        prop::sample::select(codings.to_vec()),
        prop::sample::select(spellings.to_vec()),
        0_usize..3,
        any::<bool>(),
    );
    (first, second).prop_map(
        |(
            (delimiter, quote, quote_all, comma, header),
            (end, coding, missing, comments, trailing),
        )| Dialect {
            // Blanks separate nothing that is empty; a lone apostrophe quotes everything.
            missing: if delimiter == ' ' && missing.is_empty() {
                "NA"
            } else {
                missing
            },
            trailing: trailing && header && delimiter != ' ',
            quote_all: quote_all || quote == '\'',
            delimiter,
            quote,
            comma,
            header,
            end,
            coding,
            comments,
        },
    )
}

const WORDS: [&str; 6] = ["red", "dark blue", "größer", "a;b", "x,y", "p|q"];

#[derive(Debug, Clone)]
struct Row {
    first: Option<f64>,
    second: i32,
    word: usize,
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let number = (-99_999_i32..99_999).prop_map(|x| f64::from(x) / 1e4);
    let row = (
        prop::option::weighted(0.9, number),
        -50_i32..50,
        0..WORDS.len(),
    );
    prop::collection::vec(
        row.prop_map(|(first, second, word)| Row {
            first,
            second,
            word,
        }),
        30..60,
    )
}

impl Dialect {
    fn field(&self, text: &str) -> String {
        let special = text.contains([self.delimiter, self.quote, ' ', '#']);
        if self.quote_all || special && !text.is_empty() {
            format!("{0}{text}{0}", self.quote)
        } else {
            text.to_owned()
        }
    }

    fn number(&self, value: f64) -> String {
        // Four digits behind the sign are no group of thousands.
        let text = format!("{value:.4}");
        self.field(&if self.comma {
            text.replace('.', ",")
        } else {
            text
        })
    }

    fn text(&self, rows: &[Row]) -> String {
        let join = |fields: [String; 3]| {
            let line = fields.join(&self.delimiter.to_string());
            if self.trailing {
                format!("{line}{}{}", self.delimiter, self.end)
            } else {
                format!("{line}{}", self.end)
            }
        };
        let mut text = format!("# written by a test{}", self.end).repeat(self.comments);
        if self.header {
            text += &join(["first", "second", "word"].map(|name| self.field(name)));
        }
        for row in rows {
            let first = row
                .first
                .map_or_else(|| self.field(self.missing), |value| self.number(value));
            text += &join([
                first,
                self.field(&row.second.to_string()),
                self.field(WORDS[row.word]),
            ]);
        }
        text
    }

    fn bytes(&self, rows: &[Row]) -> Vec<u8> {
        let text = self.text(rows);
        let utf16 = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
            format!("\u{feff}{text}")
                .encode_utf16()
                .flat_map(unit)
                .collect()
        };
        match self.coding {
            Coding::Utf8 => text.into_bytes(),
            Coding::Mark => format!("\u{feff}{text}").into_bytes(),
            Coding::Utf16 => utf16(u16::to_le_bytes),
            Coding::Utf16Big => utf16(u16::to_be_bytes),
            Coding::Latin1 => text.chars().map(|letter| letter as u8).collect(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_tables_are_read_back(dialect in dialect(), rows in rows()) {
        let files = Files::new();
        let path = files.write("t.txt", dialect.bytes(&rows));
        let table = Table::read(path, &Options::default()).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(table.rows(), rows.len(), "{:?}", table.decisions);
        let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        let expected = if dialect.header { ["first", "second", "word"] } else { ["c0", "c1", "c2"] };
        prop_assert_eq!(names, expected);
        let (Cells::Numbers(first), Cells::Numbers(second)) = (&table.columns[0].cells, &table.columns[1].cells) else {
            return Err(TestCaseError::fail(format!("{:?}", table.decisions)));
        };
        for (place, row) in rows.iter().enumerate() {
            prop_assert_eq!(first[place].to_bits(), row.first.map_or(f64::NAN.to_bits(), f64::to_bits));
            prop_assert_eq!(second[place], f64::from(row.second));
            prop_assert_eq!(table.columns[2].text(place), Some(WORDS[row.word].to_owned()));
        }
    }
}
