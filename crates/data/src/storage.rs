//! Feature values in memory.

/// Feature values, row-major `[rows, features]`.
#[derive(Debug, Clone, PartialEq)]
pub enum Storage {
    /// Encoded columns; a missing number is NaN.
    F32(Vec<f32>),
    /// Pixels, as they are in the file.
    U8(Vec<u8>),
    /// Features that are mostly zero.
    Sparse(SparseRows),
}

impl Storage {
    /// Number of values, the zeros of sparse rows included.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::U8(values) => values.len(),
            Self::Sparse(rows) => rows.rows() * rows.columns,
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
            Self::Sparse(rows) => 4 * (rows.offsets.len() + 2 * rows.stored()),
        }
    }

    /// The value at a flat index.
    pub fn get(&self, index: usize) -> f32 {
        match self {
            Self::F32(values) => values[index],
            Self::U8(values) => f32::from(values[index]),
            Self::Sparse(rows) => rows.get(index / rows.columns, index % rows.columns),
        }
    }
}

/// A matrix `[rows, columns]` in compressed sparse rows: only values other than zero are stored.
///
/// # Shapes
/// - `offsets`: `[rows + 1]`, row `r` has the entries `offsets[r]..offsets[r + 1]`
/// - `indices`, `values`: `[stored]`, column and value of an entry; columns ascend within a row, none twice
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SparseRows {
    /// Number of columns.
    pub columns: usize,
    /// Where each row begins, and where the last one ends.
    pub offsets: Vec<u32>,
    /// Column of each entry.
    pub indices: Vec<u32>,
    /// Value of each entry.
    pub values: Vec<f32>,
}

impl SparseRows {
    /// No rows yet.
    pub(crate) fn empty(columns: usize) -> Self {
        Self {
            columns,
            offsets: vec![0],
            ..Self::default()
        }
    }

    /// Ends a row that consists of the entries pushed since the last one; `None` if there are too many to be counted.
    pub(crate) fn end_row(&mut self) -> Option<()> {
        self.offsets.push(u32::try_from(self.indices.len()).ok()?);
        Some(())
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Number of entries that are stored.
    pub fn stored(&self) -> usize {
        self.values.len()
    }

    /// Columns and values of the entries of a row.
    ///
    /// Panics if the row is outside the matrix.
    pub fn row(&self, row: usize) -> (&[u32], &[f32]) {
        let entries = self.offsets[row] as usize..self.offsets[row + 1] as usize;
        (&self.indices[entries.clone()], &self.values[entries])
    }

    /// One value, 0 where none is stored.
    pub fn get(&self, row: usize, column: usize) -> f32 {
        let (columns, values) = self.row(row);
        let found = columns.binary_search(&(column as u32));
        found.map_or(0.0, |entry| values[entry])
    }

    /// Each row divided by the sum of its absolute values; a row of zeros stays one.
    ///
    /// ```text
    /// x'(r, c) = x(r, c) / Σ_k |x(r, k)|
    /// ```
    ///
    /// # Source
    /// `preprocess_features` of Kipf & Welling 2017, <https://github.com/tkipf/gcn>, for values that are not negative.
    pub fn row_normalised(&self) -> Self {
        let mut normalised = self.clone();
        for ends in self.offsets.windows(2) {
            divide_by_sum(&mut normalised.values[ends[0] as usize..ends[1] as usize]);
        }
        normalised
    }

    /// All values, zeros included, row-major `[rows, columns]`.
    pub fn dense(&self) -> Vec<f32> {
        let mut dense = vec![0.0; self.rows() * self.columns];
        for row in 0..self.rows() {
            self.write_row(
                row,
                &mut dense[row * self.columns..(row + 1) * self.columns],
            );
        }
        dense
    }

    /// Writes the entries of a row over zeros.
    pub(crate) fn write_row(&self, row: usize, zeros: &mut [f32]) {
        let (columns, values) = self.row(row);
        for (&column, &value) in columns.iter().zip(values) {
            zeros[column as usize] = value;
        }
    }
}

/// Divides values by the sum of their absolute values, unless that is 0.
pub(crate) fn divide_by_sum(values: &mut [f32]) {
    let sum: f64 = values.iter().map(|value| f64::from(value.abs())).sum();
    if sum > 0.0 {
        for value in values {
            *value = (f64::from(*value) / sum) as f32;
        }
    }
}
