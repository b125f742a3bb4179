//! A penalty on whole inputs: all weights that leave one vanish together.

use burn::tensor::Tensor;
use decay_model::ParameterSpec;

use super::{Now, Regulariser, Strengths, by_axes};

/// Below this a row counts as zero; dividing by it is safe.
const SMALLEST_NORM: f32 = 1e-30;

/// Strengths `λ_g`, `[R]`.
pub(crate) struct GroupLasso(Tensor<1>);

impl Regulariser for GroupLasso {
    fn new(members: &Strengths<'_>) -> Self {
        Self(members.plain())
    }

    fn updated(
        &self,
        weights: Tensor<2>,
        spec: &ParameterSpec,
        factor: f64,
        now: &Now<'_>,
    ) -> Tensor<2> {
        by_axes(weights, spec, |weights| {
            let threshold = self.0.clone() * now.learning_rates() * factor as f32;
            shrink_rows(weights, threshold.mask_fill(now.idle(), 0.0))
        })
    }
}

/// The proximal step of the group lasso on the rows: all weights that leave one input.
///
/// ```text
/// w_i <- w_i max(0, 1 - a sqrt(k) / |w_i|)
/// ```
///
/// # Shapes
/// - `weights`: `[R, n, k]`, row `i` holds what leaves input `i`
/// - `threshold`: `[R]`, `a = lr_t λ_g`; 0 changes no bit
///
/// # Source
/// Yuan & Lin 2006, eq. 2.2 with identity kernels; the proximal operator of `λ_g sum_i sqrt(k) |w_i|`.
fn shrink_rows(weights: Tensor<3>, threshold: Tensor<1>) -> Tensor<3> {
    let [members, _, width] = weights.dims();
    let squares = weights.clone().powi_scalar(2).sum_dim(2);
    let norms = squares.sqrt().clamp_min(SMALLEST_NORM);
    let threshold = threshold.reshape([members, 1, 1]) * (width as f32).sqrt();
    let kept = ((norms.clone() - threshold) / norms).clamp_min(0.0);
    weights * kept
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};

    use super::shrink_rows;
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

    /// A threshold of 1 takes a norm of 5 to 4 and one of 0.5 to 0.
    #[test]
    fn rows_shrink_by_the_threshold_or_vanish() {
        let threshold = 1.0 / 2f32.sqrt();
        let after = values(shrink_rows(weights(), of_members([threshold, 0.0])));
        let want = [2.4, 3.2, 0.0, 0.0, 0.0, 0.0];
        for (a, w) in after.iter().zip(want) {
            assert!((a - w).abs() < 1e-6, "{a} instead of {w}");
        }
        assert_eq!(after[6..], WEIGHTS[6..]);
    }

    /// The row that comes out minimises `|x - w|^2 / 2 + a sqrt(k) |x|` on the ray of `w`, and nothing off the ray is better.
    #[test]
    fn the_shrunk_row_is_the_minimiser_on_a_grid() {
        let (w, a) = ([3.0f64, 4.0], 0.7);
        let after = values(shrink_rows(weights(), of_members([a as f32, 0.0])));
        let cost = |x: f64, y: f64| {
            ((x - w[0]).powi(2) + (y - w[1]).powi(2)) / 2.0 + a * 2f64.sqrt() * x.hypot(y)
        };
        let grid = (0..=500).flat_map(|i| (0..=500).map(move |j| (i, j)));
        let best = grid
            .map(|(i, j)| (f64::from(i) * 0.01, f64::from(j) * 0.01))
            .min_by(|p, q| cost(p.0, p.1).total_cmp(&cost(q.0, q.1)))
            .unwrap();
        assert!((f64::from(after[0]) - best.0).abs() < 0.011, "{best:?}");
        assert!((f64::from(after[1]) - best.1).abs() < 0.011, "{best:?}");
    }
}
