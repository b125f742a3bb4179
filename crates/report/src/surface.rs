//! `surface.csv`: one row per cell of a sweep of two hyper-parameters.

use crate::csv::CsvWriter;
use crate::records::Surface;

/// The file `surface.csv`: both swept values under their keys, the decay as time, mean, standard error and number of the
/// validation loss, diverged members, and two marks, 0 or 1: whether the cell is the lowest of its row, and the chosen one.
pub fn surface_csv(surface: &Surface) -> Vec<u8> {
    let header = [
        surface.y.key.as_str(),
        surface.x.key.as_str(),
        "half_life_epochs",
        "tau_epochs",
        "validation",
        "validation_se",
        "folds",
        "diverged",
        "row_lowest",
        "chosen",
    ];
    let mut csv = CsvWriter::with_header(header, 4096);
    for (row, (cells, y)) in surface.cells.iter().zip(&surface.y.values).enumerate() {
        let lowest = surface.optimum(row);
        for (column, (cell, x)) in cells.iter().zip(&surface.x.values).enumerate() {
            csv.number(*y);
            csv.number(*x);
            csv.optional(cell.half_life_epochs);
            csv.optional(cell.tau_epochs);
            csv.number(cell.validation.mean);
            csv.number(cell.validation.se);
            csv.integer(cell.validation.n as u64);
            csv.integer(cell.diverged as u64);
            csv.integer(u64::from(lowest == Some(column)));
            csv.integer(u64::from(surface.chosen == (row, column)));
            csv.end_row();
        }
    }
    csv.finish()
}
