//! Multinomial logistic regression along a path of rates.

use crate::basis::Basis;
use crate::error::{LinearError, check_length, check_rates};
use crate::memory::{Diagonal, Memory, add, dot, penalise};
use crate::objective::{Loss, Objective};
use crate::rows::Rows;
use crate::solution::Solution;

/// Norm of a solution's gradient relative to that without weights, at most; about where scikit-learn's own tolerance ends.
///
/// `F` is convex with a curvature of at least the rate along the weights, so that a gradient of norm `g` leaves at most `g / rate` of the weights
/// and `g^2 / (2 rate)` nats to go.
pub const TOLERANCE: f64 = 1e-4;
/// Quasi-Newton steps of one rate, after which it is left as it is.
pub const MOST_STEPS: usize = 1000;
/// Share of the fall that a gradient promises which a step must keep.
const SUFFICIENT: f64 = 1e-4;
/// Shorter steps that are tried in one direction.
const MOST_TRIALS: usize = 30;
/// A rise of the objective that is rounding, relative to it.
const ROUNDING: f64 = 1e-14;

/// Classes with a penalty.
///
/// ```text
/// F = sum_i w_i (log sum_c exp(x_i W_c + b_c) - x_i W_y(i) - b_y(i)) + rate/2 |W|^2                    sum_i w_i = 1
/// ```
///
/// By L-BFGS in the coordinates of [`Basis`], from the largest rate to the smallest. The Hessian of the loss is at most
/// `1/2 (I - 11'/C) x diag(e)` (Böhning 1992); the steps take `curvature e + rate` along each direction instead, with the mean curvature at the
/// present model, and correct it by the steps before. These serve all rates, since a penalty adds `rate s` to the change `y` of a gradient over
/// a step `s`, and each rate starts on the line through the two models before it over the logarithm of the rate.
///
/// Without a penalty classes that can be told apart have no minimum; what comes out is where the gradient has fallen to the tolerance.
///
/// ```
/// use decay_linear::{Logistic, Rows};
///
/// let rows = Rows { features: &[-1.0, 0.5, -0.5, 1.0], inputs: 1, weights: None };
/// let model = &Logistic::new(&rows, &[0, 0, 1, 1], 2)?.path(&[0.1])?[0];
/// assert!(model.gradient <= decay_linear::TOLERANCE && model.weights[1] > 0.0);
/// assert!((model.weights[0] + model.weights[1]).abs() < 1e-9, "the penalty centres them");
/// # Ok::<(), decay_linear::LinearError>(())
/// ```
///
/// # Source
/// Böhning 1992, "Multinomial logistic regression algorithm", <https://doi.org/10.1007/BF00048682>; Liu & Nocedal 1989, "On the limited memory
/// BFGS method for large scale optimization", <https://doi.org/10.1007/BF01589116>.
#[derive(Debug, Clone)]
pub struct Logistic {
    basis: Basis,
    labels: Vec<u32>,
    classes: usize,
}

/// A model on the way to its minimum.
struct Point {
    model: Vec<f64>,
    loss: Loss,
}

impl Logistic {
    /// Looks at rows and their classes once.
    ///
    /// # Errors
    /// As [`Basis::new`]; [`LinearError::Label`].
    pub fn new(rows: &Rows<'_>, labels: &[u32], classes: usize) -> Result<Self, LinearError> {
        check_length("labels", rows.count(), labels.len())?;
        if let Some(&label) = labels.iter().find(|label| **label as usize >= classes) {
            return Err(LinearError::Label { label, classes });
        }
        Ok(Self {
            basis: Basis::new(rows)?,
            labels: labels.to_vec(),
            classes,
        })
    }

    /// The model at each rate, in their order.
    ///
    /// # Errors
    /// [`LinearError::Rate`].
    pub fn path(&self, rates: &[f64]) -> Result<Vec<Solution>, LinearError> {
        self.path_until(rates, TOLERANCE, &|| false)
    }

    /// The same with another tolerance, until `stop` says so, which is asked before every pass over the rows.
    ///
    /// # Errors
    /// [`LinearError::Rate`], [`LinearError::Stopped`].
    pub fn path_until(
        &self,
        rates: &[f64],
        tolerance: f64,
        stop: &dyn Fn() -> bool,
    ) -> Result<Vec<Solution>, LinearError> {
        check_rates(rates)?;
        let mut order: Vec<usize> = (0..rates.len()).collect();
        order.sort_by(|&a, &b| rates[b].total_cmp(&rates[a]));
        let objective = self.objective();
        let model = objective.without_weights();
        if self.classes < 2 {
            let only = self.basis.solution(&model, self.classes);
            return Ok(vec![only; rates.len()]);
        }
        let loss = objective.loss(&model);
        let target = tolerance * dot(&loss.gradient, &loss.gradient).sqrt();
        let mut path = Path {
            objective,
            target,
            memory: Memory::default(),
            point: Point { model, loss },
            before: [None, None],
            stop,
        };
        let mut solved = vec![None; rates.len()];
        for place in order {
            solved[place] = Some(path.next(rates[place], tolerance)?);
        }
        Ok(solved.into_iter().flatten().collect())
    }

    fn objective(&self) -> Objective<'_> {
        Objective {
            basis: &self.basis,
            labels: &self.labels,
            classes: self.classes,
        }
    }
}

/// A rate and the model at its minimum.
struct Minimum {
    rate: f64,
    model: Vec<f64>,
}

/// The way along the rates.
struct Path<'a> {
    objective: Objective<'a>,
    /// Norm of the gradient to come to.
    target: f64,
    memory: Memory,
    point: Point,
    /// The minima at the last two rates, the older one first.
    before: [Option<Minimum>; 2],
    stop: &'a dyn Fn() -> bool,
}

impl Path<'_> {
    /// Goes on to the minimum at a rate.
    fn next(&mut self, rate: f64, tolerance: f64) -> Result<Solution, LinearError> {
        let mut passes = 0;
        if let Some(model) = self.foreseen(rate) {
            let loss = self.loss(&model)?;
            passes += 1;
            let ahead = Point { model, loss };
            if self.value(&ahead, rate) < self.value(&self.point, rate) {
                self.point = ahead;
            }
        }
        let mut norm = f64::INFINITY;
        for _ in 0..MOST_STEPS {
            let gradient = self.gradient(rate);
            norm = dot(&gradient, &gradient).sqrt();
            if norm <= self.target {
                break;
            }
            let Some(tried) = self.step(rate, &gradient)? else {
                break;
            };
            passes += tried;
        }
        let model = self.point.model.clone();
        self.before = [self.before[1].take(), Some(Minimum { rate, model })];
        let solution = self
            .objective
            .basis
            .solution(&self.point.model, self.objective.classes);
        Ok(Solution {
            passes,
            gradient: norm / self.target * tolerance,
            ..solution
        })
    }

    /// Where the line through the last two models over the logarithm of the rate leads.
    fn foreseen(&self, rate: f64) -> Option<Vec<f64>> {
        let [Some(first), Some(last)] = &self.before else {
            return None;
        };
        let ahead = (rate / last.rate).ln() / (last.rate / first.rate).ln();
        if !(ahead.is_finite() && ahead > 0.0) {
            return None;
        }
        let pairs = last.model.iter().zip(&first.model);
        Some(
            pairs
                .map(|(now, then)| now + ahead * (now - then))
                .collect(),
        )
    }

    fn loss(&self, model: &[f64]) -> Result<Loss, LinearError> {
        match (self.stop)() {
            true => Err(LinearError::Stopped),
            false => Ok(self.objective.loss(model)),
        }
    }

    fn width(&self) -> usize {
        self.objective.basis.width()
    }

    /// The objective at a point.
    fn value(&self, point: &Point, rate: f64) -> f64 {
        let lines = point.model.chunks_exact(self.width());
        let squares: f64 = lines
            .map(|line| &line[..line.len() - 1])
            .map(|own| dot(own, own))
            .sum();
        point.loss.value + 0.5 * rate * squares
    }

    /// Its gradient at the present point.
    fn gradient(&self, rate: f64) -> Vec<f64> {
        let mut gradient = self.point.loss.gradient.clone();
        penalise(rate, &self.point.model, &mut gradient, self.width());
        gradient
    }

    /// A step down; the passes that it took, `None` if none leads down by more than rounding.
    fn step(&mut self, rate: f64, gradient: &[f64]) -> Result<Option<usize>, LinearError> {
        let start = Diagonal {
            variances: &self.objective.basis.variances,
            curvature: self.point.loss.curvature,
            rate,
        };
        let direction = self.memory.direction(gradient, &start);
        let slope = dot(&direction, gradient);
        let from = self.value(&self.point, rate);
        let mut length = 1.0;
        for trial in 1..=MOST_TRIALS {
            let mut model = self.point.model.clone();
            add(length, &direction, &mut model);
            let loss = self.loss(&model)?;
            let ahead = Point { model, loss };
            let to = self.value(&ahead, rate);
            if to <= from + SUFFICIENT * length * slope + ROUNDING * from.abs() {
                self.move_to(ahead);
                return Ok(Some(trial));
            }
            // The lowest point of the parabola through what is known, within a tenth and a half of the step.
            let best = -slope * length * length / (2.0 * (to - from - slope * length));
            length = best.clamp(0.1 * length, 0.5 * length);
        }
        Ok(None)
    }

    fn move_to(&mut self, ahead: Point) {
        let differences = |to: &[f64], from: &[f64]| -> Vec<f64> {
            to.iter().zip(from).map(|(to, from)| to - from).collect()
        };
        let step = differences(&ahead.model, &self.point.model);
        let change = differences(&ahead.loss.gradient, &self.point.loss.gradient);
        self.memory.note(step, change);
        self.point = ahead;
    }
}
