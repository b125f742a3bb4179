//! The distributions that tests and intervals need, to about 13 digits.

mod beta;
mod normal;
mod student_t;

pub(crate) use beta::ln_gamma;
pub use beta::{beta_cdf, beta_quantile};
pub use normal::{normal_cdf, normal_quantile, normal_upper_tail};
pub use student_t::{student_t_quantile, student_t_upper_tail};

/// The root of a function that rises from below zero at `low` to above zero at `high`.
///
/// `f` returns value and derivative. Newton steps, replaced by a bisection step whenever they leave the
/// bracket or do not halve the one before last; ends when a step is within `resolution` or rounding.
pub(crate) fn rising_root(
    f: impl Fn(f64) -> (f64, f64),
    mut low: f64,
    mut high: f64,
    resolution: f64,
) -> f64 {
    const MOST_STEPS: usize = 400;
    let mut x = 0.5 * (low + high);
    let (mut step, mut step_before) = (high - low, high - low);
    for _ in 0..MOST_STEPS {
        let (value, derivative) = f(x);
        if value == 0.0 {
            return x;
        }
        if value < 0.0 {
            low = x;
        } else {
            high = x;
        }
        let newton = x - value / derivative;
        let slow = (2.0 * value).abs() > (step_before * derivative).abs();
        // Written so that a NaN or infinite Newton step counts as leaving the bracket.
        let inside = newton > low && newton < high;
        let next = if inside && !slow {
            newton
        } else {
            0.5 * (low + high)
        };
        (step_before, step) = (step, next - x);
        if step.abs() <= (f64::EPSILON * next.abs()).max(resolution) {
            return next;
        }
        x = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::rising_root;

    #[test]
    fn finds_roots_of_steep_flat_and_tiny_scale_functions() {
        let root = rising_root(|x| (x.powi(3) - 2.0, 3.0 * x * x), 0.0, 1e6, 0.0);
        assert!((root - 2f64.cbrt()).abs() < 1e-15);
        let flat = rising_root(
            |x| ((x - 0.3).powi(5), 5.0 * (x - 0.3).powi(4)),
            -1.0,
            1.0,
            0.0,
        );
        assert!((flat - 0.3).abs() < 1e-3);
        let tiny = rising_root(|x| (x.sqrt() - 1e-9, 0.5 / x.sqrt()), 0.0, 1.0, 0.0);
        assert!((tiny / 1e-18 - 1.0).abs() < 1e-12);
    }
}
