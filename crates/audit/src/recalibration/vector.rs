//! Vector scaling: a factor and an offset for each logit.

use serde::{Deserialize, Serialize};

use crate::check::labels_possible;
use crate::logits::log_sum_exp;
use crate::newton::{Local, minimise};
use crate::{AuditError, Logits, Result};

/// Weight of the penalty that makes the fit unique and finite.
///
/// The likelihood does not see an offset common to all classes, and has no maximum where classes separate.
pub const VECTOR_RIDGE: f64 = 1e-6;

/// `z_k -> scale_k z_k + shift_k`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VectorScaling {
    /// `[classes]`.
    pub scale: Vec<f64>,
    /// `[classes]`, summing to 0.
    pub shift: Vec<f64>,
}

impl VectorScaling {
    /// The map of least penalised loss.
    ///
    /// ```text
    /// mean_i nll_i(softmax(w ⊙ z + b)) + ridge / 2 (|w - 1|² + |b|²)      ridge = 1e-6
    /// ```
    ///
    /// # Errors
    /// Labels that do not fit, or of probability exactly 0; [`AuditError::Undefined`] if Newton's method
    /// finds no minimum.
    ///
    /// # Source
    /// Guo et al. 2017, section 4.2, <https://arxiv.org/abs/1706.04599>, who leave the penalty out.
    pub fn fit(logits: &Logits<'_>, labels: &[usize]) -> Result<Self> {
        labels_possible(logits, labels)?;
        let classes = logits.classes();
        let mut start = vec![1.0; classes];
        start.resize(2 * classes, 0.0);
        let found = minimise(start, |at| penalised_loss(logits, labels, at));
        let (mut at, _) = found.ok_or(AuditError::Undefined {
            metric: "vector scaling",
            reason: "the loss has no minimum that Newton's method finds",
        })?;
        let shift = at.split_off(classes);
        Ok(Self { scale: at, shift })
    }

    /// The scaled logits.
    ///
    /// # Errors
    /// A number of classes other than the map's; results beyond ±1e100.
    pub fn scaled(&self, logits: &Logits<'_>) -> Result<Logits<'static>> {
        let classes = logits.classes();
        crate::check::length("scale", self.scale.len(), classes)?;
        crate::check::length("shift", self.shift.len(), classes)?;
        let map = |(place, z): (usize, &f64)| match *z {
            // An impossible class stays one whatever the sign of its factor.
            f64::NEG_INFINITY => f64::NEG_INFINITY,
            z => self.scale[place % classes] * z + self.shift[place % classes],
        };
        let values: Vec<f64> = logits.values().iter().enumerate().map(map).collect();
        Logits::new(values, logits.rows(), classes)
    }
}

/// The penalised mean loss at `[w, b]`, with `v_k = p_k` the softmax and `x = [z ⊙ ·, ·]` the features.
fn penalised_loss(logits: &Logits<'_>, labels: &[usize], at: &[f64]) -> Local {
    let (k, n) = (logits.classes(), labels.len() as f64);
    let mut here = Local::zero(2 * k);
    let (mut scaled, mut p) = (vec![0.0; k], vec![0.0; k]);
    for (row, &label) in logits.iter_rows().zip(labels) {
        for (class, z) in row.iter().enumerate() {
            scaled[class] = match *z {
                f64::NEG_INFINITY => f64::NEG_INFINITY,
                z => at[class] * z + at[k + class],
            };
        }
        let log_sum = log_sum_exp(&scaled);
        here.value += (log_sum - scaled[label]) / n;
        for (p, z) in p.iter_mut().zip(&scaled) {
            *p = (z - log_sum).exp();
        }
        add_row(&mut here, row, &p, label, n);
    }
    for (i, at) in at.iter().enumerate() {
        let from = at - if i < k { 1.0 } else { 0.0 };
        here.value += 0.5 * VECTOR_RIDGE * from * from;
        here.gradient[i] += VECTOR_RIDGE * from;
        here.hessian[i * 2 * k + i] += VECTOR_RIDGE;
    }
    here
}

/// Adds a row's gradient `(p - y) [z, 1]` and Hessian `(diag p - p pᵀ) ⊗ [z, 1] [z, 1]ᵀ`.
fn add_row(here: &mut Local, row: &[f64], p: &[f64], label: usize, n: f64) {
    let k = row.len();
    let possible = |z: f64| if z == f64::NEG_INFINITY { 0.0 } else { z };
    for (a, &za) in row.iter().enumerate() {
        let za = possible(za);
        let error = (p[a] - f64::from(a == label)) / n;
        here.gradient[a] += error * za;
        here.gradient[k + a] += error;
        for (b, &zb) in row.iter().enumerate() {
            let zb = possible(zb);
            let curve = p[a] * (f64::from(a == b) - p[b]) / n;
            here.hessian[a * 2 * k + b] += curve * za * zb;
            here.hessian[a * 2 * k + k + b] += curve * za;
            here.hessian[(k + a) * 2 * k + b] += curve * zb;
            here.hessian[(k + a) * 2 * k + k + b] += curve;
        }
    }
}
