//! Columns of a table to features.

use crate::schema::column_features::ColumnSource;
use crate::table::Column;
use crate::{ColumnSchema, DataError, Graph, Images, Inputs, Result, Schema, Storage, Table};

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
}

/// Unknown labels of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// Name of the column.
    pub column: String,
    /// How many rows hold an unknown label.
    pub rows: usize,
    /// One such label.
    pub example: String,
}

impl Encoded {
    /// One sentence about unknown labels, if there are any.
    pub fn warning(&self) -> Option<String> {
        let list: Vec<String> = self
            .unseen
            .iter()
            .map(|u| {
                format!(
                    "'{}' in {} rows (for example '{}')",
                    u.column, u.rows, u.example
                )
            })
            .collect();
        (!list.is_empty()).then(|| {
            format!(
                "labels that training never saw count as none of the known ones: {}",
                list.join(", ")
            )
        })
    }
}

impl Schema {
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

    pub(crate) fn encode_columns(
        &self,
        table: &Table,
        columns: &[ColumnSchema],
    ) -> Result<Encoded> {
        let mut unseen = Vec::new();
        let sources = columns
            .iter()
            .map(|schema| {
                ColumnSource::new(table, table.column(&schema.name)?, schema, &mut unseen)
            })
            .collect::<Result<Vec<_>>>()?;
        let features = Storage::F32(interleave(&sources, self.features(), table)?);
        Ok(Encoded {
            features,
            rows: table.rows(),
            unseen,
            graph: None,
        })
    }

    fn encode_pixels(&self, table: &Table) -> Result<Encoded> {
        let sources = pixel_columns(table, self)?
            .iter()
            .map(|column| ColumnSource::pixel(table, column))
            .collect::<Result<Vec<_>>>()?;
        let features = Storage::F32(interleave(&sources, self.features(), table)?);
        Ok(Encoded {
            features,
            rows: table.rows(),
            unseen: Vec::new(),
            graph: None,
        })
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
            Inputs::Pixels { .. } => Ok(Encoded {
                features: Storage::U8(images.pixels.clone()),
                rows: images.labels.len(),
                unseen: Vec::new(),
                graph: None,
            }),
        }
    }
}

/// The columns of a table that hold the pixels: all but the target.
fn pixel_columns<'a>(table: &'a Table, schema: &Schema) -> Result<Vec<&'a Column>> {
    let expected = schema.features();
    let mut columns: Vec<&Column> = table
        .columns
        .iter()
        .filter(|c| c.name != schema.target)
        .collect();
    if columns.len() == expected + 1 {
        columns.pop();
    }
    match columns.len() == expected {
        true => Ok(columns),
        false => Err(DataError::PixelCount {
            path: table.path.clone(),
            found: columns.len(),
            expected,
        }),
    }
}

fn interleave(sources: &[ColumnSource<'_>], features: usize, table: &Table) -> Result<Vec<f32>> {
    let rows = table.rows();
    let mut values = zeros(rows, features).ok_or_else(|| DataError::TooLargeForMemory {
        path: table.path.clone(),
        rows,
        features,
        bytes: rows as u128 * features as u128 * 4,
    })?;
    // A table of nothing but columns without values has no features, and no chunks.
    for (block, chunk) in values.chunks_mut((BLOCK * features).max(1)).enumerate() {
        let mut start = 0;
        for source in sources {
            let end = start + source.width();
            for (index, row) in chunk.chunks_exact_mut(features).enumerate() {
                source.write(block * BLOCK + index, &mut row[start..end]);
            }
            start = end;
        }
    }
    Ok(values)
}

fn zeros(rows: usize, features: usize) -> Option<Vec<f32>> {
    let count = rows.checked_mul(features)?;
    let mut values = Vec::new();
    values.try_reserve_exact(count).ok()?;
    values.resize(count, 0.0);
    Some(values)
}
