//! What members make of rows of their own.

use burn::tensor::{Tensor, TensorData};

use crate::RobustError;
use crate::error::{check_finite_rows, same_length};
use crate::population::{Population, on_first_device};
use crate::target::values;

/// Pairs of a member and a row that are computed together.
const TOGETHER: usize = 4096;

/// Logits of every member on rows that no other member sees.
///
/// # Shapes
/// - `x`: per member `[rows, inputs]`, flat, as many rows for each
/// - returns: per member `[rows, classes]`, flat
///
/// # Errors
/// What is wrong with the population; [`RobustError::Length`], [`RobustError::NotFinite`], [`RobustError::Device`], [`RobustError::Threads`].
pub fn own_logits(
    population: &Population<'_>,
    x: &[Vec<f32>],
) -> Result<Vec<Vec<f32>>, RobustError> {
    population.check()?;
    let (inputs, members) = (population.shape.values(), population.states.len());
    same_length("members' rows", members, x.len())?;
    let rows = x.first().map_or(0, |own| own.len() / inputs);
    for own in x {
        same_length("inputs", rows * inputs, own.len())?;
        check_finite_rows(own, inputs)?;
    }
    on_first_device(population, |target| {
        let (mut logits, block) = (
            vec![Vec::new(); members],
            (TOGETHER / members.max(1)).max(1),
        );
        for first in (0..rows).step_by(block) {
            let count = block.min(rows - first);
            let part = first * inputs..(first + count) * inputs;
            let all: Vec<f32> = x
                .iter()
                .flat_map(|own| &own[part.clone()])
                .copied()
                .collect();
            let data = TensorData::new(all, [members, count, inputs]);
            let found = values(target.logits(Tensor::from_data(data, &population.devices[0])));
            let each = found.chunks_exact(found.len() / members);
            for (own, found) in logits.iter_mut().zip(each) {
                own.extend_from_slice(found);
            }
        }
        logits
    })
}
