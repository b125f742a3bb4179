//! Every way to hand over wrong data gets one sentence that names file, place, value and remedy.

use std::fmt::Write;

use decay_data::{
    DataError, Dataset, Options, Table, Target, TaskKind, load, load_inputs_with, load_with,
    read_idx, read_idx_dir, stratified_holdout, stratified_kfold,
};

use crate::files::{Files, assert_message, gzip, table, try_table};
use crate::idx::idx_bytes;

fn refused(text: &str, parts: &[&str]) {
    refused_with(text, &Options::default(), parts);
}

fn refused_with(text: &str, options: &Options, parts: &[&str]) {
    let result = try_table(text, options).and_then(|table| Dataset::from_table(&table, options));
    assert_message(result, "data.csv", parts);
}

#[test]
fn missing_file() {
    assert_message(
        load("no/such/file.csv", &Options::default()),
        "file.csv",
        &["cannot be opened"],
    );
}

#[test]
fn unknown_embedded_set() {
    assert_message(
        load("digit", &Options::default()),
        "digit",
        &["digits", "fashion-mini"],
    );
    assert_message(
        load("embedded:mnist", &Options::default()),
        "embedded:mnist",
        &["digits"],
    );
}

#[test]
fn a_directory_is_no_table() {
    let files = Files::new();
    let result = Table::read(files.root(), &Options::default());
    assert!(matches!(result, Err(DataError::Open { .. })));
}

#[test]
fn empty_file() {
    refused("", &["is empty"]);
    refused("\n\r\n\n", &["is empty"]);
    let files = Files::new();
    let path = files.write("data.csv.gz", gzip(b""));
    assert_message(
        Table::read(path, &Options::default()),
        "data.csv.gz",
        &["is empty"],
    );
}

#[test]
fn header_only() {
    refused("a,b,label\n", &["a header and no rows"]);
}

#[test]
fn ragged_row() {
    refused(
        "a,b,y\n1,2,0\n1,1\n",
        &["line 3", "has 2 fields", "expected 3", "'y'"],
    );
    refused(
        "a,b,y\n1,2,0\n\n1,1,0,9\n",
        &["line 4", "has 4 fields", "expected 3", "field 4"],
    );
}

#[test]
fn ragged_row_after_a_line_break_in_quotes() {
    refused(
        "a,b,y\r\n1,\"x\r\nx\",0\r\n1,1\r\n",
        &["line 4", "has 2 fields"],
    );
}

#[test]
fn absent_target_lists_the_columns_and_the_nearest() {
    let options = Options {
        target: Some("lable".into()),
        ..Options::default()
    };
    refused_with(
        "age,label\n1,x\n2,y\n",
        &options,
        &["'lable'", "did you mean 'label'", "age, label"],
    );
    let options = Options {
        target: Some("7".into()),
        ..Options::default()
    };
    refused_with("age,label\n1,x\n2,y\n", &options, &["'7'", "age, label"]);
}

#[test]
fn unknown_column_to_drop() {
    let options = Options {
        drop: vec!["idd".into()],
        ..Options::default()
    };
    refused_with(
        "id,x,y\n1,2,a\n2,3,b\n",
        &options,
        &["'idd'", "did you mean 'id'"],
    );
}

#[test]
fn nothing_but_the_target() {
    refused("y\na\nb\n", &["no feature column", "'y'"]);
}

#[test]
fn two_columns_of_one_name() {
    refused("x,x,y\n1,2,a\n3,4,b\n", &["'x'", "columns 1 and 2"]);
}

#[test]
fn one_class() {
    refused("x,y\n1,a\n2,a\n", &["'y'", "one class, 'a'"]);
    let options = Options {
        task: Some(TaskKind::Classification),
        ..Options::default()
    };
    refused_with("x,y\n1,3\n2,3\n", &options, &["one class, '3'"]);
}

#[test]
fn missing_target_value() {
    refused("x,y\n1,a\n2,NA\n3,b\n4,\n", &["line 3", "'y'", "2 of 4"]);
}

#[test]
fn infinite_values() {
    refused("x,y\n1,a\n-inf,b\n", &["line 3", "'x'", "'-inf'"]);
    refused("x,y\n1,0.5\n2,1e999\n", &["line 3", "'y'", "'inf'"]);
}

/// `inf` is a number only among numbers.
#[test]
fn inf_may_be_a_label() {
    assert!(try_table("x,y\ninf,a\nsup,b\n", &Options::default()).is_ok());
}

#[test]
fn regression_on_labels() {
    let options = Options {
        task: Some(TaskKind::Regression),
        ..Options::default()
    };
    refused_with(
        "x,y\n1,2.5\n2,high\n",
        &options,
        &["line 3", "'y'", "'high'"],
    );
}

/// A million different labels are refused after 1001 of them: the broken row behind is never reached.
#[test]
fn column_of_a_million_labels_fails_fast() {
    let mut text = String::from("user,x,y\n");
    for row in 0..1_000_000 {
        writeln!(text, "u{row},{row},{}", row % 2).unwrap();
    }
    text.push_str("ragged\n");
    refused(
        &text,
        &[
            "'user'",
            "1001 different labels by line 1002",
            "limit is 1000",
            "drop",
        ],
    );
    let options = Options {
        drop: vec!["user".into()],
        ..Options::default()
    };
    refused_with(&text, &options, &["line 1000002", "has 1 fields"]);
}

#[test]
fn numbers_that_turn_into_too_many_labels() {
    let mut text = String::from("id,y\n");
    for row in 0..5000 {
        writeln!(text, "{row},{}", row % 2).unwrap();
    }
    text.push_str("x17,0\n");
    refused(&text, &["'id'", "1001 different labels by line 1002"]);
}

#[test]
fn label_that_is_not_utf8() {
    let files = Files::new();
    let path = files.write("data.csv", b"x,y\n1,a\n2,\xff\n");
    assert_message(
        Table::read(path, &Options::default()),
        "data.csv",
        &["line 3", "'y'", "UTF-8"],
    );
}

#[test]
fn truncated_gzip() {
    let text: String = (0..5000)
        .map(|row| format!("{row},{}\n", row * row % 2))
        .collect();
    let bytes = gzip(text.as_bytes());
    let files = Files::new();
    for keep in [3, 12, bytes.len() / 2, bytes.len() - 1] {
        let path = files.write("data.csv.gz", &bytes[..keep]);
        assert_message(
            Table::read(path, &Options::default()),
            "data.csv.gz",
            &["truncated or damaged"],
        );
    }
    let path = files.write("plain.csv.gz", "x,y\n1,2\n");
    assert_message(
        Table::read(path, &Options::default()),
        "plain.csv.gz",
        &["truncated or damaged"],
    );
}

#[test]
fn wrong_idx_magic() {
    let files = Files::new();
    let path = files.write("images", b"\x89PNG....");
    assert_message(
        read_idx(path),
        "images",
        &["not an IDX file", "89, 50, 4e, 47"],
    );
    let path = files.write("floats", [0, 0, 0x0d, 1, 0, 0, 0, 0]);
    assert_message(read_idx(path), "floats", &["0x0d", "not supported"]);
}

#[test]
fn truncated_idx() {
    let whole = idx_bytes(&[2, 3], &[1, 2, 3, 4, 5, 6]);
    let files = Files::new();
    let path = files.write("short", &whole[..whole.len() - 2]);
    assert_message(
        read_idx(path),
        "short",
        &["[2, 3]", "must have 6 bytes, found 4"],
    );
    let path = files.write("long", [whole.as_slice(), &[0]].concat());
    assert_message(read_idx(path), "long", &["must have 6 bytes, found 7"]);
    let path = files.write("head", &whole[..9]);
    assert_message(read_idx(path), "head", &["must have 12 bytes, found 9"]);
    let path = files.write("cut.gz", &gzip(&whole)[..20]);
    assert_message(read_idx(path), "cut.gz", &["truncated or damaged"]);
}

/// Dimensions that promise more than memory holds must not be believed.
#[test]
fn idx_that_claims_to_be_huge() {
    let files = Files::new();
    let path = files.write("huge", idx_bytes(&[u32::MAX, u32::MAX, u32::MAX], &[0; 8]));
    assert_message(read_idx(path), "huge", &["found 8"]);
}

#[test]
fn idx_directory_without_a_set() {
    let files = Files::new();
    assert_message(read_idx_dir(files.root()), "", &["holds no pair"]);
    files.write("train-images-idx3-ubyte", idx_bytes(&[1, 1, 1], &[0]));
    assert_message(
        read_idx_dir(files.root()),
        "train-images-idx3-ubyte",
        &["train-labels-idx1-ubyte"],
    );
    files.write("train-labels-idx1-ubyte", idx_bytes(&[2], &[0, 1]));
    assert_message(
        read_idx_dir(files.root()),
        "train-labels-idx1-ubyte",
        &["2 labels", "1 images"],
    );
}

#[test]
fn class_unseen_in_training() {
    let train = Dataset::from_table(&table("x,y\n1,cat\n2,dog\n"), &Options::default()).unwrap();
    let files = Files::new();
    let path = files
        .write("audit.csv", "y,x\ncat,1\ncow,2\n")
        .display()
        .to_string();
    assert_message(
        load_with(&path, &train.schema),
        "audit.csv",
        &["line 3", "'cow'", "cat, dog"],
    );
    // Without a look at the target the same file is fine.
    assert_eq!(load_inputs_with(&path, &train.schema).unwrap().rows, 2);
}

#[test]
fn new_file_without_a_column() {
    let train = Dataset::from_table(&table("x,z,y\n1,1,a\n2,1,b\n"), &Options::default()).unwrap();
    let files = Files::new();
    let path = files.write("new.csv", "x,y\n1,a\n").display().to_string();
    assert_message(
        load_inputs_with(&path, &train.schema),
        "new.csv",
        &["no column 'z'", "x, y"],
    );
    let path = files
        .write("new.csv", "x,z\n1,2\nbig,2\n")
        .display()
        .to_string();
    assert_message(
        load_inputs_with(&path, &train.schema),
        "new.csv",
        &["line 3", "'x'", "'big'"],
    );
    assert_message(
        load_with(
            &files.write("no.csv", "x,z\n1,2\n").display().to_string(),
            &train.schema,
        ),
        "no.csv",
        &["no column 'y'"],
    );
}

#[test]
fn value_beyond_single_precision() {
    let train = Dataset::from_table(&table("x,y\n1,a\n2,b\n"), &Options::default()).unwrap();
    assert_message(
        train.schema.encode(&table("x,y\n1,a\n1e300,b\n")),
        "data.csv",
        &["line 3", "'x'"],
    );
}

#[test]
fn impossible_splits() {
    let target = Target::Classes {
        labels: vec![0, 1, 0],
        names: vec!["a".into(), "b".into()],
    };
    let kfold = |rows: &[usize], folds| {
        stratified_kfold(&target, rows, folds, 0)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(kfold(&[0, 1, 2], 4), "3 rows cannot be split into 4 folds");
    assert_eq!(
        kfold(&[0, 1, 2], 1),
        "cross-validation needs at least 2 folds, got 1"
    );
    assert_eq!(
        kfold(&[0, 3], 2),
        "row 3 is outside the data, which has 3 rows"
    );
    assert_eq!(kfold(&[0, 1, 0], 2), "row 0 is listed twice");
    for fraction in [0.0, 1.0, -0.1, f64::NAN, 2.0] {
        let message = stratified_holdout(&target, fraction, 0)
            .unwrap_err()
            .to_string();
        assert!(message.contains("must be in (0, 1)"), "{message}");
    }
    let message = stratified_holdout(&target, 0.1, 0).unwrap_err().to_string();
    assert_eq!(
        message,
        "holding out 0.1 of 3 rows leaves no row to test on"
    );
}
