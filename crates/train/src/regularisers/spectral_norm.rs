//! A penalty on the largest singular value of every weight matrix.
//!
//! ```text
//! s / 2 sum over matrices of sigma(W)^2        gradient: s sigma u v^T, with u and v the singular vectors of sigma
//! ```
//!
//! `sigma` bounds how far a layer can stretch a difference, so that the penalty is one on the Lipschitz constant. A step makes one
//! power iteration from where the last one ended:
//!
//! ```text
//! u = W v / |W v|        t = W^T u        gradient + s u t^T        v <- t / |t|
//! ```
//!
//! `|t|` is the estimate of `sigma`; weights move slowly, so that the iteration keeps up with them. A convolution counts as the matrix of
//! its kernels, `[outputs, inputs * height * width]`, whose singular values are those of its transpose here. `s` is multiplied by the
//! factor of the matrix's penalties; an exempt one is left alone.
//!
//! Source: Yoshida & Miyato 2017, algorithm 1, <https://arxiv.org/abs/1705.10941>.

use burn::tensor::{Bool, Tensor};
use decay_model::{Network, ParameterKind, ParameterSpec};
use decay_random::{At, Purpose, Stream};

use super::{Gradients, Now, Regulariser, Strengths};

/// Keeps the norm of a zero vector from dividing.
const SMALLEST_NORM: f32 = 1e-30;

/// Strengths, and where the iteration of each matrix is.
pub(crate) struct SpectralNorm {
    /// `s`, `[R]`.
    strength: Tensor<1>,
    /// Where a member's is off, `[R]`.
    off: Tensor<1, Bool>,
    /// The vectors `v` of all matrices side by side, `[R, M]`.
    directions: Tensor<2>,
}

impl Regulariser for SpectralNorm {
    fn new(members: &Strengths<'_>) -> Self {
        let strength = members.plain();
        Self {
            off: strength.clone().equal_elem(0.0),
            directions: members.carried(),
            strength,
        }
    }

    /// A direction for each matrix, from draws that no step makes.
    fn memory(network: &Network, seed: u64) -> Vec<f32> {
        let matrices = (0u32..).zip(network.parameters());
        let matrices = matrices.filter_map(|(site, spec)| Some((site, axes(spec)?)));
        let direction = |(site, [_, columns]): (u32, [usize; 2])| {
            let at = At {
                site,
                epoch: u32::MAX,
                step: u32::MAX,
            };
            let mut direction = vec![0.0; columns];
            Stream::new(seed, Purpose::Direction, at).fill_normal(&mut direction);
            direction
        };
        matrices.flat_map(direction).collect()
    }

    fn gradients(
        &mut self,
        gradients: Gradients,
        weights: &[Tensor<2>],
        now: &Now<'_>,
    ) -> Gradients {
        let (idle, mut start, mut moved) = (now.idle(), 0, Vec::new());
        let parameters = now.network.parameters().iter().zip(weights).enumerate();
        let each = gradients.into_iter().zip(parameters);
        let penalised = each.map(|(gradient, (place, (spec, weights)))| {
            let Some([rows, columns]) = axes(spec) else {
                return gradient;
            };
            let ([members, width], factor) = (weights.dims(), now.factor(place));
            let own = [0..members, start..start + columns];
            let direction = self.directions.clone().slice(own);
            start += columns;
            if factor == 0.0 {
                moved.push(direction);
                return gradient;
            }
            let matrix = weights.clone().reshape([members, rows, columns]);
            let (slope, next) = self.iterate(matrix, direction, factor, idle.clone());
            moved.push(next);
            let slope = slope.reshape([members, width]);
            let off = self
                .off
                .clone()
                .reshape([members, 1])
                .expand([members, width]);
            gradient.map(|gradient| (gradient.clone() + slope).mask_where(off, gradient))
        });
        let penalised = penalised.collect();
        self.directions = Tensor::cat(moved, 1);
        penalised
    }

    fn carried(&self) -> Option<Tensor<2>> {
        Some(self.directions.clone())
    }
}

impl SpectralNorm {
    /// The penalty's gradient by a matrix, and its direction after the iteration; an idle member keeps its own.
    ///
    /// # Shapes
    /// - `matrix`: `[R, n, k]`; `before`: its direction, `[R, k]`
    /// - returns: `[R, n, k]` and `[R, k]`
    fn iterate(
        &self,
        matrix: Tensor<3>,
        before: Tensor<2>,
        factor: f64,
        idle: Tensor<1, Bool>,
    ) -> (Tensor<3>, Tensor<2>) {
        let [members, _, columns] = matrix.dims();
        let u = unit(
            matrix
                .clone()
                .matmul(before.clone().reshape([members, columns, 1])),
        );
        let t = matrix.swap_dims(1, 2).matmul(u.clone());
        let next = unit(t.clone()).reshape([members, columns]);
        let next = next.mask_where(
            idle.reshape([members, 1]).expand([members, columns]),
            before,
        );
        let strength = self.strength.clone() * factor as f32;
        let strength = strength.reshape([members, 1, 1]);
        (u.matmul(t.swap_dims(1, 2)) * strength, next)
    }
}

/// The axes of a weight matrix; `None` for other parameters.
fn axes(spec: &ParameterSpec) -> Option<[usize; 2]> {
    let axes = spec.shape.as_slice().try_into().ok();
    axes.filter(|_| spec.kind == ParameterKind::Matrix)
}

/// Vectors `[R, n, 1]` of length 1; a zero vector stays.
fn unit(vectors: Tensor<3>) -> Tensor<3> {
    let norms = vectors.clone().powi_scalar(2).sum_dim(1).sqrt();
    vectors / norms.clamp_min(SMALLEST_NORM)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Bool, Device, Tensor};
    use decay_model::{CnnConfig, ModelConfig};

    use super::{Regulariser, SpectralNorm};
    use crate::problem::floats;

    const MATRICES: [[f64; 4]; 3] = [
        [2.0, -1.0, 0.5, 3.0],
        [0.1, 0.4, -0.2, 0.3],
        [0.0, 0.0, 0.0, 0.0],
    ];
    const STRENGTHS: [f32; 3] = [0.7, 2.0, 1.0];

    /// Half the square of the largest singular value of a matrix of two rows and two columns.
    fn half_square([a, b, c, d]: [f64; 4]) -> f64 {
        let (sum, determinant) = (a * a + b * b + c * c + d * d, a * d - b * c);
        (sum + (sum * sum - 4.0 * determinant * determinant)
            .max(0.0)
            .sqrt())
            / 4.0
    }

    fn penalty(device: &Device) -> SpectralNorm {
        SpectralNorm {
            strength: floats(STRENGTHS.to_vec(), [3], device),
            off: Tensor::from_data([false; 3], device),
            directions: floats([1.0, 0.3].repeat(3), [3, 2], device),
        }
    }

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
        let values = tensor.into_data();
        values.iter::<f32>().map(f64::from).collect()
    }

    /// Carried from step to step, the iteration ends at the gradient of the closed form, each member at its own.
    #[test]
    fn the_gradient_is_that_of_the_largest_singular_value() {
        let device = Device::default();
        let mut penalty = penalty(&device);
        let matrices: Vec<f32> = MATRICES.concat().iter().map(|&w| w as f32).collect();
        let matrices: Tensor<3> = floats(matrices, [3, 2, 2], &device);
        let active = || Tensor::<1, Bool>::from_data([false; 3], &device);
        for _ in 0..60 {
            let before = penalty.directions.clone();
            penalty.directions = penalty.iterate(matrices.clone(), before, 1.0, active()).1;
        }
        let (slope, _) = penalty.iterate(matrices, penalty.directions.clone(), 1.0, active());
        for (place, got) in values(slope).into_iter().enumerate() {
            let (member, entry) = (place / 4, place % 4);
            let moved = |by: f64| {
                let mut matrix = MATRICES[member];
                matrix[entry] += by;
                half_square(matrix)
            };
            let want = f64::from(STRENGTHS[member]) * (moved(1e-5) - moved(-1e-5)) / 2e-5;
            assert!((got - want).abs() < 1e-4, "{member} {entry}: {got} {want}");
        }
    }

    /// Members make unlike numbers of steps: one that rests stays where it is.
    #[test]
    fn an_idle_member_keeps_its_direction() {
        let device = Device::default();
        let penalty = penalty(&device);
        let idle = Tensor::<1, Bool>::from_data([true, false, true], &device);
        let (ones, before) = (Tensor::ones([3, 2, 2], &device), penalty.directions.clone());
        let next = values(penalty.iterate(ones, before, 1.0, idle).1);
        let before = values(penalty.directions);
        assert_eq!((&next[..2], &next[4..]), (&before[..2], &before[4..]));
        assert!((next[2] - 0.5f64.sqrt()).abs() < 1e-6, "{next:?}");
    }

    /// A kernel is one matrix with a column for each output, and every matrix has a direction of its own.
    #[test]
    fn each_matrix_has_a_direction_of_as_many_numbers_as_outputs() {
        let stages = ["conv3:5", "global", "dense:7"].map(|text| text.parse().expect("a stage"));
        let config = CnnConfig {
            stages: stages.to_vec(),
            ..CnnConfig::default()
        };
        let network = ModelConfig::Cnn(config).init([1, 8, 8].as_slice(), 4);
        let memory = SpectralNorm::memory(&network.expect("a network"), 3);
        assert_eq!(memory.len(), 5 + 7 + 4);
        assert!(memory[..4] != memory[5..9] && memory.iter().all(|v| *v != 0.0));
    }
}
