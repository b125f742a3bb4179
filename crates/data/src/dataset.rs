//! Rows of features and their targets, ready to be uploaded once.

use crate::{Images, Options, Provenance, Result, Scaling, Schema, Table, Target, Task};

/// Feature values, row-major `[rows, features]`.
#[derive(Debug, Clone, PartialEq)]
pub enum Storage {
    /// Encoded columns; a missing number is NaN.
    F32(Vec<f32>),
    /// Pixels, as they are in the file.
    U8(Vec<u8>),
}

/// A data set in memory.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// Name for reports: that of the file, directory or embedded set.
    pub name: String,
    /// Values of all rows, not yet scaled: see [`Preprocess`](crate::Preprocess).
    pub features: Storage,
    /// Number of rows.
    pub rows: usize,
    /// Shape of one row: `[features]` of a table, `[channels, height, width]` of images.
    pub shape: Vec<usize>,
    /// Labels or values.
    pub target: Target,
    /// How the columns were made.
    pub schema: Schema,
    /// Where the rows came from.
    pub provenance: Provenance,
    /// What [`Scaling::Auto`] means for these features.
    pub default_scaling: Scaling,
}

impl Dataset {
    /// Encodes a table, with a schema fitted on all its rows.
    ///
    /// # Errors
    /// As [`Schema::fit`] and [`Schema::dataset`].
    pub fn from_table(table: &Table, options: &Options) -> Result<Self> {
        let rows: Vec<usize> = (0..table.rows()).collect();
        Schema::fit(table, &rows, options)?.dataset(table)
    }

    /// Images and their labels, with a schema fitted on all of them.
    ///
    /// # Errors
    /// [`DataError::OneClass`](crate::DataError::OneClass).
    pub fn from_images(images: &Images) -> Result<Self> {
        Schema::of_images(images)?.image_dataset(images)
    }

    /// Features of one row, the product of `shape`.
    pub fn features(&self) -> usize {
        self.shape.iter().product()
    }

    /// What is to be predicted.
    pub fn task(&self) -> Task {
        self.schema.task.clone()
    }

    /// One stored value, before preprocessing.
    pub fn value(&self, row: usize, feature: usize) -> f32 {
        self.features.get(row * self.features() + feature)
    }
}

impl Storage {
    /// Number of values.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::U8(values) => values.len(),
        }
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Size in bytes.
    pub fn bytes(&self) -> usize {
        match self {
            Self::F32(values) => size_of_val(values.as_slice()),
            Self::U8(values) => values.len(),
        }
    }

    /// The value at a flat index.
    pub fn get(&self, index: usize) -> f32 {
        match self {
            Self::F32(values) => values[index],
            Self::U8(values) => f32::from(values[index]),
        }
    }
}
