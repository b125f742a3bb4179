//! One penalised least-squares problem in single weights, most of which are 0.

use decay_kernels::DoubleMatrix;

use crate::error::LinearError;
use crate::factor::Factor;
use crate::memory::add;

/// Most turns of all weights of a working set; only collinear columns need more than some tens.
const MOST_TURNS: usize = 20_000;
/// Signs that turn in one turn, as a part of all weights, beyond which another turn follows, and how often.
const MANY: usize = 20;
const UNSETTLED: usize = 20;
/// Solutions of nearly singular equations, each with the error of the one before it.
const MOST_SOLUTIONS: usize = 4;
/// Curvature that is added to each weight's own, relative to the largest.
const LIFT: f64 = 1e-11;
/// Slack of the conditions of a minimum, relative to the largest product of a column with the answers.
const SLACK: f64 = 1e-12;

/// Penalties `λ` and `δ` of
///
/// ```text
/// 1/2 |y - X v|^2 + λ |v|_1 + δ/2 |v|^2
/// ```
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) size: f64,
    pub(crate) square: f64,
}

/// A model and what it knows of its columns: the products of those that ever had a weight.
pub(crate) struct ActiveSet<'a> {
    /// `X`, `[inputs, rows]`.
    columns: &'a [f64],
    /// `y`, `[rows]`.
    answers: &'a [f64],
    /// `X'y`, `[inputs]`, whose largest size is the unit of all slack.
    products: Vec<f64>,
    unit: f64,
    /// `X'(y - X v)`, `[inputs]`.
    slopes: Vec<f64>,
    /// The `λ` that the slopes are of.
    before: f64,
    /// Columns held, in the order in which they came.
    held: Vec<usize>,
    is_held: Vec<bool>,
    /// `[held, rows]`.
    held_columns: Vec<f64>,
    /// Largest square of a column.
    curvature: f64,
    /// `X_H'X_H`, one row for each held column.
    gram: Vec<Vec<f64>>,
    /// `v` of the held columns.
    weights: Vec<f64>,
    /// Of the equations of the weights that are not 0, with the `δ` that it has.
    factor: (f64, Factor),
}

impl<'a> ActiveSet<'a> {
    /// Without weights.
    ///
    /// # Shapes
    /// - `columns`: `[inputs, rows]`; `answers`: `[rows]`
    pub(crate) fn new(columns: &'a [f64], answers: &'a [f64], inputs: usize) -> Self {
        let products = DoubleMatrix::new(answers, [1, answers.len()])
            .times(DoubleMatrix::new(columns, [inputs, answers.len()]).transposed());
        let squares = columns.chunks_exact(answers.len().max(1));
        let squares = squares.map(|own| own.iter().map(|x| x * x).sum::<f64>());
        let curvature = squares.fold(0.0, f64::max);
        let unit = products
            .iter()
            .fold(0.0f64, |most, own| most.max(own.abs()));
        Self {
            columns,
            answers,
            slopes: products.clone(),
            products,
            unit,
            before: unit,
            held: Vec::new(),
            is_held: vec![false; inputs],
            held_columns: Vec::new(),
            curvature,
            gram: Vec::new(),
            weights: Vec::new(),
            factor: (f64::NAN, Factor::default()),
        }
    }

    /// Weights that are not 0, with their columns.
    pub(crate) fn weights(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        let all = self.held.iter().copied().zip(self.weights.iter().copied());
        all.filter(|(_, weight)| *weight != 0.0)
    }

    /// Moves to the minimum and returns the turns that it took.
    pub(crate) fn solve(
        &mut self,
        bounds: Bounds,
        stop: &dyn Fn() -> bool,
    ) -> Result<usize, LinearError> {
        // The strong rule; it may leave out what belongs in, so all are looked at again.
        let strong = 2.0 * bounds.size - self.before;
        self.hold(|_, slope| slope.abs() >= strong && slope != 0.0);
        let mut turns = 0;
        loop {
            turns += self.descend(bounds, stop)?;
            self.refresh();
            let limit = bounds.size + SLACK * self.unit;
            if !self.hold(|_, slope| slope.abs() > limit) {
                break;
            }
        }
        self.before = bounds.size;
        Ok(turns)
    }

    /// How far the model is from the conditions of a minimum, relative to the largest product of a column with the answers.
    pub(crate) fn violation(&self, bounds: Bounds) -> f64 {
        let mut weights = vec![0.0; self.slopes.len()];
        self.weights()
            .for_each(|(column, own)| weights[column] = own);
        let all = self.slopes.iter().zip(&weights);
        let most = all.fold(0.0f64, |most, (&slope, &weight)| {
            most.max(off(slope, weight, bounds).abs())
        });
        if self.unit == 0.0 {
            0.0
        } else {
            most / self.unit
        }
    }

    /// Takes columns into the working set; whether there were any.
    fn hold(&mut self, wanted: impl Fn(usize, f64) -> bool) -> bool {
        let rows = self.answers.len();
        let all = self.slopes.iter().enumerate();
        let new: Vec<usize> = all
            .filter(|(column, slope)| !self.is_held[*column] && wanted(*column, **slope))
            .map(|(column, _)| column)
            .collect();
        for &column in &new {
            self.is_held[column] = true;
            self.held_columns
                .extend_from_slice(&self.columns[column * rows..][..rows]);
        }
        let (old, count) = (self.held.len(), self.held.len() + new.len());
        let held = DoubleMatrix::new(&self.held_columns, [count, rows]);
        let products = held.rows(old..count).times(held.transposed());
        for own in products.chunks_exact(count.max(1)) {
            self.gram.push(own.to_vec());
        }
        for line in 0..old {
            let own = (old..count).map(|column| self.gram[column][line]);
            let own: Vec<f64> = own.collect();
            self.gram[line].extend(own);
        }
        self.weights.resize(count, 0.0);
        self.held.extend(&new);
        !new.is_empty()
    }

    /// The slopes of all columns, from the rows.
    fn refresh(&mut self) {
        let rows = self.answers.len();
        let mut residual = self.answers.to_vec();
        for (place, &weight) in self.weights.iter().enumerate() {
            if weight != 0.0 {
                add(
                    -weight,
                    &self.held_columns[place * rows..][..rows],
                    &mut residual,
                );
            }
        }
        self.slopes = DoubleMatrix::new(&residual, [1, rows])
            .times(DoubleMatrix::new(self.columns, [self.slopes.len(), rows]).transposed());
    }

    /// Moves to the minimum within the working set.
    fn descend(&mut self, bounds: Bounds, stop: &dyn Fn() -> bool) -> Result<usize, LinearError> {
        let mut slopes = self.held_slopes();
        let mut since = 0;
        for turn in 1..=MOST_TURNS {
            if stop() {
                return Err(LinearError::Stopped);
            }
            let (turned, moved) = self.turn(bounds, &mut slopes);
            since += 1;
            if moved <= SLACK * self.unit {
                return Ok(turn);
            }
            // Of signs that are still being found out a solution is worth little.
            let many = turned * MANY > self.held.len();
            if many && since < UNSETTLED {
                continue;
            }
            since = 0;
            if self.leap(bounds, &mut slopes, stop) {
                return Ok(turn);
            }
        }
        Ok(MOST_TURNS)
    }

    /// `X_H'(y - X v)` of the held columns, by their products.
    fn held_slopes(&self) -> Vec<f64> {
        let mut slopes: Vec<f64> = self.held.iter().map(|&own| self.products[own]).collect();
        for (line, &weight) in self.gram.iter().zip(&self.weights) {
            if weight != 0.0 {
                add(-weight, line, &mut slopes);
            }
        }
        slopes
    }

    /// Each weight to its own minimum; how many signs turned, and the largest change of a slope by its own weight.
    fn turn(&mut self, bounds: Bounds, slopes: &mut [f64]) -> (usize, f64) {
        let (mut turned, mut moved) = (0, 0.0f64);
        for place in 0..self.held.len() {
            let (line, before) = (&self.gram[place], self.weights[place]);
            let curvature = line[place];
            if curvature == 0.0 {
                continue;
            }
            let aim = slopes[place] + curvature * before;
            let size = (aim.abs() - bounds.size).max(0.0);
            let weight = size.copysign(aim) / (curvature + bounds.square);
            if weight != before {
                add(before - weight, line, slopes);
                self.weights[place] = weight;
                turned += usize::from(sign(weight) != sign(before));
                moved = moved.max(curvature * (weight - before).abs());
            }
        }
        (turned, moved)
    }

    /// Solves for the weights that are not 0 with the signs that they have; the first that would turn ends at 0, and the others go on
    /// without it. Whether that is the minimum within the working set.
    fn leap(&mut self, bounds: Bounds, slopes: &mut Vec<f64>, stop: &dyn Fn() -> bool) -> bool {
        // Each weight can end at 0 once, and equations that are nearly singular are solved twice and more.
        for _ in 0..self.held.len() + MOST_SOLUTIONS {
            if stop() {
                break;
            }
            let first = self.solve_signs(bounds, slopes);
            *slopes = self.held_slopes();
            if !first && self.is_at_rest(bounds, slopes) {
                return true;
            }
        }
        false
    }

    /// One step of Newton's on the weights that are not 0, as far as the first that would turn; whether one did.
    ///
    /// Collinear columns get a little curvature, so that the step along what they leave open is long and ends at a weight of 0.
    fn solve_signs(&mut self, bounds: Bounds, slopes: &[f64]) -> bool {
        let square = bounds.square + LIFT * self.curvature;
        if self.factor.0 != square {
            self.factor = (square, Factor::default());
        }
        let (weights, gram) = (&self.weights, &self.gram);
        let product = |i: usize, j: usize| gram[i][j] + if i == j { square } else { 0.0 };
        let factor = &mut self.factor.1;
        factor.become_of(|place| weights[place] != 0.0, weights.len(), product);
        let off = |&place: &usize| off(slopes[place], weights[place], bounds);
        let mut way: Vec<f64> = factor.places().iter().map(off).collect();
        factor.solve(&mut way);
        let pairs = factor.places().iter().zip(&way);
        // The part of the way at which each weight is 0.
        let turning = pairs.clone().filter_map(|(&place, &way)| {
            let own = weights[place];
            (sign(own + way) != sign(own)).then(|| (-own / way, place))
        });
        let first = turning.min_by(|a, b| a.0.total_cmp(&b.0));
        let part = first.map_or(1.0, |(part, _)| part);
        for (&place, way) in factor.places().iter().zip(&way) {
            self.weights[place] += part * way;
        }
        if let Some((_, place)) = first {
            self.weights[place] = 0.0;
        }
        first.is_some()
    }

    /// Whether every held weight meets the conditions of a minimum.
    fn is_at_rest(&self, bounds: Bounds, slopes: &[f64]) -> bool {
        let all = slopes.iter().zip(&self.weights);
        let mut off = all.map(|(&slope, &weight)| off(slope, weight, bounds).abs());
        off.all(|off| off <= SLACK * self.unit)
    }
}

/// `x'(y - X v) - δ v - λ sign(v)`, and at 0 what is beyond `λ`: 0 of every weight at a minimum.
fn off(slope: f64, weight: f64, bounds: Bounds) -> f64 {
    match weight == 0.0 {
        true => (slope.abs() - bounds.size).max(0.0).copysign(slope),
        false => slope - bounds.square * weight - bounds.size.copysign(weight),
    }
}

/// -1, 0 or 1.
fn sign(value: f64) -> i8 {
    i8::from(value > 0.0) - i8::from(value < 0.0)
}
