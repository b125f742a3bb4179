//! Values that were predicted beside those that were.

use super::answers::Answers;
use crate::data::Truth;

/// One target of a regression.
#[derive(Debug, Clone)]
pub struct OfTarget {
    /// Its name.
    pub name: String,
    /// What is predicted of each row, in the target's unit.
    pub predicted: Vec<f64>,
    /// What was.
    pub truth: Vec<f64>,
}

/// Every target; nothing of classes and labels.
pub(super) fn of_targets(answers: &Answers, truth: &Truth, names: &[String]) -> Vec<OfTarget> {
    let (Answers::Values(said), Truth::Values(values)) = (answers, truth) else {
        return Vec::new();
    };
    let targets = values.iter().zip(names).enumerate();
    let of_target = |(place, (values, name)): (usize, (&Vec<f64>, &String))| OfTarget {
        name: name.clone(),
        predicted: said.values(place).to_vec(),
        truth: values.clone(),
    };
    targets.map(of_target).collect()
}
