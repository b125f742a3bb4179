//! Nodes joined by edges, and what files say of the nodes.

pub(crate) mod csv;
pub(crate) mod csv_edges;
pub(crate) mod edges;
pub(crate) mod error;
pub(crate) mod linqs;
pub(crate) mod nodes;
pub(crate) mod npz;
pub(crate) mod split_files;
pub(crate) mod text;

use crate::allowance::Allowance;
use crate::{GivenSplit, Result, SparseRows, Table};

/// Bytes of an edge while edges are sorted and listed in both directions.
pub(crate) const EDGE: usize = 96;
/// Bytes of a node beside its name.
pub(crate) const NODE: usize = 256;
/// Bytes of a column of sparse features: its scale, and a weight of each of the fewest units that a network has.
const SPARSE_COLUMN: u64 = 64;

/// Takes what so many edges need.
pub(crate) fn take_edges(allowance: &Allowance, path: &str, edges: usize) -> Result<()> {
    allowance.take(path, "its edges", (EDGE * edges) as u64)
}

/// Takes what is dense about sparse features, of which a file may name any number.
pub(crate) fn take_sparse_columns(allowance: &Allowance, path: &str, columns: usize) -> Result<()> {
    let bytes = SPARSE_COLUMN.saturating_mul(columns as u64);
    allowance.take(path, "its columns of features", bytes)
}

/// A graph, or several as a disjoint union, whose nodes are the rows of a data set.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// Number of nodes.
    pub nodes: usize,
    /// Pairs `[source, target]`, sorted by target, then by source, none twice. An undirected edge is listed in both
    /// directions, a self-loop once.
    pub edges: Vec<[u32; 2]>,
    /// Weight of each edge, finite and not negative; `None` if all are 1.
    pub weights: Option<Vec<f32>>,
    /// Whether an edge has a direction.
    pub directed: bool,
    /// Name of each node; `None` if a node is known by its number, from 0.
    pub node_names: Option<Vec<String>>,
    /// Which graph of a disjoint union each node belongs to, an index into `group_names`; no edge leaves a graph.
    pub groups: Option<Vec<u32>>,
    /// Name of each graph of a disjoint union.
    pub group_names: Vec<String>,
}

impl Graph {
    /// Number of edges as a reader counts them: an undirected edge once.
    pub fn edge_count(&self) -> usize {
        if self.directed {
            self.edges.len()
        } else {
            (self.edges.len() + self.self_loops()) / 2
        }
    }

    /// Number of edges from a node to itself.
    pub fn self_loops(&self) -> usize {
        let is_loop = |edge: &&[u32; 2]| edge[0] == edge[1];
        self.edges.iter().filter(is_loop).count()
    }

    /// How messages name a node.
    pub fn node_name(&self, node: usize) -> String {
        let name = self.node_names.as_ref().and_then(|names| names.get(node));
        name.cloned().unwrap_or_else(|| node.to_string())
    }
}

/// A graph, read but not encoded.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphData {
    /// Name for reports.
    pub name: String,
    /// Nodes and edges.
    pub graph: Graph,
    /// One row per node: the label and, unless `features` holds them, the features. A node without a label has a missing
    /// value there.
    pub nodes: Table,
    /// Features that are mostly zero, one row per node.
    pub features: Option<SparseRows>,
    /// Nodes to train, choose and audit on, if the source says.
    pub split: Option<GivenSplit>,
    /// What a user should know about how the files were read, one sentence each.
    pub notes: Vec<String>,
}

impl GraphData {
    /// Nodes that have a value in at least one of the target columns, in ascending order.
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`](crate::DataError::UnknownColumn) if there is no such column.
    pub fn labelled(&self, targets: &[String]) -> Result<Vec<usize>> {
        let columns = targets.iter().map(|target| self.nodes.column(target));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let present = |row: &usize| columns.iter().any(|column| !column.is_missing(*row));
        Ok((0..self.nodes.rows()).filter(present).collect())
    }
}
