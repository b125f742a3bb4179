//! Bytes of any encoding as UTF-8, and runs of blanks as one separator.

use std::io::{self, Read};

use decay_options::names;

names! {
    /// How letters are stored.
    #[derive(PartialOrd, Ord)]
    pub enum Encoding {
        /// One to four bytes; with or without a byte order mark.
        Utf8 = "utf-8",
        /// Two bytes or four, as Excel's "Unicode text"; the order from the byte order mark, or from where the zeros are.
        Utf16 = "utf-16",
        /// One byte, in the extension of Windows (code page 1252).
        Latin1 = "latin-1",
    }
}

/// An encoding with what its first bytes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Utf8,
    Utf16 { big: bool },
    Latin1,
}

impl Coding {
    pub(crate) fn encoding(self) -> Encoding {
        match self {
            Self::Utf8 => Encoding::Utf8,
            Self::Utf16 { .. } => Encoding::Utf16,
            Self::Latin1 => Encoding::Latin1,
        }
    }

    /// From the first bytes of a file, or as the user says; and how many bytes the mark at its beginning has.
    pub(crate) fn of(head: &[u8], said: Option<Encoding>) -> (Self, usize) {
        if head.starts_with(b"\xef\xbb\xbf") && said != Some(Encoding::Utf16) {
            return (Self::Utf8, 3);
        }
        let marked = match head {
            [0xff, 0xfe, ..] => Some(false),
            [0xfe, 0xff, ..] => Some(true),
            _ => None,
        };
        if let (Some(big), None | Some(Encoding::Utf16)) = (marked, said) {
            return (Self::Utf16 { big }, 2);
        }
        match said {
            Some(Encoding::Utf8) => (Self::Utf8, 0),
            Some(Encoding::Latin1) => (Self::Latin1, 0),
            Some(Encoding::Utf16) => (
                Self::Utf16 {
                    big: zeros_lead(head).unwrap_or(false),
                },
                0,
            ),
            None => match zeros_lead(head) {
                Some(big) => (Self::Utf16 { big }, 0),
                None if is_utf8(head) => (Self::Utf8, 0),
                None => (Self::Latin1, 0),
            },
        }
    }
}

/// Whether the first byte of most pairs is zero and the second is not, or the other way round: letters of Europe in UTF-16.
fn zeros_lead(head: &[u8]) -> Option<bool> {
    let pairs = head.chunks_exact(2).take(4096);
    let (mut first, mut second, mut all) = (0, 0, 0);
    for pair in pairs {
        (first, second, all) = (
            first + u32::from(pair[0] == 0),
            second + u32::from(pair[1] == 0),
            all + 1,
        );
    }
    let most = |zeros: u32, others: u32| all >= 2 && 10 * zeros > 7 * all && 10 * others < all;
    if most(first, second) {
        Some(true)
    } else {
        most(second, first).then_some(false)
    }
}

/// Valid but for a letter that is cut off at the end.
fn is_utf8(head: &[u8]) -> bool {
    match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

/// What a reader gives, as UTF-8.
pub(crate) struct Decoded<R> {
    inner: R,
    coding: Coding,
    raw: Vec<u8>,
    /// Bytes of a letter that is not complete.
    rest: Vec<u8>,
    out: Vec<u8>,
    taken: usize,
}

impl<R: Read> Decoded<R> {
    pub(crate) fn new(inner: R, coding: Coding) -> Self {
        Self {
            inner,
            coding,
            raw: Vec::new(),
            rest: Vec::new(),
            out: Vec::new(),
            taken: 0,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.raw.resize(1 << 16, 0);
        let count = self.inner.read(&mut self.raw)?;
        (self.taken, self.out) = (0, Vec::new());
        match self.coding {
            Coding::Utf8 => self.out.extend(&self.raw[..count]),
            Coding::Latin1 => {
                let text: String = self.raw[..count]
                    .iter()
                    .map(|&byte| windows_1252(byte))
                    .collect();
                self.out = text.into_bytes();
            }
            Coding::Utf16 { big } => self.utf16(count, big),
        }
        Ok(())
    }

    fn utf16(&mut self, count: usize, big: bool) {
        self.rest.extend(&self.raw[..count]);
        let unit = |pair: &[u8]| {
            let pair = [pair[0], pair[1]];
            if big {
                u16::from_be_bytes(pair)
            } else {
                u16::from_le_bytes(pair)
            }
        };
        let mut units: Vec<u16> = self.rest.chunks_exact(2).map(unit).collect();
        // A pair of surrogates is not torn apart.
        if count > 0
            && units
                .last()
                .is_some_and(|unit| (0xd800..0xdc00).contains(unit))
        {
            units.pop();
        }
        self.rest.drain(..2 * units.len());
        let letters = char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{fffd}'));
        self.out = letters.collect::<String>().into_bytes();
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.coding == Coding::Utf8 {
            return self.inner.read(buffer);
        }
        // A read may yield nothing but half a letter.
        while self.taken == self.out.len() {
            let before = self.rest.len();
            self.fill()?;
            if self.out.is_empty() && self.rest.len() == before {
                return Ok(0);
            }
        }
        let count = buffer.len().min(self.out.len() - self.taken);
        buffer[..count].copy_from_slice(&self.out[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}

/// The letter of a byte in the code page 1252.
///
/// # Source
/// <https://encoding.spec.whatwg.org/index-windows-1252.txt>
fn windows_1252(byte: u8) -> char {
    const FROM_80: [u16; 32] = [
        0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039,
        0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
        0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
    ];
    match byte {
        0x80..=0x9f => {
            char::from_u32(FROM_80[usize::from(byte) - 0x80].into()).unwrap_or('\u{fffd}')
        }
        _ => char::from(byte),
    }
}

/// Blanks and tabs outside quotes: a run of them becomes one tab, those at the ends of a line nothing.
pub(crate) struct Blanks<R> {
    inner: R,
    state: Collapse,
    out: Vec<u8>,
    taken: usize,
}

/// Where in a line the last byte was.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Collapse {
    quote: u8,
    begun: bool,
    blank: bool,
    quoted: bool,
}

impl Collapse {
    pub(crate) fn new(quote: u8) -> Self {
        Self {
            quote,
            begun: false,
            blank: false,
            quoted: false,
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for &byte in bytes {
            match byte {
                b' ' | b'\t' if !self.quoted => {
                    self.blank = true;
                    continue;
                }
                b'\n' | b'\r' if !self.quoted => (self.begun, self.blank) = (false, false),
                _ => {
                    if self.blank && self.begun {
                        out.push(b'\t');
                    }
                    // A quote opens a field only at its beginning.
                    self.quoted ^= byte == self.quote && (self.quoted || self.blank || !self.begun);
                    (self.begun, self.blank) = (true, false);
                }
            }
            out.push(byte);
        }
    }
}

impl<R: Read> Blanks<R> {
    pub(crate) fn new(inner: R, quote: u8) -> Self {
        Self {
            inner,
            state: Collapse::new(quote),
            out: Vec::new(),
            taken: 0,
        }
    }
}

impl<R: Read> Read for Blanks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut raw = [0; 1 << 14];
        while self.taken == self.out.len() {
            let count = self.inner.read(&mut raw)?;
            if count == 0 {
                return Ok(0);
            }
            self.out.clear();
            self.taken = 0;
            self.state.push(&raw[..count], &mut self.out);
        }
        let count = buffer.len().min(self.out.len() - self.taken);
        buffer[..count].copy_from_slice(&self.out[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
