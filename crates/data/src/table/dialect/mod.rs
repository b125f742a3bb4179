//! How a file is written: encoding, separator, quotes, comments, where the names are. Decided from its first lines.

pub(crate) mod container;
pub(crate) mod delimiter;
pub(crate) mod header;
pub(crate) mod names;
pub(crate) mod preamble;
pub(crate) mod rows;
pub(crate) mod text;

use csv::ByteRecord;

use crate::Options;
use crate::files::Source;
use crate::files::folder::extension;
use crate::table::column::tally::Tally;
use crate::table::value::missing::{Missing, trimmed};
use crate::table::value::{Field, field_of};
use delimiter::{Expected, Marks, marks, records, usual_width};
use header::Evidence;
use names::{Name, column_names};
use preamble::{Preamble, titles};
use rows::{are_units, is_comment, is_rule};
use text::Coding;

/// Records and cells that are looked at.
const RECORDS: usize = 1000;
const CELLS: usize = 100_000;

/// How a file is written.
#[derive(Debug, Clone)]
pub(crate) struct Dialect {
    pub(crate) coding: Coding,
    /// Bytes, as UTF-8, and lines before the table.
    pub(crate) start: usize,
    pub(crate) lines_before: u64,
    pub(crate) marks: Marks,
    pub(crate) comment: Option<String>,
    pub(crate) names: Vec<Name>,
    /// Whether the first record is the names.
    pub(crate) header: bool,
    /// Whether the record behind the names holds units.
    pub(crate) units: bool,
    /// What each column is by the first rows.
    pub(crate) sample: Vec<Tally>,
    /// What a user should know, one sentence each.
    pub(crate) notes: Vec<String>,
}

/// The first bytes of a file, as UTF-8, and whether they are all of it.
pub(crate) struct Head<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) complete: bool,
    pub(crate) coding: Coding,
}

impl Dialect {
    /// Decides from the first lines what the options leave open; the first `skip` of them are not looked at.
    pub(crate) fn of(head: &Head<'_>, source: &Source, options: &Options, skip: usize) -> Self {
        let mut preamble = Preamble::of(head.text, options.comment.as_deref());
        preamble.skip(head.text, skip);
        let expected = expected(source, options, &preamble);
        let body = &head.text[preamble.bytes..];
        let marks = marks(body, head.complete, &expected);
        let most = |width: usize| (CELLS / width.max(1)).clamp(20, RECORDS);
        let first = records(body, marks, head.complete, 20);
        let mut rows = records(body, marks, head.complete, most(usual_width(&first)));
        let comment = preamble.comment.clone();
        rows.retain(|row| !is_comment(row, comment.as_deref()) && !is_rule(row));
        let width = usual_width(&rows);
        let above = titles(&rows, width);
        rows.drain(..above);
        preamble.skip(head.text, above);
        let mut found = Self {
            coding: head.coding,
            start: preamble.bytes,
            lines_before: preamble.lines,
            marks,
            comment,
            names: Vec::new(),
            header: false,
            units: false,
            sample: Vec::new(),
            notes: notes(head, &preamble, above),
        };
        found.name_columns(&rows, width, &preamble, options);
        found.count(&rows, options);
        found
    }

    /// Number of fields of a row.
    pub(crate) fn width(&self) -> usize {
        self.names.len()
    }

    /// Whether the first row is names, and what they are.
    fn name_columns(
        &mut self,
        rows: &[ByteRecord],
        width: usize,
        preamble: &Preamble,
        options: &Options,
    ) {
        let missing = Missing::with(&options.missing);
        let short = lacks_names(rows, width);
        self.header = options
            .header
            .unwrap_or_else(|| short || has_header(rows, options, &missing));
        let of_comment = || {
            let last = preamble.last.as_deref()?;
            let fields = records(last, self.marks, true, 1).into_iter().next()?;
            let plain = |field: &[u8]| field_of(field, &missing) == Field::Label;
            (width > 1 && fields.len() == width && fields.iter().all(plain)).then_some(fields)
        };
        let mut fields: Vec<String> = match (self.header, rows.first()) {
            (true, Some(first)) => first.iter().map(text_of).collect(),
            _ => of_comment().map_or_else(Vec::new, |fields| fields.iter().map(text_of).collect()),
        };
        if self.header && short {
            self.complete_names(&mut fields, rows, width);
        }
        let width = if self.header && !short {
            fields.len()
        } else {
            width
        };
        let (names, repeated) = column_names(&fields, width);
        self.names = names;
        if !repeated.is_empty() {
            self.notes.push(format!(
                "columns of one name are numbered: {}",
                repeated.join(", ")
            ));
        }
    }

    /// Names the columns that the header does not: those behind the last name if they are empty, else the one before the first.
    fn complete_names(&mut self, fields: &mut Vec<String>, rows: &[ByteRecord], width: usize) {
        if are_empty(rows, fields.len(), width) {
            fields.resize(width, String::new());
            return;
        }
        fields.insert(0, String::new());
        self.notes.push(format!(
            "the first line has {} names for {width} columns: the first column has none, as R writes row names",
            width - 1
        ));
    }

    /// Counts what the first rows hold, and finds a row of units.
    fn count(&mut self, rows: &[ByteRecord], options: &Options) {
        let missing = Missing::with(&options.missing);
        let rows = &rows[usize::from(self.header).min(rows.len())..];
        let width = self.width();
        let tallies = |rows: &[ByteRecord]| -> Vec<Tally> {
            let mut tallies = vec![Tally::default(); width];
            for row in rows.iter().filter(|row| row.len() == width) {
                for (cell, tally) in row.iter().zip(&mut tallies) {
                    tally.add(cell, 0, 1, &missing);
                }
            }
            tallies
        };
        let Some((first, below)) = rows.split_first() else {
            self.sample = tallies(rows);
            return;
        };
        let sample = tallies(below);
        self.units = self.header && are_units(first, &sample, below.len(), &missing);
        self.sample = if self.units { sample } else { tallies(rows) };
        if self.units {
            let texts: Vec<String> = first
                .iter()
                .map(text_of)
                .filter(|text| !text.is_empty())
                .collect();
            self.notes.push(format!(
                "the row below the names holds units ({}) and is left out",
                texts.join(", ")
            ));
        }
    }
}

/// Whether the first row names the columns, by what the options call them or by the evidence of the rows.
fn has_header(rows: &[ByteRecord], options: &Options, missing: &Missing) -> bool {
    let Some((first, below)) = rows.split_first() else {
        return false;
    };
    let evidence = Evidence {
        first,
        below,
        missing,
        nameless: options.nameless(),
    };
    has_named(first, options, missing) || evidence.is_header()
}

/// Whether the first row has fewer names than there are columns, because the rest is empty or, as R writes it, because row names
/// stand before the first.
fn lacks_names(rows: &[ByteRecord], width: usize) -> bool {
    let Some((first, below)) = rows.split_first().filter(|(_, below)| !below.is_empty()) else {
        return false;
    };
    let mut seen = std::collections::HashSet::new();
    let mut full = below.iter().filter(|row| row.len() == width);
    let mut names_rows =
        || first.len() + 1 == width && full.all(|row| seen.insert(trimmed(&row[0])));
    first.len() < width && (are_empty(rows, first.len(), width) || names_rows())
}

/// Whether the fields of all rows but the first are empty from one column on.
fn are_empty(rows: &[ByteRecord], from: usize, width: usize) -> bool {
    let mut full = rows[1..].iter().filter(|row| row.len() == width);
    full.all(|row| row.iter().skip(from).all(|field| trimmed(field).is_empty()))
}

fn text_of(field: &[u8]) -> String {
    String::from_utf8_lossy(trimmed(field)).into_owned()
}

fn expected<'o>(source: &Source, options: &'o Options, preamble: &Preamble) -> Expected<'o> {
    let by_name = source.path().and_then(|path| {
        let plain = if extension(path) == "gz" {
            path.with_extension("")
        } else {
            path.to_owned()
        };
        matches!(extension(&plain).as_str(), "tsv" | "tab").then_some(b'\t')
    });
    let known = options.known.as_ref();
    Expected {
        delimiter: options.delimiter.or(preamble.delimiter),
        quote: options.quote,
        likely: known.map(|known| known.delimiter).or(by_name),
        names: match known {
            Some(_) => options.keep.iter().flatten().map(String::as_str).collect(),
            None => Vec::new(),
        },
    }
}

/// Whether a field of the first row is a word by which the options call a column.
fn has_named(first: &ByteRecord, options: &Options, missing: &Missing) -> bool {
    let named = options.named_columns();
    let is_named = |field: &[u8]| {
        let word = field_of(field, missing) == Field::Label;
        word && named.iter().any(|name| name.as_bytes() == trimmed(field))
    };
    let all = options
        .known
        .as_ref()
        .map(|_| options.keep.iter().flatten());
    let has = |name: &String| first.iter().any(|field| trimmed(field) == name.as_bytes());
    // A model's columns may be called by numbers.
    first.iter().any(is_named) || all.is_some_and(|mut all| all.clone().count() > 1 && all.all(has))
}

fn notes(head: &Head<'_>, preamble: &Preamble, above: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if head.coding == Coding::Latin1 {
        notes.push("the file is not UTF-8 and is read as Latin-1 (Windows-1252)".to_owned());
    }
    if preamble.comments > 0 {
        let prefix = preamble.comment.as_deref().unwrap_or("#");
        notes.push(format!(
            "comments before the table, which begin with '{prefix}', are left out: {}",
            preamble.comments
        ));
    }
    if above > 0 {
        notes.push(format!("titles before the table are left out: {above}"));
    }
    notes
}
