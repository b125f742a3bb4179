//! What of the features the network does not use, as one more logit.

use nalgebra::{DMatrix, DVector};

use super::eigen::symmetric_eigen;
use super::product::Matrix;
use super::{Features, LinearHead, energy};
use crate::interval::mean;
use crate::logits::maximum;
use crate::stop::Stop;
use crate::{AuditError, Logits, Result};

/// Virtual-logit matching: the length outside the principal space, scaled like a logit, plus the energy.
///
/// ```text
/// score(x) = α |R'(x - u)| - ln Σ_k exp z_k      u = -W^+ b
/// α = Σ_i max_k z_ik / Σ_i |R'(x_i - u)|
/// ```
///
/// `R` holds the eigenvectors of `Σ_i (x_i - u)(x_i - u)' / N` beyond the `principal` largest
/// eigenvalues. The paper's probability of the virtual class is a rising function of this score.
///
/// # Source
/// Wang et al. 2022, eq. 3 to 6, <https://arxiv.org/abs/2203.10807>.
#[derive(Debug, Clone, PartialEq)]
pub struct Vim {
    head: LinearHead,
    origin: Vec<f64>,
    /// `R`, `[width, width - principal]`, row-major.
    residual: Vec<f64>,
    alpha: f64,
}

impl Vim {
    /// The principal space that the paper takes: 1000 of at least 2048 features, 512 of at least 768,
    /// half of fewer (as OpenOOD does).
    pub fn default_principal(width: usize) -> usize {
        match width {
            2048.. => 1000,
            768.. => 512,
            _ => width / 2,
        }
    }

    /// Origin, principal space and `α` from fitting rows, which should be those trained on.
    ///
    /// # Errors
    /// Features of another width than the head takes, `principal` not below the width, fitting rows
    /// that lie within the principal space.
    pub fn fit(features: &Features<'_>, head: &LinearHead, principal: usize) -> Result<Self> {
        let (logits, width) = (head.logits(features)?, head.width());
        if principal >= width {
            return Err(AuditError::OutOfRange {
                what: "principal",
                range: "[0, width)",
                value: principal as f64,
            });
        }
        let origin = origin(head)?;
        let residual = residual_space(
            &features.without(&origin),
            width,
            principal,
            features.stop(),
        )?;
        let mut vim = Self {
            head: head.clone(),
            origin,
            residual,
            alpha: 1.0,
        };
        vim.alpha = matched(&logits, features, &vim.residual_lengths(features)?)?;
        Ok(vim)
    }

    /// The factor from a residual's length to a logit; negative if the fitting rows' largest logits are.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// The score of every row, `[rows]`.
    ///
    /// # Errors
    /// Another width than the head takes.
    pub fn score(&self, features: &Features<'_>) -> Result<Vec<f64>> {
        let energy = energy(&self.head.logits(features)?, 1.0)?;
        let lengths = self.residual_lengths(features)?;
        let score = |(energy, length): (f64, &f64)| self.alpha * length + energy;
        Ok(energy.into_iter().zip(&lengths).map(score).collect())
    }

    fn residual_lengths(&self, features: &Features<'_>) -> Result<Vec<f64>> {
        let width = features.width();
        let centred = features.without(&self.origin);
        let columns = self.residual.len() / width;
        let basis = Matrix::row_major(&self.residual, columns);
        let coordinates = Matrix::row_major(&centred, width).times(basis, features.stop())?;
        let length = |row: &[f64]| row.iter().map(|x| x * x).sum::<f64>().sqrt();
        Ok(coordinates.chunks_exact(columns).map(length).collect())
    }
}

/// `-W^+ b`: the features of smallest length after `W` that the biases cancel best.
fn origin(head: &LinearHead) -> Result<Vec<f64>> {
    let (classes, width) = (head.bias().len(), head.width());
    let weight = DMatrix::from_row_slice(classes, width, head.weight());
    let decomposition = weight.svd(true, true);
    let rounding = classes.max(width) as f64 * f64::EPSILON * decomposition.singular_values.max();
    let bias = DVector::from_column_slice(head.bias());
    match decomposition.solve(&bias, rounding) {
        Ok(solution) => Ok(solution.iter().map(|x| -x).collect()),
        Err(_) => Err(AuditError::Undefined {
            metric: "vim",
            reason: "the head has no singular value decomposition",
        }),
    }
}

/// Eigenvectors of all but the largest eigenvalues as columns, `[width, width - principal]`, row-major.
fn residual_space(
    centred: &[f64],
    width: usize,
    principal: usize,
    stop: Stop<'_>,
) -> Result<Vec<f64>> {
    let rows = Matrix::row_major(centred, width);
    let second_moment = rows.transposed().times(rows, stop)?;
    let eigen = symmetric_eigen(second_moment, width, stop)?;
    let mut order: Vec<usize> = (0..width).collect();
    order.sort_by(|&a, &b| eigen.values[b].total_cmp(&eigen.values[a]));
    let vector = |place: usize, row: usize| eigen.vectors[order[place] * width + row];
    let row = |row| (principal..width).map(move |place| (place, row));
    Ok((0..width)
        .flat_map(row)
        .map(|(place, row)| vector(place, row))
        .collect())
}

/// The factor that makes the mean residual length the mean largest logit.
fn matched(logits: &Logits<'_>, features: &Features<'_>, lengths: &[f64]) -> Result<f64> {
    // What the product leaves of rows without a residual.
    let rounding = features.width() as f64 * f64::EPSILON * features.largest();
    if mean(lengths) <= rounding {
        return Err(AuditError::Undefined {
            metric: "vim",
            reason: "the fitting rows have no residual outside the principal space",
        });
    }
    let tops: Vec<f64> = logits.iter_rows().map(maximum).collect();
    Ok(mean(&tops) / mean(lengths))
}
