//! Covariances that are drawn towards a multiple of the identity.

use nalgebra::{DMatrix, DVector};

/// Means and covariance of rows, divided by their number.
///
/// # Shapes
/// - `rows`: `[rows, columns]`
/// - returns: `[columns]` and `[columns, columns]`
pub fn mean_and_covariance(rows: &DMatrix<f64>) -> (DVector<f64>, DMatrix<f64>) {
    let far = centred(rows);
    let covariance = far.tr_mul(&far) / rows.nrows() as f64;
    (rows.row_mean().transpose(), covariance)
}

/// Mean variance, `m = tr Σ / p`.
pub fn mean_variance(covariance: &DMatrix<f64>) -> f64 {
    covariance.trace() / covariance.nrows() as f64
}

/// `Σ + λ m I` with `m = tr Σ / p`: what a decay of `λ`, in units of the mean variance, makes of a covariance.
pub fn decayed(covariance: &DMatrix<f64>, rate: f64) -> DMatrix<f64> {
    let mut all = covariance.clone();
    let more = rate * mean_variance(covariance);
    (0..all.nrows()).for_each(|k| all[(k, k)] += more);
    all
}

/// `(1 - δ) Σ + δ m I`.
pub fn shrunk(covariance: &DMatrix<f64>, share: f64) -> DMatrix<f64> {
    let mut all = covariance * (1.0 - share);
    let more = share * mean_variance(covariance);
    (0..all.nrows()).for_each(|k| all[(k, k)] += more);
    all
}

/// The share `δ` of the identity that Ledoit & Wolf expect to be closest to the true covariance.
///
/// ```text
/// d² = ||S - m I||² / p        b² = min(d², 1/n² Σ_t ||x_t x_tᵀ - S||² / p)        δ = b² / d²
/// ```
///
/// `x_t` are rows less their mean, `S` their covariance, norms those of Frobenius. 0 where `S` is a multiple of the identity.
///
/// # Shapes
/// - `rows`: `[n, p]`
///
/// # Source
/// Ledoit & Wolf 2004, <https://doi.org/10.1016/S0047-259X(03)00096-4>.
pub fn ledoit_wolf_share(rows: &DMatrix<f64>) -> f64 {
    let far = centred(rows);
    let (n, p) = (rows.nrows() as f64, rows.ncols() as f64);
    let covariance = far.tr_mul(&far) / n;
    let level = mean_variance(&covariance);
    let squares = covariance.norm_squared();
    let distance = squares / p - level * level;
    // ||x xᵀ||² is the fourth power of ||x||, and the mean of x xᵀ is S.
    let fourth = far.row_iter().map(|row| row.norm_squared().powi(2));
    let noise = (fourth.sum::<f64>() / n - squares) / (n * p);
    if distance > 0.0 {
        noise.clamp(0.0, distance) / distance
    } else {
        0.0
    }
}

fn centred(rows: &DMatrix<f64>) -> DMatrix<f64> {
    let mean = rows.row_mean();
    let mut far = rows.clone();
    far.row_iter_mut().for_each(|mut row| row -= &mean);
    far
}

#[cfg(test)]
mod tests {
    use nalgebra::DMatrix;

    use super::{decayed, ledoit_wolf_share, mean_and_covariance, shrunk};

    fn rows(n: usize, p: usize) -> DMatrix<f64> {
        DMatrix::from_fn(n, p, |row, column| {
            ((row * 67 + column * 31 + row * row * (column + 1)) % 23) as f64 / 23.0
        })
    }

    /// The definition, matrix by matrix.
    #[test]
    fn the_share_is_noise_over_distance() {
        let rows = rows(15, 4);
        let (mean, covariance) = mean_and_covariance(&rows);
        let middle = shrunk(&covariance, 1.0);
        let distance = (&covariance - middle).norm_squared() / 4.0;
        let noise = |row: usize| {
            let far = rows.row(row).transpose() - &mean;
            (&far * far.transpose() - &covariance).norm_squared() / 4.0
        };
        let noise = (0..15).map(noise).sum::<f64>() / 225.0;
        let expected = noise.min(distance) / distance;
        assert!((ledoit_wolf_share(&rows) - expected).abs() < 1e-12);
        assert!(expected > 0.1 && expected < 1.0, "{expected}");
    }

    #[test]
    fn decay_is_shrinking_up_to_a_factor() {
        let (_, covariance) = mean_and_covariance(&rows(15, 4));
        for rate in [0.0, 0.1, 3.0] {
            let other = shrunk(&covariance, rate / (1.0 + rate)) * (1.0 + rate);
            assert!((decayed(&covariance, rate) - other).norm() < 1e-15 * covariance.norm() * 10.0);
        }
    }

    #[test]
    fn what_is_round_already_is_not_shrunk() {
        let square = DMatrix::from_row_slice(4, 2, &[1.0, 0.0, -1.0, 0.0, 0.0, 1.0, 0.0, -1.0]);
        assert_eq!(ledoit_wolf_share(&square), 0.0);
    }
}
