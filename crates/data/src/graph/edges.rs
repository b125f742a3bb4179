//! Edges as a file lists them, brought to the order that [`Graph`] promises.

use crate::graph::nodes::NodeNames;
use crate::{Graph, GraphError, Line, Result};

/// Edges in file order.
#[derive(Debug, Default)]
pub(crate) struct EdgeList {
    edges: Vec<Edge>,
    weighted: bool,
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    source: u32,
    target: u32,
    weight: f32,
    /// Line of the file, or number of the stored entry.
    place: u64,
}

/// Edges sorted by target, then by source, none twice.
#[derive(Debug, PartialEq)]
pub(crate) struct SortedEdges {
    pub(crate) edges: Vec<[u32; 2]>,
    pub(crate) weights: Option<Vec<f32>>,
    /// How many edges were listed again.
    pub(crate) repeated: usize,
}

/// An edge that is listed twice with different weights.
#[derive(Debug, PartialEq)]
pub(crate) struct Conflict {
    pub(crate) edge: [u32; 2],
    pub(crate) first: (u64, f32),
    pub(crate) second: (u64, f32),
}

impl EdgeList {
    /// Appends an edge; one without a weight has weight 1.
    pub(crate) fn push(&mut self, source: u32, target: u32, weight: Option<f32>, place: u64) {
        self.weighted |= weight.is_some_and(|weight| weight != 1.0);
        self.edges.push(Edge {
            source,
            target,
            weight: weight.unwrap_or(1.0),
            place,
        });
    }

    /// Merges edges that are listed again and, if they have no direction, lists both directions.
    pub(crate) fn sorted(mut self, directed: bool) -> Result<SortedEdges, Conflict> {
        if !directed {
            for edge in &mut self.edges {
                let (low, high) = (edge.source.min(edge.target), edge.source.max(edge.target));
                (edge.source, edge.target) = (low, high);
            }
        }
        let listed = self.edges.len();
        self.sort();
        if let Some(conflict) = self.edges.windows(2).find_map(conflict) {
            return Err(conflict);
        }
        self.edges.dedup_by_key(|edge| (edge.source, edge.target));
        let repeated = listed - self.edges.len();
        if !directed {
            let reversed = |edge: &Edge| Edge {
                source: edge.target,
                target: edge.source,
                ..*edge
            };
            let others = self.edges.iter().filter(|edge| edge.source != edge.target);
            let others: Vec<Edge> = others.map(reversed).collect();
            self.edges.extend(others);
            self.sort();
        }
        let weights = self.edges.iter().map(|edge| edge.weight);
        Ok(SortedEdges {
            weights: self.weighted.then(|| weights.collect()),
            edges: self.edges.iter().map(|e| [e.source, e.target]).collect(),
            repeated,
        })
    }

    fn sort(&mut self) {
        self.edges
            .sort_unstable_by_key(|edge| (edge.target, edge.source, edge.place));
    }
}

fn conflict(pair: &[Edge]) -> Option<Conflict> {
    let (first, second) = (pair[0], pair[1]);
    let same = (first.source, first.target) == (second.source, second.target);
    (same && first.weight != second.weight).then_some(Conflict {
        edge: [first.source, first.target],
        first: (first.place, first.weight),
        second: (second.place, second.weight),
    })
}

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
        at: Line {
            path: path.into(),
            number: conflict.second.0,
        },
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
