//! Members do not see each other, and dropout is each one's own.

use burn::tensor::Device;
use decay_kernels::{Activation, At, EntryDropout, is_gpu, sparse_linear};

use super::{Trial, assert_close, config, host, ring, tensor, waves};
use crate::gnn::signal::EDGE_SITES;
use crate::gnn::{GnnConfig, GraphInput, GraphLayer};
use crate::mode::Mode;
use crate::normalise::Norm;

/// Nothing on a CPU; a GPU's products are tuned to the number of members.
fn rounding() -> f32 {
    if is_gpu(&Device::default()) {
        1e-5
    } else {
        0.0
    }
}

fn trial(layer: GraphLayer, seeds: &[u64]) -> (Trial, GraphInput) {
    let config = GnnConfig {
        norm: Norm::Batch,
        ..config(layer)
    };
    let trial = Trial::new(&config, 5, 3, seeds);
    // The members share their features.
    let input = trial.input(&ring(), tensor(waves(40, 6), [1, 8, 5]));
    (trial, input)
}

#[test]
fn a_member_alone_is_itself_among_others() {
    let seeds = [4, 1 << 40 | 9, 17];
    for layer in GraphLayer::ALL {
        let (mut together, input) = trial(layer, &seeds);
        let noise = together.noise(8, Some(0.4), Some(0.3));
        let cotangent = waves(24, 2);
        let all = tensor(cotangent.repeat(3), [3, 8, 3]);
        let gradients = together.gradients(&input, all, Mode::Train(&noise));
        let logits = host(together.evaluate(&input).logits);
        for (r, &seed) in seeds.iter().enumerate() {
            let (mut alone, input) = trial(layer, &[seed]);
            let noise = alone.noise(8, Some(0.4), Some(0.3));
            let own = tensor(cotangent.clone(), [1, 8, 3]);
            for (own, all) in alone
                .gradients(&input, own, Mode::Train(&noise))
                .iter()
                .zip(&gradients)
            {
                let part = &all[r * own.len()..][..own.len()];
                assert_close("gradient", own, part, rounding());
            }
            // With the running statistics that the pass left.
            let own = host(alone.evaluate(&input).logits);
            assert_close("logits", &own, &logits[r * 24..][..24], rounding());
        }
    }
}

/// Hidden layers, features, entries of the operator and coefficients: each is dropped where it should be.
#[test]
fn both_dropouts_change_a_training_pass_and_neither_an_evaluation() {
    for layer in GraphLayer::ALL {
        let (mut trial, input) = trial(layer, &[4]);
        let mut logits = |dropout, edge_dropout| {
            let noise = trial.noise(8, dropout, edge_dropout);
            let leaves = trial.leaves(false);
            let mode = Mode::Train(&noise);
            let trained = trial.gnn.forward(&leaves, &mut trial.state, &input, mode);
            host(trained.logits)
        };
        let plain = logits(None, None);
        assert_eq!(plain, logits(Some(0.0), Some(0.0)), "{layer:?}: rate zero");
        assert_ne!(plain, logits(Some(0.5), None), "{layer:?}: dropout");
        assert_ne!(plain, logits(None, Some(0.5)), "{layer:?}: edge dropout");
        assert_ne!(
            logits(Some(0.5), None),
            logits(Some(0.5), Some(0.5)),
            "{layer:?}: both"
        );
    }
}

/// With every edge dropped a convolution leaves its bias.
#[test]
fn without_its_edges_a_convolution_leaves_the_bias() {
    let config = GnnConfig {
        hidden: Vec::new(),
        ..config(GraphLayer::Gcn)
    };
    let mut trial = Trial::new(&config, 5, 3, &[4]);
    let input = trial.input(&ring(), tensor(waves(40, 6), [1, 8, 5]));
    let noise = trial.noise(8, None, Some(1.0));
    let leaves = trial.leaves(false);
    let mode = Mode::Train(&noise);
    let output = trial.gnn.forward(&leaves, &mut trial.state, &input, mode);
    let bias = host(trial.state.parameters[1].clone());
    assert_eq!(host(output.logits), bias.repeat(8));
}

/// `A_1 (A_0 (x W + b))`, where the masks of the two steps are those of their own sites.
#[test]
fn every_step_of_propagation_drops_its_own_entries() {
    let config = GnnConfig {
        hidden: Vec::new(),
        steps: 2,
        teleport: 0.0,
        ..config(GraphLayer::Appnp)
    };
    let mut trial = Trial::new(&config, 5, 3, &[4]);
    let input = trial.input(&ring(), tensor(waves(40, 6), [1, 8, 5]));
    let noise = trial.noise(8, None, Some(0.5));
    let leaves = trial.leaves(false);
    let mode = Mode::Train(&noise);
    let actual = trial.gnn.forward(&leaves, &mut trial.state, &input, mode);
    let stay = GnnConfig { steps: 0, ..config };
    let mut still = Trial::new(&stay, 5, 3, &[4]);
    let mut z = still.evaluate(&input).logits;
    for step in 0..2 {
        let dropout = EntryDropout {
            rate: tensor(vec![0.5], [1]),
            seeds: noise.seeds.clone(),
            at: At {
                site: EDGE_SITES + step,
                ..noise.at
            },
        };
        let none = Activation::Identity;
        z = sparse_linear(&input.operator, z, None, none, Some(dropout));
    }
    assert_close("logits", &host(actual.logits), &host(z), rounding());
}
