//! The two programs in `f64`, with the listings' mistakes as switches.

/// Rows with one input and one target.
#[derive(Debug, Clone)]
pub(crate) struct Points {
    pub(crate) x: Vec<f64>,
    pub(crate) y: Vec<f64>,
}

/// A linear regression: as it should be, or with a mistake of the listing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Line {
    Right,
    NoIntercept,
    /// `2 λ θ / n` for the gradient of `λ/2 θ²`.
    DividedPenalty,
}

/// An MLP: as it should be, or with a mistake of the listing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Net {
    Right,
    /// `λ/2 ||θ / ||θ|| ||²` for `λ/2 ||θ||²`.
    NormalisedPenalty,
    /// `σ(f)` for `f`.
    SquashedOutput,
}

impl Points {
    /// The minimum of `1/(2n) Σ (w x + b - y)² + λ/2 w²` over `[w, b]`; without an intercept `b = 0`.
    pub(crate) fn optimum(&self, decay: f64, intercept: bool) -> [f64; 2] {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let centre = |values| if intercept { mean(values) } else { 0.0 };
        let (x, y) = (centre(&self.x), centre(&self.y));
        let moment = |f: fn(f64, f64) -> f64| {
            let rows = self.x.iter().zip(&self.y);
            rows.map(|(a, b)| f(a - x, b - y)).sum::<f64>() / self.x.len() as f64
        };
        let w = moment(|x, y| x * y) / (moment(|x, _| x * x) + decay);
        [w, y - w * x]
    }

    /// The gradient of the same over some of the rows.
    fn gradient(&self, [w, b]: [f64; 2], decay: f64, rows: &[usize]) -> [f64; 2] {
        let mut gradient = [decay * w, 0.0];
        for &row in rows {
            let error = (w * self.x[row] + b - self.y[row]) / rows.len() as f64;
            gradient[0] += error * self.x[row];
            gradient[1] += error;
        }
        gradient
    }

    /// Steps from 0, each on the rows and with the learning rate that `plan` gives it.
    pub(crate) fn descend<'r>(
        &self,
        program: Line,
        decay: f64,
        steps: usize,
        plan: impl Fn(usize) -> (&'r [usize], f64),
        mut watch: impl FnMut(usize, [f64; 2]),
    ) -> [f64; 2] {
        let decay = match program {
            Line::DividedPenalty => 2.0 * decay / self.x.len() as f64,
            _ => decay,
        };
        let mut at = [0.0; 2];
        for step in 1..=steps {
            let (rows, rate) = plan(step);
            let [w, b] = self.gradient(at, decay, rows);
            let free = f64::from(u8::from(program != Line::NoIntercept));
            at = [at[0] - rate * w, at[1] - rate * free * b];
            watch(step, at);
        }
        at
    }

    /// Steps of gradient descent on `1/(2n) Σ (f(x) - y)²` and the penalty on `w` and `v`.
    ///
    /// # Shapes
    /// - `start`: `[3 units + 1]`, see [`predict`]
    pub(crate) fn train(&self, program: Net, decay: f64, start: &[f64], steps: usize) -> Vec<f64> {
        const RATE: f64 = 0.2;
        let mut at = start.to_vec();
        let units = at.len() / 3;
        for _ in 0..steps {
            let mut gradient = vec![0.0; at.len()];
            for (&x, &y) in self.x.iter().zip(&self.y) {
                let (hidden, out) = pass(&at, program, x);
                let slope = match program {
                    Net::SquashedOutput => out * (1.0 - out),
                    _ => 1.0,
                };
                let error = (out - y) * slope / self.x.len() as f64;
                for (unit, h) in hidden.into_iter().enumerate() {
                    let inner = error * at[2 * units + unit] * (1.0 - h * h);
                    gradient[unit] += inner * x;
                    gradient[units + unit] += inner;
                    gradient[2 * units + unit] += error * h;
                }
                gradient[3 * units] += error;
            }
            for (place, pull) in penalty_gradient(&at, program).into_iter().enumerate() {
                at[place] -= RATE * (gradient[place] + decay * pull);
            }
        }
        at
    }
}

/// The gradient of the penalty with `λ = 1`; biases have none.
pub(crate) fn penalty_gradient(at: &[f64], program: Net) -> Vec<f64> {
    let squares = norm(at).powi(2);
    let units = at.len() / 3;
    let pull = |(place, &weight): (usize, &f64)| match (place / units, program) {
        (1 | 3, _) => 0.0,
        // u = θ / ||θ||: (θ - u (u · θ)) / ||θ||², where u · θ = ||θ||.
        (_, Net::NormalisedPenalty) => {
            let direction = weight / squares.sqrt();
            (weight - direction * squares.sqrt()) / squares
        }
        _ => weight,
    };
    at.iter().enumerate().map(pull).collect()
}

/// Euclidean norm of `w` and `v`.
pub(crate) fn norm(at: &[f64]) -> f64 {
    let units = at.len() / 3;
    let weights = at[..units].iter().chain(&at[2 * units..3 * units]);
    weights.map(|weight| weight * weight).sum::<f64>().sqrt()
}

/// `f(x) = c + Σ v_k tanh(w_k x + b_k)` of the values `w, b, v, c`, squashed where the program does.
pub(crate) fn predict(at: &[f64], program: Net, x: f64) -> f64 {
    pass(at, program, x).1
}

fn pass(at: &[f64], program: Net, x: f64) -> (Vec<f64>, f64) {
    let units = at.len() / 3;
    let hidden = (0..units).map(|unit| (at[unit] * x + at[units + unit]).tanh());
    let hidden: Vec<f64> = hidden.collect();
    let terms = hidden.iter().zip(&at[2 * units..]);
    let sum = at[3 * units] + terms.map(|(h, v)| h * v).sum::<f64>();
    let out = match program {
        Net::SquashedOutput => 1.0 / (1.0 + (-sum).exp()),
        _ => sum,
    };
    (hidden, out)
}
