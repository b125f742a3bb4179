//! Sparse features: storage and scaling.

use decay_data::{
    Dataset, Inputs, NodeFeatures, Options, Preprocess, Scaling, Schema, SparseRows, Storage, load,
};
use proptest::prelude::*;

use crate::files::Files;

const TEXT: &str = "# features=4\nN 0 a 0 2\nN 1 b\nN 2 a 1 2 3\nE 0 2\nT 2\n";

fn tiny() -> Dataset {
    let files = Files::new();
    let path = files.write("tiny.graph.txt", TEXT).display().to_string();
    load(&path, &Options::default()).unwrap().train
}

#[test]
fn rows_are_divided_by_their_sums_by_default() {
    let data = tiny();
    assert_eq!(
        (data.rows, data.shape.as_slice(), data.default_scaling),
        (3, [4].as_slice(), Scaling::Row)
    );
    let fitted = Preprocess::fit(&data, &[0]);
    let third = 1.0 / 3.0;
    let expected = [
        0.5, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, third, third, third,
    ];
    assert_eq!(fitted.apply(&data, &[0, 1, 2]), expected);
    let Storage::Sparse(rows) = &data.features else {
        panic!("expected sparse rows")
    };
    assert_eq!(fitted.apply_sparse(rows).dense(), expected);
    let plain = Preprocess::fit_with(&data, &[0], Scaling::None);
    assert_eq!(plain.apply(&data, &[2]), [0.0, 1.0, 1.0, 1.0]);
    assert_eq!(plain.apply_sparse(rows), *rows);
}

#[test]
fn values_are_found_by_their_place() {
    let data = tiny();
    let all: Vec<f32> = (0..12).map(|index| data.features.get(index)).collect();
    assert_eq!(
        all,
        [1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0]
    );
    assert_eq!((data.features.len(), data.value(2, 3)), (12, 1.0));
    // Four offsets, five columns and five values of four bytes each.
    assert_eq!(data.features.bytes(), 56);
}

#[test]
fn scalings_that_move_zero_are_refused() {
    let data = tiny();
    let refused = |scaling| data.check_scaling(scaling).unwrap_err().to_string();
    assert_eq!(
        refused(Scaling::Standard),
        "tiny: scaling 'standard' is for dense features"
    );
    assert_eq!(
        refused(Scaling::Global),
        "tiny: scaling 'global' is for dense features"
    );
    assert_eq!(
        refused(Scaling::UnitRange),
        "tiny: scaling 'unit_range' is for dense features"
    );
    assert_eq!(
        refused(Scaling::Channel),
        "tiny: scaling 'channel' is for images"
    );
    for allowed in [Scaling::Auto, Scaling::Row, Scaling::None] {
        data.check_scaling(allowed).unwrap();
    }
    let wine = decay_data::Embedded::Wine.load().unwrap();
    let refused = wine.check_scaling(Scaling::Row).unwrap_err().to_string();
    assert_eq!(refused, "wine: scaling 'row' is for sparse features");
    assert!(wine.check_scaling(Scaling::Channel).is_err());
    wine.check_scaling(Scaling::Standard).unwrap();
}

/// A model file says what a graph must look like.
#[test]
fn schema_survives_json() {
    let data = tiny();
    let text = serde_json::to_string(&data.schema).unwrap();
    assert_eq!(serde_json::from_str::<Schema>(&text).unwrap(), data.schema);
    let nodes = NodeFeatures::Sparse { columns: 4 };
    let (directed, weighted) = (false, false);
    assert_eq!(
        data.schema.inputs,
        Inputs::Graph {
            nodes,
            directed,
            weighted
        }
    );
    assert_eq!(data.schema.feature_names()[3], "feature 3");
    let fitted = Preprocess::fit(&data, &[0]);
    let text = serde_json::to_string(&fitted).unwrap();
    assert_eq!(serde_json::from_str::<Preprocess>(&text).unwrap(), fitted);
    // Models written before rows could be scaled are still read.
    let old = r#"{"center": [0.0], "scale": [1.0], "fill": [0.0]}"#;
    assert!(!serde_json::from_str::<Preprocess>(old).unwrap().per_row);
}

fn matrix() -> impl Strategy<Value = SparseRows> {
    let row = prop::collection::btree_map(
        0..7_u32,
        prop_oneof![-100.0_f32..-0.01, 0.01_f32..100.0],
        0..7,
    );
    prop::collection::vec(row, 1..9).prop_map(|rows| {
        let mut matrix = SparseRows {
            columns: 7,
            offsets: vec![0],
            ..SparseRows::default()
        };
        for row in rows {
            matrix.indices.extend(row.keys());
            matrix.values.extend(row.values());
            matrix.offsets.push(matrix.indices.len() as u32);
        }
        matrix
    })
}

proptest! {
    #[test]
    fn absolute_values_of_a_row_that_is_not_empty_sum_to_1(matrix in matrix()) {
        let normalised = matrix.row_normalised();
        prop_assert_eq!(&normalised.indices, &matrix.indices);
        let dense = matrix.dense();
        for row in 0..matrix.rows() {
            let sum: f32 = normalised.row(row).1.iter().map(|value| value.abs()).sum();
            let expected = if matrix.row(row).1.is_empty() { 0.0 } else { 1.0 };
            prop_assert!((sum - expected).abs() < 1e-5, "{}", sum);
            for column in 0..7 {
                prop_assert_eq!(dense[row * 7 + column], matrix.get(row, column));
            }
        }
    }
}
