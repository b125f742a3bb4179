//! What a user may say about a file.

use crate::{DataError, Result, TaskKind};

/// Most labels that a categorical column may have, unless [`Options::max_levels`] says otherwise.
pub const MAX_LEVELS: usize = 1000;

/// How to read a delimited file, and what to make of it.
///
/// Columns may be named by their header, or by `c0, c1, ...` if there is none.
///
/// | key | default | meaning |
/// | :-- | :-- | :-- |
/// | `header` | decided from the file | whether the first row holds names |
/// | `delimiter` | tab for `.tsv`, else the most frequent of `, ; tab` in line 1 | field separator |
/// | `targets` | last column | names, or indices from 0 (negative: from the end), of the columns to predict |
/// | `weight` | none | column of sample weights, which is no feature |
/// | `task` | decided from the targets | classification, regression or multilabel |
/// | `drop` | none | columns to ignore |
/// | `keep` | all | columns to read, all others are ignored |
/// | `categorical` | none | columns read as labels though every value is a number |
/// | `max_levels` | [`MAX_LEVELS`] | most labels of a categorical column |
/// | `missing_indicators` | `true` | a 0/1 column beside each column that has missing values |
/// | `directed` | `false` | whether the edges of a graph have a direction, in formats that do not say |
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Whether the first row holds column names.
    pub header: Option<bool>,
    /// Field separator.
    pub delimiter: Option<u8>,
    /// Columns to predict; the last one if none is named.
    pub targets: Vec<String>,
    /// Column of sample weights, of a table.
    pub weight: Option<String>,
    /// What the targets are taken for.
    pub task: Option<TaskKind>,
    /// Columns to ignore.
    pub drop: Vec<String>,
    /// The only columns to read.
    pub keep: Option<Vec<String>>,
    /// Columns to read as labels whatever they hold.
    pub categorical: Vec<String>,
    /// Most labels of a categorical column.
    pub max_levels: usize,
    /// Whether a column with missing values gets a 0/1 column that says where.
    pub missing_indicators: bool,
    /// Whether the edges of a graph have a direction. Files in the format of LINQS and `.graph.txt` files are undirected.
    pub directed: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            header: None,
            delimiter: None,
            targets: Vec::new(),
            weight: None,
            task: None,
            drop: Vec::new(),
            keep: None,
            categorical: Vec::new(),
            max_levels: MAX_LEVELS,
            missing_indicators: true,
            directed: false,
        }
    }
}

impl Options {
    /// Columns that the user names must exist, or a slip of the hand would go unnoticed; those to keep
    /// come from a schema, which knows which of them it needs.
    pub(crate) fn check_names(&self, names: &[String], path: &str) -> Result<()> {
        let kept = self.keep.as_deref().unwrap_or_default();
        let categorical = self.categorical.iter().filter(|name| !kept.contains(name));
        let unknown = |name: &&String| !names.contains(name);
        match self.drop.iter().chain(categorical).find(unknown) {
            Some(name) => Err(DataError::unknown_column(path, name, names)),
            None => Ok(()),
        }
    }

    /// Every column that these options name.
    pub(crate) fn named_columns(&self) -> Vec<&String> {
        let kept = self.keep.iter().flatten();
        let listed = self
            .targets
            .iter()
            .chain(&self.weight)
            .chain(&self.drop)
            .chain(&self.categorical);
        listed.chain(kept).collect()
    }

    /// Whether a column of this name is wanted.
    pub(crate) fn wants(&self, name: &str) -> bool {
        let listed = |names: &[String]| names.iter().any(|listed| listed == name);
        if self.weight.as_deref() == Some(name) {
            return true;
        }
        !listed(&self.drop) && self.keep.as_ref().is_none_or(|keep| listed(keep))
    }
}
