//! Layers of torch-geometric and penalties of scipy's Laplacians (`layers.json`).

use burn::tensor::{Device, Tensor};
use decay_kernels::{Activation, sparse_linear};
use serde_json::Value;

use super::{Trial, assert_close, host, tensor};
use crate::gnn::{GnnConfig, GraphLayer};
use crate::golden::{self, Array};
use crate::graph::Graph;
use crate::mode::Mode;
use crate::nonlinearity::Nonlinearity;

struct Case(Value);

impl Case {
    fn find(name: &str) -> Self {
        Self(golden::layer(name))
    }

    fn array(&self, part: &str, name: &str) -> Array {
        golden::array(&self.0[part][name])
    }

    fn values(&self, part: &str, name: &str) -> Vec<f32> {
        let data = self.array(part, name).data;
        data.into_iter().map(|value| value as f32).collect()
    }

    /// A weight matrix as this crate has it: torch keeps `[out, in]`.
    fn turned(&self, part: &str, name: &str) -> Vec<f32> {
        let shape = self.array(part, name).shape;
        let values = self.values(part, name);
        let (rows, columns) = (shape[0], shape[1]);
        (0..rows * columns)
            .map(|i| values[i % rows * columns + i / rows])
            .collect()
    }

    fn graph(&self) -> Graph {
        let ends = self.array("inputs", "edge_index").data;
        let (sources, targets) = ends.split_at(ends.len() / 2);
        let edges: Vec<_> = (sources.iter().zip(targets))
            .map(|(&source, &target)| (source as u32, target as u32))
            .collect();
        let weights = (!self.0["inputs"]["edge_weight"].is_null())
            .then(|| self.values("inputs", "edge_weight"));
        Graph::new(7, &edges, weights.as_deref()).unwrap()
    }

    /// A layer with these values against its output and all gradients; `names` pairs parameters with those of the file, in order.
    fn check(&self, config: &GnnConfig, names: &[&str]) {
        let outputs = *self.array("inputs", "cotangent").shape.last().unwrap();
        let mut trial = Trial::new(config, 5, outputs, &[1]);
        for (place, name) in names.iter().enumerate() {
            let values = match self.array("inputs", name).shape.len() {
                2 => self.turned("inputs", name),
                _ => self.values("inputs", name),
            };
            let width = values.len();
            trial.state.parameters[place] = tensor(values, [1, width]);
        }
        let x = tensor(self.values("inputs", "x"), [1, 7, 5])
            .autodiff()
            .require_grad();
        let input = trial.input(&self.graph(), x.clone());
        let leaves = trial.leaves(true);
        let output = trial
            .gnn
            .forward(&leaves, &mut trial.state, &input, Mode::Evaluate);
        let y = if config.hidden.is_empty() {
            output.logits
        } else {
            output.embeddings
        };
        assert_close(
            "output",
            &host(y.clone()),
            &self.values("expected", "output"),
            5e-6,
        );
        let cotangent = tensor(self.values("inputs", "cotangent"), y.dims());
        let mut gradients = (y * Tensor::from_inner(cotangent)).sum().backward();
        let dx = x.grad_remove(&mut gradients).expect("a gradient");
        assert_close("dx", &host(dx), &self.values("expected", "grad_x"), 1e-5);
        let gradients = leaves.into_gradients(&mut gradients);
        for (name, gradient) in names.iter().zip(gradients) {
            let file = format!("grad_{name}");
            let expected = match self.array("inputs", name).shape.len() {
                2 => self.turned("expected", &file),
                _ => self.values("expected", &file),
            };
            assert_close(name, &host(gradient.expect("a gradient")), &expected, 1e-5);
        }
    }
}

fn one_layer(layer: GraphLayer) -> GnnConfig {
    GnnConfig {
        layer,
        hidden: Vec::new(),
        ..GnnConfig::default()
    }
}

#[test]
fn graph_convolutions_match_the_oracle() {
    for name in ["gcn", "gcn_edge_weights", "gcn_directed"] {
        Case::find(name).check(&one_layer(GraphLayer::Gcn), &["weight", "bias"]);
    }
}

#[test]
fn means_over_neighbours_match_the_oracle() {
    for name in ["sage_mean", "sage_mean_directed"] {
        let names = ["weight_neighbour", "weight_self", "bias"];
        Case::find(name).check(&one_layer(GraphLayer::Sage), &names);
    }
}

#[test]
fn attention_matches_the_oracle() {
    let names = ["weight", "att_src", "att_dst", "bias"];
    let averaged = GnnConfig {
        output_heads: 4,
        ..one_layer(GraphLayer::Gat)
    };
    Case::find("gat_mean").check(&averaged, &names);
    let side_by_side = GnnConfig {
        hidden: vec![3],
        heads: 4,
        activation: Nonlinearity::Identity,
        ..one_layer(GraphLayer::Gat)
    };
    Case::find("gat_concat").check(&side_by_side, &names);
}

#[test]
fn laplacian_penalties_match_the_oracle() {
    for normalised in [false, true] {
        let kind = if normalised { "normalised" } else { "plain" };
        let case = Case::find(&format!("graph_laplacian_penalty_{kind}"));
        let graph = case.graph();
        let laplacian = if normalised {
            graph.normalised_laplacian()
        } else {
            graph.laplacian()
        };
        let laplacian = laplacian.to_device(&Device::default());
        let identity = (0..49).map(|i| f32::from(u8::from(i % 8 == 0))).collect();
        let dense = sparse_linear(
            &laplacian,
            tensor(identity, [1, 7, 7]),
            None,
            Activation::Identity,
            None,
        );
        assert_close(
            "L",
            &host(dense),
            &case.values("expected", "laplacian"),
            1e-6,
        );
        let h = tensor(case.values("inputs", "x"), [1, 7, 5])
            .autodiff()
            .require_grad();
        let smooth = sparse_linear(&laplacian, h.clone(), None, Activation::Identity, None);
        let penalty = (h.clone() * smooth).sum();
        let expected = case.0["expected"]["penalty"].as_f64().expect("a number");
        let mut gradients = penalty.backward();
        assert_close("penalty", &host(penalty), &[expected as f32], 2e-6);
        let dh = h.grad_remove(&mut gradients).expect("a gradient");
        assert_close(
            "gradient",
            &host(dh),
            &case.values("expected", "grad_x"),
            5e-6,
        );
    }
}
