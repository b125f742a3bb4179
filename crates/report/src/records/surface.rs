//! A sweep of two hyper-parameters.

use serde::{Deserialize, Serialize};

use super::{Metric, Spread};

/// One side of a [`Surface`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurfaceAxis {
    /// Column name in `surface.csv`, as in `rate`.
    pub key: String,
    /// Name on the axis, as in `decay rate λ`.
    pub label: String,
    /// Its symbol, as in `λ`.
    pub symbol: String,
    /// The values in ascending order.
    pub values: Vec<f64>,
}

/// Everything known of one pair of values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurfaceCell {
    /// The decay as a half-life in epochs; `None` where decay is not swept, and at rate 0.
    pub half_life_epochs: Option<f64>,
    /// The decay as a time-scale in epochs; as the half-life.
    pub tau_epochs: Option<f64>,
    /// Loss on the validation rows.
    pub validation: Spread,
    /// Members frozen because their loss was not finite; a cell with any is not chosen.
    pub diverged: usize,
}

/// A sweep of two hyper-parameters: the validation loss over both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Surface {
    /// The loss that the choice was made by.
    pub metric: Metric,
    /// Along a row: the decay rate if it is swept.
    pub x: SurfaceAxis,
    /// One value per row.
    pub y: SurfaceAxis,
    /// `[rows][values of x]`.
    pub cells: Vec<Vec<SurfaceCell>>,
    /// Row and column of the chosen cell.
    pub chosen: (usize, usize),
    /// Row and column of the lowest mean.
    pub best: (usize, usize),
}

impl Surface {
    /// Column of a row's lowest mean among the cells without diverged members; `None` if there is no such cell.
    pub fn optimum(&self, row: usize) -> Option<usize> {
        let cells = self.cells.get(row)?.iter().enumerate();
        let sound = cells.filter(|(_, cell)| cell.is_sound());
        let lowest = sound.min_by(|(_, a), (_, b)| a.validation.mean.total_cmp(&b.validation.mean));
        lowest.map(|(column, _)| column)
    }

    /// The cell in a row and column.
    pub fn cell(&self, (row, column): (usize, usize)) -> Option<&SurfaceCell> {
        self.cells.get(row)?.get(column)
    }
}

impl SurfaceCell {
    /// Whether no member diverged and there is a mean.
    pub fn is_sound(&self) -> bool {
        self.diverged == 0 && self.validation.mean.is_finite()
    }
}
