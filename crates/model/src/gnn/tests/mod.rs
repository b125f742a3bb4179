//! Graph networks against other people's numbers, finite differences, and the limits that name them.

use std::sync::Arc;

use burn::tensor::{Device, Gradients, Int, Tensor, TensorData};
use decay_kernels::At;

use super::{Gnn, GnnConfig, GraphFeatures, GraphInput, GraphLayer, GraphOutput};
use crate::graph::Graph;
use crate::leaves::Leaves;
use crate::mode::{Mode, Noise};
use crate::nonlinearity::Nonlinearity;
use crate::precision::Precision;
use crate::state::{MemberState, State};

mod limits;
mod members;
mod oracle;
mod settings;

/// A deterministic sequence of values around zero.
fn waves(count: usize, start: usize) -> Vec<f32> {
    let value = |i: usize| ((i + start) as f32 * 0.731).sin();
    (0..count).map(value).collect()
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), &Device::default())
}

fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

#[track_caller]
fn assert_close(what: &str, actual: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(actual.len(), expected.len(), "{what}: sizes");
    let scale = expected.iter().fold(3e-2f32, |max, x| max.max(x.abs()));
    for (i, (a, e)) in actual.iter().zip(expected).enumerate() {
        let error = (a - e).abs();
        assert!(
            error <= tolerance * scale,
            "{what}: element {i} is {a}, expected {e}"
        );
    }
}

/// Every undirected edge in both directions.
fn both_ways(edges: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let turned = edges.iter().map(|&(a, b)| (b, a));
    edges.iter().copied().chain(turned).collect()
}

/// Seven nodes in a ring with a chord; the eighth is alone.
fn ring() -> Graph {
    let mut edges: Vec<_> = (0..7).map(|i| (i, (i + 1) % 7)).collect();
    edges.push((0, 3));
    Graph::new(8, &both_ways(&edges), None).unwrap()
}

/// A network with the starting values of some seeds; vectors that start at zero get values, too.
struct Trial {
    gnn: Gnn,
    state: State,
    seeds: Vec<u64>,
}

impl Trial {
    fn new(config: &GnnConfig, inputs: usize, outputs: usize, seeds: &[u64]) -> Self {
        let gnn = Gnn::new(config, inputs, outputs).unwrap();
        let members: Vec<_> = seeds
            .iter()
            .map(|&seed| {
                let mut member = MemberState::initial(gnn.parameters(), gnn.buffers(), seed);
                for values in &mut member.parameters {
                    if values.iter().all(|&value| value == 0.0) {
                        *values = waves(values.len(), seed as usize);
                    }
                }
                member
            })
            .collect();
        Self {
            state: State::stack(&members, &Device::default()),
            gnn,
            seeds: seeds.to_vec(),
        }
    }

    fn leaves(&self, tracked: bool) -> Leaves {
        Leaves::new(self.gnn.parameters(), &self.state, tracked, Precision::F32)
    }

    fn input(&self, graph: &Graph, features: Tensor<3>) -> GraphInput {
        GraphInput {
            features: GraphFeatures::Dense(features),
            operator: Arc::new(self.gnn.operator(graph).to_device(&Device::default())),
        }
    }

    fn evaluate(&mut self, input: &GraphInput) -> GraphOutput {
        let leaves = self.leaves(false);
        self.gnn
            .forward(&leaves, &mut self.state, input, Mode::Evaluate)
    }

    /// Of `nodes` nodes, which all count; what is dropped depends on the seeds.
    fn noise(&self, nodes: usize, dropout: Option<f32>, edge_dropout: Option<f32>) -> Noise {
        let members = self.seeds.len();
        let rates = |rate: f32| tensor(vec![rate; members], [members]);
        let halves: Vec<i32> = (self.seeds.iter())
            .flat_map(|&seed| [seed as i32, (seed >> 32) as i32])
            .collect();
        let data = TensorData::new(halves, [members, 2]);
        Noise {
            dropout: dropout.map(rates),
            edge_dropout: edge_dropout.map(rates),
            seeds: Tensor::<2, Int>::from_data(
                data,
                (&Device::default(), burn::tensor::DType::I32),
            ),
            weights: Tensor::ones([members, nodes], &Device::default()),
            at: At::default(),
        }
    }

    /// The gradients of `sum(cotangent logits)` for every parameter, `[R, n]` each.
    fn gradients(
        &mut self,
        input: &GraphInput,
        cotangent: Tensor<3>,
        mode: Mode<'_>,
    ) -> Vec<Vec<f32>> {
        let leaves = self.leaves(true);
        let output = self.gnn.forward(&leaves, &mut self.state, input, mode);
        let mut gradients: Gradients = (output.logits * Tensor::from_inner(cotangent))
            .sum()
            .backward();
        let gradients = leaves.into_gradients(&mut gradients);
        gradients
            .into_iter()
            .map(|g| host(g.expect("a gradient")))
            .collect()
    }
}

fn config(layer: GraphLayer) -> GnnConfig {
    GnnConfig {
        layer,
        hidden: vec![3],
        activation: Nonlinearity::Tanh,
        heads: 2,
        output_heads: 2,
        // Finite differences may step across its kink, which is then a small one.
        slope: 0.9,
        steps: 3,
        ..GnnConfig::default()
    }
}
