//! What a network makes of rows before its last linear map.

use decay_data::matrix_npy;

/// The last hidden layer of one network on some rows, without one the inputs as the network sees them: features that another model can learn from, as a linear probe does.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    /// `[rows, width]`, row-major.
    pub values: Vec<f32>,
    /// Number of rows.
    pub rows: usize,
    /// Units of the layer.
    pub width: usize,
}

impl Features {
    /// The last layer but one of layers that stand side by side, the outputs last.
    pub(super) fn of_layers(all: &[f32], widths: &[usize], rows: usize) -> Self {
        let (before, width) = match widths {
            [before @ .., width, _] => (before.iter().sum(), *width),
            _ => (0, 0),
        };
        let of_row = |row: &[f32]| row[before..before + width].to_vec();
        let all = all.chunks_exact(widths.iter().sum::<usize>().max(1));
        Self {
            values: all.flat_map(of_row).collect(),
            rows,
            width,
        }
    }

    /// `f0,f1,...`, a line for each row.
    pub fn csv(&self) -> String {
        let head: Vec<String> = (0..self.width).map(|unit| format!("f{unit}")).collect();
        let mut csv = head.join(",") + "\n";
        for row in self.values.chunks_exact(self.width) {
            let cells: Vec<String> = row.iter().map(f32::to_string).collect();
            csv.push_str(&cells.join(","));
            csv.push('\n');
        }
        csv
    }

    /// An array of NumPy, `[rows, width]` of `float32`.
    pub fn npy(&self) -> Vec<u8> {
        matrix_npy(&self.values, [self.rows, self.width])
    }
}

#[cfg(test)]
mod tests {
    use super::Features;

    #[test]
    fn the_layer_before_the_outputs_is_cut_out() {
        let all = [1.0, 2.0, 3.0, 9.0, 4.0, 5.0, 6.0, 9.5];
        let features = Features::of_layers(&all, &[1, 2, 1], 2);
        assert_eq!(features.values, [2.0, 3.0, 5.0, 6.0]);
        assert_eq!(features.csv(), "f0,f1\n2,3\n5,6\n");
    }
}
