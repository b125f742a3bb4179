//! Encodings and blanks.

use std::io::Read;

use super::{Blanks, Coding, Decoded, Encoding};

const TEXT: &str = "größe,ort\r\n1,Łódź 😀\n";

/// Gives few bytes at a time.
struct Drops<'a>(&'a [u8], usize);

impl Read for Drops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.1.min(self.0.len()).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn all(mut reader: impl Read) -> String {
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn utf16_in_both_orders_with_and_without_a_mark() {
    for big in [false, true] {
        let unit = |unit: u16| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        };
        for mark in ["", "\u{feff}"] {
            let text = format!("{mark}{TEXT}");
            let bytes: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
            let (coding, length) = Coding::of(&bytes, None);
            assert_eq!(
                (coding, length),
                (Coding::Utf16 { big }, 2 * mark.chars().count())
            );
            for size in [1, 2, 3, 7, 1000] {
                assert_eq!(
                    all(Decoded::new(Drops(&bytes[length..], size), coding)),
                    TEXT
                );
            }
        }
    }
}

#[test]
fn one_byte_letters_and_marks() {
    assert_eq!(Coding::of(TEXT.as_bytes(), None), (Coding::Utf8, 0));
    assert_eq!(
        Coding::of(&TEXT.as_bytes()[..3], None),
        (Coding::Utf8, 0),
        "cut within a letter"
    );
    assert_eq!(Coding::of(b"\xef\xbb\xbfa", None), (Coding::Utf8, 3));
    let latin = b"stra\xdfe \x80 \x93x\x94";
    let (coding, length) = Coding::of(latin, None);
    assert_eq!((coding, length), (Coding::Latin1, 0));
    assert_eq!(all(Decoded::new(&latin[..], coding)), "straße € “x”");
    assert_eq!(Coding::of(latin, Some(Encoding::Utf8)).0, Coding::Utf8);
}

#[test]
fn runs_of_blanks_are_one_separator() {
    for size in [1, 3, 1000] {
        let text = b"  1   2\t 3  \n\"a  b\" c \r\n x\"  y\n";
        let blanks = Blanks::new(Drops(text, size), b'"');
        assert_eq!(all(blanks), "1\t2\t3\n\"a  b\"\tc\r\nx\"\ty\n");
    }
}
