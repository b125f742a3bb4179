//! One dimension of a sweep.

use crate::error::TrainError;
use crate::options::hyper::Knob;

/// One swept knob.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// What differs.
    pub knob: Knob,
    /// Its values; a plan has them in ascending order and each once.
    pub values: Vec<f64>,
}

impl Axis {
    /// Values in ascending order, each once.
    ///
    /// # Errors
    /// As [`Knob::check`].
    pub fn new(knob: Knob, values: &[f64]) -> Result<Self, TrainError> {
        for &value in values {
            knob.check(value)?;
        }
        // Both zeros are one value.
        let mut values: Vec<f64> = values.iter().map(|value| value + 0.0).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        Ok(Self { knob, values })
    }
}

#[cfg(test)]
mod tests {
    use super::{Axis, Knob};

    #[test]
    fn values_ascend_and_occur_once() {
        let axis = Axis::new(Knob::Dropout, &[0.5, 0.0, 0.1, -0.0, 0.5]).unwrap();
        assert_eq!(axis.values, [0.0, 0.1, 0.5]);
        let message = Axis::new(Knob::Cutout, &[2.0, 2.5]).unwrap_err();
        assert!(message.to_string().contains("train.cutout"), "{message}");
    }
}
