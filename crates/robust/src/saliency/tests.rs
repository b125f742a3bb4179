//! Slopes against central differences of logits.

use std::sync::atomic::AtomicBool;

use burn::tensor::Device;
use decay_model::{InputShape, MlpConfig, ModelConfig, Nonlinearity};

use super::{chosen_slopes, slope_energy};
use crate::attack::Population;
use crate::{InputScale, RobustError, own_logits, perturbed_logits};

const INPUTS: usize = 5;
const CLASSES: usize = 3;
const ROWS: usize = 7;
/// More pairs of a member and a row than are computed together.
const MEMBERS: usize = 300;

fn with_population(work: impl FnOnce(&Population<'_>, &[f32])) {
    let config = MlpConfig {
        hidden: vec![6],
        activation: Nonlinearity::Tanh,
        ..MlpConfig::default()
    };
    let network = ModelConfig::Mlp(config);
    let network = network.init(INPUTS, CLASSES).expect("a network");
    let states: Vec<_> = (1..=MEMBERS as u64)
        .map(|seed| network.initial(seed))
        .collect();
    let scale = |member: usize| InputScale {
        center: vec![0.2; INPUTS],
        factor: vec![1.5 + 0.01 * member as f32; INPUTS],
    };
    let scales: Vec<_> = (0..MEMBERS).map(scale).collect();
    let population = Population {
        network: &network,
        states: &states,
        scales: &scales,
        seeds: &[0; MEMBERS],
        shape: InputShape::Row(INPUTS),
        devices: &[Device::default()],
        threads: 1,
        stop: &AtomicBool::new(false),
    };
    let place = |i: usize| (i * 7 % 11) as f32 / 6.0 - 0.8;
    let x: Vec<f32> = (0..ROWS * INPUTS).map(place).collect();
    work(&population, &x);
}

/// Differences of the logits less their mean along one input, `[members]` of `[rows, classes]`.
fn differences(population: &Population<'_>, x: &[f32], input: usize) -> Vec<Vec<f64>> {
    let aside = |by: f32| {
        let moved = x.iter().enumerate();
        let moved = moved.map(|(i, x)| x + by * f32::from(u8::from(i % INPUTS == input)));
        let moved: Vec<f32> = moved.collect();
        perturbed_logits(population, &moved, 0.0, 1.0).expect("logits")
    };
    let centred = |z: &[f64]| -> Vec<f64> {
        let mean = z.iter().sum::<f64>() / CLASSES as f64;
        z.iter().map(|z| z - mean).collect()
    };
    let [up, down] = [0.01, -0.01].map(aside);
    let each = up.iter().zip(&down).map(|(up, down)| {
        let pairs = up.iter().zip(down);
        let slopes: Vec<f64> = pairs.map(|(a, b)| f64::from(a - b) / 0.02).collect();
        slopes.chunks_exact(CLASSES).flat_map(centred).collect()
    });
    each.collect()
}

#[test]
fn energies_are_those_of_finite_differences() {
    with_population(|population, x| {
        let found = slope_energy(population, x).expect("energies");
        for input in 0..INPUTS {
            let slopes = differences(population, x, input);
            let pairs = slopes.iter().zip(&found);
            for (slopes, energies) in pairs.step_by(149) {
                let squares = slopes.iter().map(|slope| slope * slope);
                let expected = squares.sum::<f64>() / ROWS as f64;
                let energy = energies[input];
                assert!(
                    (energy - expected).abs() < 1e-3 * expected,
                    "{energy} {expected}"
                );
            }
        }
    });
}

/// Of the class that the member's own logits put first.
#[test]
fn chosen_slopes_are_those_of_finite_differences() {
    with_population(|population, x| {
        let found = chosen_slopes(population, x).expect("slopes");
        let logits = perturbed_logits(population, x, 0.0, 1.0).expect("logits");
        let mut classes = [0; CLASSES];
        for (own, z) in found.iter().zip(&logits) {
            for (&chosen, z) in own.chosen.iter().zip(z.chunks_exact(CLASSES)) {
                assert!(z.iter().all(|other| *other <= z[chosen]));
                classes[chosen] += 1;
            }
        }
        assert!(classes.iter().all(|&count| count > 100), "{classes:?}");
        for input in 0..INPUTS {
            let slopes = differences(population, x, input);
            for member in [0, 1, 299] {
                for (row, &chosen) in found[member].chosen.iter().enumerate() {
                    let slope = f64::from(found[member].slopes[row * INPUTS + input]);
                    let expected = slopes[member][row * CLASSES + chosen];
                    assert!(
                        (slope - expected).abs() < 3e-3 * expected.abs().max(1.0),
                        "{slope} {expected}"
                    );
                }
            }
        }
    });
}

/// As on rows that all members share, when each member's are other ones.
#[test]
fn logits_of_own_rows_are_those_of_these_rows() {
    with_population(|population, x| {
        let turned = |member: usize| {
            let mut own = x.to_vec();
            own.rotate_left(member % 3 * INPUTS);
            own
        };
        let own: Vec<Vec<f32>> = (0..MEMBERS).map(turned).collect();
        let found = own_logits(population, &own).expect("logits");
        let shared = perturbed_logits(population, x, 0.0, 1.0).expect("logits");
        for (member, (own, mut shared)) in found.into_iter().zip(shared).enumerate() {
            shared.rotate_left(member % 3 * CLASSES);
            let pairs = own.iter().zip(&shared);
            assert_eq!(own.len(), ROWS * CLASSES);
            assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-5));
        }
        assert!(own_logits(population, &own[1..]).is_err());
        assert!(own_logits(population, &vec![vec![0.0; 7]; MEMBERS]).is_err());
    });
}

#[test]
fn rows_that_are_none_are_refused() {
    with_population(|population, _| {
        let wrong = [0.0, f32::NAN, 0.0, 0.0, 0.0];
        for found in [
            slope_energy(population, &wrong).map(|_| ()),
            chosen_slopes(population, &wrong).map(|_| ()),
        ] {
            assert!(matches!(
                found,
                Err(RobustError::NotFinite { feature: 1, .. })
            ));
        }
        assert!(slope_energy(population, &[0.0; 7]).is_err());
        assert!(chosen_slopes(population, &[0.0; 7]).is_err());
    });
}
