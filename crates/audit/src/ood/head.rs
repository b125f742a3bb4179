//! The linear layer that turns features into logits.

use super::Features;
use super::product::Matrix;
use crate::finite::{finite, length};
use crate::{AuditError, Logits, Result};

/// The last layer of a classifier, `logits = features W' + b`.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearHead {
    weight: Vec<f64>,
    bias: Vec<f64>,
    width: usize,
}

impl LinearHead {
    /// Takes the weights as torch stores them.
    ///
    /// # Shapes
    /// - `weight`: `[classes, width]`, row-major (Burn's `[width, classes]` transposed)
    /// - `bias`: `[classes]`; zeros for a layer without
    ///
    /// # Errors
    /// Fewer than two classes, lengths that do not fit, values that are not finite.
    pub fn new(weight: Vec<f64>, bias: Vec<f64>, width: usize) -> Result<Self> {
        finite("head weights", &weight)?;
        finite("head biases", &bias)?;
        if bias.len() < 2 {
            return Err(AuditError::OutOfRange {
                what: "classes",
                range: "[2, inf)",
                value: bias.len() as f64,
            });
        }
        length(
            "head weights",
            weight.len(),
            bias.len().saturating_mul(width),
        )?;
        Ok(Self {
            weight,
            bias,
            width,
        })
    }

    /// Number of features that go in.
    pub fn width(&self) -> usize {
        self.width
    }

    /// `[classes, width]`, row-major.
    pub fn weight(&self) -> &[f64] {
        &self.weight
    }

    /// `[classes]`.
    pub fn bias(&self) -> &[f64] {
        &self.bias
    }

    /// The logits of every row.
    ///
    /// # Errors
    /// Another width than the head takes.
    pub fn logits(&self, features: &Features<'_>) -> Result<Logits<'static>> {
        features.of_width(self.width)?;
        let weight = Matrix::row_major(&self.weight, self.width);
        let mut logits = features.matrix().times(weight.transposed());
        let classes = self.bias.len();
        for row in logits.chunks_exact_mut(classes) {
            row.iter_mut().zip(&self.bias).for_each(|(z, b)| *z += b);
        }
        Logits::new(logits, features.rows(), classes)
    }
}
