//! Graphs in the `.npz` layout of the GNN benchmark of Shchur et al., arrays of NumPy in a zip archive.

use std::path::Path;

use crate::allowance::Allowance;
use crate::files::Source;
use crate::files::folder::name_of;
use crate::files::npz::Npz;
use crate::graph::edges::EdgeList;
use crate::graph::nodes::Labels;
use crate::graph::split_files::{beside, read_split};
use crate::graph::{take_edges, take_sparse_columns};
use crate::table::place::Counted;
use crate::{FileDigest, GivenSplit, Graph, GraphData, Options, Provenance, Result, SparseRows};

/// Bytes of a label of its own for a node.
const LABEL: usize = 128;

/// Reads a graph from arrays, compressed or not, and the split files beside it if there are any.
///
/// ```text
/// adj_data  adj_indices  adj_indptr  adj_shape  [nodes, nodes]      row -> column is an edge
/// attr_data attr_indices attr_indptr attr_shape [nodes, features]
/// labels    [nodes], whole numbers from 0
/// ```
///
/// Values of `adj_data` other than 1 are weights; stored zeros are no edges. Without [`Options::directed`] an edge goes both
/// ways and must have one weight. Nodes are known by their number. Other arrays are not looked at.
///
/// # Errors
/// [`GraphError`](crate::GraphError), with the array, for one that is missing, damaged, of another type, or does not fit
/// the others.
///
/// # Source
/// Shchur et al. 2018, <https://github.com/shchur/gnn-benchmark>, `gnnbench/data/io.py`.
pub fn read_graph_npz(path: impl AsRef<Path>, options: &Options) -> Result<GraphData> {
    let path = path.as_ref();
    let mut npz = Npz::open(&Source::file(path, &options.allowance()))?;
    let (adjacency, features) = matrices(&mut npz)?;
    let nodes = adjacency.rows();
    let labels = read_labels(&mut npz, nodes)?;
    let allowance = npz.allowance.clone();
    take_edges(&allowance, &npz.path, adjacency.stored())?;
    take_sparse_columns(&allowance, &npz.path, features.columns)?;
    let sorted = edges_of(&adjacency, &npz)?.sorted(options.directed);
    let sorted = sorted.map_err(|conflict| {
        let ([a, b], first, second) = (conflict.edge, conflict.first.1, conflict.second.1);
        let problem =
            format!("gives the undirected edge {a} - {b} the weights {first} and {second}");
        npz.problem("adj_data", problem)
    })?;
    let (split, digests) = split_beside(path, &allowance, nodes)?;
    let provenance = Provenance::of_files(
        npz.path.clone(),
        [vec![npz.digest], digests].concat(),
        nodes,
    );
    let lines = (1..=nodes as u64).collect();
    Ok(GraphData {
        name: name_of(&npz.path),
        graph: Graph {
            nodes,
            node_names: None,
            ..sorted.into_graph(options.directed, Vec::new())
        },
        nodes: labels.into_table(npz.path, (lines, Counted::Rows), provenance),
        features: Some(features),
        split,
        notes: Vec::new(),
    })
}

/// Edges and features of the same nodes.
fn matrices(npz: &mut Npz) -> Result<(SparseRows, SparseRows)> {
    let (adjacency, features) = (csr(npz, "adj")?, csr(npz, "attr")?);
    let nodes = adjacency.rows();
    if adjacency.columns != nodes {
        return Err(npz.problem("adj_shape", "is not square").into());
    }
    if features.rows() != nodes {
        let problem = format!("has {} rows, adj_shape has {nodes}", features.rows());
        return Err(npz.problem("attr_shape", problem).into());
    }
    Ok((adjacency, features))
}

fn split_beside(
    path: &Path,
    allowance: &Allowance,
    nodes: usize,
) -> Result<(Option<GivenSplit>, Vec<FileDigest>)> {
    let Some(found) = beside(path)? else {
        return Ok((None, Vec::new()));
    };
    let row_of = |id: &str| id.parse().ok().filter(|&row: &u32| (row as usize) < nodes);
    let (split, digests) = read_split(&found, allowance, row_of, |row| row.to_string())?;
    Ok((Some(split), digests))
}

fn read_labels(npz: &mut Npz, nodes: usize) -> Result<Labels> {
    let values = npz.array("labels")?.counts();
    let Some(values) = values.filter(|values| values.len() == nodes) else {
        let problem = format!("must hold {nodes} whole numbers from 0");
        return Err(npz.problem("labels", problem).into());
    };
    npz.take("its nodes", (LABEL * values.len()) as u64)?;
    let mut labels = Labels::default();
    for value in values {
        labels.push(&value.to_string());
    }
    Ok(labels)
}

fn edges_of(adjacency: &SparseRows, npz: &Npz) -> Result<EdgeList> {
    let (mut edges, mut entry) = (EdgeList::default(), 0);
    for source in 0..adjacency.rows() {
        let (targets, weights) = adjacency.row(source);
        for (&target, &weight) in targets.iter().zip(weights) {
            entry += 1;
            if weight < 0.0 {
                let problem = format!("holds {weight}; a weight must be in [0, inf)");
                return Err(npz.problem("adj_data", problem).into());
            }
            edges.push(source as u32, target, Some(weight), entry);
        }
    }
    Ok(edges)
}

/// The matrix `{prefix}_*`, without stored zeros and with columns in ascending order.
fn csr(npz: &mut Npz, prefix: &str) -> Result<SparseRows> {
    let array = |name: &str| format!("{prefix}_{name}");
    let shape = counts(npz, &array("shape"))?;
    let &[rows, columns] = shape.as_slice() else {
        let problem = "does not hold two numbers";
        return Err(npz.problem(&array("shape"), problem).into());
    };
    let offsets = counts(npz, &array("indptr"))?;
    let indices = counts(npz, &array("indices"))?;
    let values = npz.array(&array("data"))?.floats();
    let values = values.filter(|values| values.len() == indices.len());
    let Some(values) = values else {
        let problem = format!("is not a vector of {} numbers", indices.len());
        return Err(npz.problem(&array("data"), problem).into());
    };
    let ends = (offsets.first(), offsets.last());
    let whole = offsets.is_sorted() && ends == (Some(&0), Some(&indices.len()));
    if !whole || rows.checked_add(1) != Some(offsets.len()) {
        let found = indices.len();
        let problem = format!("does not cut {found} entries into {rows} rows");
        return Err(npz.problem(&array("indptr"), problem).into());
    }
    npz.take("its entries", 8 * (indices.len() + offsets.len()) as u64)?;
    let mut matrix = SparseRows::empty(columns);
    for ends in offsets.windows(2) {
        let entries = indices[ends[0]..ends[1]]
            .iter()
            .zip(&values[ends[0]..ends[1]]);
        let entries = entries.map(|(&column, &value)| (column, value as f32));
        push_row(&mut matrix, entries.collect()).map_err(|problem| {
            let row = matrix.rows();
            npz.problem(&array("indices"), format!("row {row}: {problem}"))
        })?;
    }
    Ok(matrix)
}

fn counts(npz: &mut Npz, array: &str) -> Result<Vec<usize>> {
    let found = npz.array(array)?.counts();
    let problem = "is not a vector of whole numbers from 0";
    Ok(found.ok_or_else(|| npz.problem(array, problem))?)
}

/// Appends a row, or says what is wrong with it.
fn push_row(matrix: &mut SparseRows, mut entries: Vec<(usize, f32)>) -> Result<(), String> {
    entries.sort_by_key(|entry| entry.0);
    let columns = matrix.columns.min(u32::MAX as usize);
    if let Some((column, _)) = entries.last().filter(|entry| entry.0 >= columns) {
        return Err(format!("column {column} is outside 0..{columns}"));
    }
    if let Some(pair) = entries.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(format!("column {} is listed twice", pair[0].0));
    }
    if let Some((column, value)) = entries.iter().find(|entry| !entry.1.is_finite()) {
        return Err(format!("column {column} holds {value}"));
    }
    for (column, value) in entries.into_iter().filter(|entry| entry.1 != 0.0) {
        matrix.indices.push(column as u32);
        matrix.values.push(value);
    }
    matrix
        .end_row()
        .ok_or_else(|| "there are more entries than 32 bits can count".into())
}
