//! Randomised smoothing of populations on their device.

use burn::tensor::{Device, Tensor, TensorData};
use decay_model::{MlpConfig, ModelConfig, Network, Nonlinearity, Norm as Normalisation};
use decay_robust::TargetPopulation;
use decay_robust::certificate::{Norm, Smoothed, Smoothing, TargetModel, plane_distance};

use crate::networks::{FEATURES, answers, perceptron, population, uniforms};

/// `[rows, inputs]` on the device.
fn matrix(rows: &[f32]) -> Tensor<2> {
    let data = TensorData::new(rows.to_vec(), [rows.len() / FEATURES, FEATURES]);
    Tensor::from_data(data, &Device::default())
}

fn run(network: &Network, members: &[usize], setting: &Smoothing) -> Vec<Vec<Smoothed>> {
    let (states, scales) = population(network, 3);
    let states: Vec<_> = members.iter().map(|&m| states[m].clone()).collect();
    let scales: Vec<_> = members.iter().map(|&m| scales[m].clone()).collect();
    let seeds: Vec<u64> = members.iter().map(|&m| 7 << 33 | m as u64).collect();
    let device = Device::default();
    let targets = TargetPopulation::new(network, &states, &scales, &device);
    let rows = uniforms(9, 4 * FEATURES);
    setting
        .certify(&targets, &seeds, &matrix(&rows))
        .expect("smoothed")
}

#[test]
fn draws_of_smoothing_depend_on_neither_batch_nor_population() {
    let network = perceptron(FEATURES, Nonlinearity::Relu, &[6], Normalisation::None);
    let setting = Smoothing {
        sigma: 0.4,
        selection: 30,
        estimation: 333,
        alpha: 0.01,
        batch: 64,
    };
    let together = run(&network, &[0, 1, 2], &setting);
    for batch in [1, 100, 4096] {
        assert_eq!(
            run(&network, &[0, 1, 2], &Smoothing { batch, ..setting }),
            together
        );
    }
    for (member, together) in together.iter().enumerate() {
        assert_eq!(&run(&network, &[member], &setting)[0], together);
    }
    let more = run(
        &network,
        &[0],
        &Smoothing {
            estimation: 666,
            ..setting
        },
    );
    // The first half of the draws are the same draws.
    assert!(
        more[0]
            .iter()
            .zip(&together[0])
            .all(|(m, t)| m.count >= t.count)
    );
}

/// Four times the same row in three copies of a member, of which two share a seed.
#[test]
fn rows_have_noise_of_their_own_and_seeds_name_it() {
    let network = perceptron(FEATURES, Nonlinearity::Relu, &[6], Normalisation::None);
    let (states, scales) = population(&network, 1);
    let (states, scales) = (vec![states[0].clone(); 3], vec![scales[0].clone(); 3]);
    let targets = TargetPopulation::new(&network, &states, &scales, &Device::default());
    let setting = Smoothing {
        sigma: 1.0,
        estimation: 2000,
        ..Smoothing::default()
    };
    let rows = matrix(&uniforms(9, FEATURES).repeat(4));
    let smoothed = setting
        .certify(&targets, &[1, 2, 1], &rows)
        .expect("smoothed");
    let counts = |member: usize| {
        smoothed[member]
            .iter()
            .map(|row| row.count)
            .collect::<Vec<_>>()
    };
    assert_eq!(counts(0), counts(2));
    assert_ne!(counts(0), counts(1));
    let first = counts(0);
    assert!(
        first[1..].iter().any(|&count| count != first[0]),
        "{first:?}"
    );
}

/// Of a linear function of two classes the probability under noise is `Phi(distance / sigma)`, and the smoothed radius the distance
/// itself (Cohen et al. 2019, on linear classifiers).
#[test]
fn a_smoothed_linear_model_has_its_own_distance() {
    let config = MlpConfig {
        hidden: vec![],
        ..MlpConfig::default()
    };
    let network = ModelConfig::Mlp(config)
        .init(FEATURES, 2)
        .expect("a network");
    let (states, scales) = population(&network, 3);
    let setting = Smoothing {
        sigma: 0.5,
        selection: 200,
        estimation: 40_000,
        ..Smoothing::default()
    };
    let rows = uniforms(9, 4 * FEATURES);
    for (member, smoothed) in run(&network, &[0, 1, 2], &setting).iter().enumerate() {
        let target =
            TargetModel::new(&network, &states[member], &scales[member]).expect("a target");
        for (row, smoothed) in rows.chunks_exact(FEATURES).zip(smoothed) {
            let x: Vec<f64> = row.iter().copied().map(f64::from).collect();
            let margin = target.margins(&x, smoothed.class)[0];
            let weights = target
                .head()
                .weight
                .chunks_exact(2)
                .zip(&scales[member].factor);
            let sign = if smoothed.class == 0 { 1.0 } else { -1.0 };
            let slope: Vec<f64> = weights
                .map(|(w, &f)| sign * (w[0] - w[1]) * f64::from(f))
                .collect();
            let distance = plane_distance(&slope, margin.abs(), Norm::L2).copysign(margin);
            let p = decay_audit::distribution::normal_cdf(distance / setting.sigma);
            let share = smoothed.count as f64 / 40_000.0;
            let deviation = (p * (1.0 - p) / 40_000.0).sqrt();
            assert!(
                (share - p).abs() < 4.5 * deviation + 1e-6,
                "{share} for {p}"
            );
            assert!(
                smoothed.radius <= distance.max(0.0),
                "{} of {distance}",
                smoothed.radius
            );
            assert!(
                distance - smoothed.radius < 0.1,
                "{} of {distance}",
                smoothed.radius
            );
        }
    }
}

/// With little noise the smoothed answer is the network's; with so much that the classes are even it abstains at some row.
#[test]
fn a_vote_without_noise_is_the_networks_own() {
    let network = perceptron(FEATURES, Nonlinearity::Relu, &[6], Normalisation::None);
    let (states, scales) = population(&network, 3);
    let device = Device::default();
    let targets = TargetPopulation::new(&network, &states, &scales, &device);
    let rows = uniforms(9, 12 * FEATURES);
    let vote = |sigma: f64| {
        let setting = Smoothing {
            sigma,
            ..Smoothing::default()
        };
        setting
            .predict(&targets, &[1, 2, 3], &matrix(&rows))
            .expect("votes")
    };
    let own = answers(&targets, &rows);
    for (votes, own) in vote(1e-4).iter().zip(&own) {
        assert_eq!(
            votes.iter().flatten().collect::<Vec<_>>(),
            own.iter().collect::<Vec<_>>()
        );
    }
    assert!(vote(50.0).iter().flatten().any(Option::is_none));
}

#[test]
fn settings_of_smoothing_out_of_range_are_refused() {
    let network = perceptron(FEATURES, Nonlinearity::Relu, &[6], Normalisation::None);
    let (states, scales) = population(&network, 1);
    let device = Device::default();
    let targets = TargetPopulation::new(&network, &states, &scales, &device);
    let rows = uniforms(9, FEATURES);
    let good = Smoothing::default();
    let refused = |setting: Smoothing, seeds: &[u64]| {
        let result = setting.certify(&targets, seeds, &matrix(&rows));
        result.expect_err("refused").to_string()
    };
    let sigma = refused(Smoothing { sigma: 0.0, ..good }, &[1]);
    assert_eq!(sigma, "sigma must be in (0, inf), got 0");
    let alpha = refused(Smoothing { alpha: 0.5, ..good }, &[1]);
    assert_eq!(alpha, "alpha must be in (0, 1/2), got 0.5");
    let draws = refused(
        Smoothing {
            selection: 0,
            ..good
        },
        &[1],
    );
    assert_eq!(draws, "selection must be in [1, 2^32), got 0");
    assert_eq!(refused(good, &[1, 2]), "seeds must have 1 entries, got 2");
}
