//! Maps whose roughness is known, and linear networks, whose slopes are their weights.

use decay_data::Embedded;
use decay_model::Mlp;
use decay_robust::InputScale;
use decay_train::TrainConfig;

use super::{Explained, Saliency, mean_of_finite, roughness};
use crate::measuring::held_out::HeldOut;
use crate::study::Study;
use crate::testing::quiet_lab;

/// Two rows of three inputs, of which the last does not vary.
fn explained() -> Explained {
    Explained {
        own: HeldOut {
            members: vec![0],
            domain: None,
            scale: InputScale::identity(4),
            x: vec![0.0; 8],
            labels: vec![0, 1],
        },
        typical: vec![0.0; 4],
        varying: vec![0, 1, 2],
    }
}

fn saliency(chosen: [usize; 2], slopes: [f32; 8]) -> Saliency {
    Saliency {
        chosen: chosen.into(),
        slopes: slopes.into(),
    }
}

/// By hand: of 3 x 2 pixels that rise by 1 from left to right, neighbours differ by 1 in four of seven pairs; all fifteen pairs by 16.
#[test]
fn roughness_is_the_difference_of_neighbours_over_that_of_any_two() {
    let all: Vec<usize> = (0..6).collect();
    let slope = [0.0, 1.0, 2.0, 0.0, 1.0, 2.0];
    let expected = (4.0 / 7.0) / (16.0 / 15.0);
    assert!((roughness(&slope, 3, &all) - expected).abs() < 1e-12);
    let larger = slope.map(|value| 7.0 * value + 3.0);
    assert!((roughness(&larger, 3, &all) - expected).abs() < 1e-12);
    // Without the middle column no neighbours are left but those one above the other, which are equal.
    assert_eq!(roughness(&slope, 3, &[0, 2, 3, 5]), 0.0);
    assert!(roughness(&[2.0; 6], 3, &all).is_nan());
}

/// Values in random places are as rough as noise, sparse or not.
#[test]
fn noise_has_a_roughness_of_one() {
    let lab = quiet_lab();
    let all: Vec<usize> = (0..900).collect();
    let noise = lab.normal(1, 900);
    let sparse: Vec<f64> = noise.iter().map(|x| (x - 1.5).max(0.0)).collect();
    for map in [noise, sparse] {
        let found = roughness(&map, 30, &all);
        assert!((found - 1.0).abs() < 0.06, "{found}");
    }
}

#[test]
fn separation_counts_inputs_that_vary_and_means_over_rows() {
    let own = saliency([0, 1], [3.0, -1.0, 2.0, 9.0, -1.0, 1.0, -5.0, 9.0]);
    let sizes = explained().sizes(&own);
    assert_eq!(sizes[1], [1.0, 1.0, 5.0, 9.0]);
    let found = explained().separation(&sizes, [&[0, 3], &[1, 2]]).unwrap();
    // First row: 3 above 1 and 2. Second: 1 ties with 1 and lies below 5.
    assert!((found.auroc - (1.0 + 0.25) / 2.0).abs() < 1e-12);
    assert!((found.precision - (1.0 + 1.0 / 3.0) / 2.0).abs() < 1e-12);
    assert!(explained().separation(&sizes, [&[3], &[1, 2]]).is_err());
}

#[test]
fn seeds_are_compared_where_they_choose_alike() {
    let a = saliency([0, 1], [1.0, 2.0, 3.0, 9.0, 1.0, 2.0, 3.0, 0.0]);
    let b = saliency([0, 0], [-10.0, 20.0, 30.0, 0.0, 3.0, 2.0, 1.0, 0.0]);
    let c = saliency([1, 1], [1.0, 2.0, 3.0, 0.0, -3.0, 2.0, 1.0, 5.0]);
    let agreement = |a, b| explained().agreement([a, b]);
    assert!((agreement(&a, &b) - 1.0).abs() < 1e-12);
    assert!((agreement(&a, &c) + 1.0).abs() < 1e-12);
    assert!(agreement(&b, &c).is_nan());
    assert_eq!(mean_of_finite([1.0, f64::NAN, 4.0].into_iter()), 2.5);
}

/// A linear network's slopes are the weights of the chosen class less the mean, times the factors of the scaling.
#[test]
fn slopes_of_a_linear_network_are_its_weights() {
    let (lab, data) = (quiet_lab(), Embedded::Wine.load().unwrap());
    let rows = lab.draws(data.rows, 2, [100, 30]);
    let config = TrainConfig {
        epochs: 3,
        ..TrainConfig::default()
    };
    let study = Study::of_decay("wine", &data, rows, Mlp::hidden([]), config, vec![0.0, 5.0]);
    let population = lab.train(study).unwrap();
    let explained = population.explained(1, 7);
    assert_eq!(
        (explained.varying.len(), explained.own.labels.len()),
        (13, 7)
    );
    let train = &population.models.problem.folds[1].train;
    let mean: f64 = train.iter().map(|&row| f64::from(data.value(row, 4))).sum();
    assert!((f64::from(explained.typical[4]) - mean / 100.0).abs() < 1e-3);
    let members = population.members_of(1);
    let states: Vec<_> = members
        .iter()
        .map(|&m| population.state(m).clone())
        .collect();
    let found = population.saliency(&explained, &states).unwrap();
    for (&member, own) in members.iter().zip(&found) {
        let weights = population.linear(member).weights;
        for (slopes, &chosen) in own.slopes.chunks_exact(13).zip(&own.chosen) {
            for (input, slope) in slopes.iter().enumerate() {
                let of_input = &weights[3 * input..3 * input + 3];
                let centred = of_input[chosen] - of_input.iter().sum::<f64>() / 3.0;
                let expected = centred * f64::from(explained.own.scale.factor[input]);
                assert!((f64::from(*slope) - expected).abs() < 1e-4 * expected.abs().max(1e-3));
            }
        }
    }
}
