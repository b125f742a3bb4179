//! A largest norm of each member's gradient.

use burn::tensor::Tensor;

use super::{Gradients, Now, Regulariser, Strengths};

/// torch's addend in `clip_grad_norm_`.
const NORM_EPSILON: f32 = 1e-6;

/// Largest norms, `[R]`; where a member's is off, the largest number.
pub(crate) struct ClipNorm(Tensor<1>);

impl Regulariser for ClipNorm {
    fn new(members: &Strengths<'_>) -> Self {
        Self(members.each(|limit| if limit == 0.0 { f32::MAX } else { limit as f32 }))
    }

    fn gradients(&mut self, gradients: Gradients, _: &[Tensor<2>], _: &Now<'_>) -> Gradients {
        clipped(gradients, self.0.clone())
    }
}

/// Every member's gradients shrunk to its own limit where their common norm is larger.
///
/// ```text
/// g <- g min(1, limit[r] / (|g[r]| + 1e-6))        |g[r]|: over all parameters of member r
/// ```
///
/// # Shapes
/// - `limit`: `[R]`
///
/// # Source
/// Pascanu et al. 2013, algorithm 1, <https://arxiv.org/abs/1211.5063>; torch's `clip_grad_norm_`.
fn clipped(gradients: Gradients, limit: Tensor<1>) -> Gradients {
    let squares = gradients.iter().flatten().map(|gradient| {
        let gradient = gradient.clone();
        (gradient.clone() * gradient).sum_dim(1)
    });
    let Some(squares) = squares.reduce(|sum, squares| sum + squares) else {
        return gradients;
    };
    let factor = limit.unsqueeze_dim::<2>(1) / (squares.sqrt() + NORM_EPSILON);
    let factor = factor.clamp_max(1.0);
    let shrunk = gradients
        .into_iter()
        .map(|gradient| gradient.map(|gradient| gradient * factor.clone()));
    shrunk.collect()
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};

    use super::clipped;
    use crate::problem::floats;

    /// Members with norms 13 (3, 4, 12), 0.5 and 0; the third's limit is off.
    #[test]
    fn each_member_is_clipped_by_the_norm_of_all_its_gradients() {
        let device = Device::default();
        let rows = |values: Vec<f32>, width| -> Tensor<2> { floats(values, [3, width], &device) };
        let gradients = vec![
            Some(rows(vec![3.0, 4.0, 0.3, 0.4, 3e7, 0.0], 2)),
            None,
            Some(rows(vec![12.0, 0.0, 0.0], 1)),
        ];
        let limit = floats(vec![6.5, 1.0, f32::MAX], [3], &device);
        let got = clipped(gradients, limit);
        let values = |g: &Option<Tensor<2>>| -> Vec<f32> {
            let gradient = g.clone().expect("a gradient");
            gradient.into_data().iter::<f32>().collect()
        };
        assert!(got[1].is_none());
        let (first, last) = (values(&got[0]), values(&got[2]));
        let factor = 6.5 / (13.0 + 1e-6);
        for (got, want) in [(first[0], 3.0), (first[1], 4.0), (last[0], 12.0)] {
            assert!((f64::from(got) - want * factor).abs() < 1e-6, "{got}");
        }
        assert_eq!(first[2..], [0.3, 0.4, 3e7, 0.0]);
        assert_eq!(last[1..], [0.0, 0.0]);
    }
}
