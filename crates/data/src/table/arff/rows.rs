//! The rows behind `@data`.

use crate::files::{Source, TextLines};
use crate::table::records::Records;
use crate::{FileDigest, Line, Result};

use super::attributes::{Attributes, Kind, wrong};

/// The rows of an open file.
pub(super) struct Instances<'a> {
    lines: TextLines,
    attributes: &'a Attributes,
}

impl<'a> Instances<'a> {
    pub(super) fn open(source: &Source, attributes: &'a Attributes) -> Result<Self> {
        let mut lines = TextLines::open(source)?;
        while let Some((_, line)) = lines.next()? {
            let word = line.trim().get(.."@data".len());
            if word.is_some_and(|word| word.eq_ignore_ascii_case("@data")) {
                break;
            }
        }
        Ok(Self { lines, attributes })
    }
}

impl Records for Instances<'_> {
    fn next(&mut self, cells: &mut [String]) -> Result<Option<u64>> {
        while let Some((at, line)) = self.lines.next()? {
            let line = line.trim();
            if line.starts_with('%') {
                continue;
            }
            match line.strip_prefix('{') {
                Some(sparse) => fill_sparse(&at, sparse, self.attributes, cells)?,
                None => fill(&at, line, self.attributes, cells)?,
            }
            return Ok(Some(at.number));
        }
        Ok(None)
    }

    fn finish(self) -> Result<FileDigest> {
        self.lines.finish()
    }
}

/// A row that names every value.
fn fill(at: &Line, line: &str, attributes: &Attributes, cells: &mut [String]) -> Result<()> {
    let expected = attributes.0.len();
    let (mut rest, mut place) = (line, 0);
    loop {
        let Some((value, behind)) = word(rest.trim_start(), |letter| matches!(letter, ',' | '\t'))
        else {
            return Err(wrong(at, "a quote is never closed"));
        };
        if place < expected {
            put(at, value, attributes, place, cells)?;
        }
        place += 1;
        let behind = behind.trim_start_matches(' ');
        rest = match behind.strip_prefix([',', '\t']) {
            Some(next) => next,
            None if behind.is_empty() => break,
            None => {
                return Err(wrong(
                    at,
                    format!("'{behind}' stands behind a closed quote"),
                ));
            }
        };
    }
    if place == expected {
        return Ok(());
    }
    Err(wrong(
        at,
        format!("has {place} values, expected {expected}"),
    ))
}

/// A row of pairs `place value`; what is left out is 0, the first of an attribute's values, or missing.
fn fill_sparse(at: &Line, row: &str, attributes: &Attributes, cells: &mut [String]) -> Result<()> {
    for (attribute, cell) in attributes.0.iter().zip(&mut *cells) {
        cell.clear();
        cell.push_str(match &attribute.kind {
            Kind::Numeric => "0",
            Kind::Nominal(values) => values.first().map_or("", String::as_str),
            Kind::Text | Kind::Date(_) => "",
        });
    }
    let mut rest = row.trim_start();
    while !rest.starts_with('}') {
        let (index, value) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let place = index
            .parse()
            .ok()
            .filter(|&place: &usize| place < cells.len());
        let Some(place) = place else {
            let last = cells.len() - 1;
            return Err(wrong(
                at,
                format!(
                    "a sparse row has pairs of a place from 0 to {last} and a value, got '{index}'"
                ),
            ));
        };
        let Some((value, behind)) = word(value.trim_start(), |letter| matches!(letter, ',' | '}'))
        else {
            return Err(wrong(at, "a quote is never closed"));
        };
        put(at, value, attributes, place, cells)?;
        let behind = behind.trim_start();
        rest = match behind.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if behind.starts_with('}') => behind,
            None => return Err(wrong(at, "a sparse row does not end with }")),
        };
    }
    Ok(())
}

/// Stores a value that the attribute may have.
fn put(
    at: &Line,
    value: String,
    attributes: &Attributes,
    place: usize,
    cells: &mut [String],
) -> Result<()> {
    let attribute = &attributes.0[place];
    if let Kind::Nominal(values) = &attribute.kind
        && value != "?"
        && !values.contains(&value)
    {
        return Err(wrong(
            at,
            format!(
                "'{value}' is none of the values of the attribute '{}', which are {}",
                attribute.name,
                crate::error::listed(values, 20)
            ),
        ));
    }
    cells[place].clear();
    if value != "?" {
        cells[place].push_str(&value);
    }
    Ok(())
}

/// A word, perhaps in quotes, up to a letter that ends it, and what follows; `None` if a quote is never closed.
///
/// A backslash stands before a letter that has no other meaning then.
pub(super) fn word(text: &str, ends: impl Fn(char) -> bool) -> Option<(String, &str)> {
    let quote = text
        .chars()
        .next()
        .filter(|first| matches!(first, '\'' | '"'));
    let mut word = String::new();
    let mut letters = text.char_indices().skip(usize::from(quote.is_some()));
    while let Some((place, letter)) = letters.next() {
        match letter {
            '\\' => {
                let next = letters.next().map(|(_, next)| next);
                word.extend(next.map(escaped));
            }
            _ if quote == Some(letter) => return Some((word, &text[place + letter.len_utf8()..])),
            _ if quote.is_none() && ends(letter) => {
                return Some((word.trim_end().to_owned(), &text[place..]));
            }
            _ => word.push(letter),
        }
    }
    quote.is_none().then(|| (word.trim_end().to_owned(), ""))
}

fn escaped(letter: char) -> char {
    match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        _ => letter,
    }
}
