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

#[cfg(test)]
mod tests {
    use burn::tensor::{Bool, Device, Tensor};
    use decay_random::{At, Purpose, Stream};

    use super::{QUINTIC, orthogonalised, step};
    use crate::problem::floats;

    fn normal(shape: [usize; 3], seed: u64) -> (Vec<f32>, Tensor<3>) {
        let mut values = vec![0.0; shape.iter().product()];
        Stream::new(seed, Purpose::Initialise, At::default()).fill_normal(&mut values);
        let tensor = floats(values.clone(), shape, &Device::default());
        (values, tensor)
    }

    fn values(tensor: Tensor<3>) -> Vec<f32> {
        tensor.into_data().iter::<f32>().collect()
    }

    /// The iteration acts on each singular value alone: on a diagonal matrix that is seen entry by entry.
    #[test]
    fn singular_values_go_through_the_quintic_five_times() {
        let diagonal = [3.0f64, 1.0, 0.25, 0.02];
        let mut matrix = vec![0.0; 4 * 6];
        for (i, &s) in diagonal.iter().enumerate() {
            matrix[i * 6 + i] = s as f32;
        }
        let norm = diagonal.iter().map(|s| s * s).sum::<f64>().sqrt();
        let [a, b, c] = QUINTIC.map(f64::from);
        let device = Device::default();
        let wide = values(orthogonalised(floats(matrix.clone(), [1, 4, 6], &device)));
        let tall = floats(matrix, [1, 4, 6], &device).swap_dims(1, 2);
        let tall = values(orthogonalised(tall));
        for (i, s) in diagonal.iter().enumerate() {
            let step = |x: f64, _| a * x + b * x.powi(3) + c * x.powi(5);
            let want = (0..5).fold(s / norm, step);
            for got in [wide[i * 6 + i], tall[i * 4 + i]] {
                assert!((f64::from(got) - want).abs() < 1e-4, "{got} for {want}");
            }
        }
    }

    /// `X X^T` of a random wide matrix comes out near the identity: singular values in `[0.65, 1.25]`.
    #[test]
    fn random_matrices_become_nearly_orthogonal() {
        let (_, matrix) = normal([2, 5, 40], 3);
        let x = orthogonalised(matrix);
        let square = values(x.clone().matmul(x.swap_dims(1, 2)));
        for (place, value) in square.iter().enumerate() {
            let (row, column) = (place / 5 % 5, place % 5);
            let within = if row == column {
                (0.4..1.6).contains(value)
            } else {
                value.abs() < 0.35
            };
            assert!(within, "({row}, {column}): {value}");
        }
    }

    #[test]
    fn an_idle_member_keeps_its_momentum_whatever_its_gradient() {
        let device = Device::default();
        let shape = [2, 3, 4];
        let (mut g, (m, momentum)) = (vec![0.5; 24], normal(shape, 1));
        g[12..].fill(f32::NAN);
        let idle = Tensor::<1, Bool>::from_data([false, true], &device);
        let (u, moved) = step(floats(g, shape, &device), momentum, 0.9, idle);
        let (u, moved) = (values(u), values(moved));
        assert_eq!(moved[12..], m[12..]);
        for (moved, m) in moved[..12].iter().zip(&m) {
            assert!((moved - (0.9 * m + 0.05)).abs() < 1e-6);
        }
        assert!(u[..12].iter().all(|u| u.is_finite()));
    }
}
