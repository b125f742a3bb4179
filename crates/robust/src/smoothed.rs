//! Randomised smoothing of a population on host rows.

use burn::tensor::{Tensor, TensorData};

use crate::RobustError;
use crate::attack::{Population, Rows};
use crate::certificate::{CertificateError, Smoothing};
use crate::first_device::on_first_device;

/// The certified Euclidean radius of every member's smoothed classifier, 0 where it abstains or answers otherwise than labelled.
///
/// # Shapes
/// - returns: per member `[rows]`
///
/// # Errors
/// What is wrong with the population; [`RobustError::Length`], [`RobustError::Device`], [`RobustError::Threads`];
/// [`RobustError::OutOfRange`] for a setting.
///
/// # Source
/// See [`Smoothing::certify`].
pub fn smoothed_radii(
    population: &Population<'_>,
    rows: &Rows<'_>,
    smoothing: &Smoothing,
) -> Result<Vec<Vec<f64>>, RobustError> {
    population.check()?;
    let (inputs, count) = (population.shape.values(), rows.labels.len());
    if rows.x.len() != inputs * count {
        return Err(RobustError::Length {
            what: "inputs",
            expected: inputs * count,
            got: rows.x.len(),
        });
    }
    let found = on_first_device(population, |victim| {
        let data = TensorData::new(rows.x.to_vec(), [count, inputs]);
        let x: Tensor<2> = Tensor::from_data(data, &population.devices[0]);
        smoothing.certify(victim, population.seeds, &x)
    })?;
    let found = found.map_err(|error| match error {
        CertificateError::OutOfRange { what, range, value } => {
            RobustError::OutOfRange { what, range, value }
        }
        error => RobustError::Device {
            device: "smoothing".into(),
            reason: error.to_string(),
        },
    })?;
    let of_member = |member: Vec<crate::certificate::Smoothed>| {
        let pairs = member.iter().zip(rows.labels);
        pairs.map(|(one, &label)| one.radius_of(label)).collect()
    };
    Ok(found.into_iter().map(of_member).collect())
}
