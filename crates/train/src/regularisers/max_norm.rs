//! A largest norm of the weights that arrive at one unit.

use burn::tensor::Tensor;
use decay_model::ParameterSpec;

use super::{Now, Regulariser, Strengths, by_axes};

/// Below this a column counts as zero; dividing by it is safe.
const SMALLEST_NORM: f32 = 1e-30;

/// Largest norms, `[R]`; infinite where a member's is off.
pub(crate) struct MaxNorm(Tensor<1>);

impl Regulariser for MaxNorm {
    fn new(members: &Strengths<'_>) -> Self {
        Self(members.each(|limit| {
            if limit == 0.0 {
                f32::INFINITY
            } else {
                limit as f32
            }
        }))
    }

    fn updated(
        &self,
        weights: Tensor<2>,
        spec: &ParameterSpec,
        _: f64,
        now: &Now<'_>,
    ) -> Tensor<2> {
        by_axes(weights, spec, |weights| {
            let limit = self.0.clone().mask_fill(now.idle(), f32::INFINITY);
            limit_columns(weights, limit)
        })
    }
}

/// Scales columns, the weights that arrive at one unit, back to a largest norm.
///
/// ```text
/// w_j <- w_j min(1, c / |w_j|)
/// ```
///
/// # Shapes
/// - `weights`: `[R, n, k]`, column `j` holds what arrives at unit `j`
/// - `limit`: `[R]`, `c`; infinite changes no bit
///
/// # Source
/// Srebro & Shraibman 2005; per unit as in Srivastava et al. 2014, section 5.1.
fn limit_columns(weights: Tensor<3>, limit: Tensor<1>) -> Tensor<3> {
    let [members, ..] = weights.dims();
    let squares = weights.clone().powi_scalar(2).sum_dim(1);
    let norms = squares.sqrt().clamp_min(SMALLEST_NORM);
    let kept = (limit.reshape([members, 1, 1]) / norms).clamp_max(1.0);
    weights * kept
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};

    use super::limit_columns;
    use crate::problem::floats;

    const WEIGHTS: [f32; 12] = [
        3.0, 4.0, 0.3, 0.4, 0.0, 0.0, // member 0
        3.0, 4.0, 0.3, 0.4, 0.0, 0.0, // member 1
    ];

    fn weights() -> Tensor<3> {
        floats(WEIGHTS.to_vec(), [2, 3, 2], &Device::default())
    }

    fn values(tensor: Tensor<3>) -> Vec<f32> {
        tensor.into_data().iter::<f32>().collect()
    }

    fn of_members(numbers: [f32; 2]) -> Tensor<1> {
        floats(numbers.to_vec(), [2], &Device::default())
    }

    #[test]
    fn columns_keep_within_their_limit() {
        let after = values(limit_columns(weights(), of_members([1.0, f32::INFINITY])));
        for column in 0..2 {
            let norm: f32 = (0..3).map(|row| after[2 * row + column].powi(2)).sum();
            assert!((norm.sqrt() - 1.0).abs() < 1e-6);
            assert!((after[column] / after[2 + column] - 10.0).abs() < 1e-4);
        }
        assert_eq!(after[6..], WEIGHTS[6..]);
    }
}
