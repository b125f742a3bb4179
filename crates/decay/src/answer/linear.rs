//! Linear models, fitted in a moment, that a network should beat: ridge regression and logistic regression.
//!
//! ```text
//! values:  min  ½ mean (y - x w)² + ½ |w|² / n           classes:  min  mean -log softmax(x W)_y + ½ |W|² / n
//! ```
//!
//! on standardised features, the penalty of scikit-learn's defaults (`alpha = 1`, `C = 1`); the constant is not penalised. Newton's
//! method, each step by conjugate gradients.

/// Newton's steps of a logistic regression.
const STEPS: usize = 8;
/// Products with the second derivative for each.
const PRODUCTS: usize = 12;
/// The same of a ridge regression, which is one step.
const PRODUCTS_OF_RIDGE: usize = 60;

/// Features of rows with a column of ones at the end, `[rows, columns]`.
pub(super) struct Design {
    values: Vec<f32>,
    columns: usize,
}

impl Design {
    /// Of `[rows, features]`.
    pub(super) fn of(features: &[f32], width: usize) -> Self {
        let mut values = Vec::with_capacity(features.len() / width.max(1) * (width + 1));
        for row in features.chunks_exact(width.max(1)) {
            values.extend_from_slice(row);
            values.push(1.0);
        }
        Self {
            values,
            columns: width + 1,
        }
    }

    fn rows(&self) -> usize {
        self.values.len() / self.columns
    }

    /// `X V`, of `[columns, outputs]`.
    pub(super) fn times(&self, v: &[f64], outputs: usize) -> Vec<f64> {
        let mut product = vec![0.0; self.rows() * outputs];
        let rows = self.values.chunks_exact(self.columns);
        for (row, own) in rows.zip(product.chunks_exact_mut(outputs)) {
            for (x, v) in row.iter().zip(v.chunks_exact(outputs)) {
                let x = f64::from(*x);
                own.iter_mut().zip(v).for_each(|(own, v)| *own += x * v);
            }
        }
        product
    }

    /// `Xᵀ U / rows + V / rows` but for the constant's `V`: a gradient, or a product with a second derivative.
    fn pulled(&self, u: &[f64], v: &[f64], outputs: usize) -> Vec<f64> {
        let mut sums = vec![0.0; self.columns * outputs];
        let rows = self.values.chunks_exact(self.columns);
        for (row, u) in rows.zip(u.chunks_exact(outputs)) {
            for (x, own) in row.iter().zip(sums.chunks_exact_mut(outputs)) {
                let x = f64::from(*x);
                own.iter_mut().zip(u).for_each(|(own, u)| *own += x * u);
            }
        }
        let penalised = (self.columns - 1) * outputs;
        let own = sums.iter_mut().zip(v).take(penalised);
        own.for_each(|(sum, v)| *sum += v);
        let share = 1.0 / self.rows().max(1) as f64;
        sums.iter_mut().for_each(|sum| *sum *= share);
        sums
    }
}

/// Weights `[columns]` of a ridge regression on values that have mean 0.
pub(super) fn ridge(design: &Design, values: &[f64]) -> Vec<f64> {
    let zero = vec![0.0; design.columns];
    let pull = design.pulled(values, &zero, 1);
    let curved = |v: &[f64]| design.pulled(&design.times(v, 1), v, 1);
    solved(curved, &pull, PRODUCTS_OF_RIDGE)
}

/// Weights `[columns, classes]` of a logistic regression.
pub(super) fn logistic(design: &Design, labels: &[usize], classes: usize) -> Vec<f64> {
    let mut weights = vec![0.0; design.columns * classes];
    let mut loss = f64::INFINITY;
    let mut step = weights.clone();
    for _ in 0..STEPS {
        let mut share = 1.0;
        let (p, lower) = loop {
            let tried: Vec<f64> = weights
                .iter()
                .zip(&step)
                .map(|(w, s)| w + share * s)
                .collect();
            let (p, lower) = likelihood(design, &tried, labels, classes);
            if lower <= loss || share < 0.1 {
                weights = tried;
                break (p, lower);
            }
            share *= 0.5;
        };
        if loss - lower < 1e-6 * lower.abs() {
            break;
        }
        loss = lower;
        step = newton(design, &p, &weights, labels, classes);
    }
    weights
}

/// Probabilities, and the loss with its penalty.
fn likelihood(
    design: &Design,
    weights: &[f64],
    labels: &[usize],
    classes: usize,
) -> (Vec<f64>, f64) {
    let mut p = design.times(weights, classes);
    let mut loss = 0.0;
    for (row, &label) in p.chunks_exact_mut(classes).zip(labels) {
        let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        row.iter_mut().for_each(|z| *z = (*z - largest).exp());
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|z| *z /= sum);
        loss -= row[label].max(f64::MIN_POSITIVE).ln();
    }
    let penalised = &weights[..weights.len() - classes];
    let penalty: f64 = penalised.iter().map(|w| w * w).sum();
    (p, (loss + 0.5 * penalty) / design.rows().max(1) as f64)
}

fn newton(
    design: &Design,
    p: &[f64],
    weights: &[f64],
    labels: &[usize],
    classes: usize,
) -> Vec<f64> {
    let mut residuals = p.to_vec();
    for (row, &label) in residuals.chunks_exact_mut(classes).zip(labels) {
        row[label] -= 1.0;
    }
    let mut downhill = design.pulled(&residuals, weights, classes);
    downhill.iter_mut().for_each(|own| *own = -*own);
    let curved = |v: &[f64]| {
        let mut u = design.times(v, classes);
        for (u, p) in u.chunks_exact_mut(classes).zip(p.chunks_exact(classes)) {
            let mean: f64 = u.iter().zip(p).map(|(u, p)| u * p).sum();
            u.iter_mut().zip(p).for_each(|(u, p)| *u = p * (*u - mean));
        }
        design.pulled(&u, v, classes)
    };
    solved(curved, &downhill, PRODUCTS)
}

/// `A x = b` by conjugate gradients.
fn solved(curved: impl Fn(&[f64]) -> Vec<f64>, b: &[f64], products: usize) -> Vec<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let (mut x, mut left, mut along) = (vec![0.0; b.len()], b.to_vec(), b.to_vec());
    let first = dot(b, b);
    let mut size = first;
    for _ in 0..products {
        if size <= 1e-14 * first || size == 0.0 {
            break;
        }
        let product = curved(&along);
        let curvature = dot(&along, &product);
        // Flat, as where classes can be shifted together.
        if curvature <= 0.0 {
            break;
        }
        let length = size / curvature;
        for (((x, left), along), product) in x.iter_mut().zip(&mut left).zip(&along).zip(&product) {
            *x += length * along;
            *left -= length * product;
        }
        let next = dot(&left, &left);
        let kept = next / size;
        along
            .iter_mut()
            .zip(&left)
            .for_each(|(own, left)| *own = left + kept * *own);
        size = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::{Design, logistic, ridge};

    fn features(rows: usize) -> Vec<f32> {
        let wave = |k: usize| (k as f32 * 0.618_034).fract() * 2.0 - 1.0;
        (0..2 * rows).map(wave).collect()
    }

    /// At the minimum the gradient is 0.
    #[test]
    fn ridge_regression_is_at_its_minimum() {
        let x = features(50);
        let y: Vec<f64> = x
            .chunks(2)
            .map(|row| f64::from(3.0 * row[0] - row[1]) + 0.5)
            .collect();
        let design = Design::of(&x, 2);
        let w = ridge(&design, &y);
        let gaps: Vec<f64> = design
            .times(&w, 1)
            .iter()
            .zip(&y)
            .map(|(own, y)| own - y)
            .collect();
        let slope = design.pulled(&gaps, &w, 1);
        assert!(slope.iter().all(|own| own.abs() < 1e-6), "{slope:?}");
        assert!(
            (w[0] - 3.0).abs() < 0.5 && (w[1] + 1.0).abs() < 0.5,
            "{w:?}"
        );
    }

    #[test]
    fn logistic_regression_parts_classes_and_is_at_its_minimum() {
        let x = features(90);
        let labels: Vec<usize> = x
            .chunks(2)
            .map(|row| match row[0] - row[1] {
                d if d > 0.4 => 2,
                d if d > -0.4 => 1,
                _ => 0,
            })
            .collect();
        let design = Design::of(&x, 2);
        let w = logistic(&design, &labels, 3);
        let scores = design.times(&w, 3);
        let right = scores.chunks(3).zip(&labels).filter(|(row, label)| {
            let best = (0..3).max_by(|&a, &b| row[a].total_cmp(&row[b]));
            best == Some(**label)
        });
        assert!(right.count() > 80);
        let (mut p, _) = super::likelihood(&design, &w, &labels, 3);
        p.chunks_exact_mut(3)
            .zip(&labels)
            .for_each(|(row, &label)| row[label] -= 1.0);
        let slope = design.pulled(&p, &w, 3);
        assert!(slope.iter().all(|own| own.abs() < 1e-3), "{slope:?}");
    }
}
