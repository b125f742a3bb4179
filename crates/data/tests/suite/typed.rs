//! JSON lines and ARFF: what is decided, and what is refused.

use decay_data::{Cells, Options, Table, load, load_inputs_with};

use crate::files::Files;

fn read(text: &str, options: &Options) -> Result<Table, String> {
    let files = Files::new();
    let path = files.write("t", text);
    match Table::read(path, options) {
        Ok(table) => Ok(table),
        Err(error) => Err(files.refusal::<()>(Err(error))),
    }
}

fn kinds(table: &Table) -> Vec<String> {
    let columns = table.decisions.columns.iter();
    columns
        .map(|own| format!("{}: {}", own.column, own.kind))
        .collect()
}

/// Rows as of a fault, with an index, an identifier, dates, holes and a boolean.
fn lines(rows: usize) -> String {
    let line = |row: usize| {
        let hole = if row.is_multiple_of(5) {
            String::new()
        } else {
            format!(r#""a": {}.5, "#, row % 9)
        };
        format!(
            "{{{hole}\"row\": {row}, \"id\": \"k{row}x\", \"day\": \"2024-01-{:02}\", \"ok\": {}, \"y\": {}}}\n",
            1 + row % 28,
            row.is_multiple_of(3),
            if row.is_multiple_of(2) {
                "\"yes\""
            } else {
                "\"no\""
            }
        )
    };
    (0..rows).map(line).collect()
}

#[test]
fn objects_are_rows_under_the_rules_of_tables() {
    let table = read(&lines(40), &Options::default()).unwrap();
    assert!(
        table
            .decisions
            .dialect
            .ends_with("40 rows, 6 keys, JSON lines")
    );
    assert_eq!(
        kinds(&table),
        [
            "a: numbers",
            "row: set aside: counts the rows",
            "id: set aside: different in most rows",
            "day: dates: year, month, weekday, instant",
            "ok: labels",
            "y: labels",
        ]
    );
    let Cells::Numbers(values) = &table.column("a").unwrap().cells else {
        panic!("a is numbers")
    };
    assert!(values[0].is_nan() && values[5].is_nan() && values[1] == 1.5);
    assert_eq!(table.lines, (1..=40).collect::<Vec<u64>>());
}

#[test]
fn what_is_no_row_is_named_with_its_line_and_key() {
    for (text, expected) in [
        (
            "{\"a\": 1}\n\n{\"a\": {\"b\": 2}}\n",
            "t: line 3, key 'a': holds an object; a value is a number, a text, true, false or null, and data.drop = [\"a\"] leaves the key out",
        ),
        (
            "{\"a\": 1}\n{\"a\": [1, 2]}\n",
            "t: line 2, key 'a': holds a list; a value is a number, a text, true, false or null, and data.drop = [\"a\"] leaves the key out",
        ),
        (
            "{\"a\": 1}\n[1, 2]\n",
            "t: line 2: is no JSON object that can be read as a row (invalid type: sequence, expected an object, character 0)",
        ),
        (
            "{\"a\": 1}\n{\"a\": 1, \"a\": 2}\n",
            "t: line 2: is no JSON object that can be read as a row (the key 'a' stands twice, character 16)",
        ),
        (
            "{\"a\": 1}\n{\"a\": 1",
            "t: line 2: is no JSON object that can be read as a row (EOF while parsing an object, character 7)",
        ),
    ] {
        assert_eq!(read(text, &Options::default()).unwrap_err(), expected);
    }
    let dropped = Options {
        drop: vec!["n".into()],
        ..Options::default()
    };
    let table = read("{\"a\": 1, \"n\": [1]}\n{\"n\": {}, \"a\": 2}\n", &dropped).unwrap();
    assert_eq!((table.rows(), table.columns.len()), (2, 1));
}

const ARFF: &str =
    "@relation r\n@attribute a numeric\n@attribute 'b c' {x,'y z'}\n@attribute s string\n@data\n";

#[test]
fn arff_in_full_and_sparse() {
    let rows = "1, x, 'it\\'s, so'\n% no row\n?, 'y z', \"b\"\n{0 2, 1 'y z'}\n{2 w}\n";
    let table = read(&format!("% top\n{ARFF}{rows}"), &Options::default()).unwrap();
    let texts = |name: &str| -> Vec<Option<String>> {
        let column = table.column(name).unwrap();
        (0..table.rows()).map(|row| column.text(row)).collect()
    };
    let some = |texts: [&str; 4]| texts.map(|text| (!text.is_empty()).then(|| text.to_owned()));
    assert_eq!(texts("a"), some(["1", "", "2", "0"]));
    assert_eq!(texts("b c"), some(["x", "y z", "y z", "x"]));
    assert_eq!(texts("s"), some(["it's, so", "b", "", "w"]));
    assert_eq!(table.lines, [7, 9, 10, 11]);
}

#[test]
fn arff_is_refused_with_its_line() {
    for (text, expected) in [
        (
            format!("{ARFF}1, x\n"),
            "t: line 6: has 2 values, expected 3",
        ),
        (
            format!("{ARFF}1, w, s\n"),
            "t: line 6: 'w' is none of the values of the attribute 'b c', which are x, y z",
        ),
        (
            format!("{ARFF}1, 'x, s\n"),
            "t: line 6: a quote is never closed",
        ),
        (
            format!("{ARFF}{{3 1}}\n"),
            "t: line 6: a sparse row has pairs of a place from 0 to 2 and a value, got '3'",
        ),
        (ARFF.into(), "t: has columns and no rows"),
        (
            "@relation r\n@attribute a numeric\n".into(),
            "t: has no line @data, behind which the rows stand",
        ),
        (
            "@relation r\n@attribute a relational\n@data\n".into(),
            "t: line 2: the attribute 'a' is of type relational; read are numeric, real, integer, string, date and values in {}",
        ),
        (
            "@relation r\n@attribute a numeric\n@attribute a real\n@data\n1,2\n".into(),
            "t: line 3: the attribute 'a' is declared twice",
        ),
    ] {
        assert_eq!(read(&text, &Options::default()).unwrap_err(), expected);
    }
}

/// A frame of shuffled rows as pandas writes it: see `tests/tables/typed.py`.
#[test]
fn a_frame_of_pandas_keeps_no_index() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/tables/people.parquet"
    );
    let table = Table::read(path, &Options::default()).unwrap();
    assert!(
        table
            .decisions
            .dialect
            .ends_with("people.parquet: 150 rows, 10 columns, Parquet")
    );
    assert_eq!(
        kinds(&table),
        [
            "height: numbers",
            "member: labels",
            "kind: labels",
            "since: dates: year, month, weekday, instant",
            "face.0: numbers",
            "face.1: numbers",
            "face.2: numbers",
            "face.3: numbers",
            "left: labels",
            "__index_level_0__: set aside: the index of pandas",
        ]
    );
    assert_eq!(table.columns.last().unwrap().name, "left");
    assert!(table.decisions.notes[0].contains("'__index_level_0__' is set aside"));
    let dropped = Options {
        drop: vec!["face".into()],
        ..Options::default()
    };
    assert_eq!(Table::read(path, &dropped).unwrap().columns.len(), 8);
    let kept = Options {
        keep: Some(["face", "left"].map(str::to_owned).to_vec()),
        ..Options::default()
    };
    assert_eq!(Table::read(path, &kept).unwrap().columns.len(), 5);
}

/// What a model needs is read of a new file as it was of the first, and nothing else of it.
#[test]
fn new_rows_of_a_frame_are_encoded_as_those_of_the_training() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/tables/people.parquet"
    );
    let options = Options {
        targets: vec!["left".into()],
        ..Options::default()
    };
    let first = load(path, &options).unwrap().train;
    let names = first.schema.feature_names();
    assert_eq!(names.len(), 15, "{names:?}");
    let again = load_inputs_with(path, &first.schema).unwrap();
    assert_eq!((again.rows, again.warning()), (150, None));
    for place in 0..again.rows * names.len() {
        let values = [&first.features, &again.features].map(|own| own.get(place).to_bits());
        assert_eq!(values[0], values[1], "{}", names[place % names.len()]);
    }
}
