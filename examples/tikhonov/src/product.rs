//! Where decay is no ridge: a picture that is not linear in its weights.

use nalgebra::DVector;

type Vector = DVector<f64>;

/// A picture made of two factors for each pixel, both of which decay, after gradient descent on
///
/// ```text
/// 1/2 ||u v - b||² + λ/2 (||u||² + ||v||²)
/// ```
pub(crate) fn descend_product(b: &Vector, rate: f64, steps: usize) -> Vector {
    const LR: f64 = 0.2;
    let pixel = |b: f64| {
        // Of the same size but for the sign, as balanced factors stay.
        let (mut u, mut v) = (0.5, 0.5f64.copysign(b));
        for _ in 0..steps {
            let error = u * v - b;
            (u, v) = (
                u - LR * (error * v + rate * u),
                v - LR * (error * u + rate * v),
            );
        }
        u * v
    };
    b.map(pixel)
}

/// `sign(b) max(|b| - λ, 0)`: the lasso where nothing is blurred.
pub(crate) fn soft_threshold(b: &Vector, rate: f64) -> Vector {
    b.map(|b| b.signum() * (b.abs() - rate).max(0.0))
}
