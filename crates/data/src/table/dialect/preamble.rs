//! What stands before a table: comments, Excel's `sep=`, titles.

use csv::ByteRecord;

use crate::table::value::missing::{Missing, trimmed};

/// Beginnings of lines that are comments where a file begins with such lines.
const PREFIXES: [&str; 4] = ["#", "%", "//", "!"];
/// Most lines that may stand before the table without being comments.
const TITLES: usize = 20;

/// What the first lines of a text say of the rest.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Preamble {
    /// Bytes and lines of what is not the table.
    pub(crate) bytes: usize,
    pub(crate) lines: u64,
    /// The separator of a line `sep=;`.
    pub(crate) delimiter: Option<u8>,
    /// What comments begin with, if there are any.
    pub(crate) comment: Option<String>,
    /// Lines of comments.
    pub(crate) comments: usize,
    /// The last comment without its beginning: perhaps the names.
    pub(crate) last: Option<Vec<u8>>,
}

impl Preamble {
    /// Reads what comes before the first line that is neither blank nor a comment nor `sep=`.
    pub(crate) fn of(text: &[u8], comment: Option<&str>) -> Self {
        let mut found = Self {
            comment: comment.map(str::to_owned),
            ..Self::default()
        };
        let mut at = (0, 0);
        for (line, next) in Lines::of(text) {
            let trimmed = line.trim_ascii();
            if let (None, 0, Some(delimiter)) = (found.delimiter, found.comments, sep_line(trimmed))
            {
                found.delimiter = Some(delimiter);
            } else if let Some(length) = comment_of(trimmed, found.comment.as_deref()) {
                found.comment = Some(String::from_utf8_lossy(&trimmed[..length]).into_owned());
                found.comments += 1;
                found.last = Some(trimmed[length..].trim_ascii().to_vec());
            } else if !trimmed.is_empty() {
                (found.bytes, found.lines) = at;
                return found;
            }
            at = (next, at.1 + 1);
        }
        // Nothing but such lines: they are the table.
        Self {
            comment: comment.map(str::to_owned),
            ..Self::default()
        }
    }

    /// Moves the beginning of the table behind so many lines that are not blank, and behind blank ones.
    pub(crate) fn skip(&mut self, text: &[u8], lines: usize) {
        let (mut left, begin) = (lines, self.bytes);
        for (line, next) in Lines::of(&text[begin..]) {
            let blank = line.trim_ascii().is_empty();
            if left == 0 && !blank {
                return;
            }
            left -= usize::from(!blank);
            self.lines += 1;
            self.bytes = begin + next;
        }
    }
}

/// Length of what makes a line a comment.
fn comment_of(line: &[u8], known: Option<&str>) -> Option<usize> {
    let begins = |prefix: &&str| line.starts_with(prefix.as_bytes());
    // Excel's errors and `#N/A` begin like comments.
    let end = line.iter().position(|byte| b",;\t| ".contains(byte));
    if Missing::default().in_labels(&line[..end.unwrap_or(line.len())]) {
        return None;
    }
    let found = match known {
        Some(prefix) => Some(prefix).filter(begins),
        None => PREFIXES.into_iter().find(begins),
    };
    found.map(str::len)
}

/// The separator that a line such as `sep=;` or `"sep=;"` names.
fn sep_line(line: &[u8]) -> Option<u8> {
    let line = line
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""))
        .unwrap_or(line);
    match line {
        [head @ .., delimiter] if head.eq_ignore_ascii_case(b"sep=") => Some(*delimiter),
        // The tab was cut off with the blanks.
        _ => line.eq_ignore_ascii_case(b"sep=").then_some(b'\t'),
    }
}

/// How many of the first records are titles: fewer fields than the table has, or none but the first, and a whole row behind them.
pub(crate) fn titles(records: &[ByteRecord], width: usize) -> usize {
    let filled = |record: &ByteRecord| {
        record
            .iter()
            .filter(|field| !trimmed(field).is_empty())
            .count()
    };
    // An index has no name.
    let whole = |record: &ByteRecord| record.len() == width && 2 * filled(record) > width;
    let is_title = |record: &ByteRecord| {
        let few = filled(record) <= 1 && width >= 3 || 2 * record.len() <= width;
        few && record.len() <= width
            && record
                .get(0)
                .is_some_and(|first| !trimmed(first).is_empty())
    };
    let count = records.iter().take_while(|record| is_title(record)).count();
    let followed = records.get(count).is_some_and(whole);
    if count <= TITLES && followed {
        count
    } else {
        0
    }
}

/// Lines without their ends, and where the next one begins; an end is `\n`, `\r\n` or `\r`.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Lines<'t> {
    fn of(text: &'t [u8]) -> Self {
        Self { text, at: 0 }
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = (&'t [u8], usize);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest
            .iter()
            .position(|byte| matches!(byte, b'\n' | b'\r'))
            .unwrap_or(rest.len());
        let end = match &rest[length..] {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        };
        self.at += length + end;
        Some((&rest[..length], self.at))
    }
}

#[cfg(test)]
mod tests {
    use super::Preamble;

    #[test]
    fn comments_and_separators_before_the_table() {
        assert_eq!(
            Preamble::of(b"#N/A,1\n#DIV/0!,2\n", None),
            Preamble::default()
        );
        let found = Preamble::of(b"# exported\r\n\r\n#a,b\r\n1,2\r\n", None);
        assert_eq!((found.bytes, found.lines, found.comments), (20, 3, 2));
        assert_eq!(
            (found.comment.as_deref(), found.last.as_deref()),
            (Some("#"), Some(&b"a,b"[..]))
        );
        let found = Preamble::of(b"sep=;\na;b\n", None);
        assert_eq!(
            (found.bytes, found.lines, found.delimiter),
            (6, 1, Some(b';'))
        );
        assert_eq!(
            Preamble::of(b"\"sep=\t\"\na\tb\n", None).delimiter,
            Some(b'\t')
        );
        assert_eq!(Preamble::of(b"#1\n#2\n", None), Preamble::default());
        assert_eq!(Preamble::of(b"a,b\n#1,2\n", None), Preamble::default());
        let found = Preamble::of(b"$ x\na\n", Some("$"));
        assert_eq!((found.bytes, found.comments), (4, 1));
        let mut found = Preamble::of(b"#c\nA report\n\na,b\n1,2\n", None);
        found.skip(b"#c\nA report\n\na,b\n1,2\n", 1);
        assert_eq!((found.bytes, found.lines), (13, 3));
    }
}
