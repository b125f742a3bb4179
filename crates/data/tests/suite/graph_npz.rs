//! Graphs in `.npz` files.

use std::io::{Cursor, Write};

use decay_data::{GraphData, Options, read_graph_npz};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::files::Files;

/// An array in NPY format, version 1.
pub(crate) fn npy(descr: &str, shape: &str, data: Vec<u8>) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn floats(values: &[f32]) -> Vec<u8> {
    let data = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    npy("<f4", &format!("({},)", values.len()), data)
}

fn integers(values: &[i64]) -> Vec<u8> {
    let data = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    npy("<i8", &format!("({},)", values.len()), data)
}

pub(crate) type Arrays = Vec<(&'static str, Vec<u8>)>;

/// Edges 0 -> 1, 1 -> 0, 1 -> 2 and a stored zero; columns of a row in no order.
fn arrays() -> Arrays {
    vec![
        ("adj_data", floats(&[1.0, 1.0, 1.0, 0.0])),
        ("adj_indices", integers(&[1, 2, 0, 1])),
        ("adj_indptr", integers(&[0, 1, 3, 4])),
        ("adj_shape", integers(&[3, 3])),
        ("attr_data", floats(&[1.0, 0.5, 2.0])),
        ("attr_indices", integers(&[3, 0, 2])),
        ("attr_indptr", integers(&[0, 2, 2, 3])),
        ("attr_shape", integers(&[3, 5])),
        ("labels", integers(&[2, 0, 2])),
    ]
}

/// The arrays with one of them replaced.
fn with(name: &'static str, bytes: Vec<u8>) -> Arrays {
    let mut arrays = arrays();
    arrays.retain(|array| array.0 != name);
    arrays.push((name, bytes));
    arrays
}

pub(crate) fn npz(arrays: &Arrays, method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in arrays {
        writer.start_file(format!("{name}.npy"), options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn read(arrays: &Arrays, options: &Options) -> GraphData {
    let files = Files::new();
    let path = files.write("tiny.npz", npz(arrays, CompressionMethod::Deflated));
    read_graph_npz(path, options).unwrap()
}

fn refusal(arrays: &Arrays) -> String {
    let files = Files::new();
    let path = files.write("a.npz", npz(arrays, CompressionMethod::Stored));
    files.refusal(read_graph_npz(path, &Options::default()))
}

#[test]
fn compressed_or_not_the_graph_is_the_same() {
    let data = read(&arrays(), &Options::default());
    assert_eq!(data.graph.edges, [[1, 0], [0, 1], [2, 1], [1, 2]]);
    assert_eq!((data.graph.nodes, data.graph.weights.is_none()), (3, true));
    assert_eq!(data.graph.node_name(2), "2");
    let features = data.features.as_ref().unwrap();
    assert_eq!(features.row(0), ([0, 3].as_slice(), [0.5, 1.0].as_slice()));
    assert_eq!(
        (features.columns, features.rows(), features.stored()),
        (5, 3, 3)
    );
    let labels: Vec<_> = (0..3)
        .map(|row| data.nodes.columns[0].text(row).unwrap())
        .collect();
    assert_eq!(labels, ["2", "0", "2"]);
    let files = Files::new();
    let path = files.write("tiny.npz", npz(&arrays(), CompressionMethod::Stored));
    assert_eq!(
        read_graph_npz(path, &Options::default()).unwrap().graph,
        data.graph
    );
}

#[test]
fn rows_are_sources_and_weights_are_kept() {
    let directed = Options {
        directed: true,
        ..Options::default()
    };
    let weighted = with("adj_data", floats(&[1.0, 3.0, 2.0, 0.0]));
    let data = read(&weighted, &directed);
    assert_eq!(data.graph.edges, [[1, 0], [0, 1], [1, 2]]);
    assert_eq!(data.graph.weights.unwrap(), [2.0, 1.0, 3.0]);
    assert_eq!(
        refusal(&weighted),
        "a.npz: array 'adj_data' gives the undirected edge 0 - 1 the weights 1 and 2"
    );
}

#[test]
fn split_beside_the_file() {
    let files = Files::new();
    let path = files.write("tiny.npz", npz(&arrays(), CompressionMethod::Stored));
    files.write("planetoid-split.json", r#"{"train": [2], "test": [0]}"#);
    let split = read_graph_npz(&path, &Options::default())
        .unwrap()
        .split
        .unwrap();
    assert_eq!((split.train, split.test), (vec![2], vec![0]));
    files.write("planetoid-split.json", r#"{"train": [2], "test": [3]}"#);
    assert_eq!(
        files.refusal(read_graph_npz(&path, &Options::default())),
        "planetoid-split.json: test, entry 1: there is no node '3'"
    );
}

fn assert_refused(name: &'static str, bytes: Vec<u8>, problem: &str) {
    let message = refusal(&with(name, bytes));
    assert_eq!(message, format!("a.npz: array '{name}' {problem}"));
}

#[test]
fn offsets_that_do_not_fit_are_refused() {
    assert_refused("adj_shape", integers(&[3, 4]), "is not square");
    assert_refused("adj_shape", integers(&[3]), "does not hold two numbers");
    for offsets in [[0, 3, 2, 3], [0, 2, 2, 4], [1, 2, 2, 3]] {
        let problem = "does not cut 3 entries into 3 rows";
        assert_refused("attr_indptr", integers(&offsets), problem);
    }
    assert_eq!(
        refusal(&with("attr_shape", integers(&[2, 5]))),
        "a.npz: array 'attr_indptr' does not cut 3 entries into 2 rows"
    );
}

#[test]
fn entries_that_do_not_fit_are_refused() {
    let indices = |columns: &[i64]| integers(columns);
    let problem = "row 0: column 5 is outside 0..5";
    assert_refused("attr_indices", indices(&[3, 5, 2]), problem);
    let problem = "row 0: column 3 is listed twice";
    assert_refused("attr_indices", indices(&[3, 3, 2]), problem);
    let problem = "is not a vector of whole numbers from 0";
    assert_refused("attr_indices", indices(&[3, -1, 2]), problem);
    assert_refused("attr_indices", floats(&[3.0, 1.0, 2.0]), problem);
    let short = floats(&[1.0, 1.0]);
    assert_refused("attr_data", short, "is not a vector of 3 numbers");
    let negative = floats(&[1.0, 1.0, -1.0, 0.0]);
    assert_refused(
        "adj_data",
        negative,
        "holds -1; a weight must be in [0, inf)",
    );
    assert_eq!(
        refusal(&with("attr_data", floats(&[1.0, f32::NAN, 1.0]))),
        "a.npz: array 'attr_indices' row 0: column 0 holds NaN"
    );
}

#[test]
fn labels_that_do_not_fit_are_refused() {
    let problem = "must hold 3 whole numbers from 0";
    assert_refused("labels", integers(&[0, 1]), problem);
    assert_refused("labels", integers(&[0, -1, 0]), problem);
    let objects = npy("|O", "(3,)", vec![0; 24]);
    assert_refused(
        "labels",
        objects,
        "has type '|O', only numbers and texts are read",
    );
    assert_refused("labels", b"text".to_vec(), "is not in NPY format");
}

#[test]
fn features_of_other_nodes_are_refused() {
    let four = vec![
        ("attr_data", floats(&[])),
        ("attr_indices", integers(&[])),
        ("attr_indptr", integers(&[0; 5])),
        ("attr_shape", integers(&[4, 5])),
    ];
    let mut others = arrays();
    others.retain(|array| !array.0.starts_with("attr"));
    assert_eq!(
        refusal(&others.into_iter().chain(four).collect()),
        "a.npz: array 'attr_shape' has 4 rows, adj_shape has 3"
    );
}

#[test]
fn archives_that_are_none_are_refused() {
    let mut few = arrays();
    few.retain(|array| array.0 == "labels" || array.0 == "adj_shape");
    assert_eq!(
        refusal(&few),
        "a.npz: has no array 'adj_indptr'; the arrays are adj_shape, labels"
    );
    let whole = npz(&arrays(), CompressionMethod::Deflated);
    let files = Files::new();
    for bytes in [b"not a zip".as_slice(), &whole[..whole.len() / 2]] {
        let path = files.write("a.npz", bytes);
        assert_eq!(
            files.refusal(read_graph_npz(path, &Options::default())),
            "a.npz: is not a npz archive, or a damaged one"
        );
    }
    let mut flipped = npz(&arrays(), CompressionMethod::Stored);
    let at = flipped
        .windows(6)
        .position(|window| window == b"\x93NUMPY")
        .unwrap();
    flipped[at] = 0;
    let path = files.write("a.npz", flipped);
    assert_eq!(
        files.refusal(read_graph_npz(path, &Options::default())),
        "a.npz: array 'adj_data' cannot be unpacked"
    );
}
