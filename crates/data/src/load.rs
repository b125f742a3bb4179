//! From what a user types to a data set.

use std::path::Path;

use crate::files::extension;
use crate::format::Format;
use crate::{
    DataError, Dataset, Embedded, Encoded, GraphData, Images, Options, Result, Schema, Table,
};

/// What a path or name stands for, read but not encoded.
#[derive(Debug, Clone, PartialEq)]
pub enum Raw {
    /// Columns.
    Table(Table),
    /// Images, for training and perhaps for test.
    Images {
        /// The training set, or the only one.
        train: Box<Images>,
        /// The test set, if there is one.
        test: Option<Box<Images>>,
    },
    /// A graph.
    Graph(Box<GraphData>),
}

/// A data set, and its test set if the source has one of its own.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Rows to choose and train on.
    pub train: Dataset,
    /// Rows that the source sets aside for test.
    pub test: Option<Dataset>,
}

impl Raw {
    /// Reads what a path stands for, or an embedded set: `embedded:digits`, or `digits` if no file has that name.
    ///
    /// | path | read by |
    /// | :-- | :-- |
    /// | folder with `nodes.csv` and `edges.csv` | [`read_graph_csv`](crate::read_graph_csv) |
    /// | `*.content`, or a folder with one | [`read_linqs`](crate::read_linqs) |
    /// | `*.graph.txt`, or a folder with one | [`read_graph_text`](crate::read_graph_text) |
    /// | `*.npz`, or a folder with one | [`read_graph_npz`](crate::read_graph_npz) |
    /// | `*.bin`, or a folder with such files | [`read_cifar`](crate::read_cifar) |
    /// | folder with `*-idx3-ubyte` files | [`read_idx_dir`](crate::read_idx_dir) |
    /// | folder of folders | [`read_image_folders`](crate::read_image_folders) |
    /// | any other file | [`Table::read`] |
    ///
    /// Of a folder the first line that fits counts; all but npz and images may be gzip.
    ///
    /// # Errors
    /// [`DataError::UnknownSet`] if nothing has that name, [`DataError::UnknownDirectory`] for any other folder; else as the
    /// readers.
    pub fn read(source: &str, options: &Options) -> Result<Self> {
        let path = Path::new(source);
        if let Some(name) = source.strip_prefix("embedded:") {
            let set = Embedded::from_name(name).ok_or_else(|| unknown_set(source))?;
            return Self::embedded(set, options);
        }
        if !path.exists() {
            if let Some(set) = Embedded::from_name(source) {
                return Self::embedded(set, options);
            }
            if extension(path).is_empty() && !source.contains(['/', '\\']) {
                return Err(unknown_set(source));
            }
        }
        Format::of(path)?.read(options)
    }

    pub(crate) fn images((train, test): (Images, Option<Images>)) -> Self {
        Self::Images {
            train: Box::new(train),
            test: test.map(Box::new),
        }
    }

    fn embedded(set: Embedded, options: &Options) -> Result<Self> {
        let mut raw = set.raw()?;
        if let Self::Table(table) = &mut raw {
            table.select(options)?;
        }
        Ok(raw)
    }
}

fn unknown_set(source: &str) -> DataError {
    let known: Vec<&str> = Embedded::ALL.iter().map(|set| set.name()).collect();
    DataError::UnknownSet {
        path: source.to_owned(),
        known: known.join(", "),
    }
}

/// Loads what `source` names (see [`Raw::read`]) and fits a schema to all its training rows.
///
/// # Errors
/// As [`Raw::read`], [`Schema::fit`], [`Schema::image_dataset`] and [`Dataset::from_graph`].
pub fn load(source: &str, options: &Options) -> Result<Loaded> {
    match Raw::read(source, options)? {
        Raw::Table(table) => Ok(Loaded {
            train: Dataset::from_table(&table, options)?,
            test: None,
        }),
        Raw::Images { train, test } => {
            let schema = Schema::of_images(&train)?;
            let test = test.map(|test| schema.image_dataset(&test)).transpose()?;
            Ok(Loaded {
                train: schema.image_dataset(&train)?,
                test,
            })
        }
        Raw::Graph(graph) => Ok(Loaded {
            train: Dataset::from_graph(&graph, options)?,
            test: None,
        }),
    }
}

/// Loads features and target for a trained model; of a directory, the test set if there is one.
///
/// # Errors
/// As [`Raw::read`], [`Schema::dataset`], [`Schema::image_dataset`] and [`Schema::graph_dataset`].
pub fn load_with(source: &str, schema: &Schema) -> Result<Dataset> {
    match Raw::read(source, &schema.options())? {
        Raw::Table(table) => schema.dataset(&table),
        Raw::Images { train, test } => schema.image_dataset(&test.unwrap_or(train)),
        Raw::Graph(graph) => schema.graph_dataset(&graph),
    }
}

/// Loads features alone for a trained model; of a directory, the test set if there is one.
///
/// # Errors
/// As [`Raw::read`], [`Schema::encode`], [`Schema::encode_images`] and [`Schema::encode_graph`].
pub fn load_inputs_with(source: &str, schema: &Schema) -> Result<Encoded> {
    match Raw::read(source, &schema.options())? {
        Raw::Table(table) => schema.encode(&table),
        Raw::Images { train, test } => schema.encode_images(&test.unwrap_or(train)),
        Raw::Graph(graph) => schema.encode_graph(&graph),
    }
}

/// Last part of a path without `.gz` and the extension before it.
pub(crate) fn name_of(path: &str) -> String {
    let path = Path::new(path.strip_prefix("embedded:").unwrap_or(path));
    let path = if extension(path) == "gz" {
        path.with_extension("")
    } else {
        path.to_path_buf()
    };
    let stem = if path.is_dir() {
        path.file_name()
    } else {
        path.file_stem()
    };
    stem.map_or_else(
        || path.display().to_string(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}
