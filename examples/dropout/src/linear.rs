//! Linear models whose inputs are dropped: every mask by enumeration, and the penalties that dropping amounts to.

use nalgebra::{DMatrix, DVector};

/// Rows and targets of a linear model without an intercept.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    /// `[rows, inputs]`.
    pub(crate) x: DMatrix<f64>,
    /// `[rows]`; for a logistic model 0 or 1.
    pub(crate) y: DVector<f64>,
}

/// Every mask of `inputs` inputs as factors `m / (1 - p)`, with its probability.
pub(crate) fn masks(inputs: usize, p: f64) -> Vec<(DVector<f64>, f64)> {
    let mask = |bits: usize| {
        let kept = |input: usize| bits >> input & 1 == 1;
        let factors = (0..inputs).map(|input| if kept(input) { 1.0 / (1.0 - p) } else { 0.0 });
        let shares = (0..inputs).map(|input| if kept(input) { 1.0 - p } else { p });
        (DVector::from_iterator(inputs, factors), shares.product())
    };
    (0..1 << inputs).map(mask).collect()
}

impl Rows {
    /// `||y - X w||²`.
    pub(crate) fn squares(&self, w: &DVector<f64>) -> f64 {
        (&self.y - &self.x * w).norm_squared()
    }

    /// Its expectation when inputs are dropped with probability `p`: the sum over all masks.
    pub(crate) fn dropped_squares(&self, w: &DVector<f64>, p: f64) -> f64 {
        let all = masks(w.len(), p).into_iter();
        all.map(|(mask, share)| share * self.squares(&w.component_mul(&mask)))
            .sum()
    }

    /// `p / (1 - p) ||x_j||²` of every input: what dropout adds is `Σ_j` of this times `w_j²`.
    pub(crate) fn dropout_penalty(&self, p: f64) -> DVector<f64> {
        let squares = self.x.column_iter().map(|column| column.norm_squared());
        DVector::from_iterator(self.x.ncols(), squares) * (p / (1.0 - p))
    }

    /// The minimum of `||y - X w||² + Σ_j penalty_j w_j²`; `None` if it has no unique one.
    pub(crate) fn ridge(&self, penalty: &DVector<f64>) -> Option<DVector<f64>> {
        let system = self.x.tr_mul(&self.x) + DMatrix::from_diagonal(penalty);
        Some(system.cholesky()?.solve(&self.x.tr_mul(&self.y)))
    }

    /// Gradient descent on the expectation over all masks.
    pub(crate) fn descend_dropped(&self, p: f64, steps: usize) -> DVector<f64> {
        let (gram, target) = (self.x.tr_mul(&self.x), self.x.tr_mul(&self.y));
        let all = masks(self.x.ncols(), p);
        // Not above the largest curvature of any mask.
        let rate = (1.0 - p).powi(2) / gram.trace();
        let mut w = DVector::zeros(self.x.ncols());
        for _ in 0..steps {
            let mut gradient = DVector::zeros(w.len());
            for (mask, share) in &all {
                let inner = &gram * w.component_mul(mask) - &target;
                gradient += inner.component_mul(mask) * *share;
            }
            w -= gradient * rate;
        }
        w
    }

    /// How far the predictions of the nearest plain decay are from those of a penalty of each input's own, relative to their size.
    ///
    /// Decay is looked for around the mean penalty, which it is if all are equal.
    pub(crate) fn nearest_decay(&self, penalty: &DVector<f64>, w: &DVector<f64>) -> f64 {
        let own = &self.x * w;
        let far = |step: i32| {
            let plain = penalty.mean() * 1.05f64.powi(step);
            let other = self.ridge(&DVector::repeat(w.len(), plain));
            other.map_or(f64::INFINITY, |other| (&self.x * other - &own).norm())
        };
        let all = (-200..=200).map(far);
        all.fold(f64::INFINITY, f64::min) / own.norm()
    }

    /// Gradient descent on the logistic loss in expectation over all masks.
    pub(crate) fn descend_logistic(&self, p: f64, steps: usize) -> DVector<f64> {
        let all = masks(self.x.ncols(), p);
        let rate = 4.0 * (1.0 - p).powi(2) / self.x.norm_squared();
        let mut w = DVector::zeros(self.x.ncols());
        for _ in 0..steps {
            let mut gradient = DVector::zeros(w.len());
            for (mask, share) in &all {
                let z = &self.x * w.component_mul(mask);
                let error = z.map(|z| 1.0 / (1.0 + (-z).exp())) - &self.y;
                gradient += self.x.tr_mul(&error).component_mul(mask) * *share;
            }
            w -= gradient * rate;
        }
        w
    }

    /// What dropout adds to the logistic loss at `w`, and what it adds to second order in the noise:
    ///
    /// ```text
    /// Σ_i E A(z_i dropped) - A(z_i)        A(z) = ln(1 + e^z)
    /// 1/2 p/(1 - p) Σ_i q_i (1 - q_i) Σ_j x_ij² w_j²        q = A'(z)
    /// ```
    pub(crate) fn logistic_penalties(&self, w: &DVector<f64>, p: f64) -> [f64; 2] {
        let total = |z: DVector<f64>| z.iter().map(|&z| softplus(z)).sum::<f64>();
        let all = masks(w.len(), p).into_iter();
        let dropped = all.map(|(mask, share)| share * total(&self.x * w.component_mul(&mask)));
        let exact = dropped.sum::<f64>() - total(&self.x * w);
        let squares = self.x.map(|x| x * x) * w.map(|w| w * w);
        let slopes = (&self.x * w).map(|z| 1.0 / ((1.0 + z.exp()) * (1.0 + (-z).exp())));
        [exact, 0.5 * p / (1.0 - p) * slopes.dot(&squares)]
    }
}

fn softplus(z: f64) -> f64 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}
