//! Tables, images and graphs to features.

use rayon::prelude::*;

use crate::schema::column_features::{ColumnFeatures, Unseen};
use crate::table::reading::WARNING;
use crate::{
    Column, ColumnSchema, DataError, Graph, GraphData, Images, Inputs, NodeFeatures, Options,
    Result, Schema, SparseRows, Storage, Table,
};

/// Rows encoded together, so that both the columns read and the rows written stay in cache.
const BLOCK: usize = 256;

/// Features of a new file.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoded {
    /// Values `[rows, features]`, not yet scaled.
    pub features: Storage,
    /// Number of rows.
    pub rows: usize,
    /// Labels that the schema does not know; their rows have no flag set in that column.
    pub unseen: Vec<Unseen>,
    /// The edges between the rows, if they are the nodes of a graph.
    pub graph: Option<Graph>,
    /// The file of each row, if each has one.
    pub files: Vec<String>,
    /// What was odd about the cells of a table, one sentence each.
    pub odd: Vec<String>,
}

impl Encoded {
    fn new(features: Storage, rows: usize) -> Self {
        Self {
            features,
            rows,
            unseen: Vec::new(),
            graph: None,
            files: Vec::new(),
            odd: Vec::new(),
        }
    }

    /// What was odd about cells and labels, if anything was.
    pub fn warning(&self) -> Option<String> {
        let describe = |u: &Unseen| {
            let (column, rows, example) = (&u.column, u.rows, &u.example);
            format!("'{column}' in {rows} rows (for example '{example}')")
        };
        let list: Vec<String> = self.unseen.iter().map(describe).collect();
        let known = "labels that training never saw count as none of the known ones";
        let unseen = (!list.is_empty()).then(|| format!("{known}: {}", list.join(", ")));
        let all: Vec<String> = self.odd.iter().cloned().chain(unseen).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }
}

impl Schema {
    /// Refuses a table whose features do not fit the memory beside it.
    ///
    /// # Errors
    /// [`DataError::BeyondMemory`].
    pub(crate) fn check_memory(&self, table: &Table, options: &Options) -> Result<()> {
        let (rows, features) = (table.rows() as u64, self.features() as u64);
        let cells = 8 * rows * (1 + table.columns.len() as u64);
        let values = rows.saturating_mul(features).saturating_mul(4);
        let bytes = cells.saturating_add(values);
        let allowance = options.allowance();
        allowance.take(&table.path, "its rows as features", bytes)
    }

    /// Encodes the feature columns of `table`; the target need not be there.
    ///
    /// Columns are found by name, in any order; others are ignored. A label that the schema does not
    /// know sets no flag and is counted in [`Encoded::unseen`]. A schema of pixels takes a table of as many
    /// numeric columns, in order; a last column beyond them is the target.
    ///
    /// # Shapes
    /// - returns: `[rows, features]`, row-major
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`] for a missing column, [`DataError::NotNumeric`],
    /// [`DataError::OutOfStorage`], [`DataError::PixelCount`], [`DataError::TooLargeForMemory`],
    /// [`DataError::OtherKind`] for the schema of a graph.
    pub fn encode(&self, table: &Table) -> Result<Encoded> {
        match &self.inputs {
            Inputs::Columns(columns) => self.encode_columns(table, columns),
            Inputs::Pixels { .. } => self.encode_pixels(table),
            Inputs::Graph { .. } => Err(DataError::OtherKind {
                path: table.path.clone(),
                found: "a table",
                expected: self.kind(),
            }),
        }
    }

    fn encode_columns(&self, table: &Table, columns: &[ColumnSchema]) -> Result<Encoded> {
        let mut unseen = Vec::new();
        let mut features_of = |schema: &ColumnSchema| {
            let column = table.column(&schema.name)?;
            ColumnFeatures::new(table, column, schema, &mut unseen)
        };
        let columns = columns.iter().map(&mut features_of);
        let features = self.interleave(columns.collect::<Result<Vec<_>>>()?, table)?;
        let odd = table
            .decisions
            .notes
            .iter()
            .filter_map(|note| note.strip_prefix(WARNING));
        Ok(Encoded {
            unseen,
            odd: odd.map(str::to_owned).collect(),
            ..features
        })
    }

    fn encode_pixels(&self, table: &Table) -> Result<Encoded> {
        let columns = pixel_columns(table, self)?.into_iter();
        let columns = columns.map(|column| ColumnFeatures::pixel(table, column));
        self.interleave(columns.collect::<Result<Vec<_>>>()?, table)
    }

    /// Columns side by side, a row of features after the other.
    fn interleave(&self, columns: Vec<ColumnFeatures<'_>>, table: &Table) -> Result<Encoded> {
        let (rows, features) = (table.rows(), self.features());
        let mut values = zeros(rows, features).ok_or_else(|| DataError::TooLargeForMemory {
            path: table.path.clone(),
            rows,
            features,
            bytes: rows as u128 * features as u128 * 4,
        })?;
        // A table of nothing but columns without values has no features, and no chunks.
        let chunks = values.par_chunks_mut((BLOCK * features).max(1));
        chunks.enumerate().for_each(|(block, chunk)| {
            let mut start = 0;
            for column in &columns {
                let end = start + column.width();
                for (index, row) in chunk.chunks_exact_mut(features).enumerate() {
                    column.write(block * BLOCK + index, &mut row[start..end]);
                }
                start = end;
            }
        });
        Ok(Encoded::new(Storage::F32(values), rows))
    }

    /// Takes over the pixels of `images`; labels are not looked at.
    ///
    /// # Errors
    /// [`DataError::ImageShape`], [`DataError::OtherKind`].
    pub fn encode_images(&self, images: &Images) -> Result<Encoded> {
        let path = images.path.clone();
        match &self.inputs {
            Inputs::Columns(_) | Inputs::Graph { .. } => Err(DataError::OtherKind {
                path,
                found: "images",
                expected: self.kind(),
            }),
            Inputs::Pixels { shape, .. } if *shape != images.shape => Err(DataError::ImageShape {
                path,
                found: images.shape.clone(),
                expected: shape.clone(),
            }),
            Inputs::Pixels { .. } => {
                let pixels = Storage::U8(images.pixels.clone());
                Ok(Encoded {
                    files: images.files.clone(),
                    ..Encoded::new(pixels, images.labels.len())
                })
            }
        }
    }

    /// Encodes the features of a graph's nodes; labels are not looked at.
    ///
    /// # Errors
    /// As [`Schema::encode`]; [`DataError::OtherKind`] for the schema of something else, [`DataError::NodeFeatures`].
    pub fn encode_graph(&self, data: &GraphData) -> Result<Encoded> {
        let path = data.nodes.path.clone();
        let other = |found, expected| DataError::OtherKind {
            path: path.clone(),
            found,
            expected,
        };
        let Inputs::Graph { nodes, .. } = &self.inputs else {
            return Err(other("a graph", self.kind()));
        };
        let (sparse, columns) = ("sparse features", "columns of a table");
        let encoded = match (nodes, &data.features) {
            (NodeFeatures::Columns(columns), None) => self.encode_columns(&data.nodes, columns)?,
            (NodeFeatures::Sparse { columns }, Some(rows)) => encode_sparse(rows, *columns, path)?,
            (NodeFeatures::Columns(_), Some(_)) => return Err(other(sparse, columns)),
            (NodeFeatures::Sparse { .. }, None) => return Err(other(columns, sparse)),
        };
        Ok(Encoded {
            graph: Some(data.graph.clone()),
            ..encoded
        })
    }
}

/// The columns of a table that hold the pixels: all but the target.
fn pixel_columns<'a>(table: &'a Table, schema: &Schema) -> Result<Vec<&'a Column>> {
    let expected = schema.features();
    let mut columns: Vec<&Column> = table
        .columns
        .iter()
        .filter(|c| !schema.targets.contains(&c.name))
        .collect();
    if columns.len() == expected + 1 {
        columns.pop();
    }
    if columns.len() != expected {
        return Err(DataError::PixelCount {
            path: table.path.clone(),
            found: columns.len(),
            expected,
        });
    }
    Ok(columns)
}

fn zeros(rows: usize, features: usize) -> Option<Vec<f32>> {
    let count = rows.checked_mul(features)?;
    let mut values = Vec::new();
    values.try_reserve_exact(count).ok()?;
    values.resize(count, 0.0);
    Some(values)
}

/// Features of as many columns as the model has.
fn encode_sparse(sparse: &SparseRows, columns: usize, path: String) -> Result<Encoded> {
    if sparse.columns != columns {
        return Err(DataError::NodeFeatures {
            path,
            found: sparse.columns,
            expected: columns,
        });
    }
    let features = Storage::Sparse(sparse.clone());
    Ok(Encoded::new(features, sparse.rows()))
}
