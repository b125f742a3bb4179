//! A perceptron with one hidden layer of tanh and one output, in double precision: loss, slopes, curvature and its way to a minimum.

mod ends;
mod newton;
mod paths;
#[cfg(test)]
mod tests;

use decay_data::Target;
use nalgebra::{DMatrix, DVector};

use super::optima::distinct;
use crate::population::Population;

pub use ends::Ends;
pub use newton::Settled;
pub use paths::{aligned, barrier};

/// Weights and biases of
///
/// ```text
/// f(x) = c + Σ_k v_k tanh(w_k · x + b_k)
/// ```
///
/// # Shapes
/// - `values`: `w_k`, `b_k`, `v_k` of one unit after the other, then `c`: `[(inputs + 2) units + 1]`
#[derive(Debug, Clone, PartialEq)]
pub struct Perceptron {
    inputs: usize,
    values: DVector<f64>,
}

/// What is added to the loss: half the rate times the squares of all weights, and of the biases where they decay, too.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Penalty {
    /// `λ`
    pub rate: f64,
    /// Whether biases decay.
    pub biases: bool,
}

/// Scaled rows with their scaled targets.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    /// A row each, with a one at its end.
    x: DMatrix<f64>,
    y: DVector<f64>,
}

/// A penalised loss with its first and second derivatives.
#[derive(Debug, Clone, PartialEq)]
pub struct Bends {
    /// `1/n Σ (f(x) - y)² + λ/2 Σ_k (|w_k|² + v_k²)`, and `λ/2 (Σ_k b_k² + c²)` where biases decay
    pub objective: f64,
    /// `[values]`
    pub slopes: DVector<f64>,
    /// `[values, values]`
    pub curvature: DMatrix<f64>,
}

impl Perceptron {
    /// The perceptron with these values.
    ///
    /// # Panics
    /// If they are not those of whole units and one more.
    pub fn new(inputs: usize, values: Vec<f64>) -> Self {
        assert_eq!(values.len() % (inputs + 2), 1, "whole units and a bias");
        Self {
            inputs,
            values: DVector::from_vec(values),
        }
    }

    /// A member of a population of such perceptrons.
    ///
    /// # Panics
    /// If the members have other layers.
    pub fn of(population: &Population<'_>, member: usize) -> Self {
        let [weights, biases, outer, last] = &population.state(member).parameters[..] else {
            panic!("not one hidden layer")
        };
        let (units, inputs) = (biases.len(), weights.len() / biases.len());
        let unit = |k: usize| {
            let own = (0..inputs).map(move |input| weights[input * units + k]);
            own.chain([biases[k], outer[k]])
        };
        let values = (0..units).flat_map(unit).chain(last.iter().copied());
        Self::new(inputs, values.map(f64::from).collect())
    }

    /// Number of hidden units.
    pub fn units(&self) -> usize {
        self.values.len() / self.width()
    }

    /// Units that say something, the product of `|w_k|` and `|v_k|` above a limit, by their places.
    pub fn live_units(&self, limit: f64) -> Vec<usize> {
        let says = |unit: &[f64]| {
            let inner = unit[..self.inputs].iter().map(|w| w * w).sum::<f64>();
            inner.sqrt() * unit[self.inputs + 1].abs() > limit
        };
        let units = self.each_unit().enumerate();
        units
            .filter(|(_, unit)| says(unit))
            .map(|(k, _)| k)
            .collect()
    }

    /// Live units that differ in a value by more than a limit, whatever their signs.
    pub fn different_units(&self, limit: f64) -> usize {
        let (units, live): (Vec<_>, _) = (self.each_unit().collect(), self.live_units(limit));
        distinct(live.len(), limit, |a, b| {
            let pairs = || units[live[a]].iter().zip(units[live[b]]);
            let apart = |sign: f64| {
                pairs()
                    .map(|(a, b)| (a - sign * b).abs())
                    .fold(0.0, f64::max)
            };
            apart(1.0).min(apart(-1.0))
        })
    }

    /// The largest weight or bias.
    pub fn size(&self) -> f64 {
        self.values.amax()
    }

    /// Values of a unit.
    fn width(&self) -> usize {
        self.inputs + 2
    }

    /// `w_k`, `b_k`, `v_k` of every unit.
    fn each_unit(&self) -> impl Iterator<Item = &[f64]> {
        self.values.as_slice().chunks_exact(self.width())
    }

    fn last(&self) -> f64 {
        self.values[self.values.len() - 1]
    }

    /// The values that decay acts on.
    fn decayed(&self, penalty: Penalty) -> impl Iterator<Item = usize> {
        let (count, width, inputs) = (self.values.len(), self.width(), self.inputs);
        let weight = move |place: usize| place + 1 < count && place % width != inputs;
        (0..count).filter(move |&place| penalty.biases || weight(place))
    }

    /// `Σ_k (|w_k|² + v_k²)`, and the squares of the biases where they decay.
    fn squares(&self, penalty: Penalty) -> f64 {
        let decayed = self.decayed(penalty).map(|place| self.values[place]);
        decayed.map(|value| value * value).sum()
    }
}

impl Regression {
    /// Rows with one target.
    ///
    /// # Shapes
    /// - `x`: `[rows, inputs]`, row-major
    /// - `y`: `[rows]`
    pub fn new(x: &[f64], y: Vec<f64>) -> Self {
        let inputs = x.len() / y.len().max(1);
        let value = |row: usize, column: usize| match column {
            own if own < inputs => x[row * inputs + own],
            _ => 1.0,
        };
        Self {
            x: DMatrix::from_fn(y.len(), inputs + 1, value),
            y: DVector::from_vec(y),
        }
    }

    /// Rows as a replicate of a population sees them.
    ///
    /// # Panics
    /// If the data are no regression of one number.
    pub fn of(population: &Population<'_>, replicate: usize, rows: &[usize]) -> Self {
        let data = population.study.data;
        let scales = &population.models.problem.scales[replicate];
        let Target::Values { values, .. } = &data.target else {
            panic!("no regression")
        };
        let x = scales.features.apply(data, rows).into_iter().map(f64::from);
        let y = rows.iter().map(|&row| scales.targets[0].apply(values[row]));
        Self::new(&x.collect::<Vec<_>>(), y.collect())
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.y.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.y.is_empty()
    }

    /// `tanh(w_k · x + b_k)`, `[rows, units]`.
    fn hidden(&self, net: &Perceptron) -> DMatrix<f64> {
        let weights = net.each_unit().flat_map(|unit| &unit[..=net.inputs]);
        let weights = DMatrix::from_iterator(net.inputs + 1, net.units(), weights.copied());
        (&self.x * weights).map(f64::tanh)
    }

    /// Predictions on the rows.
    pub fn outputs(&self, net: &Perceptron) -> DVector<f64> {
        let outer = net.each_unit().map(|unit| unit[net.inputs + 1]);
        let outer = DVector::from_iterator(net.units(), outer);
        (self.hidden(net) * outer).add_scalar(net.last())
    }

    /// Mean squared error.
    pub fn loss(&self, net: &Perceptron) -> f64 {
        (self.outputs(net) - &self.y).norm_squared() / self.y.len() as f64
    }

    /// See [`Bends::objective`].
    pub fn objective(&self, net: &Perceptron, penalty: Penalty) -> f64 {
        self.loss(net) + 0.5 * penalty.rate * net.squares(penalty)
    }

    /// The objective with its derivatives.
    pub fn bends(&self, net: &Perceptron, penalty: Penalty) -> Bends {
        let (rows, width) = (self.y.len(), net.width());
        let hidden = self.hidden(net);
        let errors = self.outputs(net) - &self.y;
        let mut along = DMatrix::from_element(rows, net.values.len(), 1.0);
        for (k, unit) in net.each_unit().enumerate() {
            for row in 0..rows {
                let t = hidden[(row, k)];
                for place in 0..width - 1 {
                    let slope = unit[width - 1] * (1.0 - t * t) * self.x[(row, place)];
                    along[(row, k * width + place)] = slope;
                }
                along[(row, (k + 1) * width - 1)] = t;
            }
        }
        let share = 2.0 / rows as f64;
        let mut slopes = along.tr_mul(&errors) * share;
        let mut curvature = along.tr_mul(&along) * share;
        for (k, unit) in net.each_unit().enumerate() {
            let mut own = curvature.view_mut((k * width, k * width), (width, width));
            own += self.curvature_of(unit, hidden.column(k).as_slice(), &errors) * share;
        }
        for place in net.decayed(penalty) {
            slopes[place] += penalty.rate * net.values[place];
            curvature[(place, place)] += penalty.rate;
        }
        Bends {
            objective: self.objective(net, penalty),
            slopes,
            curvature,
        }
    }

    /// `Σ (f(x) - y) ∇²f(x)` over the rows, along the values of one unit; between units it is 0.
    fn curvature_of(&self, unit: &[f64], hidden: &[f64], errors: &DVector<f64>) -> DMatrix<f64> {
        let last = unit.len() - 1;
        let mut sum = DMatrix::zeros(last + 1, last + 1);
        for (row, (&t, &error)) in hidden.iter().zip(errors).enumerate() {
            let slope = error * (1.0 - t * t);
            let bend = -2.0 * t * slope * unit[last];
            for a in 0..last {
                let x = self.x[(row, a)];
                for b in 0..last {
                    sum[(a, b)] += bend * x * self.x[(row, b)];
                }
                sum[(a, last)] += slope * x;
                sum[(last, a)] += slope * x;
            }
        }
        sum
    }
}
