//! Every way to hand over wrong data gets one sentence that names file, place, value and remedy.

use std::fmt::Write;

use decay_data::{
    DataError, Dataset, Encoding, Options, Table, TaskKind, load, load_inputs_with, load_with,
};

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
fn two_columns_of_one_name_are_numbered() {
    let table = table("x,x,y\n1,2,a\n3,4,b\n");
    let names: Vec<&str> = table.names.iter().map(String::as_str).collect();
    assert_eq!(names, ["x", "x.1", "y"]);
    assert!(table.decisions.notes[0].contains("'x' (column 2 is 'x.1')"));
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
    refused("x,y\n1,a\n2,?\n3,b\n4,\n", &["line 3", "'y'", "2 of 4"]);
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

/// A million different labels are no feature, and cost no memory; all such columns are told of at once.
#[test]
fn columns_of_a_million_labels_are_set_aside() {
    let mut text = String::from("user,x,mail,y\n");
    for row in 0..1_000_000 {
        writeln!(text, "u{row},{}.5,m{row}@x,{}", row % 7, row % 2).unwrap();
    }
    let table = table(&text);
    let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["x", "y"]);
    assert!(table.decisions.notes[0].starts_with("columns 'user', 'mail' are set aside"));
    let options = Options {
        categorical: vec!["user".into()],
        ..Options::default()
    };
    refused_with(
        &text,
        &options,
        &[
            "'user'",
            "1001 different labels by line 1002",
            "limit is 1000",
            "drop",
        ],
    );
}

/// Labels that come again may teach something: they are not dropped behind one's back.
#[test]
fn too_many_labels_that_come_again_are_refused_together() {
    let mut text = String::from("town,x,shop,y\n");
    for row in 0..9000 {
        let town = row / 3;
        writeln!(text, "t{town},{}.5,s{town},{}", row % 7, row % 2).unwrap();
    }
    refused(
        &text,
        &[
            "'town', 'shop'",
            "1001 different labels",
            "limit is 1000",
            "data.max_levels",
        ],
    );
}

/// The one cell that is no number is named, not a thousand labels.
#[test]
fn numbers_with_one_word_stay_numbers() {
    let mut text = String::from("a,y\n");
    for row in 0..5000 {
        writeln!(text, "{}.5,{}", 5000 - row, row % 2).unwrap();
    }
    text.push_str("x17,0\n");
    let table = table(&text);
    assert!(
        matches!(&table.columns[0].cells, decay_data::Cells::Numbers(values) if values[5000].is_nan())
    );
    let note = &table.decisions.notes[0];
    assert!(
        note.contains("'a'") && note.contains("'x17' in line 5002"),
        "{note}"
    );
}

#[test]
fn numbers_with_many_words_are_refused() {
    let rows: String = (0..100)
        .map(|row| {
            if row % 5 == 0 {
                format!("big{row},a\n")
            } else {
                format!("{row}.5,b\n")
            }
        })
        .collect();
    refused(
        &format!("x,y\n{rows}"),
        &[
            "'x'",
            "80 numbers and 20 other cells",
            "'big0' in line 2",
            "and 17 more",
            "data.categorical",
        ],
    );
}

#[test]
fn numbers_and_dates_of_two_readings_are_refused() {
    let text = "a;y\n1,234;p\n5,678;n\n";
    refused(text, &["line 2", "'a'", "'1,234'", "data.decimal"]);
    refused(
        "when,y\n01/02/2024,p\n03/04/2024,n\n",
        &["'when'", "day or the month", "data.dates"],
    );
}

/// Whether the rest of the file falls into a row's last field or an earlier one.
#[test]
fn a_quote_that_is_never_closed() {
    let rows = "1,x\n".repeat(5);
    refused(
        &format!("a,y\n1,\"x\n{rows}"),
        &["line 2", "quote \" that is never closed"],
    );
    refused(
        &format!("a,y\n{rows}\"1,x\n{rows}"),
        &["line 7", "quote \" that is never closed"],
    );
    assert_eq!(table("a,y\n1,\"x\n\"\n").rows(), 1);
}

#[test]
fn targets_that_are_no_classes() {
    let rows = |target: &dyn Fn(usize) -> String| -> String {
        (0..60)
            .map(|row| format!("{}.5,{}\n", row % 7, target(row)))
            .collect()
    };
    let weights = rows(&|row| format!("{}.{} kg", row % 30, row % 10));
    refused(
        &format!("a,y\n{weights}"),
        &["'y' has 30 different texts", "look like numbers"],
    );
    let names = rows(&|row| format!("name{row}"));
    refused(
        &format!("a,y\n{names}"),
        &["'y' has 60 different texts in 60 rows", "data.target"],
    );
    let constant = rows(&|_| "1.5".into());
    refused(&format!("a,y\n{constant}"), &["'y' is 1.5 in every row"]);
    let bins = rows(&|row| format!("{}-{}", row % 5, row % 5 + 1));
    assert!(Dataset::from_table(&table(&format!("a,y\n{bins}")), &Options::default()).is_ok());
}

#[test]
fn a_byte_of_zero_is_refused() {
    refused("a,y\n1.5,p\n2\x005,n\n", &["line 3", "'a'", "byte of zero"]);
}

#[test]
fn targets_that_are_left_out() {
    let text = "a,b,y\n1,2.5,p\n2,3.5,n\n";
    let y = || vec!["y".to_owned()];
    let drop = Options {
        drop: vec!["y".into()],
        targets: y(),
        ..Options::default()
    };
    refused_with(
        text,
        &drop,
        &["the target 'y' is among the columns to drop"],
    );
    for targets in [Vec::new(), y()] {
        let keep = Some(vec!["a".to_owned(), "b".to_owned()]);
        let keep = Options {
            keep,
            targets,
            ..Options::default()
        };
        refused_with(
            text,
            &keep,
            &[
                "the target 'y' is not among the columns to keep",
                "data.target",
            ],
        );
    }
    let far = Options {
        targets: vec!["9".into()],
        ..Options::default()
    };
    refused_with(text, &far, &["no column '9'", "positions go from 0 to 2"]);
    let date = Options {
        targets: vec!["when".into()],
        ..Options::default()
    };
    refused_with(
        "x,when\n1,2024-01-01\n2,2024-01-02\n",
        &date,
        &["'when' is a date", "when.instant"],
    );
}

#[test]
fn label_that_is_not_utf8() {
    let files = Files::new();
    let path = files.write("data.csv", b"x,y\n1,a\n2,\xfcber\n");
    let options = Options {
        encoding: Some(decay_data::Encoding::Utf8),
        ..Options::default()
    };
    assert_message(
        Table::read(&path, &options),
        "data.csv",
        &["line 3", "'y'", "UTF-8", "latin-1"],
    );
    let table = Table::read(path, &Options::default()).unwrap();
    assert_eq!(table.columns[1].text(1).as_deref(), Some("über"));
    assert!(table.decisions.notes[0].contains("Latin-1"));
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

/// Of cells that cannot be read the first by row is told, whichever column it is in, and before a row of another width that follows.
#[test]
fn of_several_errors_the_earliest_row_is_told() {
    let files = Files::new();
    let rows: &[u8] = b"a,b\n1,2\n3,\xff\n\xff,4\n5\n6,7\n";
    let path = files.write("t.csv", rows);
    let options = Options {
        encoding: Some(Encoding::Utf8),
        header: Some(true),
        ..Options::default()
    };
    assert_message(Table::read(path, &options), "t.csv", &["line 3", "'b'"]);
}
