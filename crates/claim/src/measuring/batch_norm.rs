//! Batch norm: statistics from rows of one's own choice, and what it makes of the size of weights.

use nalgebra::DMatrix;

use crate::population::Population;

/// Gives the batch norm after the first layer of a perceptron with one hidden layer the mean and variance that its units have on the
/// rows that are named for the member's replicate.
///
/// # Panics
/// If there are fewer than two rows or the features are not dense.
pub fn take_statistics<'r>(population: &mut Population<'_>, rows: impl Fn(usize) -> &'r [usize]) {
    for member in 0..population.len() {
        let fold = population.replicate(member);
        let scales = &population.models.problem.scales[fold].features;
        let x = scales.apply(population.study.data, rows(fold));
        let state = &mut population.models.trained.outcomes[member].state;
        state.buffers = unit_moments(&x, &state.parameters[0], &state.parameters[1]).into();
    }
}

/// Mean and variance of each unit of a dense layer, the variance as an estimate for the population.
///
/// # Shapes
/// - `x`: `[rows, inputs]`, at least two rows; `weights`: `[inputs, units]`; `bias`: `[units]`
/// - returns: means and variances, `[units]` each
fn unit_moments(x: &[f32], weights: &[f32], bias: &[f32]) -> [Vec<f32>; 2] {
    let units = bias.len();
    let inputs = weights.len() / units;
    let moments = |unit: usize| {
        let value = |row: &[f32]| -> f64 {
            let terms = row.iter().zip(weights[unit..].iter().step_by(units));
            f64::from(bias[unit]) + terms.map(|(x, w)| f64::from(x * w)).sum::<f64>()
        };
        let values: Vec<f64> = x.chunks_exact(inputs).map(value).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        (mean as f32, (squares / (n - 1.0)) as f32)
    };
    let (means, variances) = (0..units).map(moments).unzip();
    [means, variances]
}

/// Units `X W` after a batch norm without a floor under the variance: each has mean 0 and variance 1 over the rows.
///
/// # Shapes
/// - `x`: `[rows, inputs]`; `weights`: `[inputs, units]`
/// - returns: `[rows, units]`
pub fn normalised(x: &DMatrix<f64>, weights: &DMatrix<f64>) -> DMatrix<f64> {
    let mut units = x * weights;
    for mut unit in units.column_iter_mut() {
        let mean = unit.mean();
        unit.add_scalar_mut(-mean);
        let size = unit.norm() / (unit.len() as f64).sqrt();
        unit /= size;
    }
    units
}

#[cfg(test)]
mod tests {
    use nalgebra::DMatrix;

    use super::{normalised, unit_moments};

    #[test]
    fn units_have_mean_0_and_variance_1_at_any_size_of_weights() {
        let x = DMatrix::from_fn(30, 6, |row, column| {
            ((row * 67 + column * 31 + row * row * column) % 23) as f64 / 23.0
        });
        let weights = DMatrix::from_fn(6, 2, |row, column| {
            ((row * 5 + column * 3) % 7) as f64 - 2.5
        });
        let units = normalised(&x, &weights);
        for unit in units.column_iter() {
            assert!(unit.mean().abs() < 1e-14 && (unit.norm_squared() / 30.0 - 1.0).abs() < 1e-14);
        }
        let far = |weights: &DMatrix<f64>| (&units - normalised(&x, weights)).norm();
        assert!(far(&(&weights * 1e-3)) < 1e-11);
        let mut other = weights;
        other[(0, 0)] += 1.0;
        assert!(far(&other) > 0.1);
    }

    /// Three rows of two inputs, units `x + 10 y + 1` and `-x + 0.5`.
    #[test]
    fn moments_of_units_are_those_of_their_values() {
        let x = [1.0, 0.0, 2.0, 1.0, 6.0, 2.0];
        let [means, variances] = unit_moments(&x, &[1.0, -1.0, 10.0, 0.0], &[1.0, 0.5]);
        // Values 2, 13, 27 and -0.5, -1.5, -5.5.
        assert_eq!(means, [14.0, -2.5]);
        assert_eq!(variances, [157.0, 7.0]);
    }
}
