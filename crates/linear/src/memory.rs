//! What past steps told of the Hessian.

use std::collections::VecDeque;

/// Steps that are remembered.
const MOST: usize = 12;

/// Steps and how the loss's gradient changed over them, without its penalty: that of any rate is added where they are used, so that what
/// one rate learned serves the next.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    pairs: VecDeque<(Vec<f64>, Vec<f64>)>,
}

/// The Hessian as it is where nothing is remembered: `curvature variance + rate` along each direction.
pub(crate) struct Diagonal<'a> {
    pub(crate) variances: &'a [f64],
    pub(crate) curvature: f64,
    pub(crate) rate: f64,
}

impl Diagonal<'_> {
    /// Divides a gradient by it; the bias, which comes last of each class, has variance 1 and no penalty.
    fn solve(&self, gradient: &mut [f64]) {
        let variances = self.variances.iter();
        let along = variances.map(|own| 1.0 / (self.curvature * own + self.rate));
        let all: Vec<f64> = along.chain([1.0 / self.curvature]).collect();
        for line in gradient.chunks_exact_mut(all.len()) {
            line.iter_mut()
                .zip(&all)
                .for_each(|(value, factor)| *value *= factor);
        }
    }
}

/// Adds the gradient of a penalty, `rate` times the weights; the last value of each line is a bias.
pub(crate) fn penalise(rate: f64, model: &[f64], gradient: &mut [f64], width: usize) {
    let lines = model
        .chunks_exact(width)
        .zip(gradient.chunks_exact_mut(width));
    for (model, gradient) in lines {
        add(rate, &model[..width - 1], &mut gradient[..width - 1]);
    }
}

impl Memory {
    /// Remembers a step and what it did to the gradient of the loss.
    pub(crate) fn note(&mut self, step: Vec<f64>, change: Vec<f64>) {
        if dot(&step, &change) <= 0.0 {
            return;
        }
        if self.pairs.len() == MOST {
            self.pairs.pop_front();
        }
        self.pairs.push_back((step, change));
    }

    /// `-H g` by the two loops of L-BFGS around the diagonal.
    ///
    /// # Source
    /// Nocedal & Wright 2006, "Numerical Optimization", algorithm 7.4.
    pub(crate) fn direction(&self, gradient: &[f64], start: &Diagonal<'_>) -> Vec<f64> {
        let width = start.variances.len() + 1;
        let changes = self.pairs.iter().map(|(step, change)| {
            let mut change = change.clone();
            penalise(start.rate, step, &mut change, width);
            change
        });
        let changes: Vec<Vec<f64>> = changes.collect();
        let mut found: Vec<f64> = gradient.iter().map(|value| -value).collect();
        let mut shares = vec![0.0; changes.len()];
        for place in (0..changes.len()).rev() {
            let (step, change) = (&self.pairs[place].0, &changes[place]);
            shares[place] = dot(step, &found) / dot(step, change);
            add(-shares[place], change, &mut found);
        }
        start.solve(&mut found);
        if let (Some((step, _)), Some(change)) = (self.pairs.back(), changes.last()) {
            let mut solved = change.clone();
            start.solve(&mut solved);
            let scale = dot(step, change) / dot(change, &solved);
            found.iter_mut().for_each(|value| *value *= scale);
        }
        for place in 0..changes.len() {
            let (step, change) = (&self.pairs[place].0, &changes[place]);
            let share = dot(change, &found) / dot(step, change);
            add(shares[place] - share, step, &mut found);
        }
        found
    }
}

/// `a' b`
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    /// Sums side by side, which a processor adds at once.
    const LANES: usize = 8;
    let mut sums = [0.0; LANES];
    let (a, b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = a.remainder().iter().zip(b.remainder());
    let rest: f64 = rest.map(|(a, b)| a * b).sum();
    for (a, b) in a.zip(b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    rest + sums.iter().sum::<f64>()
}

/// `to += factor from`
pub(crate) fn add(factor: f64, from: &[f64], to: &mut [f64]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += factor * from;
    }
}
