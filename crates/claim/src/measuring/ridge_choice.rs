//! Rules that choose the rate of a linear inverse problem, in coordinates in which its operator and its penalty are diagonal.
//!
//! ```text
//! b = A x + noise        x_λ minimises ||A x - b||² + λ ||L x||²
//! x_λ = Σ f_i (u_i·b / s_i) v_i        f_i = s_i² / (s_i² + λ l_i²)
//! ```
//!
//! `u`, `v` are the singular vectors of `A` where `L` is the identity, and waves where both are convolutions.

/// What is known of one coordinate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coordinate {
    /// `s²`, how much of it the operator lets through.
    pub gain: f64,
    /// `l²`, how much it is penalised.
    pub penalty: f64,
    /// `|u·b|²`, what was seen of it.
    pub seen: f64,
    /// `|v·x|²` of the true `x`.
    pub truth: f64,
    /// Real part of `s (u·b)` times the conjugate of `v·x`.
    pub cross: f64,
}

impl Coordinate {
    /// `f = s² / (s² + λ l²)`; 0 of what is not let through.
    pub fn filter(&self, rate: f64) -> f64 {
        let bound = self.gain + rate * self.penalty;
        if bound == 0.0 { 0.0 } else { self.gain / bound }
    }

    /// `|v·x_λ|²`.
    fn solution(&self, rate: f64) -> f64 {
        let bound = self.gain + rate * self.penalty;
        if bound == 0.0 {
            0.0
        } else {
            self.gain * self.seen / (bound * bound)
        }
    }

    /// `|v·(x_λ - x)|²`.
    fn error(&self, rate: f64) -> f64 {
        let bound = self.gain + rate * self.penalty;
        let cross = if bound == 0.0 {
            0.0
        } else {
            self.cross / bound
        };
        self.solution(rate) - 2.0 * cross + self.truth
    }
}

/// A problem in such coordinates: as many of them as there are numbers seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrum(pub Vec<Coordinate>);

/// How a rate is chosen without the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// `σ² / τ²`, noise over prior: what was seen has noise of variance `σ²`, `L x` has entries of variance `τ²`.
    Prior {
        /// `σ²`.
        noise: f64,
        /// `τ²`.
        prior: f64,
    },
    /// Least generalised cross-validation, `||A x_λ - b||² / (n - Σ f)²` (Golub, Heath & Wahba 1979).
    CrossValidation,
    /// The corner of `ln ||L x_λ||` over `ln ||A x_λ - b||`: its largest curvature (Hansen 1992).
    LCurve,
    /// `||A x_λ - b||² = n σ²` (Morozov 1966).
    Discrepancy {
        /// `σ²`.
        noise: f64,
    },
    /// Largest probability of what was seen if `L x` is Gaussian, whatever `σ²` is (MacKay 1992; Wahba 1985).
    Evidence,
}

impl Spectrum {
    /// Mean squared error of `x_λ`.
    pub fn error(&self, rate: f64) -> f64 {
        self.sum(|own| own.error(rate)) / self.0.len() as f64
    }

    /// `||A x_λ - b||²`.
    pub fn residual(&self, rate: f64) -> f64 {
        self.sum(|own| (1.0 - own.filter(rate)).powi(2) * own.seen)
    }

    /// `n ||A x_λ - b||² / (n - Σ f)²`.
    pub fn cross_validation(&self, rate: f64) -> f64 {
        let free = self.sum(|own| 1.0 - own.filter(rate));
        self.0.len() as f64 * self.residual(rate) / (free * free)
    }

    /// Curvature of `(ln ||A x_λ - b||, ln ||L x_λ||)` along `ln λ`: `(x' y'' - x'' y') / (x'² + y'²)^1.5`.
    pub fn curvature(&self, rate: f64) -> f64 {
        let (mut r, mut s) = ([0.0; 3], [0.0; 3]);
        for own in &self.0 {
            let (f, g) = (own.filter(rate), 1.0 - own.filter(rate));
            let (seen, size) = (own.seen, own.penalty * own.solution(rate));
            // d f / d ln λ = -f (1 - f)
            let of_residual = [g * g, 2.0 * f * g * g, -2.0 * f * g * g * (1.0 - 3.0 * f)];
            let of_solution = [1.0, -2.0 * g, 2.0 * g * (2.0 - 3.0 * f)];
            for order in 0..3 {
                r[order] += seen * of_residual[order];
                s[order] += size * of_solution[order];
            }
        }
        // Of half the logarithm of a sum with these derivatives.
        let log = |[value, first, second]: [f64; 3]| {
            let slope = first / value;
            [0.5 * slope, 0.5 * (second / value - slope * slope)]
        };
        let ([x1, x2], [y1, y2]) = (log(r), log(s));
        (x1 * y2 - x2 * y1) / (x1 * x1 + y1 * y1).powf(1.5)
    }

    /// Logarithm of the probability of what was seen, up to a constant, with the `σ²` that makes it largest: `u·b` has variance
    /// `σ² / (1 - f)`. What is not penalised has no prior and says nothing.
    pub fn evidence(&self, rate: f64) -> f64 {
        let (mut count, mut squares, mut logs) = (0.0, 0.0, 0.0);
        for own in self.0.iter().filter(|own| own.penalty > 0.0) {
            let share = rate * own.penalty / (own.gain + rate * own.penalty);
            count += 1.0;
            squares += share * own.seen;
            logs += share.ln();
        }
        0.5 * (logs - count * (squares / count).ln())
    }

    /// The rate with the least error, and that error.
    pub fn oracle(&self) -> (f64, f64) {
        let rate = least(|rate| self.error(rate));
        (rate, self.error(rate))
    }

    /// The rate that a rule chooses.
    pub fn choose(&self, rule: Rule) -> f64 {
        match rule {
            Rule::Prior { noise, prior } => noise / prior,
            Rule::CrossValidation => least(|rate| self.cross_validation(rate)),
            Rule::LCurve => least(|rate| -self.curvature(rate)),
            Rule::Discrepancy { noise } => {
                let aim = (self.0.len() as f64 * noise).ln();
                least(|rate| (self.residual(rate).ln() - aim).abs())
            }
            Rule::Evidence => least(|rate| -self.evidence(rate)),
        }
    }

    fn sum(&self, of: impl Fn(&Coordinate) -> f64) -> f64 {
        self.0.iter().map(of).sum()
    }
}

/// Decades that rates are searched in, and steps of the first search to a decade.
const DECADES: [i32; 2] = [-10, 6];
const STEPS: i32 = 3;

/// The positive rate at which something is least, to a thousandth of a decade: the best of a grid, then golden sections around it.
pub fn least(cost: impl Fn(f64) -> f64) -> f64 {
    let at = |decade: f64| {
        let cost = cost(10f64.powf(decade));
        if cost.is_nan() { f64::INFINITY } else { cost }
    };
    let step = 1.0 / f64::from(STEPS);
    let grid = (DECADES[0] * STEPS..=DECADES[1] * STEPS).map(|place| f64::from(place) * step);
    let costs = grid.map(|decade| (decade, at(decade)));
    let (best, _) = costs.fold((0.0, f64::INFINITY), |a, b| if b.1 < a.1 { b } else { a });
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (best - step, best + step);
    let (mut a, mut b) = (high - golden * (high - low), low + golden * (high - low));
    let (mut of_a, mut of_b) = (at(a), at(b));
    while high - low > 1e-3 {
        if of_a < of_b {
            (high, b, of_b) = (b, a, of_a);
            a = high - golden * (high - low);
            of_a = at(a);
        } else {
            (low, a, of_a) = (a, b, of_b);
            b = low + golden * (high - low);
            of_b = at(b);
        }
    }
    10f64.powf((low + high) / 2.0)
}

#[cfg(test)]
mod tests;
