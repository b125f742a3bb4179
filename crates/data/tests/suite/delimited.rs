//! Reading delimited text.

use decay_data::{Cells, Options, Table};
use proptest::prelude::*;

use crate::files::{Files, gzip, table, try_table};

fn names(table: &Table) -> Vec<&str> {
    table
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect()
}

fn numbers(table: &Table, column: usize) -> Vec<f64> {
    match &table.columns[column].cells {
        Cells::Numbers(values) => values.clone(),
        Cells::Labels { .. } => panic!("column {column} holds labels"),
    }
}

fn texts(table: &Table, column: usize) -> Vec<Option<String>> {
    (0..table.rows())
        .map(|row| table.columns[column].text(row))
        .collect()
}

#[test]
fn header_is_found_above_numbers() {
    let table = table("age,city\n3,Rome\n4,Rome\n");
    assert_eq!(names(&table), ["age", "city"]);
    assert_eq!(numbers(&table, 0), [3.0, 4.0]);
    assert_eq!(table.lines, [2, 3]);
}

#[test]
fn header_is_found_above_labels() {
    assert_eq!(names(&table("animal,city\ncat,Rome\n")), ["animal", "city"]);
}

#[test]
fn no_header_above_numbers_only() {
    let table = table("1,2,a\n3,4,b\n5,6,a\n");
    assert_eq!(names(&table), ["c0", "c1", "c2"]);
    assert_eq!(numbers(&table, 0), [1.0, 3.0, 5.0]);
    assert_eq!(
        texts(&table, 2),
        [Some("a".into()), Some("b".into()), Some("a".into())]
    );
    assert_eq!(table.lines, [1, 2, 3]);
}

/// A missing value in the first row is no reason to take it for a header.
#[test]
fn missing_value_in_the_first_row_is_no_header() {
    let table = table("NA,2\n3,4\n");
    assert_eq!(table.rows(), 2);
    assert!(numbers(&table, 0)[0].is_nan());
}

#[test]
fn header_can_be_forced_either_way() {
    let with = |header| {
        try_table(
            "1,2\n3,4\n",
            &Options {
                header: Some(header),
                ..Options::default()
            },
        )
    };
    assert_eq!(names(&with(true).unwrap()), ["1", "2"]);
    assert_eq!(with(false).unwrap().rows(), 2);
    let options = Options {
        header: Some(false),
        ..Options::default()
    };
    let table = try_table("x,y\n1,2\n", &options).unwrap();
    assert_eq!(texts(&table, 0), [Some("x".into()), Some("1".into())]);
}

#[test]
fn header_that_the_options_name() {
    let options = Options {
        target: Some("b".into()),
        ..Options::default()
    };
    assert_eq!(
        try_table("a,b,b2\nx,y,a\nz,y,a\n", &options)
            .unwrap()
            .rows(),
        2
    );
}

#[test]
fn unnamed_first_column_and_byte_order_mark() {
    assert_eq!(names(&table(",a\n0,1\n1,2\n")), ["c0", "a"]);
    assert_eq!(names(&table("\u{feff}x,a\n0,1\n1,2\n")), ["x", "a"]);
}

#[test]
fn delimiters_are_recognised() {
    assert_eq!(names(&table("a;b;c\n1,5;2;3\n")), ["a", "b", "c"]);
    assert_eq!(names(&table("a\tb\n1\t2\n")), ["a", "b"]);
    assert_eq!(names(&table("\n\na;b\n1;2\n")), ["a", "b"]);
    assert_eq!(names(&table("\"a;b;c\",d\nx,2\n")), ["a;b;c", "d"]);
    let files = Files::new();
    let path = files.write("data.tsv.gz", gzip(b"a,x\tb\n1\t2\n"));
    assert_eq!(
        names(&Table::read(path, &Options::default()).unwrap()),
        ["a,x", "b"]
    );
}

#[test]
fn missing_values_in_all_spellings() {
    let table = table("x,y\n1,a\n,b\nNA,c\n N/A ,d\nnan,e\nNull,f\n?,g\nNONE,?\n");
    assert_eq!(
        numbers(&table, 0)
            .iter()
            .filter(|value| value.is_nan())
            .count(),
        7
    );
    assert_eq!(texts(&table, 1)[7], None);
}

/// `007` and `7` are two labels: the text of numbers survives a label that comes later.
#[test]
fn labels_after_numbers_keep_their_text() {
    for text in [
        "id,x\n007,1\n7,2\n1.0,3\nx,4\ny,5\nz,6\n",
        "007,1\n7,2\n1.0,3\nx,4\ny,5\nz,6\n",
    ] {
        let table = table(text);
        let expected = ["007", "7", "1.0", "x", "y", "z"].map(|label| Some(label.to_owned()));
        assert_eq!(texts(&table, 0), expected);
        assert_eq!(numbers(&table, 1), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }
}

#[test]
fn columns_can_be_dropped_kept_and_read_as_labels() {
    let text = "id,zip,x\n1,00501,2\n2,10001,3\n";
    let drop = Options {
        drop: vec!["id".into()],
        categorical: vec!["zip".into()],
        ..Options::default()
    };
    let table = try_table(text, &drop).unwrap();
    assert_eq!(names(&table), ["zip", "x"]);
    assert_eq!(texts(&table, 0)[0].as_deref(), Some("00501"));
    assert_eq!(table.names, ["id", "zip", "x"]);
    let keep = Options {
        keep: Some(vec!["x".into(), "absent".into()]),
        ..Options::default()
    };
    assert_eq!(names(&try_table(text, &keep).unwrap()), ["x"]);
    let by_position = Options {
        drop: vec!["c1".into()],
        ..Options::default()
    };
    assert_eq!(
        names(&try_table("1,2,3\n4,5,6\n", &by_position).unwrap()),
        ["c0", "c2"]
    );
}

#[test]
fn lines_are_counted_in_every_style() {
    for (text, expected) in [
        ("a,b\n1,x\n\n\n2,y\n3,z", vec![2, 5, 6]),
        ("a,b\r\n1,x\r\n\r\n2,y\r\n3,z", vec![2, 4, 5]),
        ("a,b\n1,\"x\nx\"\n2,\"y\n\ny\"\n3,z\n", vec![2, 4, 7]),
        ("a,b\r\n1,\"x\r\nx\"\r\n2,y\r\n3,z\r\n", vec![2, 4, 5]),
        ("1,x\n2,\"y\ny\"\n3,z\n", vec![1, 2, 4]),
    ] {
        assert_eq!(table(text).lines, expected, "{text:?}");
    }
}

#[test]
fn gzip_and_plain_give_the_same_columns_and_their_own_hash() {
    let text = "a,b\n1,x\n2,y\n";
    let files = Files::new();
    let plain = Table::read(files.write("t.csv", text), &Options::default()).unwrap();
    let packed = gzip(text.as_bytes());
    let gz = Table::read(files.write("t.csv.gz", &packed), &Options::default()).unwrap();
    assert_eq!(plain.columns, gz.columns);
    assert_eq!(
        plain.provenance.files[0].sha256,
        decay_data::sha256_hex(text.as_bytes())
    );
    assert_eq!(
        gz.provenance.files[0].sha256,
        decay_data::sha256_hex(&packed)
    );
    assert_eq!(gz.provenance.files[0].bytes, packed.len() as u64);
}

/// Files of several gzip members are common: `cat a.gz b.gz`.
#[test]
fn concatenated_gzip_members_are_all_read() {
    let files = Files::new();
    let bytes = [gzip(b"a,b\n1,x\n"), gzip(b"2,y\n")].concat();
    let table = Table::read(files.write("t.csv.gz", bytes), &Options::default()).unwrap();
    assert_eq!(numbers(&table, 0), [1.0, 2.0]);
}

/// A label with everything that needs quotes, or nothing.
fn label() -> impl Strategy<Value = String> {
    "[ a-z,;\"\t\n\r\u{e9}\u{4e2d}]{0,8}x".prop_map(|text| text.trim().to_owned())
}

proptest! {
    #[test]
    fn quoted_csv_round_trip(
        rows in prop::collection::vec((label(), -1e300_f64..1e300, label()), 1..40),
        crlf in any::<bool>(),
    ) {
        let files = Files::new();
        let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().terminator(end).from_path(files.path("t.csv")).unwrap();
        writer.write_record(["first", "second", "third"]).unwrap();
        for (first, second, third) in &rows {
            writer.write_record([first, &second.to_string(), third]).unwrap();
        }
        drop(writer);
        // Most texts are different, and would be set aside.
        let keep = Some(["first", "second", "third"].map(str::to_owned).to_vec());
        let table = Table::read(files.path("t.csv"), &Options { keep, ..Options::default() }).unwrap();
        prop_assert_eq!(names(&table), ["first", "second", "third"]);
        for (row, (first, second, third)) in rows.iter().enumerate() {
            prop_assert_eq!(table.columns[0].text(row), Some(first.clone()));
            prop_assert_eq!(numbers(&table, 1)[row].to_bits(), second.to_bits());
            prop_assert_eq!(table.columns[2].text(row), Some(third.clone()));
        }
    }

    /// Line numbers against a count by hand.
    #[test]
    fn lines_match_a_count(rows in prop::collection::vec((0_usize..4, 0_usize..3), 1..20)) {
        let mut text = String::from("a,b\n");
        let mut expected = Vec::new();
        for (blank, inside) in rows {
            text.push_str(&"\n".repeat(blank));
            expected.push(text.matches('\n').count() as u64 + 1);
            text.push_str(&format!("1,\"x{}\"\n", "\n".repeat(inside)));
        }
        prop_assert_eq!(table(&text).lines, expected);
    }
}
