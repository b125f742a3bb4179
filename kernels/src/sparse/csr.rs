//! Sparse matrices on a device.

use burn::backend::Dispatch;
use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use super::by_rows::{ByRows, Sparse};

/// A sparse matrix that all members share, with its transpose for the backward pass.
///
/// Serves as an operator on a graph's nodes (row: target of an edge, column: its source) and as a data set of mostly zeros.
/// An entry may be listed more than once; the values of a place add up.
#[derive(Debug, Clone)]
pub struct Csr {
    rows: usize,
    columns: usize,
    entries: usize,
    tensors: Sparse<Dispatch>,
}

impl Csr {
    /// Puts a matrix on a device.
    ///
    /// # Shapes
    /// - `offsets`: `[rows + 1]`; the entries of row `i` are `offsets[i] .. offsets[i + 1]`
    /// - `indices`, `values`: `[E]`, column and value of each entry
    ///
    /// # Panics
    /// If lengths, offsets or indices do not fit each other.
    pub fn new(
        rows: usize,
        columns: usize,
        offsets: &[u32],
        indices: &[u32],
        values: &[f32],
        device: &Device,
    ) -> Self {
        expect_matrix(rows, columns, offsets, indices, values);
        let rows_of = numbered_by_row(offsets);
        let (starts, order) = sorted_by_column(columns, indices);
        let pick = |from: &[u32]| order.iter().map(|&e| from[e as usize]).collect::<Vec<_>>();
        let identity: Vec<u32> = (0..indices.len() as u32).collect();
        let turned: Vec<f32> = order.iter().map(|&e| values[e as usize]).collect();
        Self {
            rows,
            columns,
            entries: indices.len(),
            tensors: Sparse {
                matrix: by_rows([offsets, &rows_of, indices, &identity], values, device),
                transpose: by_rows(
                    [&starts, &pick(indices), &pick(&rows_of), &order],
                    &turned,
                    device,
                ),
            },
        }
    }

    /// Rows of the matrix.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns of the matrix.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Stored entries.
    pub fn entries(&self) -> usize {
        self.entries
    }

    pub(crate) fn to_dispatch(&self) -> Sparse<Dispatch> {
        self.tensors.clone()
    }
}

/// One order of the entries, from offsets, rows, columns and numbers, and the values.
fn by_rows(integers: [&[u32]; 4], values: &[f32], device: &Device) -> ByRows<Dispatch> {
    let [offsets, rows, columns, numbers] = integers.map(|values| {
        let values: Vec<i32> = values.iter().map(|&value| value as i32).collect();
        let shape = [values.len()];
        let data = TensorData::new(values, shape);
        Tensor::<1, Int>::from_data(data, (device, DType::I32)).into_dispatch()
    });
    let data = TensorData::new(values.to_vec(), [values.len()]);
    ByRows {
        offsets,
        rows,
        columns,
        values: Tensor::<1>::from_data(data, (device, DType::F32)).into_dispatch(),
        numbers,
    }
}

fn expect_matrix(rows: usize, columns: usize, offsets: &[u32], indices: &[u32], values: &[f32]) {
    assert_eq!(offsets.len(), rows + 1, "csr: offsets of {rows} rows");
    assert_eq!(values.len(), indices.len(), "csr: values and indices");
    assert!(
        offsets[0] == 0 && offsets[rows] as usize == indices.len() && offsets.is_sorted(),
        "csr: offsets must rise from 0 to {}",
        indices.len()
    );
    assert!(
        i32::try_from(indices.len().max(rows).max(columns)).is_ok(),
        "csr: {rows} x {columns} with {} entries is too large to be numbered in 32 bits",
        indices.len()
    );
    if let Some(index) = indices.iter().find(|&&index| index as usize >= columns) {
        panic!("csr: an entry is in column {index}, but there are {columns} columns");
    }
}

/// The row of each entry.
fn numbered_by_row(offsets: &[u32]) -> Vec<u32> {
    let rows = (0u32..).zip(offsets.windows(2));
    rows.flat_map(|(row, ends)| std::iter::repeat_n(row, (ends[1] - ends[0]) as usize))
        .collect()
}

/// Where each column's entries start, and the entries' numbers column by column, in the order of their rows.
fn sorted_by_column(columns: usize, indices: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; columns + 1];
    for &column in indices {
        starts[column as usize + 1] += 1;
    }
    for column in 0..columns {
        starts[column + 1] += starts[column];
    }
    let mut next = starts.clone();
    let mut order = vec![0; indices.len()];
    for (number, &column) in (0u32..).zip(indices) {
        let place = &mut next[column as usize];
        order[*place as usize] = number;
        *place += 1;
    }
    (starts, order)
}

#[cfg(test)]
mod tests {
    use super::{expect_matrix, numbered_by_row, sorted_by_column};

    #[test]
    fn a_transpose_lists_each_column_in_the_order_of_its_rows() {
        // Rows (2, 0), (), (2, 2, 1); column 3 is empty.
        let (offsets, indices) = ([0, 2, 2, 5], [2, 0, 2, 2, 1]);
        assert_eq!(numbered_by_row(&offsets), [0, 0, 2, 2, 2]);
        let (starts, order) = sorted_by_column(4, &indices);
        assert_eq!(starts, [0, 1, 2, 5, 5]);
        assert_eq!(order, [1, 4, 0, 2, 3]);
    }

    #[test]
    #[should_panic(expected = "csr: an entry is in column 3, but there are 3 columns")]
    fn a_column_after_the_last() {
        expect_matrix(1, 3, &[0, 2], &[0, 3], &[1.0; 2]);
    }

    #[test]
    #[should_panic(expected = "csr: offsets must rise from 0 to 2")]
    fn offsets_that_fall() {
        expect_matrix(2, 3, &[0, 3, 2], &[0, 1], &[1.0; 2]);
    }
}
