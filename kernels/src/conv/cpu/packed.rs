//! Matrices as the tiles of a product read them best.

use crate::cpu::product::Unit;

/// A matrix cut into panels as wide as a tile, each row-major.
pub(crate) struct Panels {
    packed: Vec<f32>,
    /// Floats between rows of a panel.
    pub(crate) row: usize,
    /// Floats between panels.
    panel: usize,
}

impl Panels {
    pub(crate) fn new(unit: Unit) -> Self {
        Self {
            packed: Vec::new(),
            row: unit.columns(),
            panel: 0,
        }
    }

    /// Takes row `i` of `rows`, of `columns` values, from `row_at(i)`.
    pub(crate) fn pack<'a>(
        &mut self,
        rows: usize,
        columns: usize,
        row_at: impl Fn(usize) -> &'a [f32],
    ) {
        let width = self.row;
        self.panel = rows * width;
        // Beyond the columns nothing is read, so what was there may stay.
        self.packed
            .resize(columns.div_ceil(width) * self.panel, 0.0);
        for i in 0..rows {
            for (panel, part) in row_at(i)[..columns].chunks(width).enumerate() {
                let start = panel * self.panel + i * width;
                self.packed[start..start + part.len()].copy_from_slice(part);
            }
        }
    }

    /// Panel that starts at column `first`, from row `row`.
    pub(crate) fn at(&self, first: usize, row: usize) -> &[f32] {
        &self.packed[first / self.row * self.panel + row * self.row..]
    }
}
