//! `diagnostics.csv`: what an epoch's last step did to each weight matrix of each member.

use crate::csv::CsvWriter;

const COLUMNS: [&str; 10] = [
    "member",
    "epoch",
    "parameter",
    "weight_norm",
    "gradient_norm",
    "angle",
    "equilibrium_angle",
    "effective_lr",
    "zeros",
    "decay_share",
];

/// One weight matrix of one member after one epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerRow {
    /// Position of the member in the plan.
    pub member: u64,
    /// Epochs finished when it was measured.
    pub epoch: u64,
    /// Name of the parameter.
    pub parameter: String,
    /// Euclidean norm of the weights.
    pub weight_norm: f64,
    /// Euclidean norm of the gradient.
    pub gradient_norm: f64,
    /// Angle between the weights before and after the step, in radians.
    pub angle: f64,
    /// That angle once random steps and decay balance; only before a normalisation.
    pub equilibrium_angle: Option<f64>,
    /// Learning rate over the squared norm; only before a normalisation.
    pub effective_lr: Option<f64>,
    /// Share of the weights that are zero.
    pub zeros: f64,
    /// Share of the step that is decay.
    pub decay_share: f64,
}

/// The file `diagnostics.csv`; fields without a value are empty.
pub fn layers_csv(rows: &[LayerRow]) -> Vec<u8> {
    const BYTES_PER_ROW: usize = 160;
    let mut csv = CsvWriter::with_header(COLUMNS, BYTES_PER_ROW * (rows.len() + 1));
    for row in rows {
        csv.integer(row.member);
        csv.integer(row.epoch);
        csv.text(&row.parameter);
        for value in [row.weight_norm, row.gradient_norm, row.angle] {
            csv.number(value);
        }
        for value in [row.equilibrium_angle, row.effective_lr] {
            match value {
                Some(value) => csv.number(value),
                None => csv.text(""),
            }
        }
        csv.number(row.zeros);
        csv.number(row.decay_share);
        csv.end_row();
    }
    csv.finish()
}
