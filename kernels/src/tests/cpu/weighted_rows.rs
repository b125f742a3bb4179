//! Weighted sums of rows on every vector unit of this machine, among rows of other data.

use super::suite::values::{draws, host};
use crate::cpu::product::Unit;
use crate::cpu::share::Shared;
use crate::sparse::cpu::weighted_rows::WeightedRows;

/// Rows of 0, 1, 4, 7 and 9 entries.
const OFFSETS: [i32; 6] = [3, 3, 4, 8, 15, 24];
const ROWS: usize = OFFSETS.len() - 1;
const COLUMNS: usize = 13;
/// Of elements between the end of a row and the start of the next.
const GAP: usize = 5;

#[test]
fn every_unit_agrees_with_the_definition_at_every_width() {
    let columns: Vec<i32> = (0..21).map(|e| e * 7 % COLUMNS as i32).collect();
    let values = host(&draws([21], 1));
    for width in (1..40).chain([48, 63, 64, 65, 100, 128]) {
        let row = width + GAP;
        let x = host(&draws([COLUMNS * row], 2));
        let bias = host(&draws([width], 3));
        for (unit, relu) in Unit::ALL
            .into_iter()
            .flat_map(|unit| [(unit, false), (unit, true)])
        {
            if !unit.is_here() {
                continue;
            }
            let mut y = vec![-7.0; ROWS * row];
            let rows = WeightedRows {
                offsets: &OFFSETS,
                columns: &columns,
                values: &values,
                x: &x,
                x_row: row,
                y: Shared::new(&mut y),
                y_row: row,
                width,
                scale: 1.5,
                bias: Some(&bias),
                relu,
            };
            // SAFETY: the buffers hold rows of `row` elements, and the machine has the unit.
            unsafe { rows.write_on(unit) };
            for (i, y) in y.chunks(row).enumerate() {
                let entries = (OFFSETS[i] - 3) as usize..(OFFSETS[i + 1] - 3) as usize;
                for c in 0..width {
                    let term = |e: usize| {
                        f64::from(values[e]) * f64::from(x[columns[e] as usize * row + c])
                    };
                    let z = 1.5 * entries.clone().map(term).sum::<f64>() + f64::from(bias[c]);
                    let expected = if relu { z.max(0.0) } else { z };
                    let error = (f64::from(y[c]) - expected).abs();
                    assert!(
                        error < 1e-5,
                        "{unit:?} {width}: row {i}, column {c}: {error}"
                    );
                }
                assert_eq!(y[width..], [-7.0; GAP], "{unit:?} {width}: beyond row {i}");
            }
        }
    }
}

#[test]
fn nan_passes_the_relu() {
    for unit in Unit::ALL.into_iter().filter(|unit| unit.is_here()) {
        let mut y = [0.0; 3];
        let rows = WeightedRows {
            offsets: &[0, 1],
            columns: &[0],
            values: &[1.0],
            x: &[f32::NAN, -1.0, 2.0],
            x_row: 3,
            y: Shared::new(&mut y),
            y_row: 3,
            width: 3,
            scale: 1.0,
            bias: None,
            relu: true,
        };
        // SAFETY: one row each, and the machine has the unit.
        unsafe { rows.write_on(unit) };
        assert!(y[0].is_nan() && y[1..] == [0.0, 2.0], "{unit:?}: {y:?}");
    }
}
