//! Steps with decoupled decay.

/// What a gradient becomes before it is taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Itself.
    Plain,
    /// Over its size: Adam with its usual constants.
    Adam,
}

/// `β_1`, `β_2` and `ε`.
const FIRST: f64 = 0.9;
const SECOND: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// Parameters and the moments of their gradients.
#[derive(Debug, Clone)]
pub(crate) struct Descent {
    pub(crate) parameters: Vec<f64>,
    pub(crate) direction: Direction,
    moments: Vec<[f64; 2]>,
    steps: i32,
}

impl Descent {
    pub(crate) fn from(parameters: Vec<f64>, direction: Direction) -> Self {
        Self {
            moments: vec![[0.0; 2]; parameters.len()],
            parameters,
            direction,
            steps: 0,
        }
    }

    /// `w <- w - lr (u + λ w)`, where the first `decayed` parameters decay (Loshchilov & Hutter 2019).
    pub(crate) fn step(&mut self, gradient: &[f64], lr: f64, rate: f64, decayed: usize) {
        self.steps += 1;
        let [first, second] = [FIRST, SECOND].map(|beta| 1.0 - beta.powi(self.steps));
        let all = self.parameters.iter_mut().zip(&mut self.moments);
        for (place, ((w, [m, v]), &g)) in all.zip(gradient).enumerate() {
            let step = match self.direction {
                Direction::Plain => g,
                Direction::Adam => {
                    *m += (1.0 - FIRST) * (g - *m);
                    *v += (1.0 - SECOND) * (g * g - *v);
                    *m / first / ((*v / second).sqrt() + EPSILON)
                }
            };
            let pull = if place < decayed { rate * *w } else { 0.0 };
            *w -= lr * (step + pull);
        }
    }
}
