//! Logits and labels from elsewhere.

use std::path::{Path, PathBuf};

use decay_data::{read_labels, read_logits};

fn write(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn logits_are_read_with_and_without_a_head_and_from_an_array() {
    let dir = tempfile::tempdir().unwrap();
    let headed = write(
        dir.path(),
        "a.csv",
        b"logit_cat,logit_dog\n1,-2.5\n-inf,3e1\n",
    );
    let table = read_logits(&headed).unwrap();
    assert_eq!(
        (table.rows, table.classes.as_slice()),
        (2, ["cat", "dog"].map(String::from).as_slice())
    );
    assert_eq!(table.values, [1.0, -2.5, f64::NEG_INFINITY, 30.0]);
    let plain = read_logits(&write(dir.path(), "b.tsv", b"1\t2\t3\n4\t5\t6\n")).unwrap();
    assert_eq!((plain.rows, plain.classes.len()), (2, 3));
    let data: Vec<u8> = [1.5f32, 2.0, -0.5, 4.0]
        .iter()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    let array = read_logits(&write(dir.path(), "c.npy", &npy("<f4", "(2, 2)", &data))).unwrap();
    assert_eq!((array.rows, array.values), (2, vec![1.5, 2.0, -0.5, 4.0]));
}

#[test]
fn labels_are_names_or_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let classes = ["cat", "dog", "7"].map(String::from);
    let labels =
        |name: &str, text: &str| read_labels(&write(dir.path(), name, text.as_bytes()), &classes);
    assert_eq!(labels("a.csv", "dog\ncat\n").unwrap(), [1, 0]);
    assert_eq!(labels("b.csv", "label\n0\n1\n2.0\n").unwrap(), [0, 1, 2]);
    // A name wins over a number.
    assert_eq!(labels("c.csv", "7\n0\n").unwrap(), [2, 0]);
    let bytes: Vec<u8> = [1i64, 0].iter().flat_map(|v| v.to_le_bytes()).collect();
    let path = write(dir.path(), "d.npy", &npy("<i8", "(2,)", &bytes));
    assert_eq!(read_labels(&path, &classes).unwrap(), [1, 0]);
}

#[test]
fn what_is_wrong_is_named_with_its_row() {
    let dir = tempfile::tempdir().unwrap();
    let logits = |text: &[u8]| {
        let error = read_logits(&write(dir.path(), "x.csv", text)).unwrap_err();
        error.to_string()
    };
    for (text, parts) in [
        (
            &b"a,b\n1,2\n3,nan\n"[..],
            &["row 2", "class 'b'", "NaN"][..],
        ),
        (b"1,2\n3,inf\n", &["row 2", "class '1'", "inf"]),
        (b"1,2\n-inf,-inf\n", &["row 2", "-inf"]),
        (b"1,2\n3,x\n", &["row 2", "class '1'", "x is no logit"]),
        (b"1,2\n3\n", &["line 2", "1 fields, expected 2"]),
        (b"a,b\n", &["header and no rows"]),
        (b"", &["empty"]),
        (b"1\n2\n", &["at least 2 classes"]),
    ] {
        let message = logits(text);
        for part in parts {
            assert!(message.contains(part), "'{message}' lacks '{part}'");
        }
    }
    let classes = ["0", "1"].map(String::from);
    let labels = |text: &str| {
        let path = write(dir.path(), "y.csv", text.as_bytes());
        read_labels(&path, &classes).unwrap_err().to_string()
    };
    for (text, part) in [
        ("0\n2\n", "row 2: '2'"),
        ("0\n-1\n", "row 2: '-1'"),
        ("0\n0.5\n", "'0.5'"),
        ("0,1\n", "one column"),
    ] {
        assert!(labels(text).contains(part), "{}", labels(text));
    }
    let three = write(dir.path(), "z.npy", &npy("<f4", "(1, 1, 2)", &[0; 8]));
    assert!(
        read_logits(&three)
            .unwrap_err()
            .to_string()
            .contains("[1, 1, 2]")
    );
}
