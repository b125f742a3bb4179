//! Orthogonalised momentum.

use burn::tensor::{Bool, Tensor};
use decay_model::{ParameterKind, ParameterSpec};

/// Coefficients of the quintic iteration.
const QUINTIC: [f32; 3] = [3.4445, -4.7750, 2.0315];
const ITERATIONS: usize = 5;
/// Keeps the norm of a zero matrix from dividing.
const SMALLEST_NORM: f32 = 1e-7;
/// Root mean square of an AdamW step, which the step is scaled to.
const ADAM_STEP: f32 = 0.2;

/// Whether steps of this parameter are orthogonalised: weights with two axes of more than one.
pub(crate) fn applies(parameter: &ParameterSpec) -> bool {
    parameter.kind == ParameterKind::Matrix
        && parameter.shape.len() == 2
        && parameter.shape.iter().all(|&axis| axis > 1)
}

/// The step of Muon before the learning rate, and the moved momentum.
///
/// ```text
/// m <- b m + (1 - b) g        M = (1 - b) g + b m        u = 0.2 sqrt(max(n, k)) orthogonalised(M)
/// ```
///
/// The factor gives steps of AdamW's size, so that learning and decay rates mean the same. A member that is not active keeps `m`.
///
/// # Shapes
/// - `gradient`, `momentum`: `[R, n, k]`
/// - `idle`: `[R]`, which members are not active
/// - returns: step and momentum, `[R, n, k]`
///
/// # Source
/// Jordan et al. 2024, <https://kellerjordan.github.io/posts/muon/>; scale: Liu et al. 2025, eq. 4, <https://arxiv.org/abs/2502.16982>;
/// averaging as in torch's `Muon`.
pub(crate) fn step(
    gradient: Tensor<3>,
    momentum: Tensor<3>,
    beta: f32,
    idle: Tensor<1, Bool>,
) -> (Tensor<3>, Tensor<3>) {
    let [members, n, k] = gradient.dims();
    let own = gradient * (1.0 - beta);
    let moved = momentum.clone() * beta + own.clone();
    let ahead = moved.clone() * beta + own;
    let idle = idle.reshape([members, 1, 1]).expand([members, n, k]);
    // What an idle member is given may be no number; it must not be kept.
    let momentum = moved.mask_where(idle, momentum);
    let scale = ADAM_STEP * (n.max(k) as f32).sqrt();
    (orthogonalised(ahead) * scale, momentum)
}

/// A matrix with the same singular vectors and singular values near 1 (0.7 to 1.2).
///
/// ```text
/// X_0 = M / |M|_F        X <- a X + (b A + c A^2) X,  A = X X^T,  five times
/// ```
///
/// # Shapes
/// `[R, n, k]` to `[R, n, k]`
///
/// # Source
/// Newton-Schulz iteration with the coefficients of Jordan et al. 2024.
fn orthogonalised(matrix: Tensor<3>) -> Tensor<3> {
    let [members, n, k] = matrix.dims();
    // The products are of the shorter side's size.
    let tall = n > k;
    let matrix = if tall { matrix.swap_dims(1, 2) } else { matrix };
    let squares = matrix.clone().powi_scalar(2).reshape([members, n * k]);
    let norm = squares.sum_dim(1).sqrt().clamp_min(SMALLEST_NORM);
    let mut x = matrix / norm.reshape([members, 1, 1]);
    let [a, b, c] = QUINTIC;
    for _ in 0..ITERATIONS {
        let square = x.clone().matmul(x.clone().swap_dims(1, 2));
        let polynomial = square.clone() * b + square.clone().matmul(square) * c;
        x = x.clone() * a + polynomial.matmul(x);
    }
    if tall { x.swap_dims(1, 2) } else { x }
}
