//! What a layer says about each row, and the head that turns it into logits.

use std::borrow::Cow;
use std::sync::atomic::AtomicBool;

use super::product::Matrix;
use crate::check::{finite, length};
use crate::stop::Stop;
use crate::{AuditError, Logits, Result};

/// Beyond this the square of a feature overflows; no model computes in such a range.
const LARGEST_FEATURE: f64 = 1e100;

/// Finite activations of one layer, `[rows, width]`, row-major.
///
/// A layer of a convolutional network is averaged over its pixels first (Lee et al. 2018).
#[derive(Debug, Clone, PartialEq)]
pub struct Features<'a> {
    values: Cow<'a, [f64]>,
    rows: usize,
    width: usize,
    stop: Stop<'a>,
}

impl<'a> Features<'a> {
    /// Takes `[rows, width]` values, borrowed or owned.
    ///
    /// # Errors
    /// No rows, a width of 0, a length other than `rows * width`, a value that is not finite or beyond
    /// ±1e100, where squares would overflow.
    pub fn new(values: impl Into<Cow<'a, [f64]>>, rows: usize, width: usize) -> Result<Self> {
        let values = values.into();
        length("features", values.len(), rows.saturating_mul(width))?;
        finite("features", &values)?;
        if let Some(&value) = values.iter().find(|x| x.abs() > LARGEST_FEATURE) {
            return Err(AuditError::OutOfRange {
                what: "features",
                range: "[-1e100, 1e100]",
                value,
            });
        }
        Ok(Self {
            values,
            rows,
            width,
            stop: Stop::never(),
        })
    }

    /// The same, of which whatever is fitted or scored ends with [`AuditError::Interrupted`] soon after the flag is set.
    pub fn stopped_by<'b>(self, stop: &'b AtomicBool) -> Features<'b>
    where
        'a: 'b,
    {
        Features {
            stop: Stop::by(stop),
            ..self
        }
    }

    /// Who may stop what is done with them.
    pub(crate) fn stop(&self) -> Stop<'a> {
        self.stop
    }

    /// Widens `[rows, width]` single-precision values, as a model returns them.
    ///
    /// # Errors
    /// As [`Features::new`].
    pub fn from_f32(values: &[f32], rows: usize, width: usize) -> Result<Features<'static>> {
        let wide: Vec<f64> = values.iter().map(|&v| f64::from(v)).collect();
        Features::new(wide, rows, width)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of features of a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The values, `[rows, width]`, row-major.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The rows in order, each of length `width`.
    pub fn iter_rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.values.chunks_exact(self.width)
    }

    pub(crate) fn matrix(&self) -> Matrix<'_> {
        Matrix::row_major(&self.values, self.width)
    }

    /// Refuses features of another width than those that a score was fitted on.
    pub(crate) fn of_width(&self, expected: usize) -> Result<()> {
        length("features of a row", self.width, expected)
    }

    /// The largest magnitude of any value.
    pub(crate) fn largest(&self) -> f64 {
        self.values.iter().fold(0.0, |m: f64, x| m.max(x.abs()))
    }

    /// The mean row, `[width]`.
    pub(crate) fn mean_row(&self) -> Vec<f64> {
        let mut mean = vec![0.0; self.width];
        for row in self.iter_rows() {
            for (sum, x) in mean.iter_mut().zip(row) {
                *sum += x;
            }
        }
        mean.iter_mut().for_each(|sum| *sum /= self.rows as f64);
        mean
    }

    /// The rows without an offset, `[rows, width]`.
    pub(crate) fn without(&self, offset: &[f64]) -> Vec<f64> {
        self.iter_rows()
            .flat_map(|row| row.iter().zip(offset).map(|(x, o)| x - o))
            .collect()
    }
}

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
        let mut logits = features
            .matrix()
            .times(weight.transposed(), features.stop())?;
        let classes = self.bias.len();
        for row in logits.chunks_exact_mut(classes) {
            row.iter_mut().zip(&self.bias).for_each(|(z, b)| *z += b);
        }
        Logits::new(logits, features.rows(), classes)
    }
}
