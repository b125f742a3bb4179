//! What all readers of graphs do with the edges that they found.

use crate::graph::edges::{EdgeList, SortedEdges};
use crate::graph::nodes::NodeNames;
use crate::{Graph, GraphError, Result};

/// The edges in the order that a [`Graph`] promises.
///
/// # Errors
/// [`GraphError::WeightConflict`].
pub(crate) fn joined(
    edges: EdgeList,
    directed: bool,
    names: &NodeNames,
    path: &str,
) -> Result<SortedEdges> {
    let name = |node: u32| names.names()[node as usize].clone();
    let sorted = edges.sorted(directed);
    Ok(sorted.map_err(|conflict| GraphError::WeightConflict {
        path: path.to_owned(),
        line: conflict.second.0,
        source_node: name(conflict.edge[0]),
        target_node: name(conflict.edge[1]),
        weight: conflict.second.1,
        first: conflict.first.0,
        first_weight: conflict.first.1,
    })?)
}

/// One sentence about edges that are listed more than once.
pub(crate) fn merge_note(sorted: &SortedEdges) -> Option<String> {
    let repeated = sorted.repeated;
    (repeated > 0).then(|| format!("edges that are listed again count once: {repeated}"))
}

impl SortedEdges {
    /// The graph of nodes with these names.
    pub(crate) fn into_graph(self, directed: bool, names: Vec<String>) -> Graph {
        Graph {
            nodes: names.len(),
            edges: self.edges,
            weights: self.weights,
            directed,
            node_names: Some(names),
            groups: None,
            group_names: Vec::new(),
        }
    }
}
