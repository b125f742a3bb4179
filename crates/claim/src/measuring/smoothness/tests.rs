//! Embeddings whose figures are known, and those of a network.

use decay_data::{Embedded, Graph};
use decay_model::{GnnConfig, GraphLayer, ModelConfig};
use decay_train::{FoldRows, TrainConfig};
use nalgebra::DMatrix;

use super::{Smoothness, normalised_laplacian};
use crate::neighbours::joined_to_nearest;
use crate::study::Study;
use crate::testing::quiet_lab;

/// The path 0 - 1 - 2, whose middle has a loop, and a node alone.
fn path(weights: Option<Vec<f32>>) -> Graph {
    Graph {
        nodes: 4,
        edges: vec![[1, 0], [0, 1], [1, 1], [2, 1], [1, 2]],
        weights,
        directed: false,
        node_names: None,
        groups: None,
        group_names: Vec::new(),
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12 * (1.0 + b.abs())
}

#[test]
fn figures_are_those_of_their_formulas() {
    let h = [1.0f32, -0.5, 2.0, 0.25, -1.5, 3.0, 9.0, 9.0];
    let found = Smoothness::of(&path(None), &h);
    let apart = |end: [f64; 2]| {
        let middle = [2.0, 0.25];
        let parts = end.iter().zip(middle);
        parts
            .map(|(e, m)| (e - m / 2f64.sqrt()).powi(2))
            .sum::<f64>()
    };
    let energy = (apart([1.0, -0.5]) + apart([-1.5, 3.0])) / 4.0;
    let size = (1.25 + 4.0625 + 11.25 + 162.0) / 4.0;
    assert!(
        near(found.energy, energy) && near(found.size, size),
        "{found:?}"
    );
    assert!(near(found.rayleigh, energy / size));
    let twice = Smoothness::of(&path(None), &h.map(|h| 2.0 * h));
    assert!(near(twice.energy, 4.0 * energy) && near(twice.rayleigh, found.rayleigh));
    assert!(near(twice.distance, found.distance));
}

/// `√d` is smooth, whatever the weights; a node of the other sign beside it is as rough as can be.
#[test]
fn the_quotient_has_its_ends_at_0_and_2() {
    let weights = vec![4.0f32, 4.0, 7.0, 5.0, 5.0];
    let root = [2.0, 3.0, 5f32.sqrt(), 0.0];
    let smooth = Smoothness::of(&path(Some(weights.clone())), &root);
    assert!(smooth.energy < 1e-12, "{smooth:?}");
    let rough = Smoothness::of(&path(Some(weights)), &[2.0, -3.0, 5f32.sqrt(), 0.0]);
    assert!((rough.rayleigh - 2.0).abs() < 1e-6, "{rough:?}");
}

/// The matrix and the sum over edges are one energy, with weights of edges or without, and the matrix is the library's.
#[test]
fn the_matrix_has_the_energy_of_the_edges() {
    let h = [1.0f32, -0.5, 2.0, 0.25, -1.5, 3.0, 9.0, 9.0];
    let wide = DMatrix::from_row_iterator(4, 2, h.iter().map(|&h| f64::from(h)));
    for weights in [None, Some(vec![4.0f32, 4.0, 7.0, 5.0, 5.0])] {
        let graph = path(weights);
        let laplacian = normalised_laplacian(&graph);
        let energy = (wide.transpose() * &laplacian * &wide).trace() / 4.0;
        assert!(near(Smoothness::of(&graph, &h).energy, energy));
        let edges: Vec<_> = graph.edges.iter().map(|&[s, t]| (s, t)).collect();
        let library = decay_model::Graph::new(4, &edges, graph.weights.as_deref());
        let library = library.unwrap().normalised_laplacian();
        for row in 0..4 {
            for entry in library.offsets[row] as usize..library.offsets[row + 1] as usize {
                let own = laplacian[(row, library.indices[entry] as usize)];
                assert!((own - f64::from(library.values[entry])).abs() < 1e-7);
            }
        }
        assert!(laplacian.iter().filter(|x| x.abs() > 0.0).count() == 7);
    }
}

#[test]
fn distances_are_means_over_pairs_and_zeros_are_alike() {
    let of = |h: [f32; 8]| Smoothness::of(&path(None), &h).distance;
    assert!(near(of([1.0, 0.0, 2.0, 0.0, 0.5, 0.0, 7.0, 0.0]), 0.0));
    // Two directions of two nodes each: four of six pairs are at right angles.
    assert!(near(
        of([1.0, 0.0, 2.0, 0.0, 0.0, 5.0, 0.0, 1.0]),
        4.0 / 6.0
    ));
    // One of the nodes has none: of the pairs it is in, all three, and one more is opposite.
    assert!(near(
        of([1.0, 0.0, 2.0, 0.0, -3.0, 0.0, 0.0, 0.0]),
        7.0 / 6.0
    ));
    let none = Smoothness::of(&path(None), &[0.0; 8]);
    assert!(near(none.distance, 0.0) && none.rayleigh.is_nan());
}

/// A network without hidden layers has its outputs for embeddings.
#[test]
fn all_nodes_of_a_population_are_measured() {
    let lab = quiet_lab();
    let data = joined_to_nearest(Embedded::Wine.load().unwrap(), 3);
    let all: Vec<usize> = (0..data.rows).collect();
    let rows = FoldRows {
        train: all.iter().copied().step_by(3).collect(),
        validation: all,
    };
    for (hidden, width) in [(vec![], 3), (vec![5], 5)] {
        let model = ModelConfig::Gnn(GnnConfig {
            layer: GraphLayer::Gcn,
            hidden,
            ..GnnConfig::default()
        });
        let config = TrainConfig {
            epochs: 3,
            ..TrainConfig::default()
        };
        let replicates = vec![rows.clone()];
        let study = Study::of_decay("s", &data, replicates, model, config, vec![0.0, 1.0]);
        let population = lab.train(study).unwrap();
        let found = population.smoothness().unwrap();
        let seen = population
            .models
            .representations(|rows| &rows.validation)
            .unwrap();
        assert_eq!(seen.widths, [width, 3]);
        for (found, values) in found.iter().zip(&seen.values) {
            let rows = values.chunks_exact(width + 3);
            let hidden: Vec<f32> = rows.flat_map(|row| row[..width].to_vec()).collect();
            let graph = data.graph.as_ref().unwrap();
            assert_eq!(*found, Smoothness::of(graph, &hidden));
            assert!(found.energy > 0.0);
        }
        assert_ne!(found[0], found[1]);
    }
}
