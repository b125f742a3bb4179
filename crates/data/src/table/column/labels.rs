//! Growing a column of labels.

use std::collections::HashMap;

use crate::table::column::tally::Tally;
use crate::table::growth::room;
use crate::table::place::Place;
use crate::table::value::missing::{Missing, trimmed};
use crate::target::number_name;
use crate::{Cells, DataError, MISSING};

/// Why a cell cannot be read; the reader adds file, line and column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Unreadable {
    NotUtf8,
    /// A byte of zero within it.
    Nul,
}

impl Unreadable {
    /// The error of a cell of this column.
    pub(crate) fn at(self, path: &str, place: Place, column: &str) -> DataError {
        let (path, column) = (path.to_owned(), column.to_owned());
        match self {
            Self::NotUtf8 => DataError::NotUtf8 {
                path,
                place,
                column,
            },
            Self::Nul => DataError::Nul {
                path,
                place,
                column,
            },
        }
    }
}

/// A cell as text.
pub(crate) fn text_of(cell: &[u8]) -> Result<&str, Unreadable> {
    let text = std::str::from_utf8(cell).map_err(|_| Unreadable::NotUtf8)?;
    if text.contains('\0') {
        Err(Unreadable::Nul)
    } else {
        Ok(text)
    }
}

/// Labels so far. Of too many the cells are no longer kept, only counted.
#[derive(Debug)]
pub(crate) struct Labels {
    codes: Vec<u32>,
    dictionary: HashMap<Box<str>, u32>,
    /// Line on which each label was first met.
    first_lines: Vec<u64>,
    /// Bytes of the labels' texts.
    text: usize,
    limit: usize,
    beyond: Option<Beyond>,
}

/// What is left of a column of too many labels.
#[derive(Debug)]
struct Beyond {
    tally: Tally,
    /// The line on which the limit was passed, and how many labels the rows before it had.
    line: u64,
    rows: usize,
}

/// How many labels there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Levels {
    /// All are known.
    Few(usize),
    /// More than the limit by this line; most rows up to there had one of their own, or not.
    TooMany { line: u64, different: bool },
}

/// Words for yes and no, which count as the same in any case.
const SWITCHES: [[&str; 2]; 4] = [["false", "true"], ["no", "yes"], ["f", "t"], ["n", "y"]];

impl Labels {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            codes: Vec::new(),
            dictionary: HashMap::new(),
            first_lines: Vec::new(),
            text: 0,
            limit,
            beyond: None,
        }
    }

    pub(crate) fn push(
        &mut self,
        cell: &[u8],
        line: u64,
        missing: &Missing,
    ) -> Result<(), Unreadable> {
        let cell = trimmed(cell);
        if let Some(beyond) = &mut self.beyond {
            beyond.tally.add(cell, line, 1, missing);
            return Ok(());
        }
        if cell.is_empty() {
            self.codes.push(MISSING);
            return Ok(());
        }
        // Known labels come first, since nearly all are.
        let label = std::str::from_utf8(cell).map_err(|_| Unreadable::NotUtf8)?;
        if let Some(&code) = self.dictionary.get(label) {
            self.codes.push(code);
            return Ok(());
        }
        if missing.in_labels(cell) {
            self.codes.push(MISSING);
            return Ok(());
        }
        text_of(cell)?;
        if self.dictionary.len() >= self.limit {
            self.pass_limit(cell, line, missing);
            return Ok(());
        }
        let code = self.dictionary.len() as u32;
        self.text += label.len();
        self.dictionary.insert(label.into(), code);
        self.first_lines.push(line);
        self.codes.push(code);
        Ok(())
    }

    fn pass_limit(&mut self, cell: &[u8], line: u64, missing: &Missing) {
        let mut tally = self.tally(missing);
        tally.add(cell, line, 1, missing);
        let rows = self.codes.len() + 1;
        self.beyond = Some(Beyond { tally, line, rows });
        (self.codes, self.first_lines) = (Vec::new(), Vec::new());
    }

    /// Bytes of codes and labels, once there are so many more rows.
    pub(crate) fn bytes(&self, more: usize) -> usize {
        /// Of a label beside its text: its places in the dictionary and among the levels, and the least that a text costs.
        const LABEL: usize = 128;
        let labels = LABEL * self.dictionary.capacity() + self.text;
        size_of::<u32>() * room(&self.codes, more) + labels
    }

    /// A count of the cells by what they could be read as.
    pub(crate) fn tally(&self, missing: &Missing) -> Tally {
        if let Some(beyond) = &self.beyond {
            return beyond.tally.clone();
        }
        let mut times = vec![0; self.dictionary.len()];
        for &code in self.codes.iter().filter(|&&code| code != MISSING) {
            times[code as usize] += 1;
        }
        let mut tally = Tally::default();
        for (label, &code) in &self.dictionary {
            let line = self.first_lines[code as usize];
            tally.add(label.as_bytes(), line, times[code as usize], missing);
        }
        tally
    }

    /// Every label that is kept, in any order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.dictionary.keys().map(|label| &**label)
    }

    pub(crate) fn levels(&self) -> Levels {
        match &self.beyond {
            None => Levels::Few(self.dictionary.len()),
            Some(beyond) => Levels::TooMany {
                line: beyond.line,
                different: 2 * self.dictionary.len() > beyond.rows,
            },
        }
    }

    /// Whether all labels are whole numbers, and one of them is none that a float can hold.
    pub(crate) fn loses_digits(&self) -> bool {
        let whole = |label: &str| {
            let digits = label.strip_prefix('-').unwrap_or(label);
            digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        let lossy = |label: &str| {
            let value = label.parse::<f64>();
            label.len() > 15 && value.is_ok_and(|value| number_name(value) != label)
        };
        self.iter().all(whole) && self.iter().any(lossy)
    }

    /// The labels by code, and the codes of the rows.
    pub(crate) fn cells(self) -> Cells {
        let mut levels = vec![String::new(); self.dictionary.len()];
        for (label, code) in self.dictionary {
            levels[code as usize] = label.into();
        }
        merge_switches(self.codes, levels)
    }
}

/// `True`, `TRUE` and `true` as one label, spelled as it was met first; only in a column of nothing but yes and no.
fn merge_switches(mut codes: Vec<u32>, levels: Vec<String>) -> Cells {
    let is_switch = |words: &[&str; 2]| {
        let known = |level: &String| words.iter().any(|word| word.eq_ignore_ascii_case(level));
        levels.iter().all(known)
    };
    if levels.len() < 2 || !SWITCHES.iter().any(is_switch) {
        return Cells::Labels { codes, levels };
    }
    let mut kept: Vec<String> = Vec::new();
    let merged: Vec<u32> = levels
        .into_iter()
        .map(|level| {
            let known = kept.iter().position(|own| own.eq_ignore_ascii_case(&level));
            known.unwrap_or_else(|| {
                kept.push(level);
                kept.len() - 1
            }) as u32
        })
        .collect();
    for code in codes.iter_mut().filter(|code| **code != MISSING) {
        *code = merged[*code as usize];
    }
    Cells::Labels {
        codes,
        levels: kept,
    }
}

/// Whether a label is a word for yes or no.
pub(crate) fn is_switch(label: &str) -> bool {
    SWITCHES
        .iter()
        .flatten()
        .any(|word| word.eq_ignore_ascii_case(label))
}
