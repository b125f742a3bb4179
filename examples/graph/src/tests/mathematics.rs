//! Closed forms against matrices written out, gradients and energies.

use decay_claim::measuring::smoothness::normalised_laplacian;
use decay_claim::testing::quiet_lab;
use decay_claim::{Study, joined_to_nearest};
use decay_data::{Dataset, Embedded, Graph};
use decay_train::TrainConfig;
use nalgebra::{DMatrix, DVector};

use crate::exact::Problem;
use crate::nets::{config, deep, net, sets};
use crate::{GCN, MLP, SETS};

const VALUES: [f64; 5] = [1.0, -2.0, 0.5, 3.0, -0.25];

/// A circle of four nodes with a tail.
fn circle() -> Graph {
    let pairs = [[0, 1], [1, 2], [2, 3], [3, 0], [3, 4]];
    let mut edges: Vec<[u32; 2]> = pairs.iter().flat_map(|&[a, b]| [[a, b], [b, a]]).collect();
    edges.sort_unstable_by_key(|&[source, target]| (target, source));
    Graph {
        nodes: 5,
        edges,
        weights: None,
        directed: false,
        node_names: None,
        groups: None,
        group_names: Vec::new(),
    }
}

fn close(a: &DVector<f64>, b: &DVector<f64>) -> bool {
    (a - b).norm() < 1e-10 * (1.0 + b.norm())
}

#[test]
fn with_all_values_and_no_decay_the_minimum_is_the_filter() {
    let laplacian = normalised_laplacian(&circle());
    for strength in [0.0, 0.3, 7.0] {
        let problem = Problem {
            laplacian: &laplacian,
            values: &VALUES,
            strength,
        };
        let found = problem.minimum(&[0, 1, 2, 3, 4], 0.0).unwrap();
        let filter = DMatrix::identity(5, 5) + &laplacian * strength;
        let filtered = filter.try_inverse().unwrap() * DVector::from_row_slice(&VALUES);
        assert!(close(&found, &filtered), "{strength}: {found} {filtered}");
    }
}

/// With few values and decay: the penalised loss, bias and all, has no slope there.
#[test]
fn the_objective_has_no_slope_at_the_minimum() {
    let laplacian = normalised_laplacian(&circle());
    let (strength, rate, known) = (0.7, 0.2, [0, 3]);
    let problem = Problem {
        laplacian: &laplacian,
        values: &VALUES,
        strength,
    };
    let z = problem.minimum(&known, rate).unwrap();
    // Weights that decay have the mean 0 that the bias takes, if the loss has no slope along the bias.
    let objective = |z: &DVector<f64>, bias: f64| {
        let loss = known
            .map(|node| (z[node] - VALUES[node]).powi(2))
            .iter()
            .sum::<f64>()
            / 2.0;
        let rough = (z.transpose() * &laplacian * z)[(0, 0)] * strength / 5.0;
        loss + rough + rate / 2.0 * z.iter().map(|z| (z - bias).powi(2)).sum::<f64>()
    };
    let bias = z.mean();
    for node in 0..5 {
        let moved = |step: f64| {
            let mut z = z.clone();
            z[node] += step;
            objective(&z, bias)
        };
        let slope = (moved(1e-4) - moved(-1e-4)) / 2e-4;
        assert!(slope.abs() < 1e-9, "{slope}");
    }
}

#[test]
fn decay_alone_shrinks_all_frequencies_alike() {
    let laplacian = normalised_laplacian(&circle());
    let problem = Problem {
        laplacian: &laplacian,
        values: &VALUES,
        strength: 0.0,
    };
    let mean = VALUES.iter().sum::<f64>() / 5.0;
    let found = problem.minimum(&[0, 1, 2, 3, 4], 0.2).unwrap();
    // λ N / 2 = 1/2 beside 1.
    let shrunk = VALUES.map(|y| mean + (y - mean) / 1.5);
    assert!(close(&found, &DVector::from_row_slice(&shrunk)), "{found}");
}

fn outputs(data: &Dataset, name: &str) -> Vec<Vec<f32>> {
    let lab = quiet_lab();
    let rows = lab.node_splits(data, 10, [20, 50], 1).unwrap();
    let config = TrainConfig {
        epochs: 5,
        ..config(0.0)
    };
    let study = Study::of_decay("s", data, rows, net(name), config, vec![0.0]);
    let population = lab.train(study).unwrap();
    population.models.outputs(|rows| &rows.validation).unwrap()
}

/// APPNP without steps is a perceptron; the other two depend on the edges.
#[test]
fn the_perceptron_sees_no_edges() {
    let wine = || Embedded::Wine.load().unwrap();
    let (few, many) = (joined_to_nearest(wine(), 2), joined_to_nearest(wine(), 9));
    assert_eq!(outputs(&few, MLP), outputs(&many, MLP));
    assert_ne!(outputs(&few, GCN), outputs(&many, GCN));
}

#[test]
fn digits_are_joined_to_ten_and_networks_have_the_layers_they_are_named_by() {
    let lab = quiet_lab();
    let digits = sets(&lab).unwrap().pop().unwrap();
    assert_eq!(digits.name, SETS[1]);
    let graph = digits.data.graph.as_ref().unwrap();
    assert!(graph.edges.len() >= 10 * graph.nodes && graph.edges.len() <= 20 * graph.nodes);
    for layers in [2, 8] {
        let network = deep(layers).init(64, 10).unwrap();
        // A matrix and biases each.
        assert_eq!(network.parameters().len(), 2 * layers);
    }
}
