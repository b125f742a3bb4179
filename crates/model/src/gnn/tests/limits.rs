//! Gradients by finite differences, and where two methods agree.

use std::sync::Arc;

use burn::tensor::Device;
use decay_kernels::Csr;

use super::{Trial, assert_close, both_ways, config, host, ring, tensor, waves};
use crate::gnn::{GnnConfig, GraphFeatures, GraphInput, GraphLayer};
use crate::graph::Graph;
use crate::mlp::{Mlp, MlpConfig};
use crate::mode::Mode;
use crate::normalise::Norm;
use crate::state::State;

#[test]
fn gradients_agree_with_finite_differences() {
    const STEP: f32 = 1.0 / 128.0;
    for layer in GraphLayer::ALL {
        let config = GnnConfig {
            hidden: vec![3, 3],
            residual: true,
            ..config(layer)
        };
        let mut trial = Trial::new(&config, 4, 2, &[2, 6]);
        let input = trial.input(&ring(), tensor(waves(2 * 8 * 4, 1), [2, 8, 4]));
        let cotangent = waves(2 * 8 * 2, 9);
        let actual = trial.gradients(&input, tensor(cotangent.clone(), [2, 8, 2]), Mode::Evaluate);
        for (place, actual) in actual.iter().enumerate() {
            let before = trial.state.parameters[place].clone();
            let shape = before.dims();
            let slope = |i: usize, trial: &mut Trial| {
                let mut objective = |by: f32| -> f64 {
                    let mut values = host(before.clone());
                    values[i] += by;
                    trial.state.parameters[place] = tensor(values, shape);
                    let logits = host(trial.evaluate(&input).logits);
                    let pairs = logits.iter().zip(&cotangent);
                    pairs.map(|(&y, &c)| f64::from(y) * f64::from(c)).sum()
                };
                ((objective(STEP) - objective(-STEP)) / (2.0 * f64::from(STEP))) as f32
            };
            let expected: Vec<f32> = (0..actual.len()).map(|i| slope(i, &mut trial)).collect();
            trial.state.parameters[place] = before;
            let name = &trial.gnn.parameters()[place].name;
            assert_close(&format!("{layer:?} {name}"), actual, &expected, 3e-3);
        }
    }
}

#[test]
fn two_graphs_side_by_side_do_not_see_each_other() {
    let first = [(0, 1), (1, 2), (2, 0), (0, 3)];
    let second = [(0, 1), (1, 2)];
    let moved: Vec<_> = second.iter().map(|&(a, b)| (a + 4, b + 4)).collect();
    let union = Graph::new(7, &both_ways(&[&first[..], &moved].concat()), None).unwrap();
    let graphs = [
        Graph::new(4, &both_ways(&first), None).unwrap(),
        Graph::new(3, &both_ways(&second), None).unwrap(),
    ];
    let x = waves(7 * 5, 2);
    for layer in GraphLayer::ALL {
        let mut trial = Trial::new(&config(layer), 5, 3, &[7]);
        let input = trial.input(&union, tensor(x.clone(), [1, 7, 5]));
        let together = host(trial.evaluate(&input).logits);
        let (nodes, mut apart) = ([0..4, 4..7], Vec::new());
        for (graph, nodes) in graphs.iter().zip(nodes) {
            let x = x[nodes.start * 5..nodes.end * 5].to_vec();
            let input = trial.input(graph, tensor(x, [1, nodes.len(), 5]));
            apart.extend(host(trial.evaluate(&input).logits));
        }
        assert_close(&format!("{layer:?}"), &together, &apart, 1e-6);
    }
}

/// The weights of the two-layer network, as those of a perceptron.
fn perceptron(trial: &Trial) -> (Mlp, State) {
    let config = MlpConfig {
        hidden: vec![3],
        activation: config(GraphLayer::Gcn).activation,
        ..MlpConfig::default()
    };
    (Mlp::new(&config, 5, 2).unwrap(), trial.state.clone())
}

/// Without edges a convolution multiplies with the identity, and propagation that always teleports stays where it is.
#[test]
fn a_graph_without_edges_and_full_teleport_leave_a_perceptron() {
    let alone = Graph::new(6, &[], None).unwrap();
    let appnp = GnnConfig {
        teleport: 1.0,
        ..config(GraphLayer::Appnp)
    };
    let connected = Graph::new(6, &both_ways(&[(0, 1), (1, 5)]), None).unwrap();
    for (config, graph) in [(config(GraphLayer::Gcn), alone), (appnp, connected)] {
        let mut trial = Trial::new(&config, 5, 2, &[3]);
        let x = tensor(waves(30, 4), [1, 6, 5]);
        let (mlp, mut state) = perceptron(&trial);
        let expected = mlp.forward(&trial.leaves(false), &mut state, x.clone(), Mode::Evaluate);
        let input = trial.input(&graph, x);
        let actual = trial.evaluate(&input).logits;
        assert_close("logits", &host(actual), &host(expected), 2e-6);
    }
}

/// Long propagation without teleport forgets the predictions: every node of a component has the same, scaled by its degree's root.
#[test]
fn propagation_without_teleport_smooths_everything() {
    let config = GnnConfig {
        teleport: 0.0,
        steps: 200,
        ..config(GraphLayer::Appnp)
    };
    let graph = Graph::new(3, &both_ways(&[(0, 1), (1, 2)]), None).unwrap();
    let mut trial = Trial::new(&config, 5, 1, &[3]);
    let input = trial.input(&graph, tensor(waves(15, 4), [1, 3, 5]));
    let z = host(trial.evaluate(&input).logits);
    let roots = [2f32.sqrt(), 3f32.sqrt(), 2f32.sqrt()];
    let smooth: Vec<f32> = roots.iter().map(|root| z[0] / roots[0] * root).collect();
    assert!(z[0].abs() > 1e-3, "nothing is left");
    assert_close("logits", &z, &smooth, 1e-4);
}

/// Attention without preferences is the mean over a node and its neighbours.
#[test]
fn attention_vectors_of_zero_take_the_mean() {
    let graph = Graph::new(3, &both_ways(&[(0, 1), (1, 2)]), None).unwrap();
    let config = GnnConfig {
        hidden: Vec::new(),
        ..config(GraphLayer::Gat)
    };
    let mut trial = Trial::new(&config, 2, 2, &[3]);
    // Both heads are the identity; the mean of the heads is that of either.
    trial.state.parameters = vec![
        tensor(vec![1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0], [1, 8]),
        tensor(vec![0.0; 4], [1, 4]),
        tensor(vec![0.0; 4], [1, 4]),
        tensor(vec![0.0; 2], [1, 2]),
    ];
    let input = trial.input(
        &graph,
        tensor(vec![1.0, 2.0, 4.0, 8.0, 7.0, 5.0], [1, 3, 2]),
    );
    let y = host(trial.evaluate(&input).logits);
    assert_close("mean", &y, &[2.5, 5.0, 4.0, 5.0, 5.5, 6.5], 1e-6);
}

#[test]
fn sparse_features_are_as_dense_ones() {
    let x: Vec<f32> = (0..40)
        .map(|i| if i % 3 == 0 { (i as f32).cos() } else { 0.0 })
        .collect();
    let (mut offsets, mut indices, mut values) = (vec![0u32], Vec::new(), Vec::new());
    for row in x.chunks(5) {
        for (column, &value) in row.iter().enumerate().filter(|(_, value)| **value != 0.0) {
            indices.push(column as u32);
            values.push(value);
        }
        offsets.push(values.len() as u32);
    }
    let features = Csr::new(8, 5, &offsets, &indices, &values, &Device::default());
    for layer in GraphLayer::ALL {
        let config = GnnConfig {
            norm: Norm::Batch,
            ..config(layer)
        };
        let mut trial = Trial::new(&config, 5, 3, &[7, 8]);
        let dense = trial.input(&ring(), tensor(x.clone(), [1, 8, 5]));
        let sparse = GraphInput {
            features: GraphFeatures::Sparse(Arc::new(features.clone())),
            operator: dense.operator.clone(),
        };
        let noise = trial.noise(8, None, None);
        let cotangent = || tensor(waves(48, 3), [2, 8, 3]);
        let expected = trial.gradients(&dense, cotangent(), Mode::Train(&noise));
        let actual = trial.gradients(&sparse, cotangent(), Mode::Train(&noise));
        for (place, (actual, expected)) in actual.iter().zip(&expected).enumerate() {
            let name = &trial.gnn.parameters()[place].name;
            // In front of a batch norm a bias has gradient zero, up to rounding.
            assert_close(&format!("{layer:?} {name}"), actual, expected, 1e-4);
        }
        let [expected, actual] = [&dense, &sparse].map(|input| host(trial.evaluate(input).logits));
        assert_close(&format!("{layer:?}"), &actual, &expected, 1e-5);
    }
}
