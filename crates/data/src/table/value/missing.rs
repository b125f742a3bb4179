//! What stands for a value that is missing.

/// Spellings that mean "missing" wherever they stand, in any case: the words of programs.
const ALWAYS: [&str; 22] = [
    "?", "nan", "-nan", "+nan", "null", "<na>", "#n/a", "#na", "\\n", "nat", "(null)", "<null>",
    "[null]", "1.#qnan", "-1.#qnan", "1.#ind", "-1.#ind", "#div/0!", "#value!", "#ref!", "#name?",
    "#num!",
];

/// Spellings that mean it among numbers and dates; among words they are words, as the country `NA` or the type `None`.
const AMONG_NUMBERS: [&str; 25] = [
    "na",
    "n/a",
    "n.a.",
    "n.a",
    "none",
    "nil",
    "missing",
    "tbd",
    "tba",
    "n.d.",
    "-",
    "--",
    "---",
    ".",
    "..",
    "...",
    "–",
    "—",
    "*",
    "unknown",
    "undefined",
    "not available",
    "no data",
    "nodata",
    "#null!",
];

/// Which cells hold no value.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Missing {
    /// What the user adds, trimmed.
    own: Vec<String>,
    numbers: Vec<f64>,
}

impl Missing {
    pub(crate) fn with(own: &[String]) -> Self {
        Self {
            own: own.iter().map(|text| text.trim().to_owned()).collect(),
            numbers: own
                .iter()
                .filter_map(|text| text.trim().parse().ok())
                .collect(),
        }
    }

    /// Whether a trimmed cell is missing in a column of labels.
    pub(crate) fn in_labels(&self, cell: &[u8]) -> bool {
        cell.is_empty() || is_one_of(cell, &ALWAYS) || self.is_own(cell)
    }

    /// Whether a trimmed cell is missing in a column of numbers or dates.
    pub(crate) fn in_numbers(&self, cell: &[u8]) -> bool {
        self.in_labels(cell) || is_one_of(cell, &AMONG_NUMBERS)
    }

    /// Whether some numbers stand for no value, as -999.
    pub(crate) fn has_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }

    pub(crate) fn is_number(&self, value: f64) -> bool {
        self.numbers.contains(&value)
    }

    fn is_own(&self, cell: &[u8]) -> bool {
        self.own.iter().any(|own| own.as_bytes() == cell)
    }
}

fn is_one_of(cell: &[u8], spellings: &[&str]) -> bool {
    // The longest spelling has 13 bytes; most labels are told by their length or first byte.
    cell.len() <= 13
        && spellings
            .iter()
            .any(|own| own.as_bytes().eq_ignore_ascii_case(cell))
}

/// A cell without the blanks around it: those of ASCII, no-break and other wide spaces, byte order marks.
pub(crate) fn trimmed(cell: &[u8]) -> &[u8] {
    let plain = cell.trim_ascii();
    let odd = |byte: Option<&u8>| byte.is_some_and(|&byte| byte >= 0x80 || byte == 0);
    if !odd(plain.first()) && !odd(plain.last()) {
        return plain;
    }
    match std::str::from_utf8(plain) {
        Ok(text) => text.trim_matches(is_blank).as_bytes(),
        Err(_) => plain,
    }
}

fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\0' | '\u{feff}' | '\u{200b}' | '\u{2060}')
}

#[cfg(test)]
mod tests {
    use super::{Missing, trimmed};

    #[test]
    fn words_are_missing_among_numbers_alone() {
        let plain = Missing::default();
        for cell in [
            "", "?", "NaN", "<NA>", "#N/A", "#NA", "\\N", "NaT", "(null)", "1.#QNAN", "#DIV/0!",
            "NULL",
        ] {
            assert!(
                plain.in_labels(cell.as_bytes()) && plain.in_numbers(cell.as_bytes()),
                "{cell}"
            );
        }
        for cell in [
            "NA", "None", "-", "--", ".", "missing", "n.a.", "nil", "TBD", "N/A",
        ] {
            assert!(
                !plain.in_labels(cell.as_bytes()) && plain.in_numbers(cell.as_bytes()),
                "{cell}"
            );
        }
        for cell in ["x", "0", "-1", "nothing", "DE"] {
            assert!(!plain.in_numbers(cell.as_bytes()), "{cell}");
        }
        let own = Missing::with(&["k.A.".into(), "-999".into()]);
        assert!(own.in_labels(b"k.A.") && !own.in_labels(b"k.a."));
        assert!(own.has_numbers() && own.is_number(-999.0) && !own.is_number(999.0));
    }

    #[test]
    fn blanks_of_every_kind_are_cut() {
        for cell in [
            " x\t",
            "x\u{a0}",
            "\u{202f}x",
            "\u{feff}x",
            "x\0\0",
            "\u{3000}x\u{200b}",
        ] {
            assert_eq!(trimmed(cell.as_bytes()), b"x", "{cell:?}");
        }
        assert_eq!(trimmed(b"\xff "), b"\xff");
        assert_eq!(trimmed("Größe, ß".as_bytes()), "Größe, ß".as_bytes());
    }
}
