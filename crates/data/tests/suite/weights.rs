//! A column of sample weights: no feature, one weight for each row.

use decay_data::{Dataset, Options, Raw, load, load_inputs_with, load_with};

use crate::files::{Files, try_table};

fn weighted(column: &str) -> Options {
    Options {
        weight: Some(column.to_owned()),
        ..Options::default()
    }
}

/// The last column but the weights is the target, and `keep` and `drop` do not reach them.
#[test]
fn weights_are_no_feature_and_no_target() {
    let text = "a,b,y,w\n1,2,x,0.5\n2,1,z,0\n3,5,x,2\n4,4,z,1e3\n";
    for options in [
        weighted("w"),
        Options {
            keep: Some(["a", "b", "y"].map(str::to_owned).to_vec()),
            ..weighted("w")
        },
        Options {
            drop: vec!["w".into()],
            ..weighted("w")
        },
    ] {
        let table = try_table(text, &options).unwrap();
        let data = Dataset::from_table(&table, &options).unwrap();
        assert_eq!(data.schema.feature_names(), ["a", "b"]);
        assert_eq!(data.schema.target(), "y");
        assert_eq!(data.schema.weight.as_deref(), Some("w"));
        assert_eq!(data.weights, Some(vec![0.5, 0.0, 2.0, 1e3]));
        assert_eq!(data.weights_of(&[3, 0]), Some(vec![1e3, 0.5]));
    }
    // Then the last column is the target, and the two labels are features.
    let plain = try_table(text, &Options::default()).unwrap();
    let plain = Dataset::from_table(&plain, &Options::default()).unwrap();
    assert_eq!((plain.features(), plain.weights), (4, None));
}

#[test]
fn rows_of_unknown_classes_take_their_weights_along() {
    let options = weighted("w");
    let table = try_table("a,y,w\n1,x,1\n2,z,2\n3,x,3\n4,v,4\n", &options).unwrap();
    let (known, other) = table.partition(&[], &["z".into()]).unwrap();
    assert_eq!(known.weights.unwrap().values, [1.0, 3.0, 4.0]);
    assert_eq!(other.weights.unwrap().values, [2.0]);
}

#[test]
fn what_is_no_weight_is_refused_with_its_line() {
    let files = Files::new();
    for (cells, said) in [
        (
            "1,-0.5,2",
            "data.csv: line 3, column 'w': '-0.5' is no sample weight",
        ),
        (
            "1,,2",
            "data.csv: line 3, column 'w': a missing value is no sample weight",
        ),
        (
            "1,much,2",
            "data.csv: line 3, column 'w': 'much' is no sample weight",
        ),
        (
            "1,inf,2",
            "data.csv: line 3, column 'w': 'inf' is not a finite number",
        ),
        ("0,0,0", "data.csv: column 'w': all sample weights are 0"),
    ] {
        let rows = cells.split(',').enumerate();
        let rows: String = rows.map(|(i, w)| format!("{i},{},{w}\n", i % 2)).collect();
        let path = files.write("data.csv", format!("a,y,w\n{rows}"));
        let refused = load(&path.display().to_string(), &weighted("w"));
        let message = files.refusal(refused);
        assert!(message.starts_with(said), "{message}");
    }
    let refused = try_table("a,y\n1,x\n2,z\n", &weighted("w"));
    assert!(refused.unwrap_err().to_string().contains("no column 'w'"));
    let refused = Raw::read("embedded:digits", &weighted("w"));
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("for the rows of a table")
    );
}

/// Predictions do without the column, an audit does not.
#[test]
fn a_trained_model_wants_weights_only_of_labelled_rows() {
    let files = Files::new();
    let path = files.write("train.csv", "a,w,y\n1,2,x\n2,1,z\n3,1,x\n");
    let schema = load(&path.display().to_string(), &weighted("w"))
        .unwrap()
        .train
        .schema;
    let bare = files
        .write("bare.csv", "a,y\n5,x\n6,z\n")
        .display()
        .to_string();
    assert_eq!(load_inputs_with(&bare, &schema).unwrap().rows, 2);
    assert!(
        files
            .refusal(load_with(&bare, &schema))
            .contains("no column 'w'")
    );
    let full = files
        .write("full.csv", "w,a,y\n3,5,x\n0.25,6,z\n")
        .display()
        .to_string();
    assert_eq!(
        load_with(&full, &schema).unwrap().weights,
        Some(vec![3.0, 0.25])
    );
    let again = serde_json::to_string(&schema).unwrap();
    assert!(again.contains("\"weight\":\"w\""), "{again}");
}
