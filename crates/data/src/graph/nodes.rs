//! Nodes by the names that files give them, and their labels.

use std::collections::HashMap;

use crate::table::place::Counted;
use crate::{Cells, Column, GraphError, Line, Provenance, Result, Table};

/// Names of nodes in the order of the rows, each once.
#[derive(Debug, Default)]
pub(crate) struct NodeNames {
    rows: HashMap<String, u32>,
    names: Vec<String>,
    lines: Vec<u64>,
}

impl NodeNames {
    /// Appends a node found on `line`.
    ///
    /// # Errors
    /// [`GraphError::NoId`], [`GraphError::RepeatedNode`].
    pub(crate) fn push(&mut self, name: &str, at: &Line) -> Result<()> {
        let at = at.clone();
        if name.is_empty() {
            return Err(GraphError::NoId { at }.into());
        }
        let row = u32::try_from(self.names.len());
        let row = row.map_err(|_| GraphError::TooManyEntries {
            path: at.path.to_string(),
        })?;
        if let Some(first) = self.rows.insert(name.to_owned(), row) {
            let (node, first) = (name.to_owned(), self.lines[first as usize]);
            return Err(GraphError::RepeatedNode { at, node, first }.into());
        }
        self.names.push(name.to_owned());
        self.lines.push(at.number);
        Ok(())
    }

    pub(crate) fn row(&self, name: &str) -> Option<u32> {
        self.rows.get(name).copied()
    }

    /// Row of a node that must exist.
    ///
    /// # Errors
    /// [`GraphError::UnknownNode`].
    pub(crate) fn known(&self, name: &str, at: &Line) -> Result<u32> {
        let row = self.row(name).ok_or_else(|| GraphError::UnknownNode {
            at: at.clone(),
            node: name.to_owned(),
        });
        Ok(row?)
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Names, and the line of each.
    pub(crate) fn into_parts(self) -> (Vec<String>, Vec<u64>) {
        (self.names, self.lines)
    }
}

/// Name of the target where a format has none.
pub(crate) const LABEL: &str = "label";

/// Labels by code, in order of appearance.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    codes: Vec<u32>,
    levels: Vec<String>,
    known: HashMap<String, u32>,
}

impl Labels {
    pub(crate) fn push(&mut self, label: &str) {
        let code = self.known.get(label).copied().unwrap_or_else(|| {
            let code = self.levels.len() as u32;
            self.levels.push(label.to_owned());
            self.known.insert(label.to_owned(), code);
            code
        });
        self.codes.push(code);
    }

    /// The table that holds nothing but these labels.
    pub(crate) fn into_table(
        self,
        path: String,
        (lines, counted): (Vec<u64>, Counted),
        provenance: Provenance,
    ) -> Table {
        let cells = Cells::Labels {
            codes: self.codes,
            levels: self.levels,
        };
        Table {
            decisions: Box::default(),
            path,
            columns: vec![Column {
                name: LABEL.to_owned(),
                cells,
            }],
            weights: None,
            ties: Box::default(),
            names: vec![LABEL.to_owned()],
            lines,
            counted,
            provenance,
        }
    }
}

/// Which graph of a disjoint union each node belongs to.
pub(crate) struct Groups {
    pub(crate) of_node: Vec<u32>,
    pub(crate) names: Vec<String>,
}
