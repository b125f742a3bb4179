//! Schemas: inference, encoding of new files, the decision about the task.

use decay_data::{
    ColumnKind, Dataset, Inputs, Options, Preprocess, Schema, Storage, Table, Target, Task,
    load_inputs_with, load_with,
};
use proptest::prelude::*;

use crate::files::{Files, table};

fn dataset(text: &str) -> Dataset {
    Dataset::from_table(&table(text), &Options::default()).unwrap()
}

fn values(data: &Storage) -> &[f32] {
    match data {
        Storage::F32(values) => values,
        Storage::U8(_) | Storage::Sparse(_) => panic!("expected f32"),
    }
}

const PETS: &str = "weight,kind,y\n4.5,cat,0.25\n,dog,0.5\n9.5,,0.75\n5,cat,1.5\n";

#[test]
fn columns_become_features() {
    let data = dataset(PETS);
    assert_eq!(
        data.schema.feature_names(),
        [
            "weight",
            "weight is missing",
            "kind=cat",
            "kind=dog",
            "kind is missing"
        ]
    );
    let Storage::F32(values) = &data.features else {
        panic!()
    };
    assert_eq!(values[..5], [4.5, 0.0, 1.0, 0.0, 0.0]);
    assert_eq!(data.schema.numbers(), [0]);
    let [kind] = &data.schema.categories()[..] else {
        panic!("one column of labels");
    };
    assert_eq!((kind.start, kind.end), (2, 4));
    assert!(values[5].is_nan());
    assert_eq!(values[6..10], [1.0, 0.0, 1.0, 0.0]);
    assert_eq!(values[10..15], [9.5, 0.0, 0.0, 0.0, 1.0]);
    assert_eq!(
        (data.rows, data.shape.as_slice(), data.features()),
        (4, [5].as_slice(), 5)
    );
    assert_eq!(data.target, Target::value("y", vec![0.25, 0.5, 0.75, 1.5]));
    assert_eq!(data.name, "data");
}

#[test]
fn indicators_can_be_left_out() {
    let options = Options {
        missing_indicators: false,
        ..Options::default()
    };
    let data = Dataset::from_table(&table(PETS), &options).unwrap();
    assert_eq!(
        data.schema.feature_names(),
        ["weight", "kind=cat", "kind=dog"]
    );
}

#[test]
fn new_file_with_other_columns_order_and_labels() {
    let data = dataset(PETS);
    let files = Files::new();
    let text = "kind,note,weight\ncow,n1,4.5\ndog,n2,\n,n3,1\ncow,n4,2\n";
    let path = files.write("new.csv", text).display().to_string();
    let encoded = load_inputs_with(&path, &data.schema).unwrap();
    let values = values(&encoded.features);
    assert_eq!(values[..5], [4.5, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(values[6..10], [1.0, 0.0, 1.0, 0.0]);
    assert_eq!(values[10..15], [1.0, 0.0, 0.0, 0.0, 1.0]);
    assert_eq!((encoded.unseen.len(), encoded.unseen[0].rows), (1, 2));
    let warning = encoded.warning().unwrap();
    assert!(
        warning.contains("'kind' in 2 rows (for example 'cow')"),
        "{warning}"
    );
}

/// A new file whose labels happen to be numbers is still read by its text.
#[test]
fn labels_of_a_new_file_are_not_taken_for_numbers() {
    let data = dataset("code,y\n01,0.5\n1,0.25\nx,0.75\nx,1.75\n");
    let files = Files::new();
    let path = files
        .write("new.csv", "code\n01\n1\n")
        .display()
        .to_string();
    let encoded = load_inputs_with(&path, &data.schema).unwrap();
    assert_eq!(values(&encoded.features), [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    assert!(encoded.warning().is_none());
}

/// A column of user names is no obstacle in a file that is only to be predicted.
#[test]
fn unused_columns_of_a_new_file_may_hold_anything() {
    let data = dataset("x,y\n1,a\n2,b\n");
    let mut text = String::from("user,x\n");
    (0..3000).for_each(|row| text.push_str(&format!("u{row},{row}\n")));
    let files = Files::new();
    let path = files.write("new.csv", text).display().to_string();
    assert_eq!(load_inputs_with(&path, &data.schema).unwrap().rows, 3000);
}

#[test]
fn constant_and_empty_columns_are_noted_and_contribute_nothing() {
    let data = dataset("a,b,c,d,y\n7,NA,k,1,0.5\n7,NA,k,2,0.25\n7,NA,k,4,0.75\n");
    assert_eq!(
        data.schema.notes,
        [
            "columns 'a', 'c' are constant: they contribute nothing",
            "column 'b' has no values: it contributes nothing"
        ]
    );
    let scaled = Preprocess::fit(&data, &[0, 1, 2]).apply(&data, &[0, 1, 2]);
    assert_eq!(data.features(), 4);
    assert!(
        scaled
            .chunks(4)
            .all(|row| row[..3] == [0.0; 3] && row[3] != 0.0),
        "{scaled:?}"
    );
}

/// Seconds since 1970 differ by less than single precision resolves there.
#[test]
fn large_offsets_keep_their_digits() {
    let text: String = (0..100)
        .map(|i| format!("{},{}.5\n", 1_700_000_000 + i, i))
        .collect();
    let data = dataset(&text);
    let rows: Vec<usize> = (0..100).collect();
    let scaled = Preprocess::fit(&data, &rows).apply(&data, &rows);
    for i in 0..99 {
        let step = f64::from(scaled[i + 1] - scaled[i]);
        assert!((step - 1.0 / 28.866).abs() < 1e-4, "{i}: {step}");
    }
    let Inputs::Columns(columns) = &data.schema.inputs else {
        panic!()
    };
    assert!(matches!(columns[0].kind, ColumnKind::Numeric { offset, .. } if offset > 1.6e9));
}

/// Values beyond what single precision holds, at both ends.
#[test]
fn extreme_units_survive() {
    for unit in [1e-300, 1e-45, 1e38, 1e300] {
        let text: String = (0..10)
            .map(|i| format!("{:e},{i}.5\n", f64::from(i) * unit))
            .collect();
        let data = dataset(&text);
        let rows: Vec<usize> = (0..10).collect();
        let scaled = Preprocess::fit(&data, &rows).apply(&data, &rows);
        let expected = (0..10).map(|i| (f64::from(i) - 4.5) / 8.25_f64.sqrt());
        for (value, expected) in scaled.iter().zip(expected) {
            assert!(
                (f64::from(*value) - expected).abs() < 1e-6,
                "{unit}: {scaled:?}"
            );
        }
    }
}

/// Classes written `1` in one file and `1.0` in the next are the same.
#[test]
fn audit_file_with_the_same_classes_in_another_spelling() {
    let data = dataset("x,y\n1,0\n2,1\n3,0\n4,1\n");
    let files = Files::new();
    let path = files
        .write("audit.csv", "x,y\n1,1.0\n2,0.0\n")
        .display()
        .to_string();
    let audit = load_with(&path, &data.schema).unwrap();
    assert_eq!(
        audit.target,
        Target::Classes {
            labels: vec![1, 0],
            names: vec!["0".into(), "1".into()]
        }
    );
}

#[test]
fn schema_survives_json() {
    for data in [
        dataset(PETS),
        dataset("1700000000.125,a\n1700000001,b\n"),
        decay_data::Embedded::Digits.load().unwrap(),
    ] {
        let text = serde_json::to_string(&data.schema).unwrap();
        assert_eq!(serde_json::from_str::<Schema>(&text).unwrap(), data.schema);
    }
}

/// Only the rows handed over decide about labels, types and shifts.
#[test]
fn schema_sees_its_rows_only() {
    let table = table("x,k,y\n1,a,u\n2,b,v\n1e9,c,w\nNA,?,u\n");
    let schema = Schema::fit(&table, &[0, 1], &Options::default()).unwrap();
    assert_eq!(schema.feature_names(), ["x", "k=a", "k=b"]);
    assert_eq!(
        schema.task,
        Task::Classification {
            classes: vec!["u".into(), "v".into()]
        }
    );
    assert!(schema.encode_target(&table).is_err());
}

/// A model of images can be handed a table of pixels, with or without the label behind them.
#[test]
fn table_of_pixels_for_a_model_of_images() {
    let digits = decay_data::Embedded::Digits.load().unwrap();
    let row = |label: &str| {
        (0..64)
            .map(|i| (i % 17).to_string())
            .collect::<Vec<_>>()
            .join(",")
            + label
            + "\n"
    };
    let plain: Table = table(&row("").repeat(2));
    let encoded = digits.schema.encode(&plain).unwrap();
    assert_eq!(values(&encoded.features)[..18].last(), Some(&0.0));
    let labelled = digits.schema.dataset(&table(&row(",3").repeat(2))).unwrap();
    assert_eq!(labelled.features, encoded.features);
    assert!(matches!(labelled.target, Target::Classes { labels, .. } if labels == [3, 3]));
    assert!(digits.schema.encode(&table("1,2\n3,4\n")).is_err());
}

/// What the features of one row say of its number and its label.
fn read_back(schema: &Schema, stored: &[f32]) -> (Option<f64>, Option<String>) {
    let [number, label] = schema.columns() else {
        panic!("two columns")
    };
    let (own, flags) = stored.split_at(number.width());
    let number = match number.kind {
        ColumnKind::Numeric { offset, unit } => f64::from(own[0]) * unit + offset,
        // A column without a single value.
        ColumnKind::Categorical { .. } => f64::NAN,
    };
    let label = match &label.kind {
        ColumnKind::Categorical { levels } => levels.iter().zip(flags).find(|(_, f)| **f == 1.0),
        ColumnKind::Numeric { .. } => None,
    };
    (
        (!number.is_nan()).then_some(number),
        label.map(|(level, _)| level.clone()),
    )
}

proptest! {
    #[test]
    fn features_say_what_the_file_said(
        rows in prop::collection::vec(
            (prop::option::of(-1000_i32..1000), prop::option::of("[abc]")), 2..60),
    ) {
        let mut text = String::from("number,label,y\n");
        for (index, (number, label)) in rows.iter().enumerate() {
            let number = number.map(|n| (f64::from(n) / 8.0).to_string()).unwrap_or_default();
            text.push_str(&format!("{number},{},{index}.5\n", label.clone().unwrap_or_default()));
        }
        let data = dataset(&text);
        let width = data.features();
        for (stored, (number, label)) in values(&data.features).chunks(width).zip(&rows) {
            let (stored_number, stored_label) = read_back(&data.schema, stored);
            prop_assert_eq!(&stored_label, label);
            prop_assert_eq!(stored_number.is_some(), number.is_some());
            if let (Some(stored), Some(number)) = (stored_number, number) {
                prop_assert!((stored - f64::from(*number) / 8.0).abs() < 1e-4);
            }
        }
    }
}
