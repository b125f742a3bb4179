//! The separator and the quotes, from the first lines together.

use csv::{ByteRecord, ReaderBuilder};

use crate::table::dialect::text::Collapse;
use crate::table::value::missing::{Missing, trimmed};
use crate::table::value::{Field, field_of};

/// Separators that are looked for, the likelier first; a blank stands for runs of blanks and tabs.
const DELIMITERS: [u8; 5] = *b"\t;,| ";
/// Records and cells of each that are looked at.
const RECORDS: usize = 200;
const CELLS: usize = 5000;

/// What separates fields and what encloses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) delimiter: u8,
    pub(crate) quote: u8,
}

/// What is known before the lines are looked at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Expected<'a> {
    pub(crate) delimiter: Option<u8>,
    pub(crate) quote: Option<u8>,
    /// What a model's training file had, or the name of the file tells.
    pub(crate) likely: Option<u8>,
    /// Names that the header should have.
    pub(crate) names: Vec<&'a str>,
}

/// A name in words, as in messages and options.
pub(crate) fn delimiter_name(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "tab".into(),
        b' ' => "blanks".into(),
        other => format!("'{}'", char::from(other)),
    }
}

/// The character that a user means by `;`, `\t`, `tab`, `comma`, `semicolon`, `pipe`, `space` or `blanks`.
///
/// A blank stands for runs of blanks and tabs.
pub fn separator(text: &str) -> Option<u8> {
    match text.to_ascii_lowercase().as_str() {
        "\\t" | "tab" | "tabs" => Some(b'\t'),
        "comma" => Some(b','),
        "semicolon" => Some(b';'),
        "pipe" | "bar" => Some(b'|'),
        "space" | "spaces" | "blank" | "blanks" | "whitespace" | "\\s+" => Some(b' '),
        _ => match text.as_bytes() {
            // The separator of records, and what numbers and names are made of, separate no fields.
            [byte]
                if byte.is_ascii()
                    && !byte.is_ascii_alphanumeric()
                    && !b"\n\r\"'.-+\0".contains(byte) =>
            {
                Some(*byte)
            }
            _ => None,
        },
    }
}

/// The first records of a text; the last of an incomplete one may be cut off and is left out.
pub(crate) fn records(text: &[u8], marks: Marks, complete: bool, most: usize) -> Vec<ByteRecord> {
    let mut collapsed = Vec::new();
    let (text, delimiter) = if marks.delimiter == b' ' {
        Collapse::new(marks.quote).push(text, &mut collapsed);
        (collapsed.as_slice(), b'\t')
    } else {
        (text, marks.delimiter)
    };
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quote(marks.quote)
        .from_reader(text);
    let mut records: Vec<ByteRecord> = reader
        .into_byte_records()
        .take(most + 1)
        .map_while(Result::ok)
        .collect();
    if records.len() > most || !complete && records.len() > 1 {
        records.pop();
    }
    records
}

/// The width that most records have; of equally frequent ones the larger.
pub(crate) fn usual_width(records: &[ByteRecord]) -> usize {
    let mut widths: Vec<usize> = records.iter().map(ByteRecord::len).collect();
    widths.sort_unstable();
    let runs = widths.chunk_by(|a, b| a == b);
    runs.max_by_key(|run| run.len()).map_or(0, |run| run[0])
}

/// The marks under which the lines look most like a table.
pub(crate) fn marks(text: &[u8], complete: bool, expected: &Expected<'_>) -> Marks {
    let delimiters = expected
        .delimiter
        .map_or(DELIMITERS.to_vec(), |own| vec![own]);
    let quotes = match expected.quote {
        Some(quote) => vec![quote],
        None if has_single_quotes(text) => vec![b'"', b'\''],
        None => vec![b'"'],
    };
    let fallback = Marks {
        delimiter: expected.delimiter.or(expected.likely).unwrap_or(b','),
        quote: expected.quote.unwrap_or(b'"'),
    };
    let all = delimiters
        .iter()
        .flat_map(|&delimiter| quotes.iter().map(move |&quote| Marks { delimiter, quote }));
    let mut best = (0.0, fallback);
    for marks in all {
        let score = score(&records(text, marks, complete, RECORDS), marks, expected);
        if score > best.0 {
            best = (score, marks);
        }
    }
    best.1
}

/// Whether an apostrophe both begins and ends a field somewhere.
fn has_single_quotes(text: &[u8]) -> bool {
    let around = |byte: u8| matches!(byte, b'\n' | b'\r') || DELIMITERS.contains(&byte);
    let opens = text.starts_with(b"'")
        || text
            .windows(2)
            .any(|pair| around(pair[0]) && pair[1] == b'\'');
    opens
        && text
            .windows(2)
            .any(|pair| pair[0] == b'\'' && around(pair[1]))
}

/// How much records look like a table: equally wide, of cells that hold one value each.
///
/// ```text
/// (share of records of the usual width)^2 * (share of cells that are clean) * (1 - 1 / (2 width))
/// ```
///
/// # Source
/// After van den Burg, Nazabal & Sutton 2019, "Wrangling messy CSV files by detecting row and type patterns".
fn score(records: &[ByteRecord], marks: Marks, expected: &Expected<'_>) -> f64 {
    let width = usual_width(records);
    let found = records.first().map_or(0, |first| {
        let has = |name: &&&str| first.iter().any(|field| trimmed(field) == name.as_bytes());
        expected.names.iter().filter(has).count()
    });
    let likely = f64::from(u8::from(expected.likely == Some(marks.delimiter)));
    let named = match expected.names.len() {
        0 => 0.0,
        all => found as f64 / all as f64,
    };
    if width < 2 {
        // One column alone is a table if it has the name that is looked for.
        return 0.5 * named * f64::from(u8::from(found > 0)) + 1e-3 * named * likely;
    }
    if marks.delimiter == b' ' && is_column_of_words(records) {
        return 0.0;
    }
    let usual = records.iter().filter(|record| record.len() == width);
    let consistent = usual.clone().count() as f64 / records.len() as f64;
    let (mut clean, mut cells) = (0, 0);
    for cell in usual.flatten().take(CELLS) {
        clean += usize::from(is_clean(cell, marks));
        cells += 1;
    }
    let pattern = consistent * consistent * (1.0 - 0.5 / width as f64);
    pattern * clean as f64 / f64::from(cells.max(1)) * (1.0 + 0.05 * likely) + named
}

/// Whether a single word stands above lines of several that are alike, from the first on: the name of a column, and its labels.
///
/// Where it is a title, the next line has names and not what is below them; where there is none but numbers, they are columns.
fn is_column_of_words(records: &[ByteRecord]) -> bool {
    let [name, first, others @ ..] = records else {
        return false;
    };
    let is_word = |cell: &[u8]| field_of(trimmed(cell), &Missing::default()) == Field::Label;
    let words = |record: &ByteRecord| record.iter().map(is_word).collect::<Vec<_>>();
    name.len() == 1
        && first.iter().any(is_word)
        && others
            .first()
            .is_none_or(|next| words(next) == words(first))
}

/// Whether a cell holds one value: nothing, a number, a date, or words without any mark of fields.
fn is_clean(cell: &[u8], marks: Marks) -> bool {
    let cell = trimmed(cell);
    let quoted = |quote: u8| cell.len() > 1 && cell[0] == quote && cell.ends_with(&[quote]);
    if quoted(b'\'') || quoted(b'"') {
        return false;
    }
    let other = |byte: &u8| *byte != b' ' && *byte != marks.delimiter && DELIMITERS.contains(byte);
    !cell.iter().any(other) || field_of(cell, &Missing::default()) != Field::Label
}

#[cfg(test)]
mod tests {
    use super::{Expected, Marks, marks, separator};

    fn found(text: &str) -> (char, char) {
        let Marks { delimiter, quote } = marks(text.as_bytes(), true, &Expected::default());
        (delimiter.into(), quote.into())
    }

    #[test]
    fn the_separator_under_which_all_lines_agree() {
        for (text, delimiter) in [
            ("a,b,c\n1,2,3\n", ','),
            ("a;b;c\n1,5;2;3\n", ';'),
            ("Height, m;class\n1,85;p\n1,70;n\n", ';'),
            ("Weight, kg;Height, cm;Age, y;class\n80;180;30;p\n", ';'),
            ("a\tb\n1\t2\n", '\t'),
            ("a|b|y\n1|2|x\n", '|'),
            ("| a | b |\n| 1 | 2 |\n", '|'),
            ("a b y\n0.1 0.2 x\n", ' '),
            ("  0.1   -1.0  1\n  10.1   1.0  0\n", ' '),
            (
                "name,when\nA B,2024-01-01 10:00\nC D,2024-01-01 11:00\n",
                ',',
            ),
            ("\"a;b;c\",d\nx,2\n", ','),
            ("id,tags\n1,a;b\n2,a\n3,a;b;c\n", ','),
            (
                "text,y\n\"Owen, Mr. Harris\",1\n\"Allen, Mr. William\",0\n",
                ',',
            ),
            ("x\n1\n2\n", ','),
            ("kind\nkind 0\nkind 1\n", ','),
            ("kind\nold dog\nnew cat\n", ','),
            ("Heights\na b y\n1 2 x\n3 4 z\n", ' '),
            ("x\n1 2\n3 4\n", ' '),
        ] {
            assert_eq!(found(text), (delimiter, '"'), "{text:?}");
        }
        assert_eq!(found("a,y\n'1.5','yes'\n'2.5','no, not'\n"), (',', '\''));
        assert_eq!(found("a,y\n'tis,1\nit's,2\n"), (',', '"'));
    }

    #[test]
    fn separators_have_names() {
        for (text, byte) in [
            ("tab", b'\t'),
            ("\\t", b'\t'),
            ("\t", b'\t'),
            ("semicolon", b';'),
            ("pipe", b'|'),
            (" ", b' '),
            ("^", b'^'),
        ] {
            assert_eq!(separator(text), Some(byte), "{text:?}");
        }
        for text in ["", "ab", "\n", "\"", "é", "x", "1"] {
            assert_eq!(separator(text), None, "{text:?}");
        }
    }

    #[test]
    fn names_that_are_looked_for_decide() {
        let expected = Expected {
            names: vec!["a,b"],
            likely: Some(b';'),
            ..Expected::default()
        };
        assert_eq!(marks(b"a,b\n1\n", true, &expected).delimiter, b';');
        let expected = Expected {
            names: vec!["a"],
            likely: Some(b'|'),
            ..Expected::default()
        };
        assert_eq!(marks(b"a;b\n1;2\n", true, &expected).delimiter, b';');
    }
}
