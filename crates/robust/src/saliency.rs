//! Which inputs a network's outputs depend on: the energy of its slopes.

use burn::tensor::{Tensor, TensorData};

use crate::error::{check_finite_rows, same_length};
use crate::population::{Population, on_first_device};
use crate::target::values;
use crate::{RobustError, TargetPopulation};

/// Pairs of a member and a row that are computed together.
const TOGETHER: usize = 1024;

/// Mean over rows of the squared slopes of every member's logits along each input.
///
/// ```text
/// energy(j) = mean over x of Σ_k (d (z_k - mean z) / d x_j)²
/// ```
///
/// What all logits share changes no probability and is taken off. Slopes are along inputs in the unit of the population's rows.
///
/// # Shapes
/// - `x`: `[rows, inputs]`, the same for every member, at least one row
/// - returns: per member `[inputs]`
///
/// # Errors
/// What is wrong with the population; [`RobustError::Length`], [`RobustError::NotFinite`], [`RobustError::Device`], [`RobustError::Threads`].
///
/// # Source
/// Gradients as maps of importance: Simonyan, Vedaldi & Zisserman 2014, <https://arxiv.org/abs/1312.6034>; as a receptive field: Luo et
/// al. 2016, <https://arxiv.org/abs/1701.04128>.
pub fn slope_energy(population: &Population<'_>, x: &[f32]) -> Result<Vec<Vec<f64>>, RobustError> {
    population.check()?;
    let inputs = population.shape.values();
    let rows = (x.len() / inputs).max(1);
    same_length("inputs", rows * inputs, x.len())?;
    check_finite_rows(x, inputs)?;
    on_first_device(population, |target| energies(population, target, x))
}

fn energies(
    population: &Population<'_>,
    target: &TargetPopulation<'_>,
    x: &[f32],
) -> Vec<Vec<f64>> {
    let (inputs, device) = (population.shape.values(), &population.devices[0]);
    let (members, classes) = (population.states.len(), population.classes());
    let all = (x.len() / inputs) as f64;
    let block = (TOGETHER / members.max(1)).max(1) * inputs;
    let mut energies = vec![vec![0.0; inputs]; members];
    for rows in x.chunks(block) {
        let shape = [members, rows.len() / inputs, inputs];
        let x: Tensor<3> = Tensor::from_data(TensorData::new(rows.repeat(members), shape), device);
        for class in 0..classes {
            let (_, slopes) = target.gradient(x.clone(), |z| against_mean(z.len(), classes, class));
            let slopes = values(slopes);
            for (energy, own) in energies.iter_mut().zip(slopes.chunks_exact(rows.len())) {
                for row in own.chunks_exact(inputs) {
                    let pairs = energy.iter_mut().zip(row);
                    pairs.for_each(|(sum, slope)| *sum += f64::from(*slope).powi(2) / all);
                }
            }
        }
    }
    energies
}

/// `d (z_class - mean z) / d z` of as many logits.
fn against_mean(logits: usize, classes: usize, class: usize) -> Vec<f32> {
    let share = 1.0 / classes as f32;
    let own = |place: usize| f32::from(u8::from(place % classes == class)) - share;
    (0..logits).map(own).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use burn::tensor::Device;
    use decay_model::{InputShape, MlpConfig, ModelConfig, Nonlinearity};

    use super::slope_energy;
    use crate::attack::Population;
    use crate::{InputScale, RobustError, perturbed_logits};

    const INPUTS: usize = 5;
    const CLASSES: usize = 3;

    /// Energies by central differences of centred logits, `[members]` of `[inputs]`.
    fn by_differences(population: &Population<'_>, x: &[f32]) -> Vec<Vec<f64>> {
        let aside = |input: usize, by: f32| {
            let moved = x.iter().enumerate();
            let moved = moved.map(|(i, x)| x + by * f32::from(u8::from(i % INPUTS == input)));
            let moved: Vec<f32> = moved.collect();
            perturbed_logits(population, &moved, 0.0, 1.0).expect("logits")
        };
        let rows = (x.len() / INPUTS) as f64;
        let of_row = |z: &[f64]| -> f64 {
            let mean = z.iter().sum::<f64>() / CLASSES as f64;
            z.iter().map(|z| (z - mean).powi(2)).sum()
        };
        let mut energies = vec![Vec::new(); population.states.len()];
        for input in 0..INPUTS {
            let [up, down] = [0.01, -0.01].map(|by| aside(input, by));
            for (energies, (up, down)) in energies.iter_mut().zip(up.iter().zip(&down)) {
                let slopes = up.iter().zip(down);
                let slopes: Vec<f64> = slopes.map(|(a, b)| f64::from(a - b) / 0.02).collect();
                let energy = slopes.chunks_exact(CLASSES).map(of_row).sum::<f64>();
                energies.push(energy / rows);
            }
        }
        energies
    }

    /// Against differences, for more pairs of a member and a row than are computed together.
    #[test]
    fn energies_are_those_of_finite_differences() {
        let config = MlpConfig {
            hidden: vec![6],
            activation: Nonlinearity::Tanh,
            ..MlpConfig::default()
        };
        let network = ModelConfig::Mlp(config)
            .init(INPUTS, CLASSES)
            .expect("a network");
        let states: Vec<_> = (1..=300).map(|seed| network.initial(seed)).collect();
        let scale = |member: usize| InputScale {
            center: vec![0.2; INPUTS],
            factor: vec![1.5 + 0.01 * member as f32; INPUTS],
        };
        let scales: Vec<_> = (0..states.len()).map(scale).collect();
        let devices = [Device::default()];
        let population = Population {
            network: &network,
            states: &states,
            scales: &scales,
            seeds: &vec![0; states.len()],
            shape: InputShape::Row(INPUTS),
            devices: &devices,
            threads: 1,
            stop: &AtomicBool::new(false),
        };
        let rows = 7;
        let x: Vec<f32> = (0..rows * INPUTS)
            .map(|i| (i * 7 % 11) as f32 / 6.0 - 0.8)
            .collect();
        let found = slope_energy(&population, &x).expect("energies");
        let expected = by_differences(&population, &x);
        for member in [0, 1, 299] {
            for (own, energy) in found[member].iter().zip(&expected[member]) {
                assert!((own - energy).abs() < 1e-3 * energy, "{own} {energy}");
            }
        }
        let wrong = slope_energy(&population, &[0.0, f32::NAN, 0.0, 0.0, 0.0]);
        assert!(matches!(
            wrong,
            Err(RobustError::NotFinite { feature: 1, .. })
        ));
        assert!(slope_energy(&population, &[0.0; 7]).is_err());
    }
}
