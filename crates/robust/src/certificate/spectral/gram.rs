//! Gram iteration: a bound of the spectral norm that converges faster than any power.

use std::sync::atomic::{AtomicBool, Ordering};

use decay_kernels::DoubleMatrix;

use crate::certificate::rounding::{gamma, up};

/// Squarings at most: after 60 even equal singular values have lost their part of the bound.
const SQUARINGS: usize = 60;
/// Multiplications between two looks at the flag: a part of a second.
const AT_ONCE: usize = 1 << 30;

/// A bound from above of the largest singular value.
///
/// ```text
/// G_0 = A^T A        G_(j+1) = (G_j / ‖G_j‖_F)^2        ‖A‖_2 <= product over j <= k of ‖G_j‖_F^(1 / 2^(j+1))
/// ```
///
/// Each step bounds the norm by Frobenius', whose excess, at most `n^(1/2)`, the next root halves. Products are in floating point:
/// a step adds the error of the next square before it takes the root, `‖G_j‖_2^2 <= ‖fl(G_j^2)‖_2 + gamma n ‖G_j‖_F^2`.
///
/// # Shapes
/// - `matrix`: `[rows, columns]`, row-major
///
/// Once the flag is set, infinity, which is above, too.
///
/// # Source
/// Delattre et al. 2023, algorithm 1, <https://arxiv.org/abs/2305.16173>.
pub(super) fn norm_bound(matrix: &[f64], shape: [usize; 2], stop: &AtomicBool) -> f64 {
    norm_bound_above(matrix, shape, 0.0, stop)
}

/// [`norm_bound`], or the first bound that is at most `floor`: who looks for the largest of many need not know the others better.
pub(super) fn norm_bound_above(
    matrix: &[f64],
    [rows, columns]: [usize; 2],
    floor: f64,
    stop: &AtomicBool,
) -> f64 {
    let matrix = DoubleMatrix::new(matrix, [rows, columns]);
    let narrow = if rows < columns {
        matrix
    } else {
        matrix.transposed()
    };
    let [side, other] = [rows.min(columns), rows.max(columns)];
    let Some(mut gram) = square(narrow, narrow.transposed(), [side, other], stop) else {
        return f64::INFINITY;
    };
    let trace: f64 = gram.iter().step_by(side + 1).sum();
    // ‖A^T A‖_2 <= ‖fl(A^T A)‖_2 + gamma ‖A‖_F^2, where ‖A‖_F^2 is the trace.
    let hidden = gamma(rows.max(columns) + 2) * up(trace, side);
    let mut norms = Vec::new();
    for squaring in 0..SQUARINGS {
        let norm = frobenius(&gram, side);
        if norm == 0.0 && squaring == 0 {
            return 0.0;
        }
        if !(norm > 0.0 && norm.is_finite()) {
            return f64::INFINITY;
        }
        norms.push(norm);
        let settled = squaring > 0 && norm.ln().abs() < f64::EPSILON * 2f64.powi(squaring as i32);
        if settled || singular_value(&norms, hidden, side) <= floor {
            break;
        }
        gram.iter_mut().for_each(|g| *g /= norm);
        let unit = DoubleMatrix::new(&gram, [side, side]);
        let Some(squared) = square(unit, unit, [side, side], stop) else {
            return f64::INFINITY;
        };
        gram = squared;
    }
    singular_value(&norms, hidden, side)
}

/// `a b`, `[side, side]`, of which each has `other` on its other side; `None` once the flag is set.
fn square(
    a: DoubleMatrix<'_>,
    b: DoubleMatrix<'_>,
    [side, other]: [usize; 2],
    stop: &AtomicBool,
) -> Option<Vec<f64>> {
    let panel = (AT_ONCE / (side * other).max(1)).clamp(1, side.max(1));
    let mut product = Vec::with_capacity(side * side);
    for start in (0..side).step_by(panel) {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let rows = a.rows(start..(start + panel).min(side));
        product.extend(rows.times(b));
    }
    Some(product)
}

/// The bound from the norms met so far, each with what rounding may have hidden from it.
fn singular_value(norms: &[f64], hidden: f64, side: usize) -> f64 {
    let error = gamma(side + 6);
    // The newest square is bounded by its Frobenius norm; each one before by the root of what follows, scaled back.
    let step = |bound: f64, norm: &f64| up(norm * (bound + error).sqrt(), 4);
    let largest = match norms.split_last() {
        Some((newest, earlier)) => earlier.iter().rev().fold(*newest, step),
        None => 0.0,
    };
    up((largest + hidden).sqrt(), 2)
}

/// Summed by rows, so that rounding grows with the side and not with the number of entries.
fn frobenius(values: &[f64], side: usize) -> f64 {
    let rows = values.chunks_exact(side);
    let squares: f64 = rows.map(|row| row.iter().map(|v| v * v).sum::<f64>()).sum();
    up(squares.sqrt(), 2 * side)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    fn norm_bound(matrix: &[f64], shape: [usize; 2]) -> f64 {
        super::norm_bound(matrix, shape, &AtomicBool::new(false))
    }

    /// Singular values of `[[1, 1], [0, 1]]` are the golden ratio and its inverse; of a permutation all are one.
    #[test]
    fn closed_forms_are_met_to_rounding() {
        let golden = 0.5 * (1.0 + 5f64.sqrt());
        let shear = norm_bound(&[1.0, 1.0, 0.0, 1.0], [2, 2]);
        assert!(shear >= golden && shear - golden < 1e-14, "{shear}");
        let turned = norm_bound(&[0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0], [3, 3]);
        assert!(turned >= 1.0 && turned - 1.0 < 1e-14, "{turned}");
        let row = norm_bound(&[3.0, 4.0, 12.0], [1, 3]);
        assert!(row >= 13.0 && row - 13.0 < 1e-13, "{row}");
        assert_eq!(norm_bound(&[0.0; 6], [2, 3]), 0.0);
    }

    /// Rotations around `diag(1, 1 - gap)`: two values that nearly agree are the slow case of every iteration.
    #[test]
    fn close_singular_values_do_not_loosen_the_bound() {
        for gap in [1e-2, 1e-5, 1e-9, 0.0] {
            let (s, c) = 0.7f64.sin_cos();
            let low = 1.0 - gap;
            let matrix = [
                c * c + s * s * low,
                c * s * gap,
                c * s * gap,
                s * s + c * c * low,
            ];
            let bound = norm_bound(&matrix, [2, 2]);
            assert!(
                (1.0 - 1e-15..1.0 + 1e-14).contains(&bound),
                "{gap}: {bound}"
            );
        }
    }

    /// Told to stop, it says the one thing that holds whatever it would have found.
    #[test]
    fn a_bound_that_is_not_looked_for_is_infinite() {
        let matrix = [2.0, 0.0, 0.0, 1.0];
        let bound = super::norm_bound(&matrix, [2, 2], &AtomicBool::new(true));
        assert_eq!(bound, f64::INFINITY);
    }
}
