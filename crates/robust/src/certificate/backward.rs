//! Linear bounds carried backwards through a network.

use decay_kernels::DoubleMatrix;
use decay_model::Nonlinearity;
use decay_model::maps::{DenseMap, Map};

use super::interval::Interval;
use super::rounding::{gamma, weighted_sums};

/// Several bounds from below that are linear in the values at some place of a network.
///
/// ```text
/// bounded_k >= coefficients_k . x + constant_k - slack_k        for every x within the bounds at that place
/// ```
///
/// `slack` pays for rounding: an error in a coefficient moves the bound by at most its size times the largest magnitude that the
/// value behind it can have, which the bounds on the values know.
#[derive(Debug, Clone)]
pub(super) struct LinearBounds {
    /// `[bounds, values]`, row-major.
    pub(super) coefficients: Vec<f64>,
    /// `[bounds]`.
    pub(super) constant: Vec<f64>,
    /// `[bounds]`, not negative.
    pub(super) slack: Vec<f64>,
}

/// A line over an interval of a nonlinearity's argument.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    slope: f64,
    offset: f64,
}

impl LinearBounds {
    /// Bounds on some of `values` values, then on their negatives.
    pub(super) fn of_values(values: usize, places: &[usize]) -> Self {
        let mut coefficients = vec![0.0; 2 * places.len() * values];
        for (bound, row) in coefficients.chunks_exact_mut(values.max(1)).enumerate() {
            let negative = bound >= places.len();
            row[places[bound % places.len()]] = if negative { -1.0 } else { 1.0 };
        }
        Self::new(coefficients, 2 * places.len())
    }

    /// Bounds on some of a dense layer's outputs, then on their negatives, in terms of its inputs.
    pub(super) fn of_outputs(map: &DenseMap, places: &[usize]) -> Self {
        let (inputs, outputs) = (map.inputs(), map.bias.len());
        let mut coefficients = Vec::with_capacity(2 * places.len() * inputs);
        let mut constant = Vec::with_capacity(2 * places.len());
        for sign in [1.0, -1.0] {
            for &place in places {
                let weights = map.weight[place..].iter().step_by(outputs);
                coefficients.extend(weights.map(|w| sign * w));
                constant.push(sign * map.bias[place]);
            }
        }
        Self {
            constant,
            ..Self::new(coefficients, 2 * places.len())
        }
    }

    /// Bounds on `x_label - x_k` for every other `k`, in order.
    pub(super) fn margins(classes: usize, label: usize) -> Self {
        let others = (0..classes).filter(|&k| k != label);
        let row = |k| (0..classes).map(move |i| f64::from(i8::from(i == label) - i8::from(i == k)));
        Self::new(others.flat_map(row).collect(), classes - 1)
    }

    fn new(coefficients: Vec<f64>, bounds: usize) -> Self {
        Self {
            coefficients,
            constant: vec![0.0; bounds],
            slack: vec![0.0; bounds],
        }
    }

    /// As many bounds in terms of `values` values, none of which says anything.
    pub(super) fn unknown(&self, values: usize) -> Self {
        Self {
            constant: vec![f64::NEG_INFINITY; self.len()],
            ..Self::new(vec![0.0; self.len() * values], self.len())
        }
    }

    /// Number of bounds.
    pub(super) fn len(&self) -> usize {
        self.constant.len()
    }

    /// The coefficients of each bound.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[f64]> {
        let values = self.coefficients.len() / self.len().max(1);
        self.coefficients.chunks_exact(values.max(1))
    }

    /// In terms of what is before all of `maps` where so far what is behind them; `places` bound the inputs of each.
    pub(super) fn before_all(self, maps: &[Map], places: &[Interval]) -> Self {
        let passed = maps.iter().zip(places).rev();
        passed.fold(self, |bounds, (map, inputs)| match map {
            Map::Dense(map) => bounds.before_dense(map, inputs),
            Map::Scale { factor, offset } => bounds.before_scale(factor, offset, inputs),
            Map::Nonlinearity(Nonlinearity::Relu) => bounds.before_relu(inputs),
            Map::Nonlinearity(Nonlinearity::Identity) => bounds,
            // `Certificate::applies_to` refuses these; nothing known is sound all the same.
            Map::Nonlinearity(_)
            | Map::Clip { .. }
            | Map::Convolution(_)
            | Map::MaxPool { .. }
            | Map::AveragePool { .. }
            | Map::ChannelsLast { .. }
            | Map::Residual { .. } => bounds.unknown(inputs.low.len()),
        })
    }

    /// In terms of `x` where so far `x W + b`.
    pub(super) fn before_dense(&self, map: &DenseMap, inputs: &Interval) -> Self {
        let (n_in, n_out) = (map.inputs(), map.bias.len());
        let weight = DoubleMatrix::new(&map.weight, [n_in, n_out]);
        let own = DoubleMatrix::new(&self.coefficients, [self.len(), n_out]);
        // The size of the sum behind each output.
        let mut size: Vec<f64> = map.bias.iter().map(|b| b.abs()).collect();
        for (m, weights) in inputs
            .magnitude()
            .iter()
            .zip(map.weight.chunks_exact(n_out))
        {
            for (size, w) in size.iter_mut().zip(weights) {
                *size += m * w.abs();
            }
        }
        self.affine(
            own.times(weight.transposed()),
            &map.bias,
            &size,
            n_in + n_out,
        )
    }

    /// In terms of `x` where so far `factor x + offset`.
    pub(super) fn before_scale(&self, factor: &[f64], offset: &[f64], inputs: &Interval) -> Self {
        let values = inputs.low.len();
        let cycled = |of: &[f64]| -> Vec<f64> { of.iter().copied().cycle().take(values).collect() };
        let (factor, offset) = (cycled(factor), cycled(offset));
        let affine = factor.iter().zip(&offset).zip(inputs.magnitude());
        let size: Vec<f64> = affine.map(|((f, o), m)| f.abs() * m + o.abs()).collect();
        let mut coefficients = self.coefficients.clone();
        for row in coefficients.chunks_exact_mut(values.max(1)) {
            row.iter_mut().zip(&factor).for_each(|(a, f)| *a *= f);
        }
        self.affine(coefficients, &offset, &size, values)
    }

    /// New coefficients, with `bias` in the constant; `terms` products make a sum whose size is `size` at coefficient one.
    fn affine(&self, coefficients: Vec<f64>, bias: &[f64], size: &[f64], terms: usize) -> Self {
        let mut next = Self {
            coefficients,
            constant: self.constant.clone(),
            slack: self.slack.clone(),
        };
        let error = gamma(terms + 4);
        for (k, row) in self.rows().enumerate() {
            let (moved, rounding) = weighted_sums(row, bias, size);
            next.constant[k] += moved;
            next.slack[k] += error * rounding + gamma(2) * (next.constant[k].abs() + moved.abs());
        }
        next
    }

    /// In terms of `z` where so far `max(z, 0)`, with `z` within `inputs`.
    ///
    /// ```text
    /// l >= 0:      z                     u <= 0:      0
    /// l < 0 < u:   max(z, 0) <= u (z - l) / (u - l)        max(z, 0) >= z  if u >= -l,  else  0
    /// ```
    ///
    /// A positive coefficient takes the line below, a negative one the line above.
    ///
    /// # Source
    /// Zhang et al. 2018, with the adaptive lower bounds of CROWN-Ada, <https://arxiv.org/abs/1811.00866>.
    pub(super) fn before_relu(&self, inputs: &Interval) -> Self {
        let ends = inputs.low.iter().zip(&inputs.high);
        let lines: Vec<(Line, Line)> = ends.map(|(&l, &u)| relu_lines(l, u)).collect();
        let size = inputs.magnitude();
        let mut next = self.clone();
        let values = lines.len();
        for (k, row) in next
            .coefficients
            .chunks_exact_mut(values.max(1))
            .enumerate()
        {
            let (mut moved, mut rounding) = (0.0, 0.0);
            for ((a, (below, above)), size) in row.iter_mut().zip(&lines).zip(&size) {
                let line = if *a < 0.0 { above } else { below };
                moved += *a * line.offset;
                rounding += a.abs() * (size + line.offset.abs());
                *a *= line.slope;
            }
            next.constant[k] += moved;
            next.slack[k] +=
                gamma(values + 4) * rounding + gamma(2) * (next.constant[k].abs() + moved.abs());
        }
        next
    }
}

/// Lines below and above `max(z, 0)` on `[l, u]`.
fn relu_lines(l: f64, u: f64) -> (Line, Line) {
    let identity = Line {
        slope: 1.0,
        offset: 0.0,
    };
    if l >= 0.0 {
        return (identity, identity);
    }
    if u <= 0.0 {
        return (Line::default(), Line::default());
    }
    let slope = u / (u - l);
    let above = Line {
        slope,
        // Rounding of the slope must not let the corner at u or at l out.
        offset: -l * slope + gamma(6) * (u - l),
    };
    let below = if u >= -l { identity } else { Line::default() };
    (below, above)
}

#[cfg(test)]
mod tests {
    use super::{LinearBounds, relu_lines};
    use crate::certificate::interval::Interval;

    #[test]
    fn lines_hold_a_relu_between_them() {
        for (l, u) in [
            (-1.0, 3.0),
            (-2.5, 0.7),
            (-1e-9, 1e9),
            (-0.3, 0.3),
            (1.0, 2.0),
            (-2.0, -1.0),
        ] {
            let (below, above) = relu_lines(l, u);
            for step in 0..=1000 {
                let z: f64 = l + (u - l) * f64::from(step) / 1000.0;
                let relu = z.max(0.0);
                let value = |line: super::Line| line.slope * z + line.offset;
                assert!(
                    value(below) <= relu && relu <= value(above) + 1e-15,
                    "{z} in {l}, {u}"
                );
            }
        }
    }

    /// On an interval that a ReLU does not bend, nothing is lost.
    #[test]
    fn a_relu_that_does_not_bend_is_exact() {
        let inputs = Interval {
            low: vec![0.5, -2.0],
            high: vec![1.0, -1.0],
        };
        let bounds = LinearBounds::of_values(2, &[0, 1]).before_relu(&inputs);
        assert_eq!(
            bounds.coefficients,
            [1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, -0.0]
        );
        assert_eq!(bounds.constant, [0.0; 4]);
    }
}
