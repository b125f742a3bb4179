//! Which inputs a network's outputs depend on: the slopes of its logits, row by row or as a mean energy.

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
    checked(population, x)?;
    on_first_device(population, |target| energies(population, target, x))
}

/// What one member chose for each row, and along which inputs that choice changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Saliency {
    /// The class of the largest logit, `[rows]`; the first one where several are equal.
    pub chosen: Vec<usize>,
    /// `d (z_chosen - mean z) / d x`, `[rows, inputs]`.
    pub slopes: Vec<f32>,
}

/// Slopes of the logit that every member chose, row by row.
///
/// ```text
/// s_j(x) = d (z_c - mean z) / d x_j        c = argmax z(x)
/// ```
///
/// What all logits share changes no probability and is taken off. Slopes are along inputs in the unit of the population's rows.
///
/// # Shapes
/// - `x`: `[rows, inputs]`, the same for every member, at least one row
/// - returns: one for each member
///
/// # Errors
/// As [`slope_energy`].
///
/// # Source
/// Simonyan, Vedaldi & Zisserman 2014, section 3, <https://arxiv.org/abs/1312.6034>.
pub fn chosen_slopes(population: &Population<'_>, x: &[f32]) -> Result<Vec<Saliency>, RobustError> {
    let classes = population.classes();
    checked(population, x)?;
    on_first_device(population, |target| {
        let nothing = Saliency {
            chosen: Vec::new(),
            slopes: Vec::new(),
        };
        let mut all = vec![nothing; population.states.len()];
        in_blocks(population, x, |rows, x| {
            let (z, slopes) = target.gradient(x, |z| of_chosen(z, classes));
            let each = values(slopes);
            let logits = z.chunks_exact(z.len() / all.len());
            for ((own, slopes), z) in all.iter_mut().zip(each.chunks_exact(rows)).zip(logits) {
                own.chosen.extend(z.chunks_exact(classes).map(largest));
                own.slopes.extend_from_slice(slopes);
            }
        });
        all
    })
}

fn checked(population: &Population<'_>, x: &[f32]) -> Result<(), RobustError> {
    population.check()?;
    let inputs = population.shape.values();
    let rows = (x.len() / inputs).max(1);
    same_length("inputs", rows * inputs, x.len())?;
    check_finite_rows(x, inputs)
}

/// Hands on the same rows for every member, `[members, B, inputs]`, as many as are computed together; with how many values a member has.
fn in_blocks(population: &Population<'_>, x: &[f32], mut work: impl FnMut(usize, Tensor<3>)) {
    let (inputs, device) = (population.shape.values(), &population.devices[0]);
    let members = population.states.len();
    let block = (TOGETHER / members.max(1)).max(1) * inputs;
    for rows in x.chunks(block) {
        let shape = [members, rows.len() / inputs, inputs];
        let data = TensorData::new(rows.repeat(members), shape);
        work(rows.len(), Tensor::from_data(data, device));
    }
}

/// Place of the largest, the first one where several are equal.
fn largest(z: &[f32]) -> usize {
    let later = |best: usize, place: usize| if z[place] > z[best] { place } else { best };
    (0..z.len()).fold(0, later)
}

/// `d (z_chosen - mean z) / d z` of every row.
fn of_chosen(z: &[f32], classes: usize) -> Vec<f32> {
    let row = |z: &[f32]| against_mean(classes, classes, largest(z));
    z.chunks_exact(classes).flat_map(row).collect()
}

fn energies(
    population: &Population<'_>,
    target: &TargetPopulation<'_>,
    x: &[f32],
) -> Vec<Vec<f64>> {
    let (inputs, classes) = (population.shape.values(), population.classes());
    let all = (x.len() / inputs) as f64;
    let mut energies = vec![vec![0.0; inputs]; population.states.len()];
    in_blocks(population, x, |rows, x| {
        for class in 0..classes {
            let (_, slopes) = target.gradient(x.clone(), |z| against_mean(z.len(), classes, class));
            let slopes = values(slopes);
            for (energy, own) in energies.iter_mut().zip(slopes.chunks_exact(rows)) {
                for row in own.chunks_exact(inputs) {
                    let pairs = energy.iter_mut().zip(row);
                    pairs.for_each(|(sum, slope)| *sum += f64::from(*slope).powi(2) / all);
                }
            }
        }
    });
    energies
}

/// `d (z_class - mean z) / d z` of as many logits.
fn against_mean(logits: usize, classes: usize, class: usize) -> Vec<f32> {
    let share = 1.0 / classes as f32;
    let own = |place: usize| f32::from(u8::from(place % classes == class)) - share;
    (0..logits).map(own).collect()
}

#[cfg(test)]
mod tests;
