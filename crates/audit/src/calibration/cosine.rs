//! The discrete cosine transform, in which a Gaussian kernel reflected at both ends is a product.

use std::f64::consts::TAU;

/// The type-I transform on `2^k + 1` nodes, its own inverse up to a factor.
///
/// ```text
/// X_k = x_0 + (-1)^k x_N + 2 Σ_{0<j<N} x_j cos(π j k / N)
/// ```
///
/// Computed as a fast Fourier transform of the even extension, whose length is `2 N`.
#[derive(Debug, Clone)]
pub(crate) struct CosineTransform {
    nodes: usize,
    /// `exp(-2 π i j / 2N)` for `j < N`.
    roots: Vec<(f64, f64)>,
    work: Vec<(f64, f64)>,
}

impl CosineTransform {
    /// For `intervals + 1` nodes; `intervals` must be a power of two.
    pub(crate) fn new(intervals: usize) -> Self {
        let length = 2 * intervals;
        let root = |j: usize| {
            let angle = -TAU * j as f64 / length as f64;
            (angle.cos(), angle.sin())
        };
        Self {
            nodes: intervals + 1,
            roots: (0..intervals).map(root).collect(),
            work: vec![(0.0, 0.0); length],
        }
    }

    /// Transforms `x`, `[intervals + 1]`, in place.
    pub(crate) fn apply(&mut self, x: &mut [f64]) {
        let length = self.work.len();
        let shift = usize::BITS - length.trailing_zeros();
        for (j, value) in x.iter().enumerate() {
            for place in [j, (length - j) % length] {
                self.work[place.reverse_bits() >> shift] = (*value, 0.0);
            }
        }
        let mut half = 1;
        while half < length {
            self.butterflies(half);
            half *= 2;
        }
        for (x, (re, _)) in x.iter_mut().zip(&self.work[..self.nodes]) {
            *x = *re;
        }
    }

    fn butterflies(&mut self, half: usize) {
        let stride = self.roots.len() / half;
        for block in self.work.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for ((a, b), w) in low
                .iter_mut()
                .zip(high)
                .zip(self.roots.iter().step_by(stride))
            {
                let turned = (b.0 * w.0 - b.1 * w.1, b.0 * w.1 + b.1 * w.0);
                *b = (a.0 - turned.0, a.1 - turned.1);
                *a = (a.0 + turned.0, a.1 + turned.1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CosineTransform;

    #[test]
    fn matches_the_sum_of_cosines_and_inverts_itself() {
        let n = 16;
        let x: Vec<f64> = (0..=n).map(|j| ((j * j) % 7) as f64 - 2.5).collect();
        let mut fast = x.clone();
        let mut transform = CosineTransform::new(n);
        transform.apply(&mut fast);
        for (k, fast) in fast.iter().enumerate() {
            let term = |j: usize| {
                let weight = if j == 0 || j == n { 1.0 } else { 2.0 };
                weight * x[j] * (std::f64::consts::PI * (j * k) as f64 / n as f64).cos()
            };
            let slow: f64 = (0..=n).map(term).sum();
            assert!((fast - slow).abs() < 1e-12, "{k}: {fast} against {slow}");
        }
        transform.apply(&mut fast);
        for (back, x) in fast.iter().zip(&x) {
            assert!((back / (2 * n) as f64 - x).abs() < 1e-13);
        }
    }
}
