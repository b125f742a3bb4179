//! One dimension of a sweep.

use crate::error::TrainError;
use crate::options::hyper::Hyper;

/// One swept hyper-parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// What differs.
    pub hyper: Hyper,
    /// Its values; a plan has them in ascending order and each once.
    pub values: Vec<f64>,
}

impl Axis {
    /// Values in ascending order, each once.
    ///
    /// # Errors
    /// As [`Hyper::check`].
    pub fn new(hyper: Hyper, values: &[f64]) -> Result<Self, TrainError> {
        for &value in values {
            hyper.check(value)?;
        }
        // Both zeros are one value.
        let mut values: Vec<f64> = values.iter().map(|value| value + 0.0).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        Ok(Self { hyper, values })
    }
}

#[cfg(test)]
mod tests {
    use super::{Axis, Hyper};

    #[test]
    fn values_ascend_and_occur_once() {
        let axis = Axis::new(Hyper::Dropout, &[0.5, 0.0, 0.1, -0.0, 0.5]).unwrap();
        assert_eq!(axis.values, [0.0, 0.1, 0.5]);
        let message = Axis::new(Hyper::Cutout, &[2.0, 2.5]).unwrap_err();
        assert!(message.to_string().contains("train.cutout"), "{message}");
    }
}
