//! How a file is written, by its first bytes.

use crate::files::Source;
use crate::table::arff::read_arff;
use crate::table::arrays::read_arrays;
use crate::table::arrow::read_arrow;
use crate::table::delimited::read_delimited;
use crate::table::dialect::container::{is_arff, is_json_lines};
use crate::table::json_lines::read_json_lines;
use crate::{DataError, FormatError, Options, Raw, Result};

/// How many bytes are looked at: comments may stand before what tells.
const HEAD: u64 = 1 << 16;

/// Reads a file of rows, however it is written.
///
/// # Errors
/// As [`Table::read`](crate::Table::read); [`FormatError::LabelsElsewhere`] for labels of a file of their own beside a table.
pub(crate) fn read_file(source: &Source, options: &Options) -> Result<Raw> {
    let source = source.reopenable()?;
    let kind = FileKind::of(&source)?;
    if matches!(kind, FileKind::Npy | FileKind::Npz) {
        return read_arrays(&source, kind, options);
    }
    if options.labels.is_some() && options.known.is_none() {
        return Err(DataError::from(FormatError::LabelsElsewhere {
            path: source.name(),
        }));
    }
    let table = match kind {
        FileKind::JsonLines => read_json_lines(&source, options),
        FileKind::Arff => read_arff(&source, options),
        FileKind::Text => read_delimited(&source, options, 0),
        kind => read_arrow(&source, kind, options),
    };
    table.map(Raw::Table)
}

/// What the first bytes say of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Parquet,
    /// The file format of Arrow, which is Feather's second version.
    Arrow,
    /// Arrow's messages one after the other, without an index.
    ArrowStream,
    Npy,
    /// A zip archive of NumPy's arrays.
    Npz,
    JsonLines,
    Arff,
    /// Anything else, which delimited text looks into.
    Text,
}

impl FileKind {
    pub(crate) fn of(source: &Source) -> Result<Self> {
        Ok(Self::of_head(&source.head(HEAD)?))
    }

    fn of_head(head: &[u8]) -> Self {
        const MAGIC: [(&[u8], FileKind); 4] = [
            (b"PAR1", FileKind::Parquet),
            (b"ARROW1", FileKind::Arrow),
            (b"\xff\xff\xff\xff", FileKind::ArrowStream),
            (b"\x93NUMPY", FileKind::Npy),
        ];
        if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
            return *kind;
        }
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        match text.trim_ascii_start() {
            zip if zip.starts_with(b"PK\x03\x04") && first_name(zip).ends_with(b".npy") => {
                Self::Npz
            }
            text if is_json_lines(text) => Self::JsonLines,
            text if is_arff(text) => Self::Arff,
            _ => Self::Text,
        }
    }
}

/// The name of the first file of a zip archive.
fn first_name(zip: &[u8]) -> &[u8] {
    let length = zip
        .get(26..28)
        .map_or(0, |size| usize::from(size[0]) | usize::from(size[1]) << 8);
    zip.get(30..30 + length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::FileKind;

    #[test]
    fn first_bytes_tell() {
        let zip = b"PK\x03\x04\x14\0\0\0\0\0\0\0!\0aaaaccccuuuu\x05\0\0\0x.npy";
        for (head, kind) in [
            (&b"PAR1\x15\x04"[..], FileKind::Parquet),
            (b"ARROW1\0\0", FileKind::Arrow),
            (b"\xff\xff\xff\xff\x10\0\0\0", FileKind::ArrowStream),
            (b"\x93NUMPY\x01\0", FileKind::Npy),
            (zip, FileKind::Npz),
            (b"PK\x03\x04\x14\0\0\0data.csv", FileKind::Text),
            (b"{\"a\": 0.3}\n{\"a\": 0.4}\n", FileKind::JsonLines),
            (b"\xef\xbb\xbf {\"a\": 0.3}\n", FileKind::JsonLines),
            (b"{\"a\": 0.3, \"b\"", FileKind::JsonLines),
            (b"{}\n{}", FileKind::JsonLines),
            (b"{\n \"a\": 0.3\n}", FileKind::Text),
            (b"[{\"a\": 1}]", FileKind::Text),
            (b"{a},b\n1,2\n", FileKind::Text),
            (b"% by hand\n\n@RELATION iris\n", FileKind::Arff),
            (b"a,b\n1,2\n", FileKind::Text),
            (b"", FileKind::Text),
        ] {
            assert_eq!(FileKind::of_head(head), kind, "{:?}", head.escape_ascii());
        }
    }
}
