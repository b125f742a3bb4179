//! Deep linear networks, of which all is known: their descent, and their optima in closed form.

use nalgebra::SMatrix;

/// Inputs, outputs and hidden units.
pub(crate) const SIDE: usize = 6;

pub(crate) type Matrix = SMatrix<f64, SIDE, SIDE>;

/// A linear regression of as many outputs as inputs by the product `P = W_L … W_1`:
///
/// ```text
/// 1/2 tr(P C Pᵀ) - tr(P Bᵀ) + λ/2 Σ |W_i|²        C = XᵀX / n, B = YᵀX / n
/// ```
///
/// which is half the mean squared error but for a constant.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) inputs: Matrix,
    pub(crate) told: Matrix,
}

impl Task {
    /// The objective without the penalty.
    pub(crate) fn loss(&self, product: &Matrix) -> f64 {
        0.5 * (product * self.inputs).dot(product) - product.dot(&self.told)
    }

    pub(crate) fn objective(&self, factors: &[Matrix], rate: f64) -> f64 {
        self.loss(&product(factors)) + 0.5 * rate * squares(factors)
    }

    /// Slopes of the objective along each factor.
    pub(crate) fn slopes(&self, factors: &[Matrix], rate: f64) -> Vec<Matrix> {
        let pull = product(factors) * self.inputs - self.told;
        let along = |place: usize| {
            let (before, after) = (product(&factors[..place]), product(&factors[place + 1..]));
            after.tr_mul(&pull) * before.transpose() + factors[place] * rate
        };
        (0..factors.len()).map(along).collect()
    }

    /// Gradient descent to slopes of 1e-11, or for so many steps.
    pub(crate) fn descend(
        &self,
        start: &[Matrix],
        rate: f64,
        lr: f64,
        steps: usize,
    ) -> Vec<Matrix> {
        let mut factors = start.to_vec();
        for _ in 0..steps {
            let slopes = self.slopes(&factors, rate);
            let steepest = slopes.iter().map(Matrix::amax).fold(0.0, f64::max);
            let pairs = factors.iter_mut().zip(&slopes);
            pairs.for_each(|(factor, slope)| *factor -= slope * lr);
            if steepest < 1e-11 {
                break;
            }
        }
        factors
    }

    /// `B (C + λ I)⁻¹`, the one optimum of one layer; `None` where that has no inverse.
    pub(crate) fn ridge(&self, rate: f64) -> Option<Matrix> {
        let bound = self.inputs + Matrix::identity() * rate;
        Some(bound.cholesky()?.solve(&self.told.transpose()).transpose())
    }

    /// The minimum of the loss and `λ ||P||_*`, which is convex, by proximal gradient steps.
    ///
    /// # Source
    /// Cai, Candès & Shen 2010, <https://arxiv.org/abs/0810.3286>.
    pub(crate) fn nuclear(&self, rate: f64) -> Matrix {
        let lr = 1.0 / self.inputs.symmetric_eigenvalues().max();
        let mut at = Matrix::zeros();
        for _ in 0..20_000 {
            let next = shrunk(&(at - (at * self.inputs - self.told) * lr), rate * lr);
            let moved = (next - at).amax();
            at = next;
            if moved < 1e-14 {
                break;
            }
        }
        at
    }
}

/// `W_L … W_1`; the identity of none.
pub(crate) fn product(factors: &[Matrix]) -> Matrix {
    let times = |product: Matrix, factor: &Matrix| factor * product;
    factors.iter().fold(Matrix::identity(), times)
}

/// `Σ |W_i|²`
pub(crate) fn squares(factors: &[Matrix]) -> f64 {
    factors.iter().map(Matrix::norm_squared).sum()
}

/// `||P||_*`, the sum of singular values.
pub(crate) fn nuclear_norm(product: &Matrix) -> f64 {
    product.singular_values().sum()
}

/// Singular values less a threshold, not below 0.
fn shrunk(matrix: &Matrix, threshold: f64) -> Matrix {
    let mut svd = matrix.svd(true, true);
    svd.singular_values
        .apply(|s| *s = (*s - threshold).max(0.0));
    svd.recompose().unwrap_or(*matrix)
}

/// Norm of all `W_{i+1}ᵀ W_{i+1} - W_i W_iᵀ`, which gradient flow multiplies by `e^{-2λt}`.
pub(crate) fn imbalance(factors: &[Matrix]) -> f64 {
    let between = |pair: &[Matrix]| {
        let apart = pair[1].tr_mul(&pair[1]) - pair[0] * pair[0].transpose();
        apart.norm_squared()
    };
    factors.windows(2).map(between).sum::<f64>().sqrt()
}

/// What a direction with singular value `s` of the regression matrix costs at the product's singular value `x`, where inputs are
/// white: the factors that make it are balanced, `x^(1/L)` each.
///
/// ```text
/// 1/2 (x - s)² + λ L/2 x^(2/L)
/// ```
fn cost(s: f64, x: f64, depth: usize, rate: f64) -> f64 {
    let depth = depth as f64;
    0.5 * (x - s).powi(2) + 0.5 * rate * depth * x.powf(2.0 / depth)
}

/// Local optima of that cost over `x >= 0`: of one layer the ridge, of two the soft threshold, of three or more 0 and perhaps one more.
///
/// ```text
/// slope 0:  (s - x) x^(1 - 2/L) = λ        0 is an optimum:  L = 2 and s <= λ, or L > 2 and λ > 0
/// ```
///
/// # Source
/// Saxe et al. 2014 (the directions part); Ziyin, Li & Meng 2022 (the optimum at 0), <https://arxiv.org/abs/2202.04777>.
pub(crate) fn optima(s: f64, depth: usize, rate: f64) -> Vec<f64> {
    let power = 1.0 - 2.0 / depth as f64;
    let excess = |x: f64| (s - x) * x.powf(power) - rate;
    let zero = rate > 0.0 && (depth > 2 || depth == 2 && s <= rate);
    // Where the left side is largest; with one layer it falls from infinity.
    let mut low = (s * power / (1.0 + power)).max(f64::MIN_POSITIVE);
    let mut high = s;
    let mut found = if zero { vec![0.0] } else { Vec::new() };
    if excess(low) > 0.0 {
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if excess(middle) > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        found.push(0.5 * (low + high));
    }
    found
}

/// The optimum of a direction that costs least, and what it costs.
pub(crate) fn global(s: f64, depth: usize, rate: f64) -> (f64, f64) {
    let all = optima(s, depth, rate).into_iter();
    let all = all.map(|x| (x, cost(s, x, depth, rate)));
    let best = all.min_by(|a, b| a.1.total_cmp(&b.1));
    best.unwrap_or((0.0, 0.5 * s * s))
}
