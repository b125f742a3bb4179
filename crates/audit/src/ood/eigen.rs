//! Eigenvectors of symmetric matrices, of whose finding one can be told to stop.

use crate::stop::Stop;
use crate::{AuditError, Result};

/// Rotations of one eigenvalue before it counts as not found; two or three are usual.
const MOST_SWEEPS: usize = 60;

/// `A = V' diag(values) V`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Eigen {
    /// In no order.
    pub(crate) values: Vec<f64>,
    /// An eigenvector of length 1 in each row, `[side, side]`.
    pub(crate) vectors: Vec<f64>,
}

/// Eigenvalues and eigenvectors of a symmetric matrix: Householder's tridiagonal form, then implicit QL.
///
/// ```text
/// A = Q T Q'        T = Z diag(values) Z'        V = (Q Z)'
/// ```
///
/// # Shapes
/// - `matrix`: `[side, side]`, row-major
///
/// # Errors
/// [`AuditError::Interrupted`] once told to stop; [`AuditError::Undefined`] where an eigenvalue is not found.
///
/// # Source
/// Golub & Van Loan 2013, algorithms 8.3.1 and 8.3.3; Wilkinson & Reinsch 1971, contribution II/4 (`tql2`).
pub(crate) fn symmetric_eigen(mut matrix: Vec<f64>, side: usize, stop: Stop<'_>) -> Result<Eigen> {
    let largest = matrix.iter().fold(0.0f64, |all, x| all.max(x.abs()));
    if largest == 0.0 {
        return Ok(Eigen {
            values: vec![0.0; side],
            vectors: identity(side),
        });
    }
    // Squares of large numbers overflow.
    matrix.iter_mut().for_each(|x| *x /= largest);
    let (mut diagonal, mut beside, vectors) = tridiagonal(matrix, side, stop)?;
    let mut eigen = Eigen {
        values: Vec::new(),
        vectors,
    };
    for place in 0..side {
        eigen.settle(&mut diagonal, &mut beside, place, stop)?;
    }
    eigen.values = diagonal.into_iter().map(|value| value * largest).collect();
    Ok(eigen)
}

fn identity(side: usize) -> Vec<f64> {
    let mut one = vec![0.0; side * side];
    one.iter_mut()
        .step_by(side + 1)
        .for_each(|entry| *entry = 1.0);
    one
}

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    const LANES: usize = 8;
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        let pairs = a.iter().zip(b);
        sums.iter_mut()
            .zip(pairs)
            .for_each(|(sum, (a, b))| *sum += a * b);
    }
    let rest = a_rest.iter().zip(b_rest).map(|(a, b)| a * b);
    sums.iter().sum::<f64>() + rest.sum::<f64>()
}

/// `to += factor * from`.
pub(crate) fn add(to: &mut [f64], factor: f64, from: &[f64]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += factor * from;
    }
}

/// Diagonal, what stands beside it, and `Q'`, `[side, side]`.
type Tridiagonal = (Vec<f64>, Vec<f64>, Vec<f64>);

fn tridiagonal(mut a: Vec<f64>, side: usize, stop: Stop<'_>) -> Result<Tridiagonal> {
    let (mut beside, mut factors) = (vec![0.0; side], vec![0.0; side]);
    for k in 0..side.saturating_sub(1) {
        stop.go_on()?;
        let (head, rest) = a.split_at_mut((k + 1) * side);
        let mirror = &mut head[k * side + k + 1..];
        (beside[k], factors[k]) = reflection(mirror);
        reflect_both_sides(rest, mirror, factors[k], side);
    }
    let diagonal = a.iter().step_by(side + 1).copied().collect();
    let mut vectors = identity(side);
    for k in (0..side.saturating_sub(1)).rev() {
        stop.go_on()?;
        let mirror = &a[k * side + k + 1..][..side - k - 1];
        for row in vectors.chunks_exact_mut(side).skip(k + 1) {
            let row = &mut row[k + 1..];
            add(row, -factors[k] * dot(row, mirror), mirror);
        }
    }
    Ok((diagonal, beside, vectors))
}

/// Makes `x` the `v` of a reflection `I - factor v v'` that leaves of it the first entry alone; that entry, and the factor.
fn reflection(x: &mut [f64]) -> (f64, f64) {
    let (first, length) = (x[0], dot(x, x).sqrt());
    let tail = dot(&x[1..], &x[1..]);
    if tail == 0.0 {
        return (first, 0.0);
    }
    let left = -length.copysign(first);
    x[0] = first - left;
    (left, 2.0 / (tail + x[0] * x[0]))
}

/// `H A H` of the last rows and columns, with `H = I - factor v v'`.
fn reflect_both_sides(rows: &mut [f64], v: &[f64], factor: f64, side: usize) {
    if factor == 0.0 {
        return;
    }
    let start = side - v.len();
    let own = rows.chunks_exact(side);
    let mut w: Vec<f64> = own.map(|row| factor * dot(&row[start..], v)).collect();
    let half = 0.5 * factor * dot(&w, v);
    add(&mut w, -half, v);
    for (i, row) in rows.chunks_exact_mut(side).enumerate() {
        for ((x, v_j), w_j) in row[start..].iter_mut().zip(v).zip(&w) {
            *x -= v[i] * w_j + w[i] * v_j;
        }
    }
}

impl Eigen {
    /// Turns until nothing is left beside a place of the diagonal.
    fn settle(&mut self, d: &mut [f64], e: &mut [f64], l: usize, stop: Stop<'_>) -> Result<()> {
        for _ in 0..MOST_SWEEPS {
            stop.go_on()?;
            let apart = |m: &usize| e[*m].abs() <= f64::EPSILON * (d[*m].abs() + d[m + 1].abs());
            let m = (l..d.len() - 1).find(apart).unwrap_or(d.len() - 1);
            if m == l {
                return Ok(());
            }
            self.sweep(d, e, l, m);
        }
        Err(AuditError::Undefined {
            metric: "an eigenvalue",
            reason: "the turns that find it do not settle",
        })
    }

    /// One implicit QL step on the block from `l` to `m`.
    fn sweep(&mut self, d: &mut [f64], e: &mut [f64], l: usize, m: usize) {
        let g = (d[l + 1] - d[l]) / (2.0 * e[l]);
        let mut g = d[m] - d[l] + e[l] / (g + g.hypot(1.0).copysign(g));
        let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
        for i in (l..m).rev() {
            let (f, b) = (s * e[i], c * e[i]);
            let r = f.hypot(g);
            e[i + 1] = r;
            if r == 0.0 {
                d[i + 1] -= p;
                e[m] = 0.0;
                return;
            }
            (s, c) = (f / r, g / r);
            g = d[i + 1] - p;
            let r = (d[i] - g) * s + 2.0 * c * b;
            p = s * r;
            d[i + 1] = g + p;
            g = c * r - b;
            self.turn(i, d.len(), s, c);
        }
        d[l] -= p;
        e[l] = g;
        e[m] = 0.0;
    }

    /// Turns two neighbouring eigenvectors into each other.
    fn turn(&mut self, i: usize, side: usize, s: f64, c: f64) {
        let (upper, lower) = self.vectors[i * side..][..2 * side].split_at_mut(side);
        for (a, b) in upper.iter_mut().zip(lower) {
            (*a, *b) = (c * *a - s * *b, s * *a + c * *b);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::{dot, symmetric_eigen};
    use crate::AuditError;
    use crate::interval::SplitMix;
    use crate::stop::Stop;

    /// `B B'` of random `[side, rank]`, which has `side - rank` eigenvalues of zero.
    fn gram(side: usize, rank: usize, scale: f64) -> Vec<f64> {
        let draws = SplitMix::new(3, 0);
        let b: Vec<f64> = (0..side * rank)
            .map(|i| scale * (draws.below(i as u64, 2001) as f64 / 1000.0 - 1.0))
            .collect();
        let entry = |i: usize| dot(&b[i / side * rank..][..rank], &b[i % side * rank..][..rank]);
        (0..side * side).map(entry).collect()
    }

    /// `A v = value v`, and vectors at right angles of length 1.
    #[test]
    fn eigenvectors_are_turned_into_multiples_of_themselves() {
        let cases = [
            (1, 1, 1.0),
            (2, 2, 1.0),
            (5, 2, 1e90),
            (33, 33, 1e-90),
            (60, 7, 1.0),
        ];
        for (side, rank, scale) in cases {
            let matrix = gram(side, rank, scale);
            let size = matrix.iter().fold(0.0f64, |all, x| all.max(x.abs())) * side as f64;
            let eigen = symmetric_eigen(matrix.clone(), side, Stop::never()).unwrap();
            let vectors: Vec<&[f64]> = eigen.vectors.chunks_exact(side).collect();
            for (i, v) in vectors.iter().enumerate() {
                for (row, x) in matrix.chunks_exact(side).zip(*v) {
                    let error = (dot(row, v) - eigen.values[i] * x).abs();
                    assert!(error < 1e-13 * size, "{side}: {error}");
                }
                for (j, w) in vectors.iter().enumerate() {
                    let expected = f64::from(u8::from(i == j));
                    assert!((dot(v, w) - expected).abs() < 1e-13, "{side}: {i}, {j}");
                }
            }
            let trace: f64 = matrix.iter().step_by(side + 1).sum();
            let sum: f64 = eigen.values.iter().sum();
            assert!((trace - sum).abs() < 1e-13 * size);
        }
        assert_eq!(
            symmetric_eigen(vec![0.0; 9], 3, Stop::never())
                .unwrap()
                .values,
            [0.0; 3]
        );
    }

    #[test]
    fn whoever_is_told_to_stop_does() {
        let flag = AtomicBool::new(true);
        let found = symmetric_eigen(gram(5, 5, 1.0), 5, Stop::by(&flag));
        assert!(matches!(found, Err(AuditError::Interrupted)));
    }
}
