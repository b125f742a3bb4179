//! A penalty on confident outputs.

use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;

use super::{Pass, Regulariser, Strengths, mean};

/// Strengths `beta`, `[R]`.
pub(crate) struct ConfidencePenalty(Tensor<1>);

impl Regulariser for ConfidencePenalty {
    fn new(members: &Strengths<'_>) -> Self {
        Self(members.plain())
    }

    fn penalty(&self, pass: &mut Pass<'_>) -> Option<Tensor<1>> {
        let entropy = negative_entropy(pass.outputs.clone(), pass.noise.weights.clone());
        Some(entropy * self.0.clone())
    }
}

/// The mean negative entropy of the predicted distributions, each member's over its weighted samples.
///
/// ```text
/// sum_b w[b] sum_c p[b,c] log p[b,c] / sum_b w[b]        p = softmax(logits)
/// ```
///
/// Between `-log C`, where nothing is preferred, and 0.
///
/// # Shapes
/// - `logits`: `[R, B, C]`; `weights`: `[R, B]`
/// - returns: `[R]`
///
/// # Source
/// Pereyra et al. 2017, eq. 2, <https://arxiv.org/abs/1701.06548>.
fn negative_entropy(logits: Tensor<3>, weights: Tensor<2>) -> Tensor<1> {
    let log_p = log_softmax(logits, 2);
    let of_sample = (log_p.clone().exp() * log_p).sum_dim(2).squeeze_dim::<2>(2);
    mean(of_sample, weights)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};

    use super::negative_entropy;
    use crate::problem::floats;

    const WEIGHTS: [f32; 3] = [1.0, 1.0, 0.0];

    fn host(logits: &[f64]) -> f64 {
        let of_sample = |x: &[f64]| -> f64 {
            let sum: f64 = x.iter().map(|v| v.exp()).sum();
            x.iter().map(|v| v.exp() / sum * (v - sum.ln())).sum()
        };
        let samples = logits.chunks_exact(3).map(of_sample).zip(WEIGHTS);
        samples.map(|(h, w)| h * f64::from(w)).sum::<f64>() / 2.0
    }

    #[test]
    fn the_entropy_and_its_gradient_are_those_of_the_formula() {
        let logits = [0.5, -1.0, 2.0, 0.25, 0.75, -0.3, 9.0, 9.0, 1.0];
        let single = logits.map(|v| v as f32).to_vec();
        let device = Device::default();
        let x: Tensor<3> = floats(single, [1, 3, 3], &device);
        let x = x.autodiff().require_grad();
        let weights = floats(WEIGHTS.to_vec(), [1, 3], &device);
        let penalty = negative_entropy(x.clone(), weights);
        let got: Vec<f32> = penalty.clone().into_data().iter::<f32>().collect();
        assert!((f64::from(got[0]) - host(&logits)).abs() < 1e-6);
        let mut gradients = penalty.backward();
        let gradient = x.grad_remove(&mut gradients).expect("a gradient");
        let gradient: Vec<f32> = gradient.into_data().iter::<f32>().collect();
        for (i, got) in gradient.iter().enumerate() {
            let moved = |by: f64| {
                let mut moved = logits;
                moved[i] += by;
                host(&moved)
            };
            let want = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            assert!((f64::from(*got) - want).abs() < 1e-6, "{i}: {got} {want}");
        }
    }

    #[test]
    fn certain_and_undecided_outputs_are_the_ends_of_the_range() {
        let device = Device::default();
        let of = |logits: Vec<f32>| -> f32 {
            let logits = floats(logits, [1, 1, 4], &device);
            let weights = floats(vec![1.0], [1, 1], &device);
            negative_entropy(logits, weights).into_scalar()
        };
        assert_eq!(of(vec![1e30, 0.0, -1e30, 0.0]), 0.0);
        assert!((of(vec![7.0; 4]) + 4f32.ln()).abs() < 1e-6);
    }
}
