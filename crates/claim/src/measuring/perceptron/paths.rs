//! Between two perceptrons: which unit is which, and how high the line from one to the other rises.

use nalgebra::{DMatrix, DVector};

use super::{Perceptron, Regression};
use crate::measuring::assignment::assign;

/// Places on a line at which its loss is taken.
const PLACES: usize = 25;

/// The same function with its units in the order, and with the signs, that bring its values nearest to another's.
///
/// `tanh` is odd: a unit with all of its values negated is the same unit. With one hidden layer the assignment is exact: nothing
/// else can be exchanged.
///
/// ```text
/// least over orders π and signs s of Σ_k |θ_k - s_k θ'_π(k)|²
/// ```
///
/// # Panics
/// If the two have different layers.
///
/// # Source
/// Entezari et al. 2021, <https://arxiv.org/abs/2110.06296>; Ainsworth et al. 2022, <https://arxiv.org/abs/2209.04836>.
pub fn aligned(to: &Perceptron, net: &Perceptron) -> Perceptron {
    assert_eq!((to.inputs, to.units()), (net.inputs, net.units()));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let (own, others): (Vec<_>, Vec<_>) = (to.each_unit().collect(), net.each_unit().collect());
    // |a - s b|² = |a|² + |b|² - 2 |a · b| with the better sign: only the last depends on the pair.
    let costs = DMatrix::from_fn(own.len(), own.len(), |a, b| -dot(own[a], others[b]).abs());
    let moved = assign(&costs).into_iter().zip(&own).flat_map(|(b, a)| {
        let sign = 1f64.copysign(dot(a, others[b]));
        others[b].iter().map(move |value| sign * value)
    });
    let values: Vec<f64> = moved.chain([net.last()]).collect();
    Perceptron {
        inputs: net.inputs,
        values: DVector::from_vec(values),
    }
}

/// How far the loss on the line between two perceptrons rises above the straight line between their losses.
///
/// ```text
/// max over t of L((1 - t) a + t b) - (1 - t) L(a) - t L(b)        at least 0
/// ```
///
/// # Source
/// Frankle et al. 2020, <https://arxiv.org/abs/1912.05671>; Entezari et al. 2021, definition 2.1.
pub fn barrier(rows: &Regression, a: &Perceptron, b: &Perceptron) -> f64 {
    let [from, to] = [a, b].map(|end| rows.loss(end));
    let rise = |place: usize| {
        let t = place as f64 / PLACES as f64;
        let between = Perceptron {
            inputs: a.inputs,
            values: &a.values * (1.0 - t) + &b.values * t,
        };
        rows.loss(&between) - (1.0 - t) * from - t * to
    };
    (1..PLACES).map(rise).fold(0.0, f64::max)
}
