//! Files that are no delimited text, known by their first bytes.

use crate::{DataError, Result};

const EXCEL: &str = "save the sheet as CSV";
const PANDAS: &str =
    "write it as CSV, as with pandas: read it there and call to_csv(\"FILE.csv\", index=False)";
const UNPACK: &str = "unpack it and name the file inside";
const PACKED: &str = "unpack it, or pack it with gzip";
const R: &str = "write the frame with write.csv(..., row.names = FALSE)";
const IMAGE: &str = "images are read from a folder that holds a folder for each class";

/// Where the bytes stand, the bytes, what has them, and the way out.
const SIGNATURES: [(usize, &[u8], &str, &str); 26] = [
    (
        0,
        b"FEA1",
        "a Feather file of the first version",
        "write it anew, as with pandas.read_feather(\"FILE\").to_feather(\"FILE\")",
    ),
    (0, b"ORC", "an ORC file", PANDAS),
    (0, b"Obj\x01", "an Avro file", PANDAS),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file", PANDAS),
    (
        0,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an Excel 97 workbook",
        EXCEL,
    ),
    (
        0,
        b"SQLite format 3\0",
        "an SQLite database",
        "export a table of it as CSV",
    ),
    (
        0,
        b"MATLAB 5.0",
        "a MATLAB file",
        "write the matrix as CSV, as with writematrix",
    ),
    (0, b"RDX2\n", "an R data file", R),
    (0, b"RDX3\n", "an R data file", R),
    (0, b"X\n\0\0\0", "an R data file", R),
    (0, b"$FL2", "an SPSS file", PANDAS),
    (0, b"<stata_dta>", "a Stata file", PANDAS),
    (0, b"PK\x03\x04", "a zip archive", UNPACK),
    (0, b"PK\x05\x06", "an empty zip archive", UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (0, b"BZh", "a bzip2 file", PACKED),
    (0, b"\xfd7zXZ\0", "an xz file", PACKED),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard file", PACKED),
    (0, b"Rar!", "a RAR archive", UNPACK),
    (257, b"ustar", "a tar archive", UNPACK),
    (
        0,
        b"%PDF-",
        "a PDF document",
        "take the table from where the document came from",
    ),
    (0, b"\x89PNG", "a PNG image", IMAGE),
    (0, b"\xff\xd8\xff", "a JPEG image", IMAGE),
    (0, b"GIF8", "a GIF image", IMAGE),
    (0, b"\x80\x04\x95", "a pickle of Python", PANDAS),
    (0, b"\x80\x05\x95", "a pickle of Python", PANDAS),
];

/// Refuses what is no delimited text, with the way out.
///
/// # Errors
/// [`DataError::NotDelimited`].
pub(crate) fn refuse_containers(path: &str, head: &[u8]) -> Result<()> {
    match binary(head).or_else(|| text(head)) {
        None => Ok(()),
        Some((what, remedy)) => Err(DataError::NotDelimited {
            path: path.to_owned(),
            what,
            remedy,
        }),
    }
}

type Known = (&'static str, &'static str);

fn binary(head: &[u8]) -> Option<Known> {
    let holds = |text: &[u8]| {
        head.windows(text.len())
            .take(4096)
            .any(|window| window == text)
    };
    if head.starts_with(b"PK\x03\x04") {
        if holds(b"xl/") || holds(b"[Content_Types].xml") {
            return Some(("an Excel workbook", EXCEL));
        }
        if holds(b"application/vnd.oasis") {
            return Some(("an OpenDocument sheet", EXCEL));
        }
    }
    let matches = |&&(place, bytes, ..): &&(usize, &[u8], &str, &str)| {
        head.get(place..place + bytes.len()) == Some(bytes)
    };
    let known = SIGNATURES.iter().find(matches);
    if let Some(&(_, _, what, remedy)) = known {
        return Some((what, remedy));
    }
    let old_pickle = head.len() > 2
        && head[0] == 0x80
        && matches!(head[1], 2 | 3)
        && b"}](cX".contains(&head[2]);
    old_pickle.then_some(("a pickle of Python", PANDAS))
}

/// Texts of another structure.
fn text(head: &[u8]) -> Option<Known> {
    let head = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    let inner = head.get(1..).unwrap_or_default().trim_ascii_start();
    let next = inner.first().copied().unwrap_or_default();
    let starts = |word: &[u8]| {
        head.get(..word.len())
            .is_some_and(|own| own.eq_ignore_ascii_case(word))
    };
    if head.first() == Some(&b'{') && matches!(next, b'"' | b'}') {
        return Some(JSON);
    }
    if head.first() == Some(&b'[') && (matches!(next, b'{' | b'[') || inner.trim_ascii() == b"]") {
        return Some(JSON);
    }
    if [&b"<!doctype html"[..], b"<html"]
        .iter()
        .any(|word| starts(word))
    {
        return Some((
            "a web page",
            "download the file itself: this is the page around it",
        ));
    }
    if starts(b"<?xml") {
        return Some(("XML", PANDAS));
    }
    is_libsvm(head).then_some((
        "in the format of LIBSVM",
        "write it as CSV, as with sklearn.datasets.load_svmlight_file and numpy.savetxt",
    ))
}

const JSON: Known = (
    "JSON",
    "write an object on each line, as with pandas.read_json(\"FILE\").to_json(\"FILE.jsonl\", orient=\"records\", lines=True)",
);
/// Whether the first line that is not blank begins an object, and ends one if it ends here.
pub(crate) fn is_json_lines(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let inner = head.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    let Some([b'"' | b'}', ..]) = inner else {
        return false;
    };
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    line.len() == head.len() || line.trim_ascii_end().ends_with(b"}")
}

/// Whether the first line that is no comment names the relation.
pub(crate) fn is_arff(head: &[u8]) -> bool {
    let mut lines = head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"%"));
    first.is_some_and(|line| {
        line.get(..9)
            .is_some_and(|word| word.eq_ignore_ascii_case(b"@relation"))
    })
}

/// `label index:value index:value ...` in each of the first lines.
fn is_libsvm(head: &[u8]) -> bool {
    let number = |text: &str| text.parse::<f64>().is_ok();
    let pair = |text: &str| {
        let (index, value) = text.split_once(':').unwrap_or_default();
        index.parse::<u32>().is_ok() && number(value)
    };
    let is_row = |line: &[u8]| {
        let Ok(line) = std::str::from_utf8(line) else {
            return false;
        };
        let line = line.split('#').next().unwrap_or_default();
        let mut parts = line.split_ascii_whitespace();
        let label = parts
            .next()
            .is_some_and(|label| label.split(',').all(number));
        let pairs: Vec<&str> = parts.collect();
        // `1 10:30` is a number and a time.
        let clock = |text: &&str| {
            text.split_once(':')
                .is_some_and(|(_, minutes)| minutes.len() == 2)
        };
        label
            && !pairs.is_empty()
            && pairs.iter().all(|text| pair(text))
            && !pairs.iter().all(clock)
    };
    let mut lines = head
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.trim_ascii().is_empty())
        .take(3);
    lines.next().is_some_and(is_row) && lines.take(1).all(is_row)
}

#[cfg(test)]
mod tests {
    use super::refuse_containers;

    #[test]
    fn what_is_no_table_is_named() {
        let tar: Vec<u8> = [&[b'x'; 257][..], b"ustar\0", &[0; 200]].concat();
        for (head, words) in [
            (&b"PK\x03\x04....xl/workbook.xml"[..], "Excel"),
            (b"PK\x03\x04....data.csv", "zip"),
            (b"FEA1\0\0", "Feather file of the first version"),
            (b"\x89HDF\r\n\x1a\n", "HDF5"),
            (b"\x80\x04\x95\x10\0", "pickle"),
            (b"\x80\x03cpandas", "pickle"),
            (&tar, "tar"),
            (b"{\n \"a\": [1, 2]\n}", "JSON"),
            (b"[{\"a\": 1}]", "JSON"),
            (b"\xef\xbb\xbf <!DOCTYPE html><html>", "web page"),
            (b"1 1:0.126 2:-0.132\n0 2:0.5\n", "LIBSVM"),
        ] {
            let message = refuse_containers("f", head).unwrap_err().to_string();
            assert!(
                message.starts_with("f: is ") && message.contains(words),
                "{message}"
            );
        }
        for head in [
            &b"a,b\n1,2\n"[..],
            b"",
            b"[a],b\n1,2\n",
            b"{a},b\n",
            b"1 10:30\n2 11:30\n",
            b"x;y",
            b"\"{\",b",
        ] {
            assert!(refuse_containers("f", head).is_ok(), "{head:?}");
        }
    }
}
