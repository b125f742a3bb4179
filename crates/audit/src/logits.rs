//! Logits and the probabilities they stand for.

use std::borrow::Cow;

use crate::check::{labels_fit, length};
use crate::exponential::exp_nonpositive;
use crate::{AuditError, Result};

/// Beyond this the square of a logit overflows; no model computes in such a range.
const LARGEST_LOGIT: f64 = 1e100;

/// Beyond these log-odds a probability is closer to 0 or 1 than 2e-22, which no count of rows can tell.
pub(crate) const LARGEST_LOG_ODDS: f64 = 50.0;

/// Logits of one model, `[rows, classes]`, row-major.
///
/// ```text
/// log p_k = z_k - m - ln Σ_j exp(z_j - m)      m = max_j z_j
/// ```
///
/// The shift by the row maximum keeps every result finite however saturated the logits are. A logit of
/// `-inf` is a class of probability exactly 0; it is allowed where another logit of the row is finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Logits<'a> {
    values: Cow<'a, [f64]>,
    rows: usize,
    classes: usize,
}

impl<'a> Logits<'a> {
    /// Takes `[rows, classes]` values, borrowed or owned.
    ///
    /// # Errors
    /// No rows, fewer than two classes, a length other than `rows * classes`; a NaN, `+inf` or a value
    /// beyond ±1e100, where squares would overflow; a row of `-inf` only.
    pub fn new(values: impl Into<Cow<'a, [f64]>>, rows: usize, classes: usize) -> Result<Self> {
        let values = values.into();
        if classes < 2 {
            let value = classes as f64;
            return Err(AuditError::OutOfRange {
                what: "classes",
                range: "[2, inf)",
                value,
            });
        }
        length("logits", values.len(), rows.saturating_mul(classes))?;
        if rows == 0 {
            return Err(AuditError::Empty { what: "logits" });
        }
        usable(&values, classes)?;
        Ok(Self {
            values,
            rows,
            classes,
        })
    }

    /// Widens `[rows, classes]` single-precision values, as a model returns them.
    ///
    /// # Errors
    /// As [`Logits::new`].
    pub fn from_f32(values: &[f32], rows: usize, classes: usize) -> Result<Logits<'static>> {
        let wide: Vec<f64> = values.iter().map(|&v| f64::from(v)).collect();
        Logits::new(wide, rows, classes)
    }

    /// Logits of models that answer together: the mean of their probabilities, on the scale of their logits.
    ///
    /// ```text
    /// z_k = ln(1/M Σ_m p_mk) + 1/M Σ_m s_m      p_m = softmax(z_m), s_m = ln Σ_j exp z_mj
    /// ```
    ///
    /// Their softmax is the mean of the models' probabilities. Softmax does not see the second term; with it the energy
    /// is the mean of the models' energies, and equal models together are each of them. One model stays as it is, bit
    /// for bit. Computed from log-probabilities, so that a probability that rounds to 0 keeps its true, finite price.
    ///
    /// # Shapes
    /// - `members`: `[members]` of `[rows, classes]`
    ///
    /// # Errors
    /// No members, members of different shapes.
    ///
    /// # Source
    /// Lakshminarayanan et al. 2017, <https://arxiv.org/abs/1612.01474>.
    pub fn together(members: &[Logits<'_>]) -> Result<Logits<'static>> {
        shapes_agree(members)?;
        let first = &members[0];
        if members.len() == 1 {
            return Logits::new(first.values.to_vec(), first.rows, first.classes);
        }
        let (classes, count) = (first.classes, members.len() as f64);
        let mut out = Vec::with_capacity(first.values.len());
        let mut column = vec![0.0; members.len()];
        for row in 0..first.rows {
            let own = row * classes..(row + 1) * classes;
            let rows = members.iter().map(|member| &member.values[own.clone()]);
            let rows: Vec<(&[f64], f64)> = rows.map(|row| (row, log_sum_exp(row))).collect();
            let scale = rows.iter().map(|(_, log_sum)| log_sum / count).sum::<f64>();
            for class in 0..classes {
                for (log_p, (row, log_sum)) in column.iter_mut().zip(&rows) {
                    *log_p = row[class] - log_sum;
                }
                out.push(log_mean_exp(&column) + scale);
            }
        }
        Logits::new(out, first.rows, classes)
    }

    /// As [`Logits::together`], each one's divided by the temperature first.
    ///
    /// # Errors
    /// As [`Logits::together`] and [`Logits::tempered`].
    pub fn together_at(members: &[Logits<'_>], temperature: f64) -> Result<Logits<'static>> {
        let tempered = members.iter().map(|own| own.tempered(temperature));
        Logits::together(&tempered.collect::<Result<Vec<_>>>()?)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The values, `[rows, classes]`, row-major.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The rows in order, each of length `classes`.
    pub fn iter_rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.values.chunks_exact(self.classes)
    }

    /// The logits divided by a temperature: `z / T`. `T > 1` softens, `T < 1` sharpens.
    ///
    /// # Errors
    /// [`AuditError::OutOfRange`] unless `0 < T < inf`.
    pub fn tempered(&self, temperature: f64) -> Result<Logits<'static>> {
        positive_temperature(temperature)?;
        let values: Vec<f64> = self.values.iter().map(|z| z / temperature).collect();
        Logits::new(values, self.rows, self.classes)
    }

    /// Log-probabilities `[rows, classes]`, in nats.
    pub fn log_probabilities(&self) -> Vec<f64> {
        let mut out = Vec::with_capacity(self.values.len());
        for row in self.iter_rows() {
            let log_sum = log_sum_exp(row);
            out.extend(row.iter().map(|z| z - log_sum));
        }
        out
    }

    /// Probabilities `[rows, classes]`; every row sums to 1.
    pub fn probabilities(&self) -> Vec<f64> {
        let mut out = Vec::with_capacity(self.values.len());
        for row in self.iter_rows() {
            let top = maximum(row);
            let start = out.len();
            out.extend(row.iter().map(|z| exp_nonpositive(z - top)));
            let sum: f64 = out[start..].iter().sum();
            out[start..].iter_mut().for_each(|p| *p /= sum);
        }
        out
    }

    /// The largest probability of every row, `[rows]`, in `[1 / classes, 1]`.
    pub fn confidences(&self) -> Vec<f64> {
        let confidence = |row: &[f64]| {
            let top = maximum(row);
            1.0 / row.iter().map(|z| exp_nonpositive(z - top)).sum::<f64>()
        };
        self.iter_rows().map(confidence).collect()
    }

    /// Whether each row is predicted correctly, `[rows]`.
    ///
    /// # Errors
    /// Labels that do not fit.
    pub fn hits(&self, labels: &[usize]) -> Result<Vec<bool>> {
        labels_fit(self, labels)?;
        let rows = self.iter_rows().zip(labels);
        Ok(rows
            .map(|(row, &label)| first_maximum(row) == label)
            .collect())
    }

    /// The same logits without a copy.
    pub(crate) fn borrowed(&self) -> Logits<'_> {
        Logits {
            values: Cow::Borrowed(&self.values),
            ..*self
        }
    }

    /// The class of the largest logit of every row, `[rows]`; the first one where several are equal.
    pub fn predictions(&self) -> Vec<usize> {
        self.iter_rows().map(first_maximum).collect()
    }
}

/// Refuses the first logit that is no logit, and a row without a possible class.
fn usable(values: &[f64], classes: usize) -> Result<()> {
    let allowed = |z: &f64| z.abs() <= LARGEST_LOGIT || *z == f64::NEG_INFINITY;
    if let Some(index) = values.iter().position(|z| !allowed(z)) {
        return Err(AuditError::Logit {
            row: index / classes,
            class: index % classes,
            value: values[index],
        });
    }
    let impossible = |row: &[f64]| row.iter().all(|z| *z == f64::NEG_INFINITY);
    match values.chunks_exact(classes).position(impossible) {
        Some(row) => Err(AuditError::NoClass { row }),
        None => Ok(()),
    }
}

/// Refuses a temperature that is not positive and finite.
pub(crate) fn positive_temperature(value: f64) -> Result<()> {
    if value > 0.0 && value.is_finite() {
        Ok(())
    } else {
        Err(AuditError::OutOfRange {
            what: "temperature",
            range: "(0, inf)",
            value,
        })
    }
}

/// `ln Σ exp(z_j)` without overflow.
pub(crate) fn log_sum_exp(row: &[f64]) -> f64 {
    let top = maximum(row);
    top + row
        .iter()
        .map(|z| exp_nonpositive(z - top))
        .sum::<f64>()
        .ln()
}

/// `ln(1/M Σ exp(z_m))`; `-inf` if all are.
fn log_mean_exp(column: &[f64]) -> f64 {
    if maximum(column) == f64::NEG_INFINITY {
        return f64::NEG_INFINITY;
    }
    log_sum_exp(column) - (column.len() as f64).ln()
}

/// Refuses no models, and models of different shapes.
pub(crate) fn shapes_agree(members: &[Logits<'_>]) -> Result<()> {
    let first = members
        .first()
        .ok_or(AuditError::Empty { what: "members" })?;
    let shape = |logits: &Logits<'_>| format!("[{}, {}]", logits.rows(), logits.classes());
    match members.iter().position(|m| shape(m) != shape(first)) {
        None => Ok(()),
        Some(member) => Err(AuditError::Members {
            what: "shape",
            member,
            expected: shape(first),
            got: shape(&members[member]),
        }),
    }
}

/// `ln(p_k / (1 - p_k))` of a class, limited to ±[`LARGEST_LOG_ODDS`].
pub(crate) fn log_odds(row: &[f64], class: usize) -> f64 {
    let others = || {
        let not_this = |&(k, _): &(usize, &f64)| k != class;
        row.iter().enumerate().filter(not_this).map(|(_, z)| *z)
    };
    let top = others().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        return LARGEST_LOG_ODDS;
    }
    let rest = top + others().map(|z| exp_nonpositive(z - top)).sum::<f64>().ln();
    (row[class] - rest).clamp(-LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)
}

pub(crate) fn maximum(row: &[f64]) -> f64 {
    row.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

pub(crate) fn first_maximum(row: &[f64]) -> usize {
    let mut best = 0;
    for (k, z) in row.iter().enumerate() {
        if *z > row[best] {
            best = k;
        }
    }
    best
}
