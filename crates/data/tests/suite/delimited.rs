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
        targets: vec!["b".into()],
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

fn decided(text: &str) -> Vec<(String, String)> {
    let decisions = table(text).decisions;
    let columns = decisions.columns.into_iter();
    columns.map(|own| (own.column, own.kind)).collect()
}

/// Numbers that count the rows and texts that name each are no features; asked for, they are.
#[test]
fn columns_that_are_set_aside() {
    let rows: String = (0..30)
        .map(|k| format!("{k},{},u{k},{}.25,x\n", k + 1, k * k % 11))
        .collect();
    let text = format!(",id,name,a,y\n{rows}");
    assert_eq!(names(&table(&text)), ["a", "y"]);
    let aside: Vec<String> = table(&text)
        .decisions
        .aside
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    assert_eq!(aside, ["c0", "id", "name"]);
    let keep = Some(["id", "name", "a", "y"].map(str::to_owned).to_vec());
    let kept = try_table(
        &text,
        &Options {
            keep,
            ..Options::default()
        },
    )
    .unwrap();
    assert_eq!(names(&kept), ["id", "name", "a", "y"]);
    let target = try_table(
        &text,
        &Options {
            targets: vec!["id".into()],
            ..Options::default()
        },
    )
    .unwrap();
    assert_eq!(names(&target), ["id", "a", "y"]);
    // An index that was shuffled is one if it has no name; a number with a name is not.
    let rows: String = (0..30)
        .map(|k| format!("{},{},{}.5\n", k * 7 % 30, k * 11 % 30, k % 4))
        .collect();
    assert_eq!(names(&table(&format!(",b,y\n{rows}"))), ["b", "y"]);
    // The only feature stays.
    let rows: String = (0..30).map(|k| format!("{k},{}.5\n", k % 4)).collect();
    assert_eq!(names(&table(&format!("t,y\n{rows}"))), ["t", "y"]);
}

/// Lines of more than a megabyte, of which the first bytes hold none.
#[test]
fn tables_of_very_many_columns() {
    let line =
        |cell: &dyn Fn(usize) -> String| (0..120_000).map(cell).collect::<Vec<_>>().join(",");
    let rows = [0, 1, 2].map(|row| line(&|column| format!("{row}.{:08}", column + 1)));
    let table = table(&format!(
        "{}\n{}\n",
        line(&|column| format!("gene{column}")),
        rows.join("\n")
    ));
    assert_eq!((table.rows(), table.columns.len()), (3, 120_000));
    assert_eq!(
        (numbers(&table, 119_999)[2], table.columns[7].name.as_str()),
        (2.0012, "gene7")
    );
}

/// Whole numbers that a float cannot tell apart are labels where they come again.
#[test]
fn codes_beyond_the_digits_of_a_float_stay_apart() {
    let rows: String = (0..20)
        .map(|k| {
            format!(
                "{},{},{}.5\n",
                9_007_199_254_740_992_u64 + k % 2,
                1_600_000_000_000_000_000_u64 + 7 * k * k,
                k % 3
            )
        })
        .collect();
    let table = table(&format!("code,nanoseconds,y\n{rows}"));
    assert_eq!(
        texts(&table, 0)[..2],
        [
            Some("9007199254740992".to_owned()),
            Some("9007199254740993".to_owned())
        ]
    );
    assert_eq!(numbers(&table, 1)[2], 1_600_000_000_000_000_028_u64 as f64);
}

#[test]
fn words_for_yes_and_no_in_any_case_are_two_labels() {
    let table = table("f,y\nTrue,1.5\nFALSE,2.5\ntrue,3.5\n,4.5\nfalse,5.5\n");
    let word = |text: &str| Some(text.to_owned());
    assert_eq!(
        texts(&table, 0),
        [
            word("True"),
            word("FALSE"),
            word("True"),
            None,
            word("FALSE")
        ]
    );
}

#[test]
fn what_surrounds_a_table_is_left_out() {
    let rows = "1.5,2.5,p\n2.5,1.5,n\n3.5,1.5,n\n";
    for (text, line, note) in [
        (
            format!("Report of 2024\n\na,b,y\n{rows}"),
            4,
            "titles before the table are left out: 1",
        ),
        (format!("Report,,\na,b,y\n{rows}"), 3, "titles"),
        (format!("a,b,y\nkg,m,\n{rows}"), 3, "holds units (kg, m)"),
        (
            format!("a,b,y\n,,\n{rows},,\n"),
            3,
            "2 rows without any value",
        ),
        (format!("% made\na,b,y\n{rows}"), 3, "begin with '%'"),
        (
            format!("a,b,y\n{rows}# the end\n"),
            2,
            "1 rows that begin with '#'",
        ),
    ] {
        let table = table(&text);
        assert_eq!(
            (names(&table), table.rows(), table.lines[0]),
            (vec!["a", "b", "y"], 3, line),
            "{text}"
        );
        assert!(
            table.decisions.notes.iter().any(|own| own.contains(note)),
            "{:?}",
            table.decisions.notes
        );
        assert_eq!(numbers(&table, 0), [1.5, 2.5, 3.5]);
    }
    let indexed = "Export\n\n;when;price;y\n0;31/01/2024;1.234,50 €;p\n1;02/02/2024;87,25 €;n\n2;05/02/2024;-;n\n";
    assert!(table(indexed).decisions.dialect.contains("names in line 3"));
    assert_eq!(
        names(&table(indexed)),
        [
            "when.year",
            "when.month",
            "when.weekday",
            "when.instant",
            "price",
            "y"
        ]
    );
    // A separator behind each row, and two.
    for end in [";", ";;"] {
        let table = table(&format!(
            "a;b;y\n{}",
            rows.replace(',', ";").replace('\n', &format!("{end}\n"))
        ));
        assert_eq!((names(&table), table.rows()), (vec!["a", "b", "y"], 3));
    }
    let markdown = "| a | y |\n|---|--:|\n| 1.5 | p |\n| 2.5 | n |\n";
    let kinds = decided(markdown).into_iter().map(|(_, kind)| kind);
    let kinds: Vec<String> = kinds.collect();
    assert_eq!(kinds[1..3], ["numbers", "labels"]);
    let r = "\"a\" \"y\"\n\"1\" 1.5 \"p\"\n\"2\" 2.5 \"n\"\n";
    assert_eq!(names(&table(r)), ["a", "y"]);
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
