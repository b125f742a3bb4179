//! A graph with its nodes' features and labels, as a reader found them.

use crate::{GivenSplit, Graph, Result, SparseRows, Table};

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
    /// Nodes that have a value in the target column, in ascending order.
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`](crate::DataError::UnknownColumn) if there is no such column.
    pub fn labelled(&self, target: &str) -> Result<Vec<usize>> {
        let column = self.nodes.column(target)?;
        Ok((0..self.nodes.rows())
            .filter(|&row| !column.is_missing(row))
            .collect())
    }
}
