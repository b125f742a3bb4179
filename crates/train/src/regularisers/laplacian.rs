//! A penalty on differences between neighbouring nodes.

use std::sync::Arc;

use burn::tensor::Tensor;
use decay_kernels::{Activation, Csr, sparse_linear};

use super::{Pass, Regulariser, Strengths};

/// Strengths `mu`, `[R]`.
pub(crate) struct Laplacian(Tensor<1>);

impl Regulariser for Laplacian {
    fn new(members: &Strengths<'_>) -> Self {
        Self(members.plain())
    }

    fn penalty(&self, pass: &mut Pass<'_>) -> Option<Tensor<1>> {
        let h = pass.embeddings?.clone();
        let laplacian = pass.data?.laplacian(&h.device().inner())?;
        Some(roughness(h, laplacian) * self.0.clone())
    }
}

/// How much representations differ along the edges, per node and member: `tr(h^T L h) / N` with the symmetric normalised
/// Laplacian `L`.
///
/// # Shapes
/// - `h`: `[R, N, width]`
/// - returns: `[R]`
fn roughness(h: Tensor<3>, laplacian: &Arc<Csr>) -> Tensor<1> {
    let [members, nodes, width] = h.dims();
    let smoothed = sparse_linear(laplacian, h.clone(), None, Activation::Identity, None);
    let products = (h * smoothed).reshape([members, nodes * width]);
    products.sum_dim(1).squeeze_dim::<1>(1) / nodes as f32
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};
    use decay_data::{Graph, Preprocess, Storage};

    use super::roughness;
    use crate::problem::FoldScales;
    use crate::problem::floats;
    use crate::problem::inputs::{Inputs, Samples};

    /// Two features of four nodes.
    const H: [[f32; 2]; 4] = [[1.0, -0.5], [2.0, 0.25], [-1.5, 3.0], [9.0, 9.0]];

    /// The path 0 - 1 - 2 with degrees 1, 2, 1 and a node alone.
    fn path(device: &Device) -> Inputs {
        let graph = Graph {
            nodes: 4,
            edges: vec![[1, 0], [0, 1], [2, 1], [1, 2]],
            weights: None,
            directed: false,
            node_names: None,
            groups: None,
            group_names: Vec::new(),
        };
        let scales = [FoldScales {
            features: Preprocess {
                center: vec![0.0],
                scale: vec![1.0],
                fill: vec![0.0],
                per_row: false,
            },
            targets: Vec::new(),
        }];
        let samples = Samples {
            features: &Storage::F32(vec![0.0; 4]),
            rows: 4,
            inputs: 1,
            graph: Some(&graph),
        };
        Inputs::upload(&samples, &scales, device)
    }

    fn roughness_of(h: [[f32; 2]; 4]) -> f32 {
        let device = Device::default();
        let inputs = path(&device);
        let laplacian = inputs.laplacian(&device).expect("a graph");
        let h = floats(h.concat(), [1, 4, 2], &device);
        Tensor::<1>::into_scalar(roughness(h, laplacian))
    }

    #[test]
    fn roughness_sums_scaled_differences_along_the_edges() {
        let difference = |end: [f32; 2], middle: [f32; 2]| -> f32 {
            let parts = end.iter().zip(middle);
            parts.map(|(e, m)| (e - m / 2f32.sqrt()).powi(2)).sum()
        };
        let want = (difference(H[0], H[1]) + difference(H[2], H[1])) / 4.0;
        let got = roughness_of(H);
        assert!((got - want).abs() < 1e-5, "{got} instead of {want}");
    }

    /// Of a square a central difference is exact at any step.
    #[test]
    fn its_gradient_agrees_with_finite_differences() {
        const STEP: f32 = 0.5;
        let device = Device::default();
        let inputs = path(&device);
        let laplacian = inputs.laplacian(&device).expect("a graph");
        let h = floats::<3>(H.concat(), [1, 4, 2], &device).autodiff();
        let h = h.require_grad();
        let mut gradients = roughness(h.clone(), laplacian).sum().backward();
        let slopes = h.grad_remove(&mut gradients).expect("a gradient");
        let slopes: Vec<f32> = slopes.into_data().iter::<f32>().collect();
        for (place, slope) in slopes.into_iter().enumerate() {
            let moved = |step: f32| {
                let mut h = H;
                h[place / 2][place % 2] += step;
                roughness_of(h)
            };
            let difference = (moved(STEP) - moved(-STEP)) / (2.0 * STEP);
            assert!((slope - difference).abs() < 1e-5, "{slope} {difference}");
        }
    }
}
