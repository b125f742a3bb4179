//! Logits and labels from elsewhere.

use std::path::{Path, PathBuf};

use decay_data::{LogitTable, Result, RowLabels, Scores};

fn read_logits(path: &Path) -> Result<LogitTable> {
    decay_data::read_logits(path, Scores::Unsaid, None)
}

fn read_labels(path: &Path, table: &LogitTable) -> Result<RowLabels> {
    decay_data::read_labels(path, table, None)
}

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

/// A table of one row whose classes have these names, or none.
fn of_classes(classes: &[&str], named: bool) -> LogitTable {
    LogitTable {
        path: "z.csv".into(),
        values: vec![0.0; classes.len()],
        rows: 1,
        classes: classes.iter().map(|&class| class.into()).collect(),
        named,
        binary: false,
        notes: Vec::new(),
    }
}

#[test]
fn labels_are_all_names_or_all_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let read = |text: &str, table: &LogitTable| {
        read_labels(&write(dir.path(), "y.csv", text.as_bytes()), table)
    };
    let animals = of_classes(&["cat", "dog", "7"], true);
    let classes = |text: &str| read(text, &animals).unwrap().classes;
    assert_eq!(classes("dog\ncat\n"), [1, 0]);
    assert_eq!(classes("label\n0\n1\n2.0\n"), [0, 1, 2]);
    assert_eq!(classes("7\ncat\n"), [2, 0]);
    assert_eq!(classes(",label\n0,dog\n1,7\n"), [1, 2]);
    // Seven is a name, and zero is none.
    let mixed = read("7\n0\n", &animals).unwrap_err().to_string();
    assert!(mixed.contains("row 2: '0' is no label"), "{mixed}");
    // Names that are numbers: a 0 says that all count from 0.
    let counted = of_classes(&["1", "2", "3"], true);
    let found = |text: &str| -> (Vec<usize>, usize) {
        let RowLabels { classes, notes } = read(text, &counted).unwrap();
        (classes, notes.len())
    };
    assert_eq!(found("3\n2\n1\n"), (vec![2, 1, 0], 0));
    assert_eq!(found("2\n1\n0\n"), (vec![2, 1, 0], 1));
    assert_eq!(found("1\n2.0\n"), (vec![0, 1], 1));
}

#[test]
fn labels_are_arrays_of_numbers_of_texts_or_of_a_one_among_zeros() {
    let dir = tempfile::tempdir().unwrap();
    let table = of_classes(&["cat", "dog"], true);
    let read = |descr: &str, shape: &str, data: &[u8]| {
        read_labels(
            &write(dir.path(), "y.npy", &npy(descr, shape, data)),
            &table,
        )
    };
    let bytes: Vec<u8> = [1i64, 0].iter().flat_map(|v| v.to_le_bytes()).collect();
    assert_eq!(read("<i8", "(2,)", &bytes).unwrap().classes, [1, 0]);
    assert_eq!(read("<u8", "(2, 1)", &bytes).unwrap().classes, [1, 0]);
    assert_eq!(
        read("|u1", "(2, 2)", &[0, 1, 1, 0]).unwrap().classes,
        [1, 0]
    );
    assert_eq!(read("|S3", "(2,)", b"dogcat").unwrap().classes, [1, 0]);
    let two = read("|u1", "(2, 2)", &[0, 1, 1, 1])
        .unwrap_err()
        .to_string();
    assert!(two.contains("row 2 is not a single 1 among 0"), "{two}");
}

#[test]
fn what_is_no_class_is_left_out_and_said() {
    let dir = tempfile::tempdir().unwrap();
    let read = |text: &str| read_logits(&write(dir.path(), "z.csv", text.as_bytes())).unwrap();
    let plain = read("logit_a,logit_b\n1.5,2\n3,4\n4,5\n");
    for text in [
        ",logit_a,logit_b\n0,1.5,2\n1,3,4\n2,4,5\n",
        "Unnamed: 0,logit_a,logit_b\n5,0,0\n"
            .replace("5,0,0\n", "1,1.5,2\n2,3,4\n3,4,5\n")
            .as_str(),
        "class,logit_a,p_a,logit_b,p_b\nb,1.5,.3,2,.7\nb,3,.3,4,.7\nb,4,.3,5,.7\n",
        "logit_a;logit_b\n1,5;2\n3;4\n4;5\n",
        "\tlogit_a\tlogit_b\n0\t1.5\t2\n1\t3\t4\n2\t4\t5\n",
    ] {
        let other = read(text);
        assert_eq!(
            (&other.values, &other.classes),
            (&plain.values, &plain.classes),
            "{text}"
        );
    }
    assert_eq!(read(",logit_a,logit_b\n0,1.5,2\n1,3,4\n").notes.len(), 1);
    // Classes by number in the head, as pandas writes them, and rows by number.
    let numbered = read(",0,1\n0,1.5,2\n1,3,4\n");
    assert_eq!(
        (numbered.rows, numbered.values),
        (2, vec![1.5, 2.0, 3.0, 4.0])
    );
    assert_eq!(read("0,1,2\n.5,2,1\n3,4,1\n").rows, 2);
    assert_eq!(read("0,1,2\n5,2,1\n3,4,1\n").rows, 3);
    // NumPy's text.
    let blanks = read("# a b\n1.5e+00 2\n 3  4\n");
    assert_eq!(
        (blanks.rows, blanks.classes),
        (2, vec!["a".into(), "b".into()])
    );
    let path = write(dir.path(), "n.csv", b",a,b\n7,1,2\n3,4,5\n");
    let refused = read_logits(&path).unwrap_err().to_string();
    assert!(refused.contains("column 1 has no name"), "{refused}");
}

#[test]
fn probabilities_are_known_and_become_logits() {
    let dir = tempfile::tempdir().unwrap();
    let path = |text: &str| write(dir.path(), "p.csv", text.as_bytes());
    let logs = [0.25f64.ln(), 0.75f64.ln(), f64::NEG_INFINITY, 0.0];
    for text in [
        "p_a,p_b\n.25,.75\n0,1\n",
        "class,prob_a,prob_b\nb,.25,.75\nb,0,1\n",
    ] {
        assert_eq!(read_logits(&path(text)).unwrap().values, logs, "{text}");
    }
    let rows = ".25,.75\n0,1\n.5,.5\n";
    let found = read_logits(&path(rows)).unwrap();
    assert_eq!((&found.values[..4], found.notes.len()), (&logs[..], 1));
    // Two rows may sum to 1 by chance.
    let few = |scores| decay_data::read_logits(&path(".25,.75\n0,1\n"), scores, None);
    assert!(
        few(Scores::Unsaid)
            .unwrap_err()
            .to_string()
            .contains("--probabilities")
    );
    assert_eq!(few(Scores::Probabilities).unwrap().values, logs);
    let said = read_logits(&path(&format!("logit_a,logit_b\n{rows}")))
        .unwrap_err()
        .to_string();
    assert!(said.contains("said to hold logits"), "{said}");
    for (text, part) in [
        (
            "p_a,p_b\n.25,.75\n.25,.5\n",
            "row 2 holds no probabilities: they sum to 0.75",
        ),
        (
            "p_a,p_b\n.25,.75\n-1,2\n",
            "row 2 holds no probabilities: -1 is none",
        ),
    ] {
        let refused = read_logits(&path(text)).unwrap_err().to_string();
        assert!(refused.contains(part), "{refused}");
    }
}

#[test]
fn one_column_is_the_second_of_two_classes() {
    let dir = tempfile::tempdir().unwrap();
    let path = |text: &str| write(dir.path(), "z.csv", text.as_bytes());
    let logits = read_logits(&path("1.5\n-2\n")).unwrap();
    assert_eq!(
        (logits.values, logits.named),
        (vec![0.0, 1.5, 0.0, -2.0], false)
    );
    let yes = read_logits(&path("p_yes\n.25\n1\n")).unwrap();
    assert_eq!(
        yes.values,
        [0.75f64.ln(), 0.25f64.ln(), f64::NEG_INFINITY, 0.0]
    );
    let label = |text: &str| {
        let path = write(dir.path(), "y.csv", text.as_bytes());
        read_labels(&path, &yes).map(|found| found.classes)
    };
    assert_eq!(label("yes\nno\n").unwrap(), [1, 0]);
    assert_eq!(label("label\nno\nyes\nno\n").unwrap(), [0, 1, 0]);
    assert_eq!(label("1\n0\n").unwrap(), [1, 0]);
    assert!(label("yes\nno\nmaybe\n").is_err());
    let either = read_logits(&path(".25\n1\n")).unwrap_err().to_string();
    assert!(
        either.contains("may be probabilities or logits"),
        "{either}"
    );
}

#[test]
fn columns_of_two_models_are_matched_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let read = |text: &str| read_logits(&write(dir.path(), "z.csv", text.as_bytes())).unwrap();
    let first = read("a,b,c\n1,2,3\n4,5,6\n");
    let other = read("c,a,b\n3,1,2\n6,4,5\n").in_order_of(&first).unwrap();
    assert_eq!(
        (&other.values, &other.classes),
        (&first.values, &first.classes)
    );
    let plain = read("1.5,2,3\n4,5,6\n").in_order_of(&first).unwrap();
    assert_eq!((plain.values[0], plain.notes.len()), (1.5, 1));
    for text in ["a,b,d\n1,2,3\n", "a,b\n1,2\n"] {
        let refused = read(text).in_order_of(&first).unwrap_err().to_string();
        assert!(refused.contains("a, b, c"), "{refused}");
    }
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
        (b"0.1\n0.2\n", &["--probabilities"]),
    ] {
        let message = logits(text);
        for part in parts {
            assert!(message.contains(part), "'{message}' lacks '{part}'");
        }
    }
    let classes = of_classes(&["0", "1"], false);
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
