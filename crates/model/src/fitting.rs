//! What a network learns of the training rows before the first step.

/// What is to be predicted of the training rows, in their order.
#[derive(Debug, Clone, PartialEq)]
pub enum RowTargets {
    /// Classes, counted from 0.
    Classes(Vec<u32>),
    /// For each target its numbers, in any unit.
    Values(Vec<Vec<f64>>),
}
