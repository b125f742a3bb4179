//! Labels of nodes whose features are sparse, as a table of one column.

use std::collections::HashMap;

use crate::table::{Cells, Column};
use crate::{Provenance, Table};

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
    pub(crate) fn into_table(self, path: String, lines: Vec<u64>, provenance: Provenance) -> Table {
        let cells = Cells::Labels {
            codes: self.codes,
            levels: self.levels,
        };
        Table {
            path,
            columns: vec![Column {
                name: LABEL.to_owned(),
                cells,
            }],
            names: vec![LABEL.to_owned()],
            lines,
            provenance,
        }
    }
}
