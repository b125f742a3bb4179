//! Minimising a smooth convex function of a few variables.

/// Value, gradient `[d]` and Hessian `[d, d]` at a point.
pub(crate) struct Local {
    pub(crate) value: f64,
    pub(crate) gradient: Vec<f64>,
    pub(crate) hessian: Vec<f64>,
}

impl Local {
    pub(crate) fn zero(variables: usize) -> Self {
        Self {
            value: 0.0,
            gradient: vec![0.0; variables],
            hessian: vec![0.0; variables * variables],
        }
    }
}

/// The minimiser, and the function there, by damped Newton steps from `start`; `None` if it runs away, as where data separate.
///
/// A step is halved until the value falls enough (Armijo), a Hessian that is not positive definite is
/// raised along its diagonal. Ends where the decrease that Newton promises is lost in rounding.
pub(crate) fn minimise(start: Vec<f64>, f: impl Fn(&[f64]) -> Local) -> Option<(Vec<f64>, Local)> {
    const MOST_STEPS: usize = 200;
    const FARTHEST: f64 = 1e8;
    let mut x = start;
    let mut here = f(&x);
    for _ in 0..MOST_STEPS {
        let step = newton_step(&here)?;
        let slope: f64 = here.gradient.iter().zip(&step).map(|(g, s)| g * s).sum();
        // Convergence is quadratic: a promise of 1e-15 leaves an error of its square root at most, which
        // the step about to be taken removes.
        let done = -slope <= 1e-15 * (1.0 + here.value.abs());
        let (next, there) = searched(&x, &step, (here.value, slope), &f)?;
        if next.iter().any(|v| v.abs() > FARTHEST) {
            return None;
        }
        let unmoved = next == x;
        (x, here) = (next, there);
        if done || unmoved {
            return Some((x, here));
        }
    }
    None
}

/// The first point along halved steps whose value is low enough; the start where none is.
fn searched(
    x: &[f64],
    step: &[f64],
    (value, slope): (f64, f64),
    f: &impl Fn(&[f64]) -> Local,
) -> Option<(Vec<f64>, Local)> {
    let mut length = 1.0;
    for _ in 0..60 {
        let next: Vec<f64> = x.iter().zip(step).map(|(x, s)| x + length * s).collect();
        let there = f(&next);
        let rounding = 4.0 * f64::EPSILON * value.abs();
        if there.value <= value + 1e-4 * length * slope + rounding {
            return Some((next, there));
        }
        length *= 0.5;
    }
    Some((x.to_vec(), f(x)))
}

fn newton_step(here: &Local) -> Option<Vec<f64>> {
    let n = here.gradient.len();
    let largest = (0..n)
        .map(|i| here.hessian[i * n + i].abs())
        .fold(0.0, f64::max);
    let mut ridge = 0.0;
    for _ in 0..60 {
        let mut raised = here.hessian.clone();
        for i in 0..n {
            raised[i * n + i] += ridge;
        }
        if let Some(factor) = cholesky(raised, n) {
            let mut step: Vec<f64> = here.gradient.iter().map(|g| -g).collect();
            solve(&factor, &mut step);
            return step.iter().all(|s| s.is_finite()).then_some(step);
        }
        ridge = f64::max(10.0 * ridge, 1e-12 * largest + f64::MIN_POSITIVE);
    }
    None
}

/// The inverse of a positive definite matrix `[n, n]`; `None` if it is singular.
pub(crate) fn inverse(matrix: &[f64], n: usize) -> Option<Vec<f64>> {
    let factor = cholesky(matrix.to_vec(), n)?;
    let mut out = Vec::with_capacity(n * n);
    for i in 0..n {
        let mut column = vec![0.0; n];
        column[i] = 1.0;
        solve(&factor, &mut column);
        out.extend(column);
    }
    Some(out)
}

/// Lower factor `L` with `L Lᵀ = A`; `None` unless `A` is positive definite beyond rounding.
fn cholesky(mut a: Vec<f64>, n: usize) -> Option<Vec<f64>> {
    for j in 0..n {
        let diagonal = a[j * n + j];
        let pivot = diagonal - (0..j).map(|k| a[j * n + k].powi(2)).sum::<f64>();
        // Written so that a NaN fails too.
        let positive = pivot > 1e-14 * diagonal && pivot > 0.0;
        if !positive {
            return None;
        }
        a[j * n + j] = pivot.sqrt();
        for i in j + 1..n {
            let dot: f64 = (0..j).map(|k| a[i * n + k] * a[j * n + k]).sum();
            a[i * n + j] = (a[i * n + j] - dot) / a[j * n + j];
        }
    }
    Some(a)
}

/// Solves `L Lᵀ x = b` in place.
fn solve(factor: &[f64], b: &mut [f64]) {
    let n = b.len();
    for i in 0..n {
        let dot: f64 = (0..i).map(|k| factor[i * n + k] * b[k]).sum();
        b[i] = (b[i] - dot) / factor[i * n + i];
    }
    for i in (0..n).rev() {
        let dot: f64 = (i + 1..n).map(|k| factor[k * n + i] * b[k]).sum();
        b[i] = (b[i] - dot) / factor[i * n + i];
    }
}

#[cfg(test)]
mod tests {
    use super::{Local, inverse, minimise};

    /// `cosh(x - 1) + (x + y)² + y⁴`, whose minimum satisfies `x + y = -2 y³` and `sinh(x - 1) = 4 y³`.
    #[test]
    fn finds_the_stationary_point_of_a_convex_function() {
        let f = |p: &[f64]| {
            let (x, y) = (p[0], p[1]);
            Local {
                value: (x - 1.0).cosh() + (x + y).powi(2) + y.powi(4),
                gradient: vec![
                    (x - 1.0).sinh() + 2.0 * (x + y),
                    2.0 * (x + y) + 4.0 * y.powi(3),
                ],
                hessian: vec![(x - 1.0).cosh() + 2.0, 2.0, 2.0, 2.0 + 12.0 * y * y],
            }
        };
        let (at, _) = minimise(vec![-9.0, 14.0], f).unwrap();
        assert!((at[0] + at[1] + 2.0 * at[1].powi(3)).abs() < 1e-12);
        assert!(((at[0] - 1.0).sinh() - 4.0 * at[1].powi(3)).abs() < 1e-12);
    }

    #[test]
    fn a_function_without_minimum_is_none() {
        let falling = |p: &[f64]| Local {
            value: (-p[0]).exp(),
            gradient: vec![-(-p[0]).exp()],
            hessian: vec![(-p[0]).exp()],
        };
        // exp(-x) rounds to a flat line long before it ends: where it stops it is far out.
        assert!(minimise(vec![0.0], falling).is_none_or(|(at, _)| at[0] > 30.0));
    }

    #[test]
    fn inverse_of_a_small_matrix() {
        let inverse = inverse(&[4.0, 1.0, 1.0, 2.0], 2).unwrap();
        for (got, want) in inverse.iter().zip([2.0, -1.0, -1.0, 4.0]) {
            assert!((got - want / 7.0).abs() < 1e-15);
        }
    }
}
