//! A table with one number to predict as least squares sees it.

use decay_data::{Dataset, Preprocess, Target, TargetScale};
use decay_train::FoldRows;
use nalgebra::{DMatrix, DVector};

use crate::lab::labels;

/// Rows to train on and other rows, on scales of the former: there every input and the target have mean 0 and variance 1.
///
/// ```text
/// ||A w - b||²      the mean squared error of weights w on the rows to train on
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LeastSquares {
    /// Inputs over the root of the number of rows, `[rows, inputs]`.
    pub a: DMatrix<f64>,
    /// Targets over the same, `[rows]`.
    pub b: DVector<f64>,
    other_x: DMatrix<f64>,
    other_y: DVector<f64>,
}

impl LeastSquares {
    /// The training and the validation rows of a replicate; labels count as numbers.
    ///
    /// # Panics
    /// If the data have several targets.
    pub fn of(data: &Dataset, FoldRows { train, validation }: &FoldRows) -> Self {
        let values = match &data.target {
            Target::Values { values, names } if names.len() == 1 => values.clone(),
            _ => {
                let all: Vec<usize> = (0..data.rows).collect();
                labels(data, &all).into_iter().map(|k| k as f64).collect()
            }
        };
        let features = Preprocess::fit(data, train);
        let scale = TargetScale::fit(&Target::value("", values.clone()), train)[0];
        let inputs = |rows: &[usize]| {
            let values = features.apply(data, rows).into_iter().map(f64::from);
            DMatrix::from_row_iterator(rows.len(), data.features(), values)
        };
        let targets = |rows: &[usize]| {
            let scaled = rows.iter().map(|&row| scale.apply(values[row]));
            DVector::from_iterator(rows.len(), scaled)
        };
        let root = (train.len() as f64).sqrt();
        Self {
            a: inputs(train) / root,
            b: targets(train) / root,
            other_x: inputs(validation),
            other_y: targets(validation),
        }
    }

    /// Mean squared error of weights on the other rows, in units of the target's variance.
    pub fn error(&self, weights: &DVector<f64>) -> f64 {
        (&self.other_x * weights - &self.other_y).norm_squared() / self.other_y.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use decay_data::Embedded;
    use decay_train::FoldRows;
    use nalgebra::DVector;

    use super::LeastSquares;
    use crate::measuring::ridge::normal_equations;

    /// Inputs and target have mean 0 and variance 1; the mean of the target errs by 1 on these rows and by about as much on
    /// others, and least squares by less.
    #[test]
    fn scales_are_those_of_the_rows_to_train_on() {
        for table in [Embedded::Diabetes, Embedded::BreastCancer] {
            let data = table.load().unwrap();
            let rows = FoldRows {
                train: (0..300).collect(),
                validation: (300..440).collect(),
            };
            let own = LeastSquares::of(&data, &rows);
            for column in own.a.column_iter() {
                assert!(column.sum().abs() < 1e-4);
                assert!((column.norm_squared() - 1.0).abs() < 1e-4);
            }
            assert!((own.b.norm_squared() - 1.0).abs() < 1e-12 && own.b.sum().abs() < 1e-12);
            let inputs = own.a.ncols();
            let identity = nalgebra::DMatrix::identity(inputs, inputs);
            let fitted = normal_equations(&own.a, &own.b, 0.01, &identity).unwrap();
            let none = own.error(&DVector::zeros(inputs));
            assert!((0.6..1.5).contains(&none), "{none}");
            assert!(own.error(&fitted) < 0.75 * none);
            let all = LeastSquares::of(
                &data,
                &FoldRows {
                    validation: rows.train.clone(),
                    ..rows
                },
            );
            let residual = (&own.a * &fitted - &own.b).norm_squared();
            assert!((all.error(&fitted) - residual).abs() < 1e-12);
        }
    }
}
