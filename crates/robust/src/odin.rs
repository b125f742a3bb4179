//! Inputs moved towards what a model is surest of, by which ODIN tells familiar rows from others.

use burn::tensor::{Tensor, TensorData};

use crate::error::{check_finite_rows, check_range, same_length};
use crate::population::{Population, on_first_device};
use crate::target::values;
use crate::{RobustError, TargetPopulation};

/// Pairs of a member and a row that are computed together.
const TOGETHER: usize = 1024;

/// Logits of every member on rows that took a step of steepest ascent of its own largest probability.
///
/// ```text
/// x' = x + step sign(d log p_max / dx)          p = softmax(z / temperature)
/// ```
///
/// Bounds play no part: a step of ODIN is small against them.
///
/// # Shapes
/// - `x`: `[rows, inputs]`, the same for every member
/// - returns: per member `[rows, classes]`, flat
///
/// # Errors
/// What is wrong with the population; [`RobustError::Length`], [`RobustError::NotFinite`], [`RobustError::OutOfRange`] for the step and the
/// temperature, [`RobustError::Device`], [`RobustError::Threads`].
///
/// # Source
/// Liang, Li & Srikant 2018, eq. 2, <https://arxiv.org/abs/1706.02690>.
pub fn perturbed_logits(
    population: &Population<'_>,
    x: &[f32],
    step: f64,
    temperature: f64,
) -> Result<Vec<Vec<f32>>, RobustError> {
    check(population, x, step, temperature)?;
    on_first_device(population, |target| {
        all_logits(population, target, x, step as f32, temperature)
    })
}

fn check(
    population: &Population<'_>,
    x: &[f32],
    step: f64,
    temperature: f64,
) -> Result<(), RobustError> {
    population.check()?;
    let inputs = population.shape.values();
    same_length("inputs", x.len() / inputs * inputs, x.len())?;
    check_finite_rows(x, inputs)?;
    let (is_step, is_temperature) = (
        (0.0..f64::INFINITY).contains(&step),
        temperature > 0.0 && temperature < f64::INFINITY,
    );
    check_range("step", "[0, inf)", step, is_step)?;
    check_range("temperature", "(0, inf)", temperature, is_temperature)
}

fn all_logits(
    population: &Population<'_>,
    target: &TargetPopulation<'_>,
    x: &[f32],
    step: f32,
    temperature: f64,
) -> Vec<Vec<f32>> {
    let (inputs, device) = (population.shape.values(), &population.devices[0]);
    let members = population.states.len();
    let block = (TOGETHER / members.max(1)).max(1) * inputs;
    let mut logits = vec![Vec::new(); members];
    for rows in x.chunks(block) {
        let count = rows.len() / inputs;
        let shape = [members, count, inputs];
        let x: Tensor<3> = Tensor::from_data(TensorData::new(rows.repeat(members), shape), device);
        let classes = population.classes();
        let (_, slope) = target.gradient(x.clone(), |z| pull(z, classes, temperature));
        let moved = values(target.logits(x + slope.sign() * step));
        for (own, moved) in logits.iter_mut().zip(moved.chunks_exact(count * classes)) {
            own.extend_from_slice(moved);
        }
    }
    logits
}

/// `d log p_max / d z = (1_max - p) / temperature` of every row.
fn pull(z: &[f32], classes: usize, temperature: f64) -> Vec<f32> {
    let row = |z: &[f32]| {
        let scaled: Vec<f64> = z.iter().map(|&z| f64::from(z) / temperature).collect();
        let top = scaled.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = scaled.iter().map(|z| (z - top).exp()).sum();
        let first = scaled.iter().position(|&z| z == top);
        let slope = scaled.iter().enumerate().map(move |(k, z)| {
            let own = f64::from(u8::from(Some(k) == first));
            // The sign is all that is used, and 1 / T would only make it small.
            (own - (z - top).exp() / sum) as f32
        });
        slope.collect::<Vec<_>>()
    };
    z.chunks_exact(classes).flat_map(row).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use burn::tensor::Device;
    use decay_model::{InputShape, MlpConfig, ModelConfig, Nonlinearity};

    use super::perturbed_logits;
    use crate::InputScale;
    use crate::RobustError;
    use crate::attack::Population;

    const INPUTS: usize = 5;

    fn log_share(z: &[f32], temperature: f64) -> f64 {
        let scaled: Vec<f64> = z.iter().map(|&z| f64::from(z) / temperature).collect();
        let top = scaled.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        -scaled.iter().map(|z| (z - top).exp()).sum::<f64>().ln()
    }

    /// The step raises the largest probability by its length times the 1-norm of the slope, found by differences.
    #[test]
    fn the_step_is_the_steepest_one() {
        let config = MlpConfig {
            hidden: vec![6],
            activation: Nonlinearity::Tanh,
            ..MlpConfig::default()
        };
        let network = ModelConfig::Mlp(config).init(INPUTS, 3).expect("a network");
        let states = [network.initial(1), network.initial(2)];
        let scale = InputScale {
            center: vec![0.2; INPUTS],
            factor: vec![1.5; INPUTS],
        };
        let (scales, devices) = ([scale.clone(), scale], [Device::default()]);
        let population = Population {
            network: &network,
            states: &states,
            scales: &scales,
            seeds: &[1, 2],
            shape: InputShape::Row(INPUTS),
            devices: &devices,
            threads: 1,
            stop: &AtomicBool::new(false),
        };
        let x: Vec<f32> = (0..4 * INPUTS)
            .map(|i| (i * 7 % 11) as f32 / 6.0 - 0.8)
            .collect();
        let (step, temperature) = (1e-3, 10.0);
        let at = |x: &[f32], step: f64| {
            perturbed_logits(&population, x, step, temperature).expect("logits")
        };
        let (still, moved) = (at(&x, 0.0), at(&x, step));
        for member in 0..2 {
            for row in 0..4 {
                let share = |all: &[Vec<f32>]| log_share(&all[member][3 * row..][..3], temperature);
                let slope: f64 = (0..INPUTS)
                    .map(|i| {
                        let aside = |by: f32| {
                            let mut x = x.clone();
                            x[row * INPUTS + i] += by;
                            share(&at(&x, 0.0))
                        };
                        ((aside(0.01) - aside(-0.01)) / 0.02).abs()
                    })
                    .sum();
                let gain = (share(&moved) - share(&still)) / step;
                assert!((gain - slope).abs() < 0.05 * slope + 1e-3, "{gain} {slope}");
            }
        }
        let wrong = perturbed_logits(&population, &x, f64::NAN, temperature);
        assert!(matches!(
            wrong,
            Err(RobustError::OutOfRange { what: "step", .. })
        ));
    }
}
