//! Every way to hand over wrong data gets one sentence that names file, place, value and remedy.

use std::fmt::Write;

use decay_data::{DataError, Dataset, Options, Table, TaskKind, load, load_inputs_with, load_with};

use crate::files::{Files, assert_message, gzip, table, try_table};

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
        targets: vec!["lable".into()],
        ..Options::default()
    };
    refused_with(
        "age,label\n1,x\n2,y\n",
        &options,
        &["'lable'", "did you mean 'label'", "age, label"],
    );
    let options = Options {
        targets: vec!["7".into()],
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
