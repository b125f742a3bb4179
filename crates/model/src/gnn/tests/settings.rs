//! Configurations, names, and edges that are refused.

use super::config;
use crate::error::ModelError;
use crate::gnn::{Gnn, GnnConfig, GraphLayer};
use crate::graph::{Graph, GraphError};
use crate::normalise::Norm;

fn names(config: &GnnConfig) -> Vec<(String, Vec<usize>)> {
    let gnn = Gnn::new(config, 5, 4).unwrap();
    let specs = gnn.parameters().iter();
    specs
        .map(|spec| (spec.name.clone(), spec.shape.clone()))
        .collect()
}

#[test]
fn parameters_are_named_as_elsewhere() {
    let expected = |pairs: &[(&str, &[usize])]| -> Vec<(String, Vec<usize>)> {
        let pairs = pairs.iter();
        pairs
            .map(|(name, shape)| (name.to_string(), shape.to_vec()))
            .collect()
    };
    assert_eq!(
        names(&config(GraphLayer::Gcn)),
        expected(&[
            ("convs.0.weight", &[5, 3]),
            ("convs.0.bias", &[3]),
            ("convs.1.weight", &[3, 4]),
            ("convs.1.bias", &[4]),
        ])
    );
    assert_eq!(
        names(&config(GraphLayer::Gat))[..5],
        expected(&[
            ("convs.0.weight", &[5, 6]),
            ("convs.0.att_src", &[6]),
            ("convs.0.att_dst", &[6]),
            ("convs.0.bias", &[6]),
            ("convs.1.weight", &[6, 8]),
        ])
    );
    let sage = GnnConfig {
        norm: Norm::Batch,
        ..config(GraphLayer::Sage)
    };
    assert_eq!(
        names(&sage)[..5],
        expected(&[
            ("convs.0.neighbour.weight", &[5, 3]),
            ("convs.0.self.weight", &[5, 3]),
            ("convs.0.bias", &[3]),
            ("norms.0.weight", &[3]),
            ("norms.0.bias", &[3]),
        ])
    );
    assert_eq!(names(&config(GraphLayer::Appnp))[0].0, "layers.0.weight");
}

#[test]
fn a_configuration_reads_back_and_unknown_keys_are_refused() {
    for layer in GraphLayer::ALL {
        let config = config(layer);
        let text = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<GnnConfig>(&text).unwrap(), config);
    }
    let error = serde_json::from_str::<GnnConfig>(r#"{"head": 8}"#).unwrap_err();
    assert!(error.to_string().contains("`head`"), "{error}");
}

#[test]
fn settings_outside_their_range_are_refused_by_name() {
    let change = |change: fn(&mut GnnConfig)| {
        let mut config = GnnConfig::default();
        change(&mut config);
        Gnn::new(&config, 5, 4).unwrap_err().to_string()
    };
    assert_eq!(
        change(|c| c.teleport = 1.5),
        "model.teleport must be in [0, 1], got 1.5"
    );
    assert_eq!(
        change(|c| c.slope = f64::NAN),
        "model.slope must be in [0, 1], got NaN"
    );
    assert_eq!(
        change(|c| c.heads = 0),
        "model.heads must be in [1, inf), got 0"
    );
    assert!(change(|c| c.hidden = vec![4, 0]).contains("[4, 0]"));
    assert!(matches!(
        Gnn::new(&GnnConfig::default(), 0, 4),
        Err(ModelError::NoInputsOrOutputs { .. })
    ));
}

#[test]
fn edges_that_cannot_be_are_refused() {
    assert_eq!(
        Graph::new(3, &[(0, 1), (2, 3)], None)
            .unwrap_err()
            .to_string(),
        "edge 1 goes from node 2 to node 3, but there are 3 nodes, numbered from 0"
    );
    assert_eq!(
        Graph::new(3, &[(0, 1)], Some(&[-1.0])),
        Err(GraphError::Weight {
            edge: 0,
            weight: -1.0
        })
    );
    assert!(Graph::new(3, &[(0, 1)], Some(&[f32::NAN])).is_err());
    assert!(matches!(
        Graph::new(3, &[(0, 1)], Some(&[])),
        Err(GraphError::WeightCount { .. })
    ));
}

/// A loop in the data keeps its weight and is not joined by another.
#[test]
fn loops_are_not_doubled() {
    let graph = Graph::new(2, &[(0, 0), (0, 1), (1, 0)], Some(&[3.0, 1.0, 1.0])).unwrap();
    let operator = graph.symmetric_normalised();
    assert_eq!(operator.offsets, [0, 2, 4]);
    assert_eq!(operator.indices, [0, 1, 0, 1]);
    let off = 1.0 / 8f32.sqrt();
    assert_eq!(operator.values, [0.75, off, off, 0.5]);
    assert_eq!(graph.with_self().values, [1.0; 4]);
    assert_eq!(graph.neighbour_mean().values, [0.75, 0.25, 1.0]);
    assert_eq!(graph.laplacian().values, [1.0, -1.0, -1.0, 1.0]);
}
